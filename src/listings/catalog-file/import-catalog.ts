/**
 * Imports a product CSV into the master catalog: the whole file or nothing. Products are found again by handle, their
 * variants by option values; what the file does not mention stays. Columns that the file does not have say nothing.
 *
 * The brake: when more of a store would be repriced or recounted than its settings allow, nothing is applied until somebody
 * has seen the figures and approves (see sync/held-imports.ts).
 */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import { sameAmount } from '#base/money.ts';
import { barcodeKey, comparisonKey } from '#catalog/catalog.ts';
import { csvIssue, describeIssue, IssueList, rejectFile } from '#catalog/csv/csv-issues.ts';
import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';
import { openProductCsv } from '#catalog/csv/open-product-csv.ts';
import type { Transaction } from '#db/transaction.ts';
import { book, defaultLocationId, lockItems, type StockLine } from '#inventory/book.ts';
import { bundlesAmong } from '#listings/bundle-stock.ts';
import { productFileAttributes, variantFileAttributes } from '#listings/catalog-file/file-attributes.ts';
import { followUnderBrake, ImportHeld } from '#listings/catalog-file/import-brake.ts';
import { type Given, overlayProduct, overlayVariant, sameProduct, sameVariant } from '#listings/catalog-file/overlay-file.ts';
import { isCounted, readStoredProducts, type StoredProduct } from '#listings/catalog-file/stored-products.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { originOf } from '#organizations/origin.ts';
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

export interface ImportReport extends ImportOutcome {
  /** What of the file was left out, line by line, in sentences. */
  notes: string[];
}

/** Keeps what is about to be changed, so that it can be put back. */
export interface ImportKeeper {
  begin(tx: Transaction): Promise<void>;
  products(tx: Transaction, ids: readonly string[]): Promise<void>;
  variants(tx: Transaction, ids: readonly string[]): Promise<void>;
  counts(tx: Transaction, counts: readonly KeptCount[]): Promise<void>;
  end(tx: Transaction, report: ImportReport): Promise<void>;
}

export interface KeptCount {
  variantId: string;
  locationId: string;
  before: number;
  after: number;
}

export interface ImportOptions {
  /** The job that is seen of it. */
  jobId?: string;
  keeper?: ImportKeeper;
  /** Whatever it changes on stores: somebody has seen it. */
  approved?: boolean;
  onProgress?: (done: number, total: number) => void;
  /** Ends it with the signal's reason: then nothing was imported. */
  signal?: AbortSignal;
}

const chunk = 100;
/** A description may fill megabytes: a hundred of those at once would fill the memory. */
const chunkCharacters = 4_000_000;
const notesAtMost = 100;

/** Throws file_rejected, and ImportHeld for more than a store's brake allows unless it is approved. Then nothing was imported. */
export async function importCatalog(hub: Hub, actor: Actor, path: string, options: ImportOptions = {}): Promise<ImportReport> {
  const file = await openProductCsv(path);
  try {
    const report = await file.check();
    if (!report.whole) throw rejectFile(report.issues, report.issueCount);
    const given = new Set(report.fields);
    return await hub.db.inOrganization(actor.organizationId, async (tx) => {
      const run = await begin(hub, tx, actor, given, options);
      await run.keeper?.begin(tx);
      let batch: CsvProduct[] = [];
      let characters = 0;
      for await (const product of file.products()) {
        batch.push(product);
        characters += JSON.stringify(product).length;
        if (batch.length < chunk && characters < chunkCharacters) continue;
        await applyProducts(run, batch);
        options.onProgress?.(run.outcome.products, report.products);
        options.signal?.throwIfAborted();
        batch = [];
        characters = 0;
      }
      await applyProducts(run, batch);
      const imported = await finish(run, actor, options);
      options.onProgress?.(report.products, report.products);
      return imported;
    });
  } finally {
    await file.close();
  }
}

