/**
 * Desired follows from causes: stock, price, link, rules. Row-sized causes recompute here in the transaction that causes
 * them; store-sized ones raise the store's rules_version and are drained in chunks. Lock order: inventory items (held by
 * the caller), then levels by id; what desired is made of is read in a statement after the lock.
 */
import { type SQL, sql } from 'drizzle-orm';
import { earliestOf } from '#base/clock.ts';
import type { ExplainStep } from '#base/explain.ts';
import { sameAmount } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';
import { plainStockRule, quantityFor, type StockCauses, type StockRule } from '#inventory/stock-rule.ts';
import { freeForSales } from '#listings/holds.ts';
import { type LevelKind, type LevelRow, lockLevels, priceLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent, type Level } from '#listings/level-state.ts';
import type { ListingSettings } from '#listings/listings.ts';
import { decisionAwaited } from '#listings/price-approval.ts';
import { type PriceCauses, type PriceRule, plainPriceRule, priceFor } from '#pricing/price-rule.ts';
import { rateStaleAfterDays, type StatedRate } from '#pricing/stated-rate.ts';
import { type StoredSlowness, slownessAt } from '#stores/slowness.ts';
import type { StoreSettings } from '#stores/stores.ts';

/** What platforms make of what they are sent. */
export interface Canonical {
  /** The connectors' canonical quantity: what the platform would store. */
  (platform: string, quantity: number): number;
  /** Whether the platform takes a crossed-out price beside the price. */
  takesCompareAt(platform: string): boolean;
}

/** Everything that a listing's desired values follow from. */
export interface Causes extends Record<string, unknown> {
  listing_id: string;
  store_id: string;
  platform: string;
  status: string;
  state: string;
  stock_policy: string;
  sync_price: boolean;
  sync_inventory: boolean;
  settings: ListingSettings;
  store_settings: StoreSettings;
  store_currency: string;
  store_timezone: string;
  slow: StoredSlowness | null;
  refresh_expires_at: Date | null;
  organization_price_rule: PriceRule | null;
  organization_stock_rule: StockRule | null;
  /** Whether the store that its rule leaves the last units to has the thing linked too. */
  last_units_listed: boolean;
  /** What the platform names instead by now, while nobody has decided what is to follow. */
  currency_found: string | null;
  /** The price that stands there was changed there, and nobody has decided which one is to count. */
  price_disputed: boolean;
  rules_version: number;
  is_source: boolean;
  tracked: boolean | null;
  price: string | null;
  price_currency: string | null;
  compare_at: string | null;
  cost: string | null;
  available: number | null;
  /** Made of others: no store owns its count. */
  is_bundle: boolean;
  /** Units kept back from every store, and until when the first of them are. */
  held_units: number;
  held_until: Date | null;
  rate: string | null;
  rate_stated_at: Date | null;
}

/** The rule in force decides whether to look: few name a store for the last units. */
const stockRuleInForce = sql`coalesce(i.settings->'stockRule', nullif(s.settings->'stockRule', 'null'::jsonb), o.settings->'stockRule')`;
const lastUnitsListed = sql`case when ${stockRuleInForce}->'lastUnits'->>'storeId' is null then false else exists (
  select from listings j join stores t on t.organization_id = j.organization_id and t.id = j.store_id and t.status <> 'disconnected'
  where j.organization_id = i.organization_id and j.variant_id = i.variant_id and j.status = 'linked'
    and j.store_id = (${stockRuleInForce}->'lastUnits'->>'storeId')::uuid) end`;

/**
 * Whether a location (alias `w`) feeds a store (`s`, its organization's settings `o`): the source store counts the default
 * location; the others are fed by those that were chosen, or all.
 */
export const feedsStore = sql`case when o.source_store_id = s.id then w.is_default
  else coalesce(nullif(s.settings->'locationIds', 'null'::jsonb) @> to_jsonb(w.id::text), true) end`;

/**
 * How many of a variant there are at the store's open locations. What is counted somewhere, and at none of them, is not there:
 * the store would sell for ever what others have. Null while nobody has counted it; on the source store, while it has not:
 * its first figure will be the count.
 */
