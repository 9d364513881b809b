/** How long it takes until the other stores show a sale, as the dashboard and the API tell it. */
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { readFreshness } from '#sync/read-freshness.ts';
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