interface Run {
  hub: Hub;
  tx: Transaction;
  now: Date;
  given: Given;
  currency: string;
  locationId: string;
  outcome: ImportOutcome;
  /** Variants whose price, count, or being counted changed, in all. */
  touched: Set<string>;
  stock: { variantId: string; quantity: number; line: number }[];
  /** Counts of bundles: they are left out, and said. */
  ignored: IssueList;
  keeper: ImportKeeper | null;
  /** Of the prices that it sets, as JSON. */
  origin: string;
}

async function begin(hub: Hub, tx: Transaction, actor: Actor, given: Given, options: ImportOptions): Promise<Run> {
  const now = hub.clock.now();
  const settings = await tx.execute<{ currency: string }>(
    sql`select currency from organization_settings where organization_id = ${tx.organizationId}`,
  );
  return {
    hub,
    tx,
    now,
    given,
    currency: settings.rows[0]?.currency ?? 'USD',
    locationId: await defaultLocationId(tx),
    outcome: { products: 0, created: 0, updated: 0, unchanged: 0, variantsCreated: 0, repriced: 0, recounted: 0 },
    touched: new Set(),
    stock: [],
    ignored: new IssueList(notesAtMost),
    keeper: options.keeper ?? null,
    origin: JSON.stringify(originOf(actor.userId, { kind: 'import', documentId: options.jobId ?? null }, now)),
  };
}

async function applyProducts(run: Run, products: readonly CsvProduct[]): Promise<void> {
  if (products.length === 0) return;
  const existing = await findExisting(run.tx, products);
  const productRows: Row[] = [];
  const variantRows: Row[] = [];
  for (const file of products) {
    run.outcome.products++;
    const stored = existing.get(file.handle);
    const product = stored === undefined ? file : overlayProduct(stored.product, file, run.given);
    const id = stored?.id ?? newId();
    const variants = variantsOf(run, id, product, stored);
    const isChanged = stored === undefined || !sameProduct(product, stored.product);
    if (stored === undefined) run.outcome.created++;
    else if (isChanged || variants.length > 0) run.outcome.updated++;
    else run.outcome.unchanged++;
    if (isChanged) productRows.push(productRow(id, product));
    variantRows.push(...variants);
  }
  await run.keeper?.products(
    run.tx,
    productRows.map(({ id }) => id),
  );
  await saveProducts(run, productRows);
  await run.keeper?.variants(
    run.tx,
    variantRows.map(({ id }) => id),
  );
  await saveVariants(run, variantRows);
}

type Row = Record<string, unknown> & { id: string };

const keyOf = (variant: { optionValues: readonly string[] }): string => JSON.stringify(variant.optionValues);

/** By handle; of several that share one, the oldest. A product without a handle is exported, and found, by its id. */
async function findExisting(tx: Transaction, products: readonly CsvProduct[]): Promise<Map<string, StoredProduct>> {
  const handles = sql.param(products.map((product) => product.handle));
  const chosen = sql`p.id in (select distinct on (q.handle) q.id from products q
    where q.organization_id = ${tx.organizationId} and q.handle = any(${handles}::text[]) order by q.handle, q.created_at, q.id)
    or coalesce(btrim(p.handle), '') = '' and p.id::text = any(${handles}::text[])`;
  const stored = await readStoredProducts(tx, sql`(${chosen})`, products.length);
  return new Map(stored.map((one) => [one.product.handle, one]));
}

