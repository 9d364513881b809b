/** Which of our locations a store sells from: what it shows comes from there, and what it sells is taken from there. */
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { readSellable } from '#listings/bundle-stock.ts';
import { changeComponents } from '#listings/change-bundle.ts';
import { changeLocationIn, openLocation } from '#listings/change-location.ts';
import { lockVariants } from '#listings/changes.ts';
import { receiveStock, transferStock } from '#listings/post-stock.ts';
import { updateStore } from '#stores/change-store.ts';
import { lockStores } from '#stores/stores-store.ts';
import { changeLocationUnderBrake, previewLocation } from '#sync/location-brake.ts';
import { previewRules } from '#sync/preview-rules.ts';
import { requestStoreSync } from '#sync/request-sync.ts';
import { atOnce, someWait } from './at-once.ts';
import { expectBooks } from './expect-books.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
let main: string;
let barn: string;

beforeEach(async () => {
  world = await beginWorld({
    other: { orders: {} },
    goods: [
      { variantId: 'shirt', quantity: 5 },
      { variantId: 'cap', quantity: 5 },
      { variantId: 'set', quantity: 5 },
    ],
  });
  barn = await openLocation(world.hub, world.actor, { name: 'Barn', priority: 9 });
  const [found] = await world.rows<{ id: string }>(
    sql`select id from inventory_locations where organization_id = ${world.organizationId} and is_default`,
  );
  main = found?.id ?? '';
  await receiveStock(world.hub, world.actor, {
    ...{ locationId: barn, note: '' },
    lines: [{ variantId: await world.variantOf('shirt'), units: 3 }],
  });
});
afterEach(async () => {
  await expectBooks(world);
});

const feedOther = (locationIds: readonly string[] | null) =>
  updateStore(world.hub, world.actor, world.otherId, { settings: { locationIds } });
const shown = async (name = 'shirt*'): Promise<number> => {
  await settle(world, world.otherId);
  return world.other.good(name).quantity;
};
/** Available at the main location and in the barn. */
const available = async (name = 'shirt'): Promise<(number | undefined)[]> => {
  const rows = await world.rows<{ location_id: string; available: number }>(sql`
    select location_id, on_hand - reserved as available from inventory_items where variant_id = ${await world.variantOf(name)}`);
  return [main, barn].map((id) => rows.find((row) => row.location_id === id)?.available);
};

async function sell(id: string, quantity: number, variantId = 'shirt*'): Promise<void> {
  world.clock.advance(60);
  world.other.orders.set(id, remoteOrder(id, world.clock.now(), [{ variantId, quantity }]));
  world.other.good(variantId).quantity -= quantity;
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: id }]);
  await settle(world, world.otherId);
}

describe('a sale', () => {
  test('is taken from the locations whose stock the store shows, whatever stands before them elsewhere', async () => {
    await feedOther([barn]);
    expect(await shown()).toBe(3);
    await sell('A', 2);
    expect(await available()).toEqual([5, 1]);
    expect(await shown()).toBe(1);
  });

  test('of more than they have is taken from the others too, before anything is missing', async () => {
    await feedOther([barn]);
    await shown();
    await sell('A', 4);
    expect(await available()).toEqual([4, 0]);
    await sell('B', 6);
    expect(await available()).toEqual([0, -2]);
    expect(await shown()).toBe(0);
  });

  test('of a store that is fed by all is taken in the order of the locations', async () => {
    expect(await shown()).toBe(8);
    await sell('A', 6);
    expect(await available()).toEqual([0, 2]);
  });
});

describe('what is counted elsewhere, and at no location that feeds the store,', () => {
  test('is not there: the store shows none, and a preview says so before', async () => {
    const patch = { locationIds: [barn] };
    const asked = await world.within((tx) => previewRules(world.hub, tx, { scope: { storeId: world.otherId }, patch }));
    expect(asked).toMatchObject({ recounted: 3, zeroed: 2 });
    await feedOther([barn]);
    expect([await shown('cap*'), await shown('shirt*')]).toEqual([0, 3]);
    await feedOther(null);
    expect([await shown('cap*'), await shown('shirt*')]).toEqual([5, 8]);
  });

  test('is not there when the only location that has it is closed', async () => {
    const variantId = await world.variantOf('cap');
    const lines = [{ variantId, units: 5 }];
    await transferStock(world.hub, world.actor, { fromLocationId: main, toLocationId: barn, note: '', belowZero: false, lines });
    const bundle = await world.variantOf('set');
    await changeComponents(world.hub, world.actor, bundle, [{ variantId, units: 1 }]);
    const sellable = async () => (await world.within((tx) => readSellable(tx, [bundle]))).get(bundle);
    await feedOther([barn]);
    expect([await shown('cap*'), await shown('set*'), await sellable()]).toEqual([5, 5, 5]);
    await changeLocationUnderBrake(world.hub, world.actor, barn, { isActive: false });
    expect([await shown('cap*'), await shown('set*'), await sellable()]).toEqual([0, 0, 0]);
  });

  test('leaves nothing of a bundle that it is part of', async () => {
    const components = [{ variantId: await world.variantOf('cap'), units: 1 }];
    await changeComponents(world.hub, world.actor, await world.variantOf('set'), components);
    expect(await shown('set*')).toBe(5);
    await feedOther([barn]);
    expect(await shown('set*')).toBe(0);
  });
});

