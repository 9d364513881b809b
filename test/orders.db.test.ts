/** Orders and what they do to the stock, on a source store and another one whose orders are read. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { refreshOrder } from '#orders/refresh-order.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { expectBooks } from './expect-books.ts';
import { besideTheTurn } from './lock-watch.ts';
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

async function begin(options: TwoStoresOptions = {}): Promise<TwoStores> {
  const world = await twoStores(database, { ...options, other: { orders: {}, ...options.other } });
  worlds.push(world);
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  world.clock.advance(60);
  return world;
}

interface Stock extends Record<string, unknown> {
  on_hand: number;
  reserved: number;
}

const stockOf = async (world: TwoStores, variantId = 'shirt'): Promise<Stock> => {
  const id = await world.variantOf(variantId);
  const [row] = await world.rows<Stock>(sql`select on_hand, reserved from inventory_items where variant_id = ${id}`);
  return row ?? { on_hand: Number.NaN, reserved: Number.NaN };
};

async function expectBooksTrue(world: TwoStores): Promise<void> {
  await expectBooks(world);
}

/** The platform's own stock falls with the sale, as it does in life. */
function sell(world: TwoStores, id: string, units = 1, variantId = 'shirt*'): void {
  world.other.orders.set(id, remoteOrder(id, world.clock.now(), [{ variantId, quantity: units }]));
  world.other.good(variantId).quantity -= units;
}

async function orderHint(world: TwoStores, orderId: string): Promise<void> {
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId }]);
}

describe('an order of the moment of the first count', () => {
  const counted = new Date('2026-11-21T10:00:05.400Z');
  test.each([
    ['is booked where its second is that of the count: it may be younger', '2026-11-21T10:00:05Z', 1],
    ['is in the count where it was placed in the second before', '2026-11-21T10:00:04Z', 0],
  ])('%s', async (_, placedAt, reserved) => {
    const world = await begin();
    await world.rows(sql`update inventory_items set baseline_at = ${counted}`);
    world.other.orders.set('A', remoteOrder('A', new Date(placedAt), [{ variantId: 'shirt*' }]));
    await orderHint(world, 'A');
    await world.turn(world.otherId);
    expect(await stockOf(world)).toMatchObject({ reserved });
  });
});

