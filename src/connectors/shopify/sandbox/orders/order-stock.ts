/**
 * What orders do to the shop's stock. Placed: `available` falls and `committed` rises where it ships from. Shipped:
 * `committed` falls, and with it what stands on the shelf. Called off with restock: back to `available`; without: off the
 * shelf, as if it had left. Returned with restock: `available` rises.
 * Source: https://shopify.dev/docs/apps/build/orders-fulfillment/inventory-management-apps/manage-quantities-states. Which
 * of several locations ships is the seller's setting there; here the main one goes first.
 */
import type { FulfillmentOrderLine } from '#connectors/shopify/sandbox/orders/order.ts';
import {
  type Level,
  type Location,
  type ShopState,
  totalAvailable,
  type Variant,
  type Writer,
} from '#connectors/shopify/sandbox/shop-state.ts';

export interface Share {
  location: Location;
  units: number;
  counted: boolean;
}

/** Whether the shop takes so many units of each, all together: DENY sells no more than there is. */
export function canSell(wishes: ReadonlyMap<Variant, number>): boolean {
  for (const [variant, units] of wishes) {
    const denied = variant.item.tracked && variant.inventoryPolicy === 'DENY';
    if (denied && totalAvailable(variant.item) < units) return false;
  }
  return true;
}

/** Promises units, from wherever they stand; what stands nowhere is owed by the main location, below zero. */
export function commitUnits(state: ShopState, variant: Variant, units: number, by: Writer): Share[] {
  const primary = state.primaryLocation;
  if (!variant.item.tracked) return [{ location: primary, units, counted: false }];
  const shares: Share[] = [];
  const take = (level: Level, taken: number): void => {
    state.changeLevel(level, { available: level.available - taken, committed: level.committed + taken }, by);
    const share = shares.find(({ location }) => location === level.location);
    if (share === undefined) shares.push({ location: level.location, units: taken, counted: true });
    else share.units += taken;
  };
  let left = units;
  const levels = [...variant.item.levels.values()]
    .filter((level) => level.location.active)
    .sort((a, b) => Number(b.location === primary) - Number(a.location === primary));
  for (const level of levels) {
    const taken = Math.min(left, Math.max(0, level.available));
    if (taken === 0) continue;
    take(level, taken);
    left -= taken;
  }
  if (left > 0) take(state.connectLevel(variant.item, primary), left);
  return shares;
}

/** Promised units are free again, or, without `restock`, gone. */
export function releaseUnits(state: ShopState, part: FulfillmentOrderLine, units: number, restock: boolean): void {
  const level = levelOf(state, part);
  if (level === null) return;
  const committed = level.committed - units;
  if (restock) state.changeLevel(level, { available: level.available + units, committed }, 'person');
  else state.changeCommitted(level, committed);
}

export function shipUnits(state: ShopState, part: FulfillmentOrderLine, units: number): void {
  const level = levelOf(state, part);
  if (level !== null) state.changeCommitted(level, level.committed - units);
}

/** They never left after all, and are promised as before. */
export function unshipUnits(state: ShopState, part: FulfillmentOrderLine, units: number): void {
  const level = levelOf(state, part);
  if (level !== null) state.changeCommitted(level, level.committed + units);
}

export function returnUnits(state: ShopState, variant: Variant, location: Location, units: number): void {
  if (!variant.item.tracked || !state.items.has(variant.item.id)) return;
  const level = state.connectLevel(variant.item, location);
  state.changeLevel(level, { available: level.available + units }, 'person');
}

/** Null when the units were never counted, or are of a product that is gone. */
function levelOf(state: ShopState, part: FulfillmentOrderLine): Level | null {
  const { item } = part.line.variant;
  return part.counted && state.items.has(item.id) ? state.connectLevel(item, part.source.location) : null;
}
