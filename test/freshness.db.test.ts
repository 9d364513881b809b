/** How long it takes until the other stores show a sale, as the dashboard and the API tell it. */
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { type FreshnessWindow, readFreshness } from '#sync/read-freshness.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;

beforeEach(async () => {
  world = await beginWorld({ other: { orders: {} }, goods: [{ variantId: 'shirt' }, { variantId: 'cap' }] });
  await settleAll();
  world.clock.advance(3600);
});

async function settleAll(): Promise<void> {
  for (const id of [world.otherId, world.sourceId, world.otherId]) await settle(world, id);
}

/** Told of so many seconds after it was placed. */
async function sell(id: string, seconds: number, variantId = 'shirt*'): Promise<void> {
  world.other.orders.set(id, remoteOrder(id, world.clock.now(), [{ variantId }]));
  world.other.good(variantId).quantity -= 1;
  world.clock.advance(seconds);
  const hints = JSON.stringify([{ kind: 'order_changed', orderId: id }]);
  await world.rows(sql`insert into webhook_events (organization_id, id, store_id, topic, payload, hints, created_at)
    values (${world.organizationId}, ${newId()}, ${world.otherId}, 'orders', '', ${hints}::jsonb, ${world.clock.now()})`);
  await settleAll();
  world.clock.advance(60);
}

/** Of the store where it was sold, and of the other one. */
async function figures(): Promise<(number | null)[][]> {
  const stores = new Map((await world.within((tx) => readFreshness(tx, world.clock.now()))).map((one) => [one.storeId, one]));
  return [world.otherId, world.sourceId].map((id) => {
    const { saleP50Ms = null, saleP95Ms = null } = stores.get(id) ?? {};
    return [saleP50Ms, saleP95Ms].map((ms) => (ms === null ? null : Math.round(ms / 1000)));
  });
}

const nothing = [null, null];

test('it is counted from the sale, of the stores that it was not made on', async () => {
  expect(await figures()).toEqual([nothing, nothing]);
  await sell('A', 4);
  expect(await figures()).toEqual([nothing, [4, 4]]);
  await sell('B', 8, 'cap*');
  expect(await figures()).toEqual([nothing, [6, 8]]);
});

test('another figure that arrives after the sale is not the sale', async () => {
  world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*' }]));
  world.clock.advance(2);
  await changeVariant(world.hub, world.actor, await world.variantOf('shirt'), { price: '11.00' });
  await settle(world, world.sourceId);
  await settle(world, world.otherId);
  expect(world.other.good('shirt*').price, 'a price was sent').toBe('11.00');
  expect(await figures()).toEqual([nothing, nothing]);
});

test('what was changed before the sale, or long after it, and a sale of more than an hour ago, say nothing of it', async () => {
  const adjust = async (counted: number) => {
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted });
    await settleAll();
    world.clock.advance(1);
  };
  await adjust(9);
  expect(await figures()).toEqual([nothing, nothing]);
  await sell('A', 2);
  await adjust(7);
  expect(await figures()).toEqual([nothing, [2, 2]]);
  world.clock.advance(3600);
  await adjust(6);
  expect(await figures()).toEqual([nothing, nothing]);
});

/** From a sale on the other store to the last of the others, and of how many; the source store sells nothing here. */
async function spread(window?: FreshnessWindow): Promise<(number | null)[]> {
  const stores = await world.within((tx) => readFreshness(tx, world.clock.now(), window));
  const none = stores
    .filter(({ storeId }) => storeId !== world.otherId)
    .map(({ soldCount, soldP50Ms }) => [soldCount, soldP50Ms]);
  expect(none).toEqual([[0, null]]);
  const { soldP50Ms = null, soldP95Ms = null, soldCount = 0 } = stores.find(({ storeId }) => storeId === world.otherId) ?? {};
  return [soldP50Ms, soldP95Ms].map((ms) => (ms === null ? null : Math.round(ms / 1000))).concat(soldCount);
}

test('of the store that sells it is told how long a sale takes to the last of the others, and of how many sales', async () => {
  expect(await spread()).toEqual([null, null, 0]);
  await sell('A', 4);
  await sell('B', 8, 'cap*');
  expect(await spread()).toEqual([6, 8, 2]);
});

test('a sale that another store has still to follow does not count yet', async () => {
  await sell('A', 4);
  world.other.orders.set('B', remoteOrder('B', world.clock.now(), [{ variantId: 'shirt*' }, { variantId: 'cap*' }]));
  const hints = JSON.stringify([{ kind: 'order_changed', orderId: 'B' }]);
  await world.rows(sql`insert into webhook_events (organization_id, id, store_id, topic, payload, hints, created_at)
    values (${world.organizationId}, ${newId()}, ${world.otherId}, 'orders', '', ${hints}::jsonb, ${world.clock.now()})`);
  await settle(world, world.otherId);
  expect(await spread()).toEqual([4, 4, 1]);
  world.clock.advance(9);
  await settleAll();
  expect(await spread()).toEqual([7, 9, 2]);
});

test('the last hour, day or 7 days are looked at, as asked', async () => {
  await sell('A', 4);
  world.clock.advance(3600);
  expect([await spread(), await spread('day')]).toEqual([
    [null, null, 0],
    [4, 4, 1],
  ]);
  world.clock.advance(86_400);
  expect([await spread('day'), await spread('week')]).toEqual([
    [null, null, 0],
    [4, 4, 1],
  ]);
  world.clock.advance(7 * 86_400);
  expect(await spread('week')).toEqual([null, null, 0]);
});