const availableOf = (variantId: SQL): SQL => sql`(
  select coalesce(sum(n.on_hand - n.reserved) filter (where w.is_active and ${feedsStore}),
    case when count(*) > 0 and o.source_store_id is distinct from s.id then 0 end)
  from inventory_items n join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id
  where n.organization_id = i.organization_id and n.variant_id = ${variantId})`;

/**
 * How many of a bundle there are: of each component what there is at the store's locations, less what is held, by the units
 * that it takes; the least counts. Null while one of them is not counted.
 */
const bundleAvailable = (now: Date): SQL => sql`(
  select case when bool_or(c.available is null) then null else min(floor((c.available - c.held)::numeric / c.units)) end from (
    select b.units, ${availableOf(sql`b.component_variant_id`)} as available, (
        select coalesce(sum(h.units), 0) from listing_holds h where h.organization_id = b.organization_id and h.variant_id = b.component_variant_id
          and (h.reason = 'locked_by_platform' or h.until > ${now})
      ) as held
    from bundle_components b where b.organization_id = i.organization_id and b.bundle_variant_id = i.variant_id) c)`;

/** Reads the causes of listings chosen by `where` (alias `i` for listings). `name`: see Transaction.execute. */
export async function readCauses(tx: Transaction, where: SQL, now: Date, name?: string): Promise<Map<string, Causes>> {
  const result = await tx.execute<Causes>(
    sql`
    select i.id as listing_id, i.store_id, s.platform, i.status, i.state, i.stock_policy, i.sync_price, i.sync_inventory, i.settings,
      s.settings as store_settings, s.currency as store_currency, s.timezone as store_timezone, s.slow, s.refresh_expires_at,
      o.settings->'priceRule' as organization_price_rule, o.settings->'stockRule' as organization_stock_rule, ${lastUnitsListed} as last_units_listed, s.metadata->>'currencyFound' as currency_found,
      exists (select from drifts d where d.organization_id = i.organization_id and d.listing_id = i.id and d.field = 'price' and d.state in ('seen', 'waiting')) as price_disputed, s.rules_version, coalesce(o.source_store_id = s.id, false) as is_source,
      v.tracked, v.price, v.currency as price_currency, v.compare_at_price as compare_at, v.cost_price as cost, (case when v.is_bundle then ${bundleAvailable(now)} else ${availableOf(sql`i.variant_id`)} end)::int as available, coalesce(v.is_bundle, false) as is_bundle, holds.units::int as held_units, holds.until as held_until, r.rate, r.stated_at as rate_stated_at
    from listings i
    join stores s on s.organization_id = i.organization_id and s.id = i.store_id
    left join organization_settings o on o.organization_id = i.organization_id
    left join product_variants v on v.organization_id = i.organization_id and v.id = i.variant_id
    left join listing_prices p on p.organization_id = i.organization_id and p.listing_id = i.id
    left join exchange_rates r on r.organization_id = i.organization_id and r.base = v.currency and r.quote = coalesce(p.currency, s.currency)
    left join lateral (
      select coalesce(sum(h.units), 0) as units, min(h.until) filter (where h.reason = 'unexplained_drop') as until from listing_holds h
      where h.organization_id = i.organization_id and h.variant_id = i.variant_id
        -- What a platform does not give up stays for sale there, and until it does.
        and case when h.reason = 'locked_by_platform' then h.listing_id <> i.id else h.until > ${now} end
    ) holds on true
    where i.organization_id = ${tx.organizationId} and ${where}`,
    name,
  );
  return new Map(result.rows.map((row) => [row.listing_id, row]));
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

/** The quantity that a level of this listing should show, or why it says nothing. */
export function desiredQuantity(causes: Causes, remoteLocationId: string, canonical: Canonical, now: Date): Desired<number> {
  const held = (heldReason: string | null) => ({ desired: null, heldReason });
  if (causes.status !== 'linked') return held(null);
  if (causes.state === 'gone') return held('gone');
  if (!causes.sync_inventory || !causes.store_settings.syncInventory) return held('sync_off');
  if (causes.stock_policy !== 'tracked' || (causes.tracked === false && !causes.is_bundle)) return held('not_tracked');
  if (remoteLocationId !== causes.store_settings.remoteLocationId) return held('other_location');
  const rule = stockRuleOf(causes);
  const { slow, changesAt } = slownessOf(causes, now);
  if (causes.available === null && typeof rule.fixed !== 'number') return held('not_counted');
  const { quantity } = quantityFor(stockCausesOf(causes, slow), rule);
  return {
    desired: canonical(causes.platform, quantity),
    heldReason: null,
    changesAt: firstOf(causes.held_until, (rule.slowBuffer ?? 0) > 0 ? changesAt : null),
  };
}

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

/** The store that owns price and count shows the master's own figures: no rule stands between. Else the nearest rule counts. */
export const stockRuleOf = (causes: Causes): StockRule =>
  causes.is_source
    ? plainStockRule
    : causes.store_settings.closing === true
      ? { ...plainStockRule, fixed: 0 }
      : (causes.settings.stockRule ?? causes.store_settings.stockRule ?? causes.organization_stock_rule ?? plainStockRule);

export const priceRuleOf = (causes: Causes): PriceRule =>
  causes.is_source
    ? plainPriceRule
    : (causes.settings.priceRule ?? causes.store_settings.priceRule ?? causes.organization_price_rule ?? plainPriceRule);

const slownessOf = (causes: Causes, now: Date): ReturnType<typeof slownessAt> =>
  slownessAt({ stored: causes.slow, refreshExpiresAt: causes.refresh_expires_at }, now);

const stockCausesOf = (causes: Causes, slow: StockCauses['slow']): StockCauses => ({
  available: (causes.available ?? 0) - causes.held_units,
  storeId: causes.store_id,
  lastUnitsListed: causes.last_units_listed,
  slow,
});

/** The steps from what is available to what the listing should show; none when nobody has counted it. */
export const quantitySteps = (causes: Causes, now: Date): ExplainStep[] =>
  causes.available === null && typeof stockRuleOf(causes).fixed !== 'number'
    ? []
    : quantityFor(stockCausesOf(causes, slownessOf(causes, now).slow), stockRuleOf(causes)).steps;

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

export interface RecomputeOptions {
  canonical: Canonical;
  now: Date;
  /** What changed is stock alone: prices are left. */
  stockOnly?: boolean;
  /** Units that were sold and are being booked, by listing: what its store's figures are known to be is known no more. */
  sold?: ReadonlyMap<string, number>;
}

/**
 * Recomputes the levels of the listings that `where` selects (alias `i`). Returns the stores that now have work, for
 * waking after the commit.
 */
export async function recompute(tx: Transaction, where: SQL, options: RecomputeOptions): Promise<Set<string>> {
  return await recomputeLevels(tx, levelsOf(tx, where), options);
}

const levelsOf = (tx: Transaction, where: SQL): SQL =>
  sql`l.listing_id = any(array(select i.id from listings i where i.organization_id = ${tx.organizationId} and ${where}))`;

/** Locks the levels of the listings that `where` selects, as `recompute` will: for who changes some of them before. */
export async function lockLevelsOf(tx: Transaction, where: SQL): Promise<void> {
  await lockLevels(tx, quantityLevels, levelsOf(tx, where));
  await lockLevels(tx, priceLevels, levelsOf(tx, where));
}

/** As `recompute`, with the levels chosen directly (alias `l`), in both tables. */
export async function recomputeLevels(
  tx: Transaction,
  chosen: SQL,
  options: RecomputeOptions,
  limit?: number,
): Promise<Set<string>> {
  const bound = limit === undefined ? {} : { limit };
  const quantities = await lockLevels(tx, quantityLevels, chosen, bound);
  const prices = options.stockOnly === true ? [] : await lockLevels(tx, priceLevels, chosen, bound);
  const sold = options.sold === undefined ? null : await freeForSales(tx, options.sold);
  const listingIds = [...new Set([...quantities, ...prices].map((row) => row.listingId))];
  if (listingIds.length === 0) return new Set();
  const causes = await readCauses(tx, sql`i.id = any(${sql.param(listingIds)}::uuid[])`, options.now, 'causes_of_listings');
  const found = recomputed({ quantities, prices }, causes, { ...options, sold: sold ?? undefined });
  await saveLevels(tx, quantityLevels, found.quantities, options.now);
  await saveLevels(tx, priceLevels, found.prices, options.now);
  return found.stores;
}

/** Of these levels those that are to be saved anew by their listings' causes, and the stores that they are of. Pure. */
export function recomputed(
  levels: { quantities: readonly LevelRow<number>[]; prices: readonly LevelRow<string>[] },
  causes: ReadonlyMap<string, Causes>,
  options: Omit<RecomputeOptions, 'sold'> & { sold?: ReadonlyMap<string, number> | undefined },
): { quantities: LevelRow<number>[]; prices: LevelRow<string>[]; stores: Set<string> } {
  const stores = new Set<string>();
  const note = <V>(rows: readonly LevelRow<V>[], kind: LevelKind<V>, desiredOf: (row: LevelRow<V>, c: Causes) => Desired<V>) => {
    const changed: LevelRow<V>[] = [];
    for (const row of rows) {
      const cause = causes.get(row.listingId);
      if (cause === undefined) continue;
      const { desired, heldReason, changesAt = null, compareAt: crossedOut = null } = desiredOf(row, cause);
      const compareAt = { ...row.compareAt, desired: options.canonical.takesCompareAt(cause.platform) ? crossedOut : null };
      const sameCompareAt = sameAmount(compareAt.desired, row.compareAt.desired);
      const units = kind.name === 'quantity' ? options.sold?.get(row.listingId) : undefined;
      const before = units === undefined ? row.level : afterEvent(row.level, { kind: 'sale_booked' }, kind.same);
      const after = afterEvent(before, { kind: 'desired_changed', desired, heldReason }, kind.same);
      // What was refused with another crossed-out price may be taken with this one.
      const level = sameCompareAt ? after : { ...after, refusedFor: null };
      const asBefore = sameCompareAt && sameDesired(kind, row, level) && row.nextChangeAt?.getTime() === changesAt?.getTime();
      if (units === undefined && asBefore && row.rulesVersion === cause.rules_version) continue;
      stores.add(row.storeId);
      const soldSince = row.soldSince + Math.max(0, units ?? 0);
      changed.push({
        ...row,
        soldSince,
        compareAt,
        level: onSchedule(row, level, cause),
        rulesVersion: cause.rules_version,
        nextChangeAt: changesAt,
      });
    }
    return changed;
  };
  const quantities = note(levels.quantities, quantityLevels, (row, cause) =>
    desiredQuantity(cause, row.remoteLocationId, options.canonical, options.now),
  );
  const prices = note(levels.prices, priceLevels, (row, cause) =>
    askedFor(row, desiredPrice(cause, row.currency, options.now), cause),
  );
  return { quantities, prices, stores };
}

/** A price that is too far from the one that stands there is held, whatever it follows from. */
function askedFor(row: LevelRow<string>, wanted: Desired<string>, { store_settings, price_disputed }: Causes): Desired<string> {
  if (wanted.desired === null || wanted.heldReason !== null) return wanted;
  if (price_disputed) return { ...wanted, heldReason: 'drift_waits' };
  return { ...wanted, heldReason: decisionAwaited(row.level, wanted.desired, store_settings.priceApprovalPercent) };
}

/** A link with a schedule of its own is written at most once in its interval. */
function onSchedule<V>(row: LevelRow<V>, level: Level<V>, { settings }: Causes): Level<V> {
  if (settings.syncIntervalSeconds === undefined || row.lastAppliedAt === null) return level;
  const nextAt = row.lastAppliedAt.getTime() + settings.syncIntervalSeconds * 1000;
  return { ...level, attemptAfter: Math.max(level.attemptAfter, nextAt) };
}

function sameDesired<V>(kind: LevelKind<V>, row: LevelRow<V>, level: LevelRow<V>['level']): boolean {
  if (row.level.heldReason !== level.heldReason) return false;
  if (row.level.desired === null || level.desired === null) return row.level.desired === level.desired;
  return kind.same(row.level.desired, level.desired);
}
