/**
 * A turn with one store: take the lease, then read and write what is due until nothing is, at most about ten seconds, then
 * yield. A pull runs beside the exchange, so that an import never blocks a push; the turn then lasts as long as the pull.
 */
import { sql } from 'drizzle-orm';
import { earliestOf, secondsAfter } from '#base/clock.ts';
import { AppError, messageOf } from '#base/errors.ts';
import { CredentialsExpired, isPlatformError } from '#connectors/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { priceLevels, quantityLevels } from '#listings/level-rows.ts';
import type { Hub } from '#stores/hub.ts';
import { type Lease, LeaseLost, leaseSeconds, releaseLease, renewLease, takeLease } from '#stores/lease.ts';
import { connectorOf, openSession } from '#stores/session.ts';
import { findStore, type StoreRow, sourceStoreId } from '#stores/stores-store.ts';
import { recoverInFlight } from '#sync/claim.ts';
import { drainCauses, gatherWaiting } from '#sync/drain-causes.ts';
import { type Exchange, exchangesOf } from '#sync/exchange.ts';
import { judgeDelay } from '#sync/note-slowness.ts';
import { makePacer } from '#sync/pacing.ts';
import { takeHints, triesAtMost } from '#sync/process-hints.ts';
import { runPull } from '#sync/pull.ts';
import { ordersWanted, takeOrders } from '#sync/pull-orders.ts';
import { recoverShipments, sendShipments, shipmentsDueAt } from '#sync/push-shipments.ts';
import { settleDrifts } from '#sync/settle-drifts.ts';
import { probeRefusedStore, stopStore } from '#sync/store-health.ts';
import { addJob, takeJob } from '#sync/sync-jobs.ts';
import { tendLocks } from '#sync/tend-locks.ts';
import { tendingDueAt, tendOrders } from '#sync/tend-orders.ts';
import type { Turn } from '#sync/turn.ts';
import { compareWebhooks } from '#sync/webhook-registrations.ts';

export interface TurnOptions {
  signal: AbortSignal;
  /** Resolves when somebody has woken this store since the last call. */
  woken?: () => Promise<void>;
  /** How it waits for calls under way; by the machine's clock when absent. */
  pause?: (milliseconds: number) => Promise<void>;
}

const turnSeconds = 10;

/** 'busy': another worker has the store. Otherwise the moment at which it is due again. */
export async function runTurn(hub: Hub, organizationId: string, storeId: string, options: TurnOptions): Promise<'busy' | Date> {
  const lease = await takeLease(hub.db, organizationId, storeId);
  if (lease === null) return 'busy';
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const heartbeat = setInterval(
    () => {
      renewLease(hub.db, lease).catch((error: unknown) => {
        hub.log.warn({ storeId, err: messageOf(error) }, 'the lease could not be renewed');
        if (error instanceof LeaseLost) stop.abort();
      });
    },
    (leaseSeconds * 1000) / 3,
  );
  try {
    const notBefore = await workOn(hub, lease, { turn: signal, calls: stop.signal }, options);
    return await noteDue(hub, lease, notBefore);
  } catch (thrown) {
    if (!(thrown instanceof LeaseLost)) throw thrown;
    hub.log.info({ storeId }, 'another worker has taken the store');
    return 'busy';
  } finally {
    clearInterval(heartbeat);
    await releaseLease(hub.db, lease);
  }
}

/** The turn ends when the process stops; calls under way are cut only when the store is lost, and else waited for. */
interface Signals {
  turn: AbortSignal;
  calls: AbortSignal;
}

