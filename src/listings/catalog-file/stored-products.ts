/** Products as they stand in the catalog, in the form of a product CSV: what an export writes, and an import compares with. */
import { type SQL, sql } from 'drizzle-orm';
import type { CatalogImage } from '#catalog/catalog.ts';
import { type CsvProduct, type CsvVariant, csvLimits, defaultOption } from '#catalog/csv/csv-product.ts';
import type { Transaction } from '#db/transaction.ts';
import type { ProductFileAttributes, VariantFileAttributes } from '#listings/catalog-file/file-attributes.ts';

export interface StoredProduct {
  id: string;
  /** Its variants are those of `variants`, in their order. */
  product: CsvProduct;
  variants: { id: string; currency: string; csv: CsvVariant }[];
}

interface ProductRow extends Record<string, unknown> {
  id: string;
  handle: string | null;
  title: string;
  description_html: string;
  brand: string;
  product_type: string;
  tags: string[];
  status: CsvProduct['status'];
  option_names: string[];
  images: CatalogImage[];
  attributes: { file?: ProductFileAttributes };
}

interface VariantRow extends Record<string, unknown> {
  id: string;
  currency: string;
  product_id: string;
  title: string;
  option_values: string[];
  sku: string;
  barcode: string;
  price: string | null;
  compare_at_price: string | null;
  cost_price: string | null;
  weight: { value: number; unit: string } | null;
  images: CatalogImage[];
  attributes: { file?: VariantFileAttributes };
  tracked: boolean;
  is_bundle: boolean;
  on_hand: number | null;
}

/** The products that `chosen` selects (alias `p`), by id. A product without a handle goes by its id. */
export async function readStoredProducts(tx: Transaction, chosen: SQL, atMost: number): Promise<StoredProduct[]> {
  const found = await tx.execute<ProductRow>(sql`
    select p.id, p.handle, p.title, p.description_html, p.brand, p.product_type, p.tags, p.status, p.option_names, p.images, p.attributes from products p
    where p.organization_id = ${tx.organizationId} and ${chosen} order by p.id limit ${atMost}`);
  const variants = await tx.execute<VariantRow>(sql`
    select v.id, v.currency, v.product_id, v.title, v.option_values, v.sku, v.barcode, v.price, v.compare_at_price, v.cost_price, v.weight, v.images, v.attributes, v.tracked, v.is_bundle, n.on_hand
    from product_variants v
    left join inventory_locations w on w.organization_id = v.organization_id and w.is_default
    left join inventory_items n on n.organization_id = v.organization_id and n.variant_id = v.id and n.location_id = w.id
    where v.organization_id = ${tx.organizationId} and v.archived_at is null and v.product_id = any(${sql.param(found.rows.map((row) => row.id))}::uuid[])
    order by v.product_id, v.position, v.id`);
  const byProduct = Map.groupBy(variants.rows, (variant) => variant.product_id);
  return found.rows.map((stored) => {
    const { row, variants: named } = withOptions(stored, byProduct.get(stored.id) ?? []);
    const own = named.map((variant) => ({
      id: variant.id,
      currency: variant.currency,
      csv: toCsvVariant(variant, row.attributes.file?.giftCard ?? false),
    }));
    return {
      id: row.id,
      product: toCsv(
        row,
        own.map(({ csv }) => csv),
      ),
      variants: own,
    };
  });
}

/**
 * Some stores sell several variants of a product without saying what tells them apart, or say it of some of them only, or
 * by more options than a file has. A file needs one name for each: the option "Title", with the variants' titles made
 * different from each other. What an import has written since of some of the variants stays their name.
 */
function withOptions(row: ProductRow, variants: readonly VariantRow[]): { row: ProductRow; variants: readonly VariantRow[] } {
  if (fitFile(row.option_names, variants)) return { row, variants };
  const keepers = new Map<string, VariantRow>();
  for (const variant of variants) {
    const [name = '', ...more] = variant.option_values;
    if (name.trim() !== '' && more.length === 0 && !keepers.has(name)) keepers.set(name, variant);
  }
  const taken = new Set(keepers.keys());
  const named = variants.map((variant, at) => {
    if (keepers.get(variant.option_values[0] ?? '') === variant) return variant;
    const value = untaken(taken, plainText(variant.title) || plainText(variant.sku) || `Variant ${at + 1}`);
    taken.add(value);
    return { ...variant, option_values: [value] };
  });
  return { row: { ...row, option_names: [defaultOption.name] }, variants: named };
}

