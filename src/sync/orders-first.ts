/**
 * Never raise blindly (I7). A platform whose writes do not name what they replace may have sold since the figure was read:
 * a higher figure is written only after orders were read, from a moment on at which such a sale would be among them; and no
 * figure above zero on an order reading older than the manifest's bound, not even when its call had to wait.
 */
import { earliestOf, latestOf, secondsAfter } from '#base/clock.ts';
import type { Transaction } from '#db/transaction.ts';
import type { LevelKind, LevelRow } from '#listings/level-rows.ts';
import { changeStoreRow } from '#stores/stores-store.ts';
import { ordersOf } from '#sync/pull-orders.ts';
import type { Turn } from '#sync/turn.ts';

/** After the feed's lag a sale is among the orders that are read; this much longer its units are kept back. */
const graceSeconds = 10;
const patienceSeconds = 600;

/** When a level may be written, as far as orders matter to it. */
export interface OrdersFirst {
  /** The moment at which it may be looked at again; null: it may be written now. */
  waitUntil: Date | null;
  /** What is written now must be sent by then, in ms since 1970. */
  sendUntil: number;
}

const whenever: OrdersFirst = { waitUntil: null, sendUntil: Number.POSITIVE_INFINITY };

export async function ordersFirst<V>(
  turn: Turn,
  tx: Transaction,
  kind: LevelKind<V>,
  row: LevelRow<V>,
  { now, ordersReadAt }: { now: Date; ordersReadAt: Date | null },
): Promise<OrdersFirst> {
  const feed = ordersOf(turn)?.feed;
  const { desired, remote } = row.level;
  if (feed === undefined || kind.name !== 'quantity' || turn.ordersUnreadable) return whenever;
  if (turn.connector.manifest.capabilities.compareAndSet || typeof desired !== 'number' || desired === 0) return whenever;
  const raises = typeof remote !== 'number' || desired > remote;
  const bound = secondsAfter(now, -feed.readingBoundSeconds);
  const since = raises && row.lastReadAt !== null ? secondsAfter(row.lastReadAt, feed.feedLagSeconds) : bound;
  const needed = latestOf(since, bound);
  if (ordersReadAt !== null && ordersReadAt >= needed)
    return { waitUntil: null, sendUntil: secondsAfter(ordersReadAt, feed.readingBoundSeconds).getTime() };
  const from = latestOf(needed, now);
  await wantOrders(turn, tx, from);
  return { waitUntil: from, sendUntil: 0 };
}

/** Until when units are kept back that a store has probably sold; asks for the reading of orders in which the sale would be. */
export async function keptBackUntil(turn: Turn, tx: Transaction, now: Date): Promise<Date> {
  const from = secondsAfter(now, ordersOf(turn)?.feed.feedLagSeconds ?? 0);
  await wantOrders(turn, tx, from);
  return secondsAfter(from, graceSeconds);
}

/** Orders that cannot be read (the store is throttled, or does not answer) keep no units from the other stores for ever. */
export const longestHold = (settleAfter: Date): Date => secondsAfter(settleAfter, patienceSeconds);

/** What was kept back until this moment or before has had its reading of orders. */
export function explainedUntil(turn: Turn, now: Date): Date {
  if (ordersOf(turn) === null || turn.ordersUnreadable) return now;
  const { ordersReadAt } = turn.store;
  return ordersReadAt === null ? new Date(0) : earliestOf(now, secondsAfter(ordersReadAt, graceSeconds));
}

/** Kept in the store's row: the turn that needs it may end before. */
export async function wantOrders({ store }: Turn, tx: Transaction, from: Date): Promise<void> {
  if (store.ordersWantedAt !== null && store.ordersWantedAt <= from) return;
  store.ordersWantedAt = from;
  await changeStoreRow(tx, store.id, { ordersWantedAt: from });
}
