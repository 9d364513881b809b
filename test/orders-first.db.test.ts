/** I7: a figure that was read after the last reading of orders may lack a sale that nobody has told of: it is not raised before. */
import { expect, test } from 'vitest';
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
