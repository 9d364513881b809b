/** As brake.ts, for what all stores follow: what becomes of any one store is held by that store's limit. */
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
import { effectsOf, isBraked, type RuleEffect, rulesNamed } from '#sync/brake.ts';
import { keepApplied, openChangeSet, supersede } from '#sync/change-sets.ts';
import type { RulePreview } from '#sync/preview-rules.ts';

/** A change that several stores may follow, before it is made. */
export interface SharedChange {
  cause: 'rules' | 'rate' | 'location';
  /** What is asked for, as the beginning of a sentence. */
  named: string;
  change: Record<string, unknown>;
  /** What the stores' figures would become, by store. */
  effects: ReadonlyMap<string, RuleEffect>;
  /** Which of the cause's changes that wait are void by it, by what they would change. All of them when left out. */
  replaces?: (waiting: Record<string, unknown>) => boolean;
  /** Makes the change. Returns what it was before, to undo it; null when nothing has become other than it was. */
  apply(): Promise<Record<string, unknown> | null>;
}

/** The way back from such a change that was made. */
export interface WayBack {
  /** Why there is none any more; null when there is. */
  problem(tx: Transaction): Promise<string | null>;
  /** What the stores' figures would become. Changes nothing. */
  preview(hub: Hub, tx: Transaction): Promise<RulePreview>;
  putBack(hub: Hub, tx: Transaction, actor: Actor): Promise<void>;
}

/**
 * Makes a change, unless that would touch more listings of a store than its brake allows: then a pending change-set is kept
 * and AppError 'brake_pending' says the figures. What waited already is void as far as the change takes its place. `prepare`
 * runs with every store's row held.
 */
export async function changeUnderBrake(
  hub: Hub,
  actor: Actor,
  prepare: (tx: Transaction) => Promise<SharedChange>,
): Promise<void> {
  const held = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const stores = await lockStores(tx);
    const { cause, named, change, effects, replaces, apply } = await prepare(tx);
    const effect = sumOf([...effects.values()]);
    const kept = { storeId: null, cause, summary: { ...effect }, change };
    const tooMany = stores.filter(({ id, settings }) => {
      const ofStore = effects.get(id);
      return ofStore !== undefined && isBraked(settings, ofStore);
    });
    if (tooMany.length > 0) {
      const id = await openChangeSet(tx, actor, kept, now, replaces);
      return { id, named, effect, names: tooMany.map(({ name }) => name) };
    }
    await supersede(tx, actor, null, cause, null, now, replaces);
    const before = await apply();
    if (before !== null) await keepApplied(tx, actor, { ...kept, before }, now);
    return null;
  });
  if (held === null) return;
  const { id, named, effect, names } = held;
  throw new AppError(
    'brake_pending',
    `${named} would change ${effect.repriced} prices and ${effect.recounted} quantities (${effect.zeroed} of them to 0), more than the brake of ${names.join(', ')} allows. Nothing has changed yet: approve or discard it under Activity.`,
    { issues: [{ path: 'changeSetId', message: id }] },
  );
}

/** Changes the organization's rules under the brake. Throws 'brake_pending'; what waited already is void. */
export async function changeOrganizationRulesUnderBrake(hub: Hub, actor: Actor, patch: OrganizationRulesPatch): Promise<void> {
  await changeUnderBrake(hub, actor, async (tx) => ({
    cause: 'rules',
    named: 'This',
    change: { rules: patch },
    effects: await effectsOf(hub, tx, 'organization', patch),
    async apply() {
      const rules = await readOrganizationRules(tx);
      const [before, after] = [rulesNamed(rules, patch), rulesNamed(patched(rules, patch), patch)];
      if (isDeepStrictEqual(before, after)) return null;
      await changeOrganizationRulesIn(hub, tx, actor, patch);
      return { rules: before };
    },
  }));
}

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
