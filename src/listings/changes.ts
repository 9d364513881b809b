/** What follows a change of causes, in one place: recompute, make the touched stores due, wake and announce after the commit. */
import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import type { Canonical } from '#listings/desired.ts';
import { type RecomputeOptions, recompute } from '#listings/recompute.ts';
import type { Hub } from '#stores/hub.ts';
import { workFor } from '#stores/work-for.ts';

export const canonicalOf = (hub: Hub): Canonical =>
  Object.assign((platform: string, quantity: number) => hub.connectors[platform]?.canonicalQuantity(quantity) ?? quantity, {
    takesCompareAt: (platform: string) => hub.connectors[platform]?.manifest.capabilities.compareAtPrices === true,
  });

/** Recomputes the listings that `where` selects (alias `i`). */
export async function causesChanged(
  hub: Hub,
  tx: Transaction,
  where: SQL,
  more: Pick<RecomputeOptions, 'stockOnly' | 'sold'> = {},
): Promise<void> {
  const now = hub.clock.now();
  await workFor(hub, tx, await recompute(tx, where, { canonical: canonicalOf(hub), now, ...more }));
}

/** Locks variants in id order: before their items, and before any level. */
export async function lockVariants(tx: Transaction, variantIds: readonly string[]): Promise<void> {
  await tx.execute(
    sql`
    select from product_variants where organization_id = ${tx.organizationId} and id = any(${sql.param([...variantIds])}::uuid[])
    order by id for no key update`,
    'kept',
  );
}

/**
 * Listings of these variants, and of the bundles that are made of one of them. As an array that is made once: a subquery of
 * each listing would walk through all of them. The tenant's wall keeps it to this organization's bundles.
 */
export const ofVariants = (variantIds: readonly string[]): SQL => {
  const ids = sql`${sql.param([...variantIds])}::uuid[]`;
  return sql`i.variant_id = any(array(select unnest(${ids}) union all select b.bundle_variant_id from bundle_components b where b.component_variant_id = any(${ids})))`;
};
export const ofListings = (listingIds: readonly string[]): SQL => sql`i.id = any(${sql.param([...listingIds])}::uuid[])`;
