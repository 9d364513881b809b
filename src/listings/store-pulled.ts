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
import { adoptIntoCatalog } from '#listings/adopt-catalog.ts';
import { causesChanged, ofListings, ofVariants } from '#listings/changes.ts';
import { lockLevels, priceLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent } from '#listings/level-state.ts';
import { adoptFirstPrices, holdForeignPrices, nameCurrencies } from '#listings/page-prices.ts';
import { lockLevelsOf } from '#listings/recompute.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreRow } from '#stores/stores-store.ts';

export interface StoredPage {
  listings: number;
  created: number;
  gone: number;
}

/** One listing of a page with the row it became. */
export interface PulledListing {
  id: string;
  variantId: string | null;
  status: 'linked' | 'unlinked' | 'ignored';
  linkedBy: string | null;
  unlinkedByHand: boolean;
  isNew: boolean;
  product: RemoteProduct;
  listing: RemoteListing;
}

/** Runs inside the caller's transaction (which holds the store's fence). `isSource`: this store's catalog becomes ours. */
export async function storePulled(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  products: readonly RemoteProduct[],
  isSource: boolean,
): Promise<StoredPage> {
  const now = hub.clock.now();
  const pulled = await upsertListings(tx, store, products, now);
  await holdForeignPrices(tx, store.id, pulled, now);
  if (isSource) {
    await adoptIntoCatalog(hub, tx, store, pulled, now);
    await adoptFirstPrices(tx, pulled, now);
  }
  await seedLevels(tx, store, pulled, now);
  const gone = await markGone(tx, store, products, now);
  // A page may bring a listing back, or make it tracked; the source store's makes a variant counted wherever it is sold.
  const variantIds = isSource ? pulled.flatMap((row) => row.variantId ?? []) : [];
  const touched = sql`(${ofListings([...pulled.map((row) => row.id), ...gone])} or ${ofVariants(variantIds)})`;
  await lockLevelsOf(tx, touched);
  await nameCurrencies(tx, pulled, now);
  await compareWithPage(tx, pulled, now);
  await saveCompareAt(tx, pulled, now);
  await causesChanged(hub, tx, touched);
  return { listings: pulled.length, created: pulled.filter((row) => row.isNew).length, gone: gone.length };
}

async function upsertListings(
  tx: Transaction,
  store: StoreRow,
  products: readonly RemoteProduct[],
  now: Date,
): Promise<PulledListing[]> {
  const shown = products.flatMap((product) => product.listings.map((listing) => ({ product, listing })));
  // A page that names one twice (it changed while the platform was paging) is taken at its last word.
  const sources = [...new Map(shown.map((one) => [`${one.product.id}\n${one.listing.id}`, one])).values()];
  if (sources.length === 0) return [];
  const rows = sources.map(({ product, listing }) => ({
    id: newId(),
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
    state: product.status === 'active' && listing.state === 'live' ? 'live' : 'inactive',
    stock_policy: listing.stockPolicy,
  }));
  const result = await tx.execute<{
    id: string;
    platform_product_id: string;
    platform_variant_id: string;
    status: PulledListing['status'];
    variant_id: string | null;
    linked_by: string | null;
    unlinked_by_hand: boolean;
    created: boolean;
  }>(sql`
    insert into listings as i (organization_id, id, store_id, status, platform_product_id, platform_variant_id, platform_inventory_id, product_title,
      variant_title, sku, sku_key, barcode, barcode_key, options, image_url, url, state, stock_policy, last_seen_at, created_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, ${store.id}::uuid, 'unlinked', x.platform_product_id, x.platform_variant_id, x.platform_inventory_id, x.product_title,
      x.variant_title, x.sku, x.sku_key, x.barcode, x.barcode_key, x.options, x.image_url, x.url, x.state, x.stock_policy, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, platform_product_id text, platform_variant_id text, platform_inventory_id text,
      product_title text, variant_title text, sku text, sku_key text, barcode text, barcode_key text, options jsonb, image_url text, url text, state text, stock_policy text)
    order by x.platform_product_id, x.platform_variant_id
    on conflict (organization_id, store_id, platform_product_id, platform_variant_id) do update set platform_inventory_id = excluded.platform_inventory_id,
      product_title = excluded.product_title, variant_title = excluded.variant_title, sku = excluded.sku, sku_key = excluded.sku_key, barcode = excluded.barcode,
      barcode_key = excluded.barcode_key, options = excluded.options, image_url = excluded.image_url, url = excluded.url, state = excluded.state,
      stock_policy = excluded.stock_policy, last_seen_at = excluded.last_seen_at, updated_at = excluded.updated_at
    returning i.id, i.platform_product_id, i.platform_variant_id, i.status, i.variant_id, i.linked_by, i.unlinked_at is not null as unlinked_by_hand, (xmax = 0) as created`);
  const byRemote = new Map(result.rows.map((row) => [`${row.platform_product_id}\n${row.platform_variant_id}`, row]));
  return sources.flatMap(({ product, listing }) => {
    const row = byRemote.get(`${product.id}\n${listing.id}`);
    return row === undefined
      ? []
      : [
          {
            id: row.id,
            variantId: row.variant_id,
            status: row.status,
            linkedBy: row.linked_by,
            unlinkedByHand: row.unlinked_by_hand,
            isNew: row.created,
            product,
            listing,
          },
        ];
  });
}

