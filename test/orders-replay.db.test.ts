/**
 * A day on both practice stores, with sixty acts of buyers and staff. Told of twice, backwards or in any order, now or long
 * after, the day ends in the same orders, bookings, counts and figures on the stores as when everything was told at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { PracticeTraffic } from '#connectors/practice.ts';
import { openPool } from '#db/pool.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type Stage, type StageShop, startStage } from '#test/journeys/stage.ts';
import { booksOf, expectBooksTrue, fillBoth, linkAll, waitSeconds } from '#test/journeys/true-books.ts';
import { type Random, randomOf } from '#test/simulation/random.ts';

const goodsCount = 6;
const acts = 64;
const seed = 20_261_121;

interface World {
  stage: Stage;
  /** Deliveries of the day, oldest first. */
  day: PracticeTraffic[];
}

/** How the deliveries of a day are told again. */
const tellings: Readonly<Record<string, (day: readonly PracticeTraffic[]) => PracticeTraffic[]>> = {
  twice: (day) => day.flatMap((delivery) => [delivery, delivery]),
  backwards: (day) => day.toReversed(),
  shuffled: (day) => shuffled(day, randomOf(seed, 1)),
};

let live: World;
let asTold: unknown;

beforeAll(async () => {
  live = await begin();
  await playDay(live, 40);
  await settled(live.stage);
  asTold = await stateOf(live.stage);
});
afterAll(() => live?.stage.close());

test('the day has everything in it that happens to orders', async () => {
  const { stage, day } = live;
  const orders = [stage.source, stage.other].flatMap(({ control }) => control.orders.list());
  expect(orders.length).toBeGreaterThan(12);
  expect(day.length).toBeGreaterThan(acts);
  for (const count of ['cancelled', 'shipped', 'returned'] as const)
    expect(
      orders.filter(({ lines }) => lines.some((line) => line[count] > 0)).length,
      `orders with units ${count}`,
    ).toBeGreaterThan(1);
  await expectBooksTrue(stage);
});

describe('told again to the hub that knows it', () => {
  test.each(Object.keys(tellings))('%s, it changes nothing', async (telling) => {
    const { stage, day } = live;
    await forgetDeliveries(stage);
    await tell(stage, tellings[telling]?.(day) ?? []);
    await settled(stage);
    expect(await stateOf(stage)).toEqual(asTold);
    await expectBooksTrue(stage);
  });
});

describe('told when the day is over, to a hub that was away', () => {
  test.each(Object.keys(tellings))('%s, it ends in the same', async (telling) => {
    const world = await begin();
    const { stage, day } = world;
    try {
      await stage.stopWorker();
      await playDay(world, 0);
      await forgetDeliveries(stage);
      stage.startWorker();
      await tell(stage, tellings[telling]?.(day) ?? []);
      await settled(stage);
      expect(await stateOf(stage)).toEqual(asTold);
      await expectBooksTrue(stage);
      expect(stage.errors).toEqual([]);
    } finally {
      await stage.close();
    }
  });
});

async function begin(): Promise<World> {
  const stage = await startStage();
  fillBoth(stage, goodsCount, 400);
  await stage.connect(stage.source);
  await stage.connect(stage.other);
  await linkAll(stage);
  await settled(stage);
  // The clocks of a platform count in seconds: an order of the second of the first count would be taken for an older one.
  await sleep(1100);
  return { stage, day: [] };
}

/** The same acts every time: they follow from the seed and from what the practice stores themselves have made of the acts before. */
async function playDay({ stage, day }: World, pauseMs: number): Promise<void> {
  const from = [stage.source, stage.other].map(({ traffic }) => traffic.length);
  const random = randomOf(seed);
  // Prices change when the last buyer has gone: what is paid at the other store would follow from how quick the hub is.
  const evening: (() => void)[] = [];
  for (let at = 0; at < acts; at++) {
    act(random.chance(0.5) ? stage.source : stage.other, random, evening);
    if (pauseMs > 0) await sleep(pauseMs);
  }
  for (const change of evening) change();
  const sent = () =>
    [stage.source, stage.other].flatMap(({ traffic }, at) =>
      traffic.slice(from[at]).filter(({ direction }) => direction === 'webhook'),
    );
  // All that is told of the day has been received when nothing more has come for a while.
  let before = -1;
  while (before !== sent().length) {
    before = sent().length;
    await sleep(1000);
  }
  for (const delivery of sent()) expect(delivery.status, `${delivery.operation} of ${delivery.platform}`).toBe(200);
  day.push(...sent());
}

