/** A store counts one of our locations: what changes there is adopted, and what is sold elsewhere is sent there. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { type LocationChange, openLocation } from '#listings/change-location.ts';
import { explainListing } from '#listings/explain-listing.ts';
import { transferStock } from '#listings/post-stock.ts';
import { disconnectStore, updateStore } from '#stores/change-store.ts';
import { setClosing } from '#stores/close-store.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { changeLocationUnderBrake } from '#sync/location-brake.ts';
import { expectBooks } from './expect-books.ts';
import { remoteOrder } from './remote-order.ts';
import { stockByLocation } from './stock-by-location.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
let shop: string;
afterEach(async () => {
  await expectBooks(world);
});

/**
 * The source store counts our main location (five shirts, at its home), the other one our shop (seven, at its boutique). Each
 * shows what the other counts as well: the source store at its stall, the other at its depot.
 */
async function begin(): Promise<void> {
  world = await beginWorld({
    goods: [{ variantId: 'shirt' }],
    source: { locations: ['home', 'stall'], orders: {}, compareAndSet: true },
    other: { locations: ['depot', 'boutique'], orders: {}, compareAndSet: true },
  });
  world.source.good('shirt').elsewhere = { stall: 0 };
  world.other.good('shirt*').elsewhere = { boutique: 7 };
  await pullAgain();
  shop = await openLocation(world.hub, world.actor, { name: 'Shop' });
  await map(world.otherId, { locationMap: { boutique: shop } });
  await map(world.sourceId, { locationMap: { stall: shop } });
  await change({ ownerStoreId: world.otherId });
  world.clock.advance(60);
}

const map = (storeId: string, settings: Partial<StoreSettings>) => updateStore(world.hub, world.actor, storeId, { settings });

async function change(what: LocationChange, locationId = shop): Promise<void> {
  await changeLocationUnderBrake(world.hub, world.actor, locationId, what);
  await both();
}

async function pullAgain(): Promise<void> {
  await world.rows(sql`update stores set last_pulled_at = null, last_reconciled_at = null`);
  await both();
}

async function both(): Promise<void> {
  for (let round = 0; round < 3; round++) for (const id of [world.otherId, world.sourceId]) await settle(world, id);
}

/** Home, stall; depot, boutique. */
const shown = () =>
  [world.source.good('shirt'), world.other.good('shirt*')].flatMap(({ quantity, elsewhere }) => [
    quantity,
    ...Object.values(elsewhere ?? {}),
  ]);

const counts = () => stockByLocation(world);

const owners = () =>
  world.rows<{ name: string; owner: string | null }>(
    sql`select name, owner_store_id as owner from inventory_locations where organization_id = ${world.organizationId} order by name`,
  );

type Which = 'source' | 'other';
const goodOf = (which: Which) => (which === 'source' ? world.source.good('shirt') : world.other.good('shirt*'));
const storeOf = (which: Which) => (which === 'source' ? world.sourceId : world.otherId);

/** Somebody edits the figure there, and the platform tells. */
async function edit(which: Which, place: string, by: number): Promise<void> {
  const good = goodOf(which);
  if (place in (good.elsewhere ?? {})) good.elsewhere = { ...good.elsewhere, [place]: (good.elsewhere?.[place] ?? 0) + by };
  else good.quantity += by;
  const hint = { kind: 'level_changed', productId: good.productId, inventoryId: null, locationId: place } as const;
  await world.tell(storeOf(which), [hint]);
}

/** A buyer takes units there: the platform's own figure falls, and it tells of both. */
async function sell(which: Which, place: string, units: number, id = 'A'): Promise<void> {
  const shopThere = which === 'source' ? world.source : world.other;
  const item = { variantId: goodOf(which).variantId, quantity: units, change: { locationId: place } };
  shopThere.orders.set(id, remoteOrder(id, world.clock.now(), [item]));
  await edit(which, place, -units);
  await world.tell(storeOf(which), [{ kind: 'order_changed', orderId: id }]);
}

