/**
 * A turn with one store: take the lease, then read and write what is due until nothing is, at most about ten seconds, then
 * yield. What takes long runs beside the exchange, so that an import never blocks a push; the turn then lasts as long as a pull
 * or a polling of orders.
 */
import { secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { isPlatformError } from '#connectors/errors.ts';
import { priceLevels, quantityLevels } from '#listings/level-rows.ts';
import type { Hub } from '#stores/hub.ts';
import {
  type HeldLease,
  heldLease,
  holdFence,
  LeaseLost,
  leaseSeconds,
  releaseLease,
  renewAfterShare,
  takeLease,
} from '#stores/lease.ts';
import { connectorOf, openSession, patientSession } from '#stores/session.ts';
import type { StoreRow } from '#stores/stores-store.ts';
import { Beside } from '#sync/beside.ts';
import { recoverInFlight } from '#sync/claim.ts';
import { drainCauses, gatherWaiting, tendAdoptions } from '#sync/drain-causes.ts';
import { endVoidDrifts } from '#sync/end-void-drifts.ts';
import { type Exchange, exchangesOf } from '#sync/exchange.ts';
import { endTurn } from '#sync/next-due.ts';
import { noteSlowness } from '#sync/note-slowness.ts';
import { makePacer } from '#sync/pacing.ts';
import { takeHints, takeProductHints } from '#sync/process-hints.ts';
import { runPull } from '#sync/pull.ts';
import { bookLinked, ordersDue, ordersWanted, takeOrders } from '#sync/pull-orders.ts';
import { recoverShipments, sendShipments, takesShipments } from '#sync/push-shipments.ts';
import { settleDrifts } from '#sync/settle-drifts.ts';
import { onlySellerMends, probeRefusedStore, stopStore } from '#sync/store-health.ts';
import { addJob, takeJob } from '#sync/sync-jobs.ts';
import { tendLocks } from '#sync/tend-locks.ts';
import { tendOrders } from '#sync/tend-orders.ts';
import type { Turn } from '#sync/turn.ts';
import { compareWebhooks } from '#sync/webhook-registrations.ts';
import { type Due, type Look, whatIsDue } from '#sync/what-is-due.ts';

export interface TurnOptions {
  signal: AbortSignal;
  /** Of this store. Without them nobody lingers. */
  wakeUps?: WakeUps;
  /** How it waits for calls under way; by the machine's clock when absent. */
  pause?: (milliseconds: number) => Promise<void>;
}

export interface WakeUps {
  /** What was told so far is being looked at. */
  heard(): void;
  /** Resolves when something has been told since. */
  next(): Promise<void>;
}

const turnSeconds = 10;
/** A turn stays so long for more: sales come in bursts, and going on costs a third of beginning again. */
const lingerMs = 30;
/** So long figures wait for orders that webhooks have told of. */
const hintsFirstMs = 500;

/** 'busy': another worker has the store. Otherwise the moment at which it is due again. */
export async function runTurn(hub: Hub, organizationId: string, storeId: string, options: TurnOptions): Promise<'busy' | Date> {
  const askedAt = hub.clock.now();
  const opened = await hub.db.inOrganization(organizationId, async (tx) => {
    const lease = await takeLease(tx, storeId);
    return lease === null ? null : { lease, look: await whatIsDue(tx, storeId, lease.fence, hub.clock.now()) };
  });
  if (opened === null) return 'busy';
  const { look } = opened;
  const lease = heldLease(hub.db, hub.clock, opened.lease, askedAt);
  let ended = false;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const heartbeat = setInterval(
    () => {
      lease.renew().catch((error: unknown) => {
        hub.log.warn({ storeId, err: messageOf(error) }, 'the lease could not be renewed');
        if (error instanceof LeaseLost) stop.abort();
      });
    },
    leaseSeconds * renewAfterShare * 1000,
  );
  try {
    const notBefore = await workOn(hub, lease, look, { turn: signal, calls: stop.signal }, options);
    const dueAt = await endTurn(hub, lease, notBefore);
    ended = true;
    return dueAt;
  } catch (thrown) {
    if (!(thrown instanceof LeaseLost)) throw thrown;
    hub.log.info({ storeId }, 'another worker has taken the store');
    return 'busy';
  } finally {
    clearInterval(heartbeat);
    if (!ended) await hub.db.inOrganization(organizationId, (tx) => releaseLease(tx, lease));
  }
}

/** The turn ends when the process stops; calls under way are cut only when the store is lost, and else waited for. */
interface Signals {
  turn: AbortSignal;
  calls: AbortSignal;
}

/** Returns the moment before which nothing more is to be done, or null. */
async function workOn(hub: Hub, lease: HeldLease, look: Look, signals: Signals, options: TurnOptions): Promise<Date | null> {
  const { store, isSource, due } = look;
  if (store.status !== 'active' || (store.blockedUntil !== null && store.blockedUntil > hub.clock.now())) return null;
  const turn = await openTurn(hub, lease, store, isSource, signals);
  if (turn.pauseUntil === null) await probeRefusedStore(turn);
  if (turn.pauseUntil !== null) return turn.pauseUntil;
  if (due.lostQuantities) await recoverInFlight(turn, quantityLevels);
  if (due.lostPrices) await recoverInFlight(turn, priceLevels);
  if (due.lostShipments) await recoverShipments(turn);
  const last = await exchangeUntilIdle(turn, due, options);
  // Broken off, it may leave something; at rest it leaves what has been postponed since that look, if anything.
  const left = last === null || last.behind ? await lookAgain(turn) : last;
  await gatherWaiting(turn);
  if (left.adoptions) await tendAdoptions(turn);
  if (left.behind) await noteSlowness(turn, 'behind', hub.clock.now());
  return turn.pauseUntil;
}

async function openTurn(hub: Hub, lease: HeldLease, store: StoreRow, isSource: boolean, signals: Signals): Promise<Turn> {
  const connector = connectorOf(hub, store.platform);
  const turn = {
    hub,
    lease,
    store,
    isSource,
    connector,
    signal: signals.turn,
    pauseUntil: null,
    ordersUnreadable: false,
  } as unknown as Turn;
  const restSeconds = () => (turn.pauseUntil === null ? 0 : (turn.pauseUntil.getTime() - hub.clock.now().getTime()) / 1000);
  const guard = { restSeconds, confirm: () => lease.confirm() };
  const pacer = makePacer(hub.db, lease.organizationId, lease.storeId, connector.manifest.limits.buckets, guard);
  try {
    const session = await openSession(hub, store, pacer, signals.calls);
    turn.session = session;
    turn.patient = patientSession(session);
  } catch (thrown) {
    if (onlySellerMends(thrown)) {
      await stopStore(turn, thrown);
      turn.pauseUntil = secondsAfter(hub.clock.now(), 86_400);
    } else if (isPlatformError(thrown)) {
      hub.log.warn({ storeId: store.id, err: messageOf(thrown) }, 'access could not be renewed now');
      turn.pauseUntil = secondsAfter(hub.clock.now(), 10);
    } else throw thrown;
  }
  return turn;
}

/** Returns the look that found nothing more to do; null when the work was broken off. */
async function exchangeUntilIdle(turn: Turn, due: Due, options: TurnOptions): Promise<Due | null> {
  const { quantities, prices } = exchangesOf(turn);
  // All is waited for, whatever failed: the next turn must find nothing of this one under way.
  const [worked] = await Promise.allSettled([workUntilIdle(turn, due, options, quantities, prices)]);
  const drained = await Promise.allSettled([quantities.lanes.drain(), prices.lanes.drain()]);
  if (worked.status === 'rejected') throw worked.reason;
  for (const end of drained) if (end.status === 'rejected') throw end.reason;
  if (turn.pauseUntil === null && !turn.signal.aborted && turn.store.status === 'active') await compareWebhooks(turn);
  return worked.value;
}

async function workUntilIdle(
  turn: Turn,
  first: Due,
  options: TurnOptions,
  quantities: Exchange,
  prices: Exchange,
): Promise<Due | null> {
  const endAt = Date.now() + turnSeconds * 1000;
  const { pause = sleep } = options;
  let due = first;
  // Known before it is asked what is due: what ends afterwards may leave new work behind.
  let idle = true;
  let atRest = false;
  const beside: Besides = new Beside();
  const hasTime = () => Date.now() < endAt;
  /** Readings of the catalog or of orders take as long as they take, and all else goes on meanwhile. */
  const mayBegin = () => hasTime() || beside.runs('pull') || beside.runs('orders') || beside.runs('products');
  const mayGoOn = () =>
    !turn.signal.aborted &&
    turn.pauseUntil === null &&
    turn.store.status === 'active' &&
    !beside.hasFailed() &&
    (mayBegin() || beside.runs('shipments') || beside.runs('hints'));
  try {
    while (mayGoOn()) {
      let done = mayBegin() ? await beginHints(turn, due, beside, pause) : 0;
      if (mayGoOn()) done += await doChores(turn, due);
      if (!mayGoOn()) break;
      if (due.quantities || due.repeats) done += await quantities.advance({ repeats: due.repeats, levels: due.quantities });
      if (due.prices && turn.pauseUntil === null) done += await prices.advance({ repeats: false, levels: due.prices });
      // Of products there may always be more to read: they do not keep a turn from its end for ever.
      const products = due.products && (hasTime() || beside.runs('pull'));
      if (turn.pauseUntil === null && mayBegin()) await beginBeside(turn, { ...due, products }, beside);
      const ordersWait = ordersWanted(turn) && !beside.runs('orders') && mayBegin();
      if (done === 0 && !ordersWait) {
        atRest = idle && beside.running().length === 0 && !(await toldMore(options));
        if (atRest) break;
        const busy = [quantities.lanes, prices.lanes].filter((lanes) => !lanes.idle()).map((lanes) => lanes.change());
        if (idle || busy.length > 0)
          await Promise.race([
            ...busy,
            ...beside.running(),
            ...(options.wakeUps === undefined ? [] : [options.wakeUps.next()]),
            pause(200),
          ]);
      }
      idle = quantities.lanes.idle() && prices.lanes.idle();
      options.wakeUps?.heard();
      due = await lookAgain(turn);
    }
  } finally {
    await beside.drain();
  }
  beside.check();
  return atRest ? due : null;
}

async function toldMore({ wakeUps }: TurnOptions): Promise<boolean> {
  if (wakeUps === undefined) return false;
  return await Promise.race([wakeUps.next().then(() => true), sleep(lingerMs).then(() => false)]);
}

/**
 * What was sold is booked before anything is sent, if that is soon done: of a hundred orders that wait at once each takes its
 * part of a limit to read, and lower figures do not wait for all of them. Returns how much was begun.
 */
async function beginHints(turn: Turn, due: Due, beside: Besides, pause: (ms: number) => Promise<void>): Promise<number> {
  if (!due.hints || beside.runs('hints')) return 0;
  await Promise.race([beside.begin('hints', () => takeHints(turn)), pause(hintsFirstMs)]);
  return 1;
}

/** What is to be done before figures are exchanged, each in its place. */
async function doChores(turn: Turn, due: Due): Promise<number> {
  let done = await drainCauses(turn, due);
  if (due.linked) done += (await endVoidDrifts(turn)) || (await bookLinked(turn));
  done += await tendOrders(turn, due);
  if (due.drifts) done += await settleDrifts(turn);
  if (due.locks) done += await tendLocks(turn);
  return done;
}

/** Also brings what the turn knows of its store to what people have changed meanwhile. */
async function lookAgain(turn: Turn): Promise<Due> {
  const { hub, lease } = turn;
  const { store, isSource, due } = await hub.db.inOrganization(lease.organizationId, (tx) =>
    whatIsDue(tx, lease.storeId, lease.fence, hub.clock.now()),
  );
  const { rulesVersion, settings, status, currency, metadata, slow } = store;
  Object.assign(turn.store, { rulesVersion, settings, status, currency, metadata, slow });
  turn.isSource = isSource;
  return due;
}

type Besides = Beside<'hints' | 'orders' | 'pull' | 'products' | 'shipments'>;

/**
 * What takes long, and nothing else has to wait for: a lower figure least of all. A higher one waits for the orders by itself
 * where it must (orders-first.ts). A pull begins when the orders have been read, for they explain what it finds; the first
 * one finds nothing that wants explaining, and sixty days of orders may take an hour.
 */
async function beginBeside(turn: Turn, due: Due, beside: Besides): Promise<void> {
  if (due.products && !beside.runs('products')) beside.begin('products', () => takeProductHints(turn));
  if (due.shipments && takesShipments(turn) && !beside.runs('shipments')) beside.begin('shipments', () => sendShipments(turn));
  if (!beside.runs('orders') && ordersDue(turn)) beside.begin('orders', () => takeOrders(turn));
  if (beside.runs('pull') || (beside.runs('orders') && turn.store.lastSyncAt !== null)) return;
  const pull = await findPull(turn, due);
  if (pull !== null) beside.begin('pull', pull);
}

/** A pull that somebody asked for, or that is due by the store's interval. */
async function findPull(turn: Turn, due: Pick<Due, 'pull'>): Promise<(() => Promise<void>) | null> {
  const { hub, lease, store } = turn;
  const now = hub.clock.now();
  const scheduled = store.lastPulledAt === null || secondsAfter(store.lastPulledAt, store.settings.syncIntervalSeconds) <= now;
  if (!due.pull && !scheduled) return null;
  const job = await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    const waiting = await takeJob(tx, store.id, 'pull', now);
    if (waiting !== null || !scheduled) return waiting;
    const dayOld = store.lastReconciledAt === null || secondsAfter(store.lastReconciledAt, 86_400) <= now;
    await addJob(
      tx,
      {
        storeId: store.id,
        jobType: 'pull',
        cause: store.lastPulledAt === null ? 'connected' : 'schedule',
        startedBy: null,
        metadata: { full: dayOld },
      },
      now,
    );
    return await takeJob(tx, store.id, 'pull', now);
  });
  if (job === null) return null;
  return async () => {
    // What changes while the catalog is read is told of, and not found by the next pull. Tried again, a pull comes first: it
    // may have been this that failed.
    if (job.retryCount === 0) await compareWebhooks(turn);
    await runPull(turn, job);
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
