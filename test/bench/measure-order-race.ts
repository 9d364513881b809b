/** (h) Orders of ten hot SKUs from eight senders at once, beside two workers that push both stores; then the books are checked. */
import { sql } from 'drizzle-orm';
import { assert, present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import type { Figure } from '#test/bench/figures.ts';
import type { LinkedStores } from '#test/bench/linked-stores.ts';
import { sellerOf } from '#test/bench/seller.ts';
import { type Books, itemsOffTheirLedger, levelsOffTheirCauses, ordersOffTheirBookings } from '#test/causes.ts';
import { remoteOrder } from '#test/remote-order.ts';

const senders = 8;
const hotSkus = 10;
const perCall = 5;
const stockOfEach = 100_000;

/** Throws when the books are wrong anywhere, or the database had to break a deadlock. */
export async function measureOrderRace(linked: LinkedStores, count: number): Promise<Figure[]> {
  const { installation, variants } = linked;
  const { hub, actor } = installation;
  const seller = await sellerOf(linked);
  await installation.worker().stop();
  const hot = seller.shop.hosted.shop.control
    .goods()
    .slice(0, hotSkus)
    .map(({ sku, variantId }) => ({ remoteId: variantId, variantId: present(variants.get(sku), sku) }));
  for (const { variantId } of hot) await adjustStock(hub, actor, { variantId, delta: stockOfEach });
  const before = await available(linked);
  const deadlocksBefore = await deadlocks(linked);
  await installation.startWorker({ unpaced: true });
  const firstWorker = installation.worker();
  await installation.startWorker({ unpaced: true });
  const soldAt = hub.clock.now();
  const orders = Array.from({ length: count }, (_, nth) => {
    const items = [0, 1, 2].map((item) => ({ variantId: present(hot[(nth * 7 + item * 3) % hotSkus], 'a SKU').remoteId }));
    return remoteOrder(newId(), soldAt, items, { nativeStatus: 'AWAITING_SHIPMENT' });
  });
  const waiting = [...orders];
  const begun = performance.now();
  const send = async () => {
    const options = { feed: seller.feed, fresh: false };
    for (let batch = waiting.splice(0, perCall); batch.length > 0; batch = waiting.splice(0, perCall))
      await hub.db.inOrganization(actor.organizationId, (tx) => ingestOrders(hub, tx, seller.store, batch, options));
  };
  try {
    await Promise.all(Array.from({ length: senders }, send));
  } finally {
    await firstWorker.stop();
    await installation.worker().stop();
  }
  const seconds = (performance.now() - begun) / 1000;
  const after = await available(linked);
  const lost = hot.filter(({ remoteId, variantId }) => {
    const sold = orders.flatMap(({ items }) => items).filter((item) => item.variantId === remoteId);
    const units = sold.reduce((sum, { quantity }) => sum + quantity, 0);
    return (before.get(variantId) ?? 0) - units !== after.get(variantId);
  });
  const books: Books = {
    ...{ hub, clock: hub.clock, organizationId: actor.organizationId },
    rows: async <Row extends Record<string, unknown>>(statement: ReturnType<typeof sql>) =>
      (await hub.db.inOrganization(actor.organizationId, (tx) => tx.execute<Row>(statement))).rows,
    within: (work) => hub.db.inOrganization(actor.organizationId, work),
  };
  const wrong = {
    'SKUs with a lost update': lost.length,
    'items off their ledger': (await itemsOffTheirLedger(books)).length,
    'orders off their bookings': (await ordersOffTheirBookings(books)).length,
    'levels off their causes': (await levelsOffTheirCauses(books)).length,
    deadlocks: (await deadlocks(linked)) - deadlocksBefore,
  };
  assert(
    Object.values(wrong).every((n) => n === 0),
    `the books are true: ${JSON.stringify(wrong)}`,
  );
  return [
    { what: `${count} orders of ${hotSkus} hot SKUs, ${senders} senders, two workers`, value: count / seconds, unit: 'orders/s' },
    ...Object.entries(wrong).map(([what, value]) => ({ what: `  ${what}`, value, unit: '' })),
  ];
}

async function available({ installation: { hub, actor } }: LinkedStores): Promise<Map<string, number>> {
  const { rows } = await hub.db.inOrganization(actor.organizationId, (tx) =>
    tx.execute<{ id: string; units: number }>(
      sql`select variant_id as id, sum(on_hand - reserved)::int as units from inventory_items where organization_id = ${tx.organizationId} group by 1`,
    ),
  );
  return new Map(rows.map(({ id, units }) => [id, units]));
}

async function deadlocks({ installation: { hub } }: LinkedStores): Promise<number> {
  const { rows } = await hub.db.pool.query<{ n: number }>(
    'select deadlocks::int as n from pg_stat_database where datname = current_database()',
  );
  return present(rows[0], 'the statistics').n;
}
