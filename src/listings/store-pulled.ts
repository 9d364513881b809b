/**
 * Stores one page of what a store shows. Idempotent: the same page twice changes nothing.
 *
 * A pulled quantity or price is a hint: where it differs from what is known, the level becomes unknown and is read under
 * the fence. Only for a level that we have never seen does it count at once, for nothing can have been written to it.
 */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import { barcodeKey, comparisonKey } from '#catalog/catalog.ts';
import type { RemoteListing, RemoteProduct } from '#connectors/connector.ts';
import type { Transaction } from '#db/transaction.ts';
import { adoptIntoCatalog, countFirst } from '#listings/adopt-catalog.ts';
import { causesChanged, ofListings, ofVariants } from '#listings/changes.ts';
import { lockLevels, priceLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent } from '#listings/level-state.ts';
import { adoptFirstPrices, holdForeignPrices, nameCurrencies } from '#listings/page-prices.ts';
import { lockLevelsOf } from '#listings/recompute.ts';
import { seedLevels } from '#listings/seed-levels.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreRow } from '#stores/stores-store.ts';

export interface StoredPage {
  listings: number;
  created: number;
  gone: number;
}

/** One listing of a page with the row that it is, or becomes. */
export interface PulledListing {
  id: string;
  variantId: string | null;
  status: 'linked' | 'unlinked' | 'ignored';
  linkedBy: string | null;
  unlinkedByHand: boolean;
  isNew: boolean;
  /** What this listing should say may follow from something that the page has changed. */
  causesChanged: boolean;
  product: RemoteProduct;
  listing: RemoteListing;
}

/**
 * Runs inside the caller's transaction (which holds the store's fence). `isSource`: this store's catalog becomes ours.
 *
 * Most pages of most pulls show what is known already. So what a page changes is found first, without a lock, and only that
 * is locked, compared again and recomputed.
 */
export async function storePulled(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  shown: readonly RemoteProduct[],
  isSource: boolean,
): Promise<StoredPage> {
  const now = hub.clock.now();
  const { products, pulled } = await matchListings(tx, store, shown);
  const known = pulled.filter((row) => !row.isNew);
  await holdForeignPrices(tx, store.id, known, now);
  // What the source store shows makes a variant counted, or priced, wherever it is sold.
  const variantIds = isSource
    ? [...(await adoptIntoCatalog(hub, tx, store, pulled, now)), ...(await adoptFirstPrices(tx, store.id, known, now))]
    : await countFirst(tx, store, pulled, now, false);
  await upsertListings(tx, store, pulled, now);
  const seeded = await seedLevels(hub, tx, store, pulled, now);
  const gone = await markGone(tx, store, products, now);
  const differing = await differingListings(tx, known);
  // A page may bring a listing back, or make it tracked.
  const changed = known.filter((row) => row.causesChanged).map((row) => row.id);
  const listingIds = new Set([...changed, ...seeded, ...gone, ...differing]);
  const counts = { listings: pulled.length, created: pulled.length - known.length, gone: gone.length };
  if (listingIds.size === 0 && variantIds.length === 0) return counts;
  const touched =
    variantIds.length === 0 ? ofListings([...listingIds]) : sql`(${ofListings([...listingIds])} or ${ofVariants(variantIds)})`;
  const compared = known.filter((row) => listingIds.has(row.id));
  if (compared.length > 0) {
    await lockLevelsOf(tx, touched);
    await nameCurrencies(tx, compared, now);
    await compareWithPage(tx, compared, now);
    await saveCompareAt(tx, compared, now);
  }
  await causesChanged(hub, tx, touched);
  return counts;
}

interface StoredListing extends Record<string, unknown> {
  id: string;
  platform_product_id: string;
  platform_variant_id: string;
  status: PulledListing['status'];
  variant_id: string | null;
  linked_by: string | null;
  unlinked_by_hand: boolean;
  state: string;
  stock_policy: string;
  platform_updated_at: Date | null;
}

