/**
 * What a platform may tell of an order that no rule foresees. Each time: the outcome is clear, nothing is lost or half done,
 * and the feed goes on with the next order. (Text that no database takes never comes so far: the transport mends it. What a
 * person types is judged in src/http/routes/stock.db.test.ts, files with counts in src/http/routes/csv-files.db.test.ts.)
 */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { RemoteOrder } from '#connectors/order.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { storeDeleted } from '#listings/store-pulled.ts';
import { findStore } from '#stores/stores-store.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { expectBooks } from './expect-books.ts';
import { type OrderedItem, remoteOrder } from './remote-order.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  world = await twoStores(database, {
    goods: [
      { variantId: 'shirt', quantity: 50 },
      { variantId: 'hat', quantity: 50 },
    ],
    other: { orders: {} },
  });
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  world.clock.advance(60);
});
afterEach(async () => {
  const errors = [...world.errors];
  await world.close();
  expect(errors, 'errors of ours').toEqual([]);
});

/** The platform shows it from now on; its own figures have moved as the test says. */
function show(id: string, items: readonly OrderedItem[], change: Partial<RemoteOrder> = {}): void {
  world.other.orders.set(id, remoteOrder(id, world.clock.now(), items, change));
}

/** What waits in the feed is read by the next poll, not because somebody told of it. */
async function poll(): Promise<void> {
  world.clock.advance(301);
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
}

async function tellOf(orderId: string): Promise<void> {
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId }]);
  await world.turn(world.otherId);
}

interface Kept extends Record<string, unknown> {
  total: string;
  refunded: string;
  currency: string;
  items: { quantity: number; reserved: number; shipped: number; restocked: number; parked: string | null }[];
}

async function kept(id: string): Promise<Kept> {
  const [order] = await world.rows<Kept>(sql`
    select o.total::text, o.refunded::text, o.currency, (
      select json_agg(json_build_object('quantity', i.quantity, 'reserved', i.reserved, 'shipped', i.shipped, 'restocked', i.restocked, 'parked', i.parked) order by i.platform_item_id)
      from order_items i where i.organization_id = o.organization_id and i.order_id = o.id) as items
    from orders o where o.platform_order_id = ${id}`);
  return present(order, `the order ${id}`);
}

async function stockOf(variantId: string): Promise<[onHand: number, reserved: number]> {
  const id = await world.variantOf(variantId);
  const [row] = await world.rows<{ on_hand: number; reserved: number }>(
    sql`select on_hand, reserved from inventory_items where variant_id = ${id}`,
  );
  const stock = present(row, variantId);
  return [stock.on_hand, stock.reserved];
}

/** The next buyer's order arrives and counts, and everything that is booked has its reason. */
async function expectFeedGoesOn(): Promise<void> {
  const [onHand, reserved] = await stockOf('hat');
  show('next', [{ variantId: 'hat*', quantity: 2 }]);
  world.other.good('hat*').quantity -= 2;
  await poll();
  await poll();
  expect(await stockOf('hat')).toEqual([onHand, reserved + 2]);
  await expectBooks(world);
  for (const variantId of ['shirt', 'hat']) {
    const [there, promised] = await stockOf(variantId);
    const shown = Math.max(0, there - promised);
    expect(world.source.good(variantId).quantity, `${variantId} on the source store`).toBe(shown);
    expect(world.other.good(`${variantId}*`).quantity, `${variantId} on the other store`).toBe(shown);
  }
}

