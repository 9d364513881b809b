/** Edits of the master catalog; what follows on every store follows in the same transaction. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { canonicalAmount, exact } from '#base/money.ts';
import { barcodeKey, comparisonKey } from '#catalog/catalog.ts';
import { causesChanged, ofVariants } from '#listings/changes.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { byHand, originOf } from '#organizations/origin.ts';
import type { Hub } from '#stores/hub.ts';

export interface VariantPatch {
  /** A decimal string in the variant's currency, above 0. */
  price?: string | undefined;
  sku?: string | undefined;
  barcode?: string | undefined;
  costPrice?: string | null | undefined;
}

export async function changeVariant(hub: Hub, actor: Actor, variantId: string, patch: VariantPatch): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const found = await tx.execute<{ currency: string; price: string | null }>(sql`
      select currency, price from product_variants where organization_id = ${tx.organizationId} and id = ${variantId} for update`);
    const [before] = found.rows;
    if (before === undefined)
      throw new AppError('not_found', 'There is no such variant. It may have been removed; reload the page.');
    const price = patch.price === undefined ? null : canonicalAmount(patch.price, before.currency);
    if (price !== null && !new exact(price).gt(0)) {
      throw new AppError('invalid_input', 'A price must be above 0.', {
        issues: [{ path: 'price', message: 'A price must be above 0.' }],
      });
    }
    await tx.execute(sql`
      update product_variants set price = coalesce(${price}::numeric, price),
        price_set = case when ${price}::numeric <> price or price is null and ${price !== null} then ${JSON.stringify(originOf(actor.userId, byHand, now))}::jsonb else price_set end, sku = coalesce(${patch.sku ?? null}::text, sku),
        sku_key = coalesce(${patch.sku === undefined ? null : comparisonKey(patch.sku)}::text, sku_key), barcode = coalesce(${patch.barcode ?? null}::text, barcode),
        barcode_key = coalesce(${patch.barcode === undefined ? null : barcodeKey(patch.barcode)}::text, barcode_key),
        cost_price = case when ${patch.costPrice !== undefined} then ${patch.costPrice ?? null}::numeric else cost_price end, updated_at = ${now}
      where organization_id = ${tx.organizationId} and id = ${variantId}`);
    await causesChanged(hub, tx, ofVariants([variantId]));
    await audit(tx, actor, 'variant.changed', 'variant', variantId, { ...patch, priceBefore: before.price }, now);
    tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'product', ids: [variantId] }));
  });
}

export interface ProductPatch {
  title?: string | undefined;
  brand?: string | undefined;
  productType?: string | undefined;
  status?: 'active' | 'draft' | 'archived' | undefined;
}

export async function changeProduct(hub: Hub, actor: Actor, productId: string, patch: ProductPatch): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const changed = await tx.execute(sql`
      update products set title = coalesce(${patch.title ?? null}::text, title), brand = coalesce(${patch.brand ?? null}::text, brand),
        product_type = coalesce(${patch.productType ?? null}::text, product_type), status = coalesce(${patch.status ?? null}::text, status), updated_at = ${now}
      where organization_id = ${tx.organizationId} and id = ${productId}`);
    if (changed.rowCount === 0)
      throw new AppError('not_found', 'There is no such product. It may have been removed; reload the page.');
    await audit(tx, actor, 'product.changed', 'product', productId, { ...patch }, now);
    tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'product', ids: [productId] }));
  });
}
