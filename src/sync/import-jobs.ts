/** The job that is seen of an import. While the process that applies the file is alive, the job has a beat. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { addJob, changeJob, type SyncJobRow } from '#sync/sync-jobs.ts';

/** A running import whose last beat is older was left by a process that died. */
const silentAfterSeconds = 60;

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

/** How far it is, and what else is known of it. A late beat changes nothing of a job that has ended. */
export async function noteImport(tx: Transaction, jobId: string, done: number, known: Record<string, unknown>): Promise<void> {
  await tx.execute(sql`
    update sync_jobs set items_processed = ${done}, metadata = metadata || ${JSON.stringify(known)}::jsonb
    where organization_id = ${tx.organizationId} and id = ${jobId} and status = 'running'`);
}

type Beating = Pick<SyncJobRow, 'jobType' | 'status' | 'metadata'>;

export function isAbandoned({ jobType, status, metadata }: Beating, now: Date): boolean {
  if (jobType !== 'import' || status !== 'running' || typeof metadata.beatAt !== 'string') return false;
  return now.getTime() - Date.parse(metadata.beatAt) > silentAfterSeconds * 1000;
}