test('another default location is what the source store counts from then on: what is not there is none, and nothing is counted twice', async () => {
  const sourceShows = async () => {
    await settle(world, world.sourceId);
    return ['shirt', 'cap'].map((name) => world.source.good(name).quantity);
  };
  expect(await sourceShows()).toEqual([5, 5]);
  const asked = await world.within((tx) => previewLocation(world.hub, tx, barn, { isDefault: true }));
  expect(asked).toMatchObject({ recounted: 3, zeroed: 2 });
  await changeLocationUnderBrake(world.hub, world.actor, barn, { isDefault: true });
  expect(await sourceShows()).toEqual([3, 0]);
  world.source.good('cap').quantity = 2;
  await requestStoreSync(world.hub, world.actor, world.sourceId, 'person', { full: true });
  expect(await sourceShows()).toEqual([3, 2]);
  expect(await available('cap')).toEqual([5, 2]);
  expect([await shown('cap*'), await shown('shirt*')]).toEqual([7, 8]);
});

test('who counts it there at the moment at which that becomes the default location has counted it', async () => {
  const cap = await world.variantOf('cap');
  world.clock.advance(3600);
  const arrived = { locationId: barn, note: '', lines: [{ variantId: cap, units: 2 }] };
  const both = [
    () => receiveStock(world.hub, world.actor, arrived),
    async () => {
      await someWait(world, 1);
      await world.within(async (tx) => {
        await lockStores(tx);
        await changeLocationIn(world.hub, tx, world.actor, barn, { isDefault: true });
      });
    },
  ];
  const ends = await atOnce<unknown>(world, (tx) => lockVariants(tx, [cap]), both);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  expect(await available('cap')).toEqual([5, 2]);
  const [item] = await world.rows<{ baseline_at: Date }>(
    sql`select baseline_at from inventory_items where variant_id = ${cap} and location_id = ${barn}`,
  );
  expect(item).toEqual({ baseline_at: world.clock.now() });
});

test('what nobody has counted anywhere is left alone, whatever feeds the store', async () => {
  const [variant] = await world.rows<{ id: string }>(sql`
    insert into product_variants (organization_id, id, product_id, currency, created_at, updated_at)
    select organization_id, ${newId()}::uuid, product_id, 'USD', now(), now() from product_variants where id = ${await world.variantOf('cap')} returning id`);
  await world.rows(
    sql`update listings set variant_id = ${variant?.id} where organization_id = ${world.organizationId} and platform_variant_id = 'cap*'`,
  );
  await feedOther([barn]);
  await requestStoreSync(world.hub, world.actor, world.otherId, 'person', { full: true });
  expect(await shown('cap*')).toBe(5);
  expect(await world.level('cap*')).toMatchObject({ desired: null, held_reason: 'not_counted' });
  expect(await world.rows(sql`select from inventory_items where variant_id = ${variant?.id}`), 'nor is it a first count').toEqual(
    [],
  );
});

test('of new goods the source store says how many are at our default location; what it shows for another one is no count of ours', async () => {
  world = await beginWorld({ source: { locations: ['depot', 'boutique'], orders: {} } });
  const shop = await openLocation(world.hub, world.actor, { name: 'Shop' });
  await updateStore(world.hub, world.actor, world.sourceId, { settings: { locationMap: { boutique: shop } } });
  world.source.add({ variantId: 'hat', quantity: 4, elsewhere: { boutique: 3 } });
  await requestStoreSync(world.hub, world.actor, world.sourceId, 'person', { full: true });
  await settle(world, world.sourceId);
  const counted = await world.rows(sql`
    select w.name, n.on_hand from inventory_items n join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id
    where n.variant_id = ${await world.variantOf('hat')}`);
  expect(counted).toEqual([{ name: 'Main', on_hand: 4 }]);
});
