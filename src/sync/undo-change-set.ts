/**
 * Undoing a bulk change that was applied: what it was before is put back, once, for as long as nothing else touched it. It
 * is a bulk change itself, with the same effects on every store; whoever does it has seen them before.
 */
import { isDeepStrictEqual } from 'node:util';
import { and, eq } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { causesChanged, ofListings, ofVariants } from '#listings/changes.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { updateStoreIn } from '#stores/change-store.ts';
import type { Hub } from '#stores/hub.ts';
import { changeOrganizationRulesIn, readOrganizationRules } from '#stores/organization-rules.ts';
import { findStore, lockStore, lockStores } from '#stores/stores-store.ts';
import { rulesNamed } from '#sync/brake.ts';
import { type ChangeSetRow, keepApplied, undoableSeconds } from '#sync/change-sets.ts';
import { type KeptRows, readKeptRows, restoreRows } from '#sync/kept-rows.ts';
import { type LocationBefore, locationIn, undoLocation } from '#sync/location-brake.ts';
import type { WayBack } from '#sync/organization-brake.ts';
import { previewRules, type RulePreview } from '#sync/preview-rules.ts';
import { rateIn, undoRate } from '#sync/rate-brake.ts';
import type { RulePatch } from '#sync/rule-changes.ts';
import { changeSets } from '#sync/sync-tables.ts';

export interface UndoPreview {
  /** Why it cannot be undone any more; null when it can. */
  problem: string | null;
  /** Of rules, rates and locations: what the stores' figures would become. */
  rules: RulePreview | null;
  /** Of an import, or of links: what would be put back. */
  rows: KeptRows | null;
}

/** What undoing would do. Changes nothing. Throws not_found. */
export async function previewUndo(hub: Hub, tx: Transaction, id: string): Promise<UndoPreview> {
  const changeSet = await find(tx, id);
  const wayBack = wayBackOf(changeSet);
  const problem = await problemOf(hub, tx, changeSet);
  return {
    problem,
    rules: wayBack === null || problem !== null ? null : await wayBack.preview(hub, tx),
    rows: wayBack === null ? await readKeptRows(tx, id) : null,
  };
}

/** Puts back what it was. Throws not_found, and conflict when it was undone already, is too old, or is something else by now. */
export async function undoChangeSet(hub: Hub, actor: Actor, id: string): Promise<void> {
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const seen = await find(tx, id);
    // The stores first, as who saves settings does.
    if (seen.storeId !== null) await lockStore(tx, seen.storeId);
    else if (wayBackOf(seen) !== null) await lockStores(tx);
    const changeSet = await find(tx, id, true);
    const problem = await problemOf(hub, tx, changeSet);
    if (problem !== null) throw new AppError('conflict', problem);
    const one = and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id));
    await tx.update(changeSets).set({ undoneBy: actor.userId, undoneAt: now }).where(one);
    const { storeId, summary } = changeSet;
    const undo = { storeId, cause: 'undo', summary, change: { of: id }, before: null };
    const undoId = await keepApplied(tx, actor, undo, now);
    await putBack(hub, tx, actor, changeSet, undoId);
    await audit(tx, actor, 'change_set.undone', 'change_set', id, { ...summary }, now);
  });
}

const recomputeChunk = 2000;

async function putBack(hub: Hub, tx: Transaction, actor: Actor, changeSet: ChangeSetRow, undoId: string): Promise<void> {
  const wayBack = wayBackOf(changeSet);
  if (wayBack !== null) return await wayBack.putBack(hub, tx, actor);
  const by = { userId: actor.userId, documentId: undoId };
  const touched = await restoreRows(tx, changeSet.id, by, hub.clock.now());
  for (const [ids, of] of [
    [touched.variantIds, ofVariants],
    [touched.listingIds, ofListings],
  ] as const)
    for (let at = 0; at < ids.length; at += recomputeChunk) await causesChanged(hub, tx, of(ids.slice(at, at + recomputeChunk)));
  tx.afterCommit(() => {
    hub.announce(tx.organizationId, { kind: 'product', ids: touched.variantIds.slice(0, 100) });
    hub.announce(tx.organizationId, { kind: 'listing', ids: touched.listingIds.slice(0, 100) });
  });
}

async function find(tx: Transaction, id: string, lock = false): Promise<ChangeSetRow> {
  const wanted = tx
    .select()
    .from(changeSets)
    .where(and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id)));
  const [found] = lock ? await wanted.for('update') : await wanted;
  if (found === undefined) throw new AppError('not_found', 'There is no such change. It may be too old; reload the page.');
  return found;
}

async function problemOf(hub: Hub, tx: Transaction, changeSet: ChangeSetRow): Promise<string | null> {
  if (changeSet.undoneAt !== null) return 'Somebody has undone this already.';
  const isOld = changeSet.decidedAt === null || changeSet.decidedAt < secondsAfter(hub.clock.now(), -undoableSeconds);
  if (changeSet.before === null || isOld) return 'What it was before is not kept any more, so it cannot be undone.';
  return (await wayBackOf(changeSet)?.problem(tx)) ?? null;
}

/** Of rows there is none as a whole: each goes back by itself. */
function wayBackOf({ id, cause, storeId, before, change }: ChangeSetRow): WayBack | null {
  if (before === null) return null;
  if (cause === 'rate') return undoRate(rateIn(change), rateIn(before));
  if (cause === 'location') return undoLocation(locationIn(change), (before as { location: LocationBefore }).location);
  if (cause !== 'rules') return null;
  if (storeId === null) return undoOrganizationRules(id, (change as { rules: RulePatch }).rules, before.rules as RulePatch);
  const after = (change as { patch: { settings: RulePatch } }).patch.settings;
  return undoStoreRules(id, storeId, rulesNamed(after, before.settings as RulePatch), before.settings as RulePatch);
}

const undoOrganizationRules = (id: string, after: RulePatch, before: RulePatch): WayBack => ({
  problem: async (tx) => problemOfRules(await readOrganizationRules(tx), after),
  preview: (hub, tx) => previewRules(hub, tx, { scope: 'organization', patch: before }),
  putBack: (hub, tx, actor) => changeOrganizationRulesIn(hub, tx, actor, before, { kind: 'undo', documentId: id }),
});

const undoStoreRules = (id: string, storeId: string, after: RulePatch, before: RulePatch): WayBack => ({
  problem: async (tx) => problemOfRules((await findStore(tx, storeId)).settings, after),
  preview: (hub, tx) => previewRules(hub, tx, { scope: { storeId }, patch: before }),
  putBack: (hub, tx, actor) => updateStoreIn(hub, tx, actor, storeId, { settings: before }, { kind: 'undo', documentId: id }),
});

const problemOfRules = (current: RulePatch, after: RulePatch): string | null =>
  isDeepStrictEqual(rulesNamed(current, after), after)
    ? null
    : 'The rules have been changed since. Look at them where they stand, and save what you want.';
