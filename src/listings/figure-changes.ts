/** What stores should show of linked listings, and what of it a bulk change would make others. */
import { type SQL, sql } from 'drizzle-orm';
import { exact, sameAmount } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';

export interface FigureChange {
  listingId: string;
  storeId: string;
  currency: string;
  /** What the store should show before, and after. Null: nothing is sent; `reason` says why. */
  price: { before: string | null; after: string | null; reason: string | null };
  /** Of all the platform's locations together; `moved`: at least one of them would be sent another than before. */
  quantity: { before: number | null; after: number | null; moved: boolean };
}

export interface NamedFigureChange extends FigureChange {
  productTitle: string;
  variantTitle: string;
  sku: string;
}

export interface Standing extends Record<string, unknown> {
  listing_id: string;
  store_id: string;
  /** By place of the platform. */
  quantities: Record<string, number | null>;
  price: string | null;
  /** Why none is sent. */
  reason: string | null;
  currency: string;
}

/** What is wanted of the linked listings that `where` selects (alias `i`). */
export async function standingFigures(tx: Transaction, where: SQL): Promise<Standing[]> {
  const found = await tx.execute<Standing>(sql`
    select i.id as listing_id, i.store_id, json_object_agg(q.remote_location_id, q.desired) as quantities,
      p.desired as price, p.held_reason as reason, p.currency from listings i
    join listing_levels q on q.organization_id = i.organization_id and q.listing_id = i.id
    join listing_prices p on p.organization_id = i.organization_id and p.listing_id = i.id
    where i.organization_id = ${tx.organizationId} and i.status = 'linked' and ${where}
    group by i.id, i.store_id, p.desired, p.held_reason, p.currency order by i.id`);
  return found.rows;
}

/** Quantities by place, before and after, as one change. */
export function quantityChange(before: readonly (number | null)[], after: readonly (number | null)[]): FigureChange['quantity'] {
  return {
    before: sumOf(before),
    after: sumOf(after),
    // Where nothing is sent any more, what stands there stays.
    moved: after.some((units, at) => units !== null && units !== before[at]),
  };
}

const sumOf = (units: readonly (number | null)[]): number | null =>
  units.reduce((sum, one) => (one === null ? sum : (sum ?? 0) + one), null);

export const isRepriced = ({ price }: FigureChange): boolean => !sameAmount(price.after, price.before);
export const isRecounted = ({ quantity }: FigureChange): boolean => quantity.moved;
export const isZeroed = (change: FigureChange): boolean => isRecounted(change) && change.quantity.after === 0;

export interface Effect {
  repriced: number;
  recounted: number;
  /** Quantities that would become 0. */
  zeroed: number;
}

export const effectOfChanges = (changes: readonly FigureChange[]): Effect => ({
  repriced: changes.filter(isRepriced).length,
  recounted: changes.filter(isRecounted).length,
  zeroed: changes.filter(isZeroed).length,
});

/** Those that are largest for their size, prices first. */
export const largestOf = (changes: readonly FigureChange[], shown: number): FigureChange[] =>
  changes
    .filter((change) => isRepriced(change) || isRecounted(change))
    .map((change) => ({ change, weight: weightOf(change) }))
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, shown)
    .map(({ change }) => change);

/** How large a change is: the part by which the price moves, or the quantity; what begins or ends to be sent is the whole. */
function weightOf({ price, quantity }: FigureChange): number {
  const part = (before: string | null, after: string | null): number => {
    if (before === null || after === null) return before === after ? 0 : 1;
    const from = new exact(before);
    return from.isZero() ? (from.eq(after) ? 0 : 1) : new exact(after).minus(from).div(from).abs().toNumber();
  };
  const text = (value: number | null) => (value === null ? null : String(value));
  return Math.max(part(price.before, price.after), part(text(quantity.before), text(quantity.after)));
}

type Name = Pick<NamedFigureChange, 'productTitle' | 'variantTitle' | 'sku'>;
const nameless: Name = { productTitle: '', variantTitle: '', sku: '' };

/** With the names of their listings. */
export async function namedChanges(tx: Transaction, changes: readonly FigureChange[]): Promise<NamedFigureChange[]> {
  const ids = changes.map(({ listingId }) => listingId);
  const { rows } = await tx.execute<{ id: string; product_title: string; variant_title: string; sku: string }>(sql`
    select id, product_title, variant_title, sku from listings
    where organization_id = ${tx.organizationId} and id = any(${sql.param(ids)}::uuid[])`);
  const names = new Map(
    rows.map((row) => [row.id, { productTitle: row.product_title, variantTitle: row.variant_title, sku: row.sku }]),
  );
  return changes.map((change) => ({ ...change, ...(names.get(change.listingId) ?? nameless) }));
}
