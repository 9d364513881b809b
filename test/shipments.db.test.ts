/** Shipments that people report: sent exactly once, whatever happens on the way. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import { PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import { cancelShipment, requestShipment } from '#orders/request-shipment.ts';
import { atOnce } from './at-once.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { remoteOrder } from './remote-order.ts';
import { type TwoStores, type TwoStoresOptions, twoStores } from './two-stores.ts';

let database: TestDatabase;
const worlds: TwoStores[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
afterAll(() => database.drop());

const statuses = {
  unpaid: 'unpaid',
  open: 'open',
  partially_shipped: 'partially_shipped',
  shipped: 'shipped',
  cancelled: 'cancelled',
} as const;

/** An order of three shirts and a hat, taken in. */
async function begin(options: TwoStoresOptions = {}): Promise<TwoStores> {
  const goods = [{ variantId: 'shirt' }, { variantId: 'hat' }];
  const world = await twoStores(database, {
    goods,
    ...options,
    other: { orders: { fulfils: true, statuses }, ...options.other },
  });
  worlds.push(world);
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  world.clock.advance(60);
  const items = [
    { variantId: 'shirt*', quantity: 3 },
    { variantId: 'hat*', quantity: 1 },
  ];
  world.other.orders.set('A', remoteOrder('A', world.clock.now(), items));
  world.other.good('shirt*').quantity -= 3;
  world.other.good('hat*').quantity -= 1;
  await readOrder(world);
  world.clock.advance(1);
  return world;
}

/** The order is read as a webhook would have it. */
async function readOrder(world: TwoStores): Promise<void> {
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'A' }]);
  await world.turn(world.otherId);
}

const orderId = async (world: TwoStores): Promise<string> =>
  present((await world.rows<{ id: string }>(sql`select id from orders where platform_order_id = 'A'`))[0], 'the order').id;

async function itemId(world: TwoStores, platformItemId: string): Promise<string> {
  const rows = await world.rows<{ id: string }>(sql`select id from order_items where platform_item_id = ${platformItemId}`);
  return present(rows[0], 'the item').id;
}

async function report(world: TwoStores, units: Record<string, number>, trackingNumber = 'T1'): Promise<string> {
  const items = await Promise.all(
    Object.entries(units).map(async ([id, quantity]) => ({ itemId: await itemId(world, id), quantity })),
  );
  const request = { items, carrier: 'Post', trackingNumber, notifyBuyer: false };
  const shipment = await requestShipment(world.hub, world.actor, await orderId(world), request);
  return shipment.id;
}

interface Row extends Record<string, unknown> {
  id: string;
  state: string;
  platform_shipment_id: string | null;
  tracking_number: string;
}
const shipments = (world: TwoStores) =>
  world.rows<Row>(sql`select id, state, platform_shipment_id, tracking_number from order_shipments order by created_at, id`);
const stateOf = async (world: TwoStores, id: string) => (await shipments(world)).find((row) => row.id === id)?.state;
const parcels = (world: TwoStores) => present(world.other.orders.get('A'), 'the order').shipments;
const stockOf = async (world: TwoStores, variantId: string) => {
  const id = await world.variantOf(variantId);
  const rows = await world.rows<{ on_hand: number; reserved: number }>(
    sql`select on_hand, reserved from inventory_items where variant_id = ${id}`,
  );
  return rows[0];
};
const lost = () => new PlatformUnavailable('time-out', { mayHaveApplied: true });

