import { and, eq } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
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

/** The same work again, as a new job; returns its id. Only pulls can be: the others come back by what caused them. */
export async function retryJob(hub: Hub, actor: Actor, jobId: string): Promise<string> {
  const job = await hub.db.inOrganization(actor.organizationId, (tx) => lockJob(tx, jobId));
  if (job.status === 'queued' || job.status === 'running')
    throw new AppError('conflict', 'This job has not ended yet. Cancel it first, or wait.');
  if (job.storeId === null || !['pull', 'push', 'reconcile'].includes(job.jobType)) {
    throw new AppError(
      'conflict',
      'This kind of job cannot be started again from here. Repeat what started it, such as the import.',
    );
  }
  return await requestStoreSync(hub, actor, job.storeId, 'retry', { full: job.metadata.full === true });
}

async function lockJob(tx: Transaction, jobId: string): Promise<SyncJobRow> {
  const [job] = await tx
    .select()
    .from(syncJobs)
    .where(and(eq(syncJobs.organizationId, tx.organizationId), eq(syncJobs.id, jobId)))
    .for('update');
  if (job === undefined) throw new AppError('not_found', 'There is no such job. Old ones are removed after a while.');
  return job;
}
