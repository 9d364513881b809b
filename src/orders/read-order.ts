/** One order with all that is known of it. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { OrderAddress, RemoteOrder } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { refusalSentence } from '#listings/refusal-sentence.ts';
import { openDetailsOrNull } from '#orders/customer-details.ts';
import { type ListedOrder, type OrderView, readListed } from '#orders/list-orders.ts';
import { parkedSentence } from '#orders/order-sentences.ts';
import type { ParkedReason } from '#orders/orders.ts';
import { coveredUnits, unitsToShip, whyNotShippable } from '#orders/shippable.ts';
import type { Hub } from '#stores/hub.ts';
import { findStore } from '#stores/stores-store.ts';

export interface ShownItem {
  id: string;
  title: string;
  variantTitle: string;
  sku: string;
  quantity: number;
  unitPrice: string;
  discount: string;
  fulfilledBy: 'seller' | 'platform';
  wanted: { reserved: number; shipped: number; restocked: number };
  toShip: number;
  parked: ParkedReason | null;
  parkedSentence: string | null;
  oversoldUnits: number;
  /** Units that the first count of the variant contains, for the order is older than it: they are not taken off again. */
  unitsInFirstCount: number;
  vanished: boolean;
  listingId: string | null;
  variantId: string | null;
  productId: string | null;
  imageUrl: string | null;
  bookings: { locationId: string; locationName: string; reserved: number; shipped: number; restocked: number }[];
}

export type ShipmentState = 'unsent' | 'sent' | 'unknown' | 'done' | 'refused' | 'cancelled';

export interface ShownShipment {
  id: string;
  platformShipmentId: string | null;
  carrier: string;
  trackingNumber: string;
  trackingUrl: string | null;
  state: ShipmentState;
  refusalSentence: string | null;
  /** `itemId` is null for something that the order does not name. */
  items: { itemId: string | null; title: string; quantity: number }[];
  createdAt: Date;
  ours: boolean;
}

export interface ShownOrder extends ListedOrder {
  cancelledAt: Date | null;
  cancelReason: string | null;
  totals: { subtotal: string; discount: string; shipping: string; tax: string; total: string; refunded: string };
  buyer: RemoteOrder['buyer'] | null;
  shippingAddress: OrderAddress | null;
  buyerNote: string;
  platformTags: string[];
  /** What it reserved was given back, because nobody paid. */
  reservationExpiredAt: Date | null;
  items: ShownItem[];
  shipments: ShownShipment[];
  canShip: { possible: boolean; why: string | null };
  /** Null: any text will do. Else the platform has a list of its own to choose from, which it is asked for. */
  carriers: null | [];
}

export const noSuchOrder = () => new AppError('not_found', 'There is no such order. It may have been removed; reload the page.');

/** Throws 'not_found' when the organization has no such order. */
export async function readOrder(hub: Hub, tx: Transaction, orderId: string, view: OrderView): Promise<ShownOrder> {
  const [listed] = await readListed(hub, tx, [orderId], view);
  const { rows } = await tx.execute<HeadRow>(sql`
    select cancelled_at, cancel_reason, subtotal::text, discount::text, shipping::text, tax::text, total::text, refunded::text, platform_tags, reservation_expired_at,
      case when ${view.customers} then sealed_details end as sealed
    from orders where organization_id = ${tx.organizationId} and id = ${orderId}`);
  const [head] = rows;
  if (listed === undefined || head === undefined) throw noSuchOrder();
  const store = await findStore(tx, listed.storeId);
  const items = await readItems(tx, orderId, store.name);
  const details = await openDetailsOrNull(hub, orderId, head.sealed);
  const why = whyNotShippable(
    hub,
    store,
    listed.status,
    items.reduce((sum, { toShip }) => sum + toShip, 0),
  );
  const { subtotal, discount, shipping, tax, total, refunded } = head;
  return {
    ...listed,
    cancelledAt: head.cancelled_at,
    cancelReason: head.cancel_reason,
    totals: { subtotal, discount, shipping, tax, total, refunded },
    buyer: details?.buyer ?? null,
    shippingAddress: details?.shippingAddress ?? null,
    buyerNote: details?.note ?? '',
    platformTags: head.platform_tags,
    reservationExpiredAt: head.reservation_expired_at,
    items: items.map(({ platformItemId: _, ...item }) => item),
    shipments: await readShipments(hub, tx, orderId, store.platform, items),
    canShip: { possible: why === null, why },
    carriers: hub.connectors[store.platform]?.orders?.carriers === undefined ? null : [],
  };
}

interface HeadRow extends Record<string, unknown> {
  cancelled_at: Date | null;
  cancel_reason: string | null;
  subtotal: string;
  discount: string;
  shipping: string;
  tax: string;
  total: string;
  refunded: string;
  platform_tags: string[];
  reservation_expired_at: Date | null;
  sealed: string | null;
}

type ItemRow = Omit<ShownItem, 'wanted' | 'toShip' | 'parkedSentence' | 'bookings'> &
  ShownItem['wanted'] & { platformItemId: string } & Record<string, unknown>;