describe('a location that a store counts', () => {
  test('has its first figure from there, and is shown by the others', async () => {
    await begin();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [7, 0] }, [5, 7, 5, 7]]);
  });

  test('learns what is changed there, and sets back what is changed elsewhere', async () => {
    await begin();
    await edit('other', 'boutique', 4);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [11, 0] }, [5, 11, 5, 11]]);
    await edit('source', 'stall', 4);
    await edit('other', 'depot', 4);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [11, 0] }, [5, 11, 5, 11]]);
    await edit('source', 'home', 4);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [9, 0], Shop: [11, 0] }, [9, 11, 9, 11]]);
  });

  test('is sold there without being booked twice, and elsewhere by sending it there once', async () => {
    await begin();
    await sell('other', 'boutique', 2);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [5, 0] }, [5, 5, 5, 5]]);
    await sell('source', 'stall', 1, 'B');
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [5, 1] }, [5, 4, 5, 4]]);
    await sell('other', 'depot', 3, 'C');
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 3], Shop: [5, 1] }, [2, 4, 2, 4]]);
  });

  test('sold at both at once in the same moment loses neither', async () => {
    await begin();
    await sell('other', 'boutique', 2);
    await sell('source', 'stall', 1, 'B');
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [5, 1] }, [5, 4, 5, 4]]);
  });

  test('is counted by hand as everything else: the store is told', async () => {
    await begin();
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), locationId: shop, counted: 20 });
    await both();
    expect(shown()).toEqual([5, 20, 5, 20]);
  });

  test('is shown there as it is, whatever the rules of the store', async () => {
    await begin();
    await map(world.otherId, { stockRule: { buffer: 3, percent: 100, cap: null } });
    await both();
    expect(shown(), 'three are kept back of what we count').toEqual([5, 7, 2, 7]);
    const { listing_id: listingId } = (
      await world.rows<{ listing_id: string }>(sql`select listing_id from listing_levels where store_id = ${world.otherId}`)
    )[0] ?? { listing_id: '' };
    const { quantity } = await explainListing(world.hub, world.actor, listingId);
    expect(quantity.places).toMatchObject([
      { id: 'boutique', isOwned: true, result: '7' },
      { id: 'depot', isOwned: false, result: '2' },
    ]);
  });
});

describe('an order line that is shipped from two places', () => {
  const split = async (id: string, home: number, stall: number, change: Partial<{ effect: object; cancelled: number }> = {}) => {
    const quantity = home + stall;
    const shares = [
      { locationId: 'home', units: home },
      { locationId: 'stall', units: stall },
    ];
    const item = { variantId: 'shirt', quantity, change: { locationId: 'home', shares }, ...change };
    world.clock.advance(1);
    world.source.orders.set(id, remoteOrder(id, world.clock.now(), [item]));
    await world.tell(world.sourceId, [{ kind: 'order_changed', orderId: id }]);
  };

  test('books what is not in the store’s own count, and no more', async () => {
    await begin();
    await edit('source', 'home', -5);
    await edit('source', 'stall', -2);
    await split('A', 5, 2);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [0, 0], Shop: [7, 2] }, [0, 5, 0, 5]]);
  });

  test('that was placed before the first figure, is in it by what is shipped from there, and moves nothing', async () => {
    await begin();
    const before = new Date(world.clock.now().getTime() - 86_400_000);
    const shares = [
      { locationId: 'home', units: 2 },
      { locationId: 'stall', units: 1 },
    ];
    const item = { variantId: 'shirt', quantity: 3, change: { locationId: 'home', shares } };
    world.source.orders.set('old', remoteOrder('old', before, [item]));
    await world.tell(world.sourceId, [{ kind: 'order_changed', orderId: 'old' }]);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [7, 0] }, [5, 7, 5, 7]]);
  });

  test('gives back what moves to the place that the store counts itself', async () => {
    await begin();
    await edit('source', 'home', -1);
    await edit('source', 'stall', -3);
    await split('A', 1, 3);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [4, 0], Shop: [7, 3] }, [4, 4, 4, 4]]);
    await edit('source', 'home', -2);
    await edit('source', 'stall', 2);
    await split('A', 3, 1);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [2, 0], Shop: [7, 1] }, [2, 6, 2, 6]]);
  });
});

