/** For tests of the server: a platform whose orders are read and which takes shipments, and orders of it. */
import type { Connector } from '#connectors/connector.ts';
import type { OrderFeed, RemoteOrder } from '#connectors/order.ts';
import { cornerShop } from '#http/test-connector.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import type { Hub } from '#stores/hub.ts';
import { findStore } from '#stores/stores-store.ts';

const feed: OrderFeed = {
  feedLagSeconds: 0,
  historyDays: null,
  readingBoundSeconds: 60,
  ordersPerRead: 50,
  fulfils: true,
  statuses: {
    unpaid: 'unpaid',
    on_hold: 'on_hold',
    open: 'open',
    partially_shipped: 'partially_shipped',
    shipped: 'shipped',
    completed: 'completed',
    cancelled: 'cancelled',
  },
};

/** Its platform's name in a store's row: `order_shop`. */
export const orderShop: Connector = {
  ...cornerShop,
  manifest: { ...cornerShop.manifest, id: 'order_shop', name: 'Order Shop', badge: 'OS', orders: feed },
  orders: {
    async *pull() {},
    read: async () => [],
    ship: async () => ({ outcome: 'refused', refusal: { code: 'digital', parameters: { title: 'It' } } }),
    carriers: async (_session, orderId) => [{ code: 'post', name: `Post for ${orderId}` }],
  },
};

/** Takes them in as a reading of the store would; returns our ids by the platform's. */
export async function addOrders(
  hub: Hub,
  organizationId: string,
  storeId: string,
  orders: readonly RemoteOrder[],
): Promise<Map<string, string>> {
  return await hub.db.inOrganization(organizationId, async (tx) => {
    await ingestOrders(hub, tx, await findStore(tx, storeId), orders, { feed, fresh: true });
    const { rows } = await tx.execute<{ id: string; platform_order_id: string }>(
      `select id, platform_order_id from orders where store_id = '${storeId}'`,
    );
    return new Map(rows.map((row) => [row.platform_order_id, row.id]));
  });
}
