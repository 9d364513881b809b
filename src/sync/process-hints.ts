/**
 * A webhook is a hint: levels become unknown and are read, products are pulled, an ended authorization stops the store.
 * An event counts as processed in the transaction that stores what it led to.
 */
import { type SQL, sql } from 'drizzle-orm';
import { messageOf } from '#base/errors.ts';
import type { WebhookHint } from '#connectors/connector.ts';
import { isPlatformError } from '#connectors/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { storeDeleted } from '#listings/store-pulled.ts';
import { holdFence } from '#stores/lease.ts';
import { doubtLevels } from '#sync/doubt-levels.ts';
import { pullProducts } from '#sync/pull.ts';
import { readOrders } from '#sync/pull-orders.ts';
import { noteFailure, stopStore } from '#sync/store-health.ts';
import type { Turn } from '#sync/turn.ts';

const eventsAtMost = 200;
/** After so many failures an event is left for a person to look at. */
const triesAtMost = 10;
/** Of webhook_events: to be taken in hand. */
export const hintWaits = sql`processed_at is null and retry_count < ${triesAtMost}`;
/** Products have to be pulled, in the order of what is told of them. That takes a while, and no sale waits for it. */
const namesProducts = sql`(hints @> '[{"kind": "product_changed"}]' or hints @> '[{"kind": "product_deleted"}]')`;
export const quickHintWaits = sql`${hintWaits} and not ${namesProducts}`;
export const productHintWaits = sql`${hintWaits} and ${namesProducts}`;

interface WaitingEvent extends Record<string, unknown> {
  id: string;
  hints: WebhookHint[];
}

/** Takes waiting events in hand that name no product. */
export const takeHints = (turn: Turn): Promise<void> => take(turn, quickHintWaits);

/** Takes waiting events in hand that name products, one after the other. */
export const takeProductHints = (turn: Turn): Promise<void> => take(turn, productHintWaits);

async function take(turn: Turn, which: SQL): Promise<void> {
  const { hub, lease, store } = turn;
  const waiting = await hub.db.inOrganization(lease.organizationId, (tx) =>
    tx.execute<WaitingEvent>(sql`
      select id, hints from webhook_events where organization_id = ${lease.organizationId} and store_id = ${store.id}
        and ${which} order by created_at limit ${eventsAtMost}`),
  );
  if (waiting.rows.length === 0) return;
  const hints = waiting.rows.flatMap((event) => event.hints);
  const eventIds = waiting.rows.map((event) => event.id);
  const used = turn.session.credentials;
  try {
    await applyHints(turn, hints, eventIds);
  } catch (thrown) {
    await noteFailure(turn, thrown, used);
    await hub.db.inOrganization(lease.organizationId, (tx) =>
      tx.execute(sql`update webhook_events set retry_count = retry_count + 1, error_message = ${messageOf(thrown).slice(0, 500)}
        where organization_id = ${lease.organizationId} and id = any(${sql.param(eventIds)}::uuid[])`),
    );
    if (!isPlatformError(thrown)) throw thrown;
  }
}

async function applyHints(turn: Turn, hints: readonly WebhookHint[], eventIds: readonly string[]): Promise<void> {
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
    await turn.hub.db.inOrganization(turn.lease.organizationId, (tx) => markProcessed(turn, tx, eventIds));
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
