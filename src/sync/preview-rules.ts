/** The effect of other rules, in figures and examples: for a person, before anything is changed. */
import { sql } from 'drizzle-orm';
import { exact } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';
import {
  inScope,
  isRecounted,
  isRepriced,
  isZeroed,
  type RuleChange,
  type RuleQuestion,
  type RuleScope,
  ruleChanges,
} from '#sync/rule-changes.ts';

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

export interface PreviewQuestion extends Omit<RuleQuestion, 'atMost'> {
  /** As it would be when this sale of the new price rule begins; null: now. */
  duringSale?: number | null;
  /** How many of the largest changes. */
  shown?: number;
}

const computedAtMost = 20_000;
const shownAtMost = 5;

/** The effect of new rules in figures and examples. Bounded: of a very large store the oldest listings are computed. */
export async function previewRules(hub: Hub, tx: Transaction, question: PreviewQuestion): Promise<RulePreview> {
  const { scope, duringSale = null, shown = shownAtMost } = question;
  const changes = (await ruleChanges(hub, tx, { ...question, atMost: computedAtMost }))(duringSale);
  const counted = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from listings i where i.organization_id = ${tx.organizationId} and i.status = 'linked' and ${inScope(scope)}`,
  );
  const largest = changes
    .filter((change) => isRepriced(change) || isRecounted(change))
    .map((change) => ({ change, weight: weightOf(change) }))
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, shown)
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
    rates: await ratesOf(tx, scope),
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

async function ratesOf(tx: Transaction, scope: RuleScope): Promise<RulePreview['rates']> {
  const { rows } = await tx.execute<{ base: string; quote: string; rate: string; stated_at: Date }>(sql`
    select distinct r.base, r.quote, r.rate, r.stated_at from exchange_rates r
    join stores s on s.organization_id = r.organization_id and s.currency = r.quote
    join organization_settings o on o.organization_id = r.organization_id and o.currency = r.base
    where r.organization_id = ${tx.organizationId} and exists (select from listings i
      where i.organization_id = s.organization_id and i.store_id = s.id and i.status = 'linked' and ${inScope(scope)}) order by r.base, r.quote`);
  return rows.map(({ stated_at: statedAt, ...rate }) => ({ ...rate, statedAt }));
}
