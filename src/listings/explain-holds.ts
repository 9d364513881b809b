/** The steps of "why is this 7?" that tell of units kept back: which store has them, why, and how it ends. */
import { sql } from 'drizzle-orm';
import type { ExplainStep } from '#base/explain.ts';
import type { Transaction } from '#db/transaction.ts';
import { type Causes, type Held, heldBack } from '#listings/causes.ts';
import { stockAt } from '#listings/desired.ts';
import { untilDecided } from '#listings/holds.ts';

interface Hold extends Held, Record<string, unknown> {
  reason: 'unexplained_drop' | 'locked_by_platform';
  storeId: string;
  store: string;
  since: Date;
  until: Date;
}

/**
 * A step for each store and reason. `until`: of what was probably sold, when the units are free again at the latest ('' when
 * a person has to decide). Of what a platform does not give up nobody knows the end: `triedAt` is when lowering it is tried
 * again.
 */
export async function heldSteps(tx: Transaction, causes: Causes, places: readonly string[], now: Date): Promise<ExplainStep[]> {
  const { rows } = await tx.execute<Hold>(sql`
    select h.units, h.location_ids as "locationIds", h.reason, h.store_id as "storeId", t.name as store, h.created_at as since, h.until
    from listings i
    join stores s on s.organization_id = i.organization_id and s.id = i.store_id
    join listing_holds h on h.organization_id = i.organization_id and ${heldBack(now)}
    join stores t on t.organization_id = h.organization_id and t.id = h.store_id
    where i.organization_id = ${tx.organizationId} and i.id = ${causes.listing_id} order by h.reason desc, h.created_at, h.id`);
  return [...Map.groupBy(rows, ({ reason, storeId }) => `${reason} ${storeId}`).values()].flatMap((holds) => {
    const held = places.reduce((sum, place) => sum + stockAt({ ...causes, holds }, place).held, 0);
    const [first] = holds;
    if (first === undefined || held === 0) return [];
    const { reason, store, storeId, since } = first;
    const until = new Date(Math.min(...holds.map((hold) => hold.until.getTime())));
    const end =
      reason === 'locked_by_platform'
        ? { triedAt: until.toISOString() }
        : { until: until < untilDecided ? until.toISOString() : '' };
    return [
      { code: 'held_units', amount: String(-held), parameters: { reason, store, storeId, since: since.toISOString(), ...end } },
    ];
  });
}
