/**
 * An order that its platform no longer has is called off: what was still to be shipped is given free. What was shipped has
 * left the stock whatever became of the record, and nothing comes back of it.
 */
import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import type { OrderFeed, OrderStatus } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { bookOrders } from '#orders/book-orders.ts';
import { addOrderEvents } from '#orders/order-events.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreRow } from '#stores/stores-store.ts';

/** In place of the platform's own status. */
const deleted = 'DELETED';
/** Nothing, or not all of it, has been shipped: it is cancelled by it. An order that was shipped stays what it was. */
const unfinished: readonly OrderStatus[] = ['unpaid', 'on_hold', 'open', 'partially_shipped'];
/** The platform's clock decides what it still shows. */
const skewSeconds = 3600;

/**
 * The caller has asked for these just now and was told that they do not exist, and holds the store's fence. Orders that are
 * older than the feed goes back may only be out of our sight: they are left as they are.
 */
export async function callOffDeleted(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  platformOrderIds: readonly string[],
  { historyDays }: Pick<OrderFeed, 'historyDays'>,
): Promise<void> {
  const now = hub.clock.now();
  const shownSince = historyDays === null ? new Date(0) : secondsAfter(now, skewSeconds - historyDays * 86_400);
  // Without a hash the next snapshot counts, should the platform show the order again after all.
  const { rows } = await tx.execute<{ id: string; before: OrderStatus; status: OrderStatus }>(sql`
    with held as (
      select id, status from orders where organization_id = ${tx.organizationId} and store_id = ${store.id}
        and platform_order_id = any(${sql.param([...platformOrderIds])}::text[]) and native_status <> ${deleted} and placed_at > ${shownSince}
      order by platform_order_id for update)
    update orders o set native_status = ${deleted}, snapshot_hash = '', updated_at = ${now},
      status = case when held.status = any(${sql.param([...unfinished])}::text[]) then 'cancelled' else held.status end,
      cancelled_at = case when held.status = any(${sql.param([...unfinished])}::text[]) then ${now} else o.cancelled_at end
    from held where o.organization_id = ${tx.organizationId} and o.id = held.id
    returning o.id, held.status as before, o.status`);
  if (rows.length === 0) return;
  const orderIds = rows.map(({ id }) => id);
  await tx.execute(sql`update order_items set reserved = 0, updated_at = ${now}
    where organization_id = ${tx.organizationId} and order_id = any(${sql.param(orderIds)}::uuid[]) and reserved > 0`);
  const event = (orderId: string, code: string, parameters = {}) => ({ orderId, at: now, code, parameters, userId: null });
  const events = rows.flatMap(({ id, before, status }) => [
    event(id, 'deleted_on_platform'),
    ...(before === status ? [] : [event(id, `became_${status}`, { before })]),
  ]);
  await addOrderEvents(tx, events, now);
  await bookOrders(hub, tx, store, { orderIds, soldNow: true, note: 'The order was deleted on the platform' });
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'order', ids: orderIds.slice(0, 100), storeId: store.id }));
}
