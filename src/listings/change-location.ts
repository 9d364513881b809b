/** Places that hold stock. Opening or closing one changes what every store may sell, so all of them are recomputed. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import { book } from '#inventory/book.ts';
import { lockVariants } from '#listings/changes.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { countsSafely } from '#stores/counts-safely.ts';
import type { Hub } from '#stores/hub.ts';
import { ownedAt, placeOf } from '#stores/places.ts';
import { readPlaces } from '#stores/read-places.ts';
import { lockStores, pullWhole } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';

export interface LocationChange {
  name?: string | undefined;
  address?: Record<string, string> | undefined;
  /** The lower, the earlier it is taken from. */
  priority?: number | undefined;
  isActive?: boolean | undefined;
  /** Takes the place of the default location that was; the store that counted that one counts it from now on. */
  isDefault?: true | undefined;
  /** The store that counts it; null: we do. */
  ownerStoreId?: string | null | undefined;
}

export async function openLocation(hub: Hub, actor: Actor, input: LocationChange & { name: string }): Promise<string> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const id = newId();
    await assertNameFree(tx, input.name, id);
    await tx.execute(sql`
      insert into inventory_locations (organization_id, id, name, address, is_default, is_active, priority, created_at)
      values (${tx.organizationId}, ${id}, ${input.name}, ${JSON.stringify(input.address ?? {})}::jsonb, false, true, ${input.priority ?? 0}, ${now})`);
    await audit(tx, actor, 'location.opened', 'location', id, { name: input.name }, now);
    return id;
  });
}

/** What of a location stores may follow. */
export interface LocationState {
  name: string;
  isActive: boolean;
  isDefault: boolean;
  ownerStoreId: string | null;
  /** Which one is the default now; null: none is. And which store counts it. */
  defaultId: string | null;
  defaultOwnerId: string | null;
}

/** Throws not_found. */
export async function readLocation(tx: Transaction, locationId: string): Promise<LocationState> {
  const { rows } = await tx.execute<LocationState & Record<string, unknown>>(sql`
    select w.name, w.is_active as "isActive", w.is_default as "isDefault", w.owner_store_id as "ownerStoreId",
      d.id as "defaultId", d.owner_store_id as "defaultOwnerId" from inventory_locations w
    left join inventory_locations d on d.organization_id = w.organization_id and d.is_default
    where w.organization_id = ${tx.organizationId} and w.id = ${locationId} for no key update of w`);
  const [found] = rows;
  if (found === undefined) throw new AppError('not_found', 'There is no such location. Reload the page.');
  return found;
}

/** Whether what stores may sell follows from it. */
export const movesStock = (before: LocationState, change: LocationChange): boolean =>
  (change.isDefault === true && !before.isDefault) ||
  (change.isActive !== undefined && change.isActive !== before.isActive) ||
  (change.ownerStoreId !== undefined && change.ownerStoreId !== before.ownerStoreId);

/**
 * Changes a location; where stores' figures follow, they are recomputed by their next turns: then the caller holds the
 * stores' rows. The default location cannot be closed: it is what the source store counts. Throws not_found and conflict.
 */
export async function changeLocationIn(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  locationId: string,
  change: LocationChange,
): Promise<void> {
  const now = hub.clock.now();
  const before = await readLocation(tx, locationId);
  await writeLocation(hub, tx, locationId, change);
  await audit(tx, actor, 'location.changed', 'location', locationId, { ...change, address: undefined }, now);
  if (!movesStock(before, change)) return;
  await recomputeAll(hub, tx, now);
  if (change.ownerStoreId !== undefined && change.ownerStoreId !== null) await pullWhole(tx, change.ownerStoreId, now);
}

/**
 * What the source store counted at the former default location is counted here from now on: none of it is here yet.
 * Uncounted, its figure would be taken for a first count, and its units would be in the book twice. Of orders the count
 * contains what the former one does.
 */
async function countAsFormer(tx: Transaction, locationId: string, formerId: string, now: Date): Promise<void> {
  const seen = await countedAtFormerAlone(tx, locationId, formerId);
  await lockVariants(
    tx,
    seen.map(({ id }) => id),
  );
  // Somebody may have been counting them here at this moment: then theirs is the figure.
  const rows = await countedAtFormerAlone(tx, locationId, formerId);
  const variantIds = rows.map(({ id }) => id);
  const line = { locationId, delta: 0, type: 'baseline', documentKind: 'store', note: null, createdBy: null } as const;
  await book(
    tx,
    rows.map(({ id, source }) => ({ ...line, variantId: id, documentId: source })),
    now,
  );
  await tx.execute(sql`
    update inventory_items h set baseline_at = n.baseline_at, baseline_kind = n.baseline_kind from inventory_items n
    where h.organization_id = ${tx.organizationId} and h.location_id = ${locationId} and h.variant_id = any(${sql.param(variantIds)}::uuid[])
      and n.organization_id = h.organization_id and n.variant_id = h.variant_id and n.location_id = ${formerId}`);
}

