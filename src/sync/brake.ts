/**
 * The brake judges causes: a change of rules that would touch more of a store's listings than its limit does not reach
 * desired; it waits as a change-set until somebody has seen the figures and approves. Sales, reservations and single
 * corrections are never held.
 */
import { and, desc, eq, sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import { sameAmount } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';
import { canonicalOf } from '#listings/changes.ts';
import { desiredPrice, desiredQuantity, readCauses } from '#listings/recompute.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { type StorePatch, updateStore } from '#stores/change-store.ts';
import type { Hub } from '#stores/hub.ts';
import { findStore } from '#stores/stores-store.ts';
import { changeSets } from '#sync/sync-tables.ts';

export interface RuleEffect {
  /** Linked listings of the store. */
  listings: number;
  repriced: number;
  recounted: number;
  /** Quantities that would become 0. */
  zeroed: number;
}

/**
 * Changes a store's settings, unless that would touch more listings than the store's brake allows: then a pending
 * change-set is kept and AppError 'brake_pending' says the figures.
 */
export async function changeStoreUnderBrake(hub: Hub, actor: Actor, storeId: string, patch: StorePatch): Promise<void> {
  const pending = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    if (patch.settings?.priceRule === undefined && patch.settings?.stockRule === undefined) return null;
    const store = await findStore(tx, storeId);
    const effect = await effectOf(hub, tx, storeId, patch);
    const touched = Math.max(effect.repriced, effect.recounted);
    if (touched <= store.settings.brakeListings) return null;
    const id = newId();
    await tx.insert(changeSets).values({
      organizationId: tx.organizationId,
      id,
      storeId,
      cause: 'rules',
      status: 'pending',
      summary: { ...effect },
      change: { patch },
      createdBy: actor.userId,
      createdAt: hub.clock.now(),
    });
    return { id, effect, store };
  });
  if (pending === null) return await updateStore(hub, actor, storeId, patch);
  const { effect, store } = pending;
  throw new AppError(
    'brake_pending',
    `This would change ${effect.repriced} prices and ${effect.recounted} quantities on ${store.name} (${effect.zeroed} of them to 0). Nothing has changed yet: approve or discard it under Activity.`,
    { issues: [{ path: 'changeSetId', message: pending.id }] },
  );
}

/** What a patch of a store's rules would do to its linked listings. Changes nothing. */
export async function effectOf(hub: Hub, tx: Transaction, storeId: string, patch: StorePatch): Promise<RuleEffect> {
  const causes = await readCauses(tx, sql`i.store_id = ${storeId} and i.status = 'linked'`);
  const levels = await tx.execute<{
    listing_id: string;
    place: string;
    quantity: number | null;
    price: string | null;
    currency: string;
  }>(sql`
    select q.listing_id, q.remote_location_id as place, q.desired as quantity, p.desired as price, p.currency from listing_levels q
    join listing_prices p on p.organization_id = q.organization_id and p.listing_id = q.listing_id
    where q.organization_id = ${tx.organizationId} and q.store_id = ${storeId}`);
  const effect = { listings: causes.size, repriced: 0, recounted: 0, zeroed: 0 };
  const canonical = canonicalOf(hub);
  for (const level of levels.rows) {
    const cause = causes.get(level.listing_id);
    if (cause === undefined || level.place !== cause.store_settings.remoteLocationId) continue;
    const settings = { ...cause.store_settings };
    if (patch.settings?.priceRule !== undefined) settings.priceRule = patch.settings.priceRule;
    if (patch.settings?.stockRule !== undefined) settings.stockRule = patch.settings.stockRule;
    const after = { ...cause, store_settings: settings };
    const quantity = desiredQuantity(after, level.place, canonical).desired;
    if (quantity !== level.quantity) effect.recounted++;
    if (quantity === 0 && level.quantity !== 0) effect.zeroed++;
    if (!sameAmount(desiredPrice(after, level.currency, hub.clock.now()).desired, level.price)) effect.repriced++;
  }
  return effect;
}

export type ChangeSetRow = typeof changeSets.$inferSelect;

export async function listPendingChangeSets(tx: Transaction): Promise<ChangeSetRow[]> {
  return await tx
    .select()
    .from(changeSets)
    .where(and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.status, 'pending')))
    .orderBy(desc(changeSets.createdAt))
    .limit(200);
}

/** Applies or drops what waits. Throws not_found, and conflict when somebody has decided already. */
export async function decideChangeSet(hub: Hub, actor: Actor, id: string, decision: 'approved' | 'discarded'): Promise<void> {
  const row = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const [found] = await tx
      .select()
      .from(changeSets)
      .where(and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id)))
      .for('update');
    if (found === undefined)
      throw new AppError('not_found', 'There is no such change. It may have been decided already; reload the page.');
    if (found.status !== 'pending') throw new AppError('conflict', `Somebody has ${found.status} this change already.`);
    await tx
      .update(changeSets)
      .set({ status: decision, decidedBy: actor.userId, decidedAt: hub.clock.now() })
      .where(and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id)));
    await audit(tx, actor, `change_set.${decision}`, 'change_set', id, { ...found.summary }, hub.clock.now());
    return found;
  });
  if (decision === 'approved' && row.storeId !== null)
    await updateStore(hub, actor, row.storeId, (row.change as { patch: StorePatch }).patch);
}
