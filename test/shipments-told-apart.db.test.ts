/**
 * Which of the parcels that a platform tells of is the one that we have reported: taken for another, a parcel would never be
 * reported; taken for none, it would be reported twice. And what is neither sent again nor sent at all.
 */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import { MalformedResponse, PlatformUnavailable } from '#connectors/errors.ts';
import type { RemoteShipment } from '#connectors/order.ts';
import { cancelShipment, requestShipment } from '#orders/request-shipment.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;

const statuses = { open: 'open', partially_shipped: 'partially_shipped', shipped: 'shipped' } as const;

/** An order of three shirts and a hat, taken in. */
async function begin(): Promise<void> {
  const goods = [{ variantId: 'shirt' }, { variantId: 'hat' }];
  world = await beginWorld({ goods, other: { orders: { fulfils: true, statuses } } });
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  world.clock.advance(60);
  const lines = [{ variantId: 'shirt*', quantity: 3 }, { variantId: 'hat*' }];
  world.other.orders.set('A', remoteOrder('A', world.clock.now(), lines));
  await tellOf();
  world.clock.advance(3600);
}

const order = () => present(world.other.orders.get('A'), 'the order');

async function tellOf(): Promise<void> {
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'A' }]);
  await world.turn(world.otherId);
}

async function report(variantId: string, quantity: number, trackingNumber: string): Promise<{ id: string; orderId: string }> {
  const [item] = await world.rows<{ id: string; order_id: string }>(sql`
    select id, order_id from order_items where organization_id = ${world.organizationId} and platform_item_id = ${variantId}`);
  const { id: itemId, order_id: orderId } = present(item, 'the item');
  const request = { items: [{ itemId, quantity }], carrier: 'Post', trackingNumber, notifyBuyer: false };
  const { id } = await requestShipment(world.hub, world.actor, orderId, request);
  return { id, orderId };
}

/** A person ships this at the platform. */
function shipThere(itemId: string, quantity: number, change: Partial<RemoteShipment> = {}): void {
  const { items, shipments, ...rest } = order();
  const updatedAt = new Date(Date.parse(rest.updatedAt) + 1000).toISOString();
  const parcel = { id: 'made there', carrier: 'Post', trackingNumber: '', trackingUrl: null, cancelled: false };
  world.other.orders.set('A', {
    ...rest,
    updatedAt,
    nativeStatus: 'partially_shipped',
    items: items.map((item) =>
      item.id === itemId
        ? {
            ...item,
            effect: { ...item.effect, reserved: item.effect.reserved - quantity, shipped: item.effect.shipped + quantity },
          }
        : item,
    ),
    shipments: [
      ...shipments,
      { ...parcel, createdAt: world.clock.now().toISOString(), items: [{ itemId, quantity }], ...change },
    ],
  });
}

const loseNextCall = (made: boolean): void =>
  world.other.next('ship', async (_, proceed) => {
    if (made) proceed();
    throw new PlatformUnavailable('time-out', { mayHaveApplied: true });
  });

const known = () =>
  world.rows(sql`select state, platform_shipment_id as there, created_by is not null as ours from order_shipments
    where organization_id = ${world.organizationId} order by created_at, id`);

describe('a parcel with the number of ours', () => {
  test('but with other things in it is another one: ours is sent still', async () => {
    await begin();
    await report('shirt*', 2, 'T1');
    loseNextCall(false);
    await world.turn(world.otherId);
    shipThere('hat*', 1, { trackingNumber: 'T1' });
    world.clock.advance(61);
    await tellOf();
    expect(world.other.callsOf('ship')).toBe(2);
    expect(await known()).toEqual([
      { state: 'done', there: 'parcel 2 of A', ours: true },
      { state: 'done', there: 'made there', ours: false },
    ]);
  });
});

test('a parcel with the same things under another number is not ours: ours is sent still', async () => {
  await begin();
  await report('shirt*', 1, 'T1');
  loseNextCall(false);
  await world.turn(world.otherId);
  shipThere('shirt*', 1, { trackingNumber: 'T2' });
  world.clock.advance(61);
  await tellOf();
  expect(world.other.callsOf('ship')).toBe(2);
  expect(await known()).toEqual([
    { state: 'done', there: 'parcel 2 of A', ours: true },
    { state: 'done', there: 'made there', ours: false },
  ]);
});

