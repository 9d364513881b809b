/**
 * From what an order item wants of the stock to lines of the ledger. Pure.
 *
 *   effect (R reserved, S shipped, K restocked)  the newest snapshot
 *   less what the baseline contains              the first figure of the variant was counted after the order was placed
 *   placed at locations                          what was placed before stays where it is
 */
import type { OrderEffect } from '#connectors/order.ts';
import type { ContainedInBaseline } from '#orders/orders.ts';

/** Units by place of the platform. */
export interface PlaceShare {
  place: string;
  units: number;
}

/** What remains of an effect without what the store ships from where it counts the stock itself. */
export function beyondOwned(
  { reserved, shipped, restocked }: OrderEffect,
  shares: readonly PlaceShare[],
  ownedPlaces: readonly string[],
): OrderEffect {
  const owned = shares.filter(({ place }) => ownedPlaces.includes(place));
  if (owned.length === 0) return { reserved, shipped, restocked };
  if (owned.length === shares.length) return { reserved: 0, shipped: 0, restocked: 0 };
  const units = Math.max(0, reserved + shipped - owned.reduce((sum, one) => sum + one.units, 0));
  const left = Math.min(shipped, units);
  return { reserved: units - left, shipped: left, restocked: Math.min(restocked, left) };
}

/** What remains to be booked of an effect when a part of it is in the variant's first figure. */
export function beyondBaseline(wanted: OrderEffect, baseline: ContainedInBaseline | null): OrderEffect {
  if (baseline === null) return wanted;
  const { reserved, shipped, restocked } = wanted;
  if (baseline.kind === 'on_hand') {
    const moved = restocked - shipped - baseline.contained;
    return { reserved, shipped: Math.max(0, -moved), restocked: Math.max(0, moved) };
  }
  const moved = restocked - reserved - shipped - baseline.contained;
  const taken = Math.max(0, -moved);
  const stillHere = Math.min(reserved, taken);
  return { reserved: stillHere, shipped: taken - stillHere, restocked: Math.max(0, moved) };
}

/** What the figure of a baseline counted at `countedAt` contains of an order that was placed before. */
export function containedIn(
  kind: ContainedInBaseline['kind'],
  countedAt: Date,
  item: {
    quantity: number;
    effect: OrderEffect;
    cancelledAt: Date | null;
    shippedBefore(moment: Date): number;
  },
): ContainedInBaseline {
  const { reserved, shipped, restocked } = item.effect;
  if (kind === 'on_hand') {
    const before = Math.min(shipped, item.shippedBefore(countedAt));
    // When units came back is not known; with everything shipped before the count they count as back before it.
    return { kind, contained: (before === shipped ? restocked : 0) - before };
  }
  const cancelledSince = item.cancelledAt !== null && item.cancelledAt > countedAt;
  return { kind, contained: cancelledSince ? -item.quantity : restocked - reserved - shipped };
}

/** What an item has booked of one variant at one location. */
export interface Placed {
  locationId: string;
  reserved: number;
  shipped: number;
  restocked: number;
}

/** A location in the order in which it is taken from, with what is available there now. */
export interface Source {
  locationId: string;
  available: number;
}

/**
 * Where the wanted units are taken from and put back. Units that are placed stay where they are. New ones are taken from
 * the sources in their order, as far as each has some; what nobody has is charged to the first source, which then shows
 * less than nothing: a sale of more than there is did happen. Units given up are freed from the end.
 * At least one source must be given unless nothing is wanted beyond what is placed.
 */
export function place(placed: readonly Placed[], wanted: OrderEffect, sources: readonly Source[]): Placed[] {
  const places = new Map(placed.map((one) => [one.locationId, { ...one }]));
  const at = (locationId: string): Placed => {
    let one = places.get(locationId);
    if (one === undefined) {
      one = { locationId, reserved: 0, shipped: 0, restocked: 0 };
      places.set(locationId, one);
    }
    return one;
  };
  take(places, at, wanted, sources);
  convert(places, wanted.shipped);
  restock(places, at, wanted.restocked, sources);
  return [...places.values()];
}

const sum = (places: Iterable<Placed>, of: (one: Placed) => number): number => {
  let total = 0;
  for (const one of places) total += of(one);
  return total;
};

/** Makes reserved + shipped over all places what is wanted in all; new units come as reserved. */
function take(
  places: Map<string, Placed>,
  at: (locationId: string) => Placed,
  wanted: OrderEffect,
  sources: readonly Source[],
): void {
  let missing = wanted.reserved + wanted.shipped - sum(places.values(), (one) => one.reserved + one.shipped);
  for (const { locationId, available } of sources) {
    const units = Math.min(missing, Math.max(0, available));
    if (units <= 0) continue;
    at(locationId).reserved += units;
    missing -= units;
  }
  const [first] = sources;
  if (missing > 0 && first !== undefined) {
    at(first.locationId).reserved += missing;
    missing = 0;
  }
  for (const field of ['reserved', 'shipped'] as const) {
    for (const one of [...places.values()].reverse()) {
      const units = Math.min(-missing, one[field]);
      if (units <= 0) continue;
      one[field] -= units;
      missing += units;
    }
  }
}

/** Makes shipped over all places what is wanted, out of reserved ones, or back into them when a shipment was called off. */
function convert(places: Map<string, Placed>, shipped: number): void {
  let change = shipped - sum(places.values(), (one) => one.shipped);
  for (const one of places.values()) {
    const units = change > 0 ? Math.min(change, one.reserved) : -Math.min(-change, one.shipped);
    one.reserved -= units;
    one.shipped += units;
    change -= units;
  }
}

/** Units come back to where they were shipped from; with nothing shipped (it was before the baseline) to the first source. */
function restock(
  places: Map<string, Placed>,
  at: (locationId: string) => Placed,
  restocked: number,
  sources: readonly Source[],
): void {
  let change = restocked - sum(places.values(), (one) => one.restocked);
  for (const one of places.values()) {
    const units = change > 0 ? Math.min(change, Math.max(0, one.shipped - one.restocked)) : -Math.min(-change, one.restocked);
    one.restocked += units;
    change -= units;
  }
  const [first] = sources;
  if (change > 0 && first !== undefined) at(first.locationId).restocked += change;
}
