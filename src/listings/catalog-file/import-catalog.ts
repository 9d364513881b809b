/**
 * Imports a product CSV into the master catalog: the whole file or nothing. Products are found again by handle, their
 * variants by option values; what the file does not mention stays. Columns that the file does not have say nothing.
 *
 * The brake: when more linked listings than the limit would be repriced or recounted, nothing is applied until somebody
 * has seen the figures and approves.
 */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import { sameAmount } from '#base/money.ts';
import { barcodeKey, comparisonKey } from '#catalog/catalog.ts';
import { rejectFile } from '#catalog/csv/csv-issues.ts';
import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';
import { openProductCsv } from '#catalog/csv/open-product-csv.ts';
import type { Transaction } from '#db/transaction.ts';
import { book, defaultLocationId, lockItems, type StockLine } from '#inventory/book.ts';
import { productFileAttributes, variantFileAttributes } from '#listings/catalog-file/file-attributes.ts';
import { causesChanged, ofVariants } from '#listings/changes.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';

export interface ImportOutcome {
  products: number;
  created: number;
  updated: number;
  unchanged: number;
  variantsCreated: number;
  repriced: number;
  recounted: number;
}

export interface ImportOptions {
  approved?: boolean;
  /** Listings that may be repriced or recounted without approval. */
  brakeListings?: number;
  onProgress?: (done: number, total: number) => void;
}

const chunk = 100;
const recomputeChunk = 2000;

export async function importCatalog(hub: Hub, actor: Actor, path: string, options: ImportOptions = {}): Promise<ImportOutcome> {
  const file = await openProductCsv(path);
  try {
    const report = await file.check();
    if (!report.whole) throw rejectFile(report.issues, report.issueCount);
    const given = new Set<string>(report.fields);
    return await hub.db.inOrganization(actor.organizationId, async (tx) => {
      const run = await begin(hub, tx, given);
      let batch: CsvProduct[] = [];
      for await (const product of file.products()) {
        batch.push(product);
        if (batch.length < chunk) continue;
        await applyProducts(run, batch);
        options.onProgress?.(run.outcome.products, report.products);
        batch = [];
      }
      await applyProducts(run, batch);
      await finish(run, actor, options);
      options.onProgress?.(report.products, report.products);
      return run.outcome;
    });
  } finally {
    await file.close();
  }
}

interface Run {
  hub: Hub;
  tx: Transaction;
  now: Date;
  given: ReadonlySet<string>;
  currency: string;
  locationId: string;
  outcome: ImportOutcome;
  /** Variants whose price or stock changed, in all. */
  touched: Set<string>;
  stock: { variantId: string; quantity: number }[];
}

async function begin(hub: Hub, tx: Transaction, given: ReadonlySet<string>): Promise<Run> {
  const settings = await tx.execute<{ currency: string }>(
    sql`select currency from organization_settings where organization_id = ${tx.organizationId}`,
  );
  return {
    hub,
    tx,
    now: hub.clock.now(),
    given,
    currency: settings.rows[0]?.currency ?? 'USD',
    locationId: await defaultLocationId(tx),
    outcome: { products: 0, created: 0, updated: 0, unchanged: 0, variantsCreated: 0, repriced: 0, recounted: 0 },
    touched: new Set(),
    stock: [],
  };
}

interface Existing {
  id: string;
  fingerprint: string;
  variants: Map<string, { id: string; price: string | null; currency: string }>;
}

async function applyProducts(run: Run, products: readonly CsvProduct[]): Promise<void> {
  if (products.length === 0) return;
  const existing = await findExisting(run.tx, products);
  const productRows: Record<string, unknown>[] = [];
  const variantRows: Record<string, unknown>[] = [];
  for (const product of products) {
    run.outcome.products++;
    const found = existing.get(product.handle);
    const id = found?.id ?? newId();
    const row = productRow(id, product);
    const fingerprint = fingerprintOf(row);
    const variants = product.variants.map((variant, at) =>
      variantRow(run, id, product, variant, at, found?.variants.get(keyOf(variant))),
    );
    if (found === undefined) run.outcome.created++;
    else if (fingerprint !== found.fingerprint || variants.some((variant) => variant.changed)) run.outcome.updated++;
    else run.outcome.unchanged++;
    if (found === undefined || fingerprint !== found.fingerprint) productRows.push(row);
    variantRows.push(...variants.filter((variant) => variant.changed).map((variant) => variant.row));
  }
  await saveProducts(run, productRows);
  await saveVariants(run, variantRows);
}

