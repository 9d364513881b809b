/** Access that the platform no longer accepts, found so by one call or by several side by side. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { CredentialsExpired } from '#connectors/errors.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { requestStoreSync } from '#sync/request-sync.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

const count = async (world: TwoStores, sourceVariantId: string, counted: number) =>
  void (await adjustStock(world.hub, world.actor, { variantId: await world.variantOf(sourceVariantId), counted }));

/** The platform says no to the old token, so late that another call has renewed it. */
const refusedLate = async (world: TwoStores): Promise<never> => {
  while (world.other.callsOf('refresh') === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  throw new CredentialsExpired('token expired');
};

describe('access that the platform no longer accepts', () => {
  test('expired access is renewed once, and the push goes on with the new token', async () => {
    const world = await begin();
    world.other.next('pushQuantities', async () => {
      throw new CredentialsExpired('token expired');
    });
    await count(world, 'shirt', 3);
    await world.turn(world.otherId);
    await world.turn(world.otherId);
    expect(world.other.callsOf('refresh')).toBe(1);
    expect(world.other.calls.filter((call) => call.operation === 'pushQuantities').map((call) => call.token)).toEqual([
      'token',
      'renewed-1',
    ]);
    expect(world.other.good('shirt*').quantity).toBe(3);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active', last_error_code: null });
  });

  test('several calls that find the access expired renew it once', async () => {
    const goods = Array.from({ length: 6 }, (_, at) => ({ variantId: `g${at}` }));
    const world = await begin({ goods, other: { limits: { quantitiesPerCall: 1 } } });
    for (const [at, good] of goods.entries()) {
      await count(world, good.variantId, 1);
      world.other.next('pushQuantities', async () => {
        await new Promise((resolve) => setTimeout(resolve, at * 40));
        throw new CredentialsExpired('token expired');
      });
    }
    await world.turn(world.otherId);
    await world.turn(world.otherId);
    expect(world.other.callsOf('refresh')).toBe(1);
    expect(goods.map((good) => world.other.good(`${good.variantId}*`).quantity)).toEqual(goods.map(() => 1));
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active' });
  });

  const refuses = (world: TwoStores, times: number) => {
    for (let at = 0; at < times; at++)
      world.other.next('pushQuantities', async () => {
        throw new CredentialsExpired('token revoked');
      });
  };

  test('renewed access that is refused at once is renewed again after a rest, and the store goes on', async () => {
    const world = await begin();
    refuses(world, 2);
    await count(world, 'shirt', 3);
    for (let at = 0; at < 3; at++) await world.turn(world.otherId);
    expect(world.other.callsOf('refresh')).toBe(2);
    expect(world.other.callsOf('pushQuantities')).toBe(2);
    world.clock.advance(11);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(3);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active', last_error_code: null, blocked_until: null });
  });

  test('access that is refused again and again, however fresh, stops the store: the seller must reconnect', async () => {
    const world = await begin();
    refuses(world, 9);
    await count(world, 'shirt', 3);
    for (const seconds of [0, 0, 11, 61, 301, 301]) {
      world.clock.advance(seconds);
      await world.turn(world.otherId);
    }
    expect(world.other.callsOf('refresh')).toBe(3);
    expect(world.other.callsOf('pushQuantities')).toBe(4);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'needs_reconnect', last_error_code: 'needs_reconnect' });
  });

  test('a renewal that fails for our own trouble leaves the store connected, and is made again', async () => {
    const world = await begin();
    refuses(world, 2);
    world.other.next('refresh', async () => {
      throw new Error('Connection terminated unexpectedly');
    });
    await count(world, 'shirt', 3);
    await expect(world.turn(world.otherId)).rejects.toThrow('Connection terminated');
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active' });
    for (const seconds of [1, 61, 1]) {
      world.clock.advance(seconds);
      await world.turn(world.otherId);
    }
    expect(world.other.good('shirt*').quantity).toBe(3);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active', last_error_code: null });
  });

  test('access that cannot be renewed stops the store, and nothing more is sent', async () => {
    const world = await begin();
    world.other.next('pushQuantities', async () => {
      throw new CredentialsExpired('revoked');
    });
    world.other.next('refresh', async () => {
      throw new CredentialsExpired('revoked');
    });
    await count(world, 'shirt', 3);
    await world.turn(world.otherId);
    await world.turn(world.otherId);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'needs_reconnect' });
    expect(world.other.callsOf('pushQuantities')).toBe(1);
    const lines = await world.rows<{ event: string }>(
      sql`select event from sync_logs where store_id = ${world.otherId} and level = 'error'`,
    );
    expect(lines.map((line) => line.event)).toContain('needs_reconnect');
  });

  test('a pull that hears of it after a push has renewed it starts over, and the store stays connected', async () => {
    const world = await begin();
    await requestStoreSync(world.hub, world.actor, world.otherId, 'asked');
    world.other.next('pull', () => refusedLate(world));
    world.other.next('pushQuantities', async () => {
      throw new CredentialsExpired('token expired');
    });
    await count(world, 'shirt', 3);
    await world.turn(world.otherId);
    expect(world.other.callsOf('refresh')).toBe(1);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active' });
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(3);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active', last_error_code: null });
    const jobs = await world.rows<{ status: string }>(
      sql`select status from sync_jobs where store_id = ${world.otherId} and job_type = 'pull' order by created_at desc limit 1`,
    );
    expect(jobs).toEqual([{ status: 'succeeded' }]);
    expect(world.other.callsOf('refresh')).toBe(1);
  });

  test('orders that could not be read for it, after a push has renewed it, are read with the new access', async () => {
    const world = await begin({ other: { orders: {} } });
    const readBefore = world.other.callsOf('pullOrders');
    world.other.next('pushQuantities', async () => {
      world.clock.advance(301);
      while (world.other.callsOf('pullOrders') === readBefore) await new Promise((resolve) => setTimeout(resolve, 5));
      throw new CredentialsExpired('token expired');
    });
    world.other.next('pullOrders', () => refusedLate(world));
    await count(world, 'shirt', 3);
    await world.turn(world.otherId);
    expect(world.other.callsOf('refresh')).toBe(1);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active' });
    await world.turn(world.otherId);
    const readings = world.other.calls.filter(({ operation }) => operation === 'pullOrders').slice(readBefore);
    expect(readings.map(({ token }) => token)).toEqual(['token', 'renewed-1']);
    expect(world.other.good('shirt*').quantity).toBe(3);
  });
});
