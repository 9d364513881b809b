import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';
import type { PracticeProduct, PracticeVariant } from '#connectors/practice.ts';

/**
 * A product of a CSV as a practice store takes it. Pure. What practice stores do not know (SEO texts, tax codes, columns
 * in `extra`) is left out; a gift card becomes an untracked product.
 */
export function csvToPractice(product: CsvProduct): PracticeProduct {
  const images = product.images.toSorted((a, b) => a.position - b.position);
  return {
    title: product.title,
    descriptionHtml: product.bodyHtml,
    vendor: product.vendor,
    productType: product.type,
    tags: product.tags,
    handle: product.handle,
    status: product.status,
    images: images.map(({ src, alt }) => (alt === '' ? { url: src } : { url: src, alt })),
    options: product.optionNames,
    variants: product.variants.map((variant) => practiceVariant(product, variant)),
  };
}

function practiceVariant(product: CsvProduct, variant: CsvVariant): PracticeVariant {
  return {
    optionValues: variant.optionValues,
    sku: variant.sku,
    barcode: variant.barcode,
    price: variant.price ?? '0.00',
    quantity: variant.quantity ?? 0,
    tracked: variant.tracker !== '' && !product.giftCard,
    oversellable: variant.policy === 'continue',
    ...(variant.compareAtPrice === null ? {} : { compareAtPrice: variant.compareAtPrice }),
    ...(variant.costPerItem === null ? {} : { cost: variant.costPerItem }),
    ...(variant.grams === null ? {} : { grams: variant.grams }),
    ...(variant.imageSrc === '' ? {} : { imageUrl: variant.imageSrc }),
  };
}
