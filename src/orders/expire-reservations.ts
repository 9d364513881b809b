/** An order that nobody pays gives back what it reserves; a snapshot that says it is paid reserves it again. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { bookOrders } from '#orders/book-orders.ts';
import { addOrderEvents } from '#orders/order-events.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreRow } from '#stores/stores-store.ts';

/** Of orders: nobody has paid, and its units are reserved all the same. */
export const isUnpaid = sql`status = 'unpaid' and reservation_expired_at is null`;

export interface UnpaidOrder {
  id: string;
  platformOrderId: string;
}

/** The oldest orders that were placed before the moment and are unpaid still. */
export async function findUnpaid(tx: Transaction, storeId: string, placedBefore: Date, atMost: number): Promise<UnpaidOrder[]> {
  const { rows } = await tx.execute<UnpaidOrder & Record<string, unknown>>(sql`
    select id, platform_order_id as "platformOrderId" from orders
    where organization_id = ${tx.organizationId} and store_id = ${storeId} and ${isUnpaid} and placed_at <= ${placedBefore}
    order by placed_at limit ${atMost}`);
  return rows;
}

/** Of these, those that are unpaid still: the caller has read them again just now, and holds the store's fence. Returns their number. */
export async function expireReservations(
  hub: Hub,
  tx: Transaction,
  store: StoreRow,
  orderIds: readonly string[],
): Promise<number> {
  const now = hub.clock.now();
  const { rows } = await tx.execute<{ id: string }>(sql`
    with still as (
      select id from orders where organization_id = ${tx.organizationId} and id = any(${sql.param([...orderIds])}::uuid[])
        and ${isUnpaid}
      order by platform_order_id for update)
    update orders set reservation_expired_at = ${now}, updated_at = ${now}
    where organization_id = ${tx.organizationId} and id in (select id from still) returning id`);
  const expired = rows.map(({ id }) => id);
  if (expired.length === 0) return 0;
  await addOrderEvents(
    tx,
    expired.map((orderId) => ({ orderId, at: now, code: 'reservation_expired', parameters: {}, userId: null })),
    now,
  );
  await bookOrders(hub, tx, store, { orderIds: expired, soldNow: false });
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'order', ids: expired.slice(0, 100), storeId: store.id }));
  return expired.length;
}
