/**
 * One word for how a price or quantity of a listing stands, and one for the whole listing.
 *
 *   in_sync     the store is known to show what it should
 *   pushing     it is being written or read, or is next in line
 *   waiting     not before `waitUntil`: the platform asked to slow down, a lost write may still apply, a higher figure waits for
 *               orders, a schedule of its own
 *   refused     the platform refused this very value
 *   held        StoreSync holds it back: `reason` says why
 *   not_tracked the store does not count it, so no quantity is sent; the price may well be in sync
 *   not_linked  the listing has no variant, or this variant has no listing while its product has
 *   not_listed  the store has nothing of this product
 */
import { sameAmount } from '#base/money.ts';
import type { Knowledge } from '#listings/level-state.ts';

export type CellState = 'in_sync' | 'pushing' | 'waiting' | 'refused' | 'held' | 'not_tracked' | 'not_linked' | 'not_listed';

/** A stored level (quantity or price), as far as its state goes. Values as decimal text. */
export interface Figure {
  desired: string | null;
  remote: string | null;
  knowledge: Knowledge;
  attemptAfter: Date | null;
  /** Quantities: it waits only because it would raise. */
  raiseWaits?: boolean;
  heldReason: string | null;
  refusedFor: string | null;
  eligible: boolean;
}

export interface Surroundings {
  status: 'linked' | 'unlinked' | 'ignored';
  storeStatus: 'active' | 'paused' | 'needs_reconnect' | 'disconnected';
  /** The breaker of the store: no traffic before this moment. */
  storeBlockedUntil: Date | null;
  /** The listing's own schedule. */
  nextSyncAt: Date | null;
}

export interface FigureState {
  state: CellState;
  /** A code: why it is held or waiting. */
  reason: string | null;
  waitUntil: Date | null;
}

/** Reasons that somebody chose: they say nothing about whether the rest of the listing is true. */
const chosen = new Set(['sync_off', 'other_location', 'not_counted_here']);

export function figureState(figure: Figure | null, around: Surroundings, now: Date): FigureState {
  const is = (state: CellState, reason: string | null = null, waitUntil: Date | null = null): FigureState => ({
    state,
    reason,
    waitUntil,
  });
  if (around.status !== 'linked') return is('not_linked', around.status);
  if (around.storeStatus === 'disconnected') return is('held', 'store_disconnected');
  if (figure === null) return is('held', 'not_counted');
  if (figure.heldReason === 'not_tracked') return is('not_tracked', figure.heldReason);
  if (figure.heldReason !== null) return is('held', figure.heldReason);
  if (figure.desired === null) return is('held', 'not_counted');
  if (figure.refusedFor !== null && sameAmount(figure.refusedFor, figure.desired)) return is('refused');
  if (figure.knowledge === 'in_flight') return is('pushing');
  if (figure.knowledge === 'known' && figure.remote !== null && sameAmount(figure.remote, figure.desired)) return is('in_sync');
  if (!figure.eligible) return is('held', 'not_on_platform');
  if (around.storeStatus !== 'active') return is('waiting', `store_${around.storeStatus}`);
  const late = latest([
    { reason: figure.raiseWaits === true ? 'raise_waits' : 'retry', until: figure.attemptAfter },
    { reason: 'platform_unavailable', until: around.storeBlockedUntil },
    { reason: 'schedule', until: around.nextSyncAt },
  ]);
  return late.until !== null && late.until > now ? is('waiting', late.reason, late.until) : is('pushing');
}

function latest(waits: readonly { reason: string; until: Date | null }[]): { reason: string; until: Date | null } {
  return waits.reduce((a, b) => ((b.until?.getTime() ?? 0) > (a.until?.getTime() ?? 0) ? b : a));
}

/** What somebody should look at first stands first. */
const gravity: readonly CellState[] = [
  'refused',
  'held',
  'waiting',
  'pushing',
  'not_tracked',
  'in_sync',
  'not_linked',
  'not_listed',
];

/** The state that matters most among several listings; `not_listed` when there are none. */
export function gravest(states: readonly CellState[]): CellState {
  return gravity.find((state) => states.includes(state)) ?? 'not_listed';
}

/** A listing's state from those of its price and quantity. What is switched off does not count, unless both are. */
export function listingState(price: FigureState, quantity: FigureState): CellState {
  const counting = [price, quantity].filter((figure) => !(figure.state === 'held' && chosen.has(figure.reason ?? '')));
  return gravest((counting.length === 0 ? [price, quantity] : counting).map(({ state }) => state));
}
