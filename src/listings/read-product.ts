import { and, asc, eq, sql } from 'drizzle-orm';
import { products, productVariants } from '#catalog/catalog-tables.ts';
import type { Transaction } from '#db/transaction.ts';
import { inventoryItems } from '#inventory/inventory-tables.ts';
import { readSellable } from '#listings/bundle-stock.ts';
import type { CellState } from '#listings/cell-state.ts';
import { shownStores } from '#listings/list-products.ts';
import { listings } from '#listings/listings-tables.ts';
import { type ListingFigures, readFigures, type ShownFigure, type ShownRefusal } from '#listings/read-figures.ts';
import type { Hub } from '#stores/hub.ts';

export interface VariantCell {
  storeId: string;
  listingId: string | null;
  status: 'linked' | 'unlinked' | 'ignored' | null;
  stockPolicy: (typeof listings.$inferSelect)['stockPolicy'] | null;
  state: CellState;
  price: (ShownFigure<string> & { currency: string }) | null;
  quantity: ShownFigure<number> | null;
  waitUntil: Date | null;
  refusal: ShownRefusal | null;
  url: string | null;
}

export interface ProductVariantDetail {
  variant: typeof productVariants.$inferSelect;
  /** Of a bundle: its own count, that applies again once it is made of nothing. */
  onHand: number;
  reserved: number;
  /** Over all locations; of a bundle what its components allow. */
  available: number;
  cells: VariantCell[];
}

/** A product's variants with stock over all locations and one cell per listing, or per store without one. Null: no such product. */
export async function readProduct(
  hub: Hub,
  tx: Transaction,
  productId: string,
): Promise<{ product: typeof products.$inferSelect; variants: ProductVariantDetail[] } | null> {
  const [product] = await tx
    .select()
    .from(products)
    .where(and(eq(products.organizationId, tx.organizationId), eq(products.id, productId)));
  if (product === undefined) return null;
  const variants = await tx
    .select()
    .from(productVariants)
    .where(
      and(
        eq(productVariants.organizationId, tx.organizationId),
        eq(productVariants.productId, productId),
        sql`${productVariants.archivedAt} is null`,
      ),
    )
    .orderBy(asc(productVariants.position), asc(productVariants.id))
    .limit(2000);
  const ids = variants.map(({ id }) => id);
  const stock = await stockOf(tx, ids);
  const bundles = await readSellable(
    tx,
    variants.filter(({ isBundle }) => isBundle).map(({ id }) => id),
  );
  const figures = await readFigures(hub, tx, sql`${listings.variantId} = any(${sql.param(ids)}::uuid[])`);
  const columns = await shownStores(tx);
  const listedOn = new Set(figures.map(({ listing }) => listing.storeId));
  return {
    product,
    variants: variants.map((variant) => ({
      variant,
      onHand: stock.get(variant.id)?.onHand ?? 0,
      reserved: stock.get(variant.id)?.reserved ?? 0,
      available: bundles.get(variant.id) ?? (stock.get(variant.id)?.onHand ?? 0) - (stock.get(variant.id)?.reserved ?? 0),
      cells: columns.flatMap(({ storeId }) => {
        const own = figures.filter(({ listing }) => listing.variantId === variant.id && listing.storeId === storeId);
        return own.length > 0 ? own.map(filledCell) : [emptyCell(storeId, listedOn.has(storeId) ? 'not_linked' : 'not_listed')];
      }),
    })),
  };
}

function filledCell({ listing, state, price, quantity, waitUntil, refusal }: ListingFigures): VariantCell {
  return {
    storeId: listing.storeId,
    listingId: listing.id,
    status: listing.status,
    stockPolicy: listing.stockPolicy,
    state,
    price,
    quantity,
    waitUntil,
    refusal,
    url: listing.url,
  };
}

const emptyCell = (storeId: string, state: CellState): VariantCell => ({
  storeId,
  listingId: null,
  status: null,
  stockPolicy: null,
  state,
  price: null,
  quantity: null,
  waitUntil: null,
  refusal: null,
  url: null,
});

async function stockOf(
  tx: Transaction,
  variantIds: readonly string[],
): Promise<Map<string, { onHand: number; reserved: number }>> {
  const rows = await tx
    .select({
      variantId: inventoryItems.variantId,
      onHand: sql<number>`sum(${inventoryItems.onHand})::int`,
      reserved: sql<number>`sum(${inventoryItems.reserved})::int`,
    })
    .from(inventoryItems)
    .where(
      and(
        eq(inventoryItems.organizationId, tx.organizationId),
        sql`${inventoryItems.variantId} = any(${sql.param([...variantIds])}::uuid[])`,
      ),
    )
    .groupBy(inventoryItems.variantId);
  return new Map(rows.map((row) => [row.variantId, row]));
}

/** The product that a variant belongs to, or null. */
export async function productOfVariant(tx: Transaction, variantId: string): Promise<string | null> {
  const [row] = await tx
    .select({ productId: productVariants.productId })
    .from(productVariants)
    .where(and(eq(productVariants.organizationId, tx.organizationId), eq(productVariants.id, variantId)));
  return row?.productId ?? null;
}
