/** A product as the API shows it: our own fields, and beside them those of the requirement's `products`. */
import { z } from 'zod';
import { listingStatus, stockPolicy } from '#http/listing-shape.ts';
import { amountText, cellState, priceFigure, quantityFigure, shownRefusal, showPrice } from '#http/shapes.ts';
import type { ProductSummary } from '#listings/list-products.ts';
import type { ProductVariantDetail } from '#listings/read-product.ts';

export const productStatus = z.enum(['active', 'draft', 'archived']);

export const productShape = z
  .object({
    id: z.uuid(),
    title: z.string(),
    brand: z.string(),
    productType: z.string(),
    status: productStatus,
    tags: z.array(z.string()),
    imageUrl: z.string().nullable(),
    variantCount: z.number(),
    bundleCount: z.number().describe('Of these variants, how many are made of others'),
    priceRange: z.object({ min: z.string(), max: z.string(), currency: z.string() }).nullable(),
    available: z.number().nullable(),
    cells: z.array(z.object({ storeId: z.uuid(), state: cellState, listings: z.number() })),
    createdAt: z.date(),
    updatedAt: z.date(),
    integration_id: z.uuid().nullable(),
    external_id: z.string().nullable(),
    description: z.string(),
    price: z.string().nullable(),
    currency: z.string().nullable(),
    image_url: z.string().nullable(),
    sku: z.string(),
    inventory_quantity: z.number().nullable(),
    created_at: z.date(),
    updated_at: z.date(),
  })
  .meta({ id: 'Product' });

export type ProductAnswer = z.output<typeof productShape>;

export function showProduct({
  product,
  variantCount,
  bundleCount,
  available,
  sku,
  cells,
  ...rest
}: ProductSummary): ProductAnswer {
  const priceRange = showRange(rest.priceRange);
  const imageUrl = product.images[0]?.url ?? null;
  return {
    id: product.id,
    title: product.title,
    brand: product.brand,
    productType: product.productType,
    status: product.status,
    tags: product.tags,
    imageUrl,
    variantCount,
    bundleCount,
    priceRange,
    available,
    cells,
    createdAt: product.createdAt,
    updatedAt: product.updatedAt,
    integration_id: product.originStoreId,
    external_id: product.originProductId,
    description: product.descriptionHtml,
    price: priceRange?.min ?? null,
    currency: priceRange?.currency ?? null,
    image_url: imageUrl,
    sku,
    inventory_quantity: available,
    created_at: product.createdAt,
    updated_at: product.updatedAt,
  };
}

function showRange(range: ProductSummary['priceRange']): ProductSummary['priceRange'] {
  if (range === null) return null;
  const { min, max, currency } = range;
  return { min: amountText(min, currency) ?? min, max: amountText(max, currency) ?? max, currency };
}

const variantCell = z
  .object({
    storeId: z.uuid(),
    listingId: z.uuid().nullable(),
    status: listingStatus.nullable(),
    stockPolicy: stockPolicy.nullable(),
    state: cellState,
    price: priceFigure.nullable(),
    quantity: quantityFigure.nullable(),
    waitUntil: z.date().nullable(),
    refusal: shownRefusal.nullable(),
    url: z.string().nullable(),
  })
  .meta({ id: 'VariantCell' });

export const variantShape = z
  .object({
    id: z.uuid(),
    productId: z.uuid(),
    title: z.string(),
    sku: z.string(),
    barcode: z.string(),
    optionValues: z.array(z.string()),
    price: z.string().nullable(),
    compareAtPrice: z.string().nullable(),
    currency: z.string(),
    costPrice: z.string().nullable(),
    tracked: z.boolean(),
    isBundle: z.boolean().describe('Made of others (GET /api/variants/{id}/components); cannot be counted itself'),
    onHand: z.number(),
    reserved: z.number(),
    available: z.number().describe('Of a bundle: as many as its components allow'),
    cells: z.array(variantCell),
  })
  .meta({ id: 'Variant' });

export const productDetailShape = productShape
  .extend({
    descriptionHtml: z.string(),
    handle: z.string().nullable(),
    images: z.array(z.object({ url: z.string(), alt: z.string() })),
    optionNames: z.array(z.string()),
    attributes: z.record(z.string(), z.unknown()),
    variants: z.array(variantShape),
  })
  .meta({ id: 'ProductDetail' });

export function showVariant({
  variant,
  onHand,
  reserved,
  available,
  cells,
}: ProductVariantDetail): z.output<typeof variantShape> {
  const { id, productId, title, sku, barcode, optionValues, currency, tracked, isBundle } = variant;
  const [price, compareAtPrice, costPrice] = [variant.price, variant.compareAtPrice, variant.costPrice].map((amount) =>
    amountText(amount, currency),
  );
  return {
    ...{ id, productId, title, sku, barcode, optionValues, currency, tracked, isBundle, onHand, reserved, available },
    price: price ?? null,
    compareAtPrice: compareAtPrice ?? null,
    costPrice: costPrice ?? null,
    cells: cells.map((cell) => ({ ...cell, price: cell.price && showPrice(cell.price) })),
  };
}
