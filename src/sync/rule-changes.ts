/** What other rules would do, listing by listing, computed with the very functions that will do it. Changes nothing. */
import { type SQL, sql } from 'drizzle-orm';
import { beginsAt } from '#base/local-time.ts';
import type { Transaction } from '#db/transaction.ts';
import type { StockRule } from '#inventory/stock-rule.ts';
import { type Causes, readCauses } from '#listings/causes.ts';
import { canonicalOf } from '#listings/changes.ts';
import { desiredPrice, desiredQuantity, priceRuleOf, stockRuleOf } from '#listings/desired.ts';
import { type FigureChange, quantityChange, standingFigures } from '#listings/figure-changes.ts';
import type { PriceRule } from '#pricing/price-rule.ts';
import type { Hub } from '#stores/hub.ts';
import { asIf } from '#sync/as-if.ts';

/** A rule that is absent stays; null: a store follows the organization, the organization has none. */
export interface RulePatch {
  priceRule?: PriceRule | null | undefined;
  stockRule?: StockRule | null | undefined;
  /** Of one listing only: a price of its own; null: none. */
  priceOverride?: string | null | undefined;
  /** Of one store only: our locations that feed it; null: all that are open. */
  locationIds?: readonly string[] | null | undefined;
  /** Of one store only: where at the platform which of our locations is shown, beside the main place. */
  locationMap?: Readonly<Record<string, string>> | undefined;
  emptyPlaces?: readonly string[] | undefined;
  remoteLocationId?: string | null | undefined;
}

/** Whose rules would be others: one listing's, one store's, or the organization's. Of several stores no rule is another. */
export type RuleScope = { listingId: string } | { storeId: string } | { storeIds: readonly string[] } | 'organization';

export interface RuleQuestion {
  scope: RuleScope;
  patch: RulePatch;
  /** The oldest listings only. */
  atMost?: number | null;
  /** All that the change can touch: the others are what they are, even where something else is about to change them. */
  figures?: Figures | undefined;
}

export type Figures = 'prices' | 'quantities';

/**
 * Every linked listing concerned, with its figures before and after: as it would be now (null), or when a sale of the new
 * price rule begins (its place in the rule), by each store's clock.
 */
export type RuleAnswer = (duringSale: number | null) => FigureChange[];

/** Reads what the answer needs, once for all moments. */
export async function ruleChanges(hub: Hub, tx: Transaction, question: RuleQuestion): Promise<RuleAnswer> {
  const now = hub.clock.now();
  const { scope, atMost = null, figures } = question;
  const concerned = sql`i.organization_id = ${tx.organizationId} and i.status = 'linked' and ${inScope(scope)}`;
  const bound =
    atMost === null ? sql`` : sql`and i.id in (select i.id from listings i where ${concerned} order by i.id limit ${atMost})`;
  const causes = await withLocations(tx, question, () => readCauses(tx, sql`${concerned} ${bound}`, now));
  const lastUnits = await listedForLastUnits(tx, question, concerned);
  const levels = (await standingFigures(tx, inScope(scope))).flatMap((level) => {
    const cause = causes.get(level.listing_id);
    return cause === undefined ? [] : [{ level, after: withRules(cause, question, lastUnits) }];
  });
  const canonical = canonicalOf(hub);
  return (duringSale) =>
    levels.map(({ level, after }) => {
      const at = duringSale === null ? now : saleBegins(after, duringSale, now);
      const price =
        figures === 'quantities' ? { desired: level.price, heldReason: null } : desiredPrice(after, level.currency, at);
      // A sale is of prices: what the store's access may be by then is no part of the question.
      const before = Object.values(level.quantities);
      const quantities =
        figures === 'prices'
          ? before
          : Object.keys(level.quantities).map((place) => desiredQuantity(after, place, canonical, now).desired);
      return {
        listingId: level.listing_id,
        storeId: after.store_id,
        currency: level.currency,
        price: { before: level.price, after: price.desired, reason: price.desired === null ? price.heldReason : null },
        quantity: quantityChange(before, quantities),
      };
    });
}