describe('an order that is shipped from elsewhere after all', () => {
  const placedAt = () => world.clock.now();
  const ship = async (place: string, moment: Date) => {
    world.clock.advance(1);
    const item = { variantId: 'shirt', quantity: 2, change: { locationId: place } };
    const order = remoteOrder('A', moment, [item]);
    world.source.orders.set('A', { ...order, updatedAt: world.clock.now().toISOString() });
    await world.tell(world.sourceId, [{ kind: 'order_changed', orderId: 'A' }]);
    await both();
  };
  /** Two are sold at the stall, where we count, and booked there. Returns when. */
  const bookedAtStall = async (): Promise<Date> => {
    await begin();
    const moment = placedAt();
    await edit('source', 'stall', -2);
    await ship('stall', moment);
    expect(await counts()).toEqual({ Main: [5, 0], Shop: [7, 2] });
    return moment;
  };
  const parked = async () => (await world.rows(sql`select parked from order_items`))[0]?.parked;
  const move = async (from: string, to: string) => {
    await edit('source', from, 2);
    await edit('source', to, -2);
  };

  test('is booked once it leaves from what the store does not count', async () => {
    await begin();
    const moment = placedAt();
    await edit('source', 'home', -2);
    await ship('home', moment);
    expect([await counts(), await parked()]).toEqual([{ Main: [3, 0], Shop: [7, 0] }, 'owner_counts']);
    await move('home', 'stall');
    await ship('stall', moment);
    expect([await counts(), await parked()]).toEqual([{ Main: [5, 0], Shop: [7, 2] }, null]);
    expect(shown()).toEqual([5, 5, 5, 5]);
    await move('stall', 'home');
    await ship('home', moment);
    expect([await counts(), await parked()]).toEqual([{ Main: [3, 0], Shop: [7, 0] }, 'owner_counts']);
    expect(shown()).toEqual([3, 7, 3, 7]);
  });

  test('stays booked where it goes to what the store counted once, and we count now', async () => {
    const moment = await bookedAtStall();
    const [main] = await world.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
    await change({ ownerStoreId: null }, present(main, 'the main location').id);
    await move('stall', 'home');
    await ship('home', moment);
    expect(await counts()).toEqual({ Main: [5, 0], Shop: [7, 2] });
  });

  test('gives back what it had booked, as soon as the store’s own figure contains it', async () => {
    const moment = await bookedAtStall();
    await move('stall', 'home');
    await ship('home', moment);
    expect([await counts(), shown()]).toEqual([{ Main: [3, 0], Shop: [7, 0] }, [3, 7, 3, 7]]);
  });
});

