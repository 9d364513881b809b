/**
 * Books what order items want of the stock, as a difference to what they have booked (I2). Lock order: the orders (held by
 * the caller), variants, inventory items, listing levels.
 */
import { sql } from 'drizzle-orm';
import type { OrderEffect } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { book, type StockLine } from '#inventory/book.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { explainDrifts, type LateSale } from '#listings/drifts.ts';
import { levelKey, type Sold } from '#listings/holds.ts';
import { decide, mayBeContained, partsOf, type Shipped } from '#orders/booked-from.ts';
import { type Booking, heldBy, type Item, type Outcome, saveOutcomes } from '#orders/item-outcomes.ts';
import { beyondBaseline, beyondOwned, type Placed, type PlaceShare, place } from '#orders/stock-effect.ts';
import { byShares, lockStock, type Stock, sharesOf, sourcesOf } from '#orders/stock-sources.ts';
import type { Hub } from '#stores/hub.ts';
import { ownedAt, type Places } from '#stores/places.ts';
import { readPlaces } from '#stores/read-places.ts';
import type { StoreRow } from '#stores/stores-store.ts';

export interface BookOptions {
  orderIds: readonly string[];
  /** The platform has told of these sales just now: what its figures are known to be is known no more. */
  soldNow: boolean;
  /** Stands in the ledger's lines. */
  note?: string;
}

export async function bookOrders(hub: Hub, tx: Transaction, store: StoreRow, options: BookOptions): Promise<void> {
  const now = hub.clock.now();
  const items = await readItems(tx, store, options.orderIds);
  const variantIds = [...new Set(items.flatMap(variantsOf))].sort();
  await lockVariants(tx, variantIds);
  let stock = await lockStock(tx, variantIds);
  const places = await readPlaces(tx, store);
  const placed = await readBookings(tx, items);
  const shipped = await readShipped(
    tx,
    items.filter((item) => mayBeContained(item, places, stock)),
  );
  const outcomesNow = () => items.map((item) => outcomeOf(item, places, stock, placed.get(item.id) ?? [], shipped));
  let outcomes = outcomesNow();
  // What a lower figure had taught the book is given back first: the order takes it from where it was.
  if (await explainDrifts(tx, newSales(outcomes, places), now)) {
    stock = await lockStock(tx, variantIds);
    outcomes = outcomesNow();
  }
  await book(
    tx,
    outcomes.flatMap(({ lines }) => lines.map((line) => ({ ...line, note: options.note ?? null }))),
    now,
  );
  await saveOutcomes(hub, tx, outcomes, options.orderIds);
  const sold = options.soldNow ? soldUnits(outcomes, places) : [];
  if (variantIds.length === 0 || (sold.length === 0 && outcomes.every(({ lines }) => lines.length === 0))) return;
  await causesChanged(hub, tx, ofVariants(variantIds), { stockOnly: true, ...(options.soldNow ? { sold } : {}) });
  const touched = [...new Set(outcomes.flatMap(({ lines }) => lines.map((line) => line.variantId)))];
  if (touched.length > 0)
    tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'inventory', ids: touched.slice(0, 100) }));
}

/** Units that an item has newly taken, by the place that they are shipped from. */
function takenAt({ item, taken }: Outcome, places: Places): PlaceShare[] {
  const shares = sharesOf(item, places.settings);
  const ours = shares.filter(({ place }) => ownedAt(places, place) === null || item.components !== null);
  let left = taken;
  return shares.map(({ place, units: share }) => {
    // What the store counts itself is in its figure: nothing of ours was taken for it. The last of the others has the rest.
    const isOurs = ours.some((one) => one.place === place);
    const units = isOurs ? (place === ours.at(-1)?.place ? left : Math.min(left, share)) : 0;
    left -= units;
    return { place, units };
  });
}

const newSales = (outcomes: readonly Outcome[], places: Places): LateSale[] =>
  outcomes.flatMap((outcome) => {
    const { taken, item } = outcome;
    const { listing_id: listingId, placed_at: placedAt } = item;
    if (taken <= 0 || listingId === null) return [];
    return takenAt(outcome, places).flatMap(({ place, units }) => (units > 0 ? [{ listingId, place, units, placedAt }] : []));
  });

