/**
 * The platform keeps how an order is paid and how it is fulfilled apart. Of both, and of its cancellation, one word is made:
 *
 *   CANCELLED                          it is cancelled, whatever else
 *   PAYMENT_PENDING, _EXPIRED, _VOIDED the seller waits for money, and nothing has been shipped
 *   DELIVERED                          everything is fulfilled, and the carrier has handed over all of it
 *   else                               the fulfillment status as the platform shows it
 *
 * Cash on delivery is pending until the parcel is there: such an order waits for nothing, and is open.
 */
import type { OrderStatus } from '#connectors/order.ts';

export const orderStatuses = {
  PAYMENT_PENDING: 'unpaid',
  PAYMENT_EXPIRED: 'unpaid',
  PAYMENT_VOIDED: 'unpaid',
  UNFULFILLED: 'open',
  IN_PROGRESS: 'open',
  REQUEST_DECLINED: 'open',
  // "Replaced by": words of older orders.
  OPEN: 'open',
  PENDING_FULFILLMENT: 'open',
  ON_HOLD: 'on_hold',
  SCHEDULED: 'on_hold',
  PARTIALLY_FULFILLED: 'partially_shipped',
  FULFILLED: 'shipped',
  DELIVERED: 'delivered',
  FULFILLMENT_NOT_REQUIRED: 'completed',
  RESTOCKED: 'cancelled',
  CANCELLED: 'cancelled',
} as const satisfies Record<string, OrderStatus>;

interface Facts {
  cancelledAt?: string | null | undefined;
  displayFinancialStatus?: string | null | undefined;
  displayFulfillmentStatus: string;
  paymentGatewayNames: readonly string[];
  /** Of the shipments that were not cancelled. */
  shipments: readonly { displayStatus: string }[];
}

const waitsForMoney: ReadonlySet<string> = new Set(['PENDING', 'EXPIRED', 'VOIDED']);
const shippedIn: ReadonlySet<string> = new Set(['PARTIALLY_FULFILLED', 'FULFILLED', 'FULFILLMENT_NOT_REQUIRED', 'RESTOCKED']);
const handedOver: ReadonlySet<string> = new Set(['DELIVERED', 'PICKED_UP']);
/** The platform's own method is named so; a seller may name his own as he likes. */
const cashOnDelivery = /cash on delivery|\bcod\b/i;

export function nativeStatusOf(order: Facts): string {
  const { displayFinancialStatus: paid, displayFulfillmentStatus: fulfilled, shipments } = order;
  if (order.cancelledAt) return 'CANCELLED';
  const laterByNature = order.paymentGatewayNames.some((name) => cashOnDelivery.test(name));
  if (paid && waitsForMoney.has(paid) && !laterByNature && !shippedIn.has(fulfilled)) return `PAYMENT_${paid}`;
  const allThere = shipments.length > 0 && shipments.every(({ displayStatus }) => handedOver.has(displayStatus));
  return fulfilled === 'FULFILLED' && allThere ? 'DELIVERED' : fulfilled;
}
