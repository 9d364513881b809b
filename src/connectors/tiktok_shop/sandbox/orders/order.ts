/**
 * What the practice shop keeps of its orders. A line is one unit, as on the platform: three of a kind are three lines.
 *
 *   UNPAID -> (ON_HOLD) -> AWAITING_SHIPMENT -> (PARTIALLY_SHIPPING) -> AWAITING_COLLECTION -> IN_TRANSIT -> DELIVERED
 *
 * and CANCELLED from each of them up to AWAITING_COLLECTION, once no line is left. Source: Get Order Detail, `status`. The
 * status is nowhere kept: it follows from the lines and their parcels.
 */
import type { ShopSku } from '#connectors/tiktok_shop/sandbox/goods.ts';

export const orderStatuses = [
  'UNPAID',
  'ON_HOLD',
  'AWAITING_SHIPMENT',
  'PARTIALLY_SHIPPING',
  'AWAITING_COLLECTION',
  'IN_TRANSIT',
  'DELIVERED',
  'COMPLETED',
  'CANCELLED',
] as const;

export type OrderStatus = (typeof orderStatuses)[number];

export interface ShopOrder {
  id: string;
  buyer: Buyer;
  note: string;
  /** Place of the sales warehouse in the shop's list: an order is shipped from one (Get Order Detail, `warehouse_id`). */
  warehouse: number;
  lines: OrderLine[];
  parcels: Parcel[];
  createSeconds: number;
  updateSeconds: number;
  paidSeconds: number | null;
  /** Accepted, and the buyer may still call it off by himself. */
  held: boolean;
  wasHeld: boolean;
  cancelSeconds: number | null;
  collectionSeconds: number | null;
  deliverySeconds: number | null;
}

export interface Buyer {
  id: string;
  name: string;
}

export interface OrderLine {
  id: string;
  sku: ShopSku;
  price: string;
  parcel: Parcel | null;
  /** Called off, by this. */
  cancellation: Cancellation | null;
  /** Paid back after it was shipped, by this. */
  return: ShopReturn | null;
}

/** Source: Get Order Detail, `package_status`. Outside the US and the UK a parcel is there before it is shipped. */
export interface Parcel {
  id: string;
  progress: 'TO_FULFILL' | 'PROCESSING' | 'FULFILLING' | 'COMPLETED';
  carrier: Carrier | null;
  trackingNumber: string;
  createSeconds: number;
  updateSeconds: number;
  /** When shipping was arranged. */
  arrangedSeconds: number | null;
  by: 'api' | 'person';
}

export interface Carrier {
  id: string;
  name: string;
}

export type Role = 'BUYER' | 'SELLER' | 'SYSTEM';

/** A completed cancellation of lines. `replenish`: the units are on sale again (`should_replenish_stock`). */
export interface Cancellation {
  id: string;
  order: ShopOrder;
  lines: readonly OrderLine[];
  lineIds: readonly string[];
  role: Role;
  replenish: boolean;
  paid: boolean;
  seconds: number;
}

/** A completed return (the goods came back) or refund (the buyer keeps them). */
export interface ShopReturn {
  id: string;
  order: ShopOrder;
  lines: readonly OrderLine[];
  lineIds: readonly string[];
  type: 'RETURN_AND_REFUND' | 'REFUND';
  seconds: number;
}

export const isArranged = (line: OrderLine): boolean => line.parcel !== null && line.parcel.progress !== 'TO_FULFILL';
export const isOpen = (line: OrderLine): boolean => line.cancellation === null && !isArranged(line);
export const isShipped = (line: OrderLine): boolean => line.cancellation === null && isArranged(line);

const ofProgress = { PROCESSING: 'AWAITING_COLLECTION', FULFILLING: 'IN_TRANSIT', COMPLETED: 'DELIVERED' } as const;

/** Get Order Detail, `line_items.display_status`: it knows no ON_HOLD. */
export function statusOfLine(line: OrderLine, order: ShopOrder): Exclude<OrderStatus, 'ON_HOLD' | 'PARTIALLY_SHIPPING'> {
  if (line.cancellation !== null) return 'CANCELLED';
  if (line.parcel !== null && line.parcel.progress !== 'TO_FULFILL') return ofProgress[line.parcel.progress];
  return order.paidSeconds === null ? 'UNPAID' : 'AWAITING_SHIPMENT';
}

export function statusOf(order: ShopOrder): OrderStatus {
  const left = order.lines.filter((line) => line.cancellation === null);
  if (left.length === 0) return 'CANCELLED';
  if (order.paidSeconds === null) return 'UNPAID';
  if (order.held) return 'ON_HOLD';
  if (left.some(isOpen)) return left.some(isShipped) ? 'PARTIALLY_SHIPPING' : 'AWAITING_SHIPMENT';
  // The parcel that is behind decides.
  const lineStatuses = left.map((line) => statusOfLine(line, order));
  return (['AWAITING_COLLECTION', 'IN_TRANSIT', 'DELIVERED'] as const).find((one) => lineStatuses.includes(one)) ?? 'DELIVERED';
}
