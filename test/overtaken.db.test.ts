/** Whatever a worker does for a store that another has taken meanwhile fails, and changes nothing. */
import { Readable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { quantityLevels } from '#listings/level-rows.ts';
import { LeaseLost, takeLease } from '#stores/lease.ts';
import { acknowledgeWrites } from '#sync/acknowledge.ts';
import { claimDue, recoverInFlight } from '#sync/claim.ts';
import { takeHints } from '#sync/process-hints.ts';
import { pullProducts } from '#sync/pull.ts';
import { readOrders, takeOrders } from '#sync/pull-orders.ts';
import { bookReadings } from '#sync/readings.ts';
import { settleDrifts } from '#sync/settle-drifts.ts';
import { tendLocks } from '#sync/tend-locks.ts';
import type { Turn } from '#sync/turn.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { remoteOrder } from './remote-order.ts';
import { type TwoStores, twoStores } from './two-stores.ts';
import { workerWith } from './worker-with.ts';

let database: TestDatabase;
const open: TwoStores[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});
afterAll(() => database.drop());

async function begin(): Promise<TwoStores> {
  const world = await twoStores(database, { other: { orders: {} } });
  open.push(world);
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  world.clock.advance(60);
  return world;
}

async function workerOf(world: TwoStores, storeId = world.otherId): Promise<Turn> {
  return await workerWith(world, present(await world.within((tx) => takeLease(tx, storeId)), 'the lease'));
}

async function overtake(world: TwoStores, { lease }: Turn): Promise<void> {
  await world.rows(
    sql`update store_leases set expires_at = clock_timestamp() - interval '1 second' where store_id = ${lease.storeId}`,
  );
  present(await world.within((tx) => takeLease(tx, lease.storeId)), 'the lease of the second');
}

const count = async (world: TwoStores, counted: number) =>
  void (await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted }));

const sell = (world: TwoStores) => world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*' }]));

const levelOf = (world: TwoStores, storeId: string, change: ReturnType<typeof sql>) =>
  world.rows(sql`update listing_levels set ${change} where store_id = ${storeId}`);

const hold = (world: TwoStores) =>
  world.rows(sql`insert into listing_holds (organization_id, id, listing_id, store_id, variant_id, units, reason, until, created_at)
    select organization_id, ${newId()}, id, store_id, variant_id, 2, 'unexplained_drop', ${world.clock.now()}, ${world.clock.now()}
    from listings where store_id = ${world.otherId}`);

/** Prepares the work while the store is held, and gives what is then done when it no longer is. */
const works: Record<string, (world: TwoStores) => Promise<{ worker: Turn; work: () => Promise<unknown> }>> = {
  async 'takes a write in hand'(world) {
    await count(world, 3);
    const worker = await workerOf(world);
    return { worker, work: () => claimDue(worker, quantityLevels, 10) };
  },
  async 'books an answer'(world) {
    await count(world, 3);
    const worker = await workerOf(world);
    const claimed = await claimDue(worker, quantityLevels, 10);
    const ends = claimed.map((one) => ({ writeId: one.write?.id ?? '', outcome: 'applied' as const }));
    return { worker, work: () => acknowledgeWrites(worker, quantityLevels, claimed, ends) };
  },
  async 'adopts a reading'(world) {
    await levelOf(world, world.sourceId, sql`knowledge = 'unknown', eligible = true`);
    const worker = await workerOf(world, world.sourceId);
    const [claimed] = await claimDue(worker, quantityLevels, 10);
    const reading = { claimed: present(claimed, 'a reading'), value: 1 };
    return { worker, work: () => bookReadings(worker, quantityLevels, [reading]) };
  },
  async 'gives up what was in flight'(world) {
    await count(world, 3);
    const former = await workerOf(world);
    await claimDue(former, quantityLevels, 10);
    await overtake(world, former);
    await world.rows(
      sql`update store_leases set expires_at = clock_timestamp() - interval '1 second' where store_id = ${world.otherId}`,
    );
    const worker = await workerOf(world);
    return { worker, work: () => recoverInFlight(worker, quantityLevels) };
  },
  async 'takes in orders'(world) {
    const worker = await workerOf(world);
    worker.store.ordersReadAt = null;
    sell(world);
    return { worker, work: () => takeOrders(worker) };
  },
  async 'notes that nothing was ordered'(world) {
    const worker = await workerOf(world);
    worker.store.ordersReadAt = null;
    const orders = { ...present(worker.connector.orders, 'orders'), pull: () => Readable.from([]) };
    Object.assign(worker, { connector: { ...worker.connector, orders } });
    return { worker, work: () => takeOrders(worker) };
  },
  async 'stores what a store shows'(world) {
    const good = world.other.good('shirt*');
    good.title = 'Another name';
    const worker = await workerOf(world);
    return { worker, work: () => pullProducts(worker, [good.productId]) };
  },
  async 'takes in an order'(world) {
    const worker = await workerOf(world);
    sell(world);
    return { worker, work: () => readOrders(worker, ['A']) };
  },
  async 'doubts what a notification names'(world) {
    await world.hint(world.otherId, world.other.good('shirt*'));
    const worker = await workerOf(world);
    return { worker, work: () => takeHints(worker) };
  },
  async 'ends a hold whose time is over'(world) {
    await hold(world);
    const worker = await workerOf(world);
    return { worker, work: () => settleDrifts(worker) };
  },
  async 'keeps units that a platform does not give up'(world) {
    await levelOf(world, world.otherId, sql`refused_for = '3', desired = 3, refusal = '{"keepsUnits": true}'`);
    const worker = await workerOf(world);
    return { worker, work: () => tendLocks(worker) };
  },
};

const tables = [
  ...['listings', 'listing_levels', 'listing_holds', 'drifts'],
  ...['orders', 'order_items', 'inventory_items', 'inventory_transactions'],
];

/** Everything that the works would change. */
const booksOf = async (world: TwoStores): Promise<unknown> =>
  await Promise.all(
    [...tables, '(select id, orders_read_at, orders_cursor from stores)'].map((table) =>
      world.rows(sql`select t.* from ${sql.raw(table)} t order by t::text`),
    ),
  );

describe('a worker that has lost its store', () => {
  test.each(Object.keys(works))('%s: it fails, and nothing has changed', async (name) => {
    const world = await begin();
    const { worker, work } = await present(works[name], name)(world);
    await overtake(world, worker);
    const before = await booksOf(world);
    await expect(work()).rejects.toThrow(LeaseLost);
    expect(await booksOf(world)).toEqual(before);
  });

  test.each(Object.keys(works))('%s: with the store in its hands it changes something', async (name) => {
    const world = await begin();
    const { work } = await present(works[name], name)(world);
    const before = await booksOf(world);
    await work();
    expect(await booksOf(world)).not.toEqual(before);
  });
});

test.each(['source', 'other'] as const)(
  'a reading that a newer notification has overtaken is neither adopted nor taken for a difference: %s',
  async (which) => {
    const world = await begin();
    const [storeId, good] = {
      source: [world.sourceId, world.source.good('shirt')] as const,
      other: [world.otherId, world.other.good('shirt*')] as const,
    }[which];
    await levelOf(world, storeId, sql`knowledge = 'unknown', eligible = true`);
    const worker = await workerOf(world, storeId);
    const [claimed] = await claimDue(worker, quantityLevels, 10);
    await world.hint(storeId, good);
    await takeHints(worker);
    const before = await booksOf(world);
    await bookReadings(worker, quantityLevels, [{ claimed: present(claimed, 'a reading'), value: 1 }]);
    expect(await booksOf(world)).toEqual(before);
  },
);