/** What books nothing may still have moved the platform's own figure. */
function soldUnits(outcomes: readonly Outcome[], places: Places): Sold[] {
  const sold = new Map<string, Sold>();
  for (const outcome of outcomes) {
    const { listing_id: listingId } = outcome.item;
    if (listingId === null || (outcome.lines.length === 0 && outcome.parked === null)) continue;
    for (const { place, units } of takenAt(outcome, places)) {
      const key = levelKey(listingId, place);
      sold.set(key, { listingId, place, units: (sold.get(key)?.units ?? 0) + units });
    }
  }
  return [...sold.values()];
}

/** An order of the owner books from nothing; what becomes of it moves its figure all the same. */
const variantsOf = (item: Item): string[] => {
  const from = item.booked_from?.length ? item.booked_from : partsOf(item);
  return from.map(({ variantId }) => variantId);
};

/**
 * Each table is read by itself before they are joined: on tables that have just been filled the planner takes every one of
 * them for nearly empty, and walked through all listings for every item.
 */
async function readItems(tx: Transaction, store: StoreRow, orderIds: readonly string[]): Promise<Item[]> {
  const ids = sql`${sql.param([...orderIds])}::uuid[]`;
  const result = await tx.execute<Item>(
    sql`
    with item as materialized (
      select * from order_items where organization_id = ${tx.organizationId} and order_id = any(${ids})
    ), placed as materialized (
      select id, placed_at, cancelled_at, reservation_expired_at from orders where organization_id = ${tx.organizationId} and id = any(${ids})
    ), listed as materialized (
      select id, platform_product_id, platform_variant_id, stock_policy, variant_id from listings
      where organization_id = ${tx.organizationId} and store_id = ${store.id} and platform_variant_id = any(array(select platform_variant_id from item))
    ), variant as materialized (
      select id, tracked, case when is_bundle then (
          select json_agg(json_build_object('variantId', b.component_variant_id, 'units', b.units) order by b.component_variant_id) from bundle_components b
          where b.organization_id = product_variants.organization_id and b.bundle_variant_id = product_variants.id) end as components
      from product_variants where organization_id = ${tx.organizationId} and id = any(array(select variant_id from listed))
    )
    select i.id, i.order_id, i.platform_item_id, i.platform_location_id, i.shares, i.quantity,
      case when o.reservation_expired_at is null then i.reserved else 0 end as reserved, i.shipped, i.restocked, i.fulfilled_by, i.parked, i.booked_from,
      i.oversold_units, o.placed_at, o.cancelled_at, l.id as listing_id, l.stock_policy, l.variant_id, v.tracked, v.components
    from item i
    join placed o on o.id = i.order_id
    left join listed l on l.platform_variant_id = i.platform_variant_id
      and (i.platform_product_id is null or l.platform_product_id = i.platform_product_id)
    left join variant v on v.id = l.variant_id
    order by o.placed_at, i.order_id, i.id`,
    'kept',
  );
  return result.rows;
}

async function readBookings(tx: Transaction, items: readonly Item[]): Promise<Map<string, Booking[]>> {
  const booked = items.filter((item) => item.booked_from !== null);
  if (booked.length === 0) return new Map();
  const { rows } = await tx.execute<{
    item_id: string;
    variant_id: string;
    location_id: string;
    reserved: number;
    shipped: number;
    restocked: number;
  }>(sql`
    select item_id, variant_id, location_id, reserved, shipped, restocked from order_bookings
    where organization_id = ${tx.organizationId} and item_id = any(${sql.param(booked.map(({ id }) => id))}::uuid[]) order by item_id, variant_id, location_id`);
  const bookings = new Map<string, Booking[]>();
  for (const { item_id, variant_id: variantId, location_id: locationId, reserved, shipped, restocked } of rows)
    bookings.set(item_id, [...(bookings.get(item_id) ?? []), { variantId, locationId, reserved, shipped, restocked }]);
  return bookings;
}

