import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { addOrderEvents } from '#orders/order-events.ts';
import { noSuchOrder } from '#orders/read-order.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { findStore } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';

/** Has the store's next turn read this order again. Throws 'not_found', and a code of the store when it cannot be read. */
export async function refreshOrder(hub: Hub, actor: Actor, orderId: string): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const now = hub.clock.now();
    const { rows } = await tx.execute<{ store_id: string; wanted: Date | null }>(sql`
      select store_id, refresh_wanted_at as wanted from orders where organization_id = ${tx.organizationId} and id = ${orderId} for update`);
    const [order] = rows;
    if (order === undefined) throw noSuchOrder();
    const store = await findStore(tx, order.store_id);
    if (store.status === 'paused') throw new AppError('store_paused', `${store.name} is paused. Resume it first.`);
    if (store.status !== 'active')
      throw new AppError('needs_reconnect', `${store.name} is not connected. Connect it again under Integrations.`);
    await tx.execute(
      sql`update orders set refresh_wanted_at = ${now} where organization_id = ${tx.organizationId} and id = ${orderId}`,
    );
    const event = { orderId, at: now, code: 'refresh_wanted', parameters: {}, userId: actor.userId };
    // Asked for again while it waits: once in the timeline is enough.
    if (order.wanted === null) await addOrderEvents(tx, [event], now);
    await workFor(hub, tx, [order.store_id]);
  });
}

/** Where an order stands at its platform. Throws 'not_found' when the organization has no such order. */
export async function findOrderPlace(tx: Transaction, orderId: string): Promise<{ storeId: string; platformOrderId: string }> {
  const { rows } = await tx.execute<{ storeId: string; platformOrderId: string }>(sql`
    select store_id as "storeId", platform_order_id as "platformOrderId" from orders where organization_id = ${tx.organizationId} and id = ${orderId}`);
  const [order] = rows;
  if (order === undefined) throw noSuchOrder();
  return order;
}
