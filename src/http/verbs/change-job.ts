import { and, eq } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import type { ImportRuns } from '#http/verbs/import-products.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
import { isAbandoned } from '#sync/import-jobs.ts';
import { readSyncJob, type SyncJobSummary } from '#sync/list-sync-jobs.ts';
import { requestStoreSync } from '#sync/request-sync.ts';
import { changeJob, endJob, type SyncJobRow } from '#sync/sync-jobs.ts';
import { syncJobs } from '#sync/sync-tables.ts';

/** A waiting job ends at once; a running one after its present step, an import as if it had never begun. One that has ended already stays as it is. */
export async function cancelJob(hub: Hub, actor: Actor, jobId: string): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const job = await lockJob(tx, jobId);
    const now = hub.clock.now();
    if (job.status === 'queued') await endJob(tx, jobId, { status: 'cancelled' }, now);
    else if (job.status === 'running' && job.cancelRequestedAt === null) await changeJob(tx, jobId, { cancelRequestedAt: now });
    else return;
    await audit(tx, actor, 'sync_job.cancelled', 'sync_job', jobId, {}, now);
    tx.afterCommit(() =>
      hub.announce(actor.organizationId, {
        kind: 'job',
        ids: [jobId],
        ...(job.storeId === null ? {} : { storeId: job.storeId }),
      }),
    );
  });
}

/** That of a store, and of imports those of a file that waits: no other file is kept. */
export const canRetry = (job: SyncJobSummary, now: Date): boolean =>
  hasEnded(job, now) && (isOfStore(job) || job.waitingImportId !== null);

/** The same work again, as a new job; returns its id. Throws not_found, and conflict for what cannot be. */
export async function retryJob(hub: Hub, imports: ImportRuns, actor: Actor, jobId: string): Promise<string> {
  const job = await hub.db.inOrganization(actor.organizationId, (tx) => readSyncJob(tx, jobId));
  if (job === null) throw noSuchJob();
  if (!hasEnded(job, hub.clock.now())) throw new AppError('conflict', 'This job has not ended yet. Cancel it first, or wait.');
  if (isOfStore(job)) return await requestStoreSync(hub, actor, job.storeId, 'retry', { full: job.metadata.full === true });
  const approved = job.waitingImportId === null ? null : await imports.approve(hub, actor, job.waitingImportId);
  if (approved !== null) return approved;
  if (job.status === 'held') throw new AppError('conflict', 'The brake holds this import. Approve or discard it under Activity.');
  if (job.jobType === 'import')
    throw new AppError('conflict', 'The file of this import is not kept. Upload it again under Products.');
  throw new AppError('conflict', 'This kind of job cannot be started again. Repeat what started it.');
}

const hasEnded = (job: SyncJobSummary, now: Date): boolean =>
  !['queued', 'running'].includes(job.status) || isAbandoned(job, now);

const isOfStore = (job: SyncJobSummary): job is SyncJobSummary & { storeId: string } =>
  job.storeId !== null && ['pull', 'push', 'reconcile'].includes(job.jobType);

const noSuchJob = () => new AppError('not_found', 'There is no such job. Old ones are removed after 90 days.');

async function lockJob(tx: Transaction, jobId: string): Promise<SyncJobRow> {
  const [job] = await tx
    .select()
    .from(syncJobs)
    .where(and(eq(syncJobs.organizationId, tx.organizationId), eq(syncJobs.id, jobId)))
    .for('update');
  if (job === undefined) throw noSuchJob();
  return job;
}
