/**
 * What a bulk change has changed, row by row: what each was before, and what it became. A row is put back only while it
 * still is what the change made of it; what somebody has touched since stays as it is.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { book, lockItems, type StockLine } from '#inventory/book.ts';
import type { KeptCount } from '#listings/catalog-file/import-catalog.ts';
import { lockVariants } from '#listings/changes.ts';
import { originOf } from '#organizations/origin.ts';

/** Rows that can be put back: of the catalog whole, of a listing its link. */
export type Kept = 'product' | 'variant' | 'listing';

const tableOf: Record<Kept, SQL> = {
  product: sql.raw('products'),
  variant: sql.raw('product_variants'),
  listing: sql.raw('listings'),
};
const kinds = ['product', 'variant', 'listing'] as const;

/** What of a row is kept: its own columns, without what says who it is, when it was touched and by what; of a listing its link alone. */
const contentOf = (kind: Kept, alias: SQL): SQL =>
  kind === 'listing'
    ? sql`to_jsonb(${alias}) - (select array_agg(key) from jsonb_object_keys(to_jsonb(${alias})) key
        where key not in ('status', 'variant_id', 'linked_by', 'linked_at', 'unlinked_at'))`
    : sql`to_jsonb(${alias}) - array['organization_id', 'id', 'product_id', 'created_at', 'updated_at', 'origin_store_id', 'origin_product_id', 'price_set']`;

/** Notes what these rows are, before they are changed, of each row once. Those that are not there yet have nothing to be put back. */
export async function keepRows(tx: Transaction, changeSetId: string, kind: Kept, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(sql`
    insert into change_set_items (organization_id, change_set_id, subject_kind, subject_id, before, after)
    select ${tx.organizationId}::uuid, ${changeSetId}::uuid, ${kind}, r.id, ${contentOf(kind, sql`r`)}, '{}'::jsonb from ${tableOf[kind]} r
    where r.organization_id = ${tx.organizationId} and r.id = any(${sql.param([...ids])}::uuid[])`);
}

export async function keepCounts(tx: Transaction, changeSetId: string, counts: readonly KeptCount[]): Promise<void> {
  if (counts.length === 0) return;
  await tx.execute(sql`
    insert into change_set_items (organization_id, change_set_id, subject_kind, subject_id, before, after)
    select ${tx.organizationId}::uuid, ${changeSetId}::uuid, 'stock', x."variantId",
      jsonb_build_object('locationId', x."locationId", 'onHand', x.before), jsonb_build_object('onHand', x.after)
    from json_to_recordset(${JSON.stringify(counts)}::json) as x("variantId" uuid, "locationId" uuid, before integer, after integer)`);
}

/** Notes what the kept rows have become. Those that are what they were are forgotten. */
export async function sealRows(tx: Transaction, changeSetId: string): Promise<void> {
  const ofSet = sql`k.organization_id = ${tx.organizationId} and k.change_set_id = ${changeSetId}`;
  for (const kind of kinds)
    await tx.execute(sql`
      update change_set_items k set after = ${contentOf(kind, sql`r`)} from ${tableOf[kind]} r
      where ${ofSet} and k.subject_kind = ${kind} and r.organization_id = k.organization_id and r.id = k.subject_id`);
  await tx.execute(sql`delete from change_set_items k where ${ofSet} and k.before = k.after`);
}

export interface KeptRows {
  /** Products, variants and links that can be put back, and counts that can be corrected. */
  restorable: number;
  counts: number;
  /** Somebody has changed them since. */
  touchedSince: number;
  examples: { title: string; sku: string; priceBefore: string | null; priceNow: string | null }[];
}

const restorable = (kind: Kept): SQL => sql`select k.subject_id, k.before, k.after = (${contentOf(kind, sql`r`)}) as untouched
  from change_set_items k join ${tableOf[kind]} r on r.organization_id = k.organization_id and r.id = k.subject_id
  where k.subject_kind = ${kind}`;

/** What putting back would do. Changes nothing. */
export async function readKeptRows(tx: Transaction, changeSetId: string): Promise<KeptRows> {
  const ofSet = sql`and k.organization_id = ${tx.organizationId} and k.change_set_id = ${changeSetId}`;
  const counted = await tx.execute<{ restorable: number; touched: number; counts: number }>(sql`
    select count(*) filter (where untouched)::int as restorable, count(*) filter (where not untouched)::int as touched,
      (select count(*)::int from change_set_items k where k.subject_kind = 'stock' ${ofSet}) as counts
    from (${restorable('product')} ${ofSet} union all ${restorable('variant')} ${ofSet} union all ${restorable('listing')} ${ofSet}) rows`);
  const examples = await tx.execute<KeptRows['examples'][number]>(sql`
    select p.title, v.sku, k.before->>'price' as "priceBefore", v.price::text as "priceNow" from change_set_items k
    join product_variants v on v.organization_id = k.organization_id and v.id = k.subject_id
    join products p on p.organization_id = v.organization_id and p.id = v.product_id
    where k.subject_kind = 'variant' ${ofSet} and k.after = (${contentOf('variant', sql`v`)}) order by k.subject_id limit 5`);
  const { restorable: whole = 0, touched = 0, counts = 0 } = counted.rows[0] ?? {};
  return { restorable: whole, counts, touchedSince: touched, examples: examples.rows };
}

