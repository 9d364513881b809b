/**
 * The source store's catalog is ours: products and variants are made and kept from what it shows, its listings are linked
 * to them from the start, and its counts are the baseline of our stock. What any store counts for us has its first figure
 * from there. Prices and counts of variants that exist already
 * are not taken from a page: they are adopted from fenced readings (sync/adopt.ts).
 */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import { barcodeKey, catalogTitle, comparisonKey } from '#catalog/catalog.ts';
import type { Transaction } from '#db/transaction.ts';
import { book, type StockLine } from '#inventory/book.ts';
import { lockVariants } from '#listings/changes.ts';
import { levelKey } from '#listings/holds.ts';
import { noteNewLinks } from '#listings/new-links.ts';
import type { PulledListing } from '#listings/store-pulled.ts';
import { originOf } from '#organizations/origin.ts';
import type { Hub } from '#stores/hub.ts';
import { placeOf } from '#stores/places.ts';
import { readPlaces } from '#stores/read-places.ts';
import type { StoreRow } from '#stores/stores-store.ts';

/** Before the listings are stored. Returns the variants that stores may have to show otherwise, but for those of new listings. */
export async function adoptIntoCatalog(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  pulled: PulledListing[],
  now: Date,
): Promise<string[]> {
  if (pulled.length === 0) return [];
  const productIds = await upsertProducts(tx, store, pulled, now);
  // What a person has unlinked stays so.
  const fresh = pulled.filter((row) => row.status === 'unlinked' && row.variantId === null && !row.unlinkedByHand);
  for (const row of fresh) Object.assign(row, { variantId: newId(), linkedBy: 'origin' });
  // A listing that a person linked to another variant does not rewrite that variant.
  const changed = await upsertVariants(
    tx,
    store,
    pulled.filter((row) => row.linkedBy === 'origin'),
    productIds,
    now,
  );
  await linkKnown(
    tx,
    fresh.filter((row) => !row.isNew),
    now,
  );
  for (const row of fresh) row.status = 'linked';
  if (fresh.length > 0) await noteNewLinks(tx, [store.id], now);
  const counted = await countFirst(tx, store, pulled, now, true);
  tx.afterCommit(() =>
    hub.announce(tx.organizationId, { kind: 'product', ids: [...new Set(productIds.values())].slice(0, 100), storeId: store.id }),
  );
  const unseen = new Set(fresh.filter((row) => row.isNew).map((row) => row.variantId));
  return [...changed, ...counted].filter((id) => !unseen.has(id));
}