const remoteKey = (productId: string, variantId: string): string => `${productId}\n${variantId}`;

/**
 * The page's listings with the rows that they are, or will be. One page of a store at a time: what is new here is new.
 * Without products of which a newer state was stored: a page of a long pull, or an export, may be older than what a hint
 * has brought meanwhile.
 */
async function matchListings(
  tx: Transaction,
  store: StoreRow,
  shown: readonly RemoteProduct[],
): Promise<{ products: RemoteProduct[]; pulled: PulledListing[] }> {
  await tx.execute(sql`select pg_advisory_xact_lock(${pageLock}, hashtext(${store.id}))`);
  const stored = await tx.execute<StoredListing>(sql`
    select id, platform_product_id, platform_variant_id, status, variant_id, linked_by, unlinked_at is not null as unlinked_by_hand, state, stock_policy,
      platform_updated_at
    from listings where organization_id = ${tx.organizationId} and store_id = ${store.id}
      and platform_product_id = any(${sql.param(shown.map((product) => product.id))}::text[])
    order by platform_product_id, platform_variant_id for no key update`);
  const byRemote = new Map(stored.rows.map((row) => [remoteKey(row.platform_product_id, row.platform_variant_id), row]));
  const newest = new Map<string, number>();
  for (const { id, updatedAt } of [
    ...stored.rows.map((row) => ({ id: row.platform_product_id, updatedAt: row.platform_updated_at })),
    ...shown,
  ])
    if (updatedAt !== null) newest.set(id, Math.max(newest.get(id) ?? 0, new Date(updatedAt).getTime()));
  const products = shown.filter(({ id, updatedAt }) => updatedAt === null || Date.parse(updatedAt) >= (newest.get(id) ?? 0));
  const listings = products.flatMap((product) => product.listings.map((listing) => ({ product, listing })));
  // A page that names one twice (it changed while the platform was paging) is taken at its last word.
  const once = new Map(listings.map((one) => [remoteKey(one.product.id, one.listing.id), one]));
  const pulled = [...once].map(([key, { product, listing }]) => {
    const row = byRemote.get(key);
    return {
      id: row?.id ?? newId(),
      variantId: row?.variant_id ?? null,
      status: row?.status ?? 'unlinked',
      linkedBy: row?.linked_by ?? null,
      unlinkedByHand: row?.unlinked_by_hand ?? false,
      isNew: row === undefined,
      causesChanged: row?.state !== stateOf(product, listing) || row.stock_policy !== listing.stockPolicy,
      ...{ product, listing },
    };
  });
  return { products, pulled };
}

/** Any number that nothing else takes: the first of the two that name a lock. */
const pageLock = 7_205_759;

const stateOf = (product: RemoteProduct, listing: RemoteListing): 'live' | 'inactive' =>
  product.status === 'active' && listing.state === 'live' ? 'live' : 'inactive';

