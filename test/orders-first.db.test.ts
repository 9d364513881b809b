/** I7: a figure that was read after the last reading of orders may lack a sale that nobody has told of: it is not raised before. */
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { Connector } from '#connectors/connector.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeStoreRow, findStore } from '#stores/stores-store.ts';
import { remoteOrder } from './remote-order.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

test('what is linked just after it was sold is not raised again before its order was read', async () => {
  const world = await begin({
    goods: [{ variantId: 'shirt' }, { variantId: 'hat' }],
    linked: false,
    other: { orders: { feedLagSeconds: 5, readingBoundSeconds: 600 } },
  });
  const hat = world.other.good('hat*');
  world.other.goods.delete('hat*');
  const cap = world.other.add({ ...hat, variantId: 'cap*', productId: 'product of cap*', quantity: 4 });
  world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'cap*' }]));
  // The feed is late: it does not show the order yet, when the figure that lacks it is seen.
  world.other.next('pullOrders', async () => []);
  world.clock.advance(301);
  await world.turn(world.otherId);
  expect(await world.level('cap*')).toMatchObject({ remote: 4 });
  await world.link('cap*', 'hat');
  await world.turn(world.otherId);
  expect(world.other.callsOf('pushQuantities')).toBe(0);
  world.clock.advance(6);
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  expect(await world.level('cap*')).toMatchObject({ desired: 4, remote: 4 });
  expect(world.other.callsOf('pushQuantities')).toBe(0);
  expect([world.source.good('hat').quantity, cap.quantity]).toEqual([4, 4]);
});

test('while a higher figure waits for orders, a lower one is sent at once', async () => {
  const world = await begin({ other: { orders: { feedLagSeconds: 5, readingBoundSeconds: 600 } } });
  await world.turn(world.otherId);
  const { quantity } = world.other.good('shirt*');
  world.clock.advance(1);
  const variantId = await world.variantOf('shirt');
  const said = async (delta: number) => {
    await adjustStock(world.hub, world.actor, { variantId, delta });
    await world.turn(world.otherId);
    return world.other.good('shirt*').quantity;
  };
  world.clock.advance(1);
  expect(await said(2)).toBe(quantity);
  expect(await world.level('shirt*')).toMatchObject({ desired: quantity + 2, raise_waits: true });
  expect(await said(-3)).toBe(quantity - 1);
});

test.each([
  ['3 waits for orders that were read too long ago', 3, 1],
  ['0 waits for no orders: nothing can be sold of it', 0, 0],
])('%s', async (_, counted, readings) => {
  const world = await begin({ other: { orders: { readingBoundSeconds: 60 } } });
  await world.turn(world.otherId);
  world.clock.advance(70);
  const before = world.other.callsOf('pullOrders');
  await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted });
  await world.turn(world.otherId);
  await world.turn(world.otherId);
  expect(world.other.good('shirt*').quantity).toBe(counted);
  expect(world.other.callsOf('pullOrders') - before).toBe(readings);
});

test('a call that had to wait until the orders were too old is not sent: they are read again, and then it is', async () => {
  const world = await begin({ other: { orders: { readingBoundSeconds: 60 } } });
  await world.turn(world.otherId);
  world.clock.advance(50);
  const { connectors } = world.hub;
  const real = present(connectors.fake_other, 'the connector');
  const sent: number[] = [];
  world.hub.wire = {
    ...world.hub.wire,
    open: async () => {
      sent.push(world.clock.now().getTime());
      return { status: 200, headers: {}, body: Readable.from([]) };
    },
  };
  let waits = 11;
  const slow: Connector = {
    ...real,
    async pushQuantities(session, writes) {
      world.clock.advance(waits);
      waits = 0;
      await session.http.send({ method: 'POST', url: 'https://shop.example/', bucket: 'api', cost: 1 });
      return await real.pushQuantities(session, writes);
    },
  };
  Object.assign(world.hub, { connectors: { ...connectors, fake_other: slow } });
  await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted: 3 });
  const readings = world.other.callsOf('pullOrders');
  const began = world.clock.now().getTime();
  await world.turn(world.otherId);
  await world.turn(world.otherId);
  expect(sent).toEqual([began + 11_000]);
  expect(world.other.callsOf('pullOrders')).toBe(readings + 1);
  expect(await world.level('shirt*')).toMatchObject({ knowledge: 'known', remote: 3 });
  expect(await world.within((tx) => findStore(tx, world.otherId))).toMatchObject({ consecutiveFailures: 0, lastErrorCode: null });
});

test('who wants the orders from a later moment on, while they are being read, is not forgotten', async () => {
  const world = await begin({ other: { orders: { readingBoundSeconds: 600 } } });
  await world.turn(world.otherId);
  world.clock.advance(301);
  const wanted = new Date(world.clock.now().getTime() + 20_000);
  world.other.next('pullOrders', async (_, proceed) => {
    await world.within((tx) => changeStoreRow(tx, world.otherId, { ordersWantedAt: wanted }));
    return proceed();
  });
  await world.turn(world.otherId);
  const { ordersReadAt, ordersWantedAt } = await world.within((tx) => findStore(tx, world.otherId));
  expect({ ordersReadAt, ordersWantedAt }).toEqual({ ordersReadAt: world.clock.now(), ordersWantedAt: wanted });
  world.clock.advance(21);
  await world.turn(world.otherId);
  expect(await world.within((tx) => findStore(tx, world.otherId))).toMatchObject({ ordersWantedAt: null });
});
