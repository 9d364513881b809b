/**
 * A product CSV is checked while the caller waits; applying it is a job in the background of this process. The import is
 * one transaction: if the process dies, nothing was imported, and the job is shown as failed once its beat has stopped.
 */
import { errorCodes } from '#base/errors.ts';
import { rejectFile } from '#catalog/csv/csv-issues.ts';
import { openProductCsv } from '#catalog/csv/open-product-csv.ts';
import { appErrorOf } from '#http/problem.ts';
import { newUpload, type Upload } from '#http/upload.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { approveHeldImport, unpackHeldImport } from '#sync/held-imports.ts';
import { type FileImport, importFile } from '#sync/import-file.ts';
import { addImportJob, beatSeconds, ImportCancelled, noteImport } from '#sync/import-jobs.ts';
import { endJob } from '#sync/sync-jobs.ts';

type Wanted = Pick<FileImport, 'file' | 'approved' | 'heldId'>;

export interface ImportRuns {
  /** Resolves when the imports under way have ended. */
  settled(): Promise<void>;
  /** Returns the job. Throws 'file_rejected' before there is one; then the upload stays. */
  start(hub: Hub, actor: Actor, upload: Upload, wanted: Wanted): Promise<string>;
  /** Applies an import that waits; returns the job, or null for what is no import. Throws conflict when it waits no longer. */
  approve(hub: Hub, actor: Actor, changeSetId: string): Promise<string | null>;
}

export function makeImportRuns(): ImportRuns {
  const running = new Set<Promise<void>>();
  const follow = (hub: Hub, jobId: string, upload: Upload, work: Promise<void>): void => {
    const run = work
      .catch((thrown: unknown) =>
        hub.log.error({ jobId, error: appErrorOf(thrown).internal }, 'The end of an import could not be noted'),
      )
      .finally(() => upload.remove())
      .finally(() => running.delete(run));
    running.add(run);
  };
  return {
    async settled() {
      await Promise.all(running);
    },
    async start(hub, actor, upload, wanted) {
      const jobId = await begin(hub, actor, upload.path);
      follow(hub, jobId, upload, apply(hub, actor, jobId, upload, wanted));
      return jobId;
    },
    async approve(hub, actor, changeSetId) {
      const upload = await newUpload(hub.config.dataFolder);
      const approved = await approveHeldImport(hub, actor, changeSetId);
      if (approved === null) return null;
      const { jobId, file } = approved;
      follow(hub, jobId, upload, apply(hub, actor, jobId, upload, { file, approved: true, heldId: changeSetId }));
      return jobId;
    },
  };
}

/** Adds the job. Throws 'file_rejected' before there is one. */
async function begin(hub: Hub, actor: Actor, path: string): Promise<string> {
  const file = await openProductCsv(path);
  try {
    const { whole, issues, issueCount, products } = await file.check();
    if (!whole) throw rejectFile(issues, issueCount);
    const { organizationId } = actor;
    return await hub.db.inOrganization(organizationId, (tx) => addImportJob(hub, tx, actor, { cause: 'person', products }));
  } finally {
    await file.close();
  }
}

async function apply(hub: Hub, actor: Actor, jobId: string, { path }: Upload, wanted: Wanted): Promise<void> {
  let done = 0;
  const onProgress = (products: number): void => {
    done = products;
  };
  const cancelled = new AbortController();
  const note = () =>
    hub.db.inOrganization(actor.organizationId, async (tx) => {
      const { cancelRequested } = await noteImport(tx, jobId, done, hub.clock.now());
      if (cancelRequested) cancelled.abort(new ImportCancelled());
      tx.afterCommit(() => hub.announce(actor.organizationId, { kind: 'job', ids: [jobId] }));
    });
  const beat = setInterval(() => {
    note().catch((thrown: unknown) =>
      hub.log.warn({ jobId, error: appErrorOf(thrown).internal }, 'The progress of an import could not be noted'),
    );
  }, beatSeconds * 1000);
  try {
    if (wanted.heldId !== undefined) await unpackHeldImport(hub, actor, { id: wanted.heldId, jobId }, path);
    await importFile(hub, actor, path, { ...wanted, jobId, onProgress, signal: cancelled.signal });
  } catch (thrown) {
    if (thrown instanceof ImportCancelled) return await end(hub, actor, jobId, { status: 'cancelled' });
    const error = appErrorOf(thrown);
    // Held: the job has ended with what was kept.
    if (error.code === 'brake_pending') return;
    if (errorCodes[error.code] >= 500) hub.log.error({ jobId, code: error.code, error: error.internal }, 'An import failed');
    await end(hub, actor, jobId, { status: 'failed', errorCode: error.code, errorMessage: error.message });
  } finally {
    clearInterval(beat);
  }
}

async function end(hub: Hub, actor: Actor, jobId: string, how: Parameters<typeof endJob>[2]): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    await endJob(tx, jobId, how, hub.clock.now());
    tx.afterCommit(() => hub.announce(actor.organizationId, { kind: 'job', ids: [jobId] }));
  });
}
