/** Somebody edits on the platform again and again: set back each time, and not mistaken for a platform that ignores us. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { WriteResult } from '#connectors/connector.ts';
import { requestListingSync } from '#sync/request-sync.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const begin = worlds();

const syncAgain = async (world: TwoStores) => {
  await requestListingSync(world.hub, world.actor, (await world.price('shirt*')).listing_id);
  await settle(world, world.otherId);
};
const pullAgain = async (world: TwoStores) => {
  world.clock.advance(301);
  await settle(world, world.otherId);
};
const drifts = async (world: TwoStores) =>
  (await world.rows(sql`select 1 from sync_logs where event = 'price_drift' and store_id = ${world.otherId}`)).length;

describe('on a store without webhooks', () => {
  test('edits to ever other prices are drift, each set back by the next pull', async () => {
    const world = await begin();
    for (const price of ['11.00', '12.00', '13.00', '14.00', '15.00']) {
      world.other.good('shirt*').price = price;
      await pullAgain(world);
      expect(world.other.good('shirt*').price).toBe('10.00');
    }
    expect(await world.price('shirt*')).toMatchObject({ refused_for: null, eligible: false });
    expect(await drifts(world)).toBe(5);
  });

  test('edits to the same price are drift as well, when a pull has shown ours in between', async () => {
    const world = await begin();
    for (let times = 0; times < 5; times++) {
      world.other.good('shirt*').price = '11.00';
      await pullAgain(world);
      expect(world.other.good('shirt*').price).toBe('10.00');
      await pullAgain(world);
    }
    expect(await world.price('shirt*')).toMatchObject({ refused_for: null });
  });

  test('quantities are no different', async () => {
    const world = await begin();
    for (const quantity of [6, 7, 8, 9, 1]) {
      world.other.good('shirt*').quantity = quantity;
      await pullAgain(world);
      expect(world.other.good('shirt*').quantity).toBe(5);
    }
    expect(await world.level('shirt*')).toMatchObject({ refused_for: null });
  });
});

test('a platform that takes a price three times and keeps its former one counts as having refused it', async () => {
  const world = await begin();
  world.other.good('shirt*').price = '9.00';
  const ignore = () =>
    world.other.next('pushPrices', async (writes) => writes.map(({ writeId }): WriteResult => ({ writeId, outcome: 'applied' })));
  for (let times = 0; times < 6; times++) ignore();
  await pullAgain(world);
  for (let times = 0; times < 5; times++) await pullAgain(world);
  expect(world.other.callsOf('pushPrices')).toBe(3);
  expect(await world.price('shirt*')).toMatchObject({ refused_for: '10.0000', eligible: false, remote: '9.0000' });
  // A person asks for it: it is tried once more.
  await syncAgain(world);
  expect(world.other.callsOf('pushPrices')).toBe(4);
});
