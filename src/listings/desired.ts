/** What a level should show, from its causes. Pure. */
import { earliestOf } from '#base/clock.ts';
import type { ExplainStep } from '#base/explain.ts';
import { plainStockRule, quantityFor, type StockCauses, type StockRule } from '#inventory/stock-rule.ts';
import type { Causes, ComponentStock, Counted, Held } from '#listings/causes.ts';
import type { DriftField } from '#listings/drifts.ts';
import { type PriceCauses, type PriceRule, plainPriceRule, priceFor } from '#pricing/price-rule.ts';
import { rateStaleAfterDays, type StatedRate } from '#pricing/stated-rate.ts';
import { isEmptied, isShown, locationsAt, ownedAt, type Places } from '#stores/places.ts';
import { slownessAt } from '#stores/slowness.ts';

/** What platforms make of what they are sent. */
export interface Canonical {
  /** The connectors' canonical quantity: what the platform would store. */
  (platform: string, quantity: number): number;
  /** Whether the platform takes a crossed-out price beside the price. */
  takesCompareAt(platform: string): boolean;
}

/** What a level should show; null: nothing, and why. */
export interface Desired<V> {
  desired: V | null;
  heldReason: string | null;
  /** When it becomes something else by the passing of time alone. */
  changesAt?: Date | null;
  /** Prices only: what is sent to stand crossed out beside it; '0' for nothing, null to leave it alone. */
  compareAt?: string | null;
}

export const placesOf = ({ store_settings: settings, owned, places: at }: Causes): Places => ({ settings, owned, at });

/** The quantity that the listing should show at a place of the platform, or why it says nothing there. */
export function desiredQuantity(causes: Causes, place: string, canonical: Canonical, now: Date): Desired<number> {
  const held = (heldReason: string | null) => ({ desired: null, heldReason });
  if (causes.status !== 'linked') return held(null);
  if (causes.state === 'gone') return held('gone');
  if (!causes.sync_inventory || !causes.store_settings.syncInventory) return held('sync_off');
  if (causes.stock_policy !== 'tracked' || (causes.tracked === false && causes.components === null)) return held('not_tracked');
  if (!isShown(placesOf(causes), place)) return held('other_location');
  const { shown, slowUntil } = shareOut(causes, now);
  const quantity = shown.get(place) ?? null;
  if (quantity === null) return held(place === causes.store_settings.remoteLocationId ? 'not_counted' : 'not_counted_here');
  return {
    desired: canonical(causes.platform, quantity),
    heldReason: disputeOver(causes, 'quantity', place),
    changesAt: firstOf(causes.held_until, slowUntil),
  };
}

/** Why a figure waits for somebody to say whether what was found there is to count; null when it does not. */
export function disputeOver(causes: Causes, field: DriftField, place: string): 'drift_waits' | 'adoption_waits' | null {
  const dispute = causes.disputes.find((one) => one.field === field && one.place === place);
  if (dispute === undefined) return null;
  if (dispute.cause !== 'too_many') return 'drift_waits';
  // Whose figure is not taken over any more is asked nothing more: ours is put back there.
  const isTheirs = field === 'price' ? causes.is_source : causes.components === null && ownedAt(placesOf(causes), place) !== null;
  return isTheirs ? 'adoption_waits' : null;
}

/** How many there are at a place, less what is kept back; null while nobody has counted it. */
export interface AtPlace {
  available: number | null;
  held: number;
}

/**
 * What is counted somewhere, and at none of the locations of the main place, is not there: the store would sell for ever what
 * others have. At any other place, and where the store owns the count, it is left alone until it is counted there.
 */
function countedAt(places: Places, place: string, stock: readonly Counted[]): number | null {
  if (isEmptied(places, place)) return 0;
  const here = new Set(
    locationsAt(
      places,
      place,
      stock.map(({ id }) => id),
    ),
  );
  if (here.size > 0) return stock.reduce((sum, { id, available }) => (here.has(id) ? sum + available : sum), 0);
  const isMain = place === places.settings.remoteLocationId && ownedAt(places, place) === null;
  return isMain && stock.length > 0 ? 0 : null;
}