/** New ones are linked as their row here says; of known ones the link is left as it is. */
async function upsertListings(tx: Transaction, store: StoreRow, pulled: readonly PulledListing[], now: Date): Promise<void> {
  if (pulled.length === 0) return;
  const rows = pulled.map(({ id, status, variantId, linkedBy, product, listing }) => ({
    id,
    status,
    variant_id: variantId,
    linked_by: linkedBy,
    platform_product_id: product.id,
    platform_variant_id: listing.id,
    platform_inventory_id: listing.inventoryId,
    product_title: product.title,
    variant_title: listing.title,
    sku: listing.sku,
    sku_key: comparisonKey(listing.sku),
    barcode: listing.barcode,
    barcode_key: barcodeKey(listing.barcode),
    options: listing.options,
    image_url: (product.images.find((image) => listing.imageIds.includes(image.id)) ?? product.images[0])?.url ?? null,
    url: product.url,
    state: stateOf(product, listing),
    stock_policy: listing.stockPolicy,
    platform_updated_at: product.updatedAt,
  }));
  await tx.execute(sql`
    insert into listings as i (organization_id, id, store_id, status, variant_id, linked_by, linked_at, platform_product_id, platform_variant_id,
      platform_inventory_id, product_title, variant_title, sku, sku_key, barcode, barcode_key, options, image_url, url, state, stock_policy,
      platform_updated_at, last_seen_at, created_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, ${store.id}::uuid, x.status, x.variant_id, x.linked_by, case when x.status = 'linked' then ${now}::timestamptz end,
      x.platform_product_id, x.platform_variant_id, x.platform_inventory_id, x.product_title, x.variant_title, x.sku, x.sku_key, x.barcode, x.barcode_key,
      x.options, x.image_url, x.url, x.state, x.stock_policy, x.platform_updated_at, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, status text, variant_id uuid, linked_by text, platform_product_id text,
      platform_variant_id text, platform_inventory_id text, product_title text, variant_title text, sku text, sku_key text, barcode text, barcode_key text,
      options jsonb, image_url text, url text, state text, stock_policy text,
      platform_updated_at timestamptz)
    order by x.platform_product_id, x.platform_variant_id
    on conflict (organization_id, store_id, platform_product_id, platform_variant_id) do update set platform_inventory_id = excluded.platform_inventory_id,
      product_title = excluded.product_title, variant_title = excluded.variant_title, sku = excluded.sku, sku_key = excluded.sku_key, barcode = excluded.barcode,
      barcode_key = excluded.barcode_key, options = excluded.options, image_url = excluded.image_url, url = excluded.url, state = excluded.state,
      stock_policy = excluded.stock_policy, platform_updated_at = excluded.platform_updated_at, last_seen_at = excluded.last_seen_at, updated_at = excluded.updated_at`);
}

async function saveCompareAt(tx: Transaction, pulled: readonly PulledListing[], now: Date): Promise<void> {
  const seen = pulled.map((row) => ({ listing_id: row.id, amount: row.listing.compareAtPrice?.amount ?? null }));
  await tx.execute(sql`
    update listing_prices p set remote_compare_at = x.amount, updated_at = ${now}
    from json_to_recordset(${JSON.stringify(seen)}::json) as x(listing_id uuid, amount numeric)
    where p.organization_id = ${tx.organizationId} and p.listing_id = x.listing_id and p.remote_compare_at is distinct from x.amount`);
}

/** What a page shows of levels and prices, as tables `q` and `x`, and where it says something that we do not know. */
function shownFigures(pulled: readonly PulledListing[]) {
  const quantities = pulled.flatMap((row) =>
    row.listing.levels.map((level) => ({ listing_id: row.id, place: level.locationId, value: level.available })),
  );
  const prices = pulled.map(({ id, listing }) => ({
    listing_id: id,
    value: listing.price?.amount ?? null,
    currency: listing.price?.currency ?? null,
    compare_at: listing.compareAtPrice?.amount ?? null,
  }));
  return {
    quantities: sql`json_to_recordset(${JSON.stringify(quantities)}::json) as q(listing_id uuid, place text, value integer)`,
    prices: sql`json_to_recordset(${JSON.stringify(prices)}::json) as x(listing_id uuid, value numeric, currency text, compare_at numeric)`,
  };
}

const quantityDiffers = sql`l.knowledge = 'known' and (l.remote is distinct from q.value or l.replaced_value is not null or l.unconfirmed > 0)`;
const priceDiffers = sql`l.knowledge = 'known' and (l.remote is distinct from x.value or l.replaced_value is not null or l.unconfirmed > 0)`;

/** Listings about which the page says something else than we know, or that is news. Read without a lock. */
async function differingListings(tx: Transaction, pulled: readonly PulledListing[]): Promise<string[]> {
  if (pulled.length === 0) return [];
  const { quantities, prices } = shownFigures(pulled);
  const result = await tx.execute<{ listing_id: string }>(sql`
    select l.listing_id from ${quantities} join listing_levels l on l.organization_id = ${tx.organizationId} and l.listing_id = q.listing_id
      and l.remote_location_id = q.place where ${quantityDiffers}
    union
    select l.listing_id from ${prices} join listing_prices l on l.organization_id = ${tx.organizationId} and l.listing_id = x.listing_id
      where (${priceDiffers}) or l.currency <> x.currency or l.remote_compare_at is distinct from x.compare_at`);
  return result.rows.map((row) => row.listing_id);
}