function act(shop: StageShop, random: Random, evening: (() => void)[]): void {
  const { control, platform } = shop;
  const { orders } = control;
  const goods = control.goods();
  const good = () => random.pick(goods).variantId;
  const count = () => random.whole(1, 4);
  const buy = () => {
    const lines = [{ variantId: good(), units: count() }];
    const second = good();
    if (random.chance(0.4) && second !== lines[0]?.variantId) lines.push({ variantId: second, units: count() });
    present(orders.place(lines, { paid: random.chance(0.8) }), 'an order');
  };
  const chance = random.next();
  const list = orders.list();
  if (chance < 0.3 || list.length === 0) {
    buy();
    return;
  }
  if (chance < 0.36 && platform === 'shopify') {
    const [variantId, price] = [good(), `${random.whole(10, 30)}.00`];
    evening.push(() => control.edit(variantId, { price }));
    return;
  }
  // What the platform does not allow of the order that was picked is no act of this day: somebody buys something instead.
  const { id, lines } = random.pick(list);
  const { variantId, shipped, returned } = random.pick(lines);
  const [restock, units] = [random.chance(0.6), random.whole(1, 2)];
  const giveBack = () => orders.refund(id, [{ variantId, units: 1, restock }]);
  const attempts: (() => void)[] =
    shipped > returned
      ? [giveBack, giveBack, () => orders.cancel(id, { restock })]
      : [
          () => orders.cancel(id, { restock }),
          () => void orders.ship(id),
          () => void orders.ship(id, [{ variantId, units: 1 }]),
          giveBack,
          () => orders.pay(id),
          () => orders.edit(id, { variantId, units: units + 2 }),
        ];
  try {
    random.pick(attempts)();
  } catch {
    buy();
  }
}

/** As after the time for which deliveries are kept: told again, they are taken for new. */
async function forgetDeliveries(stage: Stage): Promise<void> {
  const owner = openPool(stage.ownerUrl, { size: 1, onError: () => undefined });
  try {
    await owner.query('delete from webhook_events');
  } finally {
    await owner.end();
  }
}

async function tell(stage: Stage, deliveries: readonly PracticeTraffic[]): Promise<void> {
  expect(deliveries.length).toBeGreaterThan(0);
  for (const { url, method, requestHeaders, requestBody } of deliveries) {
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = requestHeaders;
    const answer = await fetch(`${stage.origin}${new URL(url).pathname}`, { method, headers, body: requestBody });
    expect(answer.status, await answer.text()).toBe(200);
  }
}

/** Every delivery has been taken in hand, every order is here, and every figure is known to be right. */
async function settled(stage: Stage): Promise<void> {
  const { rows } = booksOf(stage);
  const placed = [stage.source, stage.other].reduce((sum, { control }) => sum + control.orders.list().length, 0);
  const check = async () => {
    const [waiting] = await rows<Record<string, number>>(sql`
      select (select count(*) from webhook_events where processed_at is null)::int as deliveries,
        (select count(*) from orders)::int as orders,
        (select count(*) from listing_levels where knowledge <> 'known' or remote is distinct from desired)::int as quantities,
        (select count(*) from listing_prices where knowledge <> 'known' or remote is distinct from desired)::int as prices,
        (select count(*) from listing_holds)::int as holds`);
    expect(waiting).toEqual({ deliveries: 0, orders: placed, quantities: 0, prices: 0, holds: 0 });
  };
  await eventually('all is told, and settled', check, waitSeconds);
  await sleep(1500);
  await eventually('all is settled still', check, waitSeconds);
}

/** What the day has made, without ids, moments, and the way that led there. */
async function stateOf(stage: Stage): Promise<unknown> {
  const { rows } = booksOf(stage);
  const places = new Map(
    [stage.source, stage.other].flatMap(({ platform, control }) =>
      control.orders.list().map(({ number }, at) => [number, `${platform} ${String(at).padStart(3, '0')}`] as const),
    ),
  );
  const orders = await rows<{ number: string } & Record<string, unknown>>(sql`
    select o.number, o.status, o.financial_status, o.total::text, o.refunded::text, o.oversold, o.unlinked_count, o.cancelled_at is not null as cancelled,
      (select count(*)::int from order_shipments h where h.order_id = o.id and h.state = 'done') as shipments,
      (select json_agg(json_build_array(i.sku, i.quantity, i.reserved, i.shipped, i.restocked, i.parked, i.vanished, i.oversold_units, (
          select json_agg(json_build_array(b.reserved, b.shipped, b.restocked) order by b.variant_id) from order_bookings b
          where b.item_id = i.id and (b.reserved, b.shipped, b.restocked) <> (0, 0, 0))) order by i.sku, i.quantity, i.reserved, i.shipped, i.restocked)
        from order_items i where i.order_id = o.id) as items
    from orders o`);
  const stock = await rows(sql`
    select v.sku, v.price::text, n.on_hand, n.reserved from inventory_items n join product_variants v on v.id = n.variant_id order by v.sku`);
  const listings = await rows(sql`
    select s.platform, l.sku, q.desired, q.remote, p.desired::text as price, p.remote::text as shown_price from listings l
    join stores s on s.id = l.store_id join listing_levels q on q.listing_id = l.id join listing_prices p on p.listing_id = l.id order by 1, 2`);
  const shown = [stage.source, stage.other].flatMap(({ platform, control }) =>
    control.goods().map(({ sku, quantity, price }) => [platform, sku, quantity, price]),
  );
  return {
    orders: orders
      .map(({ number, ...order }) => ({ order: present(places.get(number), number), ...order }))
      .toSorted((a, b) => (a.order < b.order ? -1 : 1)),
    stock,
    listings,
    shown,
  };
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  const mixed = all.map((one) => [random.next(), one] as const);
  return mixed.toSorted(([a], [b]) => a - b).map(([, one]) => one);
}
