/** A person's yes or no to a change that waits. */
import { and, eq } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockWaits } from '#listings/adoption-waits.ts';
import { changeLocationIn, movesStock, readLocation } from '#listings/change-location.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { type StorePatch, updateStoreIn } from '#stores/change-store.ts';
import type { Hub } from '#stores/hub.ts';
import { changeOrganizationRulesIn, type OrganizationRulesPatch, readOrganizationRules } from '#stores/organization-rules.ts';
import { readRate } from '#stores/state-rate.ts';
import { findStore, lockStore, lockStores } from '#stores/stores-store.ts';
import { rulesNamed } from '#sync/brake.ts';
import { assertPending, type ChangeSetRow } from '#sync/change-sets.ts';
import { decideCurrency } from '#sync/changed-currency.ts';
import { decideAdoptions } from '#sync/decide-adoptions.ts';
import { endHeldImport, lockHeldImport } from '#sync/held-imports.ts';
import { decideHeldPrices } from '#sync/held-prices.ts';
import { beforeOf, locationIn } from '#sync/location-brake.ts';
import { applyHeldRate, rateIn } from '#sync/rate-brake.ts';
import { changeSets } from '#sync/sync-tables.ts';

/** Applies or drops what waits, in one transaction with the decision; an import only drops (see approveHeldImport). Throws not_found, and conflict when it is decided already or no longer what it was. */
export async function decideChangeSet(hub: Hub, actor: Actor, id: string, decision: 'approved' | 'discarded'): Promise<void> {
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const one = and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id));
    // The stores first, as who saves settings does.
    const [seen] = await tx.select({ storeId: changeSets.storeId, cause: changeSets.cause }).from(changeSets).where(one);
    if (seen?.cause === 'import') {
      if (decision === 'approved') throw new Error('an import is approved by the job that applies it');
      const { summary } = await lockHeldImport(tx, id, now);
      return await endHeldImport(tx, actor, id, { status: 'discarded', summary }, now);
    }
    if (typeof seen?.storeId === 'string') {
      if (seen.cause === 'adoption') await lockWaits(tx, seen.storeId);
      await lockStore(tx, seen.storeId);
    }
    if (seen?.storeId === null) await lockStores(tx);
    const [found] = await tx.select().from(changeSets).where(one).for('update');
    if (found === undefined)
      throw new AppError('not_found', 'There is no such change. It may have been decided already; reload the page.');
    assertPending(found);
    const before = decision === 'approved' ? await whatItWas(tx, found) : null;
    await tx.update(changeSets).set({ status: decision, decidedBy: actor.userId, decidedAt: now, before }).where(one);
    await audit(tx, actor, `change_set.${decision}`, 'change_set', id, { ...found.summary }, now);
    const { storeId } = found;
    if (storeId === null) {
      if (decision === 'approved') await applyShared(hub, tx, actor, found);
    } else if (found.cause === 'prices') await decideHeldPrices(hub, tx, { ...found, storeId }, decision);
    else if (found.cause === 'currency') await decideCurrency(hub, tx, { ...found, storeId }, decision);
    else if (found.cause === 'adoption') await decideAdoptions(hub, tx, actor, { ...found, storeId }, decision);
    else if (decision === 'approved') {
      const { patch } = found.change as { patch: StorePatch };
      await updateStoreIn(hub, tx, actor, storeId, patch, { kind: 'change_set', documentId: id });
    }
  });
}

/** What every store follows. Throws conflict when it cannot be made any more. */
async function applyShared(hub: Hub, tx: Transaction, actor: Actor, changeSet: ChangeSetRow): Promise<void> {
  if (changeSet.cause === 'rate') return await applyHeldRate(hub, tx, actor, changeSet);
  if (changeSet.cause !== 'location') {
    const means = { kind: 'change_set', documentId: changeSet.id } as const;
    return await changeOrganizationRulesIn(hub, tx, actor, rulesOf(changeSet), means);
  }
  const { id, change } = locationIn(changeSet.change);
  await changeLocationIn(hub, tx, actor, id, change);
}

const rulesOf = ({ change }: ChangeSetRow): OrganizationRulesPatch => (change as { rules: OrganizationRulesPatch }).rules;

/** What the rules, the rate or the location are that it is about to change, so that it can be undone; null when it cannot. */
async function whatItWas(tx: Transaction, changeSet: ChangeSetRow): Promise<Record<string, unknown> | null> {
  const { storeId, cause } = changeSet;
  if (cause === 'rate') return { rate: await readRate(tx, rateIn(changeSet.change)) };
  if (cause === 'location') {
    const { id, change } = locationIn(changeSet.change);
    const now = await readLocation(tx, id);
    return movesStock(now, change) ? { location: beforeOf(id, now, change) } : null;
  }
  if (cause !== 'rules') return null;
  if (storeId === null) return { rules: rulesNamed(await readOrganizationRules(tx), rulesOf(changeSet)) };
  const { patch } = changeSet.change as { patch: StorePatch };
  return { settings: rulesNamed((await findStore(tx, storeId)).settings, patch.settings ?? {}) };
}
