/**
 * A product CSV is checked while the caller waits; applying it is a job in the background of this process. The import is
 * one transaction: if the process dies, nothing was imported, and the job is shown as failed once its beat has stopped.
 */
import { errorCodes } from '#base/errors.ts';
import { rejectFile } from '#catalog/csv/csv-issues.ts';
import { openProductCsv } from '#catalog/csv/open-product-csv.ts';
import { appErrorOf } from '#http/problem.ts';
import { importCatalog } from '#listings/catalog-file/import-catalog.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { keepImport } from '#sync/keep-import.ts';
import { addJob, changeJob, endJob } from '#sync/sync-jobs.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';

const beatSeconds = 5;
/** A running import whose last beat is older was left by a process that died. */
export const silentAfterSeconds = 60;

export interface ImportRuns {
  /** Resolves when the imports under way have ended. */
  settled(): Promise<void>;
  start(hub: Hub, actor: Actor, upload: { path: string; remove(): Promise<void> }, approved: boolean): Promise<string>;
}

export function makeImportRuns(): ImportRuns {
  const running = new Set<Promise<void>>();
  return {
    async settled() {
      await Promise.all(running);
    },
    async start(hub, actor, upload, approved) {
      const jobId = await begin(hub, actor, upload.path);
      const run = apply(hub, actor, upload.path, approved, jobId)
        .catch((thrown: unknown) =>
          hub.log.error({ jobId, error: appErrorOf(thrown).internal }, 'The end of an import could not be noted'),
        )
        .finally(() => upload.remove())
        .finally(() => running.delete(run));
      running.add(run);
      return jobId;
    },
  };
}

/** Throws 'file_rejected' before there is a job. */
async function begin(hub: Hub, actor: Actor, path: string): Promise<string> {
  const file = await openProductCsv(path);
  try {
    const report = await file.check();
    if (!report.whole) throw rejectFile(report.issues, report.issueCount);
    const now = hub.clock.now();
    return await hub.db.inOrganization(actor.organizationId, async (tx) => {
      const metadata = { beatAt: now.toISOString() };
      const id = await addJob(
        tx,
        { storeId: null, jobType: 'import', cause: 'person', startedBy: actor.userId, status: 'running', metadata },
        now,
      );
      await changeJob(tx, id, { itemsTotal: report.products });
      tx.afterCommit(() => hub.announce(actor.organizationId, { kind: 'job', ids: [id] }));
      return id;
    });
  } finally {
    await file.close();
  }
}

async function apply(hub: Hub, actor: Actor, path: string, approved: boolean, jobId: string): Promise<void> {
  let done = 0;
  const onProgress = (products: number): void => {
    done = products;
  };
  const note = (change: Parameters<typeof changeJob>[2]) =>
    hub.db.inOrganization(actor.organizationId, async (tx) => {
      await changeJob(tx, jobId, change);
      tx.afterCommit(() => hub.announce(actor.organizationId, { kind: 'job', ids: [jobId] }));
    });
  const beat = setInterval(() => {
    note({ itemsProcessed: done, metadata: { beatAt: hub.clock.now().toISOString() } }).catch((thrown: unknown) =>
      hub.log.warn({ jobId, error: appErrorOf(thrown).internal }, 'The progress of an import could not be noted'),
    );
  }, beatSeconds * 1000);
  try {
    const options = { approved, onProgress, keeper: keepImport(hub, actor), jobId };
    const { notes, ...outcome } = await importCatalog(hub, actor, path, options);
    clearInterval(beat);
    await note({ itemsProcessed: outcome.products, metadata: { outcome } });
    await sayNotes(hub, actor, jobId, notes);
    await end(hub, actor, jobId, { status: 'succeeded' });
  } catch (thrown) {
    clearInterval(beat);
    const error = appErrorOf(thrown);
    if (errorCodes[error.code] >= 500) hub.log.error({ jobId, code: error.code, error: error.internal }, 'An import failed');
    await end(hub, actor, jobId, { status: 'failed', errorCode: error.code, errorMessage: error.message });
  }
}

/** What of the file was left out, among the job's lines. */
async function sayNotes(hub: Hub, actor: Actor, jobId: string, notes: readonly string[]): Promise<void> {
  const line = { jobId, storeId: null, listingId: null, level: 'warning' as const, event: 'import_left_out' };
  const lines = notes.map((message) => ({ ...line, message }));
  await hub.db.inOrganization(actor.organizationId, (tx) => writeSyncLogs(tx, lines, hub.clock.now()));
}

async function end(hub: Hub, actor: Actor, jobId: string, how: Parameters<typeof endJob>[2]): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    await endJob(tx, jobId, how, hub.clock.now());
    tx.afterCommit(() => hub.announce(actor.organizationId, { kind: 'job', ids: [jobId] }));
  });
}
