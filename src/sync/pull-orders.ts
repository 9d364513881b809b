/**
 * Reads orders: all that changed since the newest one seen, and those that hints name. The cursor and the moment of the
 * reading advance in the transaction that stores its last page, so that a reading that broke off counts for nothing.
 */
import { sql } from 'drizzle-orm';
import { earliestOf, secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { readAhead } from '#base/read-ahead.ts';
import { isPlatformError, Refused } from '#connectors/errors.ts';
import type { OrderFeed, RemoteOrder, UnreadableOrder } from '#connectors/order.ts';
import { sqlStateOf, type Transaction } from '#db/transaction.ts';
import { forgetNewLinks, readNewLinks } from '#listings/new-links.ts';
import { bookLinkedItems } from '#orders/book-linked-items.ts';
import { callOffDeleted } from '#orders/call-off-deleted.ts';
import { type Ingested, ingestOrders } from '#orders/ingest-orders.ts';
import { holdFence } from '#stores/lease.ts';
import { changeStoreRow } from '#stores/stores-store.ts';
import { refreshStatistics } from '#sync/refresh-statistics.ts';
import { forgetSetAside, setOrderAside, setUnreadableAside, takeSetAside } from '#sync/set-aside-order.ts';
import { noteFailure, noteSuccess } from '#sync/store-health.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** Orders are asked for from a little before the newest one seen: clocks and indexes of platforms lag. */
const overlapSeconds = 120;
/** How far a store's first reading goes back, where the feed goes so far. */
const firstReadingDays = 60;

interface Orders {
  feed: OrderFeed;
  pull: NonNullable<Turn['connector']['orders']>['pull'];
  read: NonNullable<Turn['connector']['orders']>['read'];
}

/** What a store's connector offers, or null when it reads no orders. */
export function ordersOf({ connector }: Turn): Orders | null {
  const feed = connector.manifest.orders;
  return feed === null || connector.orders === undefined
    ? null
    : { feed, pull: connector.orders.pull, read: connector.orders.read };
}

/** Something waits for a reading of orders that begins now. */
export const ordersWanted = (turn: Turn): boolean =>
  turn.store.ordersWantedAt !== null &&
  turn.store.ordersWantedAt <= turn.hub.clock.now() &&
  turn.pauseUntil === null &&
  !turn.ordersUnreadable;

/** Their time has come, or something waits for them. */
export function ordersDue(turn: Turn): boolean {
  const { ordersReadAt, settings } = turn.store;
  const isTime = ordersReadAt === null || secondsAfter(ordersReadAt, settings.syncIntervalSeconds) <= turn.hub.clock.now();
  return ordersOf(turn) !== null && (isTime || ordersWanted(turn)) && !turn.ordersUnreadable && turn.pauseUntil === null;
}

/** Reads what has changed among the orders. A platform's errors end in the store's health and the log. */
export async function takeOrders(turn: Turn): Promise<void> {
  const orders = ordersOf(turn);
  if (orders === null) return;
  const used = turn.session.credentials;
  try {
    await pullOrders(turn, orders);
    await askForSetAside(turn, orders);
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    const pause = await noteFailure(turn, thrown, used);
    if (thrown instanceof Refused) await refuseOrders(turn, thrown);
    turn.hub.log.warn({ storeId: turn.store.id, err: messageOf(thrown), pause }, 'the orders could not be read');
  }
}

/** Without them nothing is known of sales there: the store goes on, and says so. */
async function refuseOrders(turn: Turn, thrown: Refused): Promise<void> {
  const { hub, store } = turn;
  turn.ordersUnreadable = true;
  const now = hub.clock.now();
  await hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await changeStoreRow(tx, store.id, { ordersReadAt: now });
    await writeSyncLogs(
      tx,
      [
        {
          jobId: null,
          storeId: store.id,
          listingId: null,
          level: 'error',
          event: 'orders_refused',
          message: `${store.name} does not let StoreSync read its orders, so its sales are seen only by its quantities. Connect it again and grant access to orders.`,
          details: { refusal: thrown.refusal },
        },
      ],
      now,
    );
  });
  store.ordersReadAt = now;
}

async function pullOrders(turn: Turn, orders: Orders): Promise<void> {
  const { hub, store } = turn;
  const startedAt = hub.clock.now();
  const days = Math.min(firstReadingDays, orders.feed.historyDays ?? firstReadingDays);
  const since =
    store.ordersCursor === null
      ? secondsAfter(startedAt, -days * 86_400)
      : secondsAfter(new Date(store.ordersCursor), -overlapSeconds);
  let newest = store.ordersCursor;
  let stored = 0;
  const unreadable: UnreadableOrder[] = [];
  const pages = orders.pull(turn.patient, {
    since: since.toISOString(),
    unreadable: (order) => unreadable.push(order),
    log: (message, details) => hub.log.info({ storeId: store.id, ...details }, message),
  });
  for await (const page of readAhead(pages)) {
    await storeOrders(turn, orders, page);
    await setUnreadableAside(turn, unreadable.splice(0));
    for (const { updatedAt } of page) if (newest === null || Date.parse(updatedAt) > Date.parse(newest)) newest = updatedAt;
    await refreshStatistics(turn, ++stored);
    turn.signal.throwIfAborted();
  }
  await setUnreadableAside(turn, unreadable);
  await noteSuccess(turn);
  // An empty reading advances it too: nothing had changed by then. Only the cursor is the platform's time; an order of the
  // future must not move it past those that are still to come.
  const cursor = newest === null ? since : earliestOf(new Date(newest), startedAt);
  const read = { ordersReadAt: startedAt, ordersCursor: cursor.toISOString() };
  await hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    await changeStoreRow(tx, store.id, read);
    await ordersNoLongerWanted(tx, store.id, startedAt);
  });
  Object.assign(store, read);
  if (store.ordersWantedAt !== null && store.ordersWantedAt <= startedAt) store.ordersWantedAt = null;
}

