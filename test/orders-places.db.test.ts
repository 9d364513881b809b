/** Where the units of an order are taken from, when they lie in several places: other stores follow from what is left there. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { changeLocationIn, openLocation } from '#listings/change-location.ts';
import { receiveStock } from '#listings/post-stock.ts';
import { updateStore } from '#stores/change-store.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { expectBooks } from './expect-books.ts';
import { type OrderedItem, remoteOrder } from './remote-order.ts';
import { stockByLocation } from './stock-by-location.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  await expectBooks(world);
});

/** Three shirts in the main location, which goes first, and four in the outlet. Returns the outlet's id. */
async function begin(outlet: { priority?: number } = {}): Promise<string> {
  world = await beginWorld({ goods: [{ variantId: 'shirt', quantity: 3 }], other: { orders: {} } });
  const locationId = await openLocation(world.hub, world.actor, { name: 'Outlet', ...outlet });
  const lines = [{ variantId: await world.variantOf('shirt'), units: 4 }];
  await receiveStock(world.hub, world.actor, { locationId, note: '', lines });
  await settle(world, world.otherId);
  await settle(world, world.sourceId);
  expect(shown()).toEqual([3, 7]);
  world.clock.advance(60);
  return locationId;
}

/** The source store sells what lies in the main location, the other one what lies anywhere. */
const shown = () => [world.source.good('shirt').quantity, world.other.good('shirt*').quantity];

async function sell(orderId: string, items: readonly OrderedItem[]): Promise<void> {
  world.other.orders.set(orderId, remoteOrder(orderId, world.clock.now(), items));
  const there = world.other.good('shirt*');
  there.quantity = Math.max(0, there.quantity - items.reduce((sum, { quantity = 1 }) => sum + quantity, 0));
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId }]);
  await settle(world, world.otherId);
  await settle(world, world.sourceId);
}

const reserved = async () =>
  Object.fromEntries(
    (
      await world.rows<{ name: string; reserved: number }>(sql`
        select w.name, n.reserved from inventory_items n join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id
        where n.organization_id = ${world.organizationId}`)
    ).map((row) => [row.name, row.reserved]),
  );

async function mainId(): Promise<string> {
  const [main] = await world.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
  return present(main, 'the main location').id;
}

/** The other store has a second warehouse, and ships from there what lies in this location of ours. */
async function mapWarehouse(locationId: string, settings: Partial<StoreSettings> = {}): Promise<void> {
  const locations = JSON.stringify({ locations: [{ id: 'warehouse 2', name: 'Warehouse 2' }] });
  await world.rows(sql`update stores set metadata = metadata || ${locations}::jsonb where id = ${world.otherId}`);
  const mapped = { ...settings, locationMap: { 'warehouse 2': locationId } };
  await updateStore(world.hub, world.actor, world.otherId, { settings: mapped });
  // A page that is read beside an order could show its sale first: units of that place, where no order explains them.
  await settle(world, world.otherId);
}

describe('an order takes its units', () => {
  test('from the location that the platform has assigned, though another one goes first', async () => {
    const outletId = await begin();
    await mapWarehouse(outletId);
    await sell('A', [{ variantId: 'shirt*', quantity: 2, change: { locationId: 'warehouse 2' } }]);
    expect(await reserved()).toEqual({ Main: 0, Outlet: 2 });
    expect(shown()).toEqual([3, 5]);
  });

  test('from the location that the platform has assigned, though the store sells nothing of it', async () => {
    const outletId = await begin();
    await mapWarehouse(outletId, { locationIds: [await mainId()] });
    await sell('A', [{ variantId: 'shirt*', quantity: 2, change: { locationId: 'warehouse 2' } }]);
    expect(await reserved()).toEqual({ Main: 0, Outlet: 2 });
  });

  test('from those that are open: what lies in a closed one is not what was sold', async () => {
    const outletId = await begin({ priority: -1 });
    await world.within((tx) => changeLocationIn(world.hub, tx, world.actor, outletId, { isActive: false }));
    await settle(world, world.otherId);
    expect(shown()).toEqual([3, 3]);
    await sell('A', [{ variantId: 'shirt*' }]);
    expect(await reserved()).toEqual({ Main: 1, Outlet: 0 });
    expect(shown()).toEqual([2, 2]);
  });

  test('from what another place shows, before what lies in a closed location', async () => {
    const outletId = await begin();
    await mapWarehouse(await mainId());
    await world.within((tx) => changeLocationIn(world.hub, tx, world.actor, outletId, { isActive: false }));
    await sell('A', [{ variantId: 'shirt*' }]);
    expect(await reserved()).toEqual({ Main: 1, Outlet: 0 });
  });

  test('line by line: the second one of the same thing finds what the first has left, and is oversold by what nobody has', async () => {
    await begin();
    const line = (id: string, quantity: number) => ({ variantId: 'shirt*', id, quantity });
    await sell('A', [line('first', 3), line('second', 2)]);
    expect(await reserved()).toEqual({ Main: 3, Outlet: 2 });
    expect(shown()).toEqual([0, 2]);
    await sell('B', [line('third', 3), line('fourth', 1)]);
    const oversold = sql`select platform_item_id as id, oversold_units as units from order_items where oversold_units > 0 order by 1`;
    expect(await world.rows(oversold)).toEqual([
      { id: 'fourth', units: 1 },
      { id: 'third', units: 1 },
    ]);
    expect(shown()).toEqual([0, 0]);
  });

  test('from where a lower figure had been taken over before it came, and not from what is left elsewhere', async () => {
    await begin();
    await updateStore(world.hub, world.actor, world.otherId, { settings: { drift: { quantity: 'store' } } });
    const soldAt = world.clock.now();
    const there = world.other.good('shirt*');
    there.quantity -= 3;
    await world.tell(world.otherId, [{ kind: 'level_changed', productId: there.productId, inventoryId: null, locationId: null }]);
    for (let passed = 0; passed < 60; passed += 5) {
      world.clock.advance(5);
      await settle(world, world.otherId);
    }
    expect(await stockByLocation(world)).toEqual({ Main: [0, 0], Outlet: [4, 0] });
    const late = remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: 3 }], { createdAt: soldAt.toISOString() });
    world.other.orders.set('A', late);
    await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'A' }]);
    await settle(world, world.otherId);
    await settle(world, world.sourceId);
    expect([await stockByLocation(world), shown()]).toEqual([{ Main: [3, 3], Outlet: [4, 0] }, [0, 4]]);
    expect(await world.rows(sql`select oversold_units from order_items`)).toEqual([{ oversold_units: 0 }]);
  });
});
