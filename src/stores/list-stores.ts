import { and, asc, eq, gt, isNotNull } from 'drizzle-orm';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { stores } from '#stores/stores-tables.ts';

/** A store without its sealed credentials: what may leave the process. */
export type StoreSummary = Omit<typeof stores.$inferSelect, 'sealedCredentials'>;

export interface StoreFilter {
  status?: StoreSummary['status'] | undefined;
  platform?: string | undefined;
}

/** A page of stores, oldest first, disconnected ones included. */
export async function listStores(tx: Transaction, filter: StoreFilter, page: PageRequest): Promise<Page<StoreSummary>> {
  const rows = await tx
    .select()
    .from(stores)
    .where(
      and(
        eq(stores.organizationId, tx.organizationId),
        filter.status === undefined ? undefined : eq(stores.status, filter.status),
        filter.platform === undefined ? undefined : eq(stores.platform, filter.platform),
        page.after === null ? undefined : gt(stores.id, page.after[1]),
      ),
    )
    .orderBy(asc(stores.id))
    .limit(page.limit + 1);
  return pageOfRows(rows, page.limit, ({ id }) => [id, id], withoutCredentials);
}

export async function readStore(tx: Transaction, storeId: string): Promise<StoreSummary | null> {
  const [row] = await tx
    .select()
    .from(stores)
    .where(and(eq(stores.organizationId, tx.organizationId), eq(stores.id, storeId)));
  return row === undefined ? null : withoutCredentials(row);
}

function withoutCredentials({ sealedCredentials: _sealed, ...rest }: typeof stores.$inferSelect): StoreSummary {
  return rest;
}

/** Whether any store is a practice store. */
export async function hasPracticeStores(tx: Transaction): Promise<boolean> {
  const rows = await tx
    .select({ id: stores.id })
    .from(stores)
    .where(and(eq(stores.organizationId, tx.organizationId), isNotNull(stores.baseUrl)))
    .limit(1);
  return rows.length > 0;
}
