/**
 * Imports that the brake has stopped. Each waits as a change-set with its file, in pieces beside it, until it is approved or
 * discarded, a newer file of the same name takes its place, or thirty days have passed; then the pieces go. Who applies or ends
 * one holds its row the whole time, and nobody waits for that row but a newer file and the job that applies it.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { and, eq, lt, sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import type { ImportHeld } from '#listings/catalog-file/import-brake.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
import { addPending, assertPending, type ChangeSetRow } from '#sync/change-sets.ts';
import { systemOf } from '#sync/held-prices.ts';
import { addImportJob, aliveUntil, holdImportJob } from '#sync/import-jobs.ts';
import { readSyncJob } from '#sync/list-sync-jobs.ts';
import { changeSetFiles, changeSets } from '#sync/sync-tables.ts';

const pieceBytes = 1_048_576;
const waitsSeconds = 30 * 86_400;
/** Of an organization, all that wait together; a piece is a MB. */
export const heldFilesAtMost = 20;
export const heldPiecesAtMost = 1000;

/** What `change` holds of an import. */
export interface HeldImport {
  effect: ImportHeld['effect'];
  /** Of the last approval: the job that applies it, or has failed to. */
  jobId?: string;
}

const isImport = (tx: Transaction) => and(eq(changeSets.organizationId, tx.organizationId), sql`${changeSets.cause} = 'import'`);
const isWaiting = (tx: Transaction) => and(isImport(tx), eq(changeSets.status, 'pending'));

export interface Stopped {
  /** The file, and its name as it was brought in. */
  path: string;
  file: string;
  held: ImportHeld;
  /** Ends together with what is kept. */
  jobId?: string | undefined;
}

/**
 * Keeps what was stopped, with its file, in the place of what waited under the same name. Returns the change-set's id. Throws
 * ImportCancelled when somebody has cancelled its job, and conflict when no more can wait; then all is as it was.
 */
export async function holdImport(hub: Hub, actor: Actor, { path, file, held, jobId }: Stopped): Promise<string> {
  const { effect, stores, products } = held;
  const { examples: _, ...figures } = effect;
  const now = hub.clock.now();
  const id = newId();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    // Of one name one waits, also where two come at once.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`import ${tx.organizationId} ${file}`}, 0))`);
    const former = await tx
      .select()
      .from(changeSets)
      .where(and(isWaiting(tx), sql`${changeSets.summary}->>'file' = ${file}`))
      .for('update');
    for (const { id: formerId, summary } of former)
      await endHeldImport(tx, actor, formerId, { status: 'superseded', summary }, now, { by: id });
    await assertRoom(tx, Math.ceil((await stat(path)).size / pieceBytes));
    const summary = { file, products, ...figures, stores };
    await addPending(tx, actor, id, { storeId: null, cause: 'import', summary, change: { effect } }, now);
    let part = 0;
    for await (const content of createReadStream(path, { highWaterMark: pieceBytes }))
      await tx.insert(changeSetFiles).values({ organizationId: tx.organizationId, changeSetId: id, part: part++, content });
    // Last, so that whoever cancels it meanwhile is heard.
    if (jobId !== undefined) await holdImportJob(hub, tx, jobId, id, held);
  });
  return id;
}

