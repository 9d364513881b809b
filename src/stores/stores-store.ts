/** The SQL on stores, store_directory and platform_apps. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';
import { platformApps, stores } from '#stores/stores-tables.ts';

export type StoreRow = typeof stores.$inferSelect;
export type PlatformAppRow = typeof platformApps.$inferSelect;

/** The row of one store. */
export const storeOf = (tx: Transaction, storeId: string): SQL | undefined =>
  and(eq(stores.organizationId, tx.organizationId), eq(stores.id, storeId));

/** In prepared queries: the store that is named when they are executed, as `organizationId` and `storeId`. */
export const oneStore = and(
  eq(stores.organizationId, sql.placeholder('organizationId')),
  eq(stores.id, sql.placeholder('storeId')),
);

export async function findStore(tx: Transaction, storeId: string): Promise<StoreRow> {
  // Asked for in nearly every transaction of a turn: planned once for each connection.
  const [row] = await tx
    .prepared('find_store', (within) => within.select().from(stores).where(oneStore))
    .execute({ organizationId: tx.organizationId, storeId });
  if (row === undefined) throw new AppError('not_found', 'There is no such store. It may have been removed; reload the page.');
  return row;
}

export async function lockStore(tx: Transaction, storeId: string): Promise<StoreRow> {
  const [row] = await tx
    .select()
    .from(stores)
    .where(storeOf(tx, storeId))
    // Not 'update': webhooks and listings that name the store are stored while its access is being renewed.
    .for('no key update');
  if (row === undefined) throw new AppError('not_found', 'There is no such store. It may have been removed; reload the page.');
  return row;
}

/** Every store of the organization, in id order. */
export async function lockStores(tx: Transaction): Promise<StoreRow[]> {
  return await tx
    .select()
    .from(stores)
    .where(eq(stores.organizationId, tx.organizationId))
    .orderBy(stores.id)
    .for('no key update');
}

/** Names of stores by id. */
export async function nameStores(tx: Transaction, storeIds: readonly string[]): Promise<Map<string, string>> {
  if (storeIds.length === 0) return new Map();
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select id, name from stores where organization_id = ${tx.organizationId} and id = any(${sql.param([...new Set(storeIds)])}::uuid[])`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function changeStoreRow(
  tx: Transaction,
  storeId: string,
  change: Partial<typeof stores.$inferInsert>,
): Promise<void> {
  await tx.update(stores).set(change).where(storeOf(tx, storeId));
}

/**
 * Makes the store due at `moment` at the latest: the sweeper finds it even if the wake-up is lost. Whoever makes work holds
 * the store's due lock with others who do, until the commit; the end of a turn waits for all of them (see next-due.ts).
 */
export const makeDue = (tx: Transaction, storeId: string, moment: Date): Promise<void> => makeAllDue(tx, [storeId], moment);

/** In one statement, in id order. */
export async function makeAllDue(tx: Transaction, storeIds: readonly string[], moment: Date): Promise<void> {
  if (storeIds.length === 0) return;
  await tx.execute(sql`select make_due(${tx.organizationId}, ${sql.param([...storeIds])}::uuid[], ${moment})`, 'kept');
}

/** Its whole catalog is pulled with its next turn: the first figures of what it counts from now on are taken from there. */
export async function pullWhole(tx: Transaction, storeId: string, now: Date): Promise<void> {
  await changeStoreRow(tx, storeId, { lastPulledAt: null, lastReconciledAt: null });
  await makeDue(tx, storeId, now);
}

const platformApp = (tx: Transaction, platform: string) =>
  tx
    .select()
    .from(platformApps)
    .where(and(eq(platformApps.organizationId, tx.organizationId), eq(platformApps.platform, platform)));

export async function findPlatformApp(tx: Transaction, platform: string): Promise<PlatformAppRow | undefined> {
  const [row] = await platformApp(tx, platform);
  return row;
}

export async function lockPlatformApp(tx: Transaction, platform: string): Promise<PlatformAppRow | undefined> {
  const [row] = await platformApp(tx, platform).for('update');
  return row;
}

export async function sourceStoreId(tx: Transaction): Promise<string | null> {
  const [row] = await tx
    .select({ sourceStoreId: organizationSettings.sourceStoreId })
    .from(organizationSettings)
    .where(eq(organizationSettings.organizationId, tx.organizationId));
  return row?.sourceStoreId ?? null;
}
