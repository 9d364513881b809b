/** Level rows for what a page shows for the first time; what was pulled counts as known for them. */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import { readCauses } from '#listings/causes.ts';
import { canonicalOf, ofListings } from '#listings/changes.ts';
import { firstSeen, insertLevels, type LevelRow, priceLevels, quantityLevels } from '#listings/level-rows.ts';
import { isWork } from '#listings/level-state.ts';
import { recomputed } from '#listings/recompute.ts';
import type { PulledListing } from '#listings/store-pulled.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreRow } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';

/**
 * New listings get all their levels as they are to be; known ones those that they lack, and are returned: what their new
 * levels should say is still to be found.
 */
export async function seedLevels(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  pulled: readonly PulledListing[],
  now: Date,
): Promise<string[]> {
  // The rate that a price in another currency follows is found by its row.
  const complete = pulled.filter((row) => row.isNew && (row.listing.price?.currency ?? store.currency) === store.currency);
  const done = new Set(complete);
  await insertComplete(hub, tx, store, complete, now);
  return await insertMissing(
    tx,
    store,
    pulled.filter((row) => !done.has(row)),
    now,
  );
}

/** One row each, written once: nobody else can have seen these listings yet. */
async function insertComplete(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  pulled: readonly PulledListing[],
  now: Date,
): Promise<void> {
  if (pulled.length === 0) return;
  const causes = await readCauses(tx, ofListings(pulled.map((row) => row.id)), now);
  // The levels are not there yet.
  for (const { id, listing } of pulled) {
    const cause = causes.get(id);
    if (cause !== undefined && cause.places !== null) cause.places = listing.levels.map(({ locationId }) => locationId);
  }
  const quantities = pulled.flatMap(({ id: listingId, listing }) =>
    listing.levels.map(({ locationId: remoteLocationId, available }) =>
      firstSeen<number>({ id: newId(), listingId, storeId: store.id, remoteLocationId, currency: '' }, available, now),
    ),
  );
  const prices = pulled.map(({ id: listingId, listing }) => ({
    ...firstSeen<string>(
      { id: newId(), listingId, storeId: store.id, remoteLocationId: '', currency: store.currency },
      listing.price?.amount ?? null,
      now,
    ),
    compareAt: { desired: null, remote: listing.compareAtPrice?.amount ?? null },
  }));
  const found = recomputed({ quantities, prices }, causes, { canonical: canonicalOf(hub), now });
  const wanted = <V, R extends LevelRow<V>>(rows: readonly R[], changed: readonly LevelRow<V>[]): R[] => {
    const byId = new Map(changed.map((row) => [row.id, row]));
    return rows.map((row) => ({ ...row, ...byId.get(row.id) }));
  };
  const seededQuantities = wanted(quantities, found.quantities);
  const seededPrices = wanted(prices, found.prices);
  await insertLevels(tx, quantityLevels, seededQuantities, now);
  await insertLevels(tx, priceLevels, seededPrices, now);
  const work =
    seededQuantities.some((row) => isWork(row.level, quantityLevels.same)) ||
    seededPrices.some((row) => isWork(row.level, priceLevels.same));
  if (work) await workFor(hub, tx, [store.id]);
}

async function insertMissing(tx: Transaction, store: StoreRow, pulled: readonly PulledListing[], now: Date): Promise<string[]> {
  if (pulled.length === 0) return [];
  const levels = pulled.flatMap((row) =>
    row.listing.levels.map((level) => ({ id: newId(), listing_id: row.id, place: level.locationId, remote: level.available })),
  );
  const seededLevels = await tx.execute<{ listing_id: string }>(sql`
    insert into listing_levels (organization_id, id, listing_id, store_id, remote_location_id, remote, knowledge, last_read_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, x.listing_id, ${store.id}::uuid, x.place, x.remote, 'known', ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(levels)}::json) as x(id uuid, listing_id uuid, place text, remote integer)
    on conflict (organization_id, listing_id, remote_location_id) do nothing returning listing_id`);
  const prices = pulled.map((row) => ({
    id: newId(),
    listing_id: row.id,
    currency: row.listing.price?.currency ?? store.currency,
    remote: row.listing.price?.amount ?? null,
    compare_at: row.listing.compareAtPrice?.amount ?? null,
  }));
  const seededPrices = await tx.execute<{ listing_id: string }>(sql`
    insert into listing_prices (organization_id, id, listing_id, store_id, currency, remote, remote_compare_at, knowledge, last_read_at, updated_at)
    select ${tx.organizationId}::uuid, x.id, x.listing_id, ${store.id}::uuid, x.currency, x.remote, x.compare_at, 'known', ${now}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(prices)}::json) as x(id uuid, listing_id uuid, currency text, remote numeric, compare_at numeric)
    on conflict (organization_id, listing_id) do nothing returning listing_id`);
  return [...seededLevels.rows, ...seededPrices.rows].map((row) => row.listing_id);
}