const heldAt = (places: Places, place: string, held: readonly Held[]): number =>
  held.reduce(
    (sum, { units, locationIds }) =>
      locationIds === null || locationsAt(places, place, locationIds).length > 0 ? sum + units : sum,
    0,
  );

/** A bundle is what its components make: of each what there is, by the units that it takes; the least counts. */
export function stockAt(causes: Causes, place: string): AtPlace {
  const places = placesOf(causes);
  const held = heldAt(places, place, causes.holds);
  if (causes.components === null) return { available: countedAt(places, place, causes.stock), held };
  const made = causes.components.map((component) => {
    const counted = componentAt(causes, place, component);
    return counted === null ? null : Math.floor(counted / component.units);
  });
  const least = made.reduce((one, other) => (one === null || other === null ? null : Math.min(one, other)), made[0] ?? null);
  return { available: least, held };
}

/** How many units of a component are for sale at a place; null while nobody has counted it. */
export function componentAt(causes: Causes, place: string, { stock, held }: ComponentStock): number | null {
  const counted = countedAt(placesOf(causes), place, stock);
  return counted === null ? null : counted - heldAt(placesOf(causes), place, held);
}

interface Shares {
  /** By place; null: not counted there. */
  shown: Map<string, number | null>;
  steps: ExplainStep[];
  slowUntil: Date | null;
}

/**
 * What each place of the listing shows. Where the store owns the count that is the count; no rule stands between. All other
 * places together show what the rule makes of what they have together: each what it has, as far as that goes, and the main
 * one what is left, so that what a rule keeps back is missing there first.
 */
export function shareOut(causes: Causes, now: Date): Shares {
  const places = placesOf(causes);
  const main = causes.store_settings.remoteLocationId ?? '';
  const shown = new Map<string, number | null>();
  const ours: { place: string; available: number }[] = [];
  for (const place of shownPlaces(causes)) {
    const { available, held } = stockAt(causes, place);
    shown.set(place, available === null ? null : Math.max(0, available - held));
    if (available !== null && isRuled(places, place)) ours.push({ place, available: available - held });
  }
  const rule = stockRuleOf(causes);
  if (ours.length === 0 && (typeof rule.fixed !== 'number' || ownedAt(places, main) !== null))
    return { shown, steps: plainSteps(causes, main), slowUntil: null };
  const { slow, changesAt } = slownessAt({ stored: causes.slow, refreshExpiresAt: causes.refresh_expires_at }, now);
  const available = ours.reduce((sum, one) => sum + one.available, 0);
  const { quantity, steps } = quantityFor(stockCausesOf(causes, available, slow), rule);
  const rest = ours.find(({ place }) => place === main)?.place ?? ours[0]?.place ?? main;
  let left = quantity;
  for (const one of ours.filter(({ place }) => place !== rest)) {
    const share = Math.min(left, Math.max(0, one.available));
    shown.set(one.place, share);
    left -= share;
  }
  shown.set(rest, left);
  return { shown, steps, slowUntil: (rule.slowBuffer ?? 0) > 0 ? changesAt : null };
}

/** Whether a place has a share of what the stock rule makes of our stock. */
export const isRuled = (places: Places, place: string): boolean => ownedAt(places, place) === null && !isEmptied(places, place);

/** The steps where the store owns the count at its main place. */
function plainSteps(causes: Causes, main: string): ExplainStep[] {
  const { available, held } = stockAt(causes, main);
  return available === null ? [] : quantityFor(stockCausesOf(causes, available - held, null), plainStockRule).steps;
}

/** Where anything of ours is shown, by name. */
export const shownPlaces = (causes: Causes): string[] =>
  (causes.places ?? [causes.store_settings.remoteLocationId ?? '']).filter((place) => isShown(placesOf(causes), place)).sort();

