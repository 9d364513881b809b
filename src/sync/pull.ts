/**
 * Pulls a store's catalog as a sync job: page by page, each page stored in one transaction under the fence, the cursor
 * advancing only when the whole pull has been stored. An interrupted pull starts over: storing a page twice changes nothing.
 */
import { sql } from 'drizzle-orm';
import { earliestOf, secondsAfter } from '#base/clock.ts';
import { AppError, messageOf } from '#base/errors.ts';
import { readAhead } from '#base/read-ahead.ts';
import type { Credentials, PullPage, WebhookHint } from '#connectors/connector.ts';
import { CredentialsExpired, isPlatformError, PlatformUnavailable, RateLimited } from '#connectors/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { storeDeleted, storePulled } from '#listings/store-pulled.ts';
import { holdFence, LeaseLost } from '#stores/lease.ts';
import { changeStoreRow, findStore } from '#stores/stores-store.ts';
import { doubtLevels } from '#sync/doubt-levels.ts';
import { refreshStatistics } from '#sync/refresh-statistics.ts';
import { noteFailure, noteSuccess } from '#sync/store-health.ts';
import { advanceJob, changeJob, endJob, type SyncJobRow } from '#sync/sync-jobs.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** Changes are asked for from a little before the newest one seen: clocks and indexes of platforms lag. */
const overlapSeconds = 120;
/** Interruptions by a platform that is busy or silent, after which a pull counts as failed. */
const triesAtMost = 5;
/** Products whose absence is asked about by id, at a time. */
const absentPerCall = 100;

class Cancelled extends Error {}

export async function runPull(turn: Turn, job: SyncJobRow): Promise<void> {
  const { hub, lease, store } = turn;
  const full = store.catalogCursor === null || job.metadata.full === true;
  const since =
    full || store.catalogCursor === null ? null : secondsAfter(new Date(store.catalogCursor), -overlapSeconds).toISOString();
  const startedAt = hub.clock.now();
  let newest = store.catalogCursor;
  let stored = 0;
  const used = turn.session.credentials;
  try {
    await hub.db.inOrganization(lease.organizationId, async (tx) => {
      await holdFence(tx, lease);
      await changeJob(tx, job.id, { itemsProcessed: 0, itemsFailed: 0 });
    });
    const pages = turn.connector.pull(turn.patient, {
      since,
      log: (message, details) => hub.log.info({ storeId: store.id, ...details }, message),
    });
    // While a page is stored the next one is fetched.
    for await (const page of readAhead(pages)) {
      newest = newestOf(newest, page);
      await storePage(turn, page, job.id);
      await refreshStatistics(turn, ++stored);
      if (turn.signal.aborted) throw new LeaseLost('the turn was stopped');
    }
    if (full) await askAboutAbsent(turn, startedAt, job.id);
    await noteSuccess(turn);
    // A product of the future must not move it past the changes that are still to come.
    const cursor = newest === null ? null : earliestOf(new Date(newest), startedAt).toISOString();
    await hub.db.inOrganization(lease.organizationId, async (tx) => {
      await holdFence(tx, lease);
      const now = hub.clock.now();
      await changeStoreRow(tx, store.id, {
        catalogCursor: cursor,
        lastPulledAt: startedAt,
        lastSyncAt: now,
        ...(full ? { lastReconciledAt: startedAt } : {}),
      });
      await doubtHinted(turn, tx, startedAt);
      await endJob(tx, job.id, { status: 'succeeded' }, now);
    });
    store.catalogCursor = cursor;
    store.lastPulledAt = startedAt;
  } catch (thrown) {
    await endFailedPull(turn, job, thrown, { startedAt, used });
  } finally {
    hub.announce(lease.organizationId, { kind: 'job', ids: [job.id], storeId: store.id });
  }
}

/**
 * A hint that came while the pull ran may have named a listing that a page, asked for before, was about to bring: it found
 * nothing to doubt then. So everything that was named since the pull began is read.
 */
async function doubtHinted(turn: Turn, tx: Transaction, startedAt: Date): Promise<void> {
  const events = await tx.execute<{ hints: WebhookHint[] }>(sql`
    select hints from webhook_events where organization_id = ${tx.organizationId} and store_id = ${turn.store.id} and created_at >= ${startedAt}
      and processed_at is not null`);
  const hints = events.rows.flatMap((event) => event.hints);
  await doubtLevels(
    turn,
    tx,
    hints.filter((hint) => hint.kind === 'level_changed'),
  );
}

