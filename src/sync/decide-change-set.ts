/** A person's yes or no to a change that waits. */
import { and, eq } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { type StorePatch, updateStoreIn } from '#stores/change-store.ts';
import type { Hub } from '#stores/hub.ts';
import { changeOrganizationRulesIn, type OrganizationRulesPatch, readOrganizationRules } from '#stores/organization-rules.ts';
import { findStore, lockStore, lockStores } from '#stores/stores-store.ts';
import { rulesNamed } from '#sync/brake.ts';
import type { ChangeSetRow } from '#sync/change-sets.ts';
import { decideCurrency } from '#sync/changed-currency.ts';
import { decideHeldPrices } from '#sync/held-prices.ts';
import { changeSets } from '#sync/sync-tables.ts';

/** Applies or drops what waits, in one transaction with the decision. Throws not_found, and conflict when it is decided already or no longer what it was. */
export async function decideChangeSet(hub: Hub, actor: Actor, id: string, decision: 'approved' | 'discarded'): Promise<void> {
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const one = and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id));
    // The stores first, as who saves settings does.
    const [seen] = await tx.select({ storeId: changeSets.storeId }).from(changeSets).where(one);
    if (typeof seen?.storeId === 'string') await lockStore(tx, seen.storeId);
    else if (seen !== undefined) await lockStores(tx);
    const [found] = await tx.select().from(changeSets).where(one).for('update');
    if (found === undefined)
      throw new AppError('not_found', 'There is no such change. It may have been decided already; reload the page.');
    if (found.status === 'superseded')
      throw new AppError('conflict', 'A newer change has taken the place of this one. Reload the page and look at that one.');
    if (found.status !== 'pending') throw new AppError('conflict', `Somebody has ${found.status} this change already.`);
    const before = decision === 'approved' && found.cause === 'rules' ? await rulesBefore(tx, found) : null;
    await tx.update(changeSets).set({ status: decision, decidedBy: actor.userId, decidedAt: now, before }).where(one);
    await audit(tx, actor, `change_set.${decision}`, 'change_set', id, { ...found.summary }, now);
    const { storeId } = found;
    if (storeId === null) {
      if (decision === 'approved') await changeOrganizationRulesIn(hub, tx, actor, rulesOf(found));
    } else if (found.cause === 'prices') await decideHeldPrices(hub, tx, { ...found, storeId }, decision);
    else if (found.cause === 'currency') await decideCurrency(hub, tx, { ...found, storeId }, decision);
    else if (decision === 'approved') await updateStoreIn(hub, tx, actor, storeId, (found.change as { patch: StorePatch }).patch);
  });
}

const rulesOf = ({ change }: ChangeSetRow): OrganizationRulesPatch => (change as { rules: OrganizationRulesPatch }).rules;

/** What the rules are that it is about to change, so that it can be undone; null when it changes none. */
async function rulesBefore(tx: Transaction, changeSet: ChangeSetRow): Promise<Record<string, unknown> | null> {
  const { storeId } = changeSet;
  if (storeId === null) return { rules: rulesNamed(await readOrganizationRules(tx), rulesOf(changeSet)) };
  const { patch } = changeSet.change as { patch: StorePatch };
  return { settings: rulesNamed((await findStore(tx, storeId)).settings, patch.settings ?? {}) };
}