/** From here on one after the other, whatever their names. */
async function assertRoom(tx: Transaction, pieces: number): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`held imports ${tx.organizationId}`}, 0))`);
  const { rows } = await tx.execute<{ files: number; pieces: number }>(sql`
    select count(distinct change_set_id)::int as files, count(*)::int as pieces from change_set_files where organization_id = ${tx.organizationId}`);
  const kept = rows[0] ?? { files: 0, pieces: 0 };
  if (kept.files < heldFilesAtMost && kept.pieces + pieces <= heldPiecesAtMost) return;
  throw new AppError(
    'conflict',
    `The brake stops this file, and it cannot wait as well: of at most ${heldFilesAtMost} files ${kept.files} wait already, and of at most ${heldPiecesAtMost} MB ${kept.pieces}. Nothing was imported. Approve or discard some of them under Activity first.`,
  );
}

/**
 * Holds the row of an import that waits. Throws conflict when it waits no longer, or when another job than `jobId` is
 * applying it. A person never waits here; its job does, for whoever is only being told so at this moment.
 */
export async function lockHeldImport(tx: Transaction, id: string, now: Date, jobId: string | null = null): Promise<ChangeSetRow> {
  const [found] = await tx
    .select()
    .from(changeSets)
    .where(and(isImport(tx), eq(changeSets.id, id)))
    .for('update', jobId === null ? { skipLocked: true } : {});
  if (found === undefined) throw underWay();
  assertPending(found);
  const { jobId: lastJob } = found.change as unknown as HeldImport;
  if (lastJob === undefined || lastJob === jobId) return found;
  const job = await readSyncJob(tx, lastJob);
  const until = job === null ? null : aliveUntil(job);
  if (until !== null && until > now) throw underWay(Math.ceil((until.getTime() - now.getTime()) / 1000));
  return found;
}

/** `silentSeconds`: how long it has to be silent yet to be taken for dead. */
function underWay(silentSeconds: number | null = null): AppError {
  const orElse = silentSeconds === null ? '' : ` If the server was stopped meanwhile, decide again in ${silentSeconds} seconds.`;
  return new AppError(
    'conflict',
    `Somebody has approved this import, and it is being applied right now. See how far it is under Activity, Jobs.${orElse}`,
  );
}

/** Adds the job that is to apply it, and names the file; null for what is no import. Throws as lockHeldImport does. */
export async function approveHeldImport(hub: Hub, actor: Actor, id: string): Promise<{ jobId: string; file: string } | null> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const one = and(isImport(tx), eq(changeSets.id, id));
    const [seen] = await tx.select({ id: changeSets.id }).from(changeSets).where(one);
    if (seen === undefined) return null;
    const { change, summary } = await lockHeldImport(tx, id, hub.clock.now());
    const products = Number(summary.products);
    const jobId = await addImportJob(hub, tx, actor, { cause: 'approval', products, changeSetId: id });
    await tx
      .update(changeSets)
      .set({ change: { ...change, jobId } })
      .where(one);
    return { jobId, file: String(summary.file) };
  });
}

/** Writes its file to `path`, for the job that applies it. Throws as lockHeldImport does. */
export async function unpackHeldImport(
  hub: Hub,
  actor: Actor,
  { id, jobId }: { id: string; jobId: string },
  path: string,
): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    // Nobody takes pieces away meanwhile.
    await lockHeldImport(tx, id, hub.clock.now(), jobId);
    await pipeline(Readable.from(piecesOf(tx, id)), createWriteStream(path, { mode: 0o600 }));
  });
}

async function* piecesOf(tx: Transaction, id: string): AsyncGenerator<Buffer> {
  const { organizationId, changeSetId, part, content } = changeSetFiles;
  for (let at = 0; ; at++) {
    const [piece] = await tx
      .select({ content })
      .from(changeSetFiles)
      .where(and(eq(organizationId, tx.organizationId), eq(changeSetId, id), eq(part, at)));
    if (piece === undefined) return;
    yield piece.content;
  }
}

/** It waits no longer: its file goes. The caller holds its row. */
export async function endHeldImport(
  tx: Transaction,
  actor: Actor,
  id: string,
  end: Pick<ChangeSetRow, 'status' | 'summary'> & Partial<Pick<ChangeSetRow, 'before'>>,
  now: Date,
  details: Record<string, unknown> = {},
): Promise<void> {
  await tx
    .update(changeSets)
    .set({ ...end, decidedBy: actor.userId, decidedAt: now })
    .where(and(isImport(tx), eq(changeSets.id, id)));
  await dropHeldFile(tx, id);
  await audit(tx, actor, `change_set.${end.status}`, 'change_set', id, { ...end.summary, ...details }, now);
}

async function dropHeldFile(tx: Transaction, id: string): Promise<void> {
  const { organizationId, changeSetId } = changeSetFiles;
  await tx.delete(changeSetFiles).where(and(eq(organizationId, tx.organizationId), eq(changeSetId, id)));
}

/** What nobody has decided upon for thirty days is void. Returns how many there were. */
export async function expireHeldImports(tx: Transaction, now: Date): Promise<number> {
  const old = await tx
    .select()
    .from(changeSets)
    .where(and(isWaiting(tx), lt(changeSets.createdAt, secondsAfter(now, -waitsSeconds))))
    .for('update', { skipLocked: true });
  for (const { id, summary } of old) await endHeldImport(tx, systemOf(tx), id, { status: 'expired', summary }, now);
  return old.length;
}
