/**
 * A store with 60 days of old orders is connected, linked, disconnected and connected again: the quantities of the book and of
 * both stores stay true throughout. Each platform once as the store that comes second, and whose orders are booked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { goodOf } from '#test/journeys/filled-shops.ts';
import { type Pair, startQuantity } from '#test/journeys/linked-pair.ts';
import { type Stage, type StageShop, startStage } from '#test/journeys/stage.ts';
import {
  expectBooksTrue,
  expectQuantities,
  fillBoth,
  goodIn,
  linkAll,
  orderThat,
  waitSeconds,
} from '#test/journeys/true-books.ts';

describe('TikTok Shop, beside Shopify', () => history(true));
describe('Shopify, beside TikTok Shop', () => history(false));

/** What had become of an old order before its store was connected, and how many units each of them was placed for. */
const fates = {
  open: () => undefined,
  shipped: ({ control }, id) => void control.orders.ship(id),
  cancelled: ({ control }, id) => control.orders.cancel(id),
  'cancelled and not restocked': ({ control }, id) => control.orders.cancel(id, { restock: false }),
  'shipped in part': ({ control }, id, variantId) => void control.orders.ship(id, [{ variantId, units: 1 }]),
  'shipped and given back': ({ control: { orders } }, id, variantId) => {
    orders.ship(id);
    orders.refund(id, [{ variantId, units: 2, restock: true }]);
  },
  'refunded in part': ({ control: { orders } }, id, variantId) => {
    orders.refund(id, [{ variantId, units: 1, restock: false }]);
    orders.refund(id, [{ variantId, units: 1, restock: true }]);
  },
  unpaid: () => undefined,
} as const satisfies Record<string, (shop: StageShop, orderId: string, variantId: string) => void>;
type Fate = keyof typeof fates;
const allFates = Object.keys(fates) as Fate[];
const units = 3;
const daysAgo = [59, 31, 7, 1] as const;

