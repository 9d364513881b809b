/**
 * (h) Orders of ten hot SKUs, told of by signed webhooks from eight senders at once, taken in by two workers that push both
 * stores; then the books are checked.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { Pool } from 'undici';
import { assert, present } from '#base/assert.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import type { Figure } from '#test/bench/figures.ts';
import { type LinkedStores, untilQuiet } from '#test/bench/linked-stores.ts';
import { type Seller, sellerOf } from '#test/bench/seller.ts';
import { type Books, itemsOffTheirLedger, levelsOffTheirCauses, ordersOffTheirBookings } from '#test/causes.ts';
import { eventually } from '#test/journeys/eventually.ts';

const senders = 8;
const hotSkus = 10;
const stockOfEach = 20_000;
/** From the first webhook to the last order. */
const longestSeconds = 300;

/** Throws when the books are wrong anywhere, or the database had to break a deadlock. */
export async function measureOrderRace(linked: LinkedStores, count: number): Promise<Figure[]> {
  const { installation, variants } = linked;
  const { hub, actor } = installation;
  const seller = await sellerOf(linked);
  const { control } = seller.shop.hosted.shop;
  await installation.worker().stop();
  const hot = control
    .goods()
    .slice(0, hotSkus)
    .map(({ sku, variantId }) => ({ remoteId: variantId, variantId: present(variants.get(sku), sku) }));
  for (const { variantId } of hot) await adjustStock(hub, actor, { variantId, delta: stockOfEach });
  await installation.startWorker({ unpaced: true });
  const firstWorker = installation.worker();
  await installation.startWorker({ unpaced: true });
  await untilQuiet(installation, 120);
  const before = await available(linked);
  const deadlocksBefore = await deadlocks(linked);
  // Told of by the senders, and not by the practice store as well.
  control.fault({ kind: 'webhook_lost', times: Number.POSITIVE_INFINITY });
  const practiceOrders = present(control.orders, 'orders at the practice store');
  const sold = new Map<string, number>();
  const orderIds = Array.from({ length: count }, (_, nth) => {
    const lines = [0, 1, 2].map((item) => ({
      variantId: present(hot[(nth * 7 + item * 3) % hotSkus], 'a SKU').remoteId,
      units: 1,
    }));
    for (const { variantId } of lines) sold.set(variantId, (sold.get(variantId) ?? 0) + 1);
    return present(practiceOrders.place(lines), 'an order: there is stock of everything');
  });
  const startedAt = hub.clock.now();
  await tellOf(linked, seller, orderIds);
  const seconds = await takenIn(linked, startedAt, count);
  await untilQuiet(installation, 120);
  await firstWorker.stop();
  await installation.worker().stop();
  control.clearFaults();
  const after = await available(linked);
  const lost = hot.filter(
    ({ remoteId, variantId }) => (before.get(variantId) ?? 0) - (sold.get(remoteId) ?? 0) !== after.get(variantId),
  );
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
    {
      what: `${count} orders of ${hotSkus} hot SKUs, webhooks of ${senders} senders, two workers`,
      value: count / seconds,
      unit: 'orders/s',
    },
    ...Object.entries(wrong).map(([what, value]) => ({ what: `  ${what}`, value, unit: '' })),
  ];
}

/** As the platform signs them: https://partner.tiktokshop.com, "TikTok Shop webhooks". */
async function tellOf({ installation }: LinkedStores, { shop, store }: Seller, orderIds: readonly string[]): Promise<void> {
  assert(shop.platform === 'tiktok_shop', 'it is TikTok Shop that sells');
  const { app_key: key = '', app_secret: secret = '' } = shop.hosted.shop.control.access();
  const client = new Pool(installation.origin, { connections: senders });
  const waiting = [...orderIds];
  const send = async (): Promise<void> => {
    for (let orderId = waiting.shift(); orderId !== undefined; orderId = waiting.shift()) {
      const timestamp = Math.floor(Date.now() / 1000);
      const body = JSON.stringify({
        type: 1,
        tts_notification_id: randomUUID(),
        shop_id: store.platformStoreId,
        timestamp,
        data: { order_id: orderId, order_status: 'AWAITING_SHIPMENT', is_on_hold_order: false, update_time: timestamp },
      });
      const authorization = createHmac('sha256', secret).update(key).update(body).digest('hex');
      const headers = { 'content-type': 'application/json', authorization };
      const answer = await client.request({ method: 'POST', path: '/webhooks/tiktok_shop', headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`A signed delivery was answered ${answer.statusCode}: ${text}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: senders }, send));
  } finally {
    await client.close();
  }
}

/** Seconds from then to the moment at which the last of so many orders was stored. */
async function takenIn({ installation: { hub, actor } }: LinkedStores, since: Date, count: number): Promise<number> {
  const stored = async () => {
    const { rows } = await hub.db.inOrganization(actor.organizationId, (tx) =>
      tx.execute<{ n: number; last: Date | null }>(
        sql`select count(*)::int as n, max(created_at) as last from orders where created_at >= ${since}`,
      ),
    );
    return present(rows[0], 'a count');
  };
  await eventually(
    `${count} orders are taken in`,
    async () => {
      const { n } = await stored();
      assert(n === count, `${n} of ${count} are here`);
    },
    longestSeconds,
  );
  const { last } = await stored();
  return (present(last, 'the last order').getTime() - since.getTime()) / 1000;
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