/** What a store may sell is summed up where it is read: with other locations to feed it, it is read as if they did. */
async function withLocations<T>(tx: Transaction, { scope, patch }: RuleQuestion, read: () => Promise<T>): Promise<T> {
  const { locationIds, locationMap, emptyPlaces, remoteLocationId } = patch;
  const chosen = { locationIds, locationMap, emptyPlaces, remoteLocationId };
  const moves = Object.values(chosen).some((one) => one !== undefined);
  if (!moves || scope === 'organization' || !('storeId' in scope)) return await read();
  // What is absent stays.
  const feed = async () => {
    await tx.execute(sql`
      update stores set settings = settings || ${JSON.stringify(chosen)}::jsonb where organization_id = ${tx.organizationId} and id = ${scope.storeId}`);
  };
  return await asIf(tx, feed, read);
}

/** Of the listings `i`. */
export function inScope(scope: RuleScope): SQL {
  if (scope === 'organization') return sql`true`;
  if ('storeIds' in scope) return sql`i.store_id = any(${sql.param([...scope.storeIds])}::uuid[])`;
  return 'storeId' in scope ? sql`i.store_id = ${scope.storeId}` : sql`i.id = ${scope.listingId}`;
}

/** The causes as they would be: only where the rule that is to change is the one that counts. */
function withRules(cause: Causes, { scope, patch }: RuleQuestion, lastUnits: ReadonlySet<string>): Causes {
  const after = patchedCause(cause, scope, patch);
  const counts = patch.stockRule !== undefined && patch.stockRule !== null && stockRuleOf(after) === patch.stockRule;
  return counts ? { ...after, last_units_listed: lastUnits.has(cause.listing_id) } : after;
}

function patchedCause(cause: Causes, scope: RuleScope, { priceRule, stockRule, priceOverride }: RulePatch): Causes {
  if (scope === 'organization')
    return {
      ...cause,
      ...(priceRule === undefined ? {} : { organization_price_rule: priceRule }),
      ...(stockRule === undefined ? {} : { organization_stock_rule: stockRule }),
    };
  if ('storeIds' in scope) return cause;
  if ('storeId' in scope) {
    const rules = { ...(priceRule === undefined ? {} : { priceRule }), ...(stockRule === undefined ? {} : { stockRule }) };
    return { ...cause, store_settings: { ...cause.store_settings, ...rules } };
  }
  const { priceRule: ownPrice, stockRule: ownStock, priceOverride: ownOverride, ...others } = cause.settings;
  const [price, stock] = [priceRule === undefined ? ownPrice : priceRule, stockRule === undefined ? ownStock : stockRule];
  const override = priceOverride === undefined ? ownOverride : priceOverride;
  const rules = {
    ...(price ? { priceRule: price } : {}),
    ...(stock ? { stockRule: stock } : {}),
    ...(override ? { priceOverride: override } : {}),
  };
  return { ...cause, settings: { ...others, ...rules } };
}

/** The listings whose variant the store has linked too that the new rule leaves the last units to. */
async function listedForLastUnits(tx: Transaction, { patch }: RuleQuestion, concerned: SQL): Promise<Set<string>> {
  const storeId = patch.stockRule?.lastUnits?.storeId;
  if (storeId === undefined) return new Set();
  const found = await tx.execute<{ id: string }>(sql`
    select i.id from listings i where ${concerned} and exists (select from listings j
      join stores t on t.organization_id = j.organization_id and t.id = j.store_id and t.status <> 'disconnected'
      where j.organization_id = i.organization_id and j.variant_id = i.variant_id and j.status = 'linked' and j.store_id = ${storeId})`);
  return new Set(found.rows.map(({ id }) => id));
}

function saleBegins(cause: Causes, index: number, now: Date): Date {
  const sale = priceRuleOf(cause).sales?.[index];
  const begins = sale === undefined ? now : beginsAt(sale.startsAt, cause.store_timezone);
  return begins > now ? begins : now;
}
