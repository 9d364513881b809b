/** (f) From a sale to the write that lowers the other store, while sales come in a steady stream. */
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import { type Figure, percentile } from '#test/bench/figures.ts';
import { type LinkedStores, untilQuiet } from '#test/bench/linked-stores.ts';
import { notedStatements, replay } from '#test/bench/replay.ts';
import { type Seller, sellerOf } from '#test/bench/seller.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { remoteOrder } from '#test/remote-order.ts';

const salesPerSecond = 50;
/** A process that has just begun is slow for some seconds, and what waits then waits for long: it is not counted. */
const warmingSeconds = 8;
/** Orders whose statements are sent again for the database's limit. */
const replayed = 200;

/** A steady stream of sales, each of another SKU: from the sale, whose webhook goes out at once, to the write at the other store. */
export async function measureSales(linked: LinkedStores, seconds: number): Promise<Figure[]> {
  const { installation } = linked;
  const seller = await sellerOf(linked);
  await installation.worker().stop();
  await installation.startWorker({ unpaced: true });
  await untilQuiet(installation, 120);
  const source = present(installation.stores[0], 'the source store');
  const skuAtSource = new Map(source.hosted.shop.control.goods().map(({ variantId, sku }) => [variantId, sku]));
  const orders = present(seller.shop.hosted.shop.control.orders, 'orders at the practice store');
  const soldAt = new Map<string, number>();
  const passed = new Map<string, number>();
  let seen = source.hosted.shop.control.writes().length;
  installation.wire.beforeAnswer = async (platform) => {
    if (platform !== source.platform) return;
    const written = source.hosted.shop.control.writes().slice(seen);
    seen += written.length;
    for (const { kind, by, variantId } of written) {
      const sku = skuAtSource.get(variantId) ?? '';
      const begun = soldAt.get(sku);
      if (kind === 'quantity' && by === 'api' && begun !== undefined && !passed.has(sku))
        passed.set(sku, performance.now() - begun);
    }
  };
  const goods = seller.shop.hosted.shop.control.goods().slice(0, salesPerSecond * (warmingSeconds + seconds));
  const begun = performance.now();
  for (const [nth, { sku, variantId }] of goods.entries()) {
    await sleep(Math.max(0, begun + (nth * 1000) / salesPerSecond - performance.now()));
    soldAt.set(sku, performance.now());
    present(orders.place([{ variantId, units: 1 }]), 'a sale: there is stock of everything');
  }
  await eventually('every sale has lowered the other store', () => assert(passed.size === goods.length, `${passed.size}`), 30);
  installation.wire.beforeAnswer = null;
  const warm = new Set(goods.slice(salesPerSecond * warmingSeconds).map(({ sku }) => sku));
  const values = [...passed].flatMap(([sku, ms]) => (warm.has(sku) ? [ms] : []));
  const alone = await bookedAlone(linked, seller);
  const what = `sale to the other store's write, ${salesPerSecond} sales/s for ${seconds} s after the first ${warmingSeconds}`;
  return [
    { what: `${what}: p50`, value: percentile(values, 0.5), unit: 'ms', against: { what: 'aim', value: 60 } },
    { what: `${what}: p99`, value: percentile(values, 0.99), unit: 'ms', against: { what: 'aim', value: 500 } },
    ...[0.5, 0.99].map((share) => ({
      what: `  the same: p${share * 100}`,
      value: percentile(values, share),
      unit: 'ms',
      against: { what: 'its statements alone, ms', value: percentile(alone, share) },
    })),
  ];
}

/** Milliseconds that the database alone takes to book each of such orders, one after the other. */
async function bookedAlone({ installation }: LinkedStores, { shop, store, feed }: Seller): Promise<number[]> {
  const soldAt = installation.hub.clock.now();
  const orders = shop.hosted.shop.control
    .goods()
    .slice(0, replayed)
    .map(({ variantId }) => remoteOrder(newId(), soldAt, [{ variantId }], { nativeStatus: 'AWAITING_SHIPMENT' }));
  const noted = await notedStatements(installation, orders, (within, tx, order) =>
    ingestOrders(within, tx, store, [order], { feed, fresh: false }),
  );
  return (await replay(installation.appUrl, noted, 1)).milliseconds;
}
