/** Orders that take nothing of our stock, and why: each time the books and every other store stay as they are. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { updateStore } from '#stores/change-store.ts';
import { expectBooks } from './expect-books.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  await expectBooks(world);
});

/** Five shirts; orders of both stores are read. */
async function begin(): Promise<void> {
  world = await beginWorld({ source: { orders: {}, compareAndSet: true }, other: { orders: {} } });
  await settle(world, world.otherId);
  await settle(world, world.sourceId);
  world.clock.advance(60);
}

async function tellOf(storeId: string, orderId: string): Promise<void> {
  await world.tell(storeId, [{ kind: 'order_changed', orderId }]);
}

const shown = () => [world.source.good('shirt').quantity, world.other.good('shirt*').quantity];
const stock = async () =>
  await world.rows(sql`select on_hand, reserved from inventory_items where organization_id = ${world.organizationId}`);
const parked = async () => await world.rows(sql`select parked from order_items where organization_id = ${world.organizationId}`);

describe('an order that the platform ships from its own stock', () => {
  test('books nothing, and is shown as such', async () => {
    await begin();
    const change = { fulfilledBy: 'platform' as const };
    world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: 2, change }]));
    await tellOf(world.otherId, 'A');
    await settle(world, world.otherId);
    await settle(world, world.sourceId);
    expect(await parked()).toEqual([{ parked: 'platform_fulfils' }]);
    expect(await stock()).toEqual([{ on_hand: 5, reserved: 0 }]);
    expect(shown()).toEqual([5, 5]);
  });
});

describe('an order of what its store does not count', () => {
  test('books nothing, though the thing is counted elsewhere', async () => {
    await begin();
    world.other.good('shirt*').tracked = false;
    world.clock.advance(301);
    await settle(world, world.otherId);
    world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: 2 }]));
    await tellOf(world.otherId, 'A');
    await settle(world, world.otherId);
    await settle(world, world.sourceId);
    expect(await parked()).toEqual([{ parked: 'not_tracked' }]);
    expect(await stock()).toEqual([{ on_hand: 5, reserved: 0 }]);
    expect(world.source.good('shirt').quantity).toBe(5);
  });
});

describe('an order of the store that owns the count', () => {
  test('told of by itself has its figure read before anything is written there: a sale elsewhere does not undo it', async () => {
    await begin();
    world.other.orders.set('O', remoteOrder('O', world.clock.now(), [{ variantId: 'shirt*' }]));
    world.other.good('shirt*').quantity -= 1;
    await tellOf(world.otherId, 'O');
    await settle(world, world.otherId);
    // The owner is about to be told of four; one of its five is sold just then.
    world.source.orders.set('S', remoteOrder('S', world.clock.now(), [{ variantId: 'shirt' }]));
    world.source.good('shirt').quantity -= 1;
    await tellOf(world.sourceId, 'S');
    await settle(world, world.sourceId);
    await settle(world, world.otherId);
    expect(await stock()).toEqual([{ on_hand: 4, reserved: 1 }]);
    expect(shown()).toEqual([3, 3]);
  });

  test('stays in its figure when another store owns the count later', async () => {
    await begin();
    const at = world.clock.now();
    world.source.orders.set('S', remoteOrder('S', at, [{ variantId: 'shirt', quantity: 2 }]));
    world.source.good('shirt').quantity -= 2;
    await tellOf(world.sourceId, 'S');
    await settle(world, world.sourceId);
    await settle(world, world.otherId);
    expect(await stock()).toEqual([{ on_hand: 3, reserved: 0 }]);
    await updateStore(world.hub, world.actor, world.otherId, { isSource: true });
    await settle(world, world.otherId);
    await settle(world, world.sourceId);
    world.clock.advance(10);
    const shipped = [{ variantId: 'shirt', quantity: 2, effect: { reserved: 0, shipped: 2 } }];
    world.source.orders.set('S', remoteOrder('S', at, shipped, { updatedAt: world.clock.now().toISOString() }));
    await tellOf(world.sourceId, 'S');
    await settle(world, world.sourceId);
    await settle(world, world.otherId);
    expect(await stock()).toEqual([{ on_hand: 3, reserved: 0 }]);
    expect(shown()).toEqual([3, 3]);
  });
});
