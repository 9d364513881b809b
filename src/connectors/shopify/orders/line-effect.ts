/**
 * What a line wants of our stock, from what the platform counts of it:
 *
 *   units of a line                                              reserved  shipped  restocked
 *   open: neither fulfilled, refunded nor removed                    1        0         0
 *     unpaid, on hold, scheduled, in progress: the same
 *   fulfilled, by a fulfillment that was not cancelled               0        1         0
 *     refunded and not restocked (NO_RESTOCK): the buyer has it      0        1         0
 *     refunded and returned (RETURN)                                 0        1         1
 *     in a return, and disposed of as RESTOCKED, refunded or not     0        1         1
 *     in a return, and NOT_RESTOCKED, MISSING, still in the works    0        1         0
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
 *
 * A return puts goods back by dispositions of its reverse fulfillment orders, "RESTOCKED: an item that was restocked"; its
 * refund is "the financial refund without any restocking input" (refundCreate, returnRefund in the Admin schema), and may come
 * later or, for an exchange, never: the platform asks apps to take restocks from the dispositions
 * (https://github.com/microsoft/ALAppExtensions/issues/26215). Whether the refund of a return repeats the restock as RETURN is
 * not documented. So, of one return and one line: what was disposed of is back if its disposition says RESTOCKED, whatever the
 * refund says; of the rest, as many as the refund calls RETURN beyond those. A refund that came of no return (`Return.refunds`
 * does not have it) speaks of units of its own, and counts beside.
 * "You can return only items that have been fulfilled": no unit of a return explains what was not
 * (https://shopify.dev/docs/apps/build/orders-fulfillment/returns-apps/manage-reverse-fulfillment-orders).
 */
import type { OrderEffect } from '#connectors/order.ts';
import type { Line, RestockType } from '#connectors/shopify/orders/order-schema.ts';

type Counts = Pick<Line, 'quantity' | 'currentQuantity' | 'unfulfilledQuantity'>;

/** Units, by what was done with the goods. */
export type Refunded = Readonly<Record<RestockType, number>>;

/** Units of a line in one return. */
export interface Returned {
  /** That are, or were, to be sent back. */
  units: number;
  /** Of which was said what was done with them, and those of them that were put on sale again. */
  disposed: number;
  restocked: number;
  /** In refunds that came of this return. */
  refunded: Refunded;
}

/** Units of a line in fulfillments that stand, in refunds that came of no return, and in returns. */
export interface Moved {
  fulfilled: number;
  refunded: Refunded;
  returns: readonly Returned[];
}

export const notMoved: Moved = {
  fulfilled: 0,
  refunded: { NO_RESTOCK: 0, CANCEL: 0, RETURN: 0, LEGACY_RESTOCK: 0 },
  returns: [],
};

/** Holds whatever the counts say: reserved + shipped <= quantity, restocked <= shipped, nothing below zero. */
export function effectOfLine(line: Counts, { fulfilled, refunded, returns }: Moved, cancelled: boolean): OrderEffect {
  const quantity = Math.max(0, line.quantity);
  const sent = between(0, fulfilled, quantity);
  const calledOff = between(0, refunded.CANCEL, quantity - sent);
  const atMostOpen = Math.min(line.unfulfilledQuantity, line.currentQuantity);
  const open = cancelled ? 0 : between(0, atMostOpen, quantity - sent - calledOff);

  // Refunded or not, a unit of a return is no longer current; and none of them is one that an edit took off.
  const ofReturns = returns.reduce((sum, one) => sum + Math.max(one.units, totalOf(one.refunded)), 0);
  const removed = Math.max(0, quantity - line.currentQuantity - totalOf(refunded) - ofReturns);
  const returnedUnsent = Math.max(0, refunded.RETURN - sent);
  const unexplained = Math.max(0, quantity - sent - open - calledOff - removed - returnedUnsent);
  const legacyUnsent = between(0, refunded.LEGACY_RESTOCK, unexplained);
  const usedUp = between(0, refunded.NO_RESTOCK, unexplained - legacyUnsent);

  const byReturns = returns.reduce((sum, one) => sum + putBackBy(one), 0);
  const cameBack = refunded.RETURN + (refunded.CANCEL - calledOff) + (refunded.LEGACY_RESTOCK - legacyUnsent) + byReturns;
  return { reserved: open, shipped: sent + usedUp, restocked: between(0, cameBack, sent) };
}

const putBackBy = ({ units, disposed, restocked, refunded }: Returned): number =>
  Math.max(0, restocked) + between(0, refunded.RETURN + refunded.LEGACY_RESTOCK - restocked, Math.max(0, units - disposed));

const totalOf = (refunded: Refunded): number => Object.values(refunded).reduce((sum, units) => sum + units, 0);

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(value, most));