/** Whether every variant has one value for each of at most three options, and no two have the same. */
function fitFile(names: readonly string[], variants: readonly VariantRow[]): boolean {
  const isFilled = (text: string): boolean => text.trim() !== '';
  const told = new Set(variants.map((variant) => JSON.stringify(variant.option_values)));
  return (
    names.length <= csvLimits.options &&
    names.every(isFilled) &&
    told.size === variants.length &&
    variants.every(({ option_values }) => option_values.length === names.length && option_values.every(isFilled))
  );
}

function untaken(taken: ReadonlySet<string>, text: string): string {
  for (let count = 1; ; count++) {
    const value = count === 1 ? text : `${text} (${count})`;
    if (!taken.has(value)) return value;
  }
}

/** As a cell of the file can hold it, with room for a number behind it. */
const plainText = (text: string): string =>
  [...text.trim()]
    .slice(0, csvLimits.textLength - 10)
    .join('')
    .trim();

function toCsv(row: ProductRow, variants: CsvVariant[]): CsvProduct {
  const file = row.attributes.file;
  const handle = row.handle?.trim() ? row.handle : row.id;
  return {
    line: 0,
    handle,
    // A file needs one.
    title: row.title.trim() === '' ? handle : row.title,
    bodyHtml: row.description_html,
    vendor: row.brand,
    type: row.product_type,
    tags: row.tags,
    published: file?.published ?? row.status === 'active',
    status: row.status,
    optionNames: row.option_names,
    seoTitle: file?.seoTitle ?? '',
    seoDescription: file?.seoDescription ?? '',
    giftCard: file?.giftCard ?? false,
    category: file?.category ?? '',
    images: row.images.map(({ url, alt }, at) => ({ src: url, position: at + 1, alt })),
    variants,
    extra: file?.extra ?? {},
  };
}

const gramsIn: Record<string, number> = {
  g: 1,
  kg: 1000,
  lb: 453.59237,
  oz: 28.349523125,
  grams: 1,
  kilograms: 1000,
  pounds: 453.59237,
  ounces: 28.349523125,
};

function toCsvVariant(variant: VariantRow, giftCard: boolean): CsvVariant {
  const file = variant.attributes.file;
  // What a file once said of counting holds as long as nobody has switched it since, here or on a store.
  const counting =
    file !== undefined && isCounted(file, giftCard) === variant.tracked
      ? { tracker: file.tracker, policy: file.policy }
      : { tracker: variant.tracked ? 'shopify' : '', policy: 'deny' as const };
  return {
    line: 0,
    optionValues: variant.option_values,
    sku: variant.sku,
    grams: variant.weight === null ? null : Math.round(variant.weight.value * (gramsIn[variant.weight.unit.toLowerCase()] ?? 1)),
    weightUnit: file?.weightUnit ?? '',
    ...counting,
    // A bundle has no count of its own.
    quantity: variant.is_bundle ? null : variant.on_hand,
    fulfillmentService: file?.fulfillmentService ?? 'manual',
    price: variant.price,
    compareAtPrice: variant.compare_at_price,
    requiresShipping: file?.requiresShipping ?? true,
    taxable: file?.taxable ?? true,
    barcode: variant.barcode,
    imageSrc: variant.images[0]?.url ?? '',
    taxCode: file?.taxCode ?? '',
    costPerItem: variant.cost_price,
    extra: file?.extra ?? {},
  };
}

/** Whether a variant with these cells is counted here: untracked, oversellable and gift-card goods are not. */
export const isCounted = ({ tracker, policy }: Pick<CsvVariant, 'tracker' | 'policy'>, giftCard: boolean): boolean =>
  tracker !== '' && policy !== 'continue' && !giftCard;
