import { stringify } from 'csv-stringify/sync';
import { AppError } from '#base/errors.ts';
import { knownProductColumns, type ProductField, productColumns, productFields } from '#catalog/csv/csv-columns.ts';
import { type CsvProduct, type CsvVariant, csvLimits, defaultOption } from '#catalog/csv/csv-product.ts';
import { neutraliseCell } from '#catalog/csv/formula-cells.ts';

type Cells = Partial<Record<ProductField, string>>;

export interface WriteProductCsvOptions {
  /** Columns of `extra`, in the order wanted. The header is written before the products are seen, so all must be named. */
  extraColumns?: readonly string[];
  /** Lets Excel open the file as UTF-8 by a double click. */
  byteOrderMark?: boolean;
}

/**
 * Product CSV with Shopify's legacy header, a piece of text for every product; readProductCsv makes the same products of it
 * (`line` aside). Text that a spreadsheet would run as a formula gets an apostrophe: see formula-cells.ts.
 * Throws AppError `invalid_input` for what the format cannot hold, rather than write something else: more than three
 * options, a tag with a comma, an extra column that is not named.
 */
export async function* writeProductCsv(
  products: AsyncIterable<CsvProduct> | Iterable<CsvProduct>,
  options: WriteProductCsvOptions = {},
): AsyncGenerator<string> {
  const extras = options.extraColumns ?? [];
  for (const name of extras) {
    if (knownProductColumns.has(name.toLowerCase())) throw new AppError('invalid_input', `"${name}" cannot be an extra column.`);
  }
  const mark = options.byteOrderMark === true ? '\uFEFF' : '';
  yield mark + lines([[...productFields.map((field) => productColumns[field][0]), ...extras.map(neutraliseCell)]]);
  for await (const product of products) yield lines(rowsOf(product, extras));
}

const lines = (rows: readonly string[][]): string =>
  stringify([...rows], { record_delimiter: '\n', quoted_match: /[\r\n\t;|]|^\s|\s$/ });

function rowsOf(product: CsvProduct, extraColumns: readonly string[]): string[][] {
  refuseUnwritable(product, new Set(extraColumns));
  const rows: string[][] = [];
  for (let i = 0; i < Math.max(product.variants.length, product.images.length); i += 1) {
    const variant = product.variants[i];
    const cells: Cells = {
      handle: neutraliseCell(product.handle),
      ...(i === 0 ? productCells(product) : {}),
      ...(variant === undefined ? {} : variantCells(product, variant)),
      ...imageCells(product, i),
    };
    const extra = { ...(i === 0 ? product.extra : {}), ...variant?.extra };
    const kept = extraColumns.map((name) => neutraliseCell((Object.hasOwn(extra, name) ? extra[name] : undefined) ?? ''));
    rows.push([...productFields.map((field) => cells[field] ?? ''), ...kept]);
  }
  return rows;
}

function productCells(product: CsvProduct): Cells {
  const [first, second, third] = product.optionNames.length === 0 ? [defaultOption.name] : product.optionNames;
  return {
    title: neutraliseCell(product.title),
    bodyHtml: neutraliseCell(product.bodyHtml),
    vendor: neutraliseCell(product.vendor),
    category: neutraliseCell(product.category),
    type: neutraliseCell(product.type),
    tags: neutraliseCell(product.tags.join(', ')),
    published: booleanCell(product.published),
    option1Name: neutraliseCell(first ?? ''),
    option2Name: neutraliseCell(second ?? ''),
    option3Name: neutraliseCell(third ?? ''),
    giftCard: booleanCell(product.giftCard),
    seoTitle: neutraliseCell(product.seoTitle),
    seoDescription: neutraliseCell(product.seoDescription),
    status: product.status,
  };
}

function variantCells(product: CsvProduct, variant: CsvVariant): Cells {
  const [first, second, third] = product.optionNames.length === 0 ? [defaultOption.value] : variant.optionValues;
  return {
    option1Value: neutraliseCell(first ?? ''),
    option2Value: neutraliseCell(second ?? ''),
    option3Value: neutraliseCell(third ?? ''),
    sku: neutraliseCell(variant.sku),
    grams: variant.grams === null ? '' : String(variant.grams),
    tracker: neutraliseCell(variant.tracker),
    quantity: variant.quantity === null ? '' : String(variant.quantity),
    policy: variant.policy,
    fulfillmentService: neutraliseCell(variant.fulfillmentService),
    price: variant.price ?? '',
    compareAtPrice: variant.compareAtPrice ?? '',
    requiresShipping: booleanCell(variant.requiresShipping),
    taxable: booleanCell(variant.taxable),
    barcode: neutraliseCell(variant.barcode),
    variantImage: neutraliseCell(variant.imageSrc),
    weightUnit: variant.weightUnit,
    taxCode: neutraliseCell(variant.taxCode),
    costPerItem: variant.costPerItem ?? '',
  };
}

function imageCells(product: CsvProduct, index: number): Cells {
  const image = product.images[index];
  if (image === undefined) return {};
  return { imageSrc: neutraliseCell(image.src), imagePosition: String(image.position), imageAlt: neutraliseCell(image.alt) };
}

const booleanCell = (value: boolean): string => (value ? 'TRUE' : 'FALSE');

function refuseUnwritable(product: CsvProduct, extraColumns: ReadonlySet<string>): void {
  const refuse = (reason: string): never => {
    throw new AppError('invalid_input', `The product "${product.handle}" cannot be written as CSV: ${reason}`);
  };
  if (product.handle.trim() === '') refuse('it has no handle.');
  if (product.variants.length === 0) refuse('it has no variants.');
  if (product.optionNames.length > csvLimits.options) refuse(`it has more than ${csvLimits.options} options.`);
  if (product.optionNames.length === 0 && product.variants.length > 1) refuse('it has several variants but no options.');
  const comma = product.tags.find((tag) => tag.includes(','));
  if (comma !== undefined) refuse(`the tag "${comma}" contains a comma, which separates tags.`);
  for (const variant of product.variants) {
    if (variant.optionValues.length !== product.optionNames.length) refuse('a variant has not one value for each option.');
  }
  const twice = Object.keys(product.variants[0]?.extra ?? {}).find((name) => Object.hasOwn(product.extra, name));
  if (twice !== undefined) refuse(`"${twice}" has a value for the product and another for its first variant.`);
  for (const extra of [product.extra, ...product.variants.map((variant) => variant.extra)]) {
    const unnamed = Object.keys(extra).find((name) => !extraColumns.has(name));
    if (unnamed !== undefined) refuse(`the column "${unnamed}" is not among those to be written.`);
  }
}
