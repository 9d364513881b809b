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
import { addOrderEvents } from '#orders/order-events.ts';
import { saveShipments } from '#orders/save-shipments.ts';
import { type Before, snapshotEvents } from '#orders/snapshot-events.ts';
import { soundMoment, soundOrder } from '#orders/sound-order.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreRow } from '#stores/stores-store.ts';

export interface IngestOptions {
  feed: OrderFeed;
  /** Read from the platform just now, one by one: counts also against a snapshot of the same moment. */
  fresh: boolean;
}

export interface Ingested {
  taken: number;
  /** Ids at the platform of orders that say something else than another snapshot of the same moment. */
  ambiguous: string[];
}

/** An order as it stood in our books before this reading. */
interface Known extends Omit<Before, 'items'>, Record<string, unknown> {
  id: string;
  platform_order_id: string;
  snapshot_at: Date;
  snapshot_hash: string;
}

/** A snapshot that counts. */
interface Taken {
  order: RemoteOrder;
  hash: string;
  /** Our id. */
  id: string;
  /** Null: it came with this reading. */
  before: Known | null;
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
  const { taken, ambiguous } = await claimSnapshots(hub, tx, store, newest, options);
  if (taken.length === 0) return { taken: 0, ambiguous };
  const lines = await readLines(tx, taken);
  await saveItems(hub, tx, store, taken);
  await saveShipments(tx, store, taken, hub.clock.now());
  await addOrderEvents(
    tx,
    taken.flatMap(({ id, order, before }) => {
      const was = before === null ? null : { ...before, items: lines.get(id) ?? [] };
      return snapshotEvents(id, order, statusOf(order, options.feed), was);
    }),
    hub.clock.now(),
  );
  const orderIds = taken.map(({ id }) => id);
  await bookOrders(hub, tx, store, { orderIds, soldNow: true });
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'order', ids: orderIds.slice(0, 100), storeId: store.id }));
  return { taken: taken.length, ambiguous };
}

/**
 * The snapshots that are newer than what is known, their orders locked and brought to them. Orders that nobody knows are
 * stored first, in id order, then the others are locked in id order: whoever comes beside waits, and never in a circle.
 */
