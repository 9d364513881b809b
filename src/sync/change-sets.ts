/**
 * Changes that wait for a person. Of one cause at most one waits per store: a newer one takes the older one's place, so
 * that what is approved is what stands on the page.
 */
import { and, desc, eq } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { changeSets } from '#sync/sync-tables.ts';

export type ChangeSetRow = typeof changeSets.$inferSelect;
export type NewChangeSet = Pick<ChangeSetRow, 'cause' | 'summary' | 'change'> & { storeId: string };

const of = (tx: Transaction, storeId: string, cause: ChangeSetRow['cause']) =>
  and(
    eq(changeSets.organizationId, tx.organizationId),
    eq(changeSets.storeId, storeId),
    eq(changeSets.cause, cause),
    eq(changeSets.status, 'pending'),
  );

export async function pendingChangeSet(
  tx: Transaction,
  storeId: string,
  cause: ChangeSetRow['cause'],
): Promise<ChangeSetRow | null> {
  const [row] = await tx
    .select()
    .from(changeSets)
    .where(of(tx, storeId, cause))
    .limit(1);
  return row ?? null;
}

/** Keeps a change until it is decided upon, in the place of the one that waited. The caller holds the store's row. */
export async function openChangeSet(tx: Transaction, actor: Actor, wanted: NewChangeSet, now: Date): Promise<string> {
  const id = newId();
  await supersede(tx, actor, wanted.storeId, wanted.cause, id, now);
  await tx.insert(changeSets).values({
    organizationId: tx.organizationId,
    id,
    ...wanted,
    status: 'pending',
    createdBy: actor.userId,
    createdAt: now,
  });
  return id;
}

/** Whatever of this cause waited has become void. `by` is what stands in its place, if anything does. */
export async function supersede(
  tx: Transaction,
  actor: Actor,
  storeId: string,
  cause: ChangeSetRow['cause'],
  by: string | null,
  now: Date,
): Promise<void> {
  const superseded = await tx
    .update(changeSets)
    .set({ status: 'superseded', decidedBy: actor.userId, decidedAt: now })
    .where(of(tx, storeId, cause))
    .returning();
  for (const row of superseded)
    await audit(tx, actor, 'change_set.superseded', 'change_set', row.id, { ...row.summary, by }, now);
}

export async function listPendingChangeSets(tx: Transaction): Promise<ChangeSetRow[]> {
  return await tx
    .select()
    .from(changeSets)
    .where(and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.status, 'pending')))
    .orderBy(desc(changeSets.createdAt))
    .limit(200);
}
