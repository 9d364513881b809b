/** The product matrix: products, with one cell per store. */
import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm';
import { barcodeKey, comparisonKey } from '#catalog/catalog.ts';
import { products, productVariants } from '#catalog/catalog-tables.ts';
import { swappedNeighbours } from '#catalog/typing-errors.ts';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { sellableBundles } from '#listings/bundle-stock.ts';
import { type CellState, gravest } from '#listings/cell-state.ts';
import { matchesAtMost } from '#listings/list-listings.ts';
import { listings } from '#listings/listings-tables.ts';
import { readFigures } from '#listings/read-figures.ts';
import type { Hub } from '#stores/hub.ts';
import { stores } from '#stores/stores-tables.ts';

export interface ProductFilter {
  status?: 'active' | 'draft' | 'archived' | undefined;
  storeId?: string | undefined;
  state?: 'in_sync' | 'behind' | 'refused' | 'not_linked' | undefined;
  q?: string | undefined;
}

export type ProductSort = 'title' | '-updatedAt';

export interface ProductSummary {
  product: typeof products.$inferSelect;
  variantCount: number;
  /** Of these, how many are made of others. */
  bundleCount: number;
  priceRange: { min: string; max: string; currency: string } | null;
  /** Over all locations and variants that are counted, of a bundle what can be sold; null when none is. */
  available: number | null;
  sku: string;
  cells: { storeId: string; state: CellState; listings: number }[];
}

/** A page of products; with `q` the best matches come first, whatever the sort. */
export async function listProducts(
  hub: Hub,
  tx: Transaction,
  filter: ProductFilter,
  sort: ProductSort,
  page: PageRequest,
): Promise<Page<ProductSummary>> {
  const chosen = filter.q === undefined ? await bySort(tx, filter, sort, page) : await bySearch(tx, filter, filter.q, page);
  return { items: await summarizeProducts(hub, tx, chosen.items), next: chosen.next };
}

/** Products with the figures and cells of their variants. */
export async function summarizeProducts(hub: Hub, tx: Transaction, rows: readonly ProductRow[]): Promise<ProductSummary[]> {
  const ids = rows.map(({ id }) => id);
  const [figures, cells] = [await variantFigures(tx, ids), await productCells(hub, tx, ids)];
  return rows.map((product) => ({
    product,
    variantCount: figures.get(product.id)?.variants ?? 0,
    bundleCount: figures.get(product.id)?.bundles ?? 0,
    priceRange: priceRangeOf(figures.get(product.id)),
    available: figures.get(product.id)?.available ?? null,
    sku: figures.get(product.id)?.sku ?? '',
    cells: cells.get(product.id) ?? [],
  }));
}

type ProductRow = typeof products.$inferSelect;

async function bySort(tx: Transaction, filter: ProductFilter, sort: ProductSort, page: PageRequest): Promise<Page<ProductRow>> {
  const [key, id] = page.after ?? [];
  const after =
    key === undefined
      ? undefined
      : sort === 'title'
        ? sql`(${products.title}, ${products.id}) > (${key}, ${id}::uuid)`
        : sql`(${products.updatedAt}, ${products.id}) < (${key}::timestamptz, ${id}::uuid)`;
  const rows = await tx
    .select()
    .from(products)
    .where(and(eq(products.organizationId, tx.organizationId), ...conditions(tx.organizationId, filter), after))
    .orderBy(...(sort === 'title' ? [asc(products.title), asc(products.id)] : [desc(products.updatedAt), desc(products.id)]))
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    (row) => [sort === 'title' ? row.title : row.updatedAt.toISOString(), row.id],
    (row) => row,
  );
}

async function bySearch(tx: Transaction, filter: ProductFilter, q: string, page: PageRequest): Promise<Page<ProductRow>> {
  const found = await byMatch(tx, filter, q, [q], page);
  if (found.items.length > 0) return found;
  const others = swappedNeighbours(q);
  return others.length === 0 ? found : await byMatch(tx, filter, q, others, page);
}

async function byMatch(
  tx: Transaction,
  filter: ProductFilter,
  q: string,
  words: readonly string[],
  page: PageRequest,
): Promise<Page<ProductRow>> {
  const matches = sql`(
    select product_id, max(score)::real as score from (
      select s.product_id, s.score from unnest(${sql.param([...words])}::text[]) w(word) cross join lateral search_products(${tx.organizationId}::uuid, w.word, ${matchesAtMost}) s
      union all
      (select product_id, 2 from product_variants where organization_id = ${tx.organizationId} and sku_key = ${comparisonKey(q)} and sku_key <> '' limit ${matchesAtMost})
      union all
      (select product_id, 2 from product_variants where organization_id = ${tx.organizationId} and barcode_key = ${barcodeKey(q)} and barcode_key <> '' limit ${matchesAtMost})
    ) found group by product_id) m`;
  const after = page.after;
  const rows = await tx
    .select({ product: products, score: sql<string>`m.score::text` })
    .from(products)
    .innerJoin(matches, sql`m.product_id = ${products.id}`)
    .where(
      and(
        eq(products.organizationId, tx.organizationId),
        ...conditions(tx.organizationId, filter),
        after === null
          ? undefined
          : sql`(m.score < ${after[0]}::real or (m.score = ${after[0]}::real and ${products.id} > ${after[1]}::uuid))`,
      ),
    )
    .orderBy(sql`m.score desc`, products.id)
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    (row) => [row.score, row.product.id],
    ({ product }) => product,
  );
}

