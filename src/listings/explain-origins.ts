/**
 * Since when, by whom and by what the steps of "why is this 7?" hold: of the master's price and of a link's own one who set
 * them, of a rule's steps at which level the rule stands and since when it is what it is. What was set before this was kept
 * is told without it.
 */
import { sql } from 'drizzle-orm';
import type { ExplainStep } from '#base/explain.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Causes } from '#listings/causes.ts';
import { priceRuleLevel, type RuleLevel, stockRuleLevel } from '#listings/desired.ts';
import type { Origin, OriginKind, Origins, RuleName } from '#organizations/origin.ts';
import { nameStores } from '#stores/stores-store.ts';

const priceRuleSteps = new Set(['markup_percent', 'markup_fixed', 'rounded', 'floor', 'sale_percent', 'sale_price']);
const stockRuleSteps = new Set(['buffer', 'slow_buffer', 'percent', 'cap', 'hide_below', 'last_units', 'fixed']);

/** What the document of an origin is. */
const documentKinds: Readonly<Record<OriginKind, string>> = {
  hand: '',
  import: 'sync_job',
  adoption: 'store',
  change_set: 'change_set',
  undo: 'change_set',
};

interface Kept extends Record<string, unknown>, Record<RuleLevel, Origins<RuleName | 'priceOverride'> | null> {
  price: Origin | null;
  rate_stated_by: string | null;
}

/** Adds to each step what is known of its origin. `currency`: the one that prices are converted to. */
export type AddOrigins = (steps: readonly ExplainStep[]) => ExplainStep[];

/** Reads what `AddOrigins` needs, of one listing. */
export async function readOrigins(tx: Transaction, causes: Causes, currency: string): Promise<AddOrigins> {
  const { rows } = await tx.execute<Kept>(sql`
    select v.price_set as price, i.rules_set as listing, s.rules_set as store, o.rules_set as organization, r.stated_by as rate_stated_by
    from listings i
    join stores s on s.organization_id = i.organization_id and s.id = i.store_id
    left join organization_settings o on o.organization_id = i.organization_id
    left join product_variants v on v.organization_id = i.organization_id and v.id = i.variant_id
    left join exchange_rates r on r.organization_id = i.organization_id and r.base = v.currency and r.quote = ${currency}
    where i.organization_id = ${tx.organizationId} and i.id = ${causes.listing_id}`);
  const [kept] = rows;
  if (kept === undefined) return (steps) => [...steps];
  const names = await storeNames(tx, kept);
  return (steps) =>
    steps.map((step) => ({ ...step, parameters: { ...step.parameters, ...originOf(step, causes, kept, names) } }));
}

function originOf(
  { code }: ExplainStep,
  causes: Causes,
  kept: Kept,
  names: ReadonlyMap<string, string>,
): ExplainStep['parameters'] {
  if (code === 'base_price') return told(kept.price, names);
  if (code === 'price_override') return { level: 'listing', ...told(kept.listing?.priceOverride ?? null, names) };
  if (code === 'converted') return kept.rate_stated_by === null ? {} : { by: kept.rate_stated_by };
  if (priceRuleSteps.has(code)) return ofRule('priceRule', priceRuleLevel(causes), kept, names);
  return stockRuleSteps.has(code) ? ofRule('stockRule', stockRuleLevel(causes), kept, names) : {};
}

const ofRule = (name: RuleName, level: RuleLevel | null, kept: Kept, names: ReadonlyMap<string, string>) =>
  level === null ? {} : { level, ...told(kept[level]?.[name] ?? null, names) };

function told(origin: Origin | null, names: ReadonlyMap<string, string>): ExplainStep['parameters'] {
  if (origin === null) return {};
  const { at, by, kind, documentId } = origin;
  return {
    changedAt: at,
    type: kind,
    documentKind: documentKinds[kind],
    documentId: documentId ?? '',
    ...(kind === 'adoption' ? { store: names.get(documentId ?? '') ?? '' } : {}),
    ...(by === null ? {} : { by }),
  };
}

/** Of the stores whose figures were taken over. */
async function storeNames(tx: Transaction, { price, listing }: Kept): Promise<Map<string, string>> {
  const ids = [price, listing?.priceOverride].flatMap((one) => (one?.kind === 'adoption' ? (one.documentId ?? []) : []));
  return await nameStores(tx, ids);
}