/** Level rows for what we see for the first time; what was pulled counts as known for them. */
async function seedLevels(tx: Transaction, store: StoreRow, pulled: readonly PulledListing[], now: Date): Promise<void> {
  const levels = pulled.flatMap((row) =>
    row.listing.levels.map((level) => ({ id: newId(), listing_id: row.id, place: level.locationId, remote: level.available })),
  );
  await tx.execute(sql`
    insert into listing_levels (organization_id, id, listing_id, store_id, remote_location_id, remote, knowledge, last_read_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, x.listing_id, ${store.id}::uuid, x.place, x.remote, 'known', ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(levels)}::json) as x(id uuid, listing_id uuid, place text, remote integer)
    on conflict (organization_id, listing_id, remote_location_id) do nothing`);
  const prices = pulled.map((row) => ({
    id: newId(),
    listing_id: row.id,
    currency: row.listing.price?.currency ?? store.currency,
    remote: row.listing.price?.amount ?? null,
    compare_at: row.listing.compareAtPrice?.amount ?? null,
  }));
  await tx.execute(sql`
    insert into listing_prices (organization_id, id, listing_id, store_id, currency, remote, remote_compare_at, knowledge, last_read_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, x.listing_id, ${store.id}::uuid, x.currency, x.remote, x.compare_at, 'known', ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(prices)}::json) as x(id uuid, listing_id uuid, currency text, remote numeric, compare_at numeric)
    on conflict (organization_id, listing_id) do nothing`);
}

async function saveCompareAt(tx: Transaction, pulled: readonly PulledListing[], now: Date): Promise<void> {
  const seen = pulled.map((row) => ({ listing_id: row.id, amount: row.listing.compareAtPrice?.amount ?? null }));
  await tx.execute(sql`
    update listing_prices p set remote_compare_at = x.amount, updated_at = ${now}
    from json_to_recordset(${JSON.stringify(seen)}::json) as x(listing_id uuid, amount numeric)
    where p.organization_id = ${tx.organizationId} and p.listing_id = x.listing_id and p.remote_compare_at is distinct from x.amount`);
}

/** Where the page shows something else than what is known, the level is to be read; where it shows our last write, that took effect. */
async function compareWithPage(tx: Transaction, pulled: readonly PulledListing[], now: Date): Promise<void> {
  const seenQuantity = new Map(
    pulled.flatMap((row) => row.listing.levels.map((level) => [`${row.id}\n${level.locationId}`, level.available])),
  );
  const seenPrice = new Map(pulled.map((row) => [row.id, row.listing.price?.amount ?? null]));
  const differing = await tx.execute<{ id: string; kind: string }>(sql`
    select l.id, 'quantity' as kind from listing_levels l
      join json_to_recordset(${JSON.stringify([...seenQuantity].map(([key, value]) => ({ listing_id: key.split('\n')[0], place: key.split('\n')[1], value })))}::json)
        as x(listing_id uuid, place text, value integer) on l.listing_id = x.listing_id and l.remote_location_id = x.place
      where l.organization_id = ${tx.organizationId} and l.knowledge = 'known'
        and (l.remote is distinct from x.value or l.replaced_value is not null or l.unconfirmed > 0)
    union all
    select l.id, 'price' from listing_prices l
      join json_to_recordset(${JSON.stringify([...seenPrice].map(([listing_id, value]) => ({ listing_id, value })))}::json) as x(listing_id uuid, value numeric)
        on l.listing_id = x.listing_id
      where l.organization_id = ${tx.organizationId} and l.knowledge = 'known'
        and (l.remote is distinct from x.value or l.replaced_value is not null or l.unconfirmed > 0)`);
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
