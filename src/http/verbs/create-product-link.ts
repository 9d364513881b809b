/** Links a product of the catalog to a whole product of a platform: each of its listings to the variant that it is. */
import { and, eq, isNull } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { products, productVariants } from '#catalog/catalog-tables.ts';
import type { Transaction } from '#db/transaction.ts';
import { linkListings, updateListing } from '#listings/link-listing.ts';
import { type ProductLink, readProductLink } from '#listings/list-product-links.ts';
import { listings } from '#listings/listings-tables.ts';
import { optionSimilarity } from '#listings/similarity.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { stores } from '#stores/stores-tables.ts';

export interface NewProductLink {
  platform: string;
  productId: string;
  platformProductId: string;
  syncPrice: boolean;
  syncInventory: boolean;
}

type Variant = typeof productVariants.$inferSelect;
type Listing = typeof listings.$inferSelect;

/** Throws 'not_found' for either product, 'conflict' when no listing can be told to be one of the variants. */
export async function createProductLink(hub: Hub, actor: Actor, input: NewProductLink): Promise<ProductLink> {
  const { variants, found } = await hub.db.inOrganization(actor.organizationId, (tx) => readBoth(tx, input));
  const links = pair(found, variants);
  const [first] = links;
  if (first === undefined) {
    throw new AppError(
      'conflict',
      'None of its variants can be told apart by SKU, barcode or options. Link them one by one under Product links.',
    );
  }
  // The switches first: what is not to be synced must never be pushed.
  for (const { listingId } of links)
    await updateListing(hub, actor, listingId, { syncPrice: input.syncPrice, syncInventory: input.syncInventory });
  const { linked, failed } = await linkListings(hub, actor, links);
  if (linked === 0) throw new AppError('conflict', failed[0]?.problem ?? 'Nothing could be linked.');
  const made = await hub.db.inOrganization(actor.organizationId, (tx) =>
    readProductLink(hub, tx, input.platform, first.listingId),
  );
  if (made === null) throw new AppError('conflict', 'The link was undone by somebody else meanwhile.');
  return made;
}

async function readBoth(tx: Transaction, input: NewProductLink): Promise<{ variants: Variant[]; found: Listing[] }> {
  const [product] = await tx
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.organizationId, tx.organizationId), eq(products.id, input.productId)));
  if (product === undefined) throw new AppError('not_found', 'There is no such product in the catalog.');
  const variants = await tx
    .select()
    .from(productVariants)
    .where(
      and(
        eq(productVariants.organizationId, tx.organizationId),
        eq(productVariants.productId, input.productId),
        isNull(productVariants.archivedAt),
      ),
    );
  const rows = await tx
    .select({ listing: listings })
    .from(listings)
    .innerJoin(
      stores,
      and(
        eq(stores.organizationId, listings.organizationId),
        eq(stores.id, listings.storeId),
        eq(stores.platform, input.platform),
      ),
    )
    .where(and(eq(listings.organizationId, tx.organizationId), eq(listings.platformProductId, input.platformProductId)))
    .limit(2000);
  if (rows.length === 0)
    throw new AppError('not_found', 'No connected store has this product. Pull the store first, or check the id.');
  return { variants, found: rows.map(({ listing }) => listing) };
}

/** Each listing with the one variant it can be: by SKU, by barcode, by options; a single one with a single one. */
export function pair(found: readonly Listing[], variants: readonly Variant[]): { listingId: string; variantId: string }[] {
  return found.flatMap((listing) => {
    const tests: ((variant: Variant) => boolean)[] = [
      (variant) => listing.skuKey !== '' && variant.skuKey === listing.skuKey,
      (variant) => listing.barcodeKey !== '' && variant.barcodeKey === listing.barcodeKey,
      (variant) =>
        optionSimilarity(
          listing.options.map(({ value }) => value),
          variant.optionValues,
        ) === 1,
      () => variants.length === 1 && found.length === 1,
    ];
    for (const test of tests) {
      const fitting = variants.filter(test);
      const [only] = fitting;
      if (only !== undefined && fitting.length === 1) return [{ listingId: listing.id, variantId: only.id }];
      if (fitting.length > 1) return [];
    }
    return [];
  });
}
