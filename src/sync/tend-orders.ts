/** What is to be done about single orders between readings: those that somebody waits for, and those that nobody pays. */
import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { isPlatformError } from '#connectors/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { expireReservations, findUnpaid, oldestUnpaidAt } from '#orders/expire-reservations.ts';
import { holdFence } from '#stores/lease.ts';
import type { StoreRow } from '#stores/stores-store.ts';
import { ordersOf, readOrders } from '#sync/pull-orders.ts';
import { noteFailure, noteSuccess } from '#sync/store-health.ts';
import type { Turn } from '#sync/turn.ts';

/** Returns how many orders were taken in hand: 0 when there is nothing more to be done now. */
export async function tendOrders(turn: Turn): Promise<number> {
  const feed = ordersOf(turn)?.feed;
  if (feed === undefined || turn.ordersUnreadable || turn.pauseUntil !== null) return 0;
  try {
    return (await readWanted(turn, feed.ordersPerRead)) + (await expireUnpaid(turn, feed.ordersPerRead));
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    await noteFailure(turn, thrown);
    turn.hub.log.warn({ storeId: turn.store.id, err: messageOf(thrown) }, 'single orders could not be read');
    return 0;
  }
}

async function readWanted(turn: Turn, atMost: number): Promise<number> {
  const { hub, lease, store } = turn;
  const startedAt = hub.clock.now();
  const wanted = await hub.db.inOrganization(lease.organizationId, (tx) =>
    tx.execute<{ id: string; platform_order_id: string }>(sql`
      select id, platform_order_id from orders where organization_id = ${tx.organizationId} and store_id = ${store.id}
        and refresh_wanted_at is not null order by refresh_wanted_at limit ${atMost}`),
  );
  if (wanted.rows.length === 0) return 0;
  let failure: unknown = null;
  try {
    await readOrders(
      turn,
      wanted.rows.map((row) => row.platform_order_id),
    );
    await noteSuccess(turn);
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    failure = thrown;
  }
  // A store that must rest reads them later; what the platform refuses to show is not asked for again by itself.
  const pause = failure === null ? null : await noteFailure(turn, failure);
  if (pause === null)
    await noLongerWanted(
      turn,
      wanted.rows.map(({ id }) => id),
      startedAt,
    );
  return pause === null ? wanted.rows.length : 0;
}

async function noLongerWanted(turn: Turn, orderIds: readonly string[], startedAt: Date): Promise<void> {
  const { hub, lease, store } = turn;
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    await tx.execute(sql`
      with read as (select id from orders where organization_id = ${tx.organizationId} and id = any(${sql.param([...orderIds])}::uuid[])
        order by platform_order_id for update)
      update orders set refresh_wanted_at = null where organization_id = ${tx.organizationId} and id in (select id from read) and refresh_wanted_at <= ${startedAt}`);
    tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'order', ids: orderIds.slice(0, 100), storeId: store.id }));
  });
}

const patienceSeconds = ({ settings }: StoreRow): number | null =>
  settings.unpaidReservationHours === undefined || settings.unpaidReservationHours === null
    ? null
    : settings.unpaidReservationHours * 3600;

/** Read again first: it may have been paid a moment ago. */
async function expireUnpaid(turn: Turn, atMost: number): Promise<number> {
  const { hub, lease, store } = turn;
  const seconds = patienceSeconds(store);
  if (seconds === null || turn.pauseUntil !== null) return 0;
  const placedBefore = secondsAfter(hub.clock.now(), -seconds);
  const unpaid = await hub.db.inOrganization(lease.organizationId, (tx) => findUnpaid(tx, store.id, placedBefore, atMost));
  if (unpaid.length === 0) return 0;
  await readOrders(
    turn,
    unpaid.map(({ platformOrderId }) => platformOrderId),
  );
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    await expireReservations(
      hub,
      tx,
      store,
      unpaid.map(({ id }) => id),
      turn.isSource,
    );
  });
  return unpaid.length;
}

/** What is overdue at the end of a turn could not be read; it is tried again after this. */
const againSeconds = 300;

/** When one of these is due next; null when none is. */
export async function tendingDueAt(tx: Transaction, store: StoreRow, now: Date): Promise<Date | null> {
  const wanted = await tx.execute<{ at: Date | null }>(sql`
    select min(refresh_wanted_at) as at from orders
    where organization_id = ${tx.organizationId} and store_id = ${store.id} and refresh_wanted_at is not null`);
  const seconds = patienceSeconds(store);
  const oldest = seconds === null ? null : await oldestUnpaidAt(tx, store.id);
  const expiry = oldest === null || seconds === null ? null : secondsAfter(oldest, seconds);
  const expiresAt = expiry !== null && expiry <= now ? secondsAfter(now, againSeconds) : expiry;
  const moments = [wanted.rows[0]?.at ?? null, expiresAt].filter((at) => at !== null);
  return moments.length === 0 ? null : new Date(Math.min(...moments.map((at) => at.getTime())));
}
