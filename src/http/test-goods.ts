/** For tests of the server: a store with goods in every state. */

import { eq } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import { barcodeKey, comparisonKey } from '#catalog/catalog.ts';
import { products, productVariants } from '#catalog/catalog-tables.ts';
import type { Transaction } from '#db/transaction.ts';
import { inventoryItems, inventoryLocations, inventoryTransactions } from '#inventory/inventory-tables.ts';
import { listingLevels, listingPrices, listings } from '#listings/listings-tables.ts';
import type { Hub } from '#stores/hub.ts';
import { defaultStoreSettings } from '#stores/stores.ts';
import { storeDirectory, stores } from '#stores/stores-tables.ts';

type PriceState = Partial<typeof listingPrices.$inferInsert>;
type LevelState = Partial<typeof listingLevels.$inferInsert>;

export async function addStore(
  hub: Hub,
  organizationId: string,
  name: string,
  change: Partial<typeof stores.$inferInsert> = {},
): Promise<string> {
  const id = newId();
  const now = hub.clock.now();
  const account = `${name.toLowerCase()}.corner.test`;
  await hub.db.inOrganization(organizationId, async (tx) => {
    await tx.insert(stores).values({
      organizationId,
      id,
      platform: 'corner_shop',
      name,
      platformStoreId: account,
      domain: account,
      currency: 'USD',
      timezone: 'UTC',
      status: 'active',
      sealedCredentials: await hub.sealer.seal(id, {
        scheme: 'access_token',
        secrets: { shop: account, token: 'good' },
        scopes: ['goods'],
      }),
      scopes: ['goods'],
      settings: { ...defaultStoreSettings, remoteLocationId: '' },
      createdAt: now,
      updatedAt: now,
      ...change,
    });
    await tx.insert(storeDirectory).values({
      platform: 'corner_shop',
      platformStoreId: `${account}-${organizationId}`,
      organizationId,
      storeId: id,
      nextRunAt: now,
    });
  });
  return id;
}

export async function addProduct(
  hub: Hub,
  organizationId: string,
  product: {
    title: string;
    variants: { title?: string; sku: string; barcode?: string; price?: string; onHand?: number; optionValues?: string[] }[];
  },
): Promise<{ productId: string; variantIds: string[] }> {
  const productId = newId();
  const now = hub.clock.now();
  const variantIds = product.variants.map(() => newId());
  await hub.db.inOrganization(organizationId, async (tx) => {
    await tx.insert(products).values({
      organizationId,
      id: productId,
      title: product.title,
      images: [{ url: 'https://img.test/1.png', alt: '' }],
      createdAt: now,
      updatedAt: now,
    });
    for (const [at, variant] of product.variants.entries()) {
      const id = variantIds[at] ?? '';
      await tx.insert(productVariants).values({
        organizationId,
        id,
        productId,
        title: variant.title ?? '',
        sku: variant.sku,
        skuKey: comparisonKey(variant.sku),
        barcode: variant.barcode ?? '',
        barcodeKey: barcodeKey(variant.barcode ?? ''),
        optionValues: variant.optionValues ?? [],
        price: variant.price ?? '10.00',
        currency: 'USD',
        position: at,
        createdAt: now,
        updatedAt: now,
      });
      if (variant.onHand !== undefined) await stock(tx, id, variant.onHand, now);
    }
  });
  return { productId, variantIds };
}

async function stock(tx: Transaction, variantId: string, onHand: number, now: Date): Promise<void> {
  const { organizationId } = tx;
  const [location] = await tx.select().from(inventoryLocations).where(eq(inventoryLocations.organizationId, organizationId));
  const locationId = location?.id ?? '';
  await tx
    .insert(inventoryItems)
    .values({ organizationId, variantId, locationId, onHand, baselineAt: now, baselineKind: 'available', updatedAt: now });
  await tx
    .insert(inventoryTransactions)
    .values({ organizationId, id: newId(), variantId, locationId, type: 'baseline', delta: onHand, createdAt: now });
}

export async function addListing(
  hub: Hub,
  organizationId: string,
  storeId: string,
  listing: Partial<typeof listings.$inferInsert> & { productTitle: string },
  figures: { price?: PriceState; level?: LevelState } = {},
): Promise<string> {
  const id = newId();
  const now = hub.clock.now();
  const sku = listing.sku ?? '';
  await hub.db.inOrganization(organizationId, async (tx) => {
    await tx.insert(listings).values({
      organizationId,
      id,
      storeId,
      status: listing.variantId ? 'linked' : 'unlinked',
      platformProductId: `p-${id}`,
      platformVariantId: `v-${id}`,
      skuKey: comparisonKey(sku),
      barcodeKey: barcodeKey(listing.barcode ?? ''),
      state: 'live',
      stockPolicy: 'tracked',
      lastSeenAt: now,
      createdAt: now,
      updatedAt: now,
      ...listing,
    });
    // A pull notes what stands there for every listing; only a linked one has something to be desired.
    const linked = Boolean(listing.variantId);
    const common = { organizationId, listingId: id, storeId, knowledge: 'known' as const, updatedAt: now };
    await tx
      .insert(listingPrices)
      .values({ id: newId(), currency: 'USD', desired: linked ? '10.00' : null, remote: '10.00', ...common, ...figures.price });
    await tx
      .insert(listingLevels)
      .values({ id: newId(), remoteLocationId: '', desired: linked ? 5 : null, remote: 5, ...common, ...figures.level });
  });
  return id;
}
