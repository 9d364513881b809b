/** What a store has sold is none of the very much that it shows as 0 at once, and nothing else is explained by it. */
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { expectBooks } from './expect-books.ts';
import { beginAdoption, both, cut, decideAll, figures, goodsOf, limit, onHands, questions, waits } from './mass-adoption.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  await expectBooks(world);
});

const begin = async (goods: number, settings: Partial<StoreSettings> = {}) => {
  world = await beginAdoption(beginWorld, goods);
  await limit(world, world.sourceId, settings);
};
const all = (value: number | string, count = 4): (number | string)[] => Array.from({ length: count }, () => value);
const few = { brakeListings: 2 };

describe('sales', () => {
  const sold = (which: 'source' | 'other', at: number, units: number) => {
    const good = goodsOf(world, at + 1, which)[at];
    const id = `${which} ${at}`;
    const item = { variantId: present(good, 'a good').variantId, quantity: units };
    world[which].orders.set(id, remoteOrder(id, world.clock.now(), [item]));
    return world.tell(which === 'source' ? world.sourceId : world.otherId, [{ kind: 'order_changed', orderId: id }]);
  };

  test('that have emptied a store are no adoption that counts', async () => {
    await begin(4, few);
    for (let at = 0; at < 4; at++) await sold('source', at, 5);
    await cut(world, 4, { quantity: 0 });
    expect([await onHands(world), await questions(world)]).toEqual([all(0), []]);
    await cut(world, 4, { quantity: 6 });
    await cut(world, 2, { quantity: 0 });
    expect([(await onHands(world)).slice(0, 2), await questions(world)], 'nor within the hour').toEqual([[0, 0], []]);
  });

  test('of long before explain nothing that is missing now', async () => {
    await begin(4, few);
    for (let at = 0; at < 4; at++) await sold('source', at, 5);
    await cut(world, 4, { quantity: 0 });
    world.clock.advance(7 * 3600);
    await cut(world, 4, { quantity: 4 });
    await cut(world, 4, { quantity: 0 });
    expect([await waits(world), (await questions(world)).length]).toEqual([all('quantity 4 0 waiting'), 1]);
  });

  test('of which orders tell later end the question', async () => {
    await begin(4, few);
    await cut(world, 4, { quantity: 0 });
    expect(await waits(world)).toHaveLength(4);
    for (let at = 0; at < 4; at++) await sold('source', at, 5);
    await both(world);
    expect([await onHands(world), await questions(world)]).toEqual([all(0), []]);
    expect(await waits(world)).toEqual(all('quantity 5 0 explained'));
  });

  test('explain no other price', async () => {
    await begin(4, few);
    for (let at = 0; at < 4; at++) await sold('source', at, 3);
    await cut(world, 4, { quantity: 2 });
    await cut(world, 4, { price: '9.00' });
    expect(await questions(world)).toMatchObject([{ summary: { repriced: 4 } }]);
  });

  test.each(['approved', 'discarded'] as const)('go on while it waits, here and there; %s', async (decision) => {
    await begin(4, few);
    await cut(world, 4, { quantity: 0 });
    world.other.good('good 0*').quantity -= 2;
    await sold('other', 0, 2);
    await sold('source', 1, 1);
    await both(world);
    await expectBooks(world);
    expect(figures(world, 'other', 'quantity')).toEqual([3, 5, 5, 5]);
    expect(await world.level('good 0', world.sourceId)).toMatchObject({ desired: 3, held_reason: 'adoption_waits' });
    expect(figures(world, 'source', 'quantity')).toEqual(all(0));
    await decideAll(world, decision);
    await both(world);
    const then = decision === 'approved' ? all(0) : [3, 5, 5, 5];
    expect([figures(world, 'source', 'quantity'), figures(world, 'other', 'quantity')]).toEqual([then, then]);
  });
});
