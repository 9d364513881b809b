/**
 * What one line, which is one unit, wants of our stock:
 *
 *   line (or, where it says nothing, its order)              reserved  shipped  restocked
 *   UNPAID, ON_HOLD, AWAITING_SHIPMENT, any unknown word         1        0         0
 *   AWAITING_COLLECTION, IN_TRANSIT, DELIVERED, COMPLETED        0        1         0
 *     refunded, and the buyer keeps it                           0        1         0
 *     returned and refunded                                      0        1         1
 *   CANCELLED before the carrier had it                          0        0         0
 *     and it is not to be sold again                             0        1         0
 *   CANCELLED after the carrier had it (lost, undeliverable)     0        1         0
 *     and it is to be sold again                                 0        1         1
 *
 * Paid or not, an order holds its units: the platform counts them as committed from the moment it is placed. What is arranged
 * for collection counts as shipped, as the platform says it ("ready to ship"); called off before it is collected it is back.
 * "Not to be sold again" is `should_replenish_stock` of the cancellation of an order that was paid: such a unit never left, and
 * is not there. What was never paid cannot have been used up.
 */
import type { OrderEffect } from '#connectors/order.ts';
import type { Cancellation, Line, Order, Return } from '#connectors/tiktok_shop/orders/order-schema.ts';

const cancelledStatuses: ReadonlySet<string> = new Set(['CANCELLED', 'CANCEL']);
const sentStatuses: ReadonlySet<string> = new Set(['AWAITING_COLLECTION', 'IN_TRANSIT', 'DELIVERED', 'COMPLETED']);

export type Stage = 'open' | 'sent' | 'cancelled';

type LineState = Pick<Line, 'display_status' | 'package_status' | 'rts_time'>;
type OrderState = Pick<Order, 'status' | 'collection_time' | 'paid_time' | 'is_cod'>;

export function stageOf(line: LineState, order: Pick<Order, 'status'>): Stage {
  if (cancelledStatuses.has(order.status) || cancelledStatuses.has(line.display_status)) return 'cancelled';
  if (line.display_status !== '') return sentStatuses.has(line.display_status) ? 'sent' : 'open';
  return sentStatuses.has(order.status) || (order.status === 'PARTIALLY_SHIPPING' && line.rts_time) ? 'sent' : 'open';
}

/** What cancellations and returns say of a line. */
export interface Reversal {
  /** The completed cancellation that has the line, if any. */
  cancelled: Pick<Cancellation, 'create_time' | 'update_time' | 'should_replenish_stock'> | null;
  /** A completed return has brought it back. */
  cameBack: boolean;
}

export function effectOfLine(line: LineState, order: OrderState, { cancelled, cameBack }: Reversal): OrderEffect {
  const stage = stageOf(line, order);
  if (stage === 'open') return { reserved: 1, shipped: 0, restocked: 0 };
  if (stage === 'sent') return { reserved: 0, shipped: 1, restocked: cameBack ? 1 : 0 };
  const replenish = cancelled?.should_replenish_stock ?? null;
  if (hadLeft(line, order, cancelled)) return { reserved: 0, shipped: 1, restocked: cameBack || replenish === true ? 1 : 0 };
  const bought = order.is_cod || Boolean(order.paid_time);
  return { reserved: 0, shipped: bought && replenish === false ? 1 : 0, restocked: 0 };
}

/** Whether the carrier had a cancelled line. Where it stays open, it had: what is not there must not be sold. */
function hadLeft(line: LineState, order: OrderState, cancelled: Reversal['cancelled']): boolean {
  if (line.package_status === 'FULFILLING' || line.package_status === 'COMPLETED') return true;
  if (line.package_status === 'TO_FULFILL' || line.package_status === 'PROCESSING') return false;
  if (!line.rts_time || !order.collection_time) return false;
  return (cancelled?.create_time ?? cancelled?.update_time ?? order.collection_time) >= order.collection_time;
}

export const isCompleted = ({ cancel_status: status }: Pick<Cancellation, 'cancel_status'>): boolean =>
  status === 'CANCELLATION_REQUEST_COMPLETE' || status === 'CANCELLATION_REQUEST_SUCCESS';

/** "The return/refund was processed successfully. The buyer has been refunded." */
export const isRefunded = ({ return_status: status }: Pick<Return, 'return_status'>): boolean =>
  status === 'RETURN_OR_REFUND_REQUEST_COMPLETE' || status === 'REPLACEMENT_REQUEST_REFUND_SUCCESS';

/** Goods are here again: the buyer had to send them, and was refunded. Whether they are fit for sale the platform does not say. */
export const broughtBack = (one: Pick<Return, 'return_status' | 'return_type' | 'can_buyer_keep_item'>): boolean =>
  one.return_type === 'RETURN_AND_REFUND' &&
  one.return_status === 'RETURN_OR_REFUND_REQUEST_COMPLETE' &&
  !one.can_buyer_keep_item;
