/** What a person may do with a connected store: pause, resume, disconnect, change its settings. */
import { isDeepStrictEqual } from 'node:util';
import { and, eq, ne, sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';
import { byHand, type Means, originOf, type RuleName, withOrigin } from '#organizations/origin.ts';
import { doubtEverything } from '#stores/connect-store.ts';
import { countsSafely } from '#stores/counts-safely.ts';
import type { Hub } from '#stores/hub.ts';
import { lastUnitsMove } from '#stores/organization-rules.ts';
import { isEmptied, namedPlaces, placeOf } from '#stores/places.ts';
import { readPlaces } from '#stores/read-places.ts';
import { countDefault, layDownRoles } from '#stores/store-roles.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { changeStoreRow, lockStore, makeDue, pullWhole, type StoreRow } from '#stores/stores-store.ts';
import { storeDirectory, stores } from '#stores/stores-tables.ts';

/** No platform says for how long it remembers the key of a call; for so long it surely does. */
const keysKeptSeconds = 3600;

/** Nothing is sent or read any more; webhooks are still stored. */
export async function pauseStore(hub: Hub, actor: Actor, storeId: string): Promise<void> {
  await change(hub, actor, storeId, 'store.paused', async (tx, store) => {
    if (store.status === 'disconnected') throw disconnected();
    await changeStoreRow(tx, storeId, { status: 'paused', statusReason: 'person', updatedAt: hub.clock.now() });
  });
}

/** Everything is read again before anything is written: the platform may have changed meanwhile. */
export async function resumeStore(hub: Hub, actor: Actor, storeId: string): Promise<void> {
  await change(hub, actor, storeId, 'store.resumed', async (tx, store) => {
    if (store.status === 'disconnected' || store.sealedCredentials === null) throw disconnected();
    await changeStoreRow(tx, storeId, {
      status: 'active',
      statusReason: null,
      blockedUntil: null,
      consecutiveFailures: 0,
      lastPulledAt: null,
      updatedAt: hub.clock.now(),
    });
    await doubtEverything(tx, storeId, secondsAfter(hub.clock.now(), -keysKeptSeconds));
    await makeDue(tx, storeId, hub.clock.now());
  });
}

/**
 * Credentials are destroyed; listings, links and the platform's quantities stay as they are. Connected again, the store is
 * what it was.
 */
export async function disconnectStore(hub: Hub, actor: Actor, storeId: string): Promise<void> {
  await change(hub, actor, storeId, 'store.disconnected', async (tx, store) => {
    if (store.status === 'disconnected') return;
    const now = hub.clock.now();
    const { closing: _, ...settings } = store.settings;
    await changeStoreRow(tx, storeId, {
      settings,
      // It counts nothing any more, and closes no more: what its levels are to be follows from other rules.
      rulesVersion: store.rulesVersion + 1,
      status: 'disconnected',
      statusReason: 'person',
      sealedCredentials: null,
      credentialsExpireAt: null,
      refreshExpiresAt: null,
      isPrimary: false,
      metadata: await layDownRoles(tx, store, now),
      updatedAt: now,
    });
    await tx
      .update(storeDirectory)
      .set({ active: false })
      .where(and(eq(storeDirectory.organizationId, tx.organizationId), eq(storeDirectory.storeId, storeId)));
    await lastUnitsMove(hub, tx, storeId);
  });
}

export interface StorePatch {
  name?: string | undefined;
  settings?: { [Key in keyof StoreSettings]?: StoreSettings[Key] | undefined } | undefined;
  isPrimary?: boolean | undefined;
  isSource?: boolean | undefined;
}

/** Rules and locations change what the whole store should show: its levels are recomputed in chunks by its next turns. */
export async function updateStore(hub: Hub, actor: Actor, storeId: string, patch: StorePatch): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, (tx) => updateStoreIn(hub, tx, actor, storeId, patch));
}

/** As `updateStore`, in the caller's transaction. `means`: by what its rules become others. */
export async function updateStoreIn(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  storeId: string,
  patch: StorePatch,
  means: Means = byHand,
): Promise<void> {
  const store = await lockStore(tx, storeId);
  const now = hub.clock.now();
  const settings = patched(store.settings, patch.settings ?? {});
  await assertPlaces(tx, store, patch);
  const renewed = (['priceRule', 'stockRule'] as const satisfies readonly RuleName[]).filter(
    (name) => !isDeepStrictEqual(settings[name], store.settings[name]),
  );
  const rulesChanged = JSON.stringify(settings) !== JSON.stringify(store.settings) || patch.isSource !== undefined;
  if (patch.isPrimary === true) {
    await tx
      .update(stores)
      .set({ isPrimary: false })
      .where(and(eq(stores.organizationId, tx.organizationId), ne(stores.id, storeId)));
  }
  await changeStoreRow(tx, storeId, {
    settings,
    ...(renewed.length === 0 ? {} : { rulesSet: withOrigin(store.rulesSet, renewed, originOf(actor.userId, means, now)) }),
    ...(patch.name === undefined ? {} : { name: patch.name }),
    ...(patch.isPrimary === undefined ? {} : { isPrimary: patch.isPrimary }),
    ...(rulesChanged ? { rulesVersion: store.rulesVersion + 1 } : {}),
    updatedAt: now,
  });
  if (patch.isSource !== undefined) await chooseSource(hub, tx, store, patch.isSource, now);
  if (
    settings.remoteLocationId !== store.settings.remoteLocationId ||
    !isDeepStrictEqual(settings.locationMap, store.settings.locationMap) ||
    !isDeepStrictEqual(settings.emptyPlaces, store.settings.emptyPlaces)
  )
    await pullWhole(tx, storeId, now);
  await makeDue(tx, storeId, now);
  await noted(hub, tx, actor, storeId, 'store.changed');
}

