/**
 * The product as it stands in a product CSV, the interchange format. The columns are Shopify's:
 * https://help.shopify.com/en/manual/products/import-export/using-csv
 *
 * What is always true:
 * - The lines of one product carry one handle and follow each other. The first one holds the product's own values and its
 *   first variant; every later line holds a variant (it has option values), an image, or both.
 * - A product without options is written with the option "Title" and the value "Default Title"; here it has no option
 *   names, and one variant without option values.
 * - Nothing is lost: columns that are not modelled are kept, by their name in the file, in `extra`. On a product's first
 *   line those named like a variant's (see csv-columns.ts) belong to the variant, the others to the product; on later
 *   lines all belong to the variant.
 * - `null` means that the cell is blank or the column absent.
 */
export interface CsvProduct {
  /** The line of the file on which the product begins; the header is line 1. */
  line: number;
  handle: string;
  title: string;
  bodyHtml: string;
  vendor: string;
  type: string;
  tags: string[];
  published: boolean;
  status: 'active' | 'draft' | 'archived';
  optionNames: string[];
  seoTitle: string;
  seoDescription: string;
  giftCard: boolean;
  category: string;
  /** In the file's order; `position` is what counts on the store. */
  images: CsvImage[];
  /** Never empty. */
  variants: CsvVariant[];
  extra: Record<string, string>;
}

export interface CsvImage {
  src: string;
  position: number;
  alt: string;
}

export interface CsvVariant {
  line: number;
  /** One for every option name. */
  optionValues: string[];
  sku: string;
  grams: number | null;
  /** How the weight is shown; the weight itself is always in grams. */
  weightUnit: WeightUnit;
  /** Who counts the stock: '' nobody, 'shopify' the store, or a fulfilment service. */
  tracker: string;
  quantity: number | null;
  policy: 'deny' | 'continue';
  fulfillmentService: string;
  price: string | null;
  compareAtPrice: string | null;
  requiresShipping: boolean;
  taxable: boolean;
  barcode: string;
  imageSrc: string;
  taxCode: string;
  costPerItem: string | null;
  extra: Record<string, string>;
}

export type WeightUnit = '' | 'g' | 'kg' | 'lb' | 'oz';

/** Shopify's limits: a file that a store would refuse is refused here, before anything is applied. */
export const csvLimits = {
  /** Characters of handle, title, vendor, type, option names and values, SKU, barcode, and each tag. */
  textLength: 255,
  altLength: 512,
  tags: 250,
  options: 3,
  variants: 2048,
  images: 250,
  /** Rows of a file: those of a sheet in Excel. Every handle is remembered until the end, so there must be some end. */
  rows: 1_048_576,
  /** Digits of a price before and after the point: the price columns hold no more (db/columns.ts). */
  amountDigits: 14,
  amountDecimals: 4,
  /** Inventory quantities: https://shopify.dev/docs/api/admin-graphql/latest/mutations/inventorySetQuantities */
  quantity: 1_000_000_000,
  /** Bytes of one line of the file (with its line breaks inside quotes): what an unclosed quote may swallow. */
  lineBytes: 4 * 1024 * 1024,
} as const;

export const defaultOption = { name: 'Title', value: 'Default Title' } as const;
