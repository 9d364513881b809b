/**
 * Units that are missing at a store while StoreSync counts, and that the store counts itself before orders could explain them:
 * its orders book nothing then, so its figure is the truth.
 */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { disconnectStore } from '#stores/change-store.ts';
import type { DriftPolicy } from '#stores/stores.ts';
import { changeLocationUnderBrake } from '#sync/location-brake.ts';
import { expectBooks } from './expect-books.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  await expectBooks(world);
});

async function both(seconds = 0): Promise<void> {
  for (let passed = 0; passed <= seconds; passed += 30) {
    world.clock.advance(seconds === 0 ? 0 : 30);
    for (let round = 0; round < 3; round++) for (const id of [world.otherId, world.sourceId]) await settle(world, id);
  }
}

/** Who counts our only location. */
async function countedBy(ownerStoreId: string | null): Promise<void> {
  const [main] = await world.rows<{ id: string }>(
    sql`select id from inventory_locations where organization_id = ${world.organizationId}`,
  );
  await changeLocationUnderBrake(world.hub, world.actor, present(main, 'the location').id, { ownerStoreId });
  await both();
}

/** StoreSync counts five shirts; the source store shows three, and no order tells why. */
async function begin(quantity: DriftPolicy = 'hub'): Promise<void> {
  world = await beginWorld({ source: { orders: { feedLagSeconds: 60 }, compareAndSet: true }, other: { orders: {} } });
  await world.rows(sql`update stores set settings = settings || ${JSON.stringify({ drift: { quantity } })}::jsonb`);
  await both();
  await countedBy(null);
  world.clock.advance(60);
  world.source.good('shirt').quantity -= 2;
  await world.hint(world.sourceId, world.source.good('shirt'));
  await world.turn(world.sourceId);
  expect(await held()).toEqual([2]);
}

const held = async () => (await world.rows<{ units: number }>(sql`select units from listing_holds`)).map(({ units }) => units);
const shown = async () => [await world.onHand('shirt'), world.source.good('shirt').quantity, world.other.good('shirt*').quantity];
const drifts = () => world.rows(sql`select state from drifts where organization_id = ${world.organizationId}`);

describe.each(['hub', 'store', 'ask'] as const)('units that are missing where the store counts by now, policy %s', (policy) => {
  test('are gone from everywhere, and its order takes none of them again', async () => {
    await begin(policy);
    await countedBy(world.sourceId);
    world.source.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt', quantity: 2 }]));
    await both(150);
    expect([await shown(), await held(), await drifts()]).toEqual([[3, 3, 3], [], [{ state: 'taken_over' }]]);
    expect(await world.rows(sql`select parked from order_items`)).toContainEqual({ parked: 'owner_counts' });
    world.source.good('shirt').quantity = 4;
    await world.hint(world.sourceId, world.source.good('shirt'));
    await both();
    expect(await shown()).toEqual([4, 4, 4]);
  });
});

test('where StoreSync counts still, they are put back', async () => {
  await begin();
  await both(150);
  expect([await shown(), await held(), await drifts()]).toEqual([[5, 5, 5], [], [{ state: 'put_back' }]]);
});

test('seen when the store was just being disconnected, they are gone once it is connected again and counts as before', async () => {
  await begin();
  await countedBy(world.sourceId);
  await disconnectStore(world.hub, world.actor, world.sourceId);
  world.clock.advance(45);
  await world.connect('fake');
  await both(150);
  expect([await shown(), await held()]).toEqual([[3, 3, 3], []]);
});