async function claimSnapshots(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  snapshots: readonly RemoteOrder[],
  { feed, fresh }: IngestOptions,
): Promise<{ taken: Taken[]; ambiguous: string[] }> {
  // Over what is told, its moment included: one of the future is no newer for being read again.
  const hashes = new Map(snapshots.map((order) => [order.id, contentOf(order)]));
  const newest = snapshots.map((order) => soundMoment(order, hub.clock.now()));
  const known = await readKnown(tx, store, [...hashes.keys()], { lock: false });
  const missing = newest.flatMap((order) =>
    known.has(order.id) ? [] : [{ order, hash: hashes.get(order.id) ?? '', id: newId(), before: null }],
  );
  const inserted = await insertOrders(hub, tx, store, missing, feed);
  const taken: Taken[] = missing.filter(({ id }) => inserted.has(id));
  const told = (order: RemoteOrder, row: Known | undefined) =>
    row !== undefined && (row.snapshot_at > new Date(order.updatedAt) || row.snapshot_hash === hashes.get(order.id));
  const here = newest.filter((order) => !told(order, known.get(order.id)) && !taken.some((one) => one.order === order));
  const held = await readKnown(
    tx,
    store,
    here.map(({ id }) => id),
    { lock: true },
  );
  const ambiguous: string[] = [];
  const newer: Taken[] = [];
  for (const order of here) {
    const before = held.get(order.id);
    const hash = hashes.get(order.id) ?? '';
    if (before === undefined) continue;
    const ageMs = new Date(order.updatedAt).getTime() - before.snapshot_at.getTime();
    if (before.snapshot_hash === hash) continue;
    if (ageMs > 0 || (ageMs === 0 && fresh)) newer.push({ order, hash, id: before.id, before });
    else if (ageMs === 0) ambiguous.push(order.id);
  }
  await updateOrders(hub, tx, newer, feed);
  return { taken: [...taken, ...newer], ambiguous };
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
export function contentOf({ raw: _, ...order }: RemoteOrder): string {
  return createHash('sha256').update(JSON.stringify(order)).digest('base64url');
}

async function readKnown(
  tx: Transaction,
  store: StoreRow,
  platformOrderIds: readonly string[],
  { lock }: { lock: boolean },
): Promise<Map<string, Known>> {
  if (platformOrderIds.length === 0) return new Map();
  const { rows } = await tx.execute<Known>(sql`
    select id, platform_order_id, status, financial_status, refunded, snapshot_at, snapshot_hash from orders
    where organization_id = ${tx.organizationId} and store_id = ${store.id} and platform_order_id = any(${sql.param([...platformOrderIds])}::text[])
    order by platform_order_id ${lock ? sql`for update` : sql``}`);
  return new Map(rows.map((row) => [row.platform_order_id, row]));
}

/** A snapshot's columns, and what they are in a statement: one list for who inserts and who updates. */
const snapshotColumns = `number text, status text, native_status text, financial_status text, placed_at timestamptz, snapshot_at timestamptz, snapshot_hash text,
  cancelled_at timestamptz, cancel_reason text, currency text, subtotal numeric, discount numeric, shipping numeric, tax numeric, total numeric, refunded numeric,
  url text, item_count integer, unit_count integer, platform_tags text[], sealed_details text, buyer_keys text[]`;
const snapshotNames = snapshotColumns.split(',').map((column) => column.trim().split(' ')[0]);

async function snapshotsOf(hub: Hub, taken: readonly Taken[], feed: OrderFeed): Promise<string> {
  const rows = await Promise.all(
    taken.map(async ({ order, hash, id }) => ({
      id,
      platform_order_id: order.id,
      number: order.number,
      status: statusOf(order, feed),
      native_status: order.nativeStatus,
      financial_status: order.financialStatus,
      placed_at: order.createdAt,
      snapshot_at: order.updatedAt,
      snapshot_hash: hash,
      cancelled_at: order.cancelledAt,
      cancel_reason: order.cancelReason,
      currency: order.currency,
      ...order.totals,
      url: order.url,
      item_count: order.items.length,
      unit_count: order.items.reduce((sum, item) => sum + item.quantity, 0),
      platform_tags: order.tags,
      sealed_details: await sealDetails(hub.sealer, id, order),
      buyer_keys: buyerKeys(hub.sealer.searchKey, order),
    })),
  );
  return JSON.stringify(rows);
}

const statusOf = (order: RemoteOrder, feed: OrderFeed) => feed.statuses[order.nativeStatus] ?? 'open';

/** Returns our ids of those that nobody else has stored meanwhile. */
async function insertOrders(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  missing: readonly Taken[],
  feed: OrderFeed,
): Promise<Set<string>> {
  if (missing.length === 0) return new Set();
  const now = hub.clock.now();
  const { rows } = await tx.execute<{ id: string }>(sql`
    insert into orders (organization_id, store_id, id, platform_order_id, ${sql.raw(snapshotNames.join(', '))}, created_at, updated_at)
    select ${tx.organizationId}::uuid, ${store.id}::uuid, x.id, x.platform_order_id, ${sql.raw(snapshotNames.map((name) => `x.${name}`).join(', '))},
      ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${await snapshotsOf(hub, missing, feed)}::json) as x(id uuid, platform_order_id text, ${sql.raw(snapshotColumns)})
    order by x.platform_order_id
    on conflict (organization_id, store_id, platform_order_id) do nothing returning id`);
  return new Set(rows.map(({ id }) => id));
}

async function updateOrders(hub: Hub, tx: Transaction, taken: readonly Taken[], feed: OrderFeed): Promise<void> {
  if (taken.length === 0) return;
  await tx.execute(sql`
    update orders o set ${sql.raw(snapshotNames.map((name) => `${name} = x.${name}`).join(', '))}, updated_at = ${hub.clock.now()},
      reservation_expired_at = case when x.status = 'unpaid' then o.reservation_expired_at end
    from json_to_recordset(${await snapshotsOf(hub, taken, feed)}::json) as x(id uuid, ${sql.raw(snapshotColumns)})
    where o.organization_id = ${tx.organizationId} and o.id = x.id`);
}

/** The lines of orders that were known before, as they stood. The caller holds the orders. */
async function readLines(tx: Transaction, taken: readonly Taken[]): Promise<Map<string, Before['items']>> {
  const knownIds = taken.flatMap(({ before }) => (before === null ? [] : [before.id]));
  if (knownIds.length === 0) return new Map();
  const { rows } = await tx.execute<{ order_id: string; items: Before['items'] }>(sql`
    select order_id, json_agg(json_build_object('id', platform_item_id, 'quantity', quantity,
      'title', case when variant_title = '' then title else title || ' / ' || variant_title end) order by id) as items
    from order_items where organization_id = ${tx.organizationId} and order_id = any(${sql.param(knownIds)}::uuid[]) and not vanished group by order_id`);
  return new Map(rows.map(({ order_id: orderId, items }) => [orderId, items]));
}

/** Items of the snapshot are stored; those that it no longer has want nothing. */
async function saveItems(hub: Hub, tx: Transaction, store: StoreRow, taken: readonly Taken[]): Promise<void> {
  const now = hub.clock.now();
  const rows = taken.flatMap(({ order, id }) =>
    order.items.map((item) => ({
      id: newId(),
      order_id: id,
      platform_item_id: item.id,
      platform_product_id: item.productId,
      platform_variant_id: item.variantId,
      platform_location_id: item.locationId,
      shares: item.shares ?? null,
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
  await tx.execute(sql`
    insert into order_items as i (organization_id, id, order_id, store_id, platform_item_id, platform_product_id, platform_variant_id, platform_location_id, shares, sku, title,
      variant_title, quantity, unit_price, discount, fulfilled_by, reserved, shipped, restocked, updated_at)
    select ${tx.organizationId}::uuid, x.id, x.order_id, ${store.id}::uuid, x.platform_item_id, x.platform_product_id, x.platform_variant_id, x.platform_location_id, x.shares, x.sku,
      x.title, x.variant_title, x.quantity, x.unit_price, x.discount, x.fulfilled_by, x.reserved, x.shipped, x.restocked, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, order_id uuid, platform_item_id text, platform_product_id text, platform_variant_id text,
      platform_location_id text, shares jsonb, sku text, title text, variant_title text, quantity integer, unit_price numeric, discount numeric, fulfilled_by text,
      reserved integer, shipped integer, restocked integer)
    on conflict (organization_id, order_id, platform_item_id) do update set platform_product_id = excluded.platform_product_id,
      platform_variant_id = excluded.platform_variant_id, platform_location_id = excluded.platform_location_id, shares = excluded.shares, sku = excluded.sku, title = excluded.title,
      variant_title = excluded.variant_title, quantity = excluded.quantity, unit_price = excluded.unit_price, discount = excluded.discount,
      fulfilled_by = excluded.fulfilled_by, reserved = excluded.reserved, shipped = excluded.shipped, restocked = excluded.restocked, vanished = false,
      updated_at = excluded.updated_at`);
  const knownIds = taken.flatMap(({ before }) => (before === null ? [] : [before.id]));
  if (knownIds.length === 0) return;
  const named = rows.map(({ order_id, platform_item_id }) => ({ order_id, platform_item_id }));
  await tx.execute(sql`
    update order_items i set reserved = 0, shipped = 0, restocked = 0, vanished = true, updated_at = ${now}
    where i.organization_id = ${tx.organizationId} and i.order_id = any(${sql.param(knownIds)}::uuid[]) and not i.vanished
      and not exists (select from json_to_recordset(${JSON.stringify(named)}::json)
        as x(order_id uuid, platform_item_id text) where x.order_id = i.order_id and x.platform_item_id = i.platform_item_id)`);
}
