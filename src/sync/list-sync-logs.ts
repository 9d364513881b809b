import { and, desc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { listings } from '#listings/listings-tables.ts';
import { syncLogs } from '#sync/sync-tables.ts';

type LogRow = typeof syncLogs.$inferSelect;

/** With the title of the listing that it tells of; null where there is none, or it is gone. */
type ToldRow = LogRow & { productTitle: string | null; variantTitle: string | null };

export interface SyncLogFilter {
  storeId?: string | undefined;
  jobId?: string | undefined;
  listingId?: string | undefined;
  level?: LogRow['level'] | undefined;
  /** Words of the message or of the listing's title, or the whole name of an event. */
  q?: string | undefined;
}

/** Each word stands somewhere in the line. Newest first and a page at a time, so what is found is found soon. */
function saying(q: string): SQL {
  const words = q.split(/\s+/).slice(0, 8);
  const line = sql`concat_ws(' ', ${syncLogs.message}, ${listings.productTitle}, ${listings.variantTitle})`;
  const inLine = words.map((word) => sql`${line} ilike ${`%${word.replace(/[\\%_]/g, '\\$&')}%`}`);
  return sql`(${syncLogs.event} = ${q} or (${sql.join(inLine, sql` and `)}))`;
}

/** A page of the activity stream, newest first. */
export async function listSyncLogs(tx: Transaction, filter: SyncLogFilter, page: PageRequest): Promise<Page<ToldRow>> {
  const after = page.after;
  const rows = await tx
    .select({ ...getTableColumns(syncLogs), productTitle: listings.productTitle, variantTitle: listings.variantTitle })
    .from(syncLogs)
    .leftJoin(listings, and(eq(listings.organizationId, syncLogs.organizationId), eq(listings.id, syncLogs.listingId)))
    .where(
      and(
        eq(syncLogs.organizationId, tx.organizationId),
        filter.storeId === undefined ? undefined : eq(syncLogs.storeId, filter.storeId),
        filter.jobId === undefined ? undefined : eq(syncLogs.syncJobId, filter.jobId),
        filter.listingId === undefined ? undefined : eq(syncLogs.listingId, filter.listingId),
        filter.level === undefined ? undefined : eq(syncLogs.level, filter.level),
        filter.q === undefined ? undefined : saying(filter.q),
        after === null ? undefined : sql`(${syncLogs.createdAt}, ${syncLogs.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(desc(syncLogs.createdAt), desc(syncLogs.id))
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => row,
  );
}
