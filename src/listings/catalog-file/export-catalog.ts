/** Exports the master catalog as a product CSV, product by product, with bounded memory. Importing it changes nothing. */
import { sql } from 'drizzle-orm';
import type { CatalogImage } from '#catalog/catalog.ts';
import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';
import { writeProductCsv } from '#catalog/csv/write-product-csv.ts';
import type { Transaction } from '#db/transaction.ts';
import type { ProductFileAttributes, VariantFileAttributes } from '#listings/catalog-file/file-attributes.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';

const pageSize = 200;

export async function* exportCatalog(hub: Hub, actor: Actor): AsyncGenerator<string> {
  const extraColumns = await hub.db.inOrganization(actor.organizationId, (tx) => namesOfExtraColumns(tx));
  yield* writeProductCsv(products(hub, actor), { extraColumns });
}

async function namesOfExtraColumns(tx: Transaction): Promise<string[]> {
  const result = await tx.execute<{ name: string }>(sql`
    select distinct name from (
      select jsonb_object_keys(attributes->'file'->'extra') as name from products where organization_id = ${tx.organizationId} and jsonb_typeof(attributes->'file'->'extra') = 'object'
      union select jsonb_object_keys(attributes->'file'->'extra') from product_variants where organization_id = ${tx.organizationId} and jsonb_typeof(attributes->'file'->'extra') = 'object'
    ) names order by name`);
  return result.rows.map((row) => row.name);
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
  product_id: string;
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
  on_hand: number | null;
}

async function* products(hub: Hub, actor: Actor): AsyncGenerator<CsvProduct> {
  for (let after: string | null = null; ; ) {
    const page: { rows: ProductRow[]; variants: VariantRow[] } = await hub.db.inOrganization(actor.organizationId, (tx) =>
      readPage(tx, after),
    );
    const byProduct = Map.groupBy(page.variants, (variant) => variant.product_id);
    for (const row of page.rows) {
      const variants = byProduct.get(row.id) ?? [];
      if (variants.length > 0) yield toCsv(row, variants);
    }
    const last = page.rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

async function readPage(tx: Transaction, after: string | null): Promise<{ rows: ProductRow[]; variants: VariantRow[] }> {
  const found = await tx.execute<ProductRow>(sql`
    select id, handle, title, description_html, brand, product_type, tags, status, option_names, images, attributes from products
    where organization_id = ${tx.organizationId} and (${after}::uuid is null or id > ${after}::uuid) order by id limit ${pageSize}`);
  const variants = await tx.execute<VariantRow>(sql`
    select v.product_id, v.option_values, v.sku, v.barcode, v.price, v.compare_at_price, v.cost_price, v.weight, v.images, v.attributes, v.tracked, n.on_hand
    from product_variants v
    left join inventory_locations w on w.organization_id = v.organization_id and w.is_default
    left join inventory_items n on n.organization_id = v.organization_id and n.variant_id = v.id and n.location_id = w.id
    where v.organization_id = ${tx.organizationId} and v.archived_at is null and v.product_id = any(${sql.param(found.rows.map((row) => row.id))}::uuid[])
    order by v.product_id, v.position, v.id`);
  return { rows: found.rows, variants: variants.rows };
}

function toCsv(row: ProductRow, variants: readonly VariantRow[]): CsvProduct {
  const file = row.attributes.file;
  return {
    line: 0,
    handle: row.handle ?? row.id,
    title: row.title,
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
    variants: variants.map((variant) => toCsvVariant(variant)),
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

function toCsvVariant(variant: VariantRow): CsvVariant {
  const file = variant.attributes.file;
  return {
    line: 0,
    optionValues: variant.option_values,
    sku: variant.sku,
    grams: variant.weight === null ? null : Math.round(variant.weight.value * (gramsIn[variant.weight.unit.toLowerCase()] ?? 1)),
    weightUnit: file?.weightUnit ?? '',
    tracker: file?.tracker ?? (variant.tracked ? 'shopify' : ''),
    quantity: variant.on_hand,
    policy: file?.policy ?? 'deny',
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