describe('a sale', () => {
  test('is reserved, and every other store shows it after its next turn; where it was sold nothing is pushed', async () => {
    const world = await begin();
    sell(world, 'A');
    await orderHint(world, 'A');
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect(await stockOf(world)).toMatchObject({ on_hand: 5, reserved: 1 });
    expect(world.source.good('shirt').quantity).toBe(4);
    expect(world.other.good('shirt*').quantity).toBe(4);
    expect(world.other.callsOf('pushQuantities')).toBe(0);
    await expectBooksTrue(world);
  });

  test('is read again when somebody asks for it, and not before its reading is due otherwise', async () => {
    const world = await begin();
    sell(world, 'A', 2);
    await orderHint(world, 'A');
    await world.turn(world.otherId);
    world.clock.advance(5);
    world.other.orders.set(
      'A',
      remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: 2, effect: { reserved: 1 } }]),
    );
    await world.turn(world.otherId);
    expect(await stockOf(world)).toMatchObject({ reserved: 2 });
    const [order] = await world.rows<{ id: string }>(sql`select id from orders`);
    await refreshOrder(world.hub, world.actor, present(order, 'the order').id);
    await world.turn(world.otherId);
    expect(await stockOf(world)).toMatchObject({ reserved: 1 });
  });

  test('is not asked for for ever: the next reading begins a little before the newest order that was seen', async () => {
    const world = await begin();
    sell(world, 'A');
    world.clock.advance(400);
    await world.turn(world.otherId);
    const newest = present(world.other.orders.get('A'), 'the order').updatedAt;
    world.clock.advance(400);
    await world.turn(world.otherId);
    const asked = world.other.calls.filter(({ operation }) => operation === 'pullOrders').at(-1);
    expect(asked?.input).toMatchObject({ since: new Date(Date.parse(newest) - 120_000).toISOString() });
  });

  test('I3: told of twice, late and in the wrong order, is booked once, as its newest snapshot says', async () => {
    const world = await begin();
    const placedAt = world.clock.now();
    sell(world, 'A', 3);
    const first = world.other.orders.get('A');
    world.clock.advance(5);
    const shipped = remoteOrder(
      'A',
      world.clock.now(),
      [{ variantId: 'shirt*', quantity: 3, effect: { reserved: 1, shipped: 2 } }],
      {
        createdAt: placedAt.toISOString(),
      },
    );
    for (const snapshot of [shipped, first, shipped, first]) {
      if (snapshot !== undefined) world.other.orders.set('A', snapshot);
      await orderHint(world, 'A');
      await world.turn(world.otherId);
    }
    expect(await stockOf(world)).toMatchObject({ on_hand: 3, reserved: 1 });
    expect(await world.rows(sql`select id from orders`)).toHaveLength(1);
    await expectBooksTrue(world);
  });

  test('another snapshot of the same moment is asked for again, and what the platform then says counts', async () => {
    const world = await begin();
    const at = world.clock.now();
    sell(world, 'A', 2);
    await orderHint(world, 'A');
    await world.turn(world.otherId);
    const old = remoteOrder('A', at, [{ variantId: 'shirt*', quantity: 2, effect: { reserved: 2 } }], {
      nativeStatus: 'stale page',
    });
    world.other.orders.set('A', remoteOrder('A', at, [{ variantId: 'shirt*', quantity: 2, effect: { reserved: 0 } }]));
    world.other.next('pullOrders', async () => [old]);
    world.clock.advance(400);
    await world.turn(world.otherId);
    expect(world.other.callsOf('readOrders')).toBeGreaterThanOrEqual(1);
    expect(await stockOf(world)).toMatchObject({ on_hand: 5, reserved: 0 });
    await expectBooksTrue(world);
  });

  test('that the platform lists late, behind a younger one that was read already, is found all the same', async () => {
    const world = await begin();
    sell(world, 'B');
    await world.turn(world.otherId);
    world.clock.advance(400);
    sell(world, 'C');
    await world.turn(world.otherId);
    const late = new Date(world.clock.now().getTime() - 60_000);
    world.other.orders.set('A', remoteOrder('A', late, [{ variantId: 'shirt*' }]));
    world.other.good('shirt*').quantity -= 1;
    world.clock.advance(400);
    await world.turn(world.otherId);
    expect(await stockOf(world)).toMatchObject({ on_hand: 5, reserved: 3 });
    await expectBooksTrue(world);
  });

  test('a line that vanished in an edit gives its units back; one that came takes them', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt' }, { variantId: 'hat' }] });
    sell(world, 'A', 2);
    await orderHint(world, 'A');
    await world.turn(world.otherId);
    world.clock.advance(5);
    world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'hat*', quantity: 1 }]));
    await orderHint(world, 'A');
    await world.turn(world.otherId);
    expect(await stockOf(world, 'shirt')).toMatchObject({ on_hand: 5, reserved: 0 });
    expect(await stockOf(world, 'hat')).toMatchObject({ on_hand: 5, reserved: 1 });
    await expectBooksTrue(world);
  });

  test('told of twice in one answer, the older snapshot last, is booked as its newest one says', async () => {
    const world = await begin();
    const at = world.clock.now();
    const older = remoteOrder('A', at, [{ variantId: 'shirt*', quantity: 3 }]);
    world.clock.advance(301);
    const line = { variantId: 'shirt*', quantity: 3, effect: { reserved: 0, shipped: 3 } };
    const newer = remoteOrder('A', at, [line], { updatedAt: world.clock.now().toISOString() });
    world.other.good('shirt*').quantity -= 3;
    world.other.next('pullOrders', async () => [newer, older]);
    await world.turn(world.otherId);
    expect(await stockOf(world)).toMatchObject({ on_hand: 2, reserved: 0 });
    await expectBooksTrue(world);
  });

  test('a line that vanished, came back and vanished again leaves nothing booked', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt' }, { variantId: 'hat' }] });
    const [shirts, hat] = [{ variantId: 'shirt*', quantity: 2 }, { variantId: 'hat*' }];
    const at = world.clock.now();
    for (const lines of [[shirts, hat], [hat], [shirts, hat], [hat]]) {
      world.clock.advance(5);
      world.other.orders.set('A', remoteOrder('A', at, lines, { updatedAt: world.clock.now().toISOString() }));
      await orderHint(world, 'A');
      await world.turn(world.otherId);
      expect(await stockOf(world, 'shirt')).toMatchObject({ on_hand: 5, reserved: lines.includes(shirts) ? 2 : 0 });
    }
    await expectBooksTrue(world);
  });

  test('of more than there is did happen: it is booked, flagged, and said', async () => {
    const world = await begin();
    world.other.good('shirt*').quantity = 9;
    sell(world, 'A', 7);
    await orderHint(world, 'A');
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect(await stockOf(world)).toMatchObject({ on_hand: 5, reserved: 7 });
    expect(await world.rows(sql`select oversold from orders`)).toEqual([{ oversold: true }]);
    expect(await world.rows(sql`select oversold_units from order_items`)).toEqual([{ oversold_units: 2 }]);
    expect(world.source.good('shirt').quantity).toBe(0);
    await expectBooksTrue(world);
  });

  test('of the store that owns the count is in its figure already, and books nothing', async () => {
    const world = await begin({ source: { orders: {}, compareAndSet: true } });
    world.source.orders.set('S', remoteOrder('S', world.clock.now(), [{ variantId: 'shirt' }]));
    world.source.good('shirt').quantity -= 1;
    world.clock.advance(301);
    await world.turn(world.sourceId);
    await world.turn(world.otherId);
    expect(await stockOf(world)).toMatchObject({ on_hand: 4, reserved: 0 });
    expect(await world.rows(sql`select parked from order_items`)).toEqual([{ parked: 'owner_counts' }]);
    expect(world.other.good('shirt*').quantity).toBe(4);
    await expectBooksTrue(world);
  });
});

