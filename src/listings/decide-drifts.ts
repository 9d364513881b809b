/** A person's word on what a store was found to show: ours is put back, or theirs is taken over; also against the store's policy. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockItems } from '#inventory/book.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { type DriftField, type DriftState, overridePrices, takeOverQuantities } from '#listings/drifts.ts';
import { lockLevelsOf } from '#listings/recompute.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { type Origin, originOf } from '#organizations/origin.ts';
import type { Hub } from '#stores/hub.ts';

export type DriftDecision = 'put_back' | 'take_over';

interface Decided extends Record<string, unknown> {
  id: string;
  store_id: string;
  listing_id: string;
  variant_id: string;
  linked_variant_id: string | null;
  field: DriftField;
  expected: string;
  found: string;
  state: DriftState;
  place: string;
  location_id: string | null;
  price_override: string | null;
  newer: boolean;
}

/** Throws not_found, and conflict for what orders have explained, what is so already, or what a later change there has overtaken. */
export async function decideDrift(hub: Hub, actor: Actor, id: string, decision: DriftDecision): Promise<void> {
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const seen = await tx.execute<{ variant_id: string }>(
      sql`select variant_id from drifts where organization_id = ${tx.organizationId} and id = ${id}`,
    );
    const variantId = seen.rows[0]?.variant_id;
    if (variantId === undefined)
      throw new AppError('not_found', 'There is no such difference. It may be older than what is kept.');
    await lockVariants(tx, [variantId]);
    await lockItems(tx, [variantId]);
    await lockLevelsOf(tx, ofVariants([variantId]));
    const drift = await readDrift(tx, id);
    assertOpenTo(drift, decision);
    const origin = originOf(actor.userId, { kind: 'adoption', documentId: drift.store_id }, now);
    if (drift.field === 'price') await decidePrice(tx, drift, decision, origin);
    else await decideQuantity(tx, drift, decision, actor.userId, now);
    const state: DriftState = decision === 'put_back' ? 'put_back' : 'taken_over';
    await tx.execute(sql`update drifts set state = ${state}, settled_at = ${now}, settled_by = ${actor.userId}
      where organization_id = ${tx.organizationId} and id = ${id}`);
    const { field, expected, found } = drift;
    await audit(tx, actor, `drift.${state}`, 'listing', drift.listing_id, { field, expected, found }, now);
    await causesChanged(hub, tx, ofVariants([variantId]));
    tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'drift', ids: [id], storeId: drift.store_id }));
  });
}

/** The caller holds its levels. */
async function readDrift(tx: Transaction, id: string): Promise<Decided> {
  const result = await tx.execute<Decided>(sql`
    select d.id, d.store_id, d.listing_id, d.variant_id, d.remote_location_id as place, d.location_id, i.variant_id as linked_variant_id, d.field, d.expected::text, d.found::text, d.state,
      i.settings->>'priceOverride' as price_override,
      exists (select from drifts n where n.organization_id = d.organization_id and n.listing_id = d.listing_id and n.field = d.field and n.remote_location_id = d.remote_location_id and n.id > d.id) as newer
    from drifts d join listings i on i.organization_id = d.organization_id and i.id = d.listing_id
    where d.organization_id = ${tx.organizationId} and d.id = ${id}`);
  const [drift] = result.rows;
  if (drift === undefined) throw new AppError('not_found', 'There is no such difference. It may be older than what is kept.');
  return drift;
}

function assertOpenTo(drift: Decided, decision: DriftDecision): void {
  if (drift.state === 'explained')
    throw new AppError('conflict', 'Orders have explained this difference. There is nothing to decide.');
  if (drift.state === (decision === 'put_back' ? 'put_back' : 'taken_over'))
    throw new AppError('conflict', 'That is how it stands already. Reload the page.');
  if (drift.newer)
    throw new AppError('conflict', 'It was changed there again since. Reload the page and decide about the latest change.');
  if (drift.linked_variant_id !== drift.variant_id)
    throw new AppError('conflict', 'The listing is linked to something else by now. There is nothing to decide.');
}

async function decidePrice(tx: Transaction, drift: Decided, decision: DriftDecision, origin: Origin): Promise<void> {
  const listingId = drift.listing_id;
  if (decision === 'take_over') await overridePrices(tx, [{ listingId, price: drift.found }], origin);
  else if (drift.state === 'taken_over' && drift.price_override === drift.found)
    await overridePrices(tx, [{ listingId, price: null }], origin);
}

async function decideQuantity(
  tx: Transaction,
  drift: Decided,
  decision: DriftDecision,
  by: string | null,
  now: Date,
): Promise<void> {
  const units = Number(drift.found) - Number(drift.expected);
  const taken = { variantId: drift.variant_id, storeId: drift.store_id, locationId: drift.location_id };
  // Units that are held for the decision are given free, or are gone.
  if (drift.state === 'waiting' && units < 0)
    await tx.execute(
      sql`delete from listing_holds where organization_id = ${tx.organizationId} and listing_id = ${drift.listing_id} and remote_location_id = ${drift.place} and reason = 'unexplained_drop'`,
    );
  if (decision === 'take_over') await takeOverQuantities(tx, [{ ...taken, units }], by, now);
  else if (drift.state === 'taken_over') await takeOverQuantities(tx, [{ ...taken, units: -units }], by, now);
}
