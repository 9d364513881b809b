/**
 * A webhook is a hint: levels become unknown and are read, products are pulled, an ended authorization stops the store.
 * An event counts as processed in the transaction that stores what it led to.
 *
 * Events are worked off together. When that fails, what became of it says whose fault it was:
 *
 *   the platform is away, throttles, wants other access     nobody's: all wait, and no try is counted
 *   anything else, and there are several events             they are tried by halves, until one is left
 *   anything else, of one event alone                       its own: a try, and after ten of them it is given up, and said
 */
import { type SQL, sql } from 'drizzle-orm';
import { messageOf } from '#base/errors.ts';
import type { WebhookHint } from '#connectors/connector.ts';
import { CredentialsExpired, isPlatformError, PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { storeDeleted } from '#listings/store-pulled.ts';
import { holdFence, LeaseLost } from '#stores/lease.ts';
import { doubtLevels } from '#sync/doubt-levels.ts';
import { pullProducts } from '#sync/pull.ts';
import { readOrders } from '#sync/pull-orders.ts';
import { noteFailure, stopStore } from '#sync/store-health.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

const eventsAtMost = 200;
/** After so many failures an event is left for a person to look at. */
const triesAtMost = 10;
/** Events that fail alone, up to which the others of a batch are still worked off: with more of them it may not be the events. */
const blamedAtMost = 3;
/** Of webhook_events: to be taken in hand. */
export const hintWaits = sql`processed_at is null and retry_count < ${triesAtMost}`;
/** Products have to be pulled, in the order of what is told of them. That takes a while, and no sale waits for it. */
const namesProducts = sql`(hints @> '[{"kind": "product_changed"}]' or hints @> '[{"kind": "product_deleted"}]')`;
export const quickHintWaits = sql`${hintWaits} and not ${namesProducts}`;
export const productHintWaits = sql`${hintWaits} and ${namesProducts}`;

interface WaitingEvent extends Record<string, unknown> {
  id: string;
  topic: string;
  hints: WebhookHint[];
  tries: number;
}

/** An event that failed alone. */
interface Blamed {
  event: WaitingEvent;
  thrown: unknown;
}

/** Takes waiting events in hand that name no product. */
export const takeHints = (turn: Turn): Promise<void> => take(turn, quickHintWaits);

/** Takes waiting events in hand that name products, one after the other. */
export const takeProductHints = (turn: Turn): Promise<void> => take(turn, productHintWaits);

async function take(turn: Turn, which: SQL): Promise<void> {
  const { hub, lease, store } = turn;
  const waiting = await hub.db.inOrganization(lease.organizationId, (tx) =>
    tx.execute<WaitingEvent>(sql`
      select id, topic, hints, retry_count as tries from webhook_events where organization_id = ${lease.organizationId} and store_id = ${store.id}
        and ${which} order by created_at limit ${eventsAtMost}`),
  );
  if (waiting.rows.length === 0) return;
  const used = turn.session.credentials;
  const blamed: Blamed[] = [];
  try {
    await applyEvents(turn, waiting.rows, blamed);
  } catch (thrown) {
    await noteFailure(turn, thrown, used);
    if (!isPlatformError(thrown)) throw thrown;
  } finally {
    if (blamed.length > 0) await countTries(turn, blamed);
  }
  const [first] = blamed;
  if (first === undefined) return;
  await noteFailure(turn, first.thrown, used);
  const ours = blamed.find(({ thrown }) => !isPlatformError(thrown));
  if (ours !== undefined) throw ours.thrown;
}

/** One bad event must not bury the others: halves find it in a few goes. Throws what says nothing of the events. */
async function applyEvents(turn: Turn, events: readonly WaitingEvent[], blamed: Blamed[]): Promise<void> {
  try {
    await applyHints(turn, events);
  } catch (thrown) {
    if (saysNothingOfEvents(thrown)) throw thrown;
    const [event] = events;
    if (event !== undefined && events.length === 1) {
      blamed.push({ event, thrown });
      return;
    }
    // Those that have failed before come last: they must not use up what may be blamed.
    const inTurn = events.toSorted((one, other) => one.tries - other.tries);
    const middle = Math.ceil(inTurn.length / 2);
    for (const half of [inTurn.slice(0, middle), inTurn.slice(middle)])
      if (blamed.length < blamedAtMost) await applyEvents(turn, half, blamed);
  }
}

/** Outages pass, however long they take, and the events are worked off then. */
const saysNothingOfEvents = (thrown: unknown): boolean =>
  thrown instanceof PlatformUnavailable ||
  thrown instanceof RateLimited ||
  thrown instanceof CredentialsExpired ||
  thrown instanceof LeaseLost ||
  (thrown instanceof Refused && thrown.wholeStore);

/** What is given up is said: nobody looks among the webhooks for it. */
async function countTries({ hub, lease, store }: Turn, blamed: readonly Blamed[]): Promise<void> {
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    for (const { event, thrown } of blamed)
      await tx.execute(sql`update webhook_events set retry_count = retry_count + 1, error_message = ${messageOf(thrown).slice(0, 500)}
        where organization_id = ${tx.organizationId} and id = ${event.id}`);
    const givenUp = blamed.filter(({ event }) => event.tries + 1 >= triesAtMost);
    const lines = givenUp.map(({ event, thrown }) => ({
      jobId: null,
      storeId: store.id,
      listingId: null,
      level: 'error' as const,
      event: 'webhook_given_up',
      message: `What ${store.name} told by a webhook (${event.topic}) could not be worked off ${triesAtMost} times and is left: ${messageOf(thrown).slice(0, 300)}. Pull the store to be sure of its figures; the webhook can be worked off again from the list of what platforms told.`,
      details: { eventId: event.id, hints: event.hints },
    }));
    await writeSyncLogs(tx, lines, hub.clock.now());
  });
}

async function applyHints(turn: Turn, events: readonly WaitingEvent[]): Promise<void> {
  const hints = events.flatMap((event) => event.hints);
  const eventIds = events.map((event) => event.id);
  const changedProducts = [...new Set(hints.flatMap((hint) => (hint.kind === 'product_changed' ? [hint.productId] : [])))];
  const deletedProducts = hints.flatMap((hint) => (hint.kind === 'product_deleted' ? [hint.productId] : []));
  const changedOrders = [...new Set(hints.flatMap((hint) => (hint.kind === 'order_changed' ? [hint.orderId] : [])))];
  const levels = hints.filter((hint) => hint.kind === 'level_changed');
  // Before anything is doubted for it: a sale that is booked explains a lower figure.
  await readOrders(turn, changedOrders);
  await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    await doubtLevels(turn, tx, levels);
    await storeDeleted(turn.hub, tx, turn.store, deletedProducts);
    // A product that has to be pulled keeps its events waiting until its page is stored.
    if (changedProducts.length === 0) await markProcessed(turn, tx, eventIds);
  });
  if (changedProducts.length > 0) {
    await pullProducts(turn, changedProducts);
    await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
      await holdFence(tx, turn.lease);
      await markProcessed(turn, tx, eventIds);
    });
  }
  if (hints.some((hint) => hint.kind === 'authorization_ended')) {
    await stopStore(turn, null);
    turn.pauseUntil = new Date(turn.hub.clock.now().getTime() + 86_400_000);
  }
}

async function markProcessed(turn: Turn, tx: Transaction, eventIds: readonly string[]): Promise<void> {
  await tx.execute(sql`update webhook_events set processed_at = ${turn.hub.clock.now()}, error_message = null
    where organization_id = ${tx.organizationId} and id = any(${sql.param([...eventIds])}::uuid[])`);
}
