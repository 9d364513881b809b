/**
 * What a store is to its organization: primary, source of products and prices, and the one that counts some locations.
 * Disconnecting lays it all down and remembers it; connecting the same account again takes up what nobody else has taken meanwhile.
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
  const { rows } = await tx.execute<{ id: string }>(sql`
    update inventory_locations set owner_store_id = null where organization_id = ${tx.organizationId} and owner_store_id = ${store.id} returning id`);
  const hasCounted = rows.map(({ id }) => id);
  return { ...store.metadata, wasPrimary: store.isPrimary, wasSource: source.length > 0, hasCounted };
}

/** Gives a store that is connected again the roles that it had, as far as they are free. */
export async function takeUpRoles(tx: Transaction, store: StoreRow, now: Date): Promise<void> {
  const { wasPrimary, wasSource, hasCounted = [] } = store.metadata;
  await tx.execute(sql`
    update inventory_locations set owner_store_id = ${store.id} where organization_id = ${tx.organizationId} and is_active and owner_store_id is null
      and id = any(array(select jsonb_array_elements_text(${JSON.stringify(hasCounted)}::jsonb)::uuid))`);
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
    sql`update stores set metadata = metadata - 'wasPrimary' - 'wasSource' - 'hasCounted' where organization_id = ${tx.organizationId} and id = ${store.id}`,
  );
}

/** The default location is counted by another: the one who prices and counts. Only from who counted it before, or from us. */
export async function countDefault(tx: Transaction, formerId: string | null, storeId: string | null): Promise<void> {
  await tx.execute(sql`
    update inventory_locations set owner_store_id = ${storeId} where organization_id = ${tx.organizationId} and is_default
      and (owner_store_id is null or owner_store_id = ${formerId})`);
}