/** The price that this listing should show in `currency`, or why it says nothing. */
export function desiredPrice(causes: Causes, currency: string, now: Date): Desired<string> {
  const held = (heldReason: string | null) => ({ desired: null, heldReason });
  if (causes.status !== 'linked') return held(null);
  if (causes.state === 'gone') return held('gone');
  if (!causes.sync_price || !causes.store_settings.syncPrice) return held('sync_off');
  if (causes.currency_found !== null) return held('currency_changed');
  if (causes.settings.priceOverride !== undefined) return { desired: causes.settings.priceOverride, heldReason: null };
  const { price, heldReason, changesAt, compareAt } = priceFor(priceCausesOf(causes, currency, now), priceRuleOf(causes));
  return { desired: price?.amount ?? null, heldReason, changesAt, compareAt };
}

const firstOf = (one: Date | null, other: Date | null): Date | null =>
  one === null || other === null ? (one ?? other) : earliestOf(one, other);

/** The nearest rule counts. */
export const stockRuleOf = (causes: Causes): StockRule =>
  causes.store_settings.closing === true
    ? { ...plainStockRule, fixed: 0 }
    : (causes.settings.stockRule ?? causes.store_settings.stockRule ?? causes.organization_stock_rule ?? plainStockRule);

/** Where a rule stands. The nearest one counts. */
export type RuleLevel = 'listing' | 'store' | 'organization';

/** Where the rule stands that counts; null where none does: what is closed is shown as 0, whatever the rules. */
export const stockRuleLevel = (causes: Causes): RuleLevel | null =>
  causes.store_settings.closing === true ? null : levelOf(causes, 'stockRule', causes.organization_stock_rule);
export const priceRuleLevel = (causes: Causes): RuleLevel | null =>
  causes.is_source ? null : levelOf(causes, 'priceRule', causes.organization_price_rule);

function levelOf(
  { settings, store_settings: ofStore }: Causes,
  name: 'priceRule' | 'stockRule',
  shared: unknown,
): RuleLevel | null {
  if ((settings[name] ?? null) !== null) return 'listing';
  if ((ofStore[name] ?? null) !== null) return 'store';
  return shared === null ? null : 'organization';
}

/** The store that owns the prices shows the master's own: no rule stands between. */
export const priceRuleOf = (causes: Causes): PriceRule =>
  causes.is_source
    ? plainPriceRule
    : (causes.settings.priceRule ?? causes.store_settings.priceRule ?? causes.organization_price_rule ?? plainPriceRule);

const stockCausesOf = (causes: Causes, available: number, slow: StockCauses['slow']): StockCauses => ({
  available,
  storeId: causes.store_id,
  lastUnitsListed: causes.last_units_listed,
  slow,
});

/** The steps from what is available to what the listing should show; none when nobody has counted it. */
export const quantitySteps = (causes: Causes, now: Date): ExplainStep[] => shareOut(causes, now).steps;

function priceCausesOf(causes: Causes, currency: string, now: Date): PriceCauses {
  const money = (amount: string | null) =>
    amount === null || causes.price_currency === null ? null : { amount, currency: causes.price_currency };
  const rate = rateOf(causes);
  return {
    base: money(causes.price),
    cost: money(causes.cost),
    compareAt: causes.compare_at,
    ...{ rate, costRate: rate, currency, timeZone: causes.store_timezone, now },
  };
}

/** The steps from the master's price to what the listing should show. */
export const priceSteps = (causes: Causes, currency: string, now: Date): ExplainStep[] =>
  causes.settings.priceOverride === undefined
    ? priceFor(priceCausesOf(causes, currency, now), priceRuleOf(causes)).steps
    : [{ code: 'price_override', amount: causes.settings.priceOverride, parameters: { currency } }];

const rateOf = (causes: Causes): StatedRate | null =>
  causes.rate === null || causes.rate_stated_at === null
    ? null
    : { rate: causes.rate, statedAt: causes.rate_stated_at, staleAfterDays: rateStaleAfterDays };