describe('orders that cannot be counted yet', () => {
  test('an unlinked line is kept and blocks nothing; linking its listing counts it', async () => {
    const world = await begin({ linked: false });
    sell(world, 'A', 2);
    await orderHint(world, 'A');
    await world.turn(world.otherId);
    expect(await world.rows(sql`select unlinked_count from orders`)).toEqual([{ unlinked_count: 1 }]);
    await world.link('shirt*', 'shirt');
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect(await stockOf(world)).toMatchObject({ on_hand: 5, reserved: 2 });
    expect(world.source.good('shirt').quantity).toBe(3);
    expect(world.other.good('shirt*').quantity).toBe(3);
    expect(await world.rows(sql`select unlinked_count from orders`)).toEqual([{ unlinked_count: 0 }]);
    await expectBooksTrue(world);
  });

  test('sixty days of old orders change no quantity when their store is connected and linked', async () => {
    const world = await twoStores(database, { other: { orders: {} }, linked: false });
    worlds.push(world);
    for (let day = 1; day <= 59; day++) {
      const at = new Date(world.clock.now().getTime() - day * 86_400_000);
      const effect = day % 3 === 0 ? { reserved: 0, shipped: 1 } : { reserved: 1 };
      world.other.orders.set(`old ${day}`, remoteOrder(`old ${day}`, at, [{ variantId: 'shirt*', effect }]));
    }
    world.clock.advance(301);
    await world.turn(world.otherId);
    await world.link('shirt*', 'shirt');
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect(await world.rows(sql`select count(*)::int as n from orders`)).toEqual([{ n: 59 }]);
    expect(await stockOf(world)).toMatchObject({ on_hand: 5, reserved: 0 });
    expect([world.source.good('shirt').quantity, world.other.good('shirt*').quantity]).toEqual([5, 5]);
    // Cancelled now, one of them gives its unit back: it was missing in the count.
    world.clock.advance(10);
    const at = new Date(world.clock.now().getTime() - 10 * 86_400_000);
    const cancelled = remoteOrder('old 10', world.clock.now(), [{ variantId: 'shirt*', effect: { reserved: 0 } }], {
      createdAt: at.toISOString(),
      cancelledAt: world.clock.now().toISOString(),
    });
    world.other.orders.set('old 10', cancelled);
    await orderHint(world, 'old 10');
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect(await stockOf(world)).toMatchObject({ on_hand: 6, reserved: 0 });
    expect(world.source.good('shirt').quantity).toBe(6);
    await expectBooksTrue(world);
  });
});

