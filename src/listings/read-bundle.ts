/** What a variant is made of, and what is made of it. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { componentAvailable, readSellable, sellableBundles } from '#listings/bundle-stock.ts';

interface BundlePart extends Record<string, unknown> {
  variantId: string;
  /** Of the component in one of the bundle. */
  units: number;
  productId: string;
  title: string;
  variantTitle: string;
  sku: string;
}

/** Over all open locations; null while it is not counted. */
export type ShownComponent = BundlePart & { available: number | null };
/** How many of the bundle can be sold. */
export type ShownBundle = BundlePart & { available: number };

/** What a variant is made of, and how many of it can be sold; nothing and null when it is no bundle. Throws not_found. */
export async function readComponents(
  tx: Transaction,
  variantId: string,
): Promise<{ available: number | null; components: ShownComponent[] }> {
  await assertVariants(tx, [variantId]);
  const sellable = await readSellable(tx, [variantId]);
  const components = await tx.execute<ShownComponent>(sql`
    select b.component_variant_id as "variantId", b.units, p.id as "productId", p.title, v.title as "variantTitle", v.sku, ${componentAvailable} as available
    from bundle_components b
    join product_variants v on v.organization_id = b.organization_id and v.id = b.component_variant_id
    join products p on p.organization_id = v.organization_id and p.id = v.product_id
    where b.organization_id = ${tx.organizationId} and b.bundle_variant_id = ${variantId} order by p.title, v.title, v.id`);
  return { available: sellable.get(variantId) ?? null, components: components.rows };
}

export const bundlesShownAtMost = 200;

/** The bundles that a variant is part of, by their titles. Throws not_found. */
export async function readBundlesOf(tx: Transaction, variantId: string): Promise<ShownBundle[]> {
  await assertVariants(tx, [variantId]);
  const result = await tx.execute<ShownBundle>(sql`
    select b.bundle_variant_id as "variantId", b.units, p.id as "productId", p.title, v.title as "variantTitle", v.sku, ${sellableBundles(sql`v`)} as available
    from bundle_components b
    join product_variants v on v.organization_id = b.organization_id and v.id = b.bundle_variant_id
    join products p on p.organization_id = v.organization_id and p.id = v.product_id
    where b.organization_id = ${tx.organizationId} and b.component_variant_id = ${variantId}
    order by p.title, v.title, v.id limit ${bundlesShownAtMost}`);
  return result.rows;
}

/** Throws not_found when one of them is not the organization's. */
export async function assertVariants(tx: Transaction, ids: readonly string[]): Promise<void> {
  const found = await tx.execute(
    sql`select from product_variants where organization_id = ${tx.organizationId} and id = any(${sql.param([...ids])}::uuid[])`,
  );
  if (found.rowCount !== new Set(ids).size)
    throw new AppError('not_found', 'A variant is not there. It may have been removed; reload the page.');
}