describe('who counts a location', () => {
  test('can become another, also we: what stands in the book goes on', async () => {
    await begin();
    await change({ ownerStoreId: null });
    await edit('other', 'boutique', 4);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [7, 0] }, [5, 7, 5, 7]]);
    await change({ ownerStoreId: world.sourceId });
    await edit('source', 'stall', 1);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [8, 0] }, [5, 8, 5, 8]]);
  });

  test('of the default location is we, if so chosen: an edit at the source store is set back, new goods begin with its figure', async () => {
    await begin();
    const [main] = await world.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
    await change({ ownerStoreId: null }, main?.id ?? '');
    await edit('source', 'home', 4);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [7, 0] }, [5, 7, 5, 7]]);
    world.source.add({ variantId: 'hat', quantity: 3 });
    await pullAgain();
    expect(await world.onHand('hat')).toBe(3);
    await sell('source', 'home', 1);
    await both();
    expect([await counts(), shown()]).toMatchObject([{ Shop: [7, 0] }, [4, 7, 4, 7]]);
  });

  test('moves with the default location', async () => {
    await begin();
    const [main] = await world.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
    await change({ ownerStoreId: null });
    await change({ isDefault: true });
    expect(await owners()).toEqual([
      { name: 'Main', owner: null },
      { name: 'Shop', owner: world.sourceId },
    ]);
    await change({ isDefault: true }, main?.id ?? '');
    expect(await owners()).toEqual([
      { name: 'Main', owner: world.sourceId },
      { name: 'Shop', owner: null },
    ]);
  });

  test('of no other location moves with the default one; what a store counts does not become it', async () => {
    await begin();
    await expect(change({ isDefault: true })).rejects.toThrow('counts this location');
    const barn = await openLocation(world.hub, world.actor, { name: 'Barn' });
    await change({ isDefault: true }, barn);
    expect(await owners()).toEqual([
      { name: 'Barn', owner: world.sourceId },
      { name: 'Main', owner: null },
      { name: 'Shop', owner: world.otherId },
    ]);
  });

  test('lays it down when it is disconnected, and takes it up again', async () => {
    await begin();
    await disconnectStore(world.hub, world.actor, world.otherId);
    expect(await owners()).toEqual([
      { name: 'Main', owner: world.sourceId },
      { name: 'Shop', owner: null },
    ]);
    await world.connect('fake_other');
    await both();
    expect(await owners()).toContainEqual({ name: 'Shop', owner: world.otherId });
    await edit('other', 'boutique', 1);
    await both();
    expect(await counts()).toEqual({ Main: [5, 0], Shop: [8, 0] });
  });

  test('leaves what it is to show to other rules when it is disconnected: it counts nothing any more', async () => {
    world = await beginWorld({ goods: [{ variantId: 'shirt' }], source: { orders: {}, compareAndSet: true } });
    await both();
    shop = await openLocation(world.hub, world.actor, { name: 'Shop' });
    const [main] = await world.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
    const lines = [{ variantId: await world.variantOf('shirt'), units: 2 }];
    const what = { fromLocationId: main?.id ?? '', toLocationId: shop, note: '', belowZero: false, lines };
    await transferStock(world.hub, world.actor, what);
    await both();
    await disconnectStore(world.hub, world.actor, world.sourceId);
    await expectBooks(world);
    await world.connect('fake');
    await both();
    expect(await counts()).toEqual({ Main: [3, 0], Shop: [2, 0] });
  });

  test('has settings to be changed, also while the platform names no location of its own', async () => {
    world = await beginWorld({ goods: [], source: { locations: [] } });
    await map(world.sourceId, { syncIntervalSeconds: 600 });
    expect(
      await world.rows(sql`select settings->>'syncIntervalSeconds' as seconds from stores where id = ${world.sourceId}`),
    ).toEqual([{ seconds: '600' }]);
  });

  test('is never a store that shows its orders and writes blindly, also as the source: its orders are booked, its edits taken over', async () => {
    world = await beginWorld({ goods: [{ variantId: 'shirt' }], source: { orders: {} } });
    const [main] = await world.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
    expect(await owners()).toEqual([{ name: 'Main', owner: null }]);
    await expect(change({ ownerStoreId: world.sourceId }, main?.id ?? '')).rejects.toThrow('could be lost from the count');
    world.clock.advance(60);
    await sell('source', '', 2);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 2] }, [3, 3]]);
    await edit('source', '', 4);
    await both();
    world.clock.advance(90);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [9, 2] }, [7, 7]]);
  });

  test('cannot be a store that does not show it apart, or is not there; what it counts is not closed', async () => {
    await begin();
    const refused = (what: LocationChange, id = shop) =>
      changeLocationUnderBrake(world.hub, world.actor, id, what).then(
        () => 'done',
        (error: Error) => error.message,
      );
    expect(await refused({ isActive: false })).toContain('Let StoreSync count it first');
    const third = await openLocation(world.hub, world.actor, { name: 'Third' });
    expect(await refused({ ownerStoreId: world.sourceId }, third)).toContain('counts another location at the same place');
    expect(await refused({ ownerStoreId: present(third, 'an id') }, third)).toContain('not connected');
    for (const locationMap of [{}, { boutique: third }, { depot: shop }])
      await expect(map(world.otherId, { locationMap })).rejects.toThrow('Let StoreSync count the one');
    await expect(setClosing(world.hub, world.actor, world.otherId, true)).rejects.toThrow('counts stock of yours');
  });
});
