/** A person's word on adoptions that wait: all of them are taken over, or ours is put back there. See mass-adoption.ts. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockItems } from '#inventory/book.ts';
import { changeWaits, freePrices, takeOverPrices } from '#listings/adoption-waits.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { type DriftDecision, decideDrift } from '#listings/decide-drifts.ts';
import { type DriftField, takeOverQuantities } from '#listings/drifts.ts';
import type { Actor } from '#organizations/actor.ts';
import { originOf } from '#organizations/origin.ts';
import type { Hub } from '#stores/hub.ts';
import { workFor } from '#stores/work-for.ts';
import { endVoidWaits, tendWaits, waitsFor } from '#sync/adoption-change-set.ts';
import type { ChangeSetRow } from '#sync/change-sets.ts';

const recomputeChunk = 2000;

interface Waiting extends Record<string, unknown> {
  id: string;
  listingId: string;
  variantId: string;
  field: DriftField;
  locationId: string | null;
  currency: string;
  expected: string;
  found: string;
}

/** The caller holds the store's waits and its row. Throws conflict when there is nothing left to take over. */
export async function decideAdoptions(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  { storeId, createdAt }: ChangeSetRow & { storeId: string },
  decision: 'approved' | 'discarded',
): Promise<void> {
  const now = hub.clock.now();
  const takesOver = decision === 'approved';
  if (takesOver) await endVoidWaits(tx, storeId, createdAt, now);
  const waiting = await readWaiting(tx, storeId, createdAt);
  if (takesOver && waiting.length === 0)
    throw new AppError(
      'conflict',
      'Nothing of it can be taken over any more: the store counts and prices none of it now. Discard it.',
    );
  const variantIds = [...new Set(waiting.map(({ variantId }) => variantId))].sort();
  await lockVariants(tx, variantIds);
  await lockItems(tx, variantIds);
  // Somebody may have decided about one of them alone meanwhile.
  const rows = await readWaiting(tx, storeId, createdAt, true);
  const quantities = rows.filter(({ field }) => field === 'quantity');
  const prices = rows.filter(({ field }) => field === 'price');
  if (takesOver) {
    const taken = quantities.map((row) => ({ ...row, storeId, units: Number(row.found) - Number(row.expected) }));
    await takeOverQuantities(tx, taken, actor.userId, now);
    const origin = originOf(actor.userId, { kind: 'adoption', documentId: storeId }, now);
    await takeOverPrices(
      tx,
      prices.map((row) => ({ ...row, price: row.found })),
      origin,
    );
  }
  const state = takesOver ? ('taken_over' as const) : ('put_back' as const);
  await changeWaits(
    tx,
    rows.map(({ id, found }) => ({ id, found, state })),
    actor.userId,
    now,
  );
  for (let at = 0; at < variantIds.length; at += recomputeChunk) {
    const chunk = new Set(variantIds.slice(at, at + recomputeChunk));
    const of = ofVariants([...chunk]);
    if (!takesOver) {
      const ours = prices.filter(({ variantId }) => chunk.has(variantId));
      await freePrices(
        tx,
        ours.map(({ listingId }) => listingId),
        now,
      );
    }
    await causesChanged(hub, tx, of);
  }
  await workFor(hub, tx, [storeId]);
  tx.afterCommit(() => {
    hub.announce(tx.organizationId, { kind: 'drift', ids: [], storeId });
    hub.announce(tx.organizationId, { kind: 'inventory', ids: quantities.map((row) => row.variantId).slice(0, 100) });
  });
}

async function readWaiting(tx: Transaction, storeId: string, createdAt: Date, lock = false): Promise<Waiting[]> {
  const { rows } = await tx.execute<Waiting>(sql`
    select d.id, d.listing_id as "listingId", d.variant_id as "variantId", d.field, d.location_id as "locationId", d.currency, d.expected::text, d.found::text
    from drifts d where ${waitsFor(tx, storeId, createdAt)} order by d.id ${lock ? sql`for update` : sql``}`);
  return rows;
}

/** As `decideDrift`; what asks about all of them together follows. */
export async function decideDifference(hub: Hub, actor: Actor, id: string, decision: DriftDecision): Promise<void> {
  const { storeId, cause } = await decideDrift(hub, actor, id, decision);
  if (cause === 'too_many') await hub.db.inOrganization(actor.organizationId, (tx) => tendWaits(hub, tx, storeId));
}
