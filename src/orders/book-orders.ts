/**
 * Books what order items want of the stock, as a difference to what they have booked (I2). Lock order: the orders (held by
 * the caller), variants, inventory items, listing levels.
 */
import { sql } from 'drizzle-orm';
import type { LocationShare, OrderEffect } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { book, type StockLine } from '#inventory/book.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { explainDrifts, type LateSale } from '#listings/drifts.ts';
import { levelKey, type Sold } from '#listings/holds.ts';
import { type Booking, type Component, heldBy, type Item, type Outcome, saveOutcomes } from '#orders/item-outcomes.ts';
import type { BookedFrom, ParkedReason } from '#orders/orders.ts';
import {
  beyondBaseline,
  beyondOwned,
  containedIn,
  type Placed,
  type PlaceShare,
  place,
  type Source,
} from '#orders/stock-effect.ts';
import type { Hub } from '#stores/hub.ts';
import { locationsAt, ownedAt, type Places, placeOfSale } from '#stores/places.ts';
import { readPlaces } from '#stores/read-places.ts';
import type { StoreRow } from '#stores/stores-store.ts';

export interface BookOptions {
  orderIds: readonly string[];
  /** The platform has told of these sales just now: what its figures are known to be is known no more. */
  soldNow: boolean;
}

interface Stock {
  locationId: string;
  isActive: boolean;
  available: number;
  baselineAt: Date;
  baselineKind: 'on_hand' | 'available';
}

