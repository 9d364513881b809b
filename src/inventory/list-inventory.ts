import { and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { products, productVariants } from '#catalog/catalog-tables.ts';
import { swappedNeighbours } from '#catalog/typing-errors.ts';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { inventoryItems, inventoryLocations, inventoryTransactions } from '#inventory/inventory-tables.ts';
import { variantMatches } from '#inventory/variant-matches.ts';

export interface InventoryFilter {
  q?: string | undefined;
  locationId?: string | undefined;
  variantId?: string | undefined;
  /** Only what is counted, and at or below its reorder point. */
  low?: boolean | undefined;
  /** Only what stands like this. */
  state?: InventoryState | undefined;
}

/** Oversold: more is reserved than is on hand. Unlinked: no store shows it. */
export const inventoryStates = ['low', 'oversold', 'unlinked'] as const;
type InventoryState = (typeof inventoryStates)[number];

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
  reorderQuantity: inventoryItems.reorderQuantity,
  tracked: productVariants.tracked,
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
  reorderQuantity: number;
  /** False: nobody counts it, and no store is told a quantity. */
  tracked: boolean;
  updatedAt: Date;
}

export const inventorySorts = ['-variant', 'title', 'available', '-updatedAt'] as const;
export type InventorySort = (typeof inventorySorts)[number];

const available = sql`(${inventoryItems.onHand} - ${inventoryItems.reserved})`;
/** Tells the items of one sort key apart. */
const place = sql`${inventoryItems.variantId}, ${inventoryItems.locationId}`;
const downward = [desc(inventoryItems.variantId), desc(inventoryItems.locationId)];
const upward = [asc(inventoryItems.variantId), asc(inventoryItems.locationId)];

const orders: Readonly<Record<InventorySort, { key: SQL<string>; by: SQL[]; after(key: string, id: SQL): SQL }>> = {
  '-variant': { key: sql<string>`''`, by: downward, after: (_key, id) => sql`(${place}) < (${id})` },
  title: {
    key: sql<string>`${products.title}`,
    by: [asc(products.title), ...upward],
    after: (key, id) => sql`(${products.title}, ${place}) > (${key}, ${id})`,
  },
  available: {
    key: sql<string>`${available}::text`,
    by: [asc(available), ...upward],
    after: (key, id) => sql`(${available}, ${place}) > (${key}::bigint, ${id})`,
  },
  '-updatedAt': {
    key: sql<string>`${inventoryItems.updatedAt}::text`,
    by: [desc(inventoryItems.updatedAt), ...downward],
    after: (key, id) => sql`(${inventoryItems.updatedAt}, ${place}) < (${key}::timestamptz, ${id})`,
  },
};

const conditions: Readonly<Record<InventoryState, SQL>> = {
  low: sql`${available} <= ${inventoryItems.reorderPoint} and ${productVariants.tracked}`,
  oversold: sql`${available} < 0`,
  unlinked: sql`not exists (select from listings i where i.organization_id = ${inventoryItems.organizationId}
    and i.variant_id = ${inventoryItems.variantId} and i.status = 'linked')`,
};

/** A page of inventory items; '-variant': newest variants first. */
export async function listInventory(
  tx: Transaction,
  filter: InventoryFilter,
  page: PageRequest,
  sort: InventorySort = '-variant',
): Promise<Page<InventoryRow>> {
  const found = await pageOfInventory(tx, filter, filter.q === undefined ? null : [filter.q], page, sort);
  if (filter.q === undefined || found.items.length > 0) return found;
  const others = swappedNeighbours(filter.q);
  return others.length === 0 ? found : await pageOfInventory(tx, filter, others, page, sort);
}

async function pageOfInventory(
  tx: Transaction,
  filter: InventoryFilter,
  words: readonly string[] | null,
  page: PageRequest,
  sort: InventorySort,
): Promise<Page<InventoryRow>> {
  const order = orders[sort];
  const [key = '', id = ''] = page.after ?? [];
  const [variantId = '', locationId = ''] = id.split(' ');
  const rows = await tx
    .select({ ...columns, key: order.key })
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
        // A bundle has no stock of its own: nobody finds it on a shelf.
        eq(productVariants.isBundle, false),
        filter.locationId === undefined ? undefined : eq(inventoryItems.locationId, filter.locationId),
        filter.variantId === undefined ? undefined : eq(inventoryItems.variantId, filter.variantId),
        filter.low === true ? conditions.low : undefined,
        filter.state === undefined ? undefined : conditions[filter.state],
        words === null ? undefined : variantMatches(tx, filter.q ?? '', words),
        page.after === null ? undefined : order.after(key, sql`${variantId}::uuid, ${locationId}::uuid`),
      ),
    )
    .orderBy(...order.by)
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    (row) => [row.key, `${row.variantId} ${row.locationId}`],
    ({ key: _key, ...row }) => row,
  );
}

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

/** What stands at a location, for those who would close it. */
export async function readLocationFigures(
  tx: Transaction,
  locationId: string,
): Promise<{ variants: number; onHand: number; reserved: number }> {
  const { rows } = await tx.execute<{ variants: number; on_hand: number; reserved: number }>(sql`
    select count(n)::integer as variants, coalesce(sum(n.on_hand), 0)::float8 as on_hand, coalesce(sum(n.reserved), 0)::float8 as reserved
    from inventory_locations w
    left join inventory_items n on n.organization_id = w.organization_id and n.location_id = w.id and (n.on_hand <> 0 or n.reserved <> 0)
    where w.organization_id = ${tx.organizationId} and w.id = ${locationId} group by w.id`);
  const [row] = rows;
  if (row === undefined) throw new AppError('not_found', 'There is no such location. Reload the page.');
  return { variants: row.variants, onHand: row.on_hand, reserved: row.reserved };
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
