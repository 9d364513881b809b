/**
 * Differences of listings that are linked to something else by now, or to nothing: nobody can decide them any more. A price
 * is no question then; units that were to be held for a decision are held for a sale alone, until orders have been read.
 * What an owner showed too many of at once ends with its own question (adoption-change-set.ts).
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { lockItems } from '#inventory/book.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import type { DriftField } from '#listings/drifts.ts';
import { untilDecided } from '#listings/holds.ts';
import { lockLevelsOf } from '#listings/recompute.ts';
import { holdFence } from '#stores/lease.ts';
import { keptBackUntil, longestHold } from '#sync/orders-first.ts';
import type { Turn } from '#sync/turn.ts';

/** Of drifts (alias `d`). */
const isVoid = (tx: Transaction, storeId: string): SQL => sql`d.organization_id = ${tx.organizationId} and d.store_id = ${storeId}
  and d.state in ('seen', 'waiting') and d.cause <> 'too_many'
  and not exists (select from listings i where i.organization_id = d.organization_id and i.id = d.listing_id and i.variant_id = d.variant_id)`;

/** After links of the store have changed. Returns how many have ended. */
export async function endVoidDrifts(turn: Turn): Promise<number> {
  const { hub, lease, store } = turn;
  return await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    const { rows: found } = await tx.execute<{ variant_id: string }>(
      sql`select distinct d.variant_id from drifts d where ${isVoid(tx, store.id)} order by 1 limit 200`,
    );
    if (found.length === 0) return 0;
    const variantIds = found.map((row) => row.variant_id);
    await lockVariants(tx, variantIds);
    await lockItems(tx, variantIds);
    await lockLevelsOf(tx, ofVariants(variantIds));
    const now = hub.clock.now();
    const { rows: ended } = await tx.execute<Ended>(sql`
      update drifts d set state = 'put_back', settled_at = ${now}
      where ${isVoid(tx, store.id)} and d.variant_id = any(${sql.param(variantIds)}::uuid[])
      returning d.id, d.listing_id, d.variant_id, d.remote_location_id as place, d.field`);
    const quantities = ended.filter(({ field }) => field === 'quantity');
    if (quantities.length > 0) await holdForOrders(turn, tx, quantities, now);
    await causesChanged(hub, tx, ofVariants(variantIds));
    tx.afterCommit(() =>
      hub.announce(tx.organizationId, { kind: 'drift', ids: ended.slice(0, 100).map(({ id }) => id), storeId: store.id }),
    );
    return ended.length;
  });
}

interface Ended extends Record<string, unknown> {
  id: string;
  listing_id: string;
  variant_id: string;
  place: string;
  field: DriftField;
}

/** Their units are held no longer for a decision. They are noted anew should no order explain them (settle-drifts.ts). */
async function holdForOrders(turn: Turn, tx: Transaction, ended: readonly Ended[], now: Date): Promise<void> {
  const settleAfter = await keptBackUntil(turn, tx, now);
  await tx.execute(sql`
    with kept as (
      update listing_holds h set until = ${longestHold(settleAfter)}, settle_after = ${settleAfter}
      from json_to_recordset(${JSON.stringify(ended)}::json) as x(id uuid, listing_id uuid, variant_id uuid, place text)
      where h.organization_id = ${tx.organizationId} and h.listing_id = x.listing_id and h.remote_location_id = x.place and h.variant_id = x.variant_id
        and h.reason = 'unexplained_drop' and h.until = ${untilDecided} returning x.id)
    delete from drifts d using kept where d.organization_id = ${tx.organizationId} and d.id = kept.id`);
}