async function storePage(turn: Turn, page: PullPage, jobId: string | null): Promise<void> {
  const { hub, lease, store } = turn;
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    await storePulled(hub, tx, store, page.products, turn.isSource);
    await storeDeleted(hub, tx, store, page.deletedProductIds);
    if (jobId === null) return;
    const { cancelRequested } = await advanceJob(tx, jobId, { processed: page.products.length, total: page.totalProducts });
    if (cancelRequested) throw new Cancelled('cancelled by a person');
    if ((await findStore(tx, store.id)).status !== 'active') throw new Cancelled('the store was paused or disconnected');
    tx.afterCommit(() => hub.announce(lease.organizationId, { kind: 'job', ids: [jobId], storeId: store.id }));
  });
}

/** Pulls these products alone, as hints ask for: they may be many at once, and no sale elsewhere waits for its place behind them. */
export async function pullProducts(turn: Turn, productIds: readonly string[]): Promise<void> {
  const pages = turn.connector.pull(turn.patient, {
    since: null,
    productIds,
    log: (message, details) => turn.hub.log.info({ storeId: turn.store.id, ...details }, message),
  });
  for await (const page of pages) await storePage(turn, page, null);
}

/** Nothing is deleted because a page was short: whatever a whole pull did not show is asked about by id. */
async function askAboutAbsent(turn: Turn, startedAt: Date, jobId: string): Promise<void> {
  const absent = await turn.hub.db.inOrganization(turn.lease.organizationId, (tx) =>
    tx.execute<{ product: string }>(sql`
      select distinct platform_product_id as product from listings
      where organization_id = ${tx.organizationId} and store_id = ${turn.store.id} and state <> 'gone' and last_seen_at < ${startedAt} order by 1`),
  );
  const ids = absent.rows.map((row) => row.product);
  for (let at = 0; at < ids.length; at += absentPerCall) await pullProducts(turn, ids.slice(at, at + absentPerCall));
  if (ids.length > 0) turn.hub.log.info({ jobId, asked: ids.length }, 'asked about products that a whole pull did not show');
}

/** A pull that ended before its time: when it began, and with which credentials. */
interface Begun {
  startedAt: Date;
  used: Credentials;
}

async function endFailedPull(turn: Turn, job: SyncJobRow, thrown: unknown, { startedAt, used }: Begun): Promise<void> {
  if (thrown instanceof LeaseLost) throw thrown; // whoever has the store now starts it over
  const { hub, lease, store } = turn;
  const now = hub.clock.now();
  const cancelled = thrown instanceof Cancelled;
  if (!cancelled) await noteFailure(turn, thrown, used);
  const renewed = thrown instanceof CredentialsExpired && store.status === 'active';
  const passing = renewed || thrown instanceof RateLimited || thrown instanceof PlatformUnavailable;
  if (passing && job.retryCount < triesAtMost) {
    // The store rests for as long as the platform asks, or has new access; then the job is taken up again.
    hub.log.info({ jobId: job.id, err: messageOf(thrown), tries: job.retryCount + 1 }, 'a pull was interrupted and starts over');
    return;
  }
  const sentence = cancelled
    ? 'Cancelled. What was pulled before stays.'
    : isPlatformError(thrown) || thrown instanceof AppError
      ? `The pull from ${store.name} stopped: ${messageOf(thrown)}. What was pulled before stays; the next one goes on.`
      : `The pull from ${store.name} stopped because of an error in StoreSync. What was pulled before stays.`;
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    // Counts as a try, so that a store that cannot be pulled is not pulled without end.
    await changeStoreRow(tx, store.id, { lastPulledAt: startedAt });
    await endJob(
      tx,
      job.id,
      { status: cancelled ? 'cancelled' : 'failed', errorCode: cancelled ? 'cancelled' : 'pull_failed', errorMessage: sentence },
      now,
    );
    await writeSyncLogs(
      tx,
      [
        {
          jobId: job.id,
          storeId: store.id,
          listingId: null,
          level: cancelled ? 'info' : 'error',
          event: 'pull_stopped',
          message: sentence,
          details: { cause: messageOf(thrown) },
        },
      ],
      now,
    );
  });
  store.lastPulledAt = startedAt;
  if (!cancelled && !isPlatformError(thrown)) hub.log.error({ err: thrown, jobId: job.id }, 'a pull failed in our own code');
}

function newestOf(newest: string | null, page: PullPage): string | null {
  let result = newest;
  for (const { updatedAt } of page.products) {
    if (updatedAt !== null && (result === null || Date.parse(updatedAt) > Date.parse(result))) result = updatedAt;
  }
  return result;
}