test('what the platform takes for another parcel of ours is not reported, and that one stays', async () => {
  await begin();
  await report('shirt*', 2, 'T1');
  await world.turn(world.otherId);
  world.other.next('ship', async () => ({ outcome: 'applied', shipmentId: 'parcel 1 of A' }));
  await report('hat*', 1, 'T1');
  await world.turn(world.otherId);
  expect(await known()).toEqual([
    { state: 'done', there: 'parcel 1 of A', ours: true },
    { state: 'refused', there: null, ours: true },
  ]);
  const [event] = await world.rows<{ sentence: string }>(
    sql`select parameters->>'sentence' as sentence from order_events where code = 'shipment_refused'`,
  );
  expect(event?.sentence).toMatch(/the same shipment as one that was reported before/);
});

describe('a parcel without a number, as ours', () => {
  test('that was made after ours had no answer is ours, and is not sent again', async () => {
    await begin();
    await report('shirt*', 2, '');
    loseNextCall(true);
    await world.turn(world.otherId);
    // Its moment is the platform's own, which goes on with the order's.
    const [made] = order().shipments;
    Object.assign(present(made, 'the parcel'), { createdAt: world.clock.now().toISOString() });
    world.clock.advance(61);
    await world.turn(world.otherId);
    expect(world.other.callsOf('ship')).toBe(1);
    expect(await known()).toEqual([{ state: 'done', there: 'parcel 1 of A', ours: true }]);
  });

  test('that was made long before ours was reported is another one: ours is sent still', async () => {
    await begin();
    await report('shirt*', 1, '');
    loseNextCall(false);
    await world.turn(world.otherId);
    const before = new Date(world.clock.now().getTime() - 1_800_000).toISOString();
    shipThere('shirt*', 1, { createdAt: before });
    world.clock.advance(61);
    await tellOf();
    expect(world.other.callsOf('ship')).toBe(2);
    expect(order().shipments).toHaveLength(2);
  });

  test('that was made while ours was not sent yet is another one: ours is sent still', async () => {
    await begin();
    await report('shirt*', 1, '');
    shipThere('shirt*', 1);
    await tellOf();
    expect(world.other.callsOf('ship')).toBe(1);
    expect(order().shipments).toHaveLength(2);
  });
});

test('what the platform has taken cannot be reported again, though its order could not be read since', async () => {
  await begin();
  await report('hat*', 1, 'T1');
  world.other.next('readOrders', async () => {
    throw new PlatformUnavailable('away', { mayHaveApplied: false });
  });
  await world.turn(world.otherId);
  expect(await known()).toEqual([{ state: 'done', there: 'parcel 1 of A', ours: true }]);
  await expect(report('hat*', 1, 'T2')).rejects.toThrow('nothing of it is left');
  await report('shirt*', 3, 'T2');
});

test('what is called off while another one is being sent is not sent', async () => {
  await begin();
  await report('hat*', 1, 'T1');
  world.clock.advance(1);
  const { id, orderId } = await report('shirt*', 3, 'T2');
  world.other.next('ship', async (_, proceed) => {
    await cancelShipment(world.hub, world.actor, orderId, id);
    return proceed();
  });
  await world.turn(world.otherId);
  expect(world.other.callsOf('ship')).toBe(1);
  expect(await known()).toMatchObject([{ state: 'done' }, { state: 'cancelled' }]);
});

test('what was made, and answered with something that nobody understands, is found in its order and not sent again', async () => {
  await begin();
  await report('shirt*', 3, 'T1');
  world.other.next('ship', async (_, proceed) => {
    proceed();
    throw new MalformedResponse('no shipment in it');
  });
  await world.turn(world.otherId);
  world.clock.advance(61);
  await world.turn(world.otherId);
  expect(world.other.callsOf('ship')).toBe(1);
  expect(await known()).toEqual([{ state: 'done', there: 'parcel 1 of A', ours: true }]);
});

test('what a worker that died has left on its way may arrive late: it is not sent again before it no longer can', async () => {
  await begin();
  await report('shirt*', 3, 'T1');
  let arrive: () => void = () => undefined;
  const arrives = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  world.other.next('ship', async (_, proceed) => {
    await arrives;
    return proceed();
  });
  const dead = world.turn(world.otherId);
  await expect.poll(known).toMatchObject([{ state: 'sent' }]);
  await world.rows(sql`update store_leases set holder = ${newId()}, fence = fence + 1, expires_at = clock_timestamp() - interval '1 second'
    where store_id = ${world.otherId}`);
  await world.turn(world.otherId);
  world.clock.advance(30);
  await world.turn(world.otherId);
  expect(await known()).toMatchObject([{ state: 'unknown' }]);
  arrive();
  await dead;
  world.clock.advance(31);
  await world.turn(world.otherId);
  expect(world.other.callsOf('ship')).toBe(1);
  expect(await known()).toEqual([{ state: 'done', there: 'parcel 1 of A', ours: true }]);
});