describe('I7: nothing is raised blindly', () => {
  test('a lower figure is first taken for a sale: its units are kept back, and the order that comes explains them', async () => {
    const world = await begin({ other: { orders: { feedLagSeconds: 5 } } });
    sell(world, 'A');
    const order = present(world.other.orders.get('A'), 'the order');
    // The feed does not show it yet.
    world.other.orders.clear();
    await world.hint(world.otherId, world.other.good('shirt*'));
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect(world.other.good('shirt*').quantity).toBe(4);
    expect(world.source.good('shirt').quantity).toBe(4);
    expect(await stockOf(world)).toMatchObject({ on_hand: 5, reserved: 0 });
    world.other.orders.set('A', order);
    world.clock.advance(6);
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect(await stockOf(world)).toMatchObject({ on_hand: 5, reserved: 1 });
    world.clock.advance(60);
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect([world.source.good('shirt').quantity, world.other.good('shirt*').quantity]).toEqual([4, 4]);
    expect(await world.rows(sql`select id from listing_holds`)).toEqual([]);
    await expectBooksTrue(world);
  });

  test('a lower figure that no order explains was edited there: after the feed has had its time it is set back', async () => {
    const world = await begin({ other: { orders: { feedLagSeconds: 5 } } });
    world.other.good('shirt*').quantity = 2;
    await world.hint(world.otherId, world.other.good('shirt*'));
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect([world.source.good('shirt').quantity, world.other.good('shirt*').quantity]).toEqual([2, 2]);
    for (const seconds of [6, 11]) {
      world.clock.advance(seconds);
      await world.turn(world.otherId);
      await world.turn(world.sourceId);
    }
    expect([world.source.good('shirt').quantity, world.other.good('shirt*').quantity]).toEqual([5, 5]);
    await expectBooksTrue(world);
  });

  test('no quantity above zero is written on an order reading older than the bound', async () => {
    const world = await begin({ other: { orders: { readingBoundSeconds: 20 } } });
    world.source.good('shirt').quantity = 3;
    await world.hint(world.sourceId, world.source.good('shirt'));
    await world.turn(world.sourceId);
    const before = world.other.callsOf('pullOrders');
    world.other.calls.length = 0;
    await world.turn(world.otherId);
    expect(before).toBeGreaterThan(0);
    expect(world.other.good('shirt*').quantity).toBe(3);
    const order = world.other.calls.map(({ operation }) => operation).filter((one) => one !== 'readLevels');
    expect(order.indexOf('pullOrders')).toBeGreaterThanOrEqual(0);
    expect(order.indexOf('pullOrders')).toBeLessThan(order.indexOf('pushQuantities'));
  });

  test('a sale that explains a lower figure does not explain a second one', async () => {
    const world = await begin();
    sell(world, 'A');
    await orderHint(world, 'A');
    await world.turn(world.otherId);
    // Read again: the first sale is explained, this edit is not.
    world.other.good('shirt*').quantity = 2;
    await world.hint(world.otherId, world.other.good('shirt*'));
    await world.turn(world.otherId);
    expect(await world.rows(sql`select units from listing_holds where until > ${world.clock.now()}`)).toEqual([{ units: 2 }]);
  });
});

test('an order that is asked for again while it is being read is read once more', async () => {
  const world = await begin();
  sell(world, 'A');
  await orderHint(world, 'A');
  await world.turn(world.otherId);
  const [order] = await world.rows<{ id: string }>(sql`select id from orders`);
  const again = () => refreshOrder(world.hub, world.actor, present(order, 'the order').id);
  await again();
  const readings = world.other.callsOf('readOrders');
  world.other.next('readOrders', async (_, proceed) => {
    const read = proceed();
    world.clock.advance(1);
    await besideTheTurn(again);
    return read;
  });
  await world.turn(world.otherId);
  expect(world.other.callsOf('readOrders')).toBe(readings + 2);
  expect(await world.rows(sql`select 1 from orders where refresh_wanted_at is not null`)).toEqual([]);
});

test('I10: who bought stands nowhere unsealed, and is found by e-mail, phone and name all the same', async () => {
  const world = await begin();
  sell(world, 'A');
  await world.turn(world.otherId);
  await orderHint(world, 'A');
  await world.turn(world.otherId);
  const [row] = await world.rows<{ text: string; keys: string[] }>(sql`select o::text as text, buyer_keys as keys from orders o`);
  expect(row?.text).not.toMatch(/example\.com|123 4567|Ánh/u);
  const { searchKeys } = await import('#orders/customer-details.ts');
  for (const query of ['ANH@example.com', '090 123 4567', 'ánh nguyễn']) {
    const keys = searchKeys(world.hub.sealer.searchKey, query);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(row?.keys).toContain(key);
  }
});
