/** An item of an unlinked listing is kept, and counted when the listing is linked. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { bookOrders } from '#orders/book-orders.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreRow } from '#stores/stores-store.ts';

const ordersAtMost = 200;

/** Returns how many orders have items whose listing has been linked since; call again until it is 0. */
export async function bookLinkedItems(hub: Hub, tx: Transaction, store: StoreRow, isSource: boolean): Promise<number> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from orders where organization_id = ${tx.organizationId} and id in (
      select i.order_id from order_items i
      join listings l on l.organization_id = i.organization_id and l.store_id = i.store_id and l.platform_variant_id = i.platform_variant_id and l.variant_id is not null
      where i.organization_id = ${tx.organizationId} and i.store_id = ${store.id} and i.parked = 'unlinked' limit ${ordersAtMost})
    order by platform_order_id for update`);
  const orderIds = rows.map(({ id }) => id);
  if (orderIds.length > 0) await bookOrders(hub, tx, store, { orderIds, isSource, soldNow: false });
  return orderIds.length;
}
