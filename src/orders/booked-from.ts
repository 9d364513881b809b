/** What an item books from, decided with its first booking and frozen then; or why it books nothing for now. */
import { wholeSecond } from '#base/clock.ts';
import type { Component, Item } from '#orders/item-outcomes.ts';
import type { BookedFrom, ParkedReason } from '#orders/orders.ts';
import { beyondOwned, containedIn, type PlaceShare } from '#orders/stock-effect.ts';
import { type Stock, sourcesOf } from '#orders/stock-sources.ts';
import { ownedPlaces, type Places } from '#stores/places.ts';

/** By order and platform item: when how many left. */
export type Shipped = ReadonlyMap<string, readonly { at: Date; quantity: number }[]>;

/** What an item of the listing takes from stock, as things stand now. */
export const partsOf = ({ variant_id: variantId, components }: Item): Component[] =>
  components ?? (variantId === null ? [] : [{ variantId, units: 1 }]);

/** What an item is booked from, where it is; null: nothing, for that reason, and it is asked again. */
interface Decided {
  parked: ParkedReason | null;
  bookedFrom: BookedFrom[] | null;
}

/** `shares`: where it is shipped from, as things stand now. */
export function decide(
  item: Item,
  places: Places,
  shares: readonly PlaceShare[],
  stock: ReadonlyMap<string, Stock[]>,
  shipped: Shipped,
): Decided {
  // A store's figure of a bundle contains what was sold of the bundle, and not what its components are.
  const owned = item.components === null ? ownedPlaces(places).filter((place) => shares.some((one) => one.place === place)) : [];
  if (item.booked_from !== null) {
    const bookedFrom = withOwned(item.booked_from, owned);
    return { parked: parkedNow(item, bookedFrom, shares), bookedFrom };
  }
  if (item.fulfilled_by === 'platform') return { parked: 'platform_fulfils', bookedFrom: null };
  if (item.variant_id === null) return { parked: 'unlinked', bookedFrom: null };
  const parked = allAmong(owned, shares) ? 'owner_counts' : null;
  const uncounted = uncountedReason(item, stock);
  // For good, as above: nothing of it will ever be ours.
  if (uncounted !== null) return parked === null ? { parked: uncounted, bookedFrom: null } : { parked, bookedFrom: [] };
  const bookedFrom = partsOf(item).map((part) => {
    const sources = sourcesOf(item, places, stock.get(part.variantId) ?? []);
    const from = { ...part, baseline: baselineOf(item, shares, owned, sources, shipped) };
    return owned.length === 0 ? from : { ...from, ownedPlaces: owned };
  });
  return { parked, bookedFrom };
}

/** What has once been in an owner's figure stays in it when another owns the count later. */
function withOwned(from: BookedFrom[], owned: readonly string[]): BookedFrom[] {
  const known = new Set(from.flatMap(({ ownedPlaces: before = [] }) => before));
  const more = owned.filter((place) => !known.has(place));
  return more.length === 0 ? from : from.map((part) => ({ ...part, ownedPlaces: [...known, ...more] }));
}

/** What the owner's figure contains is not booked; it may be shipped from elsewhere since. */
function parkedNow(item: Item, from: readonly BookedFrom[], shares: readonly PlaceShare[]): ParkedReason | null {
  const owned = from.flatMap(({ ownedPlaces: places = [] }) => places);
  if (owned.length === 0) return item.parked;
  return allAmong(owned, shares) ? 'owner_counts' : null;
}

const allAmong = (owned: readonly string[], shares: readonly PlaceShare[]): boolean =>
  shares.every(({ place }) => owned.includes(place));

function uncountedReason(item: Item, stock: ReadonlyMap<string, Stock[]>): ParkedReason | null {
  if ((item.tracked === false && item.components === null) || item.stock_policy !== 'tracked') return 'not_tracked';
  return partsOf(item).some(({ variantId }) => (stock.get(variantId) ?? []).length === 0) ? 'not_counted' : null;
}

/**
 * What the item is taken from, if that was counted after it was placed: the count may contain it. Else null. Platforms tell
 * whole seconds: an order of the very second of the count may be younger. It is booked, for what is booked in vain is not sold
 * twice.
 */
const countedSince = (item: Item, [first]: readonly Stock[]): Stock | null =>
  first === undefined || item.placed_at >= wholeSecond(first.baselineAt) ? null : first;

export const mayBeContained = (item: Item, places: Places, stock: ReadonlyMap<string, Stock[]>): boolean =>
  item.booked_from === null &&
  partsOf(item).some(({ variantId }) => countedSince(item, sourcesOf(item, places, stock.get(variantId) ?? [])) !== null);

/** The first figure of what we count contains nothing of what the store ships from where it counts itself. */
function baselineOf(
  item: Item,
  shares: readonly PlaceShare[],
  owned: readonly string[],
  sources: readonly Stock[],
  shipped: Shipped,
): BookedFrom['baseline'] {
  const counted = countedSince(item, sources);
  if (counted === null) return null;
  const parts = shipped.get(`${item.order_id}\n${item.platform_item_id}`) ?? [];
  const theirs = shares.reduce((sum, { place, units }) => sum + (owned.includes(place) ? units : 0), 0);
  return containedIn(counted.baselineKind, counted.baselineAt, {
    quantity: Math.max(0, item.quantity - theirs),
    effect: beyondOwned(item, shares, owned),
    cancelledAt: item.cancelled_at,
    shippedBefore: (moment) => parts.reduce((sum, part) => sum + (part.at <= moment ? part.quantity : 0), 0),
  });
}