/** Where the page shows something else than what is known, the level is to be read; where it shows our last write, that took effect. */
async function compareWithPage(tx: Transaction, pulled: readonly PulledListing[], now: Date): Promise<void> {
  const seenQuantity = new Map(
    pulled.flatMap((row) => row.listing.levels.map((level) => [`${row.id}\n${level.locationId}`, level.available])),
  );
  const seenPrice = new Map(pulled.map((row) => [row.id, row.listing.price?.amount ?? null]));
  const { quantities: shownQuantities, prices: shownPrices } = shownFigures(pulled);
  const differing = await tx.execute<{ id: string; kind: string }>(sql`
    select l.id, 'quantity' as kind from ${shownQuantities} join listing_levels l on l.organization_id = ${tx.organizationId}
      and l.listing_id = q.listing_id and l.remote_location_id = q.place where ${quantityDiffers}
    union all
    select l.id, 'price' from ${shownPrices} join listing_prices l on l.organization_id = ${tx.organizationId}
      and l.listing_id = x.listing_id where ${priceDiffers}`);
  const ids = (kind: string) => differing.rows.filter((row) => row.kind === kind).map((row) => row.id);
  const quantities = await lockLevels(tx, quantityLevels, sql`l.id = any(${sql.param(ids('quantity'))}::uuid[])`);
  const prices = await lockLevels(tx, priceLevels, sql`l.id = any(${sql.param(ids('price'))}::uuid[])`);
  const comparedQuantities = quantities.map((row) => {
    const value = seenQuantity.get(`${row.listingId}\n${row.remoteLocationId}`) ?? null;
    return { ...row, level: afterEvent(row.level, { kind: 'seen', value }, quantityLevels.same) };
  });
  const comparedPrices = prices.map((row) => {
    const value = seenPrice.get(row.listingId) ?? null;
    return { ...row, level: afterEvent(row.level, { kind: 'seen', value }, priceLevels.same) };
  });
  await saveLevels(tx, quantityLevels, comparedQuantities, now);
  await saveLevels(tx, priceLevels, comparedPrices, now);
}

/** A product's page shows all its variants: those of ours that are not among them are gone from the platform. */
async function markGone(tx: Transaction, store: StoreRow, products: readonly RemoteProduct[], now: Date): Promise<string[]> {
  const seen = products.flatMap((product) => product.listings.map((listing) => ({ product: product.id, variant: listing.id })));
  const result = await tx.execute<{ id: string }>(sql`
    update listings i set state = 'gone', updated_at = ${now}
    where i.organization_id = ${tx.organizationId} and i.store_id = ${store.id} and i.state <> 'gone'
      and i.platform_product_id = any(${sql.param(products.map((product) => product.id))}::text[])
      and not exists (select 1 from json_to_recordset(${JSON.stringify(seen)}::json) as x(product text, variant text)
        where x.product = i.platform_product_id and x.variant = i.platform_variant_id)
    returning i.id`);
  return result.rows.map((row) => row.id);
}

/** Products that the platform says are deleted. Links stay; nothing more is pushed to them. */
export async function storeDeleted(hub: Hub, tx: Transaction, store: StoreRow, productIds: readonly string[]): Promise<number> {
  if (productIds.length === 0) return 0;
  const result = await tx.execute<{ id: string }>(sql`
    update listings set state = 'gone', updated_at = ${hub.clock.now()}
    where organization_id = ${tx.organizationId} and store_id = ${store.id} and state <> 'gone'
      and platform_product_id = any(${sql.param([...productIds])}::text[]) returning id`);
  await causesChanged(hub, tx, ofListings(result.rows.map((row) => row.id)));
  return result.rows.length;
}
