/** Orders in hub terms: what a connector makes of a platform's orders, and what it is told of shipments. */
import type { PlatformAnswer, Refusal } from '#connectors/errors.ts';

/** What the engine must know of a platform's orders. */
export interface OrderFeed {
  /** An order may show up in the feed so long after it was placed: a reading's watermark is its start less this. */
  feedLagSeconds: number;
  /** How far back the feed goes; null when it has no end. */
  historyDays: number | null;
  /**
   * No quantity above zero is written on an order reading older than this, unless writes name what they replace. A bound
   * on the units that can be oversold, not a figure of the platform.
   */
  readingBoundSeconds: number;
  ordersPerRead: number;
  /** Shipments can be reported, with a tracking number. */
  fulfils: boolean;
  /** Native status -> what it is called here; for lists and filters. Statuses not named are shown as `open` and logged. */
  statuses: Readonly<Record<string, OrderStatus>>;
}

export type OrderStatus =
  | 'unpaid'
  | 'on_hold'
  | 'open'
  | 'partially_shipped'
  | 'shipped'
  | 'delivered'
  | 'completed'
  | 'cancelled';

/** An order as its newest snapshot says. Amounts are decimal text in `currency`. */
export interface RemoteOrder {
  id: string;
  /** What the seller calls it. */
  number: string;
  nativeStatus: string;
  financialStatus: 'pending' | 'authorized' | 'partially_paid' | 'paid' | 'partially_refunded' | 'refunded' | 'voided';
  /** ISO 8601 by the platform's clock. `updatedAt` orders the snapshots. */
  createdAt: string;
  updatedAt: string;
  cancelledAt: string | null;
  cancelReason: string | null;
  currency: string;
  totals: OrderTotals;
  buyer: { name: string; email: string; phone: string };
  /** Null when the order is not shipped, or the platform does not show it (any more). */
  shippingAddress: OrderAddress | null;
  note: string;
  tags: readonly string[];
  url: string | null;
  items: readonly RemoteOrderItem[];
  shipments: readonly RemoteShipment[];
  /** The platform's own object, kept whole. */
  raw: unknown;
}

export interface OrderTotals {
  subtotal: string;
  discount: string;
  shipping: string;
  tax: string;
  total: string;
  refunded: string;
}

export interface OrderAddress {
  name: string;
  company: string;
  line1: string;
  line2: string;
  city: string;
  region: string;
  postalCode: string;
  /** ISO 3166-1 alpha-2; '' when unknown. */
  countryCode: string;
  phone: string;
}

export interface RemoteOrderItem {
  id: string;
  /** Null when the thing sold is no listing (a tip, a custom line, a deleted product). */
  productId: string | null;
  variantId: string | null;
  sku: string;
  title: string;
  variantTitle: string;
  /** Units ordered, edits included, cancellations not subtracted. */
  quantity: number;
  unitPrice: string;
  discount: string;
  effect: OrderEffect;
  /** The platform's location that ships it, when it says so. */
  locationId: string | null;
  /** How many units each of its locations ships, where they are several. */
  shares?: readonly LocationShare[];
  /** What the platform ships from its own warehouse books nothing here. */
  fulfilledBy: 'seller' | 'platform';
}

export interface LocationShare {
  locationId: string;
  units: number;
}

/**
 * What an item wants of our stock, as a function of the newest snapshot: units promised and still here, units that have
 * left for good, units that came back. Cancelled units are none of them. on hand changes by restocked - shipped.
 */
export interface OrderEffect {
  reserved: number;
  shipped: number;
  restocked: number;
}

export interface RemoteShipment {
  id: string;
  createdAt: string;
  carrier: string;
  trackingNumber: string;
  trackingUrl: string | null;
  cancelled: boolean;
  items: readonly { itemId: string; quantity: number }[];
}

/** An order whose shape is not understood. */
export interface UnreadableOrder {
  /** '' when not even that can be read. */
  id: string;
  /** As the platform writes it; null when it cannot be read. Tells two snapshots apart. */
  updatedAt: string | null;
  /** Which fields are of another kind than documented. Holds nothing of the buyer. */
  why: string;
  raw: unknown;
}

/** Who listens is told of what stands beside the orders that could be read. */
export interface OrderRemarks {
  /** Absent: an order of a strange shape makes the whole answer a MalformedResponse. */
  unreadable?(order: UnreadableOrder): void;
  /**
   * An order that was asked for by its id, and of which the platform says that it does not exist; never one that is merely
   * missing from an answer. What is out of our sight may be answered so as well: see OrderFeed.historyDays.
   */
  gone?(orderId: string): void;
}

export interface OrderPullRequest extends Pick<OrderRemarks, 'unreadable'> {
  /** Orders changed at or after this moment (ISO 8601, platform's clock). */
  since: string;
  log(message: string, details?: Record<string, unknown>): void;
}

export interface ShipmentWrite {
  /** A UUID, committed before sending, for the connector to find what a lost call has made. */
  writeId: string;
  orderId: string;
  items: readonly { itemId: string; quantity: number }[];
  tracking: { number: string; carrier: string; url: string | null } | null;
  notifyBuyer: boolean;
}

/** `unknown`: it may have been made; the order's shipments are read before it is tried again. */
export type ShipmentResult =
  | { outcome: 'applied'; shipmentId: string }
  | { outcome: 'refused'; refusal: Refusal }
  | { outcome: 'unknown'; answer?: PlatformAnswer };