async function readItems(
  tx: Transaction,
  orderId: string,
  storeName: string,
): Promise<(ShownItem & { platformItemId: string })[]> {
  const { rows } = await tx.execute<ItemRow>(sql`
    select i.id, i.platform_item_id as "platformItemId", i.title, i.variant_title as "variantTitle", i.sku, i.quantity, i.unit_price::text as "unitPrice",
      i.discount::text as discount, i.fulfilled_by as "fulfilledBy", i.reserved, i.shipped, i.restocked, i.parked, i.oversold_units as "oversoldUnits", i.vanished,
      greatest(0, -coalesce((i.booked_from -> 0 -> 'baseline' ->> 'contained')::integer, 0)) as "unitsInFirstCount",
      l.id as "listingId", v.id as "variantId", v.product_id as "productId", l.image_url as "imageUrl"
    from order_items i
    left join listings l on l.organization_id = i.organization_id and l.store_id = i.store_id and l.platform_variant_id = i.platform_variant_id
      and (i.platform_product_id is null or l.platform_product_id = i.platform_product_id)
    left join product_variants v on v.organization_id = i.organization_id and v.id = coalesce((i.booked_from -> 0 ->> 'variantId')::uuid, l.variant_id)
    where i.organization_id = ${tx.organizationId} and i.order_id = ${orderId} order by i.id`);
  const bookings = await readBookings(tx, orderId);
  const covered = await coveredUnits(tx, orderId);
  return rows.map(({ reserved, shipped, restocked, ...row }) => ({
    ...row,
    wanted: { reserved, shipped, restocked },
    toShip: unitsToShip({ ...row, reserved }, covered),
    parkedSentence: row.parked === null ? null : parkedSentence(row.parked, storeName),
    bookings: bookings.get(row.id) ?? [],
  }));
}

async function readBookings(tx: Transaction, orderId: string): Promise<Map<string, ShownItem['bookings']>> {
  const { rows } = await tx.execute<ShownItem['bookings'][number] & { item_id: string } & Record<string, unknown>>(sql`
    select b.item_id, b.location_id as "locationId", w.name as "locationName", sum(b.reserved)::integer as reserved, sum(b.shipped)::integer as shipped,
      sum(b.restocked)::integer as restocked
    from order_items i
    join order_bookings b on b.organization_id = i.organization_id and b.item_id = i.id
    join inventory_locations w on w.organization_id = b.organization_id and w.id = b.location_id
    where i.organization_id = ${tx.organizationId} and i.order_id = ${orderId} and (b.reserved, b.shipped, b.restocked) <> (0, 0, 0)
    group by 1, 2, 3, w.priority order by 1, w.priority, w.name, 2`);
  const bookings = new Map<string, ShownItem['bookings']>();
  for (const { item_id, ...booking } of rows) {
    const own = bookings.get(item_id);
    if (own === undefined) bookings.set(item_id, [booking]);
    else own.push(booking);
  }
  return bookings;
}

/** One shipment of an order. Throws 'not_found'. */
export async function readShipment(hub: Hub, tx: Transaction, orderId: string, shipmentId: string): Promise<ShownShipment> {
  const { rows } = await tx.execute<{ platform: string; id: string; platformItemId: string; title: string }>(sql`
    select s.platform, i.id, i.platform_item_id as "platformItemId", i.title from order_items i
    join stores s on s.organization_id = i.organization_id and s.id = i.store_id
    where i.organization_id = ${tx.organizationId} and i.order_id = ${orderId}`);
  const shipments = await readShipments(hub, tx, orderId, rows[0]?.platform ?? '', rows);
  const found = shipments.find(({ id }) => id === shipmentId);
  if (found === undefined) throw new AppError('not_found', 'There is no such shipment of this order. Reload the page.');
  return found;
}

async function readShipments(
  hub: Hub,
  tx: Transaction,
  orderId: string,
  platform: string,
  items: readonly { id: string; platformItemId: string; title: string }[],
): Promise<ShownShipment[]> {
  const { rows } = await tx.execute<ShipmentRow>(sql`
    select id, platform_shipment_id as "platformShipmentId", carrier, tracking_number as "trackingNumber", tracking_url as "trackingUrl", state, refusal, items,
      created_at as "createdAt", created_by is not null as ours
    from order_shipments where organization_id = ${tx.organizationId} and order_id = ${orderId} order by created_at, id`);
  const byPlatformId = new Map(items.map((item) => [item.platformItemId, item]));
  return rows.map(({ refusal, items: parts, ...row }) => ({
    ...row,
    refusalSentence: refusal === null || row.state !== 'refused' ? null : refusalSentence(hub.connectors, platform, refusal),
    items: parts.map(({ itemId, quantity }) => {
      const item = byPlatformId.get(itemId);
      return { itemId: item?.id ?? null, title: item?.title ?? '', quantity };
    }),
  }));
}

interface ShipmentRow extends Omit<ShownShipment, 'refusalSentence' | 'items'>, Record<string, unknown> {
  refusal: { code: string; parameters: Record<string, string | number> } | null;
  items: { itemId: string; quantity: number }[];
}
