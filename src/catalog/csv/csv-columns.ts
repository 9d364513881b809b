import { type CsvIssue, csvIssue } from '#catalog/csv/csv-issues.ts';
import { restoreCell } from '#catalog/csv/formula-cells.ts';

/**
 * The modelled columns: the legacy name, which is the one we write, then the newer one of Shopify's exports.
 * https://help.shopify.com/en/manual/products/import-export/using-csv (both generations are in use: apps and older exports
 * keep the legacy one). Names are compared without regard to case.
 */
export const productColumns = {
  handle: ['Handle', 'URL handle'],
  title: ['Title'],
  bodyHtml: ['Body (HTML)', 'Description'],
  vendor: ['Vendor'],
  category: ['Product Category'],
  type: ['Type'],
  tags: ['Tags'],
  published: ['Published', 'Published on online store'],
  option1Name: ['Option1 Name'],
  option1Value: ['Option1 Value'],
  option2Name: ['Option2 Name'],
  option2Value: ['Option2 Value'],
  option3Name: ['Option3 Name'],
  option3Value: ['Option3 Value'],
  sku: ['Variant SKU', 'SKU'],
  grams: ['Variant Grams', 'Weight value (grams)'],
  tracker: ['Variant Inventory Tracker', 'Inventory tracker'],
  quantity: ['Variant Inventory Qty', 'Inventory quantity'],
  policy: ['Variant Inventory Policy', 'Continue selling when out of stock'],
  fulfillmentService: ['Variant Fulfillment Service', 'Fulfillment service'],
  price: ['Variant Price', 'Price'],
  compareAtPrice: ['Variant Compare At Price', 'Compare-at price'],
  requiresShipping: ['Variant Requires Shipping', 'Requires shipping'],
  taxable: ['Variant Taxable', 'Charge tax'],
  barcode: ['Variant Barcode', 'Barcode'],
  imageSrc: ['Image Src', 'Product image URL'],
  imagePosition: ['Image Position'],
  imageAlt: ['Image Alt Text'],
  giftCard: ['Gift Card'],
  seoTitle: ['SEO Title'],
  seoDescription: ['SEO Description'],
  variantImage: ['Variant Image', 'Variant image URL'],
  weightUnit: ['Variant Weight Unit', 'Weight unit for display'],
  taxCode: ['Variant Tax Code', 'Tax code'],
  costPerItem: ['Cost per item'],
  status: ['Status'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type ProductField = keyof typeof productColumns;

export const productFields = Object.keys(productColumns) as ProductField[];

const fieldByName: ReadonlyMap<string, ProductField> = new Map(
  productFields.flatMap((field) => productColumns[field].map((name) => [name.toLowerCase(), field] as const)),
);

export const knownProductColumns: ReadonlySet<string> = new Set(fieldByName.keys());

export interface ProductHeader {
  /** Which of the two sets of column names the file uses. */
  generation: 'legacy' | 'current';
  /** Where each modelled column stands. What is absent here says nothing, and must not overwrite anything. */
  fields: ReadonlyMap<ProductField, HeaderColumn>;
  /** Columns that are kept without being understood. */
  extras: readonly HeaderColumn[];
  unnamed: readonly HeaderColumn[];
  /** Option4 and so on. */
  excessOptions: readonly HeaderColumn[];
}

export interface HeaderColumn {
  index: number;
  name: string;
}

/** Reads the first line. Throws nothing: a header that cannot be used is the issue that says why. */
export function parseProductHeader(cells: readonly string[], line: number): { header: ProductHeader } | { issue: CsvIssue } {
  const fields = new Map<ProductField, HeaderColumn>();
  const extras: HeaderColumn[] = [];
  const unnamed: HeaderColumn[] = [];
  const excessOptions: HeaderColumn[] = [];
  const byName = new Map<string, HeaderColumn>();
  for (const [index, cell] of cells.entries()) {
    const column = { index, name: restoreCell(cell).trim() };
    const key = column.name.toLowerCase();
    const field = fieldByName.get(key);
    const twin = field === undefined ? byName.get(key) : fields.get(field);
    if (twin !== undefined)
      return { issue: csvIssue(line, column.name, 'header_repeated', { first: twin.name, second: column.name }) };
    if (key === '') unnamed.push(column);
    else if (field !== undefined) fields.set(field, column);
    else {
      byName.set(key, column);
      (isExcessOption(column.name) ? excessOptions : extras).push(column);
    }
  }
  const found = cells.filter((cell) => cell.trim() !== '').join(', ');
  if (fields.size === 0) return { issue: csvIssue(line, null, 'header_wrong', { expected: 'Handle, Title, …', found }) };
  for (const field of ['handle', 'title'] as const) {
    if (!fields.has(field))
      return { issue: csvIssue(line, null, 'header_missing', { missing: productColumns[field][0], found }) };
  }
  const generation = fields.get('handle')?.name.toLowerCase() === 'url handle' ? 'current' : 'legacy';
  return { header: { generation, fields, extras, unnamed, excessOptions } };
}

const isExcessOption = (name: string): boolean => /^option(?:[4-9]|[1-9]\d+) (?:name|value)$/i.test(name);

/** Whether an unmodelled column of a product's first line belongs to its first variant rather than to the product. */
export function belongsToVariant(extraColumn: string): boolean {
  return variantColumn.test(extraColumn);
}
const variantColumn = /^variant |^(?:compare[- ]at )?price \/ |^unit price |\bvariant\.metafields\./i;
