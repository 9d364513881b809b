/** Everything that happens to an order stands in its timeline, whoever did it. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import type { RemoteOrder } from '#connectors/order.ts';
import { readTimeline } from '#orders/read-timeline.ts';
import { type OrderedItem, remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();

async function tell(world: TwoStores, items: readonly OrderedItem[], change: Partial<RemoteOrder> = {}): Promise<void> {
  world.clock.advance(60);
  world.other.orders.set('A', remoteOrder('A', world.clock.now(), items, change));
  const hints = JSON.stringify([{ kind: 'order_changed', orderId: 'A' }]);
  await world.rows(sql`insert into webhook_events (organization_id, id, store_id, topic, payload, hints, created_at)
    values (${world.organizationId}, ${newId()}, ${world.otherId}, 'orders', '', ${hints}::jsonb, ${world.clock.now()})`);
  await settle(world, world.otherId);
}

async function told(world: TwoStores): Promise<string[]> {
  const [order] = await world.rows<{ id: string }>(sql`select id from orders where organization_id = ${world.organizationId}`);
  return (await world.within((tx) => readTimeline(tx, order?.id ?? ''))).map(({ sentence }) => sentence);
}

const totals = { subtotal: '30.00', discount: '0', shipping: '0', tax: '0', total: '30.00', refunded: '0' };

test('payment, edits and refunds, with a restock or without, are told, and nothing twice', async () => {
  const statuses = { unpaid: 'unpaid', open: 'open', shipped: 'shipped' } as const;
  const world = await beginWorld({ other: { orders: { statuses } }, goods: [{ variantId: 'shirt' }, { variantId: 'cap' }] });
  const shirt = (quantity: number): OrderedItem => ({ variantId: 'shirt*', quantity });
  await tell(world, [shirt(2)], { nativeStatus: 'unpaid', financialStatus: 'pending' });
  await tell(world, [shirt(2)], { totals });
  await tell(world, [shirt(1), { variantId: 'cap*' }], { totals });
  await tell(world, [shirt(1), { variantId: 'cap*' }], { totals, note: 'Ring twice' });
  await tell(world, [shirt(1)], { totals });
  await tell(world, [{ ...shirt(1), effect: { reserved: 0, shipped: 1 } }], {
    nativeStatus: 'shipped',
    financialStatus: 'partially_refunded',
    totals: { ...totals, refunded: '4.5' },
  });
  await tell(world, [{ ...shirt(1), effect: { reserved: 0, shipped: 1, restocked: 1 } }], {
    nativeStatus: 'shipped',
    financialStatus: 'refunded',
    totals: { ...totals, refunded: '30' },
  });
  expect(await told(world)).toEqual([
    'Order #A was placed',
    'Waits for payment',
    '2 units were reserved',
    'Was paid',
    'Is ready to be shipped',
    'Was edited: 1 unit of "Good shirt*" instead of 2',
    'Was edited: 1 unit of "Good cap*" added',
    '1 unit was reserved',
    '1 unit was given free',
    'Was edited: "Good cap*" taken off',
    '1 unit was given free',
    'Was shipped',
    '4.50 USD were given back',
    '1 unit left the stock',
    '25.50 USD were given back',
    '1 unit came back into the stock',
  ]);
});

test('a step that no order takes is taken over, and told as unusual', async () => {
  const statuses = { open: 'open', cancelled: 'cancelled' } as const;
  const world = await beginWorld({ other: { orders: { statuses } }, goods: [{ variantId: 'shirt' }] });
  const shirt: OrderedItem = { variantId: 'shirt*' };
  await tell(world, [{ ...shirt, effect: { reserved: 0 } }], { nativeStatus: 'cancelled' });
  await tell(world, [shirt], { nativeStatus: 'open' });
  expect(await told(world)).toEqual([
    'Order #A was placed',
    'Was cancelled',
    'Is ready to be shipped',
    'That is unusual: it was cancelled before. Look at it on the platform if you did not expect it',
    '1 unit was reserved',
  ]);
});
