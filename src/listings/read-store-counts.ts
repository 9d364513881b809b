import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';

export interface StoreCounts {
  listings: number;
  linked: number;
  unlinked: number;
  ignored: number;
  /** Linked listings whose price or quantity on the store is not known to be as it should. */
  behind: number;
  refused: number;
  held: number;
  /** Linked listings that their store does not count. */
  notTracked: number;
}

const none: StoreCounts = { listings: 0, linked: 0, unlinked: 0, ignored: 0, behind: 0, refused: 0, held: 0, notTracked: 0 };

interface CountRow extends Record<string, unknown> {
  store_id: string;
  counted: keyof StoreCounts;
  n: number;
}

/** How many listings of each store stand how. Every store asked for is in the answer. */
export async function readStoreCounts(tx: Transaction, storeIds: readonly string[]): Promise<Map<string, StoreCounts>> {
  const mine = (alias: string) =>
    sql`${sql.raw(alias)}.organization_id = ${tx.organizationId} and ${sql.raw(alias)}.store_id = any(${sql.param([...storeIds])}::uuid[])`;
  const figures = (condition: ReturnType<typeof sql>, counted: keyof StoreCounts) => sql`
    select store_id, ${counted}::text as counted, count(distinct listing_id)::int as n from (
      select f.store_id, f.listing_id from listing_levels f where ${mine('f')} and ${condition}
      union all select f.store_id, f.listing_id from listing_prices f where ${mine('f')} and ${condition}) figures group by store_id`;
  const result = await tx.execute<CountRow>(sql`
    select store_id, status as counted, count(*)::int as n from listings l where ${mine('l')} group by store_id, status
    union all ${figures(sql`f.eligible`, 'behind')}
    union all ${figures(sql`f.refused_for is not null`, 'refused')}
    union all ${figures(sql`f.held_reason is not null and f.held_reason not in ('sync_off', 'other_location', 'not_counted_here', 'not_tracked')`, 'held')}
    union all ${figures(sql`f.held_reason = 'not_tracked'`, 'notTracked')}`);
  const counts = new Map(storeIds.map((id) => [id, { ...none }]));
  for (const { store_id, counted, n } of result.rows) {
    const store = counts.get(store_id);
    if (store === undefined) continue;
    store[counted] = n;
    if (counted === 'linked' || counted === 'unlinked' || counted === 'ignored') store.listings += n;
  }
  return counts;
}
