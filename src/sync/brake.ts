/**
 * The brake judges causes: a change of rules, of a stated rate, or of the locations that feed stores that would touch more of
 * a store's listings than its limit does not reach desired; it waits as a change-set until somebody has seen the figures and
 * approves. Sales, reservations and single corrections are never held.
 */
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { type Effect, effectOfChanges } from '#listings/figure-changes.ts';
import type { Actor } from '#organizations/actor.ts';
import { brakeLimit } from '#stores/brake-limit.ts';
import { assertPlaces, type StorePatch, updateStoreIn } from '#stores/change-store.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { lockStore, type StoreRow } from '#stores/stores-store.ts';
import { keepApplied, openChangeSet, pendingChangeSet, supersede } from '#sync/change-sets.ts';
import { type Figures, type RulePatch, type RuleScope, ruleChanges } from '#sync/rule-changes.ts';

export interface RuleEffect extends Effect {
  /** Linked listings of the store that have figures there. */
  listings: number;
}

/**
 * Changes a store's settings, unless that would touch more listings than the store's brake allows: then a pending
 * change-set is kept and AppError 'brake_pending' says the figures. What waits already is void as far as the patch names the
 * same settings; the rest of it goes on waiting.
 */
export async function changeStoreUnderBrake(hub: Hub, actor: Actor, storeId: string, patch: StorePatch): Promise<void> {
  const held = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const store = await lockStore(tx, storeId);
    await assertPlaces(tx, store, patch);
    const waiting = await pendingChangeSet(tx, storeId, 'rules');
    const rest = waiting === null ? null : withoutNamed((waiting.change as { patch: StorePatch }).patch, patch);
    const effect = hasRules(patch) ? await effectOf(hub, tx, storeId, patch) : null;
    if (effect !== null && isBraked(store.settings, effect)) {
      const whole = merged(rest, patch);
      const wholeEffect = await effectOf(hub, tx, storeId, whole);
      return { id: await keep(hub, tx, actor, storeId, whole, wholeEffect), effect: wholeEffect, store };
    }
    await applyStoreRules(hub, tx, actor, store, patch, effect);
    if (waiting === null || JSON.stringify(rest) === JSON.stringify((waiting.change as { patch: StorePatch }).patch)) return null;
    if (rest !== null && hasRules(rest)) await keep(hub, tx, actor, storeId, rest, await effectOf(hub, tx, storeId, rest));
    else await supersede(tx, actor, storeId, 'rules', null, hub.clock.now());
    return null;
  });
  if (held === null) return;
  const { effect, store, id } = held;
  throw new AppError(
    'brake_pending',
    `This would change ${effect.repriced} prices and ${effect.recounted} quantities on ${store.name} (${effect.zeroed} of them to 0). Nothing has changed yet: approve or discard it under Activity.`,
    { issues: [{ path: 'changeSetId', message: id }] },
  );
}

const hasRules = ({ settings }: StorePatch): boolean =>
  settings?.priceRule !== undefined ||
  settings?.stockRule !== undefined ||
  settings?.locationIds !== undefined ||
  settings?.locationMap !== undefined ||
  settings?.emptyPlaces !== undefined ||
  settings?.remoteLocationId !== undefined;
const touchedBy = (effect: RuleEffect): number => Math.max(effect.repriced, effect.recounted);

/** Whether so much may not happen to a store before a person was asked. */
export const isBraked = (settings: StoreSettings, effect: RuleEffect): boolean =>
  touchedBy(effect) > brakeLimit(settings, effect.listings);

/** Changes a store's settings, and keeps what its rules were. */
async function applyStoreRules(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  store: StoreRow,
  patch: StorePatch,
  effect: RuleEffect | null,
): Promise<void> {
  const before = rulesNamed(store.settings, patch.settings ?? {});
  const after = rulesNamed({ ...store.settings, ...patch.settings }, patch.settings ?? {});
  await updateStoreIn(hub, tx, actor, store.id, patch);
  if (effect === null || isDeepStrictEqual(before, after)) return;
  const kept = { storeId: store.id, cause: 'rules', summary: { ...effect }, change: { patch: { settings: after } } };
  await keepApplied(tx, actor, { ...kept, before: { settings: before } }, hub.clock.now());
}

/** Of these rules, and locations, those that a patch names. */
export function rulesNamed(rules: RulePatch, patch: RulePatch): RulePatch {
  return {
    ...(patch.priceRule === undefined ? {} : { priceRule: rules.priceRule ?? null }),
    ...(patch.stockRule === undefined ? {} : { stockRule: rules.stockRule ?? null }),
    ...(patch.locationIds === undefined ? {} : { locationIds: rules.locationIds ?? null }),
    ...(patch.locationMap === undefined ? {} : { locationMap: rules.locationMap ?? {} }),
    ...(patch.emptyPlaces === undefined ? {} : { emptyPlaces: rules.emptyPlaces ?? [] }),
    ...(patch.remoteLocationId === undefined ? {} : { remoteLocationId: rules.remoteLocationId ?? null }),
  };
}

async function keep(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  storeId: string,
  patch: StorePatch,
  effect: RuleEffect,
): Promise<string> {
  return await openChangeSet(tx, actor, { storeId, cause: 'rules', summary: { ...effect }, change: { patch } }, hub.clock.now());
}

/** What of `older` a newer patch leaves to be decided. */
function withoutNamed(older: StorePatch, newer: StorePatch): StorePatch {
  const named = new Set(Object.entries(newer.settings ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name])));
  const settings = Object.fromEntries(Object.entries(older.settings ?? {}).filter(([name]) => !named.has(name)));
  const rest = Object.entries(older).filter(([name]) => name !== 'settings' && newer[name as keyof StorePatch] === undefined);
  return { ...Object.fromEntries(rest), ...(Object.keys(settings).length === 0 ? {} : { settings }) };
}

const merged = (older: StorePatch | null, newer: StorePatch): StorePatch => ({
  ...older,
  ...newer,
  settings: { ...older?.settings, ...newer.settings },
});

/**
 * What a patch of a store's rules would do to its linked listings, now or when one of its sales begins, whichever touches
 * more: a sale reprices when its time has come, and nobody is asked then. Changes nothing.
 */
export async function effectOf(hub: Hub, tx: Transaction, storeId: string, patch: StorePatch): Promise<RuleEffect> {
  const effects = await effectsOf(hub, tx, { storeId }, patch.settings ?? {});
  return effects.get(storeId) ?? { listings: 0, repriced: 0, recounted: 0, zeroed: 0 };
}

/** As `effectOf`, by store. */
export async function effectsOf(
  hub: Hub,
  tx: Transaction,
  scope: RuleScope,
  patch: RulePatch,
  figures?: Figures,
): Promise<Map<string, RuleEffect>> {
  const moments = [null, ...(patch.priceRule?.sales ?? []).keys()];
  const largest = new Map<string, RuleEffect>();
  const changes = await ruleChanges(hub, tx, { scope, patch, figures });
  for (const moment of moments) {
    for (const [storeId, ofStore] of Map.groupBy(changes(moment), (change) => change.storeId)) {
      const effect = { listings: ofStore.length, ...effectOfChanges(ofStore) };
      const before = largest.get(storeId);
      if (before === undefined || touchedBy(effect) > touchedBy(before)) largest.set(storeId, effect);
    }
  }
  return largest;
}
