/** (g) New orders: how many a worker takes in, and what one hot SKU allows. */
import { sql } from 'drizzle-orm';
import { assert, present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import type { RemoteOrder } from '#connectors/order.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import { connectorOf, openSession } from '#stores/session.ts';
import { changeStoreRow } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';
import { type Figure, flood } from '#test/bench/figures.ts';
import type { LinkedStores } from '#test/bench/linked-stores.ts';
import { notedStatements, replay } from '#test/bench/replay.ts';
import { type Seller, sellerOf } from '#test/bench/seller.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { remoteOrder } from '#test/remote-order.ts';

export interface OrderSizes {
  orders: number;
  /** Orders whose statements are sent again for the database's limit. */
  replayed: number;
  hotMs: number;
}

const itemsPerOrder = 3;
/** As many as a page of the platform's order search has. */
const perBatch = 100;
const senders = 8;

export async function measureOrders(linked: LinkedStores, sizes: OrderSizes): Promise<Figure[]> {
  const seller = await sellerOf(linked);
  const { control } = seller.shop.hosted.shop;
  control.fault({ kind: 'webhook_lost', times: Number.POSITIVE_INFINITY });
  const alone = await measureIntake(linked, seller, sizes.orders, false);
  const beside = await measureIntake(linked, seller, sizes.orders, true);
  const limit = { what: 'their statements alone, orders/s', value: await replayOrders(linked, seller, sizes.replayed) };
  const what = `orders of ${itemsPerOrder} items, one worker`;
  const figures: Figure[] = [
    { what, value: alone, unit: 'orders/s', against: limit },
    { what: '  aim', value: alone, unit: 'orders/s', against: { what: 'aim', value: 500 } },
    { what: `${what}, which also lowers the other store`, value: beside, unit: 'orders/s', against: limit },
  ];
  control.clearFaults();
  return [...figures, ...(await measureHotSku(linked, seller, sizes))];
}

/** Orders that no webhook has told of, found by the worker's next reading: so many a second. Without `pushed` the other store rests. */
async function measureIntake(linked: LinkedStores, seller: Seller, orders: number, pushed: boolean): Promise<number> {
  const { installation } = linked;
  const { hub, actor } = installation;
  await installation.worker().stop();
  const taken = placeOrders(linked, seller, orders);
  const rest = async (status: 'active' | 'paused') =>
    await hub.db.inOrganization(actor.organizationId, (tx) =>
      tx.execute(
        sql`update stores set status = ${status} where organization_id = ${actor.organizationId} and id <> ${seller.store.id}`,
      ),
    );
  if (!pushed) await rest('paused');
  const startedAt = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    await changeStoreRow(tx, seller.store.id, { ordersReadAt: null });
    await workFor(hub, tx, [seller.store.id]);
  });
  await installation.startWorker({ unpaced: true });
  const progress = async () => {
    const { rows } = await hub.db.inOrganization(actor.organizationId, (tx) =>
      tx.execute<{ n: number; last: number; seconds: number }>(sql`
        select count(*)::int as n, count(*) filter (where created_at = (select max(created_at) from orders))::int as last,
          extract(epoch from max(created_at) - min(created_at))::float8 as seconds from orders where created_at >= ${startedAt}`),
    );
    return present(rows[0], 'a count');
  };
  await eventually(
    `${taken.length} orders are taken in`,
    async () => assert((await progress()).n === taken.length, 'all are here'),
    120,
  );
  const { n, last, seconds } = await progress();
  await installation.worker().stop();
  if (!pushed) await rest('active');
  return (n - last) / seconds;
}

/** What the database alone takes in of such orders: so many a second. */
async function replayOrders(linked: LinkedStores, seller: Seller, count: number): Promise<number> {
  const orders = await ordersOf(linked, seller, placeOrders(linked, seller, count));
  const batches = Array.from({ length: Math.ceil(orders.length / perBatch) }, (_, at) =>
    orders.slice(at * perBatch, (at + 1) * perBatch),
  );
  const noted = await notedStatements(linked.installation, batches, (within, tx, page) =>
    ingestOrders(within, tx, seller.store, page, { feed: seller.feed, fresh: false }),
  );
  return orders.length / (await replay(linked.installation.appUrl, noted, 1)).seconds;
}

/** Returns the ids at the platform. Each order is of other goods than the one before. */
function placeOrders({ installation }: LinkedStores, { shop }: Seller, count: number): string[] {
  const goods = shop.hosted.shop.control.goods();
  const orders = present(shop.hosted.shop.control.orders, 'orders at the practice store');
  assert(installation.stores.includes(shop), 'the store is one of the installation');
  return Array.from({ length: count }, (_, order) => {
    const lines = Array.from({ length: itemsPerOrder }, (_unused, item) => {
      const good = present(goods[(order * itemsPerOrder + item) % goods.length], 'a good');
      return { variantId: good.variantId, units: 1 };
    });
    return present(orders.place(lines), 'an order: there is stock of everything');
  });
}

/** As the connector brings them. */
async function ordersOf({ installation }: LinkedStores, seller: Seller, ids: readonly string[]): Promise<RemoteOrder[]> {
  const { hub } = installation;
  const read = present(connectorOf(hub, seller.shop.platform).orders, 'orders').read;
  const session = await openSession(hub, seller.store, null);
  const orders: RemoteOrder[] = [];
  for (let at = 0; at < ids.length; at += seller.feed.ordersPerRead)
    orders.push(...(await read(session, ids.slice(at, at + seller.feed.ordersPerRead))));
  assert(orders.length === ids.length, `all of ${ids.length} orders are read, not ${orders.length}`);
  return orders;
}

/** One order of one SKU a transaction, over eight connections: each has to wait for the one before. */
async function measureHotSku({ installation }: LinkedStores, seller: Seller, { hotMs }: OrderSizes): Promise<Figure[]> {
  const { hub, actor, appUrl } = installation;
  const { variantId } = present(seller.shop.hosted.shop.control.goods()[0], 'a good');
  const soldAt = hub.clock.now();
  const order = () => remoteOrder(newId(), soldAt, [{ variantId }], { nativeStatus: 'AWAITING_SHIPMENT' });
  const options = { feed: seller.feed, fresh: false };
  const durations = await flood(senders, hotMs, async () => {
    await hub.db.inOrganization(actor.organizationId, (tx) => ingestOrders(hub, tx, seller.store, [order()], options));
  });
  const orders = Array.from({ length: Math.min(500, durations.length) }, order);
  const noted = await notedStatements(installation, orders, (within, tx, one) =>
    ingestOrders(within, tx, seller.store, [one], options),
  );
  const bare = await replay(appUrl, noted, senders);
  return [
    {
      what: `orders of one hot SKU, one a transaction, ${senders} senders`,
      value: durations.length / (hotMs / 1000),
      unit: 'orders/s',
      against: { what: 'their statements alone, orders/s', value: orders.length / bare.seconds },
    },
  ];
}
