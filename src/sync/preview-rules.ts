/** The effect of other rules, in figures and examples: for a person, before anything is changed. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { type Effect, effectOfChanges, largestOf, type NamedFigureChange, namedChanges } from '#listings/figure-changes.ts';
import type { Hub } from '#stores/hub.ts';
import { inScope, type RuleQuestion, type RuleScope, ruleChanges } from '#sync/rule-changes.ts';

export interface RulePreview extends Effect {
  /** Linked listings of the store, and how many of them were computed. */
  listings: number;
  computed: number;
  /** The changes that are largest for their size, prices first. */
  largest: NamedFigureChange[];
  /** Some listings as they come, whether they change or not. */
  examples: NamedFigureChange[];
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
  const largest = largestOf(changes, shown);
  const step = Math.max(1, Math.floor(changes.length / shownAtMost));
  const examples = changes.filter((_, index) => index % step === 0).slice(0, shownAtMost);
  return {
    listings: counted.rows[0]?.n ?? 0,
    computed: changes.length,
    ...effectOfChanges(changes),
    largest: await namedChanges(tx, largest),
    examples: await namedChanges(tx, examples),
    rates: await ratesOf(tx, scope),
  };
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
