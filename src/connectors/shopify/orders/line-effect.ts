/**
 * What a line wants of our stock, from what the platform counts of it:
 *
 *   units of a line                                              reserved  shipped  restocked
 *   open: neither fulfilled, refunded nor removed                    1        0         0
 *     unpaid, on hold, scheduled, in progress: the same
 *   fulfilled, by a fulfillment that was not cancelled               0        1         0
 *     refunded and not restocked (NO_RESTOCK): the buyer has it      0        1         0
 *     refunded and returned (RETURN)                                 0        1         1
 *   refunded before it was fulfilled
 *     and restocked (CANCEL)                                         0        0         0
 *     and not restocked (NO_RESTOCK): it is not there any more       0        1         0
 *   removed by an edit, without a refund that names it               0        0         0
 *   open in an order that is cancelled                               0        0         0
 *
 * Paid or not, an order holds its units: the platform commits them from the moment it is placed. `quantity` has them all,
 * `currentQuantity` and `unfulfilledQuantity` lack what was refunded or removed. A refund does not say whether its units had
 * been fulfilled: what is neither fulfilled nor open is explained by CANCEL first, then by edits, LEGACY_RESTOCK (refunds of
 * long ago, restocked one way or the other) and last by NO_RESTOCK. An edit, or a cancellation, that takes units off and does
 * not put them back on sale is a refund of nothing with NO_RESTOCK. A unit that was refunded without a restock is never
 * available again on the platform either.
 */
import type { OrderEffect } from '#connectors/order.ts';
import type { Line, RestockType } from '#connectors/shopify/orders/order-schema.ts';

type Counts = Pick<Line, 'quantity' | 'currentQuantity' | 'unfulfilledQuantity'>;

/** Units of a line in fulfillments that stand, and in refunds, by what was done with the goods. */
export interface Moved {
  fulfilled: number;
  refunded: Readonly<Record<RestockType, number>>;
}

export const notMoved: Moved = { fulfilled: 0, refunded: { NO_RESTOCK: 0, CANCEL: 0, RETURN: 0, LEGACY_RESTOCK: 0 } };

/** Holds whatever the counts say: reserved + shipped <= quantity, restocked <= shipped, nothing below zero. */
export function effectOfLine(line: Counts, { fulfilled, refunded }: Moved, cancelled: boolean): OrderEffect {
  const quantity = Math.max(0, line.quantity);
  const sent = between(0, fulfilled, quantity);
  const calledOff = between(0, refunded.CANCEL, quantity - sent);
  const atMostOpen = Math.min(line.unfulfilledQuantity, line.currentQuantity);
  const open = cancelled ? 0 : between(0, atMostOpen, quantity - sent - calledOff);

  const allRefunded = Object.values(refunded).reduce((sum, units) => sum + units, 0);
  const removed = Math.max(0, quantity - line.currentQuantity - allRefunded);
  const returnedUnsent = Math.max(0, refunded.RETURN - sent);
  const unexplained = Math.max(0, quantity - sent - open - calledOff - removed - returnedUnsent);
  const legacyUnsent = between(0, refunded.LEGACY_RESTOCK, unexplained);
  const usedUp = between(0, refunded.NO_RESTOCK, unexplained - legacyUnsent);

  const cameBack = refunded.RETURN + (refunded.CANCEL - calledOff) + (refunded.LEGACY_RESTOCK - legacyUnsent);
  return { reserved: open, shipped: sent + usedUp, restocked: between(0, cameBack, sent) };
}

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most));