/**
 * Puts back what can be, and corrects counts by what they were changed by: sales since then stay booked. Returns the variants
 * and listings whose stores' figures may follow.
 */
export async function restoreRows(
  tx: Transaction,
  changeSetId: string,
  by: { userId: string | null; documentId: string },
  now: Date,
): Promise<{ variantIds: string[]; listingIds: string[] }> {
  const ofSet = sql`and k.organization_id = ${tx.organizationId} and k.change_set_id = ${changeSetId}`;
  const { variantIds, listingIds } = await touchedBy(tx, ofSet);
  // Before items and levels, as whoever changes a variant does.
  await lockVariants(tx, variantIds);
  await lockItems(tx, variantIds);
  const origin = JSON.stringify(originOf(by.userId, { kind: 'undo', documentId: changeSetId }, now));
  const pricedBy = sql`price_set = case when r.price is distinct from w.price then ${origin}::jsonb else r.price_set end,`;
  for (const kind of kinds)
    await tx.execute(sql`
      update ${tableOf[kind]} r set ${restoredColumns[kind]}, ${kind === 'variant' ? pricedBy : sql``} updated_at = ${now}
      from (${restorable(kind)} ${ofSet}) k, jsonb_populate_record(null::${tableOf[kind]}, k.before) w
      where k.untouched and r.organization_id = ${tx.organizationId} and r.id = k.subject_id`);
  await correctCounts(tx, ofSet, by, now);
  return { variantIds, listingIds };
}

/** Of a link both variants: the one that it goes back to, and the one that it leaves. */
async function touchedBy(tx: Transaction, ofSet: SQL): Promise<{ variantIds: string[]; listingIds: string[] }> {
  const { rows } = await tx.execute<{ kind: Kept | 'stock'; id: string; was: string | null; is: string | null }>(sql`
    select k.subject_kind as kind, k.subject_id as id, k.before->>'variant_id' as was, k.after->>'variant_id' as is
    from change_set_items k where k.subject_kind <> 'product' ${ofSet}`);
  const listings = rows.filter(({ kind }) => kind === 'listing');
  const linked = listings.flatMap(({ was, is }) => [was, is]).filter((id) => id !== null);
  const variants = rows.filter(({ kind }) => kind !== 'listing').map(({ id }) => id);
  return { variantIds: [...new Set([...variants, ...linked])], listingIds: listings.map(({ id }) => id) };
}

const set = (...columns: string[]): SQL => sql.raw(columns.map((column) => `${column} = w.${column}`).join(', '));
const restoredColumns: Record<Kept, SQL> = {
  listing: set('status', 'variant_id', 'linked_by', 'linked_at', 'unlinked_at'),
  product: set(
    'title',
    'description_html',
    'brand',
    'product_type',
    'handle',
    'tags',
    'status',
    'option_names',
    'images',
    'attributes',
  ),
  variant: set(
    ...[
      'title',
      'sku',
      'sku_key',
      'barcode',
      'barcode_key',
      'option_values',
      'price',
      'compare_at_price',
      'currency',
      'cost_price',
    ],
    ...['weight', 'images', 'attributes', 'tracked', 'position'],
  ),
};

async function correctCounts(
  tx: Transaction,
  ofSet: SQL,
  { userId, documentId }: { userId: string | null; documentId: string },
  now: Date,
): Promise<void> {
  const { rows } = await tx.execute<{ variant_id: string; location_id: string; delta: number }>(sql`
    select k.subject_id as variant_id, (k.before->>'locationId')::uuid as location_id,
      (k.before->>'onHand')::integer - (k.after->>'onHand')::integer as delta
    from change_set_items k where k.subject_kind = 'stock' ${ofSet}`);
  const line = { type: 'adjustment', documentKind: 'undo', documentId, note: null, createdBy: userId } as const;
  const lines = rows.map(
    (row): StockLine => ({ ...line, variantId: row.variant_id, locationId: row.location_id, delta: row.delta }),
  );
  await book(tx, lines, now);
}
