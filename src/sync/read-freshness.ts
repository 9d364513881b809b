import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';

export interface Freshness {
  storeId: string;
  /** Prices and quantities that are not on the store yet. */
  behind: number;
  oldestWantedAt: Date | null;
  /** From a change being wanted to being on the store, over the last hour; null when nothing was pushed. */
  p50Ms: number | null;
  p95Ms: number | null;
}

interface FreshnessRow extends Record<string, unknown> {
  store_id: string;
  behind: number;
  oldest: Date | null;
  p50: number | null;
  p95: number | null;
}

/** How true every connected store is, and how fast changes have arrived there. */
export async function readFreshness(tx: Transaction, now: Date): Promise<Freshness[]> {
  const since = new Date(now.getTime() - 3_600_000);
  const result = await tx.execute<FreshnessRow>(sql`
    with waiting as (
      select store_id, wanted_at from listing_levels where organization_id = ${tx.organizationId} and (eligible or knowledge = 'in_flight')
      union all
      select store_id, wanted_at from listing_prices where organization_id = ${tx.organizationId} and (eligible or knowledge = 'in_flight')),
    arrived as (
      select store_id, (details ->> 'latencyMs')::float8 as latency from sync_logs
      where organization_id = ${tx.organizationId} and created_at > ${since} and details ? 'latencyMs')
    select s.id as store_id, w.behind, w.oldest, a.p50, a.p95
    from stores s
    left join lateral (select count(*)::int as behind, min(wanted_at) as oldest from waiting where store_id = s.id) w on true
    left join lateral (select percentile_cont(0.5) within group (order by latency) as p50, percentile_cont(0.95) within group (order by latency) as p95
      from arrived where store_id = s.id) a on true
    where s.organization_id = ${tx.organizationId} and s.status <> 'disconnected'
    order by s.created_at, s.id`);
  return result.rows.map((row) => ({
    storeId: row.store_id,
    behind: row.behind,
    oldestWantedAt: row.oldest,
    p50Ms: row.p50 === null ? null : Math.round(row.p50),
    p95Ms: row.p95 === null ? null : Math.round(row.p95),
  }));
}
