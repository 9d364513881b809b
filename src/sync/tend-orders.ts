/** What is to be done about single orders between readings: those that somebody waits for, and those that nobody pays. */
import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { isPlatformError } from '#connectors/errors.ts';
import { expireReservations, findUnpaid } from '#orders/expire-reservations.ts';
import { holdFence } from '#stores/lease.ts';
import type { StoreRow } from '#stores/stores-store.ts';
import { ordersOf, readOrders } from '#sync/pull-orders.ts';
import { noteFailure, noteSuccess } from '#sync/store-health.ts';
import type { Turn } from '#sync/turn.ts';
import type { Due } from '#sync/what-is-due.ts';

/** Returns how many orders were taken in hand: 0 when there is nothing more to be done now. */
export async function tendOrders(turn: Turn, due: Pick<Due, 'wantedOrders' | 'unpaidOrders'>): Promise<number> {
  const feed = ordersOf(turn)?.feed;
  if (!(due.wantedOrders || due.unpaidOrders)) return 0;
  if (feed === undefined || turn.ordersUnreadable || turn.pauseUntil !== null) return 0;
  const used = turn.session.credentials;
  try {
    const read = due.wantedOrders ? await readWanted(turn, feed.ordersPerRead) : 0;
    return read + (due.unpaidOrders ? await expireUnpaid(turn, feed.ordersPerRead) : 0);
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    await noteFailure(turn, thrown, used);
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
  const used = turn.session.credentials;
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
  const pause = failure === null ? null : await noteFailure(turn, failure, used);
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
    );
  });
  return unpaid.length;
}
