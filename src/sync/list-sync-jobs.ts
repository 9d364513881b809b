import { and, desc, eq, sql } from 'drizzle-orm';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { stores } from '#stores/stores-tables.ts';
import { changeSets, syncJobs } from '#sync/sync-tables.ts';

type JobRow = typeof syncJobs.$inferSelect;

export interface SyncJobFilter {
  storeId?: string | undefined;
  status?: JobRow['status'] | undefined;
  jobType?: JobRow['jobType'] | undefined;
}

export interface SyncJobSummary extends JobRow {
  storeName: string | null;
  /** The held import that it was the last to apply, while that waits. */
  waitingImportId: string | null;
}

/** A page of sync jobs, newest first. */
export async function listSyncJobs(tx: Transaction, filter: SyncJobFilter, page: PageRequest): Promise<Page<SyncJobSummary>> {
  const after = page.after;
  const rows = await jobsWithStores(tx)
    .where(
      and(
        eq(syncJobs.organizationId, tx.organizationId),
        filter.storeId === undefined ? undefined : eq(syncJobs.storeId, filter.storeId),
        filter.status === undefined ? undefined : eq(syncJobs.status, filter.status),
        filter.jobType === undefined ? undefined : eq(syncJobs.jobType, filter.jobType),
        after === null ? undefined : sql`(${syncJobs.createdAt}, ${syncJobs.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(desc(syncJobs.createdAt), desc(syncJobs.id))
    .limit(page.limit + 1);
  return pageOfRows(rows, page.limit, ({ job }) => [job.createdAt.toISOString(), job.id], asSummary);
}

export async function readSyncJob(tx: Transaction, jobId: string): Promise<SyncJobSummary | null> {
  const [row] = await jobsWithStores(tx).where(and(eq(syncJobs.organizationId, tx.organizationId), eq(syncJobs.id, jobId)));
  return row === undefined ? null : asSummary(row);
}

const jobsWithStores = (tx: Transaction) =>
  tx
    .select({ job: syncJobs, storeName: stores.name, waitingImportId: changeSets.id })
    .from(syncJobs)
    .leftJoin(stores, and(eq(stores.organizationId, syncJobs.organizationId), eq(stores.id, syncJobs.storeId)))
    .leftJoin(
      changeSets,
      and(
        eq(changeSets.organizationId, syncJobs.organizationId),
        eq(changeSets.id, sql`(${syncJobs.metadata}->>'changeSetId')::uuid`),
        eq(changeSets.status, 'pending'),
        sql`${changeSets.change}->>'jobId' = ${syncJobs.id}::text`,
      ),
    )
    .$dynamic();

const asSummary = ({ job, ...more }: { job: JobRow } & Omit<SyncJobSummary, keyof JobRow>): SyncJobSummary => ({
  ...job,
  ...more,
});
