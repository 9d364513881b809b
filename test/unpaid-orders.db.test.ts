/** What an unpaid order reserves is given back after a while, where the seller wants that. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PlatformUnavailable } from '#connectors/errors.ts';
import type { RemoteOrder } from '#connectors/order.ts';
import { updateStore } from '#stores/change-store.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { remoteOrder } from './remote-order.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
const worlds: TwoStores[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});
afterAll(() => database.drop());

const hour = 3600;

/** An unpaid order of two shirts. */
async function begin(hours: number | null): Promise<TwoStores> {
  const statuses = { unpaid: 'unpaid', open: 'open' } as const;
  const world = await twoStores(database, { other: { orders: { statuses } } });
  worlds.push(world);
  await updateStore(world.hub, world.actor, world.otherId, { settings: { unpaidReservationHours: hours } });
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  world.clock.advance(60);
  order(world, { nativeStatus: 'unpaid', financialStatus: 'pending' });
  world.other.good('shirt*').quantity -= 2;
  await poll(world, 301);
  return world;
}

/** The order as it is from now on at the platform. */
function order(world: TwoStores, change: Partial<RemoteOrder>): void {
  const createdAt = world.other.orders.get('A')?.createdAt ?? world.clock.now().toISOString();
  world.other.orders.set(
    'A',
    remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: 2 }], { createdAt, ...change }),
  );
}

async function poll(world: TwoStores, seconds: number): Promise<void> {
  world.clock.advance(seconds);
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
}

const reserved = async (world: TwoStores): Promise<number | undefined> => {
  const id = await world.variantOf('shirt');
  return (await world.rows<{ reserved: number }>(sql`select reserved from inventory_items where variant_id = ${id}`))[0]
    ?.reserved;
};

test('without the setting an unpaid order reserves for ever', async () => {
  const world = await begin(null);
  await poll(world, 1000 * hour);
  expect(await reserved(world)).toBe(2);
});

test('after so many hours, and a reading that says it is unpaid still, its units are sold elsewhere; paid later, it reserves again', async () => {
  const world = await begin(48);
  expect(world.source.good('shirt').quantity).toBe(3);
  await poll(world, 47 * hour);
  expect(await reserved(world)).toBe(2);
  world.other.calls.length = 0;
  await poll(world, 2 * hour);
  expect(world.other.callsOf('readOrders')).toBe(1);
  expect(await reserved(world)).toBe(0);
  expect(world.source.good('shirt').quantity).toBe(5);
  expect(await world.rows(sql`select code from order_events where code = 'reservation_expired'`)).toHaveLength(1);
  // Another snapshot that is unpaid still does not bring it back, nor is it read for ever.
  world.other.calls.length = 0;
  order(world, { nativeStatus: 'unpaid', financialStatus: 'pending', note: 'please wait' });
  await poll(world, 301);
  await poll(world, 301);
  expect([await reserved(world), world.other.callsOf('readOrders')]).toEqual([0, 0]);
  order(world, {});
  await poll(world, 301);
  expect(await reserved(world)).toBe(2);
  expect(world.source.good('shirt').quantity).toBe(3);
  expect(await world.rows(sql`select reservation_expired_at from orders`)).toEqual([{ reservation_expired_at: null }]);
});

test('an order that was paid a moment ago, unseen, is seen by the reading and keeps its units', async () => {
  const world = await begin(48);
  world.other.next('pullOrders', async () => []);
  world.clock.advance(49 * hour);
  order(world, {});
  await world.turn(world.otherId);
  expect(await reserved(world)).toBe(2);
  expect(await world.rows(sql`select status, reservation_expired_at from orders`)).toEqual([
    { status: 'open', reservation_expired_at: null },
  ]);
});

test('while it cannot be read it keeps them', async () => {
  const world = await begin(48);
  world.other.next('readOrders', async () => {
    throw new PlatformUnavailable('away', { mayHaveApplied: false });
  });
  await poll(world, 49 * hour);
  expect(await reserved(world)).toBe(2);
  await poll(world, 400);
  expect(await reserved(world)).toBe(0);
});

test('the store is due by itself when the time has come', async () => {
  const world = await begin(48);
  const dueAt = await world.turn(world.otherId);
  expect(dueAt).toBeInstanceOf(Date);
  await updateStore(world.hub, world.actor, world.otherId, { settings: { syncIntervalSeconds: 604_800 } });
  const at = await world.turn(world.otherId);
  const placed = await world.rows<{ at: Date }>(sql`select placed_at as at from orders`);
  expect(at).toEqual(new Date((placed[0]?.at.getTime() ?? 0) + 48 * hour * 1000));
});
