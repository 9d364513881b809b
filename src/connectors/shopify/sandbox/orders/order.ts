/**
 * An order as the shop keeps it. Units are counted once, on the line; the numbers that the API shows are worked out of
 * these counters, so that no two of them can disagree.
 */
import type { Bag } from '#connectors/shopify/sandbox/orders/money-bag.ts';
import { bagSum, bagTimes, minusBag, noMoney } from '#connectors/shopify/sandbox/orders/money-bag.ts';
import type { ShopReturn } from '#connectors/shopify/sandbox/orders/returns.ts';
import type { Location, Variant } from '#connectors/shopify/sandbox/shop-state.ts';

export interface ShopOrder {
  id: string;
  number: number;
  /** All moments in milliseconds since 1970, to the second. */
  createdAt: number;
  updatedAt: number;
  cancelledAt: number | null;
  closedAt: number | null;
  currency: string;
  buyer: ShopBuyer;
  note: string | null;
  tags: string[];
  edited: boolean;
  /** Total of the lines when the order was placed. */
  original: Bag;
  lines: OrderLine[];
  fulfillmentOrders: FulfillmentOrder[];
  fulfillments: Fulfillment[];
  refunds: Refund[];
  returns: ShopReturn[];
  payments: Payment[];
}

export interface ShopBuyer {
  id: string;
  addressId: string;
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
  createdAt: number;
}

export interface OrderLine {
  id: string;
  order: ShopOrder;
  /** What was sold; the variant may be gone from the shop since. */
  variant: Variant;
  title: string;
  variantTitle: string | null;
  sku: string;
  vendor: string;
  unitPrice: Bag;
  /** Where its units ship from; the sum of what remains there is what is unfulfilled. */
  parts: FulfillmentOrderLine[];
  /** Units ordered, those that edits added included; nothing is ever subtracted. */
  quantity: number;
  /** Taken off by an edit. */
  removed: number;
  /** Refunded before they left. */
  cancelled: number;
  fulfilled: number;
  /** Refunded, or sent back, after they had left; `restocked` of them are on sale again. */
  returned: number;
  restocked: number;
}

/** The units of an order that ship from one location. */
export interface FulfillmentOrder {
  id: string;
  order: ShopOrder;
  location: Location;
  lines: FulfillmentOrderLine[];
  createdAt: number;
  updatedAt: number;
}

export interface FulfillmentOrderLine {
  id: string;
  source: FulfillmentOrder;
  line: OrderLine;
  remaining: number;
  fulfilled: number;
  /** The units were taken out of `available` when they were ordered: false where the shop did not count them. */
  counted: boolean;
}

export interface Tracking {
  company: string | null;
  number: string | null;
  url: string | null;
}

export interface Fulfillment {
  id: string;
  order: ShopOrder;
  name: string;
  location: Location;
  items: { id: string; part: FulfillmentOrderLine; quantity: number }[];
  tracking: Tracking[];
  cancelled: boolean;
  by: 'api' | 'person';
  createdAt: number;
  updatedAt: number;
}

export type RestockType = 'CANCEL' | 'RETURN' | 'NO_RESTOCK';

export interface Refund {
  id: string;
  order: ShopOrder;
  /** That it came of; null when nothing was sent back before. */
  return: ShopReturn | null;
  items: { id: string; line: OrderLine; quantity: number; restockType: RestockType; location: Location | null }[];
  payment: Payment | null;
  createdAt: number;
}

export interface Payment {
  id: string;
  order: ShopOrder;
  kind: 'SALE' | 'REFUND';
  amount: Bag;
  createdAt: number;
}

export interface OrderEdit {
  id: string;
  order: ShopOrder;
  line: OrderLine;
  delta: number;
  committedAt: number;
}

export const orderName = (order: ShopOrder): string => `#${order.number}`;

/** "The number of units ordered, excluding refunded and removed units." */
export const currentQuantity = (line: OrderLine): number => line.quantity - line.removed - line.cancelled - line.returned;

/** "The number of units not yet fulfilled": those that were refunded or removed will never be. */
export const unfulfilledQuantity = (line: OrderLine): number => line.quantity - line.removed - line.cancelled - line.fulfilled;

