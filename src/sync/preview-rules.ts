/** What a change of a store's rules would do, listing by listing, computed with the very functions that will do it. */
import { sql } from 'drizzle-orm';
import { exact, sameAmount } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';
import { canonicalOf } from '#listings/changes.ts';
import { desiredPrice, desiredQuantity, readCauses } from '#listings/recompute.ts';
import type { StorePatch } from '#stores/change-store.ts';
import type { Hub } from '#stores/hub.ts';

export type RulePatch = Pick<NonNullable<StorePatch['settings']>, 'priceRule' | 'stockRule'>;

export interface RuleChange {
  listingId: string;
  currency: string;
  /** What the store should show by the rules of now, and by the new ones. Null: nothing is sent. */
  price: { before: string | null; after: string | null };
  quantity: { before: number | null; after: number | null };
}

/** Every linked listing of the store, or the `atMost` oldest ones, with its figures before and after. Changes nothing. */
export async function ruleChanges(
  hub: Hub,
  tx: Transaction,
  storeId: string,
  patch: RulePatch,
  atMost: number | null = null,
): Promise<RuleChange[]> {
  const bound =
    atMost === null
      ? sql``
      : sql`and i.id in (select x.id from listings x
    where x.organization_id = ${tx.organizationId} and x.store_id = ${storeId} and x.status = 'linked' order by x.id limit ${atMost})`;
  const now = hub.clock.now();
  const causes = await readCauses(tx, sql`i.store_id = ${storeId} and i.status = 'linked' ${bound}`, now);
  const levels = await tx.execute<{
    listing_id: string;
    place: string;
    quantity: number | null;
    price: string | null;
    currency: string;
  }>(sql`
    select q.listing_id, q.remote_location_id as place, q.desired as quantity, p.desired as price, p.currency from listing_levels q
    join listing_prices p on p.organization_id = q.organization_id and p.listing_id = q.listing_id
    where q.organization_id = ${tx.organizationId} and q.store_id = ${storeId} order by q.listing_id`);
  const canonical = canonicalOf(hub);
  return levels.rows.flatMap((level) => {
    const cause = causes.get(level.listing_id);
    if (cause === undefined || level.place !== cause.store_settings.remoteLocationId) return [];
    const settings = { ...cause.store_settings };
    if (patch.priceRule !== undefined) settings.priceRule = patch.priceRule;
    if (patch.stockRule !== undefined) settings.stockRule = patch.stockRule;
    const after = { ...cause, store_settings: settings };
    return {
      listingId: level.listing_id,
      currency: level.currency,
      price: { before: level.price, after: desiredPrice(after, level.currency, now).desired },
      quantity: { before: level.quantity, after: desiredQuantity(after, level.place, canonical).desired },
    };
  });
}

export const isRepriced = ({ price }: RuleChange): boolean => !sameAmount(price.after, price.before);
export const isRecounted = ({ quantity }: RuleChange): boolean => quantity.after !== quantity.before;
export const isZeroed = (change: RuleChange): boolean => isRecounted(change) && change.quantity.after === 0;

export interface NamedRuleChange extends RuleChange {
  productTitle: string;
  variantTitle: string;
  sku: string;
}

export interface RulePreview {
  /** Linked listings of the store, and how many of them were computed. */
  listings: number;
  computed: number;
  repriced: number;
  recounted: number;
  zeroed: number;
  /** The changes that are largest for their size, prices first. */
  largest: NamedRuleChange[];
  /** Some listings as they come, whether they change or not. */
  examples: NamedRuleChange[];
  /** The stated rates by which the store's prices are converted. */
  rates: { base: string; quote: string; rate: string; statedAt: Date }[];
}

const computedAtMost = 20_000;
const shownAtMost = 5;

/** The effect of new rules in figures and examples. Bounded: of a very large store the oldest listings are computed. */
export async function previewRules(hub: Hub, tx: Transaction, storeId: string, patch: RulePatch): Promise<RulePreview> {
  const changes = await ruleChanges(hub, tx, storeId, patch, computedAtMost);
  const counted = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from listings where organization_id = ${tx.organizationId} and store_id = ${storeId} and status = 'linked'`,
  );
  const largest = changes
    .filter((change) => isRepriced(change) || isRecounted(change))
    .map((change) => ({ change, weight: weightOf(change) }))
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, shownAtMost)
    .map(({ change }) => change);
  const step = Math.max(1, Math.floor(changes.length / shownAtMost));
  const examples = changes.filter((_, index) => index % step === 0).slice(0, shownAtMost);
  const names = await namesOf(tx, [...largest, ...examples]);
  const named = (change: RuleChange): NamedRuleChange => ({ ...change, ...(names.get(change.listingId) ?? nameless) });
  return {
    listings: counted.rows[0]?.n ?? 0,
    computed: changes.length,
    repriced: changes.filter(isRepriced).length,
    recounted: changes.filter(isRecounted).length,
    zeroed: changes.filter(isZeroed).length,
    largest: largest.map(named),
    examples: examples.map(named),
    rates: await ratesOf(tx, storeId),
  };
}

/** How large a change is: the part by which the price moves, or the quantity; what begins or ends to be sent is the whole. */
function weightOf({ price, quantity }: RuleChange): number {
  const part = (before: string | null, after: string | null): number => {
    if (before === null || after === null) return before === after ? 0 : 1;
    const from = new exact(before);
    return from.isZero() ? (from.eq(after) ? 0 : 1) : new exact(after).minus(from).div(from).abs().toNumber();
  };
  const text = (value: number | null) => (value === null ? null : String(value));
  return Math.max(part(price.before, price.after), part(text(quantity.before), text(quantity.after)));
}

type Name = Pick<NamedRuleChange, 'productTitle' | 'variantTitle' | 'sku'>;
const nameless: Name = { productTitle: '', variantTitle: '', sku: '' };

async function namesOf(tx: Transaction, changes: readonly RuleChange[]): Promise<Map<string, Name>> {
  const ids = changes.map(({ listingId }) => listingId);
  const { rows } = await tx.execute<{ id: string; product_title: string; variant_title: string; sku: string }>(sql`
    select id, product_title, variant_title, sku from listings
    where organization_id = ${tx.organizationId} and id = any(${sql.param(ids)}::uuid[])`);
  return new Map(rows.map((row) => [row.id, { productTitle: row.product_title, variantTitle: row.variant_title, sku: row.sku }]));
}

async function ratesOf(tx: Transaction, storeId: string): Promise<RulePreview['rates']> {
  const { rows } = await tx.execute<{ base: string; quote: string; rate: string; stated_at: Date }>(sql`
    select r.base, r.quote, r.rate, r.stated_at from exchange_rates r
    join stores s on s.organization_id = r.organization_id and s.currency = r.quote
    join organization_settings o on o.organization_id = r.organization_id and o.currency = r.base
    where r.organization_id = ${tx.organizationId} and s.id = ${storeId}`);
  return rows.map(({ stated_at: statedAt, ...rate }) => ({ ...rate, statedAt }));
}
