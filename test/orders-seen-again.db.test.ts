/** What has been said before, and whom nobody can ask: neither costs a call, nor changes a line. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { RemoteOrder } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import { refreshOrder } from '#orders/refresh-order.ts';
import { requestShipment } from '#orders/request-shipment.ts';
import { findStore } from '#stores/stores-store.ts';
import { atOnce } from './at-once.ts';
import { expectBooks } from './expect-books.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const beginWorld = worlds();

const tellOf = async (world: TwoStores) => {
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'A' }]);
  await world.turn(world.otherId);
};

/** An order of two shirts, taken in. */
async function begin(linked = true): Promise<{ world: TwoStores; orderId: string }> {
  const statuses = { open: 'open', shipped: 'shipped' } as const;
  const world = await beginWorld({ linked, other: { orders: { fulfils: true, statuses } } });
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  world.clock.advance(60);
  world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: 2 }]));
  await tellOf(world);
  const [order] = await world.rows<{ id: string }>(sql`select id from orders where organization_id = ${world.organizationId}`);
  return { world, orderId: present(order, 'the order').id };
}

/** The very versions of the rows: whatever is written anew has another one. */
const versions = (world: TwoStores) =>
  world.rows(sql`
    select o.xmin::text as order, i.xmin::text as item, (select count(*)::int from order_events where organization_id = o.organization_id) as events
    from orders o join order_items i on i.organization_id = o.organization_id and i.order_id = o.id where o.organization_id = ${world.organizationId}`);

test.each([
  ['polled', async (world: TwoStores) => void (await world.turn(world.otherId)), 0],
  ['told of', tellOf, 1],
])('the snapshot that is known, %s again, is neither written nor asked for once more', async (_, again, reads) => {
  const { world } = await begin();
  const [before, readings] = [await versions(world), world.other.callsOf('readOrders')];
  world.clock.advance(400);
  const polls = world.other.callsOf('pullOrders');
  await again(world);
  expect(world.other.callsOf('pullOrders')).toBeGreaterThan(polls);
  await world.turn(world.otherId);
  expect(await versions(world)).toEqual(before);
  expect(world.other.callsOf('readOrders') - readings).toBe(reads);
  await expectBooks(world);
});

const takeIn = (world: TwoStores, order: RemoteOrder, fresh = false) =>
  world.within(async (tx) => {
    await tx.execute(sql`set local lock_timeout = '8s'`);
    const feed = present(world.other.connector.manifest.orders, 'the feed');
    return await ingestOrders(world.hub, tx, await findStore(tx, world.otherId), [order], { feed, fresh });
  });

const holdOrders = (tx: Transaction) =>
  tx.execute(sql`select from orders where organization_id = ${tx.organizationId} for update`);

test('the snapshot that is known waits for nobody who has its order in hand', async () => {
  const { world } = await begin();
  const known = present(world.other.orders.get('A'), 'the order');
  await world.within(async (tx) => {
    await holdOrders(tx);
    expect(await takeIn(world, known)).toEqual({ taken: 0, ambiguous: [] });
  });
});

test.each([false, true])(
  'one that comes twice at the same moment (read just now: %s) is taken in once, and nothing is doubted',
  async (fresh) => {
    const { world } = await begin();
    const before = await versions(world);
    const updatedAt = new Date(world.clock.now().getTime() + 5000).toISOString();
    const effect = { reserved: 1, shipped: 1 };
    const newer = remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: 2, effect }], { updatedAt });
    const ends = await atOnce(world, holdOrders, [() => takeIn(world, newer, fresh), () => takeIn(world, newer, fresh)]);
    const answers = ends.map((end) => (end.status === 'fulfilled' ? end.value : end.reason));
    expect(answers.toSorted((a, b) => a.taken - b.taken)).toEqual([
      { taken: 0, ambiguous: [] },
      { taken: 1, ambiguous: [] },
    ]);
    expect(await versions(world)).not.toEqual(before);
  },
);

test.each([
  ['paused', 'store_paused', 'Resume it first'],
  ['needs_reconnect', 'needs_reconnect', 'Connect it again'],
  ['disconnected', 'needs_reconnect', 'Connect it again'],
] as const)('an order of a store that is %s is not wanted anew: it is said why', async (status, code, sentence) => {
  const { world, orderId } = await begin();
  await world.rows(sql`update stores set status = ${status} where id = ${world.otherId}`);
  const refused = refreshOrder(world.hub, world.actor, orderId);
  await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(sentence) });
  expect(await world.rows(sql`select id from orders where refresh_wanted_at is not null`)).toEqual([]);
});

test.each(['needs_reconnect', 'disconnected'] as const)('nothing of a store that is %s can be shipped', async (status) => {
  const { world, orderId } = await begin();
  await world.rows(sql`update stores set status = ${status} where id = ${world.otherId}`);
  const [item] = await world.rows<{ id: string }>(sql`select id from order_items where order_id = ${orderId}`);
  const request = {
    items: [{ itemId: present(item, 'the item').id, quantity: 1 }],
    carrier: 'Post',
    trackingNumber: 'T',
    notifyBuyer: false,
  };
  await expect(requestShipment(world.hub, world.actor, orderId, request)).rejects.toThrow('is not connected');
});

test.each([
  ['left before what is on hand was counted, when it was done: less is booked', 'done', 0],
  ['has not left when it was refused: all of it is booked', 'refused', 1],
] as const)('a parcel %s', async (_, state, contained) => {
  const { world, orderId } = await begin(false);
  const [at, shipped] = [world.clock.now(), { reserved: 1, shipped: 1 }];
  await world.rows(sql`
    insert into order_shipments (organization_id, id, order_id, store_id, carrier, tracking_number, items, state, created_at, updated_at)
    select organization_id, gen_random_uuid(), id, store_id, 'Post', 'T', '[{"itemId": "shirt*", "quantity": 1}]', ${state}, ${at}, ${at} from orders where id = ${orderId}`);
  world.clock.advance(10);
  await world.rows(sql`update inventory_items set baseline_kind = 'on_hand', baseline_at = ${world.clock.now()}`);
  const updatedAt = world.clock.now().toISOString();
  world.other.orders.set('A', remoteOrder('A', at, [{ variantId: 'shirt*', quantity: 2, effect: shipped }], { updatedAt }));
  await tellOf(world);
  await world.link('shirt*', 'shirt');
  await world.turn(world.otherId);
  const stock = await world.rows(
    sql`select on_hand, reserved from inventory_items where organization_id = ${world.organizationId}`,
  );
  expect(stock).toEqual([{ on_hand: 5 - contained, reserved: 1 }]);
});