export async function bookOrders(hub: Hub, tx: Transaction, store: StoreRow, options: BookOptions): Promise<void> {
  const now = hub.clock.now();
  const items = await readItems(tx, store, options.orderIds);
  const variantIds = [...new Set(items.flatMap(variantsOf))].sort();
  await lockVariants(tx, variantIds);
  const stock = await lockStock(tx, variantIds);
  const places = await readPlaces(tx, store);
  const placed = await readBookings(tx, items);
  const shipped = await readShipped(
    tx,
    items.filter((item) => mayBeContained(item, places, stock)),
  );
  const outcomes = items.map((item) => outcomeOf(item, places, stock, placed.get(item.id) ?? [], shipped));
  await book(
    tx,
    outcomes.flatMap(({ lines }) => lines),
    now,
  );
  await saveOutcomes(hub, tx, outcomes, options.orderIds);
  await explainDrifts(tx, newSales(outcomes, places), now);
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

/** What an item of the listing takes from stock, as things stand now. */
const partsOf = ({ variant_id: variantId, components }: Item): Component[] =>
  components ?? (variantId === null ? [] : [{ variantId, units: 1 }]);

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

/** Items of the variants, locked in (variant, location) order; each variant's in the order in which units are taken from them. */
async function lockStock(tx: Transaction, variantIds: readonly string[]): Promise<Map<string, Stock[]>> {
  if (variantIds.length === 0) return new Map();
  const { rows } = await tx.execute<{
    variant_id: string;
    location_id: string;
    is_active: boolean;
    available: number;
    baseline_at: Date;
    baseline_kind: 'on_hand' | 'available';
  }>(sql`
    with held as (
      select * from inventory_items where organization_id = ${tx.organizationId} and variant_id = any(${sql.param([...variantIds])}::uuid[])
      order by variant_id, location_id for update
    )
    select h.variant_id, h.location_id, w.is_active, h.on_hand - h.reserved as available, h.baseline_at, h.baseline_kind
    from held h join inventory_locations w on w.organization_id = ${tx.organizationId} and w.id = h.location_id
    order by h.variant_id, w.is_active desc, w.priority, w.is_default desc, w.id`);
  const stock = new Map<string, Stock[]>();
  for (const row of rows) {
    const places = stock.get(row.variant_id) ?? [];
    places.push({
      locationId: row.location_id,
      isActive: row.is_active,
      available: row.available,
      baselineAt: row.baseline_at,
      baselineKind: row.baseline_kind,
    });
    stock.set(row.variant_id, places);
  }
  return stock;
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

type Shipped = ReadonlyMap<string, readonly { at: Date; quantity: number }[]>;

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
  const outcome: Outcome = {
    item,
    parked: item.booked_from === null ? null : item.parked,
    bookedFrom: item.booked_from,
    bookings: [],
    lines: [],
    oversold: 0,
    taken: 0,
  };
  if (outcome.bookedFrom === null) {
    outcome.parked = parkedReason(item, places, shares, stock);
    // For good: what the owner's figure contains stays in it when another owns the count later.
    if (outcome.parked === 'owner_counts') outcome.bookedFrom = [];
    if (outcome.parked !== null || item.variant_id === null) return outcome;
    // A bundle's figure contains what was sold of the bundle, and not what its components are.
    const owned = item.components === null ? ownedAmong(places, shares) : [];
    outcome.bookedFrom = partsOf(item).map((part) => ({
      ...freeze(item, part, sourcesOf(item, places, stock.get(part.variantId) ?? []), shipped),
      ...(owned.length === 0 ? {} : { ownedPlaces: owned }),
    }));
  }
  for (const { variantId, units, baseline, ownedPlaces = [] } of outcome.bookedFrom) {
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

function parkedReason(
  item: Item,
  places: Places,
  shares: readonly PlaceShare[],
  stock: ReadonlyMap<string, Stock[]>,
): ParkedReason | null {
  if (item.fulfilled_by === 'platform') return 'platform_fulfils';
  if (item.variant_id === null) return 'unlinked';
  // Its figure of a bundle contains what was sold of the bundle, and not what its components are.
  if (item.components === null && ownedAmong(places, shares).length === shares.length) return 'owner_counts';
  if ((item.tracked === false && item.components === null) || item.stock_policy !== 'tracked') return 'not_tracked';
  if (partsOf(item).some(({ variantId }) => (stock.get(variantId) ?? []).length === 0)) return 'not_counted';
  return null;
}

const ownedAmong = (places: Places, shares: readonly PlaceShare[]): string[] =>
  shares.flatMap(({ place }) => (ownedAt(places, place) === null ? [] : [place]));

/** Where the units are shipped from, each place once. */
function sharesOf(item: Item, settings: Places['settings']): PlaceShare[] {
  const told = item.shares ?? [{ locationId: item.platform_location_id, units: item.quantity }];
  const units = new Map<string, number>();
  for (const share of told) {
    const place = placeOfSale(settings, share.locationId);
    units.set(place, (units.get(place) ?? 0) + share.units);
  }
  return [...units].map(([place, share]) => ({ place, units: share }));
}

/** What the item is taken from, if that was counted after it was placed: the count may contain it. Else null. */
const countedSince = (item: Item, [first]: readonly Stock[]): Stock | null =>
  first === undefined || item.placed_at >= first.baselineAt ? null : first;

const mayBeContained = (item: Item, places: Places, stock: ReadonlyMap<string, Stock[]>): boolean =>
  item.booked_from === null &&
  partsOf(item).some(({ variantId }) => countedSince(item, sourcesOf(item, places, stock.get(variantId) ?? [])) !== null);

function freeze(item: Item, { variantId, units }: Component, sources: readonly Stock[], shipped: Shipped): BookedFrom {
  const counted = countedSince(item, sources);
  if (counted === null) return { variantId, units, baseline: null };
  const parts = shipped.get(`${item.order_id}\n${item.platform_item_id}`) ?? [];
  const baseline = containedIn(counted.baselineKind, counted.baselineAt, {
    quantity: item.quantity,
    effect: item,
    cancelledAt: item.cancelled_at,
    shippedBefore: (moment) => parts.reduce((sum, part) => sum + (part.at <= moment ? part.quantity : 0), 0),
  });
  return { variantId, units, baseline };
}

/**
 * In the order in which the item is taken from them: our location that the one is mapped to that ships it there; those whose
 * stock that place shows, or it would go on showing what it has sold; those that the store shows anywhere; all others.
 */
function sourcesOf(item: Item, places: Places, stock: readonly Stock[]): Stock[] {
  const { locationMap = {}, remoteLocationId } = places.settings;
  const platformLocationId = shippedFrom(item, places);
  const mapped = platformLocationId === null ? undefined : locationMap[platformLocationId];
  const ids = stock.filter(({ isActive }) => isActive).map(({ locationId }) => locationId);
  const here = locationsAt(places, placeOfSale(places.settings, platformLocationId), ids);
  const there = [remoteLocationId ?? '', ...Object.keys(locationMap)].flatMap((place) => locationsAt(places, place, ids));
  const rank = ({ locationId }: Stock): number => {
    if (locationId === mapped) return 0;
    return here.includes(locationId) ? 1 : there.includes(locationId) ? 2 : 3;
  };
  return [...stock].sort((one, other) => rank(one) - rank(other));
}

/** Of several, the first that does not ship what the store counts itself. */
const shippedFrom = ({ platform_location_id: only, shares }: Item, places: Places): string | null =>
  shares?.find(({ locationId }) => ownedAt(places, placeOfSale(places.settings, locationId)) === null)?.locationId ?? only;

/** First of each location what the platform ships from there, then as if it had said nothing. */
function byShares(shares: readonly LocationShare[], unitsEach: number, places: Places, sources: readonly Stock[]): Source[] {
  const rest = sources.map(({ locationId, available }) => ({ locationId, available }));
  const first = shares.flatMap(({ locationId: theirs, units }): Source[] => {
    const source = rest.find(({ locationId }) => locationId === places.settings.locationMap?.[theirs]);
    const available = Math.min(Math.max(0, source?.available ?? 0), units * unitsEach);
    if (source === undefined || available === 0) return [];
    source.available -= available;
    return [{ locationId: source.locationId, available }];
  });
  return [...first, ...rest];
}

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