/** What is absent stays. Where something is shown is no place at which nothing is sold. */
function patched(before: StoreSettings, patch: NonNullable<StorePatch['settings']>): StoreSettings {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const settings: StoreSettings = { ...before, ...Object.fromEntries(given) };
  if (settings.emptyPlaces === undefined) return settings;
  return { ...settings, emptyPlaces: settings.emptyPlaces.filter((place) => isEmptied({ settings, owned: [] }, place)) };
}

/**
 * The locations that a patch names are there: with others a store would say nothing any more, and nobody would know why.
 * Throws invalid_input.
 */
export async function assertPlaces(
  tx: Transaction,
  { id: storeId, settings, metadata }: StoreRow,
  patch: StorePatch,
): Promise<void> {
  const { remoteLocationId = null, locationIds, locationMap, emptyPlaces = [] } = patch.settings ?? {};
  const told = (metadata.locations ?? []) as readonly { id: string }[];
  const theirs = new Set([settings.remoteLocationId, ...namedPlaces(settings), ...told.map(({ id }) => id)]);
  const fed = locationIds ?? [];
  const mapped = Object.entries(locationMap ?? {});
  const named = [...fed, ...mapped.map(([, id]) => id)];
  await assertCountable(tx, storeId, settings, { ...settings, ...patch.settings } as StoreSettings);
  if (named.length === 0 && emptyPlaces.length === 0 && remoteLocationId === null) return;
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from inventory_locations where organization_id = ${tx.organizationId} and id = any(${sql.param(named)}::uuid[])`);
  const ours = new Set(rows.map(({ id }) => id));
  const missing = [
    ...(remoteLocationId === null || theirs.has(remoteLocationId) ? [] : ['remoteLocationId']),
    ...fed.flatMap((id, at) => (ours.has(id) ? [] : [`locationIds.${at}`])),
    ...emptyPlaces.flatMap((their, at) => (theirs.has(their) ? [] : [`emptyPlaces.${at}`])),
    ...mapped.flatMap(([their, id]) => (ours.has(id) && theirs.has(their) ? [] : [`locationMap.${their}`])),
  ];
  if (missing.length === 0) return;
  const issues = missing.map((name) => ({ path: `settings.${name}`, message: 'There is no such location.' }));
  throw new AppError('invalid_input', 'A location in the settings is not there. Nothing was changed; reload the page.', {
    issues,
  });
}

/** Two locations that a store counts are two figures there, and one that was given a place of its own keeps it. */
async function assertCountable(tx: Transaction, storeId: string, before: StoreSettings, after: StoreSettings): Promise<void> {
  const { owned } = await readPlaces(tx, { id: storeId, settings: before });
  const places = owned.map((id) => placeOf(after, id));
  const isMoved = (id: string) =>
    Object.values(before.locationMap ?? {}).includes(id) && placeOf(before, id) !== placeOf(after, id);
  // Where its main place is not known yet, it counts nothing yet.
  if (!owned.some(isMoved) && places.every((place, at) => place === null || places.indexOf(place) === at)) return;
  const message =
    'This store counts locations of yours, each at a location of its own there. Let StoreSync count the one that you want to move first, under Inventory.';
  throw new AppError('conflict', message, { issues: [{ path: 'settings.locationMap', message }] });
}

/** The former source's rules apply to it from now on, and the new one's no longer: both are recomputed. */
async function chooseSource(hub: Hub, tx: Transaction, store: StoreRow, isSource: boolean, now: Date): Promise<void> {
  const storeId = store.id;
  const former = await tx.select().from(organizationSettings).where(eq(organizationSettings.organizationId, tx.organizationId));
  const formerId = former[0]?.sourceStoreId ?? null;
  if (!isSource && formerId !== storeId) return;
  await tx
    .update(organizationSettings)
    .set({ sourceStoreId: isSource ? storeId : null, updatedAt: now })
    .where(eq(organizationSettings.organizationId, tx.organizationId));
  const manifest = hub.connectors[store.platform]?.manifest;
  const counts = isSource && manifest !== undefined && countsSafely(manifest);
  await countDefault(tx, formerId, counts ? storeId : null);
  if (formerId !== null && formerId !== storeId) {
    await tx.execute(
      sql`update stores set rules_version = rules_version + 1 where organization_id = ${tx.organizationId} and id = ${formerId}`,
    );
    await makeDue(tx, formerId, now);
  }
}

async function change(
  hub: Hub,
  actor: Actor,
  storeId: string,
  action: string,
  work: (tx: Transaction, store: StoreRow) => Promise<void>,
): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const store = await lockStore(tx, storeId);
    await work(tx, store);
    await noted(hub, tx, actor, storeId, action);
  });
}

async function noted(hub: Hub, tx: Transaction, actor: Actor, storeId: string, action: string): Promise<void> {
  await audit(tx, actor, action, 'store', storeId, {}, hub.clock.now());
  tx.afterCommit(() => {
    hub.wake(tx.organizationId, storeId);
    hub.announce(tx.organizationId, { kind: 'store', ids: [storeId] });
  });
}

const disconnected = () => new AppError('store_disconnected', 'The store is disconnected. Connect it again under Integrations.');