describe('amounts and counts that are none', () => {
  test('an order in a currency without a rate is kept in its own currency, to the last digit, and counts', async () => {
    const totals = { subtotal: '0.0123', discount: '0', shipping: '0', tax: '0', total: '1234567890.0123', refunded: '0' };
    show('XAU', [{ variantId: 'shirt*' }], { currency: 'XAU', totals });
    world.other.good('shirt*').quantity -= 1;
    await poll();
    const order = await kept('XAU');
    expect([order.currency, Number(order.total)]).toEqual(['XAU', 1234567890.0123]);
    expect(await stockOf('shirt')).toEqual([50, 1]);
    await expectFeedGoesOn();
  });

  test.each([-3, 0])('a line of %s units is kept as it was told, and books nothing', async (quantity) => {
    show('odd', [
      { variantId: 'shirt*', quantity },
      { variantId: 'hat*', quantity: 1 },
    ]);
    world.other.good('hat*').quantity -= 1;
    await poll();
    expect((await kept('odd')).items.map((item) => item.quantity).toSorted((a, b) => a - b)).toEqual([quantity, 1]);
    expect(await stockOf('shirt')).toEqual([50, 0]);
    expect(await stockOf('hat')).toEqual([50, 1]);
    await expectFeedGoesOn();
  });

  test('a refund of more than was bought gives back no unit that had not left', async () => {
    show('much', [{ variantId: 'shirt*', quantity: 2, effect: { reserved: 0, shipped: 2, restocked: 5 } }], {
      financialStatus: 'refunded',
      totals: { subtotal: '20', discount: '0', shipping: '0', tax: '0', total: '20', refunded: '500' },
    });
    await poll();
    expect(Number((await kept('much')).refunded)).toBe(500);
    expect(await stockOf('shirt')).toEqual([50, 0]);
    await expectFeedGoesOn();
  });

  const beyond: Readonly<Record<string, OrderedItem['change']>> = {
    'units beyond every figure': { quantity: 3_000_000_000 },
    'a price beyond every figure': { unitPrice: '1e30' },
    'a price that is none': { unitPrice: 'free' },
    'text that no database takes': { title: 'A\0B' },
  };
  test.each(Object.keys(beyond))(
    'an order with %s is set aside and said; those beside it count, and so does it when it is corrected',
    async (what) => {
      show('beside', [{ variantId: 'shirt*' }]);
      show('beyond', [{ variantId: 'shirt*', change: beyond[what] ?? {} }]);
      show('behind', [{ variantId: 'shirt*' }]);
      world.other.good('shirt*').quantity -= 3;
      await poll();
      const ids = () => world.rows(sql`select platform_order_id as id from orders order by 1`);
      expect(await ids()).toEqual([{ id: 'behind' }, { id: 'beside' }]);
      expect(
        await world.rows(
          sql`select level, details ->> 'orderId' as id from sync_logs where event = 'order_set_aside' order by created_at limit 1`,
        ),
      ).toEqual([{ level: 'error', id: 'beyond' }]);
      expect(await stockOf('shirt')).toEqual([50, 2]);
      const timesSaid = () => world.rows(sql`select count(*)::int as n from sync_logs where event = 'order_set_aside'`);
      expect(await timesSaid()).toEqual([{ n: 1 }]);
      await tellOf('beyond');
      await tellOf('beyond');
      expect(await timesSaid(), 'read again as it was').toEqual([{ n: 1 }]);
      show('beyond', [{ variantId: 'shirt*', change: beyond[what] ?? {} }], { note: 'changed' });
      await tellOf('beyond');
      expect(await timesSaid(), 'read as something else').toEqual([{ n: 2 }]);
      show('beyond', [{ variantId: 'shirt*' }]);
      await tellOf('beyond');
      expect(await ids()).toHaveLength(3);
      expect(await stockOf('shirt')).toEqual([50, 3]);
      await expectFeedGoesOn();
    },
  );
});

describe('lines', () => {
  test('ten thousand in one order are all kept and all booked', async () => {
    const lines = Array.from({ length: 10_000 }, (_, at) => ({ variantId: at % 2 === 0 ? 'shirt*' : 'hat*', id: `line ${at}` }));
    show('long', lines);
    Object.assign(world.other.good('shirt*'), { quantity: 0 });
    Object.assign(world.other.good('hat*'), { quantity: 0 });
    await poll();
    expect(
      await world.rows(sql`select o.item_count, o.unit_count, o.oversold, count(*)::int as kept from orders o
      join order_items i on i.organization_id = o.organization_id and i.order_id = o.id group by 1, 2, 3`),
    ).toEqual([{ item_count: 10_000, unit_count: 10_000, oversold: true, kept: 10_000 }]);
    expect([await stockOf('shirt'), await stockOf('hat')]).toEqual([
      [50, 5000],
      [50, 5000],
    ]);
    world.clock.advance(5);
    show('long', lines.slice(0, 10));
    await tellOf('long');
    await poll();
    expect([await stockOf('shirt'), await stockOf('hat')]).toEqual([
      [50, 5],
      [50, 5],
    ]);
    await expectFeedGoesOn();
  });

  test('the same one told twice counts once; two lines of the same thing count both', async () => {
    const parcel = {
      id: 'parcel',
      createdAt: world.clock.now().toISOString(),
      carrier: 'Post',
      trackingNumber: 'P1',
      trackingUrl: null,
      cancelled: false,
      items: [{ itemId: 'a', quantity: 1 }],
    };
    const one = { variantId: 'shirt*', id: 'a', quantity: 2, effect: { reserved: 1, shipped: 1 } };
    show('twice', [one, one, { variantId: 'shirt*', id: 'b', quantity: 3 }], { shipments: [parcel, parcel] });
    world.other.good('shirt*').quantity -= 5;
    await poll();
    expect((await kept('twice')).items).toHaveLength(2);
    expect(await world.rows(sql`select item_count, unit_count from orders`)).toEqual([{ item_count: 2, unit_count: 5 }]);
    expect(await world.rows(sql`select platform_shipment_id as id from order_shipments`)).toEqual([{ id: 'parcel' }]);
    expect(await stockOf('shirt')).toEqual([49, 4]);
    await expectFeedGoesOn();
  });

  test('one of a listing that was deleted, or that never was, waits in sight and blocks nothing', async () => {
    world.other.good('shirt*').gone = true;
    await world.within(async (tx) => {
      await storeDeleted(world.hub, tx, await findStore(tx, world.otherId), [world.other.good('shirt*').productId]);
    });
    show('gone', [
      { variantId: 'shirt*', quantity: 2 },
      { variantId: 'nothing', id: 'tip', change: { variantId: null, productId: null, sku: '', title: 'A tip' } },
      { variantId: 'never seen', quantity: 4 },
    ]);
    await poll();
    const { items } = await kept('gone');
    expect(items).toHaveLength(3);
    expect(items.filter(({ parked }) => parked === 'unlinked').length).toBeGreaterThanOrEqual(2);
    // It was sold while it was on sale: what it was linked to has lost the units, whatever became of the listing.
    const [onHand, reserved] = await stockOf('shirt');
    expect([onHand, reserved]).toEqual([50, 2]);
    world.other.add({ ...world.other.good('shirt*'), gone: false, quantity: 48 });
    await expectFeedGoesOn();
  });
});