describe('a reported shipment', () => {
  test('is sent by the next turn, once, and the booking follows the order that is read again', async () => {
    const world = await begin();
    const id = await report(world, { 'shirt*': 3, 'hat*': 1 });
    expect(await stateOf(world, id)).toBe('unsent');
    expect(world.wakes.at(-1)).toBe(`${world.organizationId}/${world.otherId}`);
    await world.turn(world.otherId);
    await world.turn(world.otherId);
    expect(await shipments(world)).toEqual([{ id, state: 'done', platform_shipment_id: 'parcel 1 of A', tracking_number: 'T1' }]);
    expect(world.other.callsOf('ship')).toBe(1);
    expect(world.other.calls.find(({ operation }) => operation === 'ship')?.input).toMatchObject({
      writeId: id,
      orderId: 'A',
      tracking: { number: 'T1', carrier: 'Post', url: null },
    });
    expect(await stockOf(world, 'shirt')).toEqual({ on_hand: 2, reserved: 0 });
    expect(await stockOf(world, 'hat')).toEqual({ on_hand: 4, reserved: 0 });
    expect(await world.rows(sql`select status from orders`)).toEqual([{ status: 'shipped' }]);
    expect(world.errors).toEqual([]);
  });

  test('is committed as sent before the call goes out, with nobody else able to take it', async () => {
    const world = await begin();
    const id = await report(world, { 'shirt*': 1 });
    world.other.next('ship', async (_, proceed) => {
      expect(await stateOf(world, id)).toBe('sent');
      expect(await world.turn(world.otherId)).toBe('busy');
      return proceed();
    });
    await world.turn(world.otherId);
    expect(await stateOf(world, id)).toBe('done');
    expect(parcels(world)).toHaveLength(1);
  });

  test('in parts: each part is one shipment, and what is left can be reported, no more', async () => {
    const world = await begin();
    await report(world, { 'shirt*': 2 }, 'T1');
    await expect(report(world, { 'shirt*': 2 }, 'T2')).rejects.toThrow('only 1 of it are left');
    await world.turn(world.otherId);
    expect(await world.rows(sql`select status from orders`)).toEqual([{ status: 'partially_shipped' }]);
    await expect(report(world, { 'shirt*': 2 }, 'T2')).rejects.toThrow('only 1 of it are left');
    await report(world, { 'shirt*': 1, 'hat*': 1 }, 'T2');
    await expect(report(world, { 'hat*': 1 }, 'T3')).rejects.toThrow('in a shipment already');
    await world.turn(world.otherId);
    expect(parcels(world).map(({ trackingNumber }) => trackingNumber)).toEqual(['T1', 'T2']);
    await expect(report(world, { 'hat*': 1 }, 'T3')).rejects.toThrow('has been shipped');
  });

  test('by two people at once covers no unit twice', async () => {
    const world = await begin();
    const people = ['T1', 'T2', 'T3', 'T4'].map((number) => () => report(world, { 'shirt*': 2 }, number));
    const asked = await atOnce(world, (tx) => tx.execute(sql`lock table order_shipments in share mode`), people);
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const rejected = asked.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    expect(rejected.every((reason) => reason instanceof AppError && reason.code === 'invalid_input')).toBe(true);
  });

  test('is called off while unsent, and not afterwards', async () => {
    const world = await begin();
    const [first, order] = [await report(world, { 'shirt*': 3 }), await orderId(world)];
    await cancelShipment(world.hub, world.actor, order, first);
    await cancelShipment(world.hub, world.actor, order, first);
    await world.turn(world.otherId);
    expect(world.other.callsOf('ship')).toBe(0);
    const second = await report(world, { 'shirt*': 3 });
    await world.turn(world.otherId);
    await expect(cancelShipment(world.hub, world.actor, order, second)).rejects.toThrow('Cancel it there');
    expect(await shipments(world)).toMatchObject([{ state: 'cancelled' }, { state: 'done' }]);
  });
});