export const lineTotal = (line: OrderLine): Bag => bagTimes(line.unitPrice, line.quantity);

/** Units that edits took off count no longer; refunded ones do ("before returns"). */
export const totalOf = (order: ShopOrder): Bag =>
  bagSum(order.lines.map((line) => bagTimes(line.unitPrice, line.quantity - line.removed)));

export const currentTotal = (order: ShopOrder): Bag =>
  bagSum(order.lines.map((line) => bagTimes(line.unitPrice, currentQuantity(line))));

const moneyOfKind = (order: ShopOrder, kind: Payment['kind']): Bag =>
  bagSum(order.payments.filter((payment) => payment.kind === kind).map(({ amount }) => amount));

export const receivedOf = (order: ShopOrder): Bag => moneyOfKind(order, 'SALE');
export const refundedOf = (order: ShopOrder): Bag => moneyOfKind(order, 'REFUND');
export const netPayment = (order: ShopOrder): Bag => minusBag(receivedOf(order), refundedOf(order));

/** Below zero when the shop owes the buyer. */
export const outstandingOf = (order: ShopOrder): Bag => minusBag(currentTotal(order), netPayment(order));

export const wasPaid = (order: ShopOrder): boolean => order.payments.some(({ kind }) => kind === 'SALE');

export type FinancialStatus = 'PENDING' | 'PARTIALLY_PAID' | 'PAID' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'VOIDED';

export function financialStatus(order: ShopOrder): FinancialStatus {
  if (!wasPaid(order)) return order.cancelledAt !== null && currentTotal(order).shop.isZero() ? 'VOIDED' : 'PENDING';
  const refunded = refundedOf(order);
  if (refunded.shop.isZero()) return outstandingOf(order).shop.gt(0) ? 'PARTIALLY_PAID' : 'PAID';
  return refunded.shop.gte(receivedOf(order).shop) ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
}

export type FulfillmentStatus = 'UNFULFILLED' | 'PARTIALLY_FULFILLED' | 'FULFILLED';

/** An order whose units were all called off is shown as unfulfilled: RESTOCKED is a status of the past. */
export function fulfillmentStatus(order: ShopOrder): FulfillmentStatus {
  if (!order.lines.some((line) => line.fulfilled > 0)) return 'UNFULFILLED';
  return openUnits(order) > 0 ? 'PARTIALLY_FULFILLED' : 'FULFILLED';
}

export const openUnits = (order: ShopOrder): number => order.lines.reduce((sum, line) => sum + unfulfilledQuantity(line), 0);

/** Where nothing is left to do, what was shipped decides; which status an order's cancellation leaves is not documented. */
export function fulfillmentOrderStatus({ lines }: FulfillmentOrder): 'OPEN' | 'IN_PROGRESS' | 'CLOSED' | 'CANCELLED' {
  const shipped = lines.some((part) => part.fulfilled > 0);
  if (lines.some((part) => part.remaining > 0)) return shipped ? 'IN_PROGRESS' : 'OPEN';
  return shipped ? 'CLOSED' : 'CANCELLED';
}

export const refundItemMoney = (item: Refund['items'][number]): Bag => bagTimes(item.line.unitPrice, item.quantity);

export const refundMoney = (refund: Refund): Bag => refund.payment?.amount ?? noMoney;

export type OrderEvent =
  | {
      topic:
        | 'ORDERS_CREATE'
        | 'ORDERS_UPDATED'
        | 'ORDERS_PAID'
        | 'ORDERS_CANCELLED'
        | 'ORDERS_FULFILLED'
        | 'ORDERS_PARTIALLY_FULFILLED';
      order: ShopOrder;
    }
  | { topic: 'ORDERS_DELETE'; orderId: string }
  | { topic: 'ORDERS_EDITED'; edit: OrderEdit }
  | { topic: 'REFUNDS_CREATE'; refund: Refund }
  | { topic: 'FULFILLMENTS_CREATE' | 'FULFILLMENTS_UPDATE'; fulfillment: Fulfillment };
