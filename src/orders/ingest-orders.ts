/**
 * Takes in what a platform says of its orders. The newest snapshot counts: an older one changes nothing, one of the same
 * moment with another content is asked for again by the caller. What the items want of the stock is then booked as a
 * difference, in the same transaction.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { OrderFeed, RemoteOrder } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { bookOrders } from '#orders/book-orders.ts';
import { buyerKeys, sealDetails } from '#orders/customer-details.ts';
import { addOrderEvents, type OrderEventLine } from '#orders/order-events.ts';
import { saveShipments } from '#orders/save-shipments.ts';
import { soundOrder } from '#orders/sound-order.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreRow } from '#stores/stores-store.ts';

export interface IngestOptions {
  feed: OrderFeed;
  isSource: boolean;
  /** Read from the platform just now, one by one: counts also against a snapshot of the same moment. */
  fresh: boolean;
}

export interface Ingested {
  taken: number;
  /** Ids at the platform of orders that say something else than another snapshot of the same moment. */
  ambiguous: string[];
}

interface Known extends Record<string, unknown> {
  id: string;
  platform_order_id: string;
  status: string;
  snapshot_at: Date;
  snapshot_hash: string;
  is_new: boolean;
}

/** The caller holds the store's fence. */
export async function ingestOrders(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  orders: readonly RemoteOrder[],
  options: IngestOptions,
): Promise<Ingested> {
  const newest = newestOf(orders).map(soundOrder);
  if (newest.length === 0) return { taken: 0, ambiguous: [] };
  const hashes = new Map(newest.map((order) => [order.id, hashOf(order)]));
  const known = await lockOrders(hub, tx, store, newest, hashes);
  const ambiguous: string[] = [];
  const taken: { order: RemoteOrder; row: Known }[] = [];
  for (const order of newest) {
    const row = known.get(order.id);
    if (row === undefined) continue;
    const ageMs = new Date(order.updatedAt).getTime() - row.snapshot_at.getTime();
    const same = row.snapshot_hash === hashes.get(order.id);
    if (row.is_new || ageMs > 0 || (ageMs === 0 && !same && options.fresh)) taken.push({ order, row });
    else if (ageMs === 0 && !same) ambiguous.push(order.id);
  }
  if (taken.length === 0) return { taken: 0, ambiguous };
  await saveOrders(hub, tx, taken, hashes, options.feed);
  await saveItems(hub, tx, store, taken);
  await saveShipments(tx, store, taken, hub.clock.now());
  await addOrderEvents(
    tx,
    taken.flatMap(({ order, row }) => eventsOf(order, row, options.feed)),
    hub.clock.now(),
  );
  const orderIds = taken.map(({ row }) => row.id);
  await bookOrders(hub, tx, store, { orderIds, isSource: options.isSource, soldNow: true });
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'order', ids: orderIds.slice(0, 100), storeId: store.id }));
  return { taken: taken.length, ambiguous };
}

