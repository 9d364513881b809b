/** What takes long goes on beside a turn's exchange of figures: a lower quantity waits for none of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { present } from '#base/assert.ts';
import { secondsAfter } from '#base/clock.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { requestShipment } from '#orders/request-shipment.ts';
import { changeStoreRow } from '#stores/stores-store.ts';
import { remoteOrder } from './remote-order.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

test('a lower figure goes out while the orders are being read; a pull begins when they have been', async () => {
  const world = await begin({ other: { orders: { readingBoundSeconds: 600 } } });
  await world.turn(world.otherId);
  world.clock.advance(301);
  const { other } = world;
  const calls = other.calls.length;
  const since = () => other.calls.slice(calls).map(({ operation }) => operation);
  let meanwhile: string[] = [];
  other.next('pullOrders', async (_, proceed) => {
    await adjustStock(world.hub, world.actor, { variantId, counted: 3 });
    await vi.waitFor(() => expect(other.good('shirt*').quantity).toBe(3), { timeout: 60_000 });
    // Long enough for a pull to begin, if it did.
    await sleep(300);
    meanwhile = since();
    return proceed();
  });
  const variantId = await world.variantOf('shirt');
  await world.turn(world.otherId);
  expect(meanwhile).toEqual(['pullOrders', 'pushQuantities']);
  expect(since()).toEqual(['pullOrders', 'pushQuantities', 'pull']);
  expect(world.errors).toEqual([]);
});

test('a lower figure goes out, and a sale is booked, while products are read of which webhooks have told, longer than a turn lasts', async () => {
  const world = await begin({ goods: [{ variantId: 'shirt' }, { variantId: 'hat' }], other: { orders: {} } });
  await world.turn(world.otherId);
  world.clock.advance(1);
  const { other } = world;
  const pulls = other.callsOf('pull');
  const started = Date.now();
  const machine = vi.spyOn(Date, 'now');
  other.next('pull', async (_, proceed) => {
    machine.mockImplementation(() => started + 60_000);
    other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'hat*' }]));
    await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'A' }]);
    await vi.waitFor(async () => expect(await world.rows(sql`select from orders`)).toHaveLength(1), { timeout: 60_000 });
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted: 3 });
    await vi.waitFor(() => expect(other.good('shirt*').quantity).toBe(3), { timeout: 60_000 });
    return proceed();
  });
  await world.tell(world.otherId, [{ kind: 'product_changed', productId: other.good('shirt*').productId }]);
  await world.turn(world.otherId);
  machine.mockRestore();
  expect(other.callsOf('pull') - pulls).toBe(1);
  expect(world.errors).toEqual([]);
});

test('products that are told of while orders are read, longer than a turn lasts, do not keep it from its end', async () => {
  const world = await begin({ other: { orders: { readingBoundSeconds: 600 } } });
  await world.turn(world.otherId);
  // Orders are due, and the catalog is not.
  await world.within((tx) => changeStoreRow(tx, world.otherId, { ordersReadAt: secondsAfter(world.clock.now(), -301) }));
  const { other } = world;
  const pulls = other.callsOf('pull');
  const started = Date.now();
  const machine = vi.spyOn(Date, 'now');
  other.next('pullOrders', async (_, proceed) => {
    machine.mockImplementation(() => started + 60_000);
    await world.tell(world.otherId, [{ kind: 'product_changed', productId: other.good('shirt*').productId }]);
    // The turn goes round meanwhile, and looks at what is due.
    await adjustStock(world.hub, world.actor, { variantId, counted: 3 });
    await vi.waitFor(() => expect(other.good('shirt*').quantity).toBe(3), { timeout: 60_000 });
    return proceed();
  });
  const variantId = await world.variantOf('shirt');
  await world.turn(world.otherId);
  machine.mockRestore();
  expect(other.callsOf('pull') - pulls).toBe(0);
  await world.turn(world.otherId);
  expect(other.callsOf('pull') - pulls).toBe(1);
  expect(world.errors).toEqual([]);
});

test('a first import waits for no orders', async () => {
  const world = await begin({ linked: false, other: { orders: {} } });
  await world.within((tx) =>
    changeStoreRow(tx, world.otherId, { lastSyncAt: null, lastPulledAt: null, lastReconciledAt: null, ordersReadAt: null }),
  );
  const calls = world.other.calls.length;
  world.other.next('pullOrders', async (_, proceed) => {
    await vi.waitFor(() => expect(world.other.calls.slice(calls).map(({ operation }) => operation)).toContain('pull'));
    return proceed();
  });
  await world.turn(world.otherId);
  expect(world.other.calls.slice(calls).map(({ operation }) => operation)).toEqual(['pullOrders', 'pull']);
  expect(world.errors).toEqual([]);
});

test('a reading of orders that fails in our own code ends the turn, and is not begun again in it', async () => {
  const world = await begin({ other: { orders: {} } });
  await world.turn(world.otherId);
  world.clock.advance(301);
  const before = world.other.callsOf('pullOrders');
  world.other.next('pullOrders', async () => {
    throw new TypeError('our own');
  });
  await expect(world.turn(world.otherId)).rejects.toThrow('our own');
  expect(world.other.callsOf('pullOrders') - before).toBe(1);
  await world.turn(world.otherId);
  expect(world.other.callsOf('pullOrders') - before).toBe(2);
});

test('a lower figure goes out while many orders are read of which webhooks have told; a few are read first', async () => {
  const world = await begin({ goods: [{ variantId: 'shirt' }, { variantId: 'hat' }], other: { orders: {} } });
  await world.turn(world.otherId);
  world.clock.advance(1);
  const { other } = world;
  const sold = (id: string) => other.orders.set(id, remoteOrder(id, world.clock.now(), [{ variantId: 'hat*' }]));
  const count = async (counted: number) =>
    void (await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted }));
  const calls = other.calls.length;
  const since = () => other.calls.slice(calls).map(({ operation }) => operation);

  sold('A');
  await count(3);
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'A' }]);
  await world.turn(world.otherId);
  expect(since().slice(0, 2)).toEqual(['readOrders', 'pushQuantities']);

  sold('B');
  await count(2);
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'B' }]);
  other.next('readOrders', async (_, proceed) => {
    await vi.waitFor(() => expect(other.good('shirt*').quantity).toBe(2), { timeout: 60_000 });
    return proceed();
  });
  await world.turn(world.otherId);
  expect(await world.rows(sql`select platform_order_id as id from orders order by 1`)).toEqual([{ id: 'A' }, { id: 'B' }]);
  expect(world.errors).toEqual([]);
});

test('a lower figure goes out while a shipment is reported', async () => {
  const world = await begin({
    goods: [{ variantId: 'shirt' }, { variantId: 'hat' }],
    other: { orders: { fulfils: true } },
  });
  await world.turn(world.otherId);
  world.clock.advance(1);
  const { other } = world;
  other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*' }]));
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'A' }]);
  await world.turn(world.otherId);
  const [item] = await world.rows<{ id: string; orderId: string }>(sql`select id, order_id as "orderId" from order_items`);
  const { id: itemId, orderId } = present(item, 'the item');
  const items = [{ itemId, quantity: 1 }];
  await requestShipment(world.hub, world.actor, orderId, { items, carrier: 'Post', trackingNumber: 'T1', notifyBuyer: false });
  const variantId = await world.variantOf('hat');
  let meanwhile = Number.NaN;
  other.next('ship', async (_, proceed) => {
    await adjustStock(world.hub, world.actor, { variantId, delta: -2 });
    await vi.waitFor(() => expect(other.good('hat*').quantity).toBe(3), { timeout: 60_000 });
    meanwhile = other.good('hat*').quantity;
    return proceed();
  });
  await world.turn(world.otherId);
  expect([meanwhile, other.callsOf('ship')]).toEqual([3, 1]);
  expect(world.errors).toEqual([]);
});
