/**
 * What a store is to its organization: primary, and source of price and count. Disconnecting lays both down and remembers
 * them; connecting the same account again takes up what nobody else has taken meanwhile.
 */
import { and, eq, sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';
import { changeStoreRow, type StoreRow } from '#stores/stores-store.ts';

/** Lays down the roles of a locked store. The change of its metadata is returned, for the caller's own update. */
export async function layDownRoles(tx: Transaction, store: StoreRow, now: Date): Promise<Record<string, unknown>> {
  const source = await tx
    .update(organizationSettings)
    .set({ sourceStoreId: null, updatedAt: now })
    .where(and(eq(organizationSettings.organizationId, tx.organizationId), eq(organizationSettings.sourceStoreId, store.id)))
    .returning({ id: organizationSettings.organizationId });
  return { ...store.metadata, wasPrimary: store.isPrimary, wasSource: source.length > 0 };
}

/** Gives a store that is connected again the roles that it had, as far as they are free. */
export async function takeUpRoles(tx: Transaction, store: StoreRow, now: Date): Promise<void> {
  const { wasPrimary, wasSource } = store.metadata;
  if (wasSource === true) {
    await tx.execute(sql`update organization_settings set source_store_id = ${store.id}, updated_at = ${now}
      where organization_id = ${tx.organizationId} and source_store_id is null`);
  }
  if (wasPrimary === true) {
    await tx.execute(sql`update stores set is_primary = true where organization_id = ${tx.organizationId} and id = ${store.id}
      and not exists (select from stores other where other.organization_id = ${tx.organizationId} and other.is_primary)`);
  }
  // What it is decides which rules apply to it, and its levels may have been computed without.
  await changeStoreRow(tx, store.id, { rulesVersion: store.rulesVersion + 1 });
  await tx.execute(
    sql`update stores set metadata = metadata - 'wasPrimary' - 'wasSource' where organization_id = ${tx.organizationId} and id = ${store.id}`,
  );
}
