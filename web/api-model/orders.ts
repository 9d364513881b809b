/** What the API answers of orders and sales. Conventions as in api-model.ts. */

export const orderStatuses = [
  'unpaid',
  'on_hold',
  'open',
  'partially_shipped',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export const orderAttentions = ['oversold', 'unlinked', 'refused'] as const;

export const financialStatuses = [
  'pending',
  'authorized',
  'partially_paid',
  'paid',
  'partially_refunded',
  'refunded',
  'voided',
] as const;
export type FinancialStatus = (typeof financialStatuses)[number];

export interface Order {
  id: string;
  storeId: string;
  storeName: string;
  platform: string;
  badge: string;
  number: string;
  status: OrderStatus;
  nativeStatus: string;
  financialStatus: FinancialStatus;
  placedAt: string;
  updatedAt: string;
  currency: string;
  total: string;
  itemCount: number;
  unitCount: number;
  /** Items that take nothing off the stock until their listing is linked. */
  unlinkedCount: number;
  oversold: boolean;
  /** The platform refused the shipment that was reported last. */
  shipmentRefused: boolean;
  tags: string[];
  note: string;
  /** Null when it was erased, or is not shown to who looks. */
  buyerName: string | null;
  url: string | null;
  firstItems: { title: string; variantTitle: string; quantity: number }[];
}

export type ParkedReason = 'unlinked' | 'not_tracked' | 'not_counted' | 'owner_counts' | 'platform_fulfils';

export interface OrderItem {
  id: string;
  title: string;
  variantTitle: string;
  sku: string;
  quantity: number;
  unitPrice: string;
  discount: string;
  fulfilledBy: 'seller' | 'platform';
  wanted: { reserved: number; shipped: number; restocked: number };
  /** Units that can still be reported as shipped. */
  toShip: number;
  parked: ParkedReason | null;
  parkedSentence: string | null;
  oversoldUnits: number;
  /** Units that the first count of the variant contains, for the order is older than it. */
  unitsInFirstCount: number;
  /** It was taken out of the order. */
  vanished: boolean;
  listingId: string | null;
  variantId: string | null;
  productId: string | null;
  imageUrl: string | null;
  bookings: { locationId: string; locationName: string; reserved: number; shipped: number; restocked: number }[];
}

export type ShipmentState = 'unsent' | 'sent' | 'unknown' | 'done' | 'refused' | 'cancelled';

export interface Shipment {
  id: string;
  platformShipmentId: string | null;
  carrier: string;
  trackingNumber: string;
  trackingUrl: string | null;
  state: ShipmentState;
  refusalSentence: string | null;
  items: { itemId: string | null; title: string; quantity: number }[];
  createdAt: string;
  /** Reported from here, not by the platform. */
  ours: boolean;
}

export interface Address {
  name: string;
  company: string;
  line1: string;
  line2: string;
  city: string;
  region: string;
  postalCode: string;
  countryCode: string;
  phone: string;
}

export interface OrderDetail extends Order {
  cancelledAt: string | null;
  cancelReason: string | null;
  totals: { subtotal: string; discount: string; shipping: string; tax: string; total: string; refunded: string };
  buyer: { name: string; email: string; phone: string } | null;
  shippingAddress: Address | null;
  buyerNote: string;
  platformTags: string[];
  /** What it reserved was given back, because nobody paid. */
  reservationExpiredAt: string | null;
  items: OrderItem[];
  shipments: Shipment[];
  canShip: { possible: boolean; why: string | null };
  /** Null where any text will do; else the store has a list of its own, to be asked for. */
  carriers: Carrier[] | null;
}

export interface TimelineLine {
  at: string;
  code: string;
  sentence: string;
  /** Null for what the platform or StoreSync did. */
  who: string | null;
}

export interface Carrier {
  code: string;
  name: string;
}

export interface OrderCounts {
  toShip: number;
  unpaid: number;
  attention: number;
  /** The reasons one by one; an order may have several. */
  oversold: number;
  unlinked: number;
  refused: number;
  /** Listings that have shown too few for a while, and no order says why. */
  unexplained: number;
  /** Placed today, in the organization's time zone. */
  today: number;
}

/** What one store sold on one day in one currency. Days on which it sold nothing are left out. */
export interface SalesEntry {
  /** '2026-11-21', in the organization's time zone. */
  day: string;
  storeId: string;
  currency: string;
  orders: number;
  units: number;
  total: string;
  /** What was paid back of it since. */
  refunded: string;
}

export interface Sales {
  /** The organization's own. */
  currency: string;
  series: SalesEntry[];
}
