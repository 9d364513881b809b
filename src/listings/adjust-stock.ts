/** A person corrects a count: by a difference, or by what was counted. One ledger line, and every store follows. */
import { AppError } from '#base/errors.ts';
import { book, defaultLocationId, lockItems } from '#inventory/book.ts';
import { assertCountable } from '#listings/bundle-stock.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';

/** Below nothing only when `belowZero` says that this is meant. */
export type Adjustment = { variantId: string; locationId?: string | undefined; note?: string | undefined } & (
  | { delta: number; belowZero?: boolean | undefined }
  | { counted: number }
);

const largestFigure = 1_000_000_000;

/** Throws not_found for a variant without stock figures of ours, invalid_input for a bundle, or when the count would fall below zero unasked, or beyond what is kept. */
export async function adjustStock(
  hub: Hub,
  actor: Actor,
  adjustment: Adjustment,
): Promise<{ onHand: number; reserved: number; locationId: string }> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const locationId = adjustment.locationId ?? (await defaultLocationId(tx));
    await lockVariants(tx, [adjustment.variantId]);
    const items = await lockItems(tx, [adjustment.variantId]);
    await assertCountable(tx, [{ variantId: adjustment.variantId, path: 'variantId' }]);
    const item = items.find((candidate) => candidate.locationId === locationId);
    if (item === undefined) {
      throw new AppError(
        'not_found',
        'This variant is not counted here yet. Switch on tracking at its store first, or link a store that counts it.',
      );
    }
    const delta = 'delta' in adjustment ? adjustment.delta : adjustment.counted - item.onHand;
    const onHand = item.onHand + delta;
    assertKept(adjustment, { before: item.onHand, delta, onHand });
    if (delta !== 0) {
      const type = 'delta' in adjustment ? 'adjustment' : 'stocktake';
      await book(
        tx,
        [
          {
            variantId: adjustment.variantId,
            locationId,
            delta,
            type,
            documentKind: 'person',
            documentId: actor.userId,
            note: adjustment.note ?? null,
            createdBy: actor.userId,
          },
        ],
        now,
      );
      await causesChanged(hub, tx, ofVariants([adjustment.variantId]), { stockOnly: true });
      await audit(tx, actor, `stock.${type}`, 'variant', adjustment.variantId, { delta, locationId }, now);
      tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'inventory', ids: [adjustment.variantId] }));
    }
    return { onHand, reserved: item.reserved, locationId };
  });
}

function assertKept(adjustment: Adjustment, { before, delta, onHand }: { before: number; delta: number; onHand: number }): void {
  const byDifference = 'delta' in adjustment;
  const tooFew = onHand < 0 && delta < 0 && !(byDifference && adjustment.belowZero === true);
  if (!tooFew && Math.abs(onHand) <= largestFigure) return;
  const [bound, message] = tooFew
    ? [byDifference ? 'at least 0, or say that it is meant' : 'at least 0', 'Leaves less than 0.']
    : [`at most ${largestFigure}`, 'Leaves too many.'];
  throw new AppError(
    'invalid_input',
    `There are ${before}; a change by ${delta} would leave ${onHand}. Enter a figure that leaves ${bound}.`,
    {
      issues: [
        { path: byDifference ? 'delta' : 'counted', message, ...(tooFew && byDifference ? { confirmBy: 'belowZero' } : {}) },
      ],
    },
  );
}
