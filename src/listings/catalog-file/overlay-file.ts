/**
 * What a file says of a product, laid over what stands in the catalog. Pure. A column that the file does not have says
 * nothing; neither does a blank price, cost or weight, nor an image or a variant that the file leaves out.
 */
import { exact } from '#base/money.ts';
import type { ProductField } from '#catalog/csv/csv-columns.ts';
import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';

export type Given = ReadonlySet<ProductField>;

/** The product as it stands after the import; its variants are those of the file. */
export function overlayProduct(stored: CsvProduct, file: CsvProduct, given: Given): CsvProduct {
  const take = chooser(stored, file, given);
  return {
    ...file,
    title: take('title'),
    bodyHtml: take('bodyHtml'),
    vendor: take('vendor'),
    type: take('type'),
    tags: take('tags'),
    published: take('published'),
    status: take('status'),
    optionNames: given.has('option1Name') ? file.optionNames : stored.optionNames,
    seoTitle: take('seoTitle'),
    seoDescription: take('seoDescription'),
    giftCard: take('giftCard'),
    category: take('category'),
    images: given.has('imageSrc') ? file.images : stored.images,
    extra: { ...stored.extra, ...file.extra },
  };
}

export function overlayVariant(stored: CsvVariant, file: CsvVariant, given: Given): CsvVariant {
  const take = chooser(stored, file, given);
  return {
    ...file,
    optionValues: stored.optionValues,
    // A cell is read without the spaces around it.
    sku: take('sku') === stored.sku.trim() ? stored.sku : take('sku'),
    grams: take('grams') ?? stored.grams,
    weightUnit: take('weightUnit'),
    tracker: take('tracker'),
    policy: take('policy'),
    fulfillmentService: take('fulfillmentService'),
    price: take('price') ?? stored.price,
    compareAtPrice: take('compareAtPrice'),
    requiresShipping: take('requiresShipping'),
    taxable: take('taxable'),
    barcode: take('barcode'),
    imageSrc: given.has('variantImage') ? file.imageSrc : stored.imageSrc,
    taxCode: take('taxCode'),
    costPerItem: take('costPerItem') ?? stored.costPerItem,
    extra: { ...stored.extra, ...file.extra },
  };
}

function chooser<T extends object>(stored: T, file: T, given: Given): <Key extends ProductField & keyof T>(field: Key) => T[Key] {
  return (field) => (given.has(field) ? file : stored)[field];
}

/** Whether the product's own values, without its variants', are the same. */
export function sameProduct(a: CsvProduct, b: CsvProduct): boolean {
  const own = ({ line: _line, variants: _variants, images, ...rest }: CsvProduct) =>
    settled({
      ...rest,
      images: images.toSorted((one, other) => one.position - other.position).map(({ src, alt }) => [src, alt]),
    });
  return own(a) === own(b);
}

/** The count apart: it is a figure of the book, not of the variant. */
export function sameVariant(a: CsvVariant, b: CsvVariant): boolean {
  const own = ({ line: _line, quantity: _quantity, price, compareAtPrice, costPerItem, ...rest }: CsvVariant) =>
    settled({
      ...rest,
      amounts: [price, compareAtPrice, costPerItem].map((text) => (text === null ? null : new exact(text).toString())),
    });
  return own(a) === own(b);
}

/** The order of keys plays no part: what comes out of the database has another one. */
function settled(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