const keyOf = (variant: { optionValues: readonly string[] }): string => JSON.stringify(variant.optionValues);

async function findExisting(tx: Transaction, products: readonly CsvProduct[]): Promise<Map<string, Existing>> {
  const result = await tx.execute<{
    id: string;
    handle: string;
    row: Record<string, unknown>;
    variant_id: string | null;
    option_values: string[] | null;
    price: string | null;
    currency: string | null;
    variant: Record<string, unknown> | null;
  }>(sql`
    select p.id, p.handle, jsonb_build_object('title', p.title, 'description_html', p.description_html, 'brand', p.brand, 'product_type', p.product_type,
        'handle', p.handle, 'tags', p.tags, 'status', p.status, 'option_names', p.option_names, 'images', p.images, 'attributes', p.attributes) as row,
      v.id as variant_id, v.option_values, v.price, v.currency
    from (select distinct on (handle) * from products where organization_id = ${tx.organizationId}
      and handle = any(${sql.param(products.map((product) => product.handle))}::text[]) order by handle, created_at) p
    left join product_variants v on v.organization_id = p.organization_id and v.product_id = p.id and v.archived_at is null`);
  const found = new Map<string, Existing>();
  for (const row of result.rows) {
    const product = found.get(row.handle) ?? {
      id: row.id,
      fingerprint: fingerprintOf({ ...row.row, id: row.id }),
      variants: new Map(),
    };
    if (row.variant_id !== null) {
      product.variants.set(keyOf({ optionValues: row.option_values ?? [] }), {
        id: row.variant_id,
        price: row.price,
        currency: row.currency ?? 'USD',
      });
    }
    found.set(row.handle, product);
  }
  return found;
}

function productRow(id: string, product: CsvProduct): Record<string, unknown> {
  return {
    id,
    title: product.title,
    description_html: product.bodyHtml,
    brand: product.vendor,
    product_type: product.type,
    handle: product.handle,
    tags: product.tags,
    status: product.status,
    option_names: product.optionNames,
    images: product.images.toSorted((a, b) => a.position - b.position).map(({ src, alt }) => ({ url: src, alt })),
    attributes: productFileAttributes(product),
  };
}

/** Key order plays no part: what comes out of jsonb has another one. */
const fingerprintOf = (row: Record<string, unknown>): string => JSON.stringify(sorted(row));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null && inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function variantRow(
  run: Run,
  productId: string,
  product: CsvProduct,
  variant: CsvVariant,
  at: number,
  found: { id: string; price: string | null; currency: string } | undefined,
) {
  const id = found?.id ?? newId();
  const tracked = variant.tracker !== '' && variant.policy !== 'continue' && !product.giftCard;
  const price = variant.price ?? found?.price ?? null;
  if (found === undefined) run.outcome.variantsCreated++;
  if (found !== undefined && !sameAmount(price, found.price)) {
    run.outcome.repriced++;
    run.touched.add(id);
  }
  if (run.given.has('quantity') && variant.quantity !== null && tracked)
    run.stock.push({ variantId: id, quantity: variant.quantity });
  return {
    changed: true,
    row: {
      id,
      product_id: productId,
      title: variant.optionValues.join(' / '),
      sku: variant.sku,
      sku_key: comparisonKey(variant.sku),
      barcode: variant.barcode,
      barcode_key: barcodeKey(variant.barcode),
      option_values: variant.optionValues,
      price,
      compare_at: variant.compareAtPrice,
      currency: found?.currency ?? run.currency,
      cost: variant.costPerItem,
      weight: variant.grams === null ? null : { value: variant.grams, unit: 'g' },
      images: variant.imageSrc === '' ? [] : [{ url: variant.imageSrc, alt: '' }],
      attributes: variantFileAttributes(variant),
      tracked,
      position: at,
    },
  };
}

