/**
 * Changes that wait for a person. Of one cause at most one waits per store (of rates and locations: one for each of them; of
 * imports: one for each name of a file, see held-imports.ts): a newer one takes the older one's place, so that what is approved
 * is what stands on the page.
 */
import { and, desc, eq, gt, inArray, isNotNull, isNull } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { changeSets } from '#sync/sync-tables.ts';

export type ChangeSetRow = typeof changeSets.$inferSelect;
export type NewChangeSet = Pick<ChangeSetRow, 'cause' | 'summary' | 'change'> & { storeId: string | null };

/** `storeId` null: of the organization. */
const of = (tx: Transaction, storeId: string | null, cause: ChangeSetRow['cause']) =>
  and(
    eq(changeSets.organizationId, tx.organizationId),
    storeId === null ? isNull(changeSets.storeId) : eq(changeSets.storeId, storeId),
    eq(changeSets.cause, cause),
    eq(changeSets.status, 'pending'),
  );

export async function pendingChangeSet(
  tx: Transaction,
  storeId: string | null,
  cause: ChangeSetRow['cause'],
): Promise<ChangeSetRow | null> {
  const [row] = await tx
    .select()
    .from(changeSets)
    .where(of(tx, storeId, cause))
    .limit(1);
  return row ?? null;
}

/** Keeps a change until it is decided upon, in the place of what waited. The caller holds the store's row. */
export async function openChangeSet(
  tx: Transaction,
  actor: Actor,
  wanted: NewChangeSet,
  now: Date,
  replaces?: (waiting: ChangeSetRow['change']) => boolean,
): Promise<string> {
  const id = newId();
  await supersede(tx, actor, wanted.storeId, wanted.cause, id, now, replaces);
  await addPending(tx, actor, id, wanted, now);
  return id;
}

export async function addPending(tx: Transaction, actor: Actor, id: string, wanted: NewChangeSet, now: Date): Promise<void> {
  await tx.insert(changeSets).values({
    organizationId: tx.organizationId,
    id,
    ...wanted,
    status: 'pending',
    createdBy: actor.userId,
    createdAt: now,
  });
}

/** Throws conflict for what has been decided upon, or is void. */
export function assertPending({ status }: ChangeSetRow): void {
  if (status === 'superseded')
    throw new AppError('conflict', 'A newer change has taken the place of this one. Reload the page and look at that one.');
  if (status === 'expired')
    throw new AppError('conflict', 'Nobody has decided upon this import for 30 days, so it is void. Bring the file in again.');
  if (status !== 'pending') throw new AppError('conflict', `Somebody has ${status} this change already.`);
}

/** Whatever of this cause waited, and `which` holds for, has become void. `by` is what stands in its place, if anything does. */
export async function supersede(
  tx: Transaction,
  actor: Actor,
  storeId: string | null,
  cause: ChangeSetRow['cause'],
  by: string | null,
  now: Date,
  which: (waiting: ChangeSetRow['change']) => boolean = () => true,
): Promise<void> {
  const waiting = await tx
    .select()
    .from(changeSets)
    .where(of(tx, storeId, cause))
    .for('update');
  const superseded = waiting.filter(({ change }) => which(change));
  const ids = superseded.map(({ id }) => id);
  await tx
    .update(changeSets)
    .set({ status: 'superseded', decidedBy: actor.userId, decidedAt: now })
    .where(and(eq(changeSets.organizationId, tx.organizationId), inArray(changeSets.id, ids)));
  for (const row of superseded)
    await audit(tx, actor, 'change_set.superseded', 'change_set', row.id, { ...row.summary, by }, now);
}

/** So many are listed; how many there are is said beside them. */
export const pendingAtMost = 200;
export const appliedAtMost = 50;

const isPending = (tx: Transaction) => and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.status, 'pending'));

/** The newest that wait. */
export async function listPendingChangeSets(tx: Transaction): Promise<ChangeSetRow[]> {
  return await tx
    .select()
    .from(changeSets)
    .where(isPending(tx))
    .orderBy(desc(changeSets.createdAt), desc(changeSets.id))
    .limit(pendingAtMost);
}

export const countPendingChangeSets = (tx: Transaction): Promise<number> => tx.$count(changeSets, isPending(tx));

/** Notes a bulk change that is being applied, with what it was before: it can be undone once. Returns its id. */
export async function keepApplied(
  tx: Transaction,
  actor: Actor,
  applied: NewChangeSet & { before: Record<string, unknown> | null },
  now: Date,
): Promise<string> {
  const id = newId();
  const { userId } = actor;
  await tx.insert(changeSets).values({
    organizationId: tx.organizationId,
    id,
    ...applied,
    status: 'applied',
    createdBy: userId,
    createdAt: now,
    decidedBy: userId,
    decidedAt: now,
  });
  return id;
}

/** What a change was before can be put back for so long. */
export const undoableSeconds = 30 * 86_400;

const isUndoable = (tx: Transaction, now: Date) =>
  and(
    eq(changeSets.organizationId, tx.organizationId),
    inArray(changeSets.status, ['applied', 'approved']),
    isNotNull(changeSets.before),
    gt(changeSets.decidedAt, secondsAfter(now, -undoableSeconds)),
  );

/** Bulk changes that were applied and can be undone, or were, the newest first. */
export async function listAppliedChangeSets(tx: Transaction, now: Date): Promise<ChangeSetRow[]> {
  return await tx
    .select()
    .from(changeSets)
    .where(isUndoable(tx, now))
    .orderBy(desc(changeSets.decidedAt), desc(changeSets.id))
    .limit(appliedAtMost);
}

export const countAppliedChangeSets = (tx: Transaction, now: Date): Promise<number> => tx.$count(changeSets, isUndoable(tx, now));