describe('a shipment without an answer', () => {
  test('that was made is recognised in the order and never sent again', async () => {
    const world = await begin();
    const id = await report(world, { 'shirt*': 3, 'hat*': 1 });
    world.other.next('ship', async (_, proceed) => {
      proceed();
      throw lost();
    });
    await world.turn(world.otherId);
    expect(await stateOf(world, id)).toBe('unknown');
    await expect(report(world, { 'hat*': 1 }, 'T2')).rejects.toThrow('in a shipment already');
    world.clock.advance(61);
    await world.turn(world.otherId);
    expect(await shipments(world)).toEqual([{ id, state: 'done', platform_shipment_id: 'parcel 1 of A', tracking_number: 'T1' }]);
    expect(world.other.callsOf('ship')).toBe(1);
    expect(await stockOf(world, 'shirt')).toEqual({ on_hand: 2, reserved: 0 });
  });

  test('that was not made is sent once more, after the order was read, and not before it can no longer arrive', async () => {
    const world = await begin();
    const id = await report(world, { 'shirt*': 1 });
    world.other.next('ship', async () => {
      throw lost();
    });
    await world.turn(world.otherId);
    world.clock.advance(30);
    const dueAt = await world.turn(world.otherId);
    expect([await stateOf(world, id), world.other.callsOf('ship')]).toEqual(['unknown', 1]);
    expect(dueAt).not.toBe('busy');
    world.clock.advance(31);
    world.other.calls.length = 0;
    await world.turn(world.otherId);
    const operations = world.other.calls.map(({ operation }) => operation);
    expect(operations.indexOf('readOrders')).toBeGreaterThanOrEqual(0);
    expect(operations.indexOf('readOrders')).toBeLessThan(operations.indexOf('ship'));
    expect(await stateOf(world, id)).toBe('done');
    expect(parcels(world)).toHaveLength(1);
  });

  test('is not sent again while its order cannot be read', async () => {
    const world = await begin();
    const id = await report(world, { 'shirt*': 1 });
    world.other.next('ship', async (_, proceed) => {
      proceed();
      throw lost();
    });
    await world.turn(world.otherId);
    world.clock.advance(61);
    world.other.next('readOrders', async () => {
      throw new Refused({ code: 'gone', parameters: {} });
    });
    world.other.next('pullOrders', async () => []);
    await world.turn(world.otherId);
    expect([await stateOf(world, id), world.other.callsOf('ship')]).toEqual(['unknown', 1]);
    const [order = ''] = world.other.orders.keys();
    world.other.strange.set(order, { id: order, updatedAt: null, why: 'status: Invalid input', raw: {} });
    for (const end of ['unknown 1', 'done 1']) {
      world.clock.advance(31);
      await world.turn(world.otherId);
      expect(`${await stateOf(world, id)} ${world.other.callsOf('ship')}`).toBe(end);
      world.other.strange.clear();
    }
  });

  test('of a worker that was killed between sending and answer is found by the next, and made once', async () => {
    const world = await begin();
    await report(world, { 'shirt*': 1 }, 'T0');
    await world.turn(world.otherId);
    const id = await report(world, { 'shirt*': 1, 'hat*': 1 });
    // As a kill leaves it: committed as sent, made there, and nobody to hear the answer.
    const { promise: hangs, resolve: hang } = Promise.withResolvers<void>();
    world.other.next('ship', async (_, proceed) => {
      const answer = proceed();
      await hangs;
      return answer;
    });
    const dead = world.turn(world.otherId);
    await expect.poll(() => stateOf(world, id)).toBe('sent');
    await world.rows(sql`update store_leases set holder = ${newId()}, fence = fence + 1, expires_at = clock_timestamp() - interval '1 second'
      where store_id = ${world.otherId}`);
    await world.turn(world.otherId);
    expect((await shipments(world)).map(({ state }) => state)).toEqual(['done', 'unknown']);
    // The dead one wakes up after all: its answer is under an older fence, and counts for nothing.
    hang();
    await dead;
    expect(await stateOf(world, id)).toBe('unknown');
    world.clock.advance(61);
    await world.turn(world.otherId);
    expect((await shipments(world)).map(({ state }) => state)).toEqual(['done', 'done']);
    expect([world.other.callsOf('ship'), parcels(world).length]).toEqual([2, 2]);
  });

  test('is told apart from another parcel with the same number and things', async () => {
    const world = await begin();
    await report(world, { 'shirt*': 1 }, 'SAME');
    await world.turn(world.otherId);
    const second = await report(world, { 'shirt*': 1 }, 'SAME');
    world.other.next('ship', async () => {
      throw lost();
    });
    await world.turn(world.otherId);
    world.clock.advance(61);
    await world.turn(world.otherId);
    expect(await stateOf(world, second)).toBe('done');
    expect(new Set((await shipments(world)).map((row) => row.platform_shipment_id)).size).toBe(2);
    expect(parcels(world)).toHaveLength(2);
  });
});

