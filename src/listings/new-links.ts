/**
 * Of which stores links have come or gone, while nobody has looked what that means for items of orders that were kept
 * (orders/book-linked-items.ts), and for differences (sync/end-void-drifts.ts).
 */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import { newLinks } from '#listings/listings-tables.ts';

/** In the transaction that links, or takes links away. */
export async function noteNewLinks(tx: Transaction, storeIds: Iterable<string>, now: Date): Promise<void> {
  const rows = [...new Set(storeIds)].map((storeId) => ({
    organizationId: tx.organizationId,
    storeId,
    id: newId(),
    createdAt: now,
  }));
  if (rows.length > 0) await tx.insert(newLinks).values(rows);
}

/** Returns what `forgetNewLinks` takes: links that are made from now on are told apart. */
export async function readNewLinks(tx: Transaction, storeId: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select id from new_links where organization_id = ${tx.organizationId} and store_id = ${storeId}`,
  );
  return rows.map(({ id }) => id);
}

export async function forgetNewLinks(tx: Transaction, storeId: string, ids: readonly string[]): Promise<void> {
  await tx.execute(sql`delete from new_links where organization_id = ${tx.organizationId} and store_id = ${storeId}
    and id = any(${sql.param([...ids])}::uuid[])`);
}
