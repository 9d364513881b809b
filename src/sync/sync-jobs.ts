/** The SQL on sync_jobs: queued by a verb, taken and advanced by a store's turn, cancelled by a person. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import { syncJobs } from '#sync/sync-tables.ts';

export type SyncJobRow = typeof syncJobs.$inferSelect;
export type JobType = SyncJobRow['jobType'];

export interface NewJob {
  storeId: string | null;
  jobType: JobType;
  cause: string;
  startedBy: string | null;
  metadata?: Record<string, unknown>;
  status?: 'queued' | 'running';
}

export async function addJob(tx: Transaction, job: NewJob, now: Date): Promise<string> {
  const id = newId();
  await tx.insert(syncJobs).values({
    organizationId: tx.organizationId,
    id,
    storeId: job.storeId,
    jobType: job.jobType,
    status: job.status ?? 'queued',
    cause: job.cause,
    startedBy: job.startedBy,
    metadata: job.metadata ?? {},
    startedAt: job.status === 'running' ? now : null,
    createdAt: now,
  });
  return id;
}

/** Of sync_jobs: a pull that waits, or was left running. */
export const isOpenPull = sql`job_type = 'pull' and status in ('queued', 'running')`;

/** The oldest job of this type that waits or was left running by a dead worker (the caller holds the store's lease). */
export async function takeJob(tx: Transaction, storeId: string, jobType: JobType, now: Date): Promise<SyncJobRow | null> {
  const [row] = await tx
    .select()
    .from(syncJobs)
    .where(
      and(
        eq(syncJobs.organizationId, tx.organizationId),
        eq(syncJobs.storeId, storeId),
        eq(syncJobs.jobType, jobType),
        inArray(syncJobs.status, ['queued', 'running']),
      ),
    )
    .orderBy(asc(syncJobs.createdAt))
    .limit(1)
    .for('update');
  if (row === undefined) return null;
  const change = {
    status: 'running' as const,
    startedAt: row.startedAt ?? now,
    retryCount: row.retryCount + (row.status === 'running' ? 1 : 0),
  };
  await changeJob(tx, row.id, change);
  return { ...row, ...change };
}

export async function changeJob(tx: Transaction, id: string, change: Partial<typeof syncJobs.$inferInsert>): Promise<void> {
  await tx
    .update(syncJobs)
    .set(change)
    .where(and(eq(syncJobs.organizationId, tx.organizationId), eq(syncJobs.id, id)));
}

/** Adds to a job's counters; answers whether somebody has asked to cancel it. */
export async function advanceJob(
  tx: Transaction,
  id: string,
  step: { processed: number; failed?: number; total?: number | null },
): Promise<{ cancelRequested: boolean }> {
  const result = await tx.execute<{ cancelled: boolean }>(sql`
    update sync_jobs set items_processed = items_processed + ${step.processed}, items_failed = items_failed + ${step.failed ?? 0},
      items_total = greatest(items_total, coalesce(${step.total ?? null}::int, 0), items_processed + ${step.processed})
    where organization_id = ${tx.organizationId} and id = ${id} returning cancel_requested_at is not null as cancelled`);
  return { cancelRequested: result.rows[0]?.cancelled ?? false };
}

export async function endJob(
  tx: Transaction,
  id: string,
  end: { status: 'succeeded' | 'failed' | 'cancelled' | 'held'; errorCode?: string; errorMessage?: string },
  now: Date,
): Promise<void> {
  await changeJob(tx, id, {
    status: end.status,
    errorCode: end.errorCode ?? null,
    errorMessage: end.errorMessage ?? null,
    completedAt: now,
  });
}