/** New listings are stored with their link; those that were there before get it here. */
async function linkKnown(tx: Transaction, rows: readonly PulledListing[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(sql`
    update listings i set status = 'linked', variant_id = x.variant_id, linked_by = 'origin', linked_at = ${now}
    from json_to_recordset(${JSON.stringify(rows.map((row) => ({ id: row.id, variant_id: row.variantId })))}::json) as x(id uuid, variant_id uuid)
    where i.organization_id = ${tx.organizationId} and i.id = x.id`);
}

async function upsertProducts(
  tx: Transaction,
  store: StoreRow,
  pulled: readonly PulledListing[],
  now: Date,
): Promise<Map<string, string>> {
  const products = [...new Map(pulled.map((row) => [row.product.id, row.product])).values()];
  const rows = products.map((product) => ({
    id: newId(),
    origin: product.id,
    title: catalogTitle(product.title),
    description: product.descriptionHtml,
    brand: product.vendor,
    product_type: product.productType,
    handle: product.handle,
    tags: product.tags,
    status: product.status,
    option_names: product.options.map((option) => option.name),
    images: product.images.map(({ url, alt, width, height }) => ({ url, alt, width, height })),
  }));
  const result = await tx.execute<{ id: string; origin: string }>(sql`
    insert into products as p (organization_id, id, title, description_html, brand, product_type, handle, tags, status, option_names, images,
      origin_store_id, origin_product_id, created_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, x.title, x.description, x.brand, x.product_type, x.handle, x.tags, x.status, x.option_names, x.images,
      ${store.id}::uuid, x.origin, ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, origin text, title text, description text, brand text, product_type text,
      handle text, tags text[], status text, option_names text[], images jsonb)
    order by x.origin
    on conflict (organization_id, origin_store_id, origin_product_id) do update set title = excluded.title, description_html = excluded.description_html,
      brand = excluded.brand, product_type = excluded.product_type, handle = excluded.handle, tags = excluded.tags, status = excluded.status,
      option_names = excluded.option_names, images = excluded.images,
      updated_at = case when (p.title, p.description_html, p.brand, p.product_type, p.handle, p.tags, p.status, p.option_names, p.images)
        is distinct from (excluded.title, excluded.description_html, excluded.brand, excluded.product_type, excluded.handle, excluded.tags, excluded.status,
        excluded.option_names, excluded.images) then excluded.updated_at else p.updated_at end
    returning p.id, p.origin_product_id as origin`);
  return new Map(result.rows.map((row) => [row.origin, row.id]));
}

/** Returns the variants that are new or not as they were. */
async function upsertVariants(
  tx: Transaction,
  store: StoreRow,
  pulled: readonly PulledListing[],
  productIds: Map<string, string>,
  now: Date,
): Promise<string[]> {
  const rows = pulled.map(({ variantId, product, listing }, at) => ({
    id: variantId,
    product_id: productIds.get(product.id),
    title: listing.title,
    sku: listing.sku,
    barcode: listing.barcode,
    sku_key: comparisonKey(listing.sku),
    barcode_key: barcodeKey(listing.barcode),
    option_values: listing.options.map((option) => option.value),
    price: listing.price?.amount ?? null,
    compare_at: listing.compareAtPrice?.amount ?? null,
    currency: listing.price?.currency ?? store.currency,
    cost: listing.cost?.amount ?? null,
    weight: listing.weight,
    images: product.images
      .filter((image) => listing.imageIds.includes(image.id))
      .map(({ url, alt, width, height }) => ({ url, alt, width, height })),
    tracked: listing.stockPolicy === 'tracked',
    position: product.listings.indexOf(listing) === -1 ? at : product.listings.indexOf(listing),
  }));
  // A price that is there already stays: only a reading is believed.
  const origin = JSON.stringify(originOf(null, { kind: 'adoption', documentId: store.id }, now));
  const result = await tx.execute<{ id: string }>(sql`
    insert into product_variants as v (organization_id, id, product_id, title, sku, barcode, sku_key, barcode_key, option_values, price, price_set, compare_at_price,
      currency, cost_price, weight, images, tracked, position, created_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, x.product_id, x.title, x.sku, x.barcode, x.sku_key, x.barcode_key, x.option_values, x.price, case when x.price is not null then ${origin}::jsonb end, x.compare_at,
      x.currency, x.cost, x.weight, x.images, x.tracked, x.position, ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, product_id uuid, title text, sku text, barcode text, sku_key text, barcode_key text,
      option_values text[], price numeric, compare_at numeric, currency text, cost numeric, weight jsonb, images jsonb, tracked boolean, position integer)
    order by x.id
    on conflict (organization_id, id) do update set title = excluded.title, sku = excluded.sku, barcode = excluded.barcode, sku_key = excluded.sku_key,
      barcode_key = excluded.barcode_key, option_values = excluded.option_values, compare_at_price = excluded.compare_at_price,
      cost_price = coalesce(excluded.cost_price, v.cost_price), weight = excluded.weight, images = excluded.images, tracked = excluded.tracked,
      position = excluded.position, updated_at = excluded.updated_at
      where (v.title, v.sku, v.barcode, v.sku_key, v.barcode_key, v.option_values, v.compare_at_price, v.cost_price, v.weight, v.images, v.tracked, v.position)
        is distinct from (excluded.title, excluded.sku, excluded.barcode, excluded.sku_key, excluded.barcode_key, excluded.option_values,
        excluded.compare_at_price, coalesce(excluded.cost_price, v.cost_price), excluded.weight, excluded.images, excluded.tracked, excluded.position)
    returning v.id`);
  return result.rows.map((row) => row.id);
}

/**
 * The first figure of every tracked variant that has none yet at a location that the store counts: what the store says there.
 * The source store's figure is also the first one of what it brings and we count ourselves at the default location. Returns
 * these variants.
 */
export async function countFirst(
  tx: Transaction,
  store: StoreRow,
  pulled: readonly PulledListing[],
  now: Date,
  isSource: boolean,
): Promise<string[]> {
  const tracked = pulled.filter(
    (row) => row.variantId !== null && row.status === 'linked' && row.listing.stockPolicy === 'tracked',
  );
  if (tracked.length === 0) return [];
  const counts = await countedPlaces(tx, store, isSource);
  if (counts.size === 0) return [];
  const told = tracked.flatMap(({ id, variantId, listing }) =>
    listing.levels.flatMap(({ locationId: place, available }): Told[] => {
      const locationId = counts.get(place);
      return variantId === null || locationId === undefined ? [] : [{ listingId: id, place, available, variantId, locationId }];
    }),
  );
  const variantIds = [...new Set((await uncounted(tx, told)).map(({ variantId }) => variantId))];
  if (variantIds.length === 0) return [];
  // Somebody may be counting them at this moment: then theirs is the first figure.
  await lockVariants(tx, variantIds);
  const first = await uncounted(tx, told);
  const believed = await believedCounts(tx, first);
  const lines = first.map(
    ({ listingId, place, available, variantId, locationId }): StockLine => ({
      variantId,
      locationId,
      delta: believed.get(levelKey(listingId, place)) ?? available,
      type: 'baseline',
      documentKind: 'store',
      documentId: store.id,
      note: null,
      createdBy: null,
    }),
  );
  await book(tx, lines, now);
  return lines.map((line) => line.variantId);
}

/** What a listing's place says of our location. */
interface Told {
  listingId: string;
  place: string;
  available: number;
  variantId: string;
  locationId: string;
}

/** Our location whose first figures are told at each place. */
async function countedPlaces(tx: Transaction, store: StoreRow, isSource: boolean): Promise<Map<string, string>> {
  const places = await readPlaces(tx, store);
  const counted = new Map<string, string>();
  const note = (locationId: string) => {
    const place = placeOf(store.settings, locationId);
    if (place !== null && !counted.has(place)) counted.set(place, locationId);
  };
  for (const id of places.owned) note(id);
  if (!isSource) return counted;
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from inventory_locations where organization_id = ${tx.organizationId} and is_default and owner_store_id is null`);
  for (const { id } of rows) note(id);
  return counted;
}

/** What is said first of a variant that is not counted there, and is no bundle: that has no stock of its own. */
async function uncounted(tx: Transaction, told: readonly Told[]): Promise<Told[]> {
  const variantIds = sql`${sql.param(told.map(({ variantId }) => variantId))}::uuid[]`;
  const locationIds = sql`${sql.param([...new Set(told.map(({ locationId }) => locationId))])}::uuid[]`;
  const { rows } = await tx.execute<{ variant_id: string; location_id: string }>(sql`
    select variant_id, location_id from inventory_items where organization_id = ${tx.organizationId} and variant_id = any(${variantIds})
      and location_id = any(${locationIds})
    union all
    select v.id, w.id from product_variants v, unnest(${locationIds}) as w(id)
    where v.organization_id = ${tx.organizationId} and v.is_bundle and v.id = any(${variantIds})`);
  const key = (variantId: string, locationId: string): string => `${variantId}\n${locationId}`;
  const known = new Set(rows.map((row) => key(row.variant_id, row.location_id)));
  return told.filter(({ variantId, locationId }) => {
    const isNew = !known.has(key(variantId, locationId));
    known.add(key(variantId, locationId));
    return isNew;
  });
}

/**
 * What we believe to stand at listings that were seen before, and were not counted then. Readings are adopted as differences
 * from it, so the book begins with it: had the book begun with a newer figure of the page, the difference between the two
 * would be booked once more.
 */
async function believedCounts(tx: Transaction, told: readonly Told[]): Promise<Map<string, number>> {
  const result = await tx.execute<{ listing_id: string; place: string; remote: number }>(sql`
    select listing_id, remote_location_id as place, remote from listing_levels where organization_id = ${tx.organizationId} and remote is not null
      and listing_id = any(${sql.param(told.map(({ listingId }) => listingId))}::uuid[])`);
  return new Map(result.rows.map((row) => [levelKey(row.listing_id, row.place), row.remote]));
}