function conditions(organizationId: string, filter: ProductFilter): (SQL | undefined)[] {
  const { status, state, storeId } = filter;
  const onStore = storeId === undefined ? sql`` : sql`and l.store_id = ${storeId}`;
  const linked = (condition: SQL): SQL => sql`exists (
    select from product_variants v join listings l on l.organization_id = v.organization_id and l.variant_id = v.id
    where v.organization_id = ${products.organizationId} and v.product_id = ${products.id} ${onStore} and ${condition})`;
  // From the few figures in that state to their products, not the other way round.
  const figure = (condition: SQL): SQL => sql`${products.id} in (
    select v.product_id from (
      select f.listing_id from listing_levels f where f.organization_id = ${organizationId} and ${condition}
      union select f.listing_id from listing_prices f where f.organization_id = ${organizationId} and ${condition}) f
    join listings l on l.organization_id = ${organizationId} and l.id = f.listing_id and l.status = 'linked' ${onStore}
    join product_variants v on v.organization_id = l.organization_id and v.id = l.variant_id)`;
  const inState: Readonly<Record<NonNullable<ProductFilter['state']>, () => SQL>> = {
    behind: () => figure(sql`f.eligible`),
    refused: () => figure(sql`f.refused_for is not null`),
    not_linked: () => sql`not ${linked(sql`true`)}`,
    in_sync: () =>
      sql`${linked(sql`true`)} and not ${figure(sql`(f.eligible or f.refused_for is not null or f.held_reason not in ('sync_off', 'other_location', 'not_counted_here'))`)}`,
  };
  return [
    status === undefined ? undefined : eq(products.status, status),
    state !== undefined ? inState[state]() : storeId === undefined ? undefined : linked(sql`true`),
  ];
}

interface VariantFigures {
  variants: number;
  bundles: number;
  min: string | null;
  max: string | null;
  currency: string;
  available: number | null;
  sku: string;
}

const priceRangeOf = (figures: VariantFigures | undefined): ProductSummary['priceRange'] =>
  figures?.min == null || figures.max === null ? null : { min: figures.min, max: figures.max, currency: figures.currency };

async function variantFigures(tx: Transaction, productIds: readonly string[]): Promise<Map<string, VariantFigures>> {
  const rows = await tx
    .select({
      productId: productVariants.productId,
      variants: sql<number>`count(*)::int`,
      bundles: sql<number>`(count(*) filter (where ${productVariants.isBundle}))::int`,
      min: sql<string | null>`min(${productVariants.price})`,
      max: sql<string | null>`max(${productVariants.price})`,
      currency: sql<string>`min(${productVariants.currency})`,
      sku: sql<string>`coalesce((array_agg(${productVariants.sku} order by ${productVariants.position}, ${productVariants.id}))[1], '')`,
      available: sql<number | null>`sum(case when ${productVariants.isBundle} then ${sellableBundles(sql`product_variants`)}
        else (select sum(i.on_hand - i.reserved) from inventory_items i where i.organization_id = ${productVariants.organizationId} and i.variant_id = ${productVariants.id})
        end) filter (where ${productVariants.tracked} or ${productVariants.isBundle})::int`,
    })
    .from(productVariants)
    .where(
      and(
        eq(productVariants.organizationId, tx.organizationId),
        sql`${productVariants.productId} = any(${sql.param([...productIds])}::uuid[])`,
        sql`${productVariants.archivedAt} is null`,
      ),
    )
    .groupBy(productVariants.productId);
  return new Map(rows.map((row) => [row.productId, row]));
}

async function productCells(
  hub: Hub,
  tx: Transaction,
  productIds: readonly string[],
): Promise<Map<string, ProductSummary['cells']>> {
  const columns = await shownStores(tx);
  const figures = await readFigures(
    hub,
    tx,
    sql`${listings.variantId} in (select v.id from product_variants v
    where v.organization_id = ${tx.organizationId} and v.product_id = any(${sql.param([...productIds])}::uuid[]))`,
  );
  const productOf = await productsOfVariants(tx, productIds);
  const states = new Map<string, CellState[]>();
  for (const { listing, state } of figures) {
    const key = `${productOf.get(listing.variantId ?? '')} ${listing.storeId}`;
    states.set(key, [...(states.get(key) ?? []), state]);
  }
  return new Map(
    productIds.map((id) => [
      id,
      columns.map(({ storeId }) => {
        const own = states.get(`${id} ${storeId}`) ?? [];
        return { storeId, state: gravest(own), listings: own.length };
      }),
    ]),
  );
}

async function productsOfVariants(tx: Transaction, productIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .select({ id: productVariants.id, productId: productVariants.productId })
    .from(productVariants)
    .where(
      and(
        eq(productVariants.organizationId, tx.organizationId),
        sql`${productVariants.productId} = any(${sql.param([...productIds])}::uuid[])`,
      ),
    );
  return new Map(rows.map((row) => [row.id, row.productId]));
}

/** The columns of the matrix: every store that is connected, oldest first. */
export async function shownStores(tx: Transaction): Promise<{ storeId: string }[]> {
  return await tx
    .select({ storeId: stores.id })
    .from(stores)
    .where(and(eq(stores.organizationId, tx.organizationId), sql`${stores.status} <> 'disconnected'`))
    .orderBy(asc(stores.createdAt), asc(stores.id));
}