/** By order and platform item: when how many left. */
async function readShipped(tx: Transaction, items: readonly Item[]): Promise<Shipped> {
  const orderIds = [...new Set(items.map((item) => item.order_id))];
  if (orderIds.length === 0) return new Map();
  const { rows } = await tx.execute<{ order_id: string; item_id: string; quantity: number; at: Date }>(sql`
    select s.order_id, x."itemId" as item_id, x.quantity, s.created_at as at from order_shipments s,
      jsonb_to_recordset(s.items) as x("itemId" text, quantity integer)
    where s.organization_id = ${tx.organizationId} and s.order_id = any(${sql.param(orderIds)}::uuid[]) and s.state = 'done'`);
  const shipped = new Map<string, { at: Date; quantity: number }[]>();
  for (const { order_id, item_id, quantity, at } of rows) {
    const key = `${order_id}\n${item_id}`;
    shipped.set(key, [...(shipped.get(key) ?? []), { at, quantity }]);
  }
  return shipped;
}

function outcomeOf(
  item: Item,
  places: Places,
  stock: ReadonlyMap<string, Stock[]>,
  placed: readonly Booking[],
  shipped: Shipped,
): Outcome {
  const shares = sharesOf(item, places.settings);
  const { parked, bookedFrom } = decide(item, places, shares, stock, shipped);
  const outcome: Outcome = { item, parked, bookedFrom, bookings: [], lines: [], oversold: 0, taken: 0 };
  for (const { variantId, units, baseline, ownedPlaces = [] } of bookedFrom ?? []) {
    const effect = times(beyondBaseline(beyondOwned(item, shares, ownedPlaces), baseline), units);
    const sources = sourcesOf(item, places, stock.get(variantId) ?? []);
    const before = placed.filter((one) => one.variantId === variantId);
    const after = place(before, effect, item.shares === null ? sources : byShares(item.shares, units, places, sources));
    const available = sources.reduce((sum, one) => sum + one.available, 0);
    const taken = heldBy(after) - heldBy(before);
    // In units of the item: what a bundle takes most of, and what there is least of, counts.
    outcome.taken = Math.max(outcome.taken, Math.ceil(taken / units));
    outcome.oversold = Math.max(outcome.oversold, Math.ceil(Math.min(taken, taken - Math.max(0, available)) / units));
    outcome.bookings.push(...after.map((one) => ({ ...one, variantId })));
    outcome.lines.push(...linesOf(item, variantId, before, after, sources));
  }
  return outcome;
}

const times = ({ reserved, shipped, restocked }: OrderEffect, units: number): OrderEffect => ({
  reserved: reserved * units,
  shipped: shipped * units,
  restocked: restocked * units,
});

/** The ledger's lines, and the same change in what later items of this round find there. */
function linesOf(
  item: Item,
  variantId: string,
  before: readonly Placed[],
  after: readonly Placed[],
  places: readonly Stock[],
): StockLine[] {
  const lines: StockLine[] = [];
  for (const now of after) {
    const then = before.find(({ locationId }) => locationId === now.locationId) ?? { reserved: 0, shipped: 0, restocked: 0 };
    const reservedDelta = now.reserved - then.reserved;
    const left = now.shipped - then.shipped;
    const back = now.restocked - then.restocked;
    const document = {
      variantId,
      locationId: now.locationId,
      documentKind: 'order',
      documentId: item.order_id,
      note: null,
      createdBy: null,
    };
    if (left !== 0 || (reservedDelta !== 0 && back === 0))
      lines.push({ ...document, type: left === 0 ? 'reservation' : 'sale', delta: -left, reservedDelta });
    if (back !== 0) lines.push({ ...document, type: 'return', delta: back, reservedDelta: left === 0 ? reservedDelta : 0 });
    const there = places.find(({ locationId }) => locationId === now.locationId);
    if (there !== undefined) there.available += back - left - reservedDelta;
  }
  return lines;
}
