/** The job that is seen of an import. While the process that applies the file is alive, the job has a beat. */
import { and, eq, sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import type { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import type { ImportOutcome } from '#listings/catalog-file/import-catalog.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { addJob, changeJob, endJob, type SyncJobRow } from '#sync/sync-jobs.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import { syncJobs } from '#sync/sync-tables.ts';

export const beatSeconds = 3;
/**
 * A running import whose last beat is older was left by a process that died. It may be short: one that was slow only, and has
 * lost its held import meanwhile, finds that out before it changes anything (see lockHeldImport).
 */
const silentAfterSeconds = 10 * beatSeconds;

interface NewImportJob {
  cause: 'person' | 'approval';
  products: number;
  /** The held import that it applies. */
  changeSetId?: string;
}

export async function addImportJob(hub: Hub, tx: Transaction, actor: Actor, job: NewImportJob): Promise<string> {
  const now = hub.clock.now();
  const { cause, products, ...of } = job;
  const metadata = { beatAt: now.toISOString(), ...of };
  const id = await addJob(
    tx,
    { storeId: null, jobType: 'import', cause, startedBy: actor.userId, status: 'running', metadata },
    now,
  );
  await changeJob(tx, id, { itemsTotal: products });
  tx.afterCommit(() => hub.announce(actor.organizationId, { kind: 'job', ids: [id] }));
  return id;
}

/** Somebody has cancelled its job: nothing was imported, and nothing of it waits. */
export class ImportCancelled extends Error {
  override readonly name = 'ImportCancelled';
}

/** That it is alive, and how far it is. Answers whether somebody has asked to cancel it. A late beat changes nothing of a job that has ended. */
export async function noteImport(tx: Transaction, jobId: string, done: number, now: Date): Promise<{ cancelRequested: boolean }> {
  const { rows } = await tx.execute<{ cancelled: boolean }>(sql`
    update sync_jobs set items_processed = ${done}, metadata = metadata || ${JSON.stringify({ beatAt: now.toISOString() })}::jsonb
    where organization_id = ${tx.organizationId} and id = ${jobId} and status = 'running' returning cancel_requested_at is not null as cancelled`);
  return { cancelRequested: rows[0]?.cancelled ?? false };
}

/**
 * In the transaction of the import, so that both are so or neither. `notes`, what of the file was left out, are among its lines.
 * Throws ImportCancelled.
 */
export async function endImportJob(
  hub: Hub,
  tx: Transaction,
  jobId: string,
  { outcome, notes }: { outcome: ImportOutcome; notes: readonly string[] },
): Promise<void> {
  const now = hub.clock.now();
  await endUnlessCancelled(hub, tx, jobId, { outcome }, { status: 'succeeded' });
  await changeJob(tx, jobId, { itemsProcessed: outcome.products });
  const line = { jobId, storeId: null, listingId: null, level: 'warning' as const, event: 'import_left_out' };
  await writeSyncLogs(
    tx,
    notes.map((message) => ({ ...line, message })),
    now,
  );
}

/** In the transaction that keeps its file as a change-set. Throws ImportCancelled as endImportJob does. */
export async function holdImportJob(
  hub: Hub,
  tx: Transaction,
  jobId: string,
  changeSetId: string,
  held: AppError,
): Promise<void> {
  const end = { status: 'held', errorCode: held.code, errorMessage: held.message } as const;
  await endUnlessCancelled(hub, tx, jobId, { changeSetId }, end);
}

/** Throws ImportCancelled, so that nothing stays of what the transaction has done. Who cancels later finds a job that has ended. */
async function endUnlessCancelled(
  hub: Hub,
  tx: Transaction,
  jobId: string,
  metadata: Record<string, unknown>,
  end: Parameters<typeof endJob>[2],
): Promise<void> {
  const { rowCount } = await tx.execute(sql`
    update sync_jobs set metadata = metadata || ${JSON.stringify(metadata)}::jsonb
    where organization_id = ${tx.organizationId} and id = ${jobId} and cancel_requested_at is null`);
  if (rowCount === 0) throw new ImportCancelled();
  await endJob(tx, jobId, end, hub.clock.now());
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'job', ids: [jobId] }));
}

type Beating = Pick<SyncJobRow, 'jobType' | 'status' | 'metadata'>;

/** Until when a running import is taken for alive without another beat; null for what is none. */
export function aliveUntil({ jobType, status, metadata }: Beating): Date | null {
  if (jobType !== 'import' || status !== 'running' || typeof metadata.beatAt !== 'string') return null;
  return secondsAfter(new Date(metadata.beatAt), silentAfterSeconds);
}

export function isAbandoned(job: Beating, now: Date): boolean {
  const until = aliveUntil(job);
  return until !== null && until <= now;
}

/** The change-sets of held imports that are being imported right now: they wait for nobody. */
export async function importsUnderWay(tx: Transaction, now: Date): Promise<Set<unknown>> {
  const running = and(eq(syncJobs.organizationId, tx.organizationId), eq(syncJobs.status, 'running'));
  const jobs = await tx
    .select()
    .from(syncJobs)
    .where(and(running, eq(syncJobs.jobType, 'import')));
  return new Set(jobs.filter((job) => !isAbandoned(job, now)).map(({ metadata }) => metadata.changeSetId));
}