/** Who wants them from a later moment on may have said so meanwhile. */
const ordersNoLongerWanted = (tx: Transaction, storeId: string, readAt: Date) =>
  tx.execute(
    sql`update stores set orders_wanted_at = null where organization_id = ${tx.organizationId} and id = ${storeId} and orders_wanted_at <= ${readAt}`,
  );

/** `strict`: who must know how an order stands now is told of one that is not understood, by a MalformedResponse. */
interface Reading {
  strict?: boolean;
}

/** Reads these orders, as hints asked for. */
export async function readOrders(turn: Turn, orderIds: readonly string[], reading: Reading = {}): Promise<void> {
  const orders = ordersOf(turn);
  if (orders === null) return;
  await readAgain(turn, orders, orderIds, reading);
}

/** What was set aside may be understood by now, and no longer stand in the feed. */
async function askForSetAside(turn: Turn, orders: Orders): Promise<void> {
  const orderIds = await takeSetAside(turn);
  if (orderIds.length === 0) return;
  const aside = await readAgain(turn, orders, orderIds);
  await forgetSetAside(
    turn,
    orderIds.filter((id) => !aside.includes(id)),
  );
}

/** Items whose listing has been linked since they came. */
export async function bookLinked(turn: Turn): Promise<number> {
  return await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    const links = await readNewLinks(tx, turn.store.id);
    const booked = await bookLinkedItems(turn.hub, tx, turn.store);
    if (booked === 0) await forgetNewLinks(tx, turn.store.id, links);
    return booked;
  });
}

async function storeOrders(turn: Turn, orders: Orders, page: readonly RemoteOrder[]): Promise<void> {
  const { ambiguous } = await store(turn, orders, page, false);
  await readAgain(turn, orders, ambiguous);
}

/** Returns the ids of those that were set aside. */
async function readAgain(
  turn: Turn,
  orders: Orders,
  orderIds: readonly string[],
  { strict = false }: Reading = {},
): Promise<string[]> {
  const aside: string[] = [];
  for (let at = 0; at < orderIds.length; at += orders.feed.ordersPerRead) {
    const unreadable: UnreadableOrder[] = [];
    const gone: string[] = [];
    const listen = { gone: (orderId: string) => gone.push(orderId) };
    const remarks = strict ? listen : { ...listen, unreadable: (order: UnreadableOrder) => unreadable.push(order) };
    const found = await orders.read(turn.session, orderIds.slice(at, at + orders.feed.ordersPerRead), remarks);
    aside.push(...(await store(turn, orders, found, true)).aside, ...unreadable.map(({ id }) => id));
    await setUnreadableAside(turn, unreadable);
    if (gone.length > 0) await callOff(turn, orders, gone);
  }
  return aside;
}

async function callOff({ hub, lease, store }: Turn, { feed }: Orders, orderIds: readonly string[]): Promise<void> {
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    await callOffDeleted(hub, tx, store, orderIds, feed);
  });
}

interface Stored extends Ingested {
  /** Ids of orders that the database does not take. */
  aside: string[];
}

/** An order that the database does not take is set aside, and said; those of its page are taken in one by one. */
async function store(turn: Turn, orders: Orders, page: readonly RemoteOrder[], fresh: boolean): Promise<Stored> {
  try {
    return { ...(await storePage(turn, orders, page, fresh)), aside: [] };
  } catch (thrown) {
    if (!cannotBeKept(thrown)) throw thrown;
    const [order, ...others] = page;
    if (order === undefined) throw thrown;
    if (others.length === 0) {
      await setOrderAside(turn, order, thrown);
      return { taken: 0, ambiguous: [], aside: [order.id] };
    }
    const all: Stored = { taken: 0, ambiguous: [], aside: [] };
    for (const one of page) {
      const { taken, ambiguous, aside } = await store(turn, orders, [one], fresh);
      all.taken += taken;
      all.ambiguous.push(...ambiguous);
      all.aside.push(...aside);
    }
    return all;
  }
}

async function storePage(turn: Turn, { feed }: Orders, page: readonly RemoteOrder[], fresh: boolean): Promise<Ingested> {
  return await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    return await ingestOrders(turn.hub, tx, turn.store, page, { feed, fresh });
  });
}

/** Class 22 of SQLSTATE, "data exception": a figure beyond all bounds, a moment that is none, text that is no text. */
const cannotBeKept = (thrown: unknown): boolean => sqlStateOf(thrown)?.startsWith('22') === true;