/** Returns the moment before which nothing more is to be done, or null. */
async function workOn(hub: Hub, lease: Lease, signals: Signals, options: TurnOptions): Promise<Date | null> {
  const { store, isSource } = await hub.db.inOrganization(lease.organizationId, async (tx) => {
    const row = await findStore(tx, lease.storeId);
    return { store: row, isSource: (await sourceStoreId(tx)) === row.id };
  });
  if (store.status !== 'active' || (store.blockedUntil !== null && store.blockedUntil > hub.clock.now())) return null;
  const turn = await openTurn(hub, lease, store, isSource, signals);
  if (turn.pauseUntil === null) await probeRefusedStore(turn);
  if (turn.pauseUntil !== null) return turn.pauseUntil;
  await recoverInFlight(turn, quantityLevels);
  await recoverInFlight(turn, priceLevels);
  await recoverShipments(turn);
  await exchangeUntilIdle(turn, options);
  await gatherWaiting(turn);
  await judgeDelay(turn);
  return turn.pauseUntil;
}

async function openTurn(hub: Hub, lease: Lease, store: StoreRow, isSource: boolean, signals: Signals): Promise<Turn> {
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
  const pacer = makePacer(hub.db, lease.organizationId, lease.storeId, connector.manifest.limits.buckets, restSeconds);
  try {
    turn.session = await openSession(hub, store, pacer, signals.calls);
  } catch (thrown) {
    const onlyTheSeller =
      thrown instanceof CredentialsExpired || (thrown instanceof AppError && thrown.code === 'needs_reconnect');
    if (onlyTheSeller) {
      const sentence =
        thrown instanceof AppError
          ? thrown.message
          : `${store.name} no longer accepts our access. Connect it again under Integrations; its listings, links and history are kept.`;
      await stopStore(turn, sentence, thrown);
      turn.pauseUntil = secondsAfter(hub.clock.now(), 86_400);
    } else if (isPlatformError(thrown)) {
      hub.log.warn({ storeId: store.id, err: messageOf(thrown) }, 'access could not be renewed now');
      turn.pauseUntil = secondsAfter(hub.clock.now(), 10);
    } else throw thrown;
  }
  return turn;
}

async function exchangeUntilIdle(turn: Turn, options: TurnOptions): Promise<void> {
  const { quantities, prices } = exchangesOf(turn);
  // All is waited for, whatever failed: the next turn must find nothing of this one under way.
  const ended = await Promise.allSettled([workUntilIdle(turn, options, quantities, prices)]);
  ended.push(...(await Promise.allSettled([quantities.lanes.drain(), prices.lanes.drain()])));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  if (turn.pauseUntil === null && !turn.signal.aborted && turn.store.status === 'active') await compareWebhooks(turn);
}

async function workUntilIdle(turn: Turn, options: TurnOptions, quantities: Exchange, prices: Exchange): Promise<void> {
  const endAt = Date.now() + turnSeconds * 1000;
  const { pause = sleep } = options;
  let pulling: Promise<void> | null = null;
  let pullFailed: unknown = null;
  const mayGoOn = () =>
    !turn.signal.aborted &&
    turn.pauseUntil === null &&
    turn.store.status === 'active' &&
    (pulling !== null || Date.now() < endAt);
  try {
    while (mayGoOn()) {
      // What ends from here on may leave new work behind.
      const idle = quantities.lanes.idle() && prices.lanes.idle();
      let done = await takeHints(turn);
      done += await drainCauses(turn);
      done += await takeOrders(turn);
      done += await tendOrders(turn);
      done += await settleDrifts(turn);
      done += await tendLocks(turn);
      done += await sendShipments(turn);
      if (!mayGoOn()) break; // paused by a person meanwhile
      done += await quantities.advance();
      if (turn.pauseUntil === null) done += await prices.advance();
      if (pulling === null && turn.pauseUntil === null) {
        const pull = await beginPull(turn);
        if (pull !== null) {
          pulling = pull()
            .catch((thrown: unknown) => {
              pullFailed = thrown;
            })
            .finally(() => {
              pulling = null;
            });
        }
      }
      if (done > 0 || ordersWanted(turn)) continue;
      if (idle && pulling === null) break;
      const busy = [quantities.lanes, prices.lanes].filter((lanes) => !lanes.idle()).map((lanes) => lanes.change());
      if (!idle && busy.length === 0) continue;
      await Promise.race([...busy, ...(pulling === null ? [] : [pulling]), options.woken?.() ?? pause(200), pause(200)]);
    }
  } finally {
    await pulling;
  }
  if (pullFailed !== null) throw pullFailed;
}

