/** An order that was deleted on its platform: what it holds is given free, and nothing that left comes back. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { expectBooks } from './expect-books.ts';
import { type OrderedItem, remoteOrder } from './remote-order.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;
/** Of these the platform says that they do not exist. */
let deleted: Set<string>;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  const orders = { historyDays: 60, statuses: { open: 'open', shipped: 'shipped' } as const };
  world = await twoStores(database, { goods: [{ variantId: 'shirt', quantity: 50 }], other: { orders } });
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  world.clock.advance(60);
  deleted = new Set();
  const connector = present(world.other.connector.orders, 'the orders');
  const { read } = connector;
  connector.read = (session, ids, remarks) => {
    for (const id of ids) if (deleted.has(id)) remarks?.gone?.(id);
    return read(session, ids, remarks);
  };
});
afterEach(async () => {
  const errors = [...world.errors];
  await expectBooks(world);
  await world.close();
  expect(errors, 'errors of ours').toEqual([]);
});

async function sell(id: string, item: Partial<OrderedItem> = {}, nativeStatus = 'open'): Promise<void> {
  const order = remoteOrder(id, world.clock.now(), [{ variantId: 'shirt*', quantity: 3, ...item }], { nativeStatus });
  world.other.orders.set(id, order);
  world.other.good('shirt*').quantity -= 3;
  await tellOf(id);
}

async function tellOf(orderId: string): Promise<void> {
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId }]);
  await world.turn(world.otherId);
}

async function remove(id: string): Promise<void> {
  world.other.orders.delete(id);
  deleted.add(id);
  world.clock.advance(5);
  await tellOf(id);
}

const stock = async () =>
  (await world.rows<{ on_hand: number; reserved: number }>(sql`select on_hand, reserved from inventory_items`))[0];
const order = async (id: string) =>
  (
    await world.rows<{ status: string; native: string; cancelled: boolean }>(
      sql`select status, native_status as native, cancelled_at is not null as cancelled from orders where platform_order_id = ${id}`,
    )
  )[0];
const codes = async (id: string) =>
  (
    await world.rows<{ code: string }>(sql`select e.code from order_events e join orders o on o.id = e.order_id
      where o.platform_order_id = ${id} order by e.id`)
  ).map(({ code }) => code);

test('what was still to be shipped is given free once, the ledger says why, and the order is shown as called off', async () => {
  await sell('gone');
  expect(await stock()).toEqual({ on_hand: 50, reserved: 3 });
  await remove('gone');
  await tellOf('gone');
  expect(await stock()).toEqual({ on_hand: 50, reserved: 0 });
  expect(await order('gone')).toEqual({ status: 'cancelled', native: 'DELETED', cancelled: true });
  expect(await codes('gone')).toEqual(['placed', 'deleted_on_platform', 'became_cancelled']);
  expect(
    await world.rows(sql`select reserved_delta, note from inventory_transactions where document_kind = 'order' order by id`),
  ).toEqual([
    { reserved_delta: 3, note: null },
    { reserved_delta: -3, note: 'The order was deleted on the platform' },
  ]);
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  expect([world.source.good('shirt').quantity, world.other.good('shirt*').quantity]).toEqual([50, 50]);
});

test('what was shipped has left for good: only the rest is given free, and an order that was shipped stays what it was', async () => {
  await sell('partly', { effect: { reserved: 2, shipped: 1 } });
  await sell('shipped', { effect: { reserved: 0, shipped: 3 } }, 'shipped');
  expect(await stock()).toEqual({ on_hand: 46, reserved: 2 });
  await remove('partly');
  await remove('shipped');
  expect(await stock()).toEqual({ on_hand: 46, reserved: 0 });
  expect(await order('shipped')).toEqual({ status: 'shipped', native: 'DELETED', cancelled: false });
  expect(await codes('shipped')).toEqual(['placed', 'became_shipped', 'deleted_on_platform']);
});

test('an order that is merely missing from an answer, or too old to be shown, is left as it is', async () => {
  await sell('missing');
  const shown = present(world.other.orders.get('missing'), 'the order');
  world.other.orders.delete('missing');
  await tellOf('missing');
  expect(await order('missing')).toMatchObject({ status: 'open', native: 'open' });
  world.other.orders.set('missing', shown);
  await world.rows(sql`update orders set placed_at = placed_at - interval '61 days'`);
  await remove('missing');
  expect(await order('missing')).toMatchObject({ status: 'open', native: 'open' });
  expect(await stock()).toEqual({ on_hand: 50, reserved: 3 });
});

test('one that the platform shows again after all counts again', async () => {
  await sell('back');
  const shown = present(world.other.orders.get('back'), 'the order');
  await remove('back');
  deleted.clear();
  world.other.orders.set('back', shown);
  await tellOf('back');
  expect(await order('back')).toMatchObject({ status: 'open', native: 'open', cancelled: false });
  expect(await stock()).toEqual({ on_hand: 50, reserved: 3 });
});
