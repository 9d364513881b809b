/**
 * Prices that wait for a decision, per store as one change-set: gathered from the levels that recomputing has held (see
 * listings/price-approval.ts), let pass or discarded as a whole. A person decides upon exactly what the change-set showed.
 */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import type { FigureChange } from '#listings/figure-changes.ts';
import { lockLevels, priceLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent } from '#listings/level-state.ts';
import type { Hub } from '#stores/hub.ts';
import { lockStore, makeDue, type StoreRow } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';
import { type ChangeSetRow, openChangeSet, pendingChangeSet, supersede } from '#sync/change-sets.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';

interface Held extends Record<string, unknown> {
  prices: number;
  largest_percent: number;
  /** Of all listings with what is wanted of them. */
  fingerprint: string;
}

/** Brings the store's change-set to what is held now. */
export async function gatherHeldPrices(hub: Hub, tx: Transaction, store: StoreRow): Promise<void> {
  const now = hub.clock.now();
  const held = await heldPrices(tx, store.id);
  const pending = await pendingChangeSet(tx, store.id, 'prices');
  if (held.prices === 0 && pending === null) return;
  if (pending?.change.fingerprint === held.fingerprint) return;
  await lockStore(tx, store.id);
  if (held.prices === 0) return await supersede(tx, systemOf(tx), store.id, 'prices', null, now);
  const prices = held.prices;
  await openChangeSet(
    tx,
    systemOf(tx),
    {
      storeId: store.id,
      cause: 'prices',
      summary: { listings: prices, repriced: prices, recounted: 0, zeroed: 0, largestPercent: held.largest_percent },
      change: { fingerprint: held.fingerprint },
    },
    now,
  );
  const which = prices === 1 ? 'A price' : `${prices} prices`;
  const message = `${which} on ${store.name} would change by up to ${held.largest_percent} %, more than may go by itself. Approve or discard it under Activity.`;
  await writeSyncLogs(
    tx,
    [{ jobId: null, storeId: store.id, listingId: null, level: 'warning', event: 'prices_held', message }],
    now,
  );
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'store', ids: [store.id] }));
}

/** Lets the prices of a change-set pass, or leaves the store's as they are. Throws conflict when others are held by now. */
export async function decideHeldPrices(
  hub: Hub,
  tx: Transaction,
  changeSet: ChangeSetRow & { storeId: string },
  decision: 'approved' | 'discarded',
): Promise<void> {
  const now = hub.clock.now();
  const { storeId } = changeSet;
  const rows = await lockLevels(tx, priceLevels, sql`l.store_id = ${storeId} and l.held_reason = 'needs_approval'`);
  if ((await heldPrices(tx, storeId)).fingerprint !== changeSet.change.fingerprint) {
    await makeDue(tx, storeId, now);
    throw new AppError('conflict', 'Other prices are waiting by now. Reload the page and look again before you decide.');
  }
  const heldReason = decision === 'approved' ? null : 'price_discarded';
  const decided = rows.map((row) => ({
    ...row,
    level: afterEvent(row.level, { kind: 'desired_changed', desired: row.level.desired, heldReason }, priceLevels.same),
  }));
  await saveLevels(tx, priceLevels, decided, now);
  await workFor(hub, tx, [storeId]);
  tx.afterCommit(() =>
    hub.announce(tx.organizationId, { kind: 'listing', ids: rows.slice(0, 100).map((row) => row.listingId), storeId }),
  );
}

async function heldPrices(tx: Transaction, storeId: string): Promise<Held> {
  const result = await tx.execute<Held>(sql`
    select count(*)::int as prices, coalesce(md5(string_agg(listing_id || ' ' || desired || ' ' || currency, ',' order by listing_id)), '') as fingerprint,
      coalesce(round(max(case when remote > 0 then abs(desired - remote) * 100 / remote end), 1), 0)::float8 as largest_percent
    from listing_prices where organization_id = ${tx.organizationId} and store_id = ${storeId} and held_reason = 'needs_approval'`);
  return result.rows[0] ?? { prices: 0, largest_percent: 0, fingerprint: '' };
}

/** Those that would move furthest, from what stands on the store; what it shows of each in stock stays. */
export async function heldPriceChanges(tx: Transaction, storeId: string, atMost: number): Promise<FigureChange[]> {
  const result = await tx.execute<{
    id: string;
    before: string | null;
    after: string;
    currency: string;
    units: number | null;
  }>(sql`
    select p.listing_id as id, p.remote::text as before, p.desired::text as after, p.currency, (select sum(q.desired)::int from listing_levels q
      where q.organization_id = p.organization_id and q.listing_id = p.listing_id) as units
    from listing_prices p where p.organization_id = ${tx.organizationId} and p.store_id = ${storeId} and p.held_reason = 'needs_approval'
    order by case when p.remote > 0 then abs(p.desired - p.remote) / p.remote end desc nulls first, p.listing_id limit ${atMost}`);
  return result.rows.map(({ id, before, after, currency, units }) => ({
    listingId: id,
    storeId,
    currency,
    price: { before, after, reason: null },
    quantity: { before: units, after: units, moved: false },
  }));
}

/** Nobody's hand: the engine itself. */
export const systemOf = (tx: Transaction) =>
  ({ organizationId: tx.organizationId, userId: null, kind: 'system', role: 'owner' }) as const;
