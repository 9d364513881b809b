import { and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { barcodeKey, comparisonKey } from '#catalog/catalog.ts';
import { products, productVariants } from '#catalog/catalog-tables.ts';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { inventoryItems, inventoryLocations, inventoryTransactions } from '#inventory/inventory-tables.ts';

export interface InventoryFilter {
  q?: string | undefined;
  locationId?: string | undefined;
  variantId?: string | undefined;
  /** Only what is at or below its reorder point. */
  low?: boolean | undefined;
}

const columns = {
  variantId: inventoryItems.variantId,
  productId: products.id,
  productTitle: products.title,
  variantTitle: productVariants.title,
  sku: productVariants.sku,
  locationId: inventoryItems.locationId,
  onHand: inventoryItems.onHand,
  reserved: inventoryItems.reserved,
  available: sql<number>`${inventoryItems.onHand} - ${inventoryItems.reserved}`.mapWith(Number),
  reorderPoint: inventoryItems.reorderPoint,
  updatedAt: inventoryItems.updatedAt,
};

export interface InventoryRow {
  variantId: string;
  productId: string;
  productTitle: string;
  variantTitle: string;
  sku: string;
  locationId: string;
  onHand: number;
  reserved: number;
  available: number;
  reorderPoint: number;
  updatedAt: Date;
}

/** A page of inventory items, newest variants first. */
export async function listInventory(tx: Transaction, filter: InventoryFilter, page: PageRequest): Promise<Page<InventoryRow>> {
  const after = page.after;
  const rows = await tx
    .select(columns)
    .from(inventoryItems)
    .innerJoin(
      productVariants,
      and(eq(productVariants.organizationId, inventoryItems.organizationId), eq(productVariants.id, inventoryItems.variantId)),
    )
    .innerJoin(
      products,
      and(eq(products.organizationId, productVariants.organizationId), eq(products.id, productVariants.productId)),
    )
    .where(
      and(
        eq(inventoryItems.organizationId, tx.organizationId),
        isNull(productVariants.archivedAt),
        filter.locationId === undefined ? undefined : eq(inventoryItems.locationId, filter.locationId),
        filter.variantId === undefined ? undefined : eq(inventoryItems.variantId, filter.variantId),
        filter.low === true
          ? sql`${inventoryItems.onHand} - ${inventoryItems.reserved} <= ${inventoryItems.reorderPoint}`
          : undefined,
        filter.q === undefined ? undefined : matching(tx, filter.q),
        after === null
          ? undefined
          : sql`(${inventoryItems.variantId}, ${inventoryItems.locationId}) < (${after[0]}::uuid, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(desc(inventoryItems.variantId), desc(inventoryItems.locationId))
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    (row) => [row.variantId, row.locationId],
    (row) => row,
  );
}

const matching = (tx: Transaction, q: string): SQL => sql`(
  ${productVariants.productId} in (select product_id from search_products(${tx.organizationId}::uuid, ${q}, 500))
  or (${productVariants.skuKey} = ${comparisonKey(q)} and ${productVariants.skuKey} <> '')
  or (${productVariants.barcodeKey} = ${barcodeKey(q)} and ${productVariants.barcodeKey} <> ''))`;

/** Every location, the default one first. */
export async function listLocations(tx: Transaction): Promise<(typeof inventoryLocations.$inferSelect)[]> {
  return await tx
    .select()
    .from(inventoryLocations)
    .where(eq(inventoryLocations.organizationId, tx.organizationId))
    .orderBy(
      desc(inventoryLocations.isDefault),
      asc(inventoryLocations.priority),
      asc(inventoryLocations.name),
      asc(inventoryLocations.id),
    )
    .limit(1000);
}

/** A page of a variant's ledger, newest first. */
export async function listTransactions(
  tx: Transaction,
  variantId: string,
  page: PageRequest,
): Promise<Page<typeof inventoryTransactions.$inferSelect>> {
  const after = page.after;
  const rows = await tx
    .select()
    .from(inventoryTransactions)
    .where(
      and(
        eq(inventoryTransactions.organizationId, tx.organizationId),
        eq(inventoryTransactions.variantId, variantId),
        after === null
          ? undefined
          : sql`(${inventoryTransactions.createdAt}, ${inventoryTransactions.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(desc(inventoryTransactions.createdAt), desc(inventoryTransactions.id))
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => row,
  );
}

/** Whether the organization has this variant. */
export async function hasVariant(tx: Transaction, variantId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: productVariants.id })
    .from(productVariants)
    .where(and(eq(productVariants.organizationId, tx.organizationId), eq(productVariants.id, variantId)));
  return rows.length > 0;
}
