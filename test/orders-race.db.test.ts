/** Orders on hot SKUs from many senders at once, beside adjustments and the turns of both stores: then the books are checked. */
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { RemoteOrder } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { book, defaultLocationId, lockItems } from '#inventory/book.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import { findStore } from '#stores/stores-store.ts';
import { atOnce } from './at-once.ts';
import { ordersOffTheirBookings } from './causes.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { expectBooks } from './expect-books.ts';
import { asTheTest } from './lock-watch.ts';
import { remoteOrder } from './remote-order.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

const names = Array.from({ length: 5 }, (_, at) => `g${at}`);
const ordersInAll = 120;
const senders = 8;
const perCall = 4;

let database: TestDatabase;
let world: TwoStores;

beforeAll(async () => {
  database = await testDatabase();
  const calls = { limits: { quantitiesPerCall: 2, levelsPerRead: 2 } };
  const goods = names.map((variantId) => ({ variantId, quantity: 1000 }));
  world = await twoStores(database, { goods, other: { ...calls, orders: {} }, source: calls });
  world.clock.advance(60);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

/** Placed, then partly shipped, then cancelled or returned: the last one is what counts. */
function historyOf(number: number, at: Date): RemoteOrder[] {
  const later = (seconds: number) => ({ updatedAt: new Date(at.getTime() + seconds * 1000).toISOString() });
  const lines = (effect: { reserved?: number; shipped?: number; restocked?: number }) =>
    [0, 1, 2].map((at) => ({
      variantId: `${names[(number * 3 + at * 2) % names.length]}*`,
      id: `line ${at}`,
      quantity: 2,
      effect,
    }));
  const id = `order ${number}`;
  const last =
    number % 3 === 0
      ? { reserved: 0 }
      : number % 3 === 1
        ? { reserved: 0, shipped: 2, restocked: 1 }
        : { reserved: 0, shipped: 2 };
  return [
    remoteOrder(id, at, lines({ reserved: 2 })),
    remoteOrder(id, at, lines({ reserved: 1, shipped: 1 }), later(1)),
    remoteOrder(id, at, lines(last), later(2)),
  ];
}

test('I1, I2, I3, I5: eight senders of shuffled, repeated snapshots of orders on five SKUs lose nothing and never deadlock', async () => {
  const at = world.clock.now();
  const histories = Array.from({ length: ordersInAll }, (_, number) => historyOf(number, at));
  const store = await world.within((tx) => findStore(tx, world.otherId));
  const feed = present(world.other.connector.manifest.orders, 'the feed');
  // Every snapshot goes out twice, in an order that has nothing to do with time.
  const posts = [...histories.flat(), ...histories.flat()]
    .map((order, index) => ({ order, rank: (index * 7919) % 104_729 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ order }) => order);
  const ingest = (orders: readonly RemoteOrder[]) =>
    world.within((tx) => ingestOrders(world.hub, tx, store, orders, { feed, fresh: false }));
  const send = async () => {
    for (let batch = posts.splice(0, perCall); batch.length > 0; batch = posts.splice(0, perCall)) await ingest(batch);
  };
  const booked = new Map(names.map((name) => [name, 1000]));
  const adjust = async () => {
    for (let round = 0; round < 40; round++) {
      const name = present(names[round % names.length], 'a name');
      await adjustStock(world.hub, world.actor, { variantId: await world.variantOf(name), delta: 1 });
      booked.set(name, (booked.get(name) ?? 0) + 1);
    }
  };
  let sending = true;
  const work = async (storeId: string) => {
    while (sending) {
      await world.turn(storeId);
      world.clock.advance(1);
    }
  };
  const beside = [work(world.otherId), work(world.sourceId)];
  await Promise.all([...Array.from({ length: senders }, send), adjust()]);
  sending = false;
  await Promise.all(beside);

  expect(await world.rows(sql`select count(*)::int as n from orders`), 'I3').toEqual([{ n: ordersInAll }]);
  await expectBooks(world);
  for (const name of names) {
    const sold = histories
      .flatMap((history) => history[2]?.items ?? [])
      .filter(({ variantId }) => variantId === `${name}*`)
      .reduce((sum, { effect }) => sum + effect.shipped - effect.restocked, 0);
    expect([name, await world.onHand(name)]).toEqual([name, (booked.get(name) ?? 0) - sold]);
  }
  expect(world.errors).toEqual([]);
  expect(world.hub.db.retried()).toBeLessThanOrEqual(3);
});

test('an older snapshot that is being taken in when a newer one arrives does not outlast it', async () => {
  const at = world.clock.now();
  const snapshot = (seconds: number, shipped: number) =>
    remoteOrder('late', at, [{ variantId: `${names[0]}*`, quantity: 3, effect: { reserved: 3 - shipped, shipped } }], {
      updatedAt: new Date(at.getTime() + seconds * 1000).toISOString(),
    });
  const store = await world.within((tx) => findStore(tx, world.otherId));
  const feed = present(world.other.connector.manifest.orders, 'the feed');
  const options = { feed, fresh: false };
  await world.within((tx) => ingestOrders(world.hub, tx, store, [snapshot(0, 0)], options));
  const newer = Promise.withResolvers<void>();
  await world.within(async (tx) => {
    const { execute } = tx;
    let statements = 0;
    tx.execute = (async (...given: Parameters<typeof execute>) => {
      const result = await execute(...given);
      // It knows by now what the newest snapshot was, and has not said that its own is.
      if (++statements !== 2) return result;
      world
        .within((other) => ingestOrders(world.hub, other, store, [snapshot(20, 3)], options))
        .then(() => newer.resolve(), newer.reject);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return result;
    }) as typeof execute;
    await ingestOrders(world.hub, tx, store, [snapshot(10, 1)], options);
  });
  await newer.promise;
  expect(
    await world.rows(sql`select i.reserved, i.shipped from order_items i join orders o on o.organization_id = i.organization_id and o.id = i.order_id
      where o.platform_order_id = 'late'`),
  ).toEqual([{ reserved: 0, shipped: 3 }]);
  expect(await ordersOffTheirBookings(world), 'I2').toEqual([]);
});

test('an older snapshot that waits while a newer one is being taken in changes nothing', async () => {
  const at = world.clock.now();
  const snapshot = (seconds: number, shipped: number) =>
    remoteOrder('early', at, [{ variantId: `${names[1]}*`, quantity: 3, effect: { reserved: 3 - shipped, shipped } }], {
      updatedAt: new Date(at.getTime() + seconds * 1000).toISOString(),
    });
  const store = await world.within((tx) => findStore(tx, world.otherId));
  const feed = present(world.other.connector.manifest.orders, 'the feed');
  const take = (tx: Transaction, order: RemoteOrder) => ingestOrders(world.hub, tx, store, [order], { feed, fresh: false });
  await world.within((tx) => take(tx, snapshot(0, 0)));
  const older = await world.within(async (tx) => {
    await take(tx, snapshot(20, 3));
    const waiting = world.within((other) => take(other, snapshot(10, 1)));
    await new Promise((resolve) => setTimeout(resolve, 500));
    return { waiting };
  });
  expect((await older.waiting).taken).toBe(0);
  expect(
    await world.rows(sql`select i.reserved, i.shipped from order_items i join orders o on o.organization_id = i.organization_id and o.id = i.order_id
      where o.platform_order_id = 'early'`),
  ).toEqual([{ reserved: 0, shipped: 3 }]);
  expect(await ordersOffTheirBookings(world), 'I2').toEqual([]);
});

describe('an order waits for what is being done to its stock', () => {
  const orderOf = (id: string, name: string, quantity: number) =>
    remoteOrder(id, world.clock.now(), [{ variantId: `${name}*`, quantity }]);
  const take = async (tx: Transaction, order: RemoteOrder) => {
    const store = await findStore(tx, world.otherId);
    const feed = present(world.other.connector.manifest.orders, 'the feed');
    await ingestOrders(world.hub, tx, store, [order], { feed, fresh: false });
  };
  /** Does the one thing, and before it is committed begins with the order. */
  const beside = async (first: (tx: Transaction) => Promise<unknown>, order: RemoteOrder) => {
    const begun = await world.within(async (tx) => {
      await first(tx);
      const taken = world.within((other) => take(other, order));
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { taken };
    });
    await begun.taken;
  };
  const itemOf = (id: string) =>
    world.rows(sql`select i.parked, i.oversold_units from order_items i join orders o on o.organization_id = i.organization_id and o.id = i.order_id
      where o.platform_order_id = ${id}`);
  const lineOf = async (name: string, delta: number) => ({
    variantId: await world.variantOf(name),
    locationId: (await world.within((tx) => defaultLocationId(tx))) ?? '',
    delta,
    type: 'adjustment' as const,
    documentKind: 'person',
    documentId: null,
    note: null,
    createdBy: null,
  });

  test('a count that is being lowered: what is then missing is oversold', async () => {
    const there = await world.onHand('g2');
    const line = await lineOf('g2', 1 - there);
    const order = orderOf('short', 'g2', 3);
    // The items alone are locked, to see that the order waits for them.
    await asTheTest(() =>
      beside(async (tx) => {
        await lockItems(tx, [line.variantId]);
        await book(tx, [line], world.clock.now());
        await causesChanged(world.hub, tx, ofVariants([line.variantId]), { stockOnly: true });
      }, order),
    );
    const [item] = await itemOf('short');
    expect(item).toMatchObject({ parked: null });
    expect(item?.oversold_units).toBeGreaterThanOrEqual(2);
  });

  test('a first count: the order is taken from it', async () => {
    const line = await lineOf('g3', 9);
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query(`begin; set local app.organization_id = '${world.organizationId}'`);
    for (const table of ['order_bookings', 'inventory_transactions', 'inventory_items'])
      await owner.query(`delete from ${table} where variant_id = $1`, [line.variantId]);
    await owner.query('commit');
    await owner.end();
    world.clock.advance(5);
    const order = orderOf('first', 'g3', 2);
    await beside(async (tx) => {
      await lockVariants(tx, [line.variantId]);
      await book(tx, [line], new Date(world.clock.now().getTime() - 2000));
    }, order);
    expect(await itemOf('first')).toEqual([{ parked: null, oversold_units: 0 }]);
  });
});

test('I3: an order that two bring for the first time at the same moment is stored once, as the newer one says', async () => {
  const store = await world.within((tx) => findStore(tx, world.otherId));
  const feed = present(world.other.connector.manifest.orders, 'the feed');
  const [first, second] = historyOf(9000, world.clock.now());
  const bring = (order: RemoteOrder) => () =>
    world.within((tx) => ingestOrders(world.hub, tx, store, [order], { feed, fresh: false }));
  const ends = await atOnce(world, (tx) => tx.execute(sql`lock table orders in share mode`), [
    bring(present(first, 'a snapshot')),
    bring(present(second, 'a newer one')),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  const stored = await world.rows<{ snapshot_at: Date }>(
    sql`select snapshot_at from orders where platform_order_id = 'order 9000'`,
  );
  expect(stored.map(({ snapshot_at: at }) => at.toISOString())).toEqual([second?.updatedAt]);
  const booked = await world.rows(sql`
    select sum(b.reserved)::int as reserved, sum(b.shipped)::int as shipped from order_bookings b
    join order_items i on i.organization_id = b.organization_id and i.id = b.item_id
    join orders o on o.organization_id = i.organization_id and o.id = i.order_id where o.platform_order_id = 'order 9000'`);
  expect(booked, 'of each of three lines one unit is shipped, one to be').toEqual([{ reserved: 3, shipped: 3 }]);
});
