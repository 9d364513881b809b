import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import type { PlaceSettings, Places } from '#stores/places.ts';

/** Where a store shows our locations. The settings are its own. */
export async function readPlaces(tx: Transaction, store: { id: string; settings: PlaceSettings }): Promise<Places> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from inventory_locations where organization_id = ${tx.organizationId} and owner_store_id = ${store.id} and is_active
    order by is_default desc, id`);
  return { settings: store.settings, owned: rows.map(({ id }) => id) };
}

/** By store: our open locations that it counts. */
export async function ownedByStore(tx: Transaction): Promise<Map<string, string[]>> {
  const { rows } = await tx.execute<{ store: string; ids: string[] }>(sql`
    select owner_store_id as store, array_agg(id order by is_default desc, id) as ids from inventory_locations
    where organization_id = ${tx.organizationId} and is_active and owner_store_id is not null group by 1`);
  return new Map(rows.map(({ store, ids }) => [store, ids]));
}

/** Our open locations, in the order in which units are taken from them. */
export async function openLocationIds(tx: Transaction): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from inventory_locations where organization_id = ${tx.organizationId} and is_active order by priority, is_default desc, id`);
  return rows.map(({ id }) => id);
}