/** One per order, the latest, in id order. */
function newestOf(orders: readonly RemoteOrder[]): RemoteOrder[] {
  const newest = new Map<string, RemoteOrder>();
  for (const order of orders) {
    const other = newest.get(order.id);
    if (other === undefined || Date.parse(order.updatedAt) >= Date.parse(other.updatedAt)) newest.set(order.id, order);
  }
  return [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Over what is read of it, not over the platform's own object: that may carry the moment of the answer. */
function hashOf({ raw: _, ...order }: RemoteOrder): string {
  return createHash('sha256').update(JSON.stringify(order)).digest('base64url');
}

async function lockOrders(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  orders: readonly RemoteOrder[],
  hashes: ReadonlyMap<string, string>,
): Promise<Map<string, Known>> {
  const now = hub.clock.now();
  const rows = orders.map((order) => ({
    id: newId(),
    platform_order_id: order.id,
    number: order.number,
    placed_at: order.createdAt,
    snapshot_at: order.updatedAt,
    snapshot_hash: hashes.get(order.id) ?? '',
    currency: order.currency,
  }));
  const inserted = await tx.execute<{ id: string }>(sql`
    insert into orders (organization_id, id, store_id, platform_order_id, number, status, native_status, financial_status, placed_at, snapshot_at, snapshot_hash,
      currency, subtotal, discount, shipping, tax, total, refunded, item_count, unit_count, created_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, ${store.id}::uuid, x.platform_order_id, x.number, 'open', '', 'pending', x.placed_at, x.snapshot_at, x.snapshot_hash,
      x.currency, 0, 0, 0, 0, 0, 0, 0, 0, ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, platform_order_id text, number text, placed_at timestamptz, snapshot_at timestamptz,
      snapshot_hash text, currency text)
    order by x.platform_order_id
    on conflict (organization_id, store_id, platform_order_id) do nothing returning id`);
  const fresh = new Set(inserted.rows.map(({ id }) => id));
  const locked = await tx.execute<Omit<Known, 'is_new'>>(sql`
    select id, platform_order_id, status, snapshot_at, snapshot_hash from orders
    where organization_id = ${tx.organizationId} and store_id = ${store.id} and platform_order_id = any(${sql.param(orders.map(({ id }) => id))}::text[])
    order by platform_order_id for update`);
  return new Map(locked.rows.map((row) => [row.platform_order_id, { ...row, is_new: fresh.has(row.id) } as Known]));
}

async function saveOrders(
  hub: Hub,
  tx: Transaction,
  taken: readonly { order: RemoteOrder; row: Known }[],
  hashes: ReadonlyMap<string, string>,
  feed: OrderFeed,
): Promise<void> {
  const rows = await Promise.all(
    taken.map(async ({ order, row }) => ({
      id: row.id,
      number: order.number,
      status: feed.statuses[order.nativeStatus] ?? 'open',
      native_status: order.nativeStatus,
      financial_status: order.financialStatus,
      placed_at: order.createdAt,
      snapshot_at: order.updatedAt,
      snapshot_hash: hashes.get(order.id),
      cancelled_at: order.cancelledAt,
      cancel_reason: order.cancelReason,
      currency: order.currency,
      ...order.totals,
      url: order.url,
      item_count: order.items.length,
      unit_count: order.items.reduce((sum, item) => sum + item.quantity, 0),
      platform_tags: order.tags,
      sealed_details: await sealDetails(hub.sealer, row.id, order),
      buyer_keys: buyerKeys(hub.sealer.searchKey, order),
    })),
  );
  await tx.execute(sql`
    update orders o set number = x.number, status = x.status, native_status = x.native_status, financial_status = x.financial_status, placed_at = x.placed_at,
      snapshot_at = x.snapshot_at, snapshot_hash = x.snapshot_hash, cancelled_at = x.cancelled_at, cancel_reason = x.cancel_reason, currency = x.currency,
      subtotal = x.subtotal, discount = x.discount, shipping = x.shipping, tax = x.tax, total = x.total, refunded = x.refunded, url = x.url,
      item_count = x.item_count, unit_count = x.unit_count, platform_tags = array(select json_array_elements_text(x.platform_tags)),
      sealed_details = x.sealed_details, buyer_keys = array(select json_array_elements_text(x.buyer_keys)), updated_at = ${hub.clock.now()},
      reservation_expired_at = case when x.status = 'unpaid' then o.reservation_expired_at end
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, number text, status text, native_status text, financial_status text, placed_at timestamptz,
      snapshot_at timestamptz, snapshot_hash text, cancelled_at timestamptz, cancel_reason text, currency text, subtotal numeric, discount numeric,
      shipping numeric, tax numeric, total numeric, refunded numeric, url text, item_count integer, unit_count integer, platform_tags json,
      sealed_details text, buyer_keys json)
    where o.organization_id = ${tx.organizationId} and o.id = x.id`);
}

/** Items of the snapshot are stored; those that it no longer has want nothing. */
async function saveItems(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  taken: readonly { order: RemoteOrder; row: Known }[],
): Promise<void> {
  const now = hub.clock.now();
  const rows = taken.flatMap(({ order, row }) =>
    order.items.map((item) => ({
      id: newId(),
      order_id: row.id,
      platform_item_id: item.id,
      platform_product_id: item.productId,
      platform_variant_id: item.variantId,
      platform_location_id: item.locationId,
      sku: item.sku,
      title: item.title,
      variant_title: item.variantTitle,
      quantity: item.quantity,
      unit_price: item.unitPrice,
      discount: item.discount,
      fulfilled_by: item.fulfilledBy,
      ...item.effect,
    })),
  );
  const orderIds = taken.map(({ row }) => row.id);
  await tx.execute(sql`
    insert into order_items as i (organization_id, id, order_id, store_id, platform_item_id, platform_product_id, platform_variant_id, platform_location_id, sku, title,
      variant_title, quantity, unit_price, discount, fulfilled_by, reserved, shipped, restocked, updated_at)
    select ${tx.organizationId}::uuid, x.id, x.order_id, ${store.id}::uuid, x.platform_item_id, x.platform_product_id, x.platform_variant_id, x.platform_location_id, x.sku,
      x.title, x.variant_title, x.quantity, x.unit_price, x.discount, x.fulfilled_by, x.reserved, x.shipped, x.restocked, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, order_id uuid, platform_item_id text, platform_product_id text, platform_variant_id text,
      platform_location_id text, sku text, title text, variant_title text, quantity integer, unit_price numeric, discount numeric, fulfilled_by text,
      reserved integer, shipped integer, restocked integer)
    on conflict (organization_id, order_id, platform_item_id) do update set platform_product_id = excluded.platform_product_id,
      platform_variant_id = excluded.platform_variant_id, platform_location_id = excluded.platform_location_id, sku = excluded.sku, title = excluded.title,
      variant_title = excluded.variant_title, quantity = excluded.quantity, unit_price = excluded.unit_price, discount = excluded.discount,
      fulfilled_by = excluded.fulfilled_by, reserved = excluded.reserved, shipped = excluded.shipped, restocked = excluded.restocked, vanished = false,
      updated_at = excluded.updated_at`);
  await tx.execute(sql`
    update order_items i set reserved = 0, shipped = 0, restocked = 0, vanished = true, updated_at = ${now}
    where i.organization_id = ${tx.organizationId} and i.order_id = any(${sql.param(orderIds)}::uuid[]) and not i.vanished
      and not exists (select from json_to_recordset(${JSON.stringify(rows.map(({ order_id, platform_item_id }) => ({ order_id, platform_item_id })))}::json)
        as x(order_id uuid, platform_item_id text) where x.order_id = i.order_id and x.platform_item_id = i.platform_item_id)`);
}

function eventsOf(order: RemoteOrder, row: Known, feed: OrderFeed): OrderEventLine[] {
  const status = feed.statuses[order.nativeStatus] ?? 'open';
  const at = new Date(order.updatedAt);
  if (row.is_new) {
    const placed = {
      orderId: row.id,
      at: new Date(order.createdAt),
      code: 'placed',
      parameters: { number: order.number },
      userId: null,
    };
    return status === 'open'
      ? [placed]
      : [placed, { orderId: row.id, at, code: `became_${status}`, parameters: {}, userId: null }];
  }
  if (row.status === status) return [];
  return [{ orderId: row.id, at, code: `became_${status}`, parameters: { before: row.status }, userId: null }];
}