/** Each test goes on where the one before it ended. */
function history(shopifyFirst: boolean): void {
  let stage: Stage;
  let pairs: Pair[];
  let first: StageShop;
  let second: StageShop;
  let firstId: string;
  let secondId: string;
  /** Of the second store: by what became of them, the oldest first. */
  const old = new Map<Fate, string[]>();
  /** What the book should say, by pair. */
  let wanted: number[];

  beforeAll(async () => {
    stage = await startStage();
    fillBoth(stage, allFates.length);
    [first, second] = shopifyFirst ? [stage.source, stage.other] : [stage.other, stage.source];
    for (const shop of [first, second]) {
      const goods = shop.control.goods();
      for (const [at, fate] of allFates.entries()) {
        const { variantId } = present(goods[at], fate);
        const ids = daysAgo.map((days) => placeOld(shop, variantId, days, fate !== 'unpaid'));
        for (const id of ids) fates[fate](shop, id, variantId);
        if (shop === second) old.set(fate, ids);
      }
    }
  });
  afterAll(() => stage?.close());

  const pairOf = (fate: Fate): Pair => present(pairs[allFates.indexOf(fate)], fate);
  const oldOrder = (fate: Fate, at = 0): string => present(old.get(fate)?.[at], fate);
  const buy = (shop: StageShop, fate: Fate, count: number): string =>
    present(shop.control.orders.place([{ variantId: goodIn(stage, shop, pairOf(fate)), units: count }]), 'an order');
  const changed = (fate: Fate, by: number): void => {
    const at = allFates.indexOf(fate);
    wanted[at] = present(wanted[at], fate) + by;
  };
  const expectTrue = () =>
    expectQuantities(
      stage,
      pairs.map((pair, at) => [pair, wanted[at] ?? Number.NaN]),
    );

  test('connected, every order is here, and no quantity has changed by it', async () => {
    const shown = first.control.goods().map(({ quantity }) => quantity);
    // The first store's own figure is what it says after its own old orders: that is the count.
    expect(shown.some((quantity) => quantity < startQuantity)).toBe(true);
    const before = second.control.goods().map(({ quantity }) => quantity);
    firstId = await stage.connect(first);
    secondId = await stage.connect(second);
    await eventually(
      'the old orders are here',
      async () => {
        const { total } = await stage.person.get<{ total: number }>('/api/orders?total=true&limit=1');
        expect(total).toBe(2 * allFates.length * daysAgo.length);
      },
      waitSeconds,
    );
    expect(first.control.goods().map(({ quantity }) => quantity)).toEqual(shown);
    expect(second.control.goods().map(({ quantity }) => quantity)).toEqual(before);
    wanted = shown;
    await expectBooksTrue(stage);
  });

  test('linked, both stores show the count, from which no old order is taken a second time', async () => {
    pairs = await linkAll(stage);
    await expectTrue();
  });

  test('what becomes of an old order now counts, once', async () => {
    const { orders } = second.control;
    orders.cancel(oldOrder('open'));
    changed('open', units);
    orders.ship(oldOrder('open', 1));
    orders.pay(oldOrder('unpaid'));
    orders.cancel(oldOrder('unpaid', 1));
    changed('unpaid', units);
    orders.refund(oldOrder('shipped'), [{ variantId: goodIn(stage, second, pairOf('shipped')), units: 2, restock: true }]);
    changed('shipped', 2);
    await expectTrue();
  });

  test('new orders of either store count', async () => {
    buy(second, 'cancelled', 2);
    changed('cancelled', -2);
    buy(first, 'shipped', 1);
    changed('shipped', -1);
    await expectTrue();
  });

  test('disconnected, it is left alone; connected again, what was sold, shipped and called off meanwhile counts', async () => {
    await stage.person.post(`/api/stores/${secondId}/disconnect`);
    await sleep(500);
    const { orders } = second.control;
    const requests = second.control.counters().requests;
    const sold = buy(second, 'open', 4);
    orders.ship(buy(second, 'shipped in part', 2));
    orders.cancel(buy(second, 'cancelled', 5));
    orders.cancel(oldOrder('unpaid', 2));
    first.control.edit(goodIn(stage, first, pairOf('refunded in part')), { quantity: 33 });
    buy(first, 'shipped and given back', 1);
    // Not every platform tells of an edited count.
    await stage.person.post(`/api/stores/${firstId}/sync`);
    await eventually(
      'the first store goes on',
      async () => {
        const items = await stage.person.all<{ sku: string; onHand: number }>('/api/inventory');
        const { sku } = goodOf(first, goodIn(stage, first, pairOf('refunded in part')));
        expect(items.find((item) => item.sku === sku)?.onHand).toBe(33);
      },
      waitSeconds,
    );
    expect(second.control.counters().requests).toBe(requests);
    wanted[allFates.indexOf('refunded in part')] = 33;
    changed('open', -4);
    changed('shipped in part', -2);
    changed('unpaid', units);
    changed('shipped and given back', -1);
    expect(await stage.connect(second)).toBe(secondId);
    await orderThat(stage, second, sold, ({ items }) => expect(items[0]?.parked).toBeNull());
    await expectTrue();
  });

  test('and is a linked store like any other again; every order stands here once', async () => {
    buy(second, 'shipped', 6);
    changed('shipped', -6);
    await expectTrue();
    const listed = () => stage.person.all<{ storeId: string; number: string; status: string; oversold: boolean }>('/api/orders');
    const theirs = second.control.orders.list().map(({ number }) => number);
    // One that was called off meanwhile changes no stock, and comes with the last page of the polling.
    await eventually(
      'every order stands here',
      async () => {
        const ours = (await listed()).filter(({ storeId }) => storeId === secondId);
        expect(ours.map(({ number }) => number).toSorted()).toEqual(theirs.toSorted());
      },
      waitSeconds,
    );
    const orders = await listed();
    expect(orders.filter(({ oversold }) => oversold)).toEqual([]);
    expect(stage.errors).toEqual([]);
  });
}

function placeOld({ control }: StageShop, variantId: string, days: number, paid: boolean): string {
  const placedAt = new Date(Date.now() - days * 86_400_000).toISOString();
  return present(control.orders.place([{ variantId, units }], { paid, placedAt }), 'an old order');
}