describe('a shipment that the platform does not take', () => {
  test('is kept with its refusal, and its units can be reported anew', async () => {
    const world = await begin();
    const id = await report(world, { 'shirt*': 3 });
    world.other.next('ship', async () => ({
      outcome: 'refused',
      refusal: { code: 'campaign', parameters: { campaign: 'Sale' } },
    }));
    await world.turn(world.otherId);
    await world.turn(world.otherId);
    expect([await stateOf(world, id), world.other.callsOf('ship')]).toEqual(['refused', 1]);
    const events = await world.rows<{ parameters: object }>(
      sql`select parameters from order_events where code = 'shipment_refused'`,
    );
    expect(events).toMatchObject([{ parameters: { sentence: 'Locked by Sale.', trackingNumber: 'T1' } }]);
    await report(world, { 'shirt*': 3 }, 'T2');
  });

  test('now, because it asks us to slow down, is sent later', async () => {
    const world = await begin();
    const id = await report(world, { 'shirt*': 3 });
    world.other.next('ship', async () => {
      throw new RateLimited(5);
    });
    const dueAt = await world.turn(world.otherId);
    expect(dueAt).toEqual(new Date(world.clock.now().getTime() + 5000));
    expect(await stateOf(world, id)).toBe('unsent');
    world.clock.advance(6);
    await world.turn(world.otherId);
    expect(await stateOf(world, id)).toBe('done');
    expect(parcels(world)).toHaveLength(1);
  });

  test('at all is refused at once, with what to do', async () => {
    const world = await begin({ other: { orders: { fulfils: false, statuses } } });
    await expect(report(world, { 'shirt*': 1 })).rejects.toThrow(
      /does not take shipments from StoreSync\. Mark the order as shipped/,
    );
    expect(await shipments(world)).toEqual([]);
  });

  test.each(['unpaid', 'cancelled'])('for the order is %s is refused at once', async (nativeStatus) => {
    const world = await begin();
    world.clock.advance(10);
    world.other.orders.set('A', { ...remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*' }]), nativeStatus });
    await readOrder(world);
    await expect(report(world, { 'shirt*': 1 })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a shipment of the platform', () => {
  test('that a person made there with the same number takes the place of ours, which is not sent', async () => {
    const world = await begin();
    const order = present(world.other.orders.get('A'), 'the order');
    const parcel = {
      id: 'made there',
      createdAt: world.clock.now().toISOString(),
      carrier: 'Post',
      trackingNumber: 'T1',
      trackingUrl: null,
      cancelled: false,
      items: [{ itemId: 'shirt*', quantity: 1 }],
    };
    const id = await report(world, { 'shirt*': 1 });
    world.other.orders.set('A', {
      ...order,
      updatedAt: new Date(Date.parse(order.updatedAt) + 500).toISOString(),
      shipments: [parcel],
    });
    await readOrder(world);
    expect(world.other.callsOf('ship')).toBe(0);
    expect(await shipments(world)).toEqual([{ id, state: 'done', platform_shipment_id: 'made there', tracking_number: 'T1' }]);
  });

  test('that another reading stored before our answer came is shown once', async () => {
    const world = await begin();
    const id = await report(world, { 'hat*': 1 });
    await world.rows(sql`insert into order_shipments (organization_id, id, order_id, store_id, platform_shipment_id, carrier, tracking_number, items, state, created_at, updated_at)
      values (${world.organizationId}, ${newId()}, ${await orderId(world)}, ${world.otherId}, 'parcel 1 of A', 'Other', 'T9', '[]', 'done', ${world.clock.now()}, ${world.clock.now()})`);
    await world.turn(world.otherId);
    expect(await shipments(world)).toMatchObject([{ id, state: 'done', platform_shipment_id: 'parcel 1 of A' }]);
  });

  test('with what it is of, a cancelled one too, is shown as the platform tells it', async () => {
    const world = await begin();
    await report(world, { 'shirt*': 3, 'hat*': 1 });
    await world.turn(world.otherId);
    world.clock.advance(10);
    const order = present(world.other.orders.get('A'), 'the order');
    const items = order.items.map((item) => ({ ...item, effect: { reserved: item.quantity, shipped: 0, restocked: 0 } }));
    const cancelled = order.shipments.map((parcel) => ({ ...parcel, cancelled: true }));
    world.other.orders.set('A', {
      ...order,
      nativeStatus: 'open',
      updatedAt: world.clock.now().toISOString(),
      items,
      shipments: cancelled,
    });
    await readOrder(world);
    expect(await shipments(world)).toMatchObject([{ state: 'cancelled' }]);
    expect(await stockOf(world, 'shirt')).toEqual({ on_hand: 5, reserved: 3 });
    await report(world, { 'shirt*': 3 }, 'T2');
  });
});

test('an order of 10 000 lines is reported whole in one shipment', async () => {
  const world = await begin();
  world.clock.advance(10);
  const lines = Array.from({ length: 10_000 }, (_, at) => ({ variantId: 'shirt*', id: `line ${at}` }));
  world.other.orders.set('A', remoteOrder('A', world.clock.now(), lines));
  await readOrder(world);
  const rows = await world.rows<{ id: string }>(sql`select id from order_items where not vanished`);
  const items = rows.map(({ id }) => ({ itemId: id, quantity: 1 }));
  const request = { items, carrier: 'Post', trackingNumber: 'T1', notifyBuyer: false };
  const { id } = await requestShipment(world.hub, world.actor, await orderId(world), request);
  await world.turn(world.otherId);
  expect(await stateOf(world, id)).toBe('done');
  expect(parcels(world).map((parcel) => parcel.items.length)).toEqual([10_000]);
  expect(await stockOf(world, 'shirt')).toEqual({ on_hand: 5 - 10_000, reserved: 0 });
});