/** A pull that somebody asked for, or that is due by the store's interval. */
async function beginPull(turn: Turn): Promise<(() => Promise<void>) | null> {
  const { hub, lease, store } = turn;
  const now = hub.clock.now();
  const scheduled = store.lastPulledAt === null || secondsAfter(store.lastPulledAt, store.settings.syncIntervalSeconds) <= now;
  const job = await hub.db.inOrganization(lease.organizationId, async (tx) => {
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
  return job === null ? null : () => runPull(turn, job);
}

/**
 * Notes when the store is due again, and returns it. Whoever makes work makes the store due in the same transaction, which
 * either has ended before this lock, and is seen, or waits for it, and is not overwritten.
 */
async function noteDue(hub: Hub, lease: Lease, notBefore: Date | null): Promise<Date> {
  return await hub.db.inOrganization(lease.organizationId, async (tx) => {
    const row = sql`organization_id = ${lease.organizationId} and store_id = ${lease.storeId}`;
    await tx.execute(sql`select from store_directory where ${row} for update`);
    const dueAt = notBefore ?? (await nextDue(hub, tx, lease.storeId));
    await tx.execute(sql`update store_directory set next_run_at = ${dueAt} where ${row}`);
    return dueAt;
  });
}

/** The earliest moment at which something is due by itself. */
async function nextDue(hub: Hub, tx: Transaction, storeId: string): Promise<Date> {
  const now = hub.clock.now();
  const store = await findStore(tx, storeId);
  if (store.status !== 'active') return secondsAfter(now, 86_400);
  if (store.blockedUntil !== null && store.blockedUntil > now) return store.blockedUntil;
  const of = sql`organization_id = ${tx.organizationId} and store_id = ${storeId}`;
  const work = await tx.execute<{ at: Date | null; waiting: boolean }>(sql`
    select (select min(at) from (
        (select attempt_after as at from listing_levels where ${of} and eligible order by attempt_after limit 1)
        union all
        (select attempt_after from listing_prices where ${of} and eligible order by attempt_after limit 1)
        union all
        (select next_change_at from listing_levels where ${of} and next_change_at is not null order by next_change_at limit 1)
        union all
        (select next_change_at from listing_prices where ${of} and next_change_at is not null order by next_change_at limit 1)
        union all
        (select min(settle_after) from drifts where ${of} and state = 'seen')
        union all
        (select min(until) from listing_holds where ${of} and reason = 'locked_by_platform')
      ) due) as at,
      exists (select from webhook_events where ${of} and processed_at is null and retry_count < ${triesAtMost})
      or exists (select from sync_jobs where ${of} and job_type = 'pull' and status in ('queued', 'running'))
      or exists (select from listing_levels where ${of} and rules_version < ${store.rulesVersion})
      or exists (select from listing_prices where ${of} and rules_version < ${store.rulesVersion}) as waiting`);
  const { at = null, waiting = false } = work.rows[0] ?? {};
  const pullAt = secondsAfter(store.lastPulledAt ?? now, store.settings.syncIntervalSeconds);
  // '-infinity' reads as a number, not a Date: due at once.
  const workAt = waiting ? now : at === null ? pullAt : at instanceof Date ? at : now;
  const ordersAt = store.ordersReadAt === null ? pullAt : secondsAfter(store.ordersReadAt, store.settings.syncIntervalSeconds);
  const { manifest, orders } = connectorOf(hub, store.platform);
  const shipmentsAt =
    manifest.orders?.fulfils === true && orders?.ship !== undefined ? await shipmentsDueAt(tx, storeId, now) : null;
  const tendingAt = manifest.orders === null ? null : await tendingDueAt(tx, store, now);
  return earliestOf(workAt, pullAt, ordersAt, store.ordersWantedAt ?? pullAt, shipmentsAt ?? pullAt, tendingAt ?? pullAt);
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
