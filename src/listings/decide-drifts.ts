/** A person's word on what a store was found to show: ours is put back, or theirs is taken over; also against the store's policy. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { sameAmount } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockItems } from '#inventory/book.ts';
import { freePrices, takeOverPrices } from '#listings/adoption-waits.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { type DriftCause, type DriftField, type DriftState, overridePrices, takeOverQuantities } from '#listings/drifts.ts';
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
  currency: string;
  cause: DriftCause;
  state: DriftState;
  place: string;
  location_id: string | null;
  price_override: string | null;
  /** The master's price, and whether the store is the one that it comes from. */
  price: string | null;
  is_source: boolean;
  newer: boolean;
}

/**
 * Returns of which store and why it was. Throws not_found, and conflict for what orders have explained, what is so already, or
 * what a later change there has overtaken.
 */
export async function decideDrift(
  hub: Hub,
  actor: Actor,
  id: string,
  decision: DriftDecision,
): Promise<{ storeId: string; cause: DriftCause }> {
  const now = hub.clock.now();
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
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
    if (drift.field === 'price') await decidePrice(tx, drift, decision, origin, now);
    else await decideQuantity(tx, drift, decision, actor.userId, now);
    const state: DriftState = decision === 'put_back' ? 'put_back' : 'taken_over';
    await tx.execute(sql`update drifts set state = ${state}, settled_at = ${now}, settled_by = ${actor.userId}
      where organization_id = ${tx.organizationId} and id = ${id}`);
    const { field, expected, found } = drift;
    await audit(tx, actor, `drift.${state}`, 'listing', drift.listing_id, { field, expected, found }, now);
    await causesChanged(hub, tx, ofVariants([variantId]));
    tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'drift', ids: [id], storeId: drift.store_id }));
    return { storeId: drift.store_id, cause: drift.cause };
  });
}

/** The caller holds its levels. */
async function readDrift(tx: Transaction, id: string): Promise<Decided> {
  const result = await tx.execute<Decided>(sql`
    select d.id, d.store_id, d.listing_id, d.variant_id, d.remote_location_id as place, d.location_id, i.variant_id as linked_variant_id, d.field, d.currency, d.expected::text, d.found::text, d.cause, d.state,
      i.settings->>'priceOverride' as price_override, (select v.price::text from product_variants v where v.organization_id = d.organization_id and v.id = d.variant_id and v.currency = d.currency) as price,
      exists (select from organization_settings o where o.organization_id = d.organization_id and o.source_store_id = d.store_id) as is_source,
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

/** At the store that the prices come from the master's is meant; at any other its listing's own. */
async function decidePrice(tx: Transaction, drift: Decided, decision: DriftDecision, origin: Origin, now: Date): Promise<void> {
  const { listing_id: listingId, variant_id: variantId, currency, found, expected } = drift;
  const takesOver = decision === 'take_over';
  if (!takesOver) await freePrices(tx, [listingId], now);
  if (!takesOver && drift.state !== 'taken_over') return;
  if (drift.is_source && drift.price_override !== found) {
    if (takesOver || sameAmount(drift.price, found))
      await takeOverPrices(tx, [{ variantId, price: takesOver ? found : expected, currency }], origin);
  } else if (takesOver || drift.price_override === found)
    await overridePrices(tx, [{ listingId, price: takesOver ? found : null }], origin);
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
