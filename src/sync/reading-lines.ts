/** What the activity says of a reading that shows another figure than the one that should have stood there. */
import { canonicalAmount } from '#base/money.ts';
import type { LevelKind } from '#listings/level-rows.ts';
import { policyOf, unexplainedUnits } from '#sync/note-drift.ts';
import { ordersOf } from '#sync/pull-orders.ts';
import type { Accepted } from '#sync/readings.ts';
import type { SyncLogLine } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

export function adoptedLine<V>(turn: Turn, kind: LevelKind<V>, one: Accepted<V>): SyncLogLine {
  const { base, what, expected } = tellOf(turn, kind, one);
  return {
    ...base,
    level: 'info',
    event: `${kind.name}_adopted`,
    message: `${turn.store.name} now shows ${what} (was ${expected}); taken over`,
  };
}

/** None when the store only shows what it has sold itself, of which the orders were told. */
export function driftLines<V>(turn: Turn, kind: LevelKind<V>, one: Accepted<V>): SyncLogLine[] {
  const { base, what, expected } = tellOf(turn, kind, one);
  const { value, jobValue } = one;
  const isLower = typeof value === 'number' && typeof jobValue === 'number' && value < jobValue;
  const missing = isLower ? unexplainedUnits(one as unknown as Accepted<number>) : 0;
  if (isLower && missing <= 0) return [];
  const outcome =
    isLower && ordersOf(turn) !== null
      ? `${missing} may have been sold, and ${missing === 1 ? 'is' : 'are'} kept back until orders explain it`
      : `edited there; ${kind.name === 'price' ? ofPrices[policyOf(turn, kind)] : 'it is set back'}`;
  const message = `${turn.store.name} shows ${what} although ${expected} was expected: ${outcome}`;
  return [{ ...base, level: 'warning', event: `${kind.name}_drift`, message }];
}

const ofPrices = { hub: 'it is set back', store: 'it is taken over', ask: 'it stands until somebody decides' } as const;

function tellOf<V>(turn: Turn, kind: LevelKind<V>, { before, value, jobValue }: Accepted<V>) {
  const shown = (figure: V | null) =>
    figure === null ? 'nothing' : typeof figure === 'string' ? canonicalAmount(figure, before.currency) : String(figure);
  const details = { kind: kind.name, value, expected: jobValue, place: before.remoteLocationId };
  return {
    base: { jobId: null, storeId: turn.store.id, listingId: before.listingId, details },
    what: `${kind.name} ${shown(value)}${typeof value === 'string' ? ` ${before.currency}` : ''}`,
    expected: shown(jobValue),
  };
}
