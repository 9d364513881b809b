/** How many of a bundle there are, and that nobody counts it by hand: it has no stock of its own. */
import { type SQL, sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';

/** Of a component (alias `b` for bundle_components), over all open locations; null while it is not counted. */
export const componentAvailable = sql`(
  select sum(n.on_hand - n.reserved)::int from inventory_items n
  join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id and w.is_active
  where n.organization_id = b.organization_id and n.variant_id = b.component_variant_id)`;

/** How many of a bundle (`variant`: an alias of product_variants) can be sold: none while a component is not counted. */
export const sellableBundles = (variant: SQL): SQL<number> => sql<number>`coalesce((
  select case when bool_or(c.available is null) then 0 else greatest(min(floor(c.available::numeric / c.units)), 0) end
  from (select b.units, ${componentAvailable} as available from bundle_components b
    where b.organization_id = ${variant}.organization_id and b.bundle_variant_id = ${variant}.id) c), 0)::int`;

/** How many can be sold of those of these variants that are bundles. */
export async function readSellable(tx: Transaction, variantIds: readonly string[]): Promise<Map<string, number>> {
  if (variantIds.length === 0) return new Map();
  const { rows } = await tx.execute<{ id: string; available: number }>(sql`
    select v.id, ${sellableBundles(sql`v`)} as available from product_variants v
    where v.organization_id = ${tx.organizationId} and v.is_bundle and v.id = any(${sql.param([...variantIds])}::uuid[])`);
  return new Map(rows.map(({ id, available }) => [id, available]));
}

/**
 * Throws invalid_input, with an issue for each, when one of these is a bundle. To be sure, the caller holds the variants
 * or their items.
 */
export async function assertCountable(tx: Transaction, wanted: readonly { variantId: string; path: string }[]): Promise<void> {
  const bundles = await bundlesAmong(
    tx,
    wanted.map(({ variantId }) => variantId),
  );
  const [first] = bundles.values();
  if (first === undefined) return;
  const issues = wanted.flatMap(({ variantId, path }) => {
    const components = bundles.get(variantId)?.components;
    return components === undefined ? [] : [{ path, message: `It is a bundle. Count what it is made of: ${components}.` }];
  });
  throw new AppError(
    'invalid_input',
    `${first.name} is a bundle: how many there are follows from what it is made of. Nothing was changed. Count ${first.components} instead.`,
    { issues },
  );
}

/** Those of these variants that are bundles: by what a person knows them, and what they are made of. */
export async function bundlesAmong(
  tx: Transaction,
  variantIds: readonly string[],
): Promise<Map<string, { name: string; components: string }>> {
  const { rows } = await tx.execute<{ id: string; name: string; components: string }>(sql`
    select v.id, coalesce(nullif(v.sku, ''), p.title) as name, (
        select string_agg(coalesce(nullif(c.sku, ''), q.title), ', ' order by c.sku, q.title) from bundle_components b
        join product_variants c on c.organization_id = b.organization_id and c.id = b.component_variant_id
        join products q on q.organization_id = c.organization_id and q.id = c.product_id
        where b.organization_id = v.organization_id and b.bundle_variant_id = v.id) as components
    from product_variants v join products p on p.organization_id = v.organization_id and p.id = v.product_id
    where v.organization_id = ${tx.organizationId} and v.is_bundle and v.id = any(${sql.param([...variantIds])}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}