describe('moments and names', () => {
  test('an order of the future does not hide the ones of today', async () => {
    const tomorrow = new Date(world.clock.now().getTime() + 30 * 86_400_000);
    world.other.orders.set('future', remoteOrder('future', tomorrow, [{ variantId: 'shirt*' }]));
    world.other.good('shirt*').quantity -= 1;
    await poll();
    expect(await stockOf('shirt')).toEqual([50, 1]);
    await expectFeedGoesOn();
  });

  test('a snapshot of the future counts as of its reading: what happens to the order after it is taken in, and it is not taken in twice', async () => {
    const at = world.clock.now();
    const ahead = new Date(at.getTime() + 400 * 86_400_000).toISOString();
    const show = (updatedAt: string, effect: object) =>
      world.other.orders.set('ahead', remoteOrder('ahead', at, [{ variantId: 'shirt*', quantity: 3, effect }], { updatedAt }));
    show(ahead, { reserved: 3 });
    world.other.good('shirt*').quantity -= 3;
    await poll();
    expect(await stockOf('shirt')).toEqual([50, 3]);
    const snapshot = () =>
      world.rows<{ at: Date; touched: Date }>(sql`select snapshot_at as at, updated_at as touched from orders`);
    const [first] = await snapshot();
    expect(Number(first?.at)).toBeLessThanOrEqual(world.clock.now().getTime());
    await poll();
    await tellOf('ahead');
    expect(await snapshot()).toEqual([first]);
    world.clock.advance(10);
    show(world.clock.now().toISOString(), { reserved: 0, shipped: 3 });
    await poll();
    expect(await stockOf('shirt')).toEqual([47, 0]);
    await expectFeedGoesOn();
  });

  test.each(['1969-07-20T20:17:40Z', '0001-01-01T00:00:00Z'])(
    'one of %s is in the first count, and changes nothing',
    async (at) => {
      show('ancient', [{ variantId: 'shirt*', quantity: 7 }], { createdAt: at });
      await poll();
      expect(await world.rows(sql`select extract(year from placed_at)::int as year from orders`)).toEqual([
        { year: new Date(at).getUTCFullYear() },
      ]);
      expect(await stockOf('shirt')).toEqual([50, 0]);
      await expectFeedGoesOn();
    },
  );

  test('names of signs, of another direction and of 20,000 letters are kept, and found again', async () => {
    const name = '👨‍👩‍👧‍👦 مصباح \u202e=cmd|x';
    const title = '🏮'.repeat(20_000);
    const buyer = { name, email: 'ÄNN+🎈@example.com', phone: '-' };
    show('named', [{ variantId: 'shirt*', change: { title, sku: '🧥', variantTitle: '\u202c' } }], {
      buyer,
      note: title,
      tags: ['', '🎈', 'a,b', '"'],
      number: '#🎈',
    });
    world.other.good('shirt*').quantity -= 1;
    await poll();
    expect(
      await world.rows(sql`select i.title, o.number, o.platform_tags from order_items i
      join orders o on o.organization_id = i.organization_id and o.id = i.order_id`),
    ).toEqual([{ title, number: '#🎈', platform_tags: ['', '🎈', 'a,b', '"'] }]);
    expect(await stockOf('shirt')).toEqual([50, 1]);
    await expectFeedGoesOn();
  });
});

test('a correction that would leave less than nothing is refused with what there is, and nothing is booked', async () => {
  const variantId = await world.variantOf('shirt');
  const lines = () => world.rows(sql`select id from inventory_transactions where variant_id = ${variantId}`);
  const before = await lines();
  for (const adjustment of [{ delta: -51 }, { counted: -1 }]) {
    await expect(adjustStock(world.hub, world.actor, { variantId, ...adjustment })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('There are 50'),
    });
  }
  expect(await lines()).toEqual(before);
  await expectFeedGoesOn();
});
