/** As brake.ts, for the rules of the organization: what follows on any one store is held by that store's limit. */
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import {
  changeOrganizationRulesIn,
  type OrganizationRulesPatch,
  patched,
  readOrganizationRules,
} from '#stores/organization-rules.ts';
import { lockStores } from '#stores/stores-store.ts';
import { effectsOf, type RuleEffect, rulesNamed } from '#sync/brake.ts';
import { keepApplied, openChangeSet, supersede } from '#sync/change-sets.ts';

/**
 * Changes the organization's rules, unless that would touch more listings of a store than its brake allows: then a pending
 * change-set is kept and AppError 'brake_pending' says the figures. What waited already is void.
 */
export async function changeOrganizationRulesUnderBrake(hub: Hub, actor: Actor, patch: OrganizationRulesPatch): Promise<void> {
  const held = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const stores = await lockStores(tx);
    const effects = await effectsOf(hub, tx, 'organization', patch);
    const effect = sumOf([...effects.values()]);
    const tooMany = stores.filter(({ id, settings }) => touched(effects.get(id)) > settings.brakeListings);
    if (tooMany.length === 0) {
      await supersede(tx, actor, null, 'rules', null, hub.clock.now());
      await applyOrganizationRules(hub, tx, actor, patch, effect);
      return null;
    }
    const kept = { storeId: null, cause: 'rules', summary: { ...effect }, change: { rules: patch } };
    const id = await openChangeSet(tx, actor, kept, hub.clock.now());
    return { id, effect, names: tooMany.map(({ name }) => name) };
  });
  if (held === null) return;
  const { id, effect, names } = held;
  throw new AppError(
    'brake_pending',
    `This would change ${effect.repriced} prices and ${effect.recounted} quantities (${effect.zeroed} of them to 0), more than the brake of ${names.join(', ')} allows. Nothing has changed yet: approve or discard it under Activity.`,
    { issues: [{ path: 'changeSetId', message: id }] },
  );
}

async function applyOrganizationRules(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  patch: OrganizationRulesPatch,
  effect: RuleEffect,
): Promise<void> {
  const rules = await readOrganizationRules(tx);
  const [before, after] = [rulesNamed(rules, patch), rulesNamed(patched(rules, patch), patch)];
  if (isDeepStrictEqual(before, after)) return;
  await changeOrganizationRulesIn(hub, tx, actor, patch);
  const kept = { storeId: null, cause: 'rules', summary: { ...effect }, change: { rules: after }, before: { rules: before } };
  await keepApplied(tx, actor, kept, hub.clock.now());
}

const touched = (effect: RuleEffect | undefined): number => Math.max(effect?.repriced ?? 0, effect?.recounted ?? 0);

const sumOf = (effects: readonly RuleEffect[]): RuleEffect =>
  effects.reduce(
    (sum, one) => ({
      listings: sum.listings + one.listings,
      repriced: sum.repriced + one.repriced,
      recounted: sum.recounted + one.recounted,
      zeroed: sum.zeroed + one.zeroed,
    }),
    { listings: 0, repriced: 0, recounted: 0, zeroed: 0 },
  );
