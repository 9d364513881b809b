/** A listing as the API shows it. */
import { z } from 'zod';
import { priceRule, stockRule } from '#http/rule-shapes.ts';
import { cellState, priceFigure, quantityFigure, shownRefusal, showPrice } from '#http/shapes.ts';
import type { ShownListing } from '#listings/list-listings.ts';
import type { LinkSuggestion } from '#listings/suggest-links.ts';

export const listingStatus = z.enum(['linked', 'unlinked', 'ignored']);

/** How the store itself counts it. */
export const stockPolicy = z.enum(['tracked', 'untracked', 'oversellable', 'gift_card']);

const suggestion = z.object({
  variantId: z.uuid(),
  productTitle: z.string(),
  variantTitle: z.string(),
  sku: z.string(),
  score: z.number(),
  reason: z.enum(['sku', 'barcode', 'title']),
  ambiguous: z.boolean(),
});

export const listingShape = z
  .object({
    id: z.uuid(),
    storeId: z.uuid(),
    storeName: z.string(),
    platform: z.string(),
    badge: z.string(),
    status: listingStatus,
    productTitle: z.string(),
    variantTitle: z.string(),
    sku: z.string(),
    barcode: z.string(),
    imageUrl: z.string().nullable(),
    url: z.string().nullable(),
    platformProductId: z.string(),
    platformVariantId: z.string(),
    listingState: z.enum(['live', 'inactive', 'gone']),
    stockPolicy,
    variant: z
      .object({ id: z.uuid(), productId: z.uuid(), productTitle: z.string(), title: z.string(), sku: z.string() })
      .nullable(),
    syncPrice: z.boolean(),
    syncInventory: z.boolean(),
    syncIntervalSeconds: z.number().nullable(),
    settings: z.object({
      priceRule: priceRule.optional(),
      stockRule: stockRule.optional(),
      priceOverride: z.string().optional(),
      syncIntervalSeconds: z.number().optional(),
    }),
    price: priceFigure,
    quantity: quantityFigure,
    state: cellState,
    waitUntil: z.date().nullable(),
    refusal: shownRefusal.nullable(),
    linkedBy: z.enum(['origin', 'sku', 'barcode', 'suggestion', 'hand', 'csv']).nullable(),
    linkedAt: z.date().nullable(),
    lastSyncedAt: z.date().nullable(),
    lastSeenAt: z.date(),
    suggestion: suggestion.nullable(),
  })
  .meta({ id: 'Listing' });

export type ListingAnswer = z.output<typeof listingShape>;

export function showListing(
  { listing, store, variant, ...figures }: ShownListing,
  badge: string,
  proposed: LinkSuggestion | undefined,
): ListingAnswer {
  const { priceRule: ownPriceRule, stockRule: ownStockRule, priceOverride, syncIntervalSeconds } = listing.settings;
  return {
    id: listing.id,
    storeId: listing.storeId,
    storeName: store.name,
    platform: store.platform,
    badge,
    status: listing.status,
    productTitle: listing.productTitle,
    variantTitle: listing.variantTitle,
    sku: listing.sku,
    barcode: listing.barcode,
    imageUrl: listing.imageUrl,
    url: listing.url,
    platformProductId: listing.platformProductId,
    platformVariantId: listing.platformVariantId,
    listingState: listing.state,
    stockPolicy: listing.stockPolicy,
    variant,
    syncPrice: listing.syncPrice,
    syncInventory: listing.syncInventory,
    syncIntervalSeconds: syncIntervalSeconds ?? null,
    settings: {
      ...(ownPriceRule === undefined ? {} : { priceRule: ownPriceRule }),
      ...(ownStockRule === undefined ? {} : { stockRule: ownStockRule }),
      ...(priceOverride === undefined ? {} : { priceOverride }),
      ...(syncIntervalSeconds === undefined ? {} : { syncIntervalSeconds }),
    },
    price: showPrice(figures.price),
    quantity: figures.quantity,
    state: figures.state,
    waitUntil: figures.waitUntil,
    refusal: figures.refusal,
    linkedBy: listing.linkedBy,
    linkedAt: listing.linkedAt,
    lastSyncedAt: listing.lastSyncedAt,
    lastSeenAt: listing.lastSeenAt,
    suggestion:
      proposed === undefined
        ? null
        : {
            ...pick(proposed),
            productTitle: proposed.variant.productTitle,
            variantTitle: proposed.variant.title,
            sku: proposed.variant.sku,
          },
  };
}

const pick = ({ variantId, score, reason, ambiguous }: LinkSuggestion) => ({ variantId, score, reason, ambiguous });
