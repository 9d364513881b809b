/** What a reading of a store shows that does not own the figure, in place of ours. See listings/drifts.ts. */
import type { Transaction } from '#db/transaction.ts';
import { closeDrifts, type DriftCause, type NewDrift, noteDrifts } from '#listings/drifts.ts';
import type { LevelKind, LevelRow } from '#listings/level-rows.ts';
import { afterEvent, type Level } from '#listings/level-state.ts';
import { isEmptied, locationsAt, type Places } from '#stores/places.ts';
import { openLocationIds } from '#stores/read-places.ts';
import type { DriftPolicy } from '#stores/stores.ts';
import { keptBackUntil } from '#sync/orders-first.ts';
import { ordersOf } from '#sync/pull-orders.ts';
import type { Accepted } from '#sync/readings.ts';
import type { Turn } from '#sync/turn.ts';

/** What becomes of a figure of this kind that was changed there. */
export const policyOf = <V>(turn: Turn, kind: LevelKind<V>): DriftPolicy => turn.store.settings.drift?.[kind.name] ?? 'hub';

/** As `policyOf`, at one place: where nothing is to be sold there is nothing to take over. */
export const policyAt = <V>(turn: Turn, kind: LevelKind<V>, places: Places | null, place: string): DriftPolicy =>
  places !== null && isEmptied(places, place) ? 'hub' : policyOf(turn, kind);

/** Units that are missing beyond those that were sold there since the figure was known. */
export const unexplainedUnits = ({ before, value, jobValue }: Pick<Accepted<number>, 'before' | 'value' | 'jobValue'>): number =>
  (jobValue ?? value) - before.soldSince - value;

/** A price that somebody has changed there stands until it is settled, unless ours is simply put back. */
export function disputed<V>(turn: Turn, kind: LevelKind<V>, level: Level<V>, differs: boolean): Level<V> {
  if (turn.isSource || kind.name !== 'price' || level.desired === null || level.remote === null) return level;
  const agreed = kind.same(level.desired, level.remote);
  if (agreed && level.heldReason !== 'drift_waits') return level;
  if (!agreed && (!differs || level.heldReason !== null || policyOf(turn, kind) === 'hub')) return level;
  const heldReason = agreed ? null : 'drift_waits';
  return afterEvent(level, { kind: 'desired_changed', desired: level.desired, heldReason }, kind.same);
}

/** Where ours counts, units that are missing are held, and noted only when no order has explained them (see settle-drifts.ts). */
export async function noteDrift<V>(
  turn: Turn,
  tx: Transaction,
  kind: LevelKind<V>,
  { places, differing, saved }: { places: Places | null; differing: readonly Accepted<V>[]; saved: readonly LevelRow<V>[] },
  now: Date,
): Promise<void> {
  const orders = kind.name === 'quantity' && ordersOf(turn) !== null;
  const mayWait = orders && policyOf(turn, kind) !== 'hub' && differing.length > 0;
  const settleAfter = mayWait ? await keptBackUntil(turn, tx, now) : null;
  const open = places === null || differing.length === 0 ? [] : await openLocationIds(tx);
  const found = differing.flatMap(({ before, value, variantId, jobValue }): NewDrift[] => {
    const { desired } = before.level;
    const policy = policyAt(turn, kind, places, before.remoteLocationId);
    const lower = typeof value === 'number' && typeof jobValue === 'number' && value < jobValue;
    if (jobValue === null || desired === null || kind.same(value, desired) || (orders && lower && policy === 'hub')) return [];
    const asked = kind.name === 'price' && policy === 'ask' ? 'waiting' : 'seen';
    return [
      {
        storeId: turn.store.id,
        listingId: before.listingId,
        variantId,
        field: kind.name,
        place: before.remoteLocationId,
        locationId: places === null ? null : (locationsAt(places, before.remoteLocationId, open)[0] ?? null),
        currency: before.currency,
        expected: String(jobValue),
        found: String(value),
        cause: causeOf(kind, before.level, value),
        state: policy === 'hub' ? 'put_back' : asked,
        settleAfter: policy === 'hub' ? null : settleAfter,
      },
    ];
  });
  await noteDrifts(tx, found, now);
  if (found.length > 0)
    tx.afterCommit(() =>
      turn.hub.announce(tx.organizationId, {
        kind: 'drift',
        ids: found.slice(0, 100).map(({ listingId }) => listingId),
        storeId: turn.store.id,
      }),
    );
  if (kind.name !== 'price') return;
  const agreed = saved.filter(
    ({ level: { desired, remote } }) => desired !== null && remote !== null && kind.same(desired, remote),
  );
  await closeDrifts(
    tx,
    'price',
    agreed.map((row) => row.listingId),
    now,
  );
}

function causeOf<V>(kind: LevelKind<V>, { replaced, lastApplied }: Level<V>, value: V): DriftCause {
  if (lastApplied === null) return 'edited';
  if (kind.same(value, lastApplied)) return 'ours';
  return replaced !== null && kind.same(value, replaced) ? 'ignored' : 'edited';
}