function productRow(id: string, product: CsvProduct): Row {
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

/** Notes what is counted and repriced, and returns the rows of new and changed variants. */
function variantsOf(run: Run, productId: string, product: CsvProduct, stored: StoredProduct | undefined): Row[] {
  const before = new Map(stored?.variants.map((one, at) => [keyOf(one.csv), { ...one, at }]));
  const inFile = matched(run, product, stored);
  // A file with all the variants says in which order they stand; one with some of them does not.
  const isWhole = [...before.keys()].every((key) => inFile.some((variant) => keyOf(variant) === key));
  return inFile.flatMap((file, index) => {
    const found = before.get(keyOf(file));
    const variant = found === undefined ? file : overlayVariant(found.csv, file, run.given);
    const at = isWhole ? index : (found?.at ?? before.size + index);
    const id = found?.id ?? newId();
    const tracked = isCounted(variant, product.giftCard);
    if (run.given.has('quantity') && file.quantity !== null && tracked)
      run.stock.push({ variantId: id, quantity: file.quantity, line: file.line });
    if (found === undefined) run.outcome.variantsCreated++;
    else {
      if (sameVariant(variant, found.csv) && at === found.at) return [];
      const isRepriced = !sameAmount(variant.price, found.csv.price);
      if (isRepriced) run.outcome.repriced++;
      if (isRepriced || tracked !== isCounted(found.csv, stored?.product.giftCard ?? false)) run.touched.add(id);
    }
    return [variantRow({ id, productId, currency: found?.currency ?? run.currency, tracked, position: at }, variant)];
  });
}

/**
 * A file without option columns names no variant: its one line means the only one there is. Where there are several it
 * would make up another beside them, so the file is rejected.
 */
function matched(run: Run, product: CsvProduct, stored: StoredProduct | undefined): readonly CsvVariant[] {
  const [only, ...others] = stored?.variants ?? [];
  if (only === undefined || run.given.has('option1Value')) return product.variants;
  if (others.length === 0) return product.variants.map((variant) => ({ ...variant, optionValues: only.csv.optionValues }));
  throw new AppError(
    'file_rejected',
    `"${product.title}" has ${others.length + 1} variants, and the file has no option columns to tell them apart. Nothing was imported: add Option1 Name and Option1 Value.`,
    { issues: [{ path: `line ${product.line}`, message: 'The variant is not named.' }] },
  );
}

interface VariantPlace {
  id: string;
  productId: string;
  currency: string;
  tracked: boolean;
  position: number;
}

function variantRow({ id, productId, currency, tracked, position }: VariantPlace, variant: CsvVariant): Row {
  return {
    id,
    product_id: productId,
    title: variant.optionValues.join(' / '),
    sku: variant.sku,
    sku_key: comparisonKey(variant.sku),
    barcode: variant.barcode,
    barcode_key: barcodeKey(variant.barcode),
    option_values: variant.optionValues,
    price: variant.price,
    compare_at: variant.compareAtPrice,
    currency,
    cost: variant.costPerItem,
    weight: variant.grams === null ? null : { value: variant.grams, unit: 'g' },
    images: variant.imageSrc === '' ? [] : [{ url: variant.imageSrc, alt: '' }],
    attributes: variantFileAttributes(variant),
    tracked,
    position,
  };
}

async function saveProducts(run: Run, rows: readonly Row[]): Promise<void> {
  await run.tx.execute(sql`
    insert into products as p (organization_id, id, title, description_html, brand, product_type, handle, tags, status, option_names, images, attributes, created_at, updated_at)
    select ${run.tx.organizationId}::uuid, x.id, x.title, x.description_html, x.brand, x.product_type, x.handle, x.tags, x.status, x.option_names, x.images, x.attributes, ${run.now}::timestamptz, ${run.now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, title text, description_html text, brand text, product_type text, handle text, tags text[],
      status text, option_names text[], images jsonb, attributes jsonb)
    on conflict (organization_id, id) do update set title = excluded.title, description_html = excluded.description_html, brand = excluded.brand,
      product_type = excluded.product_type, tags = excluded.tags, status = excluded.status, option_names = excluded.option_names, images = excluded.images,
      attributes = p.attributes || excluded.attributes, updated_at = excluded.updated_at`);
}

async function saveVariants(run: Run, rows: readonly Row[]): Promise<void> {
  await run.tx.execute(sql`
    insert into product_variants as v (organization_id, id, product_id, title, sku, sku_key, barcode, barcode_key, option_values, price, price_set, compare_at_price, currency,
      cost_price, weight, images, attributes, tracked, position, created_at, updated_at)
    select ${run.tx.organizationId}::uuid, x.id, x.product_id, x.title, x.sku, x.sku_key, x.barcode, x.barcode_key, x.option_values, x.price, case when x.price is not null then ${run.origin}::jsonb end, x.compare_at, x.currency,
      x.cost, x.weight, x.images, x.attributes, x.tracked, x.position, ${run.now}::timestamptz, ${run.now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, product_id uuid, title text, sku text, sku_key text, barcode text, barcode_key text,
      option_values text[], price numeric, compare_at numeric, currency text, cost numeric, weight jsonb, images jsonb, attributes jsonb, tracked boolean, position integer)
    order by x.id
    on conflict (organization_id, id) do update set title = excluded.title, sku = excluded.sku, sku_key = excluded.sku_key, barcode = excluded.barcode,
      barcode_key = excluded.barcode_key, price = excluded.price,
      price_set = case when v.price is distinct from excluded.price then excluded.price_set else v.price_set end, compare_at_price = excluded.compare_at_price, cost_price = coalesce(excluded.cost_price, v.cost_price),
      weight = coalesce(excluded.weight, v.weight), images = excluded.images, attributes = v.attributes || excluded.attributes, tracked = excluded.tracked,
      position = excluded.position, updated_at = excluded.updated_at`);
}

/** Stock last, so that items are locked before levels; then every store's figures follow, and the brake is asked. */
async function finish(run: Run, actor: Actor, { approved = false, signal }: ImportOptions): Promise<ImportReport> {
  await bookCounts(run, actor);
  const touched = [...run.touched];
  const met = await followUnderBrake(run.hub, run.tx, touched, { approved, signal });
  if (met !== null) throw new ImportHeld(met, run.outcome.products);
  const report = { ...run.outcome, notes: notesOf(run) };
  await run.keeper?.end(run.tx, report);
  await audit(run.tx, actor, 'catalog.imported', 'catalog', null, { ...run.outcome }, run.now);
  run.tx.afterCommit(() => run.hub.announce(actor.organizationId, { kind: 'product', ids: touched.slice(0, 100) }));
  return report;
}

async function bookCounts(run: Run, actor: Actor): Promise<void> {
  const items = await lockItems(
    run.tx,
    run.stock.map((line) => line.variantId),
  );
  // Asked while the items are held: nothing becomes a bundle meanwhile.
  const bundles = await bundlesAmong(
    run.tx,
    run.stock.map((line) => line.variantId),
  );
  const here = new Map(items.filter((item) => item.locationId === run.locationId).map((item) => [item.variantId, item.onHand]));
  const changed: KeptCount[] = [];
  const lines = run.stock.flatMap(({ variantId, quantity, line }): StockLine[] => {
    const bundle = bundles.get(variantId);
    if (bundle !== undefined) {
      const parameters = { bundle: bundle.name, components: bundle.components, value: quantity };
      run.ignored.add(csvIssue(line, 'Variant Inventory Qty', 'bundle_count_ignored', parameters));
      return [];
    }
    const before = here.get(variantId);
    if (before === quantity) return [];
    run.touched.add(variantId);
    if (before !== undefined) {
      run.outcome.recounted++;
      changed.push({ variantId, locationId: run.locationId, before, after: quantity });
    }
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
  await run.keeper?.counts(run.tx, changed);
  await book(run.tx, lines, run.now);
}

function notesOf({ ignored: { issues, count } }: Run): string[] {
  const more = count - issues.length;
  const last = more === 0 ? [] : [csvIssue(0, null, 'bundle_counts_more', { count: more }).message];
  return [...issues.map(describeIssue), ...last];
}
