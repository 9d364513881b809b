/** Locations under the brake: what is closed, opened again, made the default or counted by another changes what every store may sell. */
import type { Transaction } from '#db/transaction.ts';
import {
  changeLocationIn,
  type LocationChange,
  type LocationState,
  movesStock,
  readLocation,
  writeLocation,
} from '#listings/change-location.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { asIf } from '#sync/as-if.ts';
import { effectsOf } from '#sync/brake.ts';
import { changeUnderBrake, type WayBack } from '#sync/organization-brake.ts';
import { previewRules, type RulePreview } from '#sync/preview-rules.ts';

/** What a change-set of the cause 'location' does, or would do. */
export interface HeldLocation {
  id: string;
  /** As it was called when somebody asked. */
  name: string;
  change: LocationChange;
}

/** What stores followed before: whether it was open, which one was the default, and who counted it. What the change left alone is absent. */
export interface LocationBefore {
  id: string;
  isActive?: boolean;
  defaultId?: string | null;
  ownerStoreId?: string | null;
}

/**
 * Changes a location, unless that would change more quantities of a store than its brake allows: then all of it waits, and
 * AppError 'brake_pending' says the figures. What waited for the same location, or to be the default, is void. Throws
 * not_found, and conflict as `changeLocationIn`.
 */
export async function changeLocationUnderBrake(hub: Hub, actor: Actor, id: string, change: LocationChange): Promise<void> {
  if (change.isActive === undefined && change.isDefault === undefined && change.ownerStoreId === undefined)
    return await hub.db.inOrganization(actor.organizationId, (tx) => changeLocationIn(hub, tx, actor, id, change));
  await changeUnderBrake(hub, actor, async (tx) => {
    const before = await readLocation(tx, id);
    return {
      cause: 'location',
      named: named(before, change),
      change: { location: { id, name: before.name, change } },
      effects: await asIf(
        tx,
        () => writeLocation(hub, tx, id, change),
        () => effectsOf(hub, tx, 'organization', {}, 'quantities'),
      ),
      replaces(waiting) {
        const other = locationIn(waiting);
        return other.id === id || (other.change.isDefault === true && change.isDefault === true);
      },
      async apply() {
        await changeLocationIn(hub, tx, actor, id, change);
        return movesStock(before, change) ? { location: beforeOf(id, before, change) } : null;
      },
    };
  });
}

/** What it would do to the stores' quantities; `shown`: how many of the largest changes. Changes nothing. Throws as the change itself. */
export async function previewLocation(
  hub: Hub,
  tx: Transaction,
  id: string,
  change: LocationChange,
  shown?: number,
): Promise<RulePreview> {
  return await asIf(
    tx,
    () => writeLocation(hub, tx, id, change),
    () =>
      previewRules(hub, tx, {
        scope: 'organization',
        patch: {},
        figures: 'quantities',
        ...(shown === undefined ? {} : { shown }),
      }),
  );
}

export const locationIn = (change: Record<string, unknown>): HeldLocation => (change as { location: HeldLocation }).location;

export const beforeOf = (
  id: string,
  { isActive, isDefault, defaultId, ownerStoreId }: LocationState,
  change: LocationChange,
): LocationBefore => ({
  id,
  ...(change.isActive === undefined || change.isActive === isActive ? {} : { isActive }),
  ...(change.isDefault === undefined || isDefault ? {} : { defaultId }),
  ...(change.ownerStoreId === undefined || change.ownerStoreId === ownerStoreId ? {} : { ownerStoreId }),
});

export const undoLocation = ({ id, change }: HeldLocation, before: LocationBefore): WayBack => ({
  async problem(tx) {
    const now = await readLocation(tx, id);
    const asMade =
      (before.isActive === undefined || now.isActive === change.isActive) &&
      (before.defaultId === undefined || now.isDefault) &&
      (before.ownerStoreId === undefined || now.ownerStoreId === change.ownerStoreId);
    return asMade ? null : 'The locations have been changed since. Look at them under Inventory, and change what you want.';
  },
  preview: (hub, tx) =>
    asIf(
      tx,
      async () => {
        for (const step of stepsBack(before)) await writeLocation(hub, tx, step.id, step.change);
      },
      () => previewRules(hub, tx, { scope: 'organization', patch: {}, figures: 'quantities' }),
    ),
  async putBack(hub, tx, actor) {
    for (const step of stepsBack(before)) await changeLocationIn(hub, tx, actor, step.id, step.change);
  },
});

/** The former default first, for the default one cannot be closed. */
function stepsBack({ id, isActive, defaultId, ownerStoreId }: LocationBefore): { id: string; change: LocationChange }[] {
  return [
    ...(typeof defaultId === 'string' ? [{ id: defaultId, change: { isDefault: true as const } }] : []),
    ...(isActive === undefined ? [] : [{ id, change: { isActive } }]),
    ...(ownerStoreId === undefined ? [] : [{ id, change: { ownerStoreId } }]),
  ];
}

function named({ name }: LocationState, { isActive, isDefault, ownerStoreId }: LocationChange): string {
  if (ownerStoreId !== undefined) return `Changing who counts ${name}`;
  if (isDefault === true) return `Making ${name} the default location`;
  return isActive === true ? `Opening ${name} again` : `Closing ${name}`;
}
