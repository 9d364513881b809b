/** What the activity says when a store shows another figure than ours: what it has sold itself is no edit. */
import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import type { WebhookHint } from '#connectors/connector.ts';
import { updateStore } from '#stores/change-store.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;

async function begin(orders: boolean): Promise<void> {
  world = await beginWorld({ other: orders ? { orders: {} } : {} });
  await settle(world, world.otherId);
  world.clock.advance(60);
}
beforeEach(() => begin(true));

async function hint(one: WebhookHint): Promise<void> {
  await world.tell(world.otherId, [one]);
  await settle(world, world.otherId);
}
const edit = async (change: { quantity?: number; price?: string }): Promise<void> => {
  const good = world.other.good('shirt*');
  Object.assign(good, change);
  const { productId } = good;
  await hint({ kind: 'level_changed', productId, inventoryId: null, locationId: null });
  await hint({ kind: 'product_changed', productId });
};
const sell = async (quantity: number): Promise<void> => {
  world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity }]));
  world.other.good('shirt*').quantity -= quantity;
  await hint({ kind: 'order_changed', orderId: 'A' });
};
const told = async (): Promise<string[]> => {
  const rows = await world.rows<{ message: string }>(sql`
    select message from sync_logs where organization_id = ${world.organizationId} and store_id = ${world.otherId} and event like '%_drift' order by created_at, id`);
  return rows.map(({ message }) => message.replace(/^.* shows /, ''));
};

test('a sale there whose order is known says nothing', async () => {
  await sell(2);
  expect(world.other.good('shirt*').quantity).toBe(3);
  expect(await told()).toEqual([]);
});

test('fewer than sales explain may have been sold, and are kept back', async () => {
  await edit({ quantity: 3 });
  expect(await told()).toEqual([
    'quantity 3 although 5 was expected: 2 may have been sold, and are kept back until orders explain it',
  ]);
});

test('where no orders are told, fewer were edited, and more always were', async () => {
  await edit({ quantity: 9 });
  expect(await told()).toEqual(['quantity 9 although 5 was expected: edited there; it is set back']);
  await begin(false);
  await edit({ quantity: 3 });
  expect(await told()).toEqual(['quantity 3 although 5 was expected: edited there; it is set back']);
});

test.each([
  ['hub', 'it is set back'],
  ['store', 'it is taken over'],
  ['ask', 'it stands until somebody decides'],
] as const)('of a price what becomes of it is told by the policy: %s', async (price, outcome) => {
  await updateStore(world.hub, world.actor, world.otherId, { settings: { drift: { price } } });
  await settle(world, world.otherId);
  await edit({ price: '99.00' });
  expect(await told()).toEqual([`price 99.00 USD although 10.00 was expected: edited there; ${outcome}`]);
});
