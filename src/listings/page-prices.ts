/**
 * What a page of a pull says of prices beyond their figures: in which currency they are, and that there is one where there
 * was none. The figures themselves are hints, see store-pulled.ts.
 */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { lockVariants } from '#listings/changes.ts';
import type { PulledListing } from '#listings/store-pulled.ts';
import { originOf } from '#organizations/origin.ts';
import { holdForCurrency } from '#stores/remote-currency.ts';

/** Nothing was ever known to stand there, or written there: its currency is a guess, and a price that appears is the first. */
const neverPriced = sql`(p.remote is null and p.last_applied_value is null and p.lost_value is null and p.knowledge <> 'in_flight')`;

const shown = (pulled: readonly PulledListing[]) => {
  const prices = pulled.flatMap(({ id, variantId, listing }) =>
    listing.price === null ? [] : [{ listing_id: id, variant_id: variantId, ...listing.price }],
  );
  return sql`json_to_recordset(${JSON.stringify(prices)}::json) as x(listing_id uuid, variant_id uuid, amount numeric, currency text)`;
};

/** Prices that we know in one currency and the page shows in another hold all prices of the store. Before any level is locked. */
export async function holdForeignPrices(
  tx: Transaction,
  storeId: string,
  pulled: readonly PulledListing[],
  now: Date,
): Promise<void> {
  if (pulled.length === 0) return;
  const foreign = await tx.execute<{ currency: string }>(sql`
    select x.currency from ${shown(pulled)} join listing_prices p on p.organization_id = ${tx.organizationId} and p.listing_id = x.listing_id
    where p.currency <> x.currency and not ${neverPriced} order by x.currency limit 1`);
  const [found] = foreign.rows;
  if (found !== undefined) await holdForCurrency(tx, storeId, found.currency, now);
}

/** The currency of what never had a price is what the page says. With the levels locked; `causesChanged` follows. */
export async function nameCurrencies(tx: Transaction, pulled: readonly PulledListing[], now: Date): Promise<void> {
  await tx.execute(sql`
    update listing_prices p set currency = x.currency, updated_at = ${now} from ${shown(pulled)}
    where p.organization_id = ${tx.organizationId} and p.listing_id = x.listing_id and p.currency <> x.currency and ${neverPriced}`);
}

/**
 * A price that appears at the source store becomes the master's, when that has none in this currency: without one nothing
 * is wanted there, so nothing would ever be read. Before any level is locked. Returns the variants that got one.
 */
export async function adoptFirstPrices(
  tx: Transaction,
  storeId: string,
  pulled: readonly PulledListing[],
  now: Date,
): Promise<string[]> {
  if (pulled.length === 0) return [];
  const first = sql`from ${shown(pulled)} join listing_prices p on p.organization_id = ${tx.organizationId} and p.listing_id = x.listing_id and ${neverPriced}`;
  const lacking = sql`v.organization_id = ${tx.organizationId} and v.id = x.variant_id and (v.price is null or v.currency <> x.currency)`;
  const found = await tx.execute<{ id: string }>(sql`select v.id ${first} join product_variants v on ${lacking}`);
  const variantIds = found.rows.map((row) => row.id);
  if (variantIds.length === 0) return [];
  await lockVariants(tx, variantIds);
  const origin = JSON.stringify(originOf(null, { kind: 'adoption', documentId: storeId }, now));
  await tx.execute(sql`
    update product_variants v set price = x.amount, currency = x.currency, price_set = ${origin}::jsonb, updated_at = ${now} ${first} where ${lacking}`);
  return variantIds;
}