async function saveProducts(run: Run, rows: readonly Record<string, unknown>[]): Promise<void> {
  await run.tx.execute(sql`
    insert into products as p (organization_id, id, title, description_html, brand, product_type, handle, tags, status, option_names, images, attributes, created_at, updated_at)
    select ${run.tx.organizationId}::uuid, x.id, x.title, x.description_html, x.brand, x.product_type, x.handle, x.tags, x.status, x.option_names, x.images, x.attributes, ${run.now}::timestamptz, ${run.now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, title text, description_html text, brand text, product_type text, handle text, tags text[],
      status text, option_names text[], images jsonb, attributes jsonb)
    on conflict (organization_id, id) do update set title = excluded.title, description_html = excluded.description_html, brand = excluded.brand,
      product_type = excluded.product_type, tags = excluded.tags, status = excluded.status, option_names = excluded.option_names, images = excluded.images,
      attributes = p.attributes || excluded.attributes, updated_at = excluded.updated_at`);
}

async function saveVariants(run: Run, rows: readonly Record<string, unknown>[]): Promise<void> {
  await run.tx.execute(sql`
    insert into product_variants as v (organization_id, id, product_id, title, sku, sku_key, barcode, barcode_key, option_values, price, compare_at_price, currency,
      cost_price, weight, images, attributes, tracked, position, created_at, updated_at)
    select ${run.tx.organizationId}::uuid, x.id, x.product_id, x.title, x.sku, x.sku_key, x.barcode, x.barcode_key, x.option_values, x.price, x.compare_at, x.currency,
      x.cost, x.weight, x.images, x.attributes, x.tracked, x.position, ${run.now}::timestamptz, ${run.now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, product_id uuid, title text, sku text, sku_key text, barcode text, barcode_key text,
      option_values text[], price numeric, compare_at numeric, currency text, cost numeric, weight jsonb, images jsonb, attributes jsonb, tracked boolean, position integer)
    order by x.id
    on conflict (organization_id, id) do update set title = excluded.title, sku = excluded.sku, sku_key = excluded.sku_key, barcode = excluded.barcode,
      barcode_key = excluded.barcode_key, price = excluded.price, compare_at_price = excluded.compare_at_price, cost_price = coalesce(excluded.cost_price, v.cost_price),
      weight = coalesce(excluded.weight, v.weight), images = excluded.images, attributes = v.attributes || excluded.attributes, tracked = excluded.tracked,
      position = excluded.position, updated_at = excluded.updated_at`);
}

/** Stock last, so that items are locked before levels; then the brake is asked, then every store's figures follow. */
async function finish(run: Run, actor: Actor, options: ImportOptions): Promise<void> {
  await bookCounts(run, actor);
  const touched = [...run.touched];
  const listings = await run.tx.execute<{ n: number }>(sql`
    select count(*)::int as n from listings where organization_id = ${run.tx.organizationId} and status = 'linked' and variant_id = any(${sql.param(touched)}::uuid[])`);
  const affected = listings.rows[0]?.n ?? 0;
  if (affected > (options.brakeListings ?? 200) && options.approved !== true) {
    throw new AppError(
      'brake_pending',
      `This file would change ${affected} listings on your stores: ${run.outcome.repriced} prices and ${run.outcome.recounted} counts. Nothing was imported. If that is what you want, import it again and approve.`,
    );
  }
  for (let at = 0; at < touched.length; at += recomputeChunk)
    await causesChanged(run.hub, run.tx, ofVariants(touched.slice(at, at + recomputeChunk)));
  await audit(run.tx, actor, 'catalog.imported', 'catalog', null, { ...run.outcome }, run.now);
  run.tx.afterCommit(() => run.hub.announce(actor.organizationId, { kind: 'product', ids: touched.slice(0, 100) }));
}

async function bookCounts(run: Run, actor: Actor): Promise<void> {
  const items = await lockItems(
    run.tx,
    run.stock.map((line) => line.variantId),
  );
  const here = new Map(items.filter((item) => item.locationId === run.locationId).map((item) => [item.variantId, item.onHand]));
  const lines = run.stock.flatMap(({ variantId, quantity }): StockLine[] => {
    const before = here.get(variantId);
    if (before === quantity) return [];
    run.touched.add(variantId);
    if (before !== undefined) run.outcome.recounted++;
    const type = before === undefined ? 'baseline' : 'stocktake';
    return [
      {
        variantId,
        locationId: run.locationId,
        delta: quantity - (before ?? 0),
        type,
        documentKind: 'import',
        documentId: null,
        note: null,
        createdBy: actor.userId,
      },
    ];
  });
  await book(run.tx, lines, run.now);
}