/** Variants of the source store, with that store. */
async function countedAtFormerAlone(
  tx: Transaction,
  locationId: string,
  formerId: string,
): Promise<{ id: string; source: string }[]> {
  const { rows } = await tx.execute<{ id: string; source: string }>(sql`
    select n.variant_id as id, o.source_store_id as source from inventory_items n
    join organization_settings o on o.organization_id = n.organization_id
    where n.organization_id = ${tx.organizationId} and n.location_id = ${formerId}
      and exists (select from listings i where i.organization_id = n.organization_id and i.variant_id = n.variant_id
        and i.store_id = o.source_store_id and i.status = 'linked')
      and not exists (select from inventory_items h
        where h.organization_id = n.organization_id and h.variant_id = n.variant_id and h.location_id = ${locationId})`);
  return rows;
}

/** The rows alone: no store learns of it. Throws as `changeLocationIn`. */
export async function writeLocation(hub: Hub, tx: Transaction, locationId: string, change: LocationChange): Promise<void> {
  const now = hub.clock.now();
  const before = await readLocation(tx, locationId);
  if (before.isDefault && change.isActive === false)
    throw new AppError('conflict', 'The default location stays open: it is what your source store counts.');
  const becomesDefault = change.isDefault === true && !before.isDefault;
  if (becomesDefault && !(change.isActive ?? before.isActive))
    throw new AppError('conflict', 'A closed location cannot be the default one. Open it first.');
  if (change.isActive === false && before.ownerStoreId !== null && change.ownerStoreId !== null)
    throw new AppError(
      'conflict',
      `${await storeName(tx, before.ownerStoreId)} counts this location. Let StoreSync count it first, then close it.`,
    );
  if (becomesDefault && before.ownerStoreId !== null && before.ownerStoreId !== before.defaultOwnerId)
    throw new AppError(
      'conflict',
      `${await storeName(tx, before.ownerStoreId)} counts this location. Let StoreSync count it first, then make it the default one.`,
    );
  if (change.name !== undefined) await assertNameFree(tx, change.name, locationId);
  if (becomesDefault && before.defaultId !== null) await countAsFormer(tx, locationId, before.defaultId, now);
  if (becomesDefault)
    await tx.execute(sql`
      update inventory_locations set is_default = false, owner_store_id = null where organization_id = ${tx.organizationId} and is_default`);
  const owner =
    change.ownerStoreId === undefined ? (becomesDefault ? before.defaultOwnerId : before.ownerStoreId) : change.ownerStoreId;
  if (owner !== null && owner !== before.ownerStoreId && !becomesDefault) await assertCounts(hub, tx, owner, locationId);
  await tx.execute(sql`
    update inventory_locations set is_default = is_default or ${becomesDefault}, name = coalesce(${change.name ?? null}, name), address = coalesce(${change.address === undefined ? null : JSON.stringify(change.address)}::jsonb, address),
      priority = coalesce(${change.priority ?? null}::integer, priority), is_active = coalesce(${change.isActive ?? null}::boolean, is_active),
      owner_store_id = ${owner}
    where organization_id = ${tx.organizationId} and id = ${locationId}`);
}

async function recomputeAll(hub: Hub, tx: Transaction, now: Date): Promise<void> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    update stores set rules_version = rules_version + 1, updated_at = ${now} where organization_id = ${tx.organizationId} returning id`);
  await workFor(
    hub,
    tx,
    rows.map(({ id }) => id),
  );
}

/** A store counts a location that it shows at a place of its own, if its figure can be the count. Throws conflict. */
async function assertCounts(hub: Hub, tx: Transaction, storeId: string, locationId: string): Promise<void> {
  const refuse = (message: string) => new AppError('conflict', message, { issues: [{ path: 'ownerStoreId', message }] });
  const store = (await lockStores(tx)).find(({ id }) => id === storeId);
  if (store === undefined || store.status === 'disconnected')
    throw refuse('That store is not connected. Choose one that is, or StoreSync.');
  const manifest = hub.connectors[store.platform]?.manifest;
  if (manifest !== undefined && !countsSafely(manifest))
    throw refuse(
      `${manifest.name} does not say what a write replaces, so a sale there could be lost from the count. Let StoreSync count it; in the settings of ${store.name} you can have what is changed there taken over.`,
    );
  const place = placeOf(store.settings, locationId);
  if (place === null)
    throw refuse(`${store.name} shows this location nowhere yet. Choose its location in the store's settings first.`);
  if (ownedAt(await readPlaces(tx, store), place) !== null)
    throw refuse(
      `${store.name} counts another location at the same place there. Give this one a location of its own in the store's settings first.`,
    );
}

async function storeName(tx: Transaction, storeId: string): Promise<string> {
  const { rows } = await tx.execute<{ name: string }>(
    sql`select name from stores where organization_id = ${tx.organizationId} and id = ${storeId}`,
  );
  return rows[0]?.name ?? 'A store';
}

async function assertNameFree(tx: Transaction, name: string, exceptId: string): Promise<void> {
  const { rowCount } = await tx.execute(sql`
    select from inventory_locations where organization_id = ${tx.organizationId} and lower(name) = lower(${name}) and id <> ${exceptId}`);
  if (rowCount !== 0) {
    const message = `There is a location named ${name} already. Choose another name.`;
    throw new AppError('conflict', message, { issues: [{ path: 'name', message }] });
  }
}
