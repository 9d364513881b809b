/** Stock documents of a person: goods received, moved between locations, counted; and taking one of them back. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { defaultLocationId, lockItems } from '#inventory/book.ts';
import { assertCountable } from '#listings/bundle-stock.ts';
import { lockVariants } from '#listings/changes.ts';
import { namesOf, type PostedDocument, postDocument, type WantedLine } from '#listings/stock-document.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';

/**
 * Goods that came in. Throws invalid_input for a variant or location that is not there (issues name the lines), or a
 * figure that is no positive whole number.
 */
export async function receiveStock(
  hub: Hub,
  actor: Actor,
  receipt: { locationId?: string | undefined; note: string; lines: readonly { variantId: string; units: number }[] },
): Promise<PostedDocument> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const locationId = receipt.locationId ?? (await defaultLocationId(tx));
    const lines = receipt.lines.map(({ variantId, units }, at) => ({
      variantId,
      locationId,
      delta: units,
      path: `lines.${at}`,
    }));
    return await postDocument(hub, tx, actor, { type: 'receipt', note: receipt.note, lines, belowZero: false });
  });
}

/** Units that were moved. Below nothing at the place they leave only when `belowZero` says that this is meant. */
export async function transferStock(
  hub: Hub,
  actor: Actor,
  transfer: {
    fromLocationId: string;
    toLocationId: string;
    note: string;
    belowZero: boolean;
    lines: readonly { variantId: string; units: number }[];
  },
): Promise<PostedDocument> {
  if (transfer.fromLocationId === transfer.toLocationId) {
    const message = 'Choose two different locations.';
    throw new AppError('invalid_input', message, { issues: [{ path: 'toLocationId', message }] });
  }
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const lines = transfer.lines.flatMap(({ variantId, units }, at): WantedLine[] => [
      { variantId, locationId: transfer.fromLocationId, delta: -units, path: `lines.${at}` },
      { variantId, locationId: transfer.toLocationId, delta: units, path: `lines.${at}` },
    ]);
    const { note, belowZero } = transfer;
    return await postDocument(hub, tx, actor, { type: 'transfer', note, lines, belowZero });
  });
}

export interface Difference {
  variantId: string;
  sku: string;
  title: string;
  /** On hand when the count began. */
  booked: number;
  /** Of what came and went since. */
  movedSince: number;
  counted: number;
  difference: number;
}

export interface Stocktake {
  /** Null when it was only shown, or when nothing differed. */
  documentId: string | null;
  differences: Difference[];
}

/**
 * What was counted against what is booked; with `apply` the differences are posted in the same transaction. With `since`
 * the count is held against what was booked at that moment: what was sold, received or moved after it stays booked.
 * Throws invalid_input for a moment that lies ahead, or too far back.
 */
export async function takeStock(
  hub: Hub,
  actor: Actor,
  stocktake: {
    locationId?: string | undefined;
    note: string;
    apply: boolean;
    since?: Date | undefined;
    lines: readonly { variantId: string; counted: number }[];
  },
): Promise<Stocktake> {
  const { note, apply, since } = stocktake;
  if (since !== undefined) assertRecent(since, hub.clock.now());
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const locationId = stocktake.locationId ?? (await defaultLocationId(tx));
    const variantIds = stocktake.lines.map(({ variantId }) => variantId);
    assertOnce(variantIds);
    await lockVariants(tx, variantIds);
    const items = await lockItems(tx, variantIds);
    const onHand = new Map(items.filter((item) => item.locationId === locationId).map((item) => [item.variantId, item.onHand]));
    const moved = since === undefined ? new Map<string, number>() : await movedSince(tx, locationId, variantIds, since);
    const bookedThen = (variantId: string) => (onHand.get(variantId) ?? 0) - (moved.get(variantId) ?? 0);
    const lines = stocktake.lines.map(({ variantId, counted }, at) => ({
      variantId,
      locationId,
      delta: counted - bookedThen(variantId),
      path: `lines.${at}`,
    }));
    const names = await namesOf(tx, lines);
    await assertCountable(tx, lines);
    const posted = apply ? await postDocument(hub, tx, actor, { type: 'stocktake', note, lines, belowZero: false }) : null;
    const differences = stocktake.lines.map(({ variantId, counted }) => {
      const booked = bookedThen(variantId);
      return {
        variantId,
        ...names(variantId),
        booked,
        movedSince: moved.get(variantId) ?? 0,
        counted,
        difference: counted - booked,
      };
    });
    return { documentId: posted?.documentId ?? null, differences };
  });
}

const countingDaysAtMost = 31;
/** The clock of who counts may be ahead of ours. */
const aheadMsAtMost = 5 * 60_000;

function assertRecent(since: Date, now: Date): void {
  const age = now.getTime() - since.getTime();
  if (age >= -aheadMsAtMost && age <= countingDaysAtMost * 86_400_000) return;
  const message = `The count must have begun within the last ${countingDaysAtMost} days.`;
  throw new AppError('invalid_input', message, { issues: [{ path: 'since', message }] });
}

/** By how much what is on hand at the location changed after that moment. The caller holds the items. */
async function movedSince(
  tx: Transaction,
  locationId: string,
  variantIds: readonly string[],
  since: Date,
): Promise<Map<string, number>> {
  const { rows } = await tx.execute<{ id: string; units: number }>(sql`
    select variant_id as id, sum(delta)::integer as units from inventory_transactions
    where organization_id = ${tx.organizationId} and variant_id = any(${sql.param([...variantIds])}::uuid[])
      and location_id = ${locationId} and created_at > ${since} group by variant_id`);
  return new Map(rows.map(({ id, units }) => [id, units]));
}

function assertOnce(variantIds: readonly string[]): void {
  const seen = new Set<string>();
  const issues = variantIds.flatMap((id, at) =>
    seen.size === seen.add(id).size
      ? [{ path: `lines.${at}`, message: 'It stands in the list twice; add the two counts up.' }]
      : [],
  );
  if (issues.length > 0) throw new AppError('invalid_input', 'A variant is counted twice. Nothing was changed.', { issues });
}
