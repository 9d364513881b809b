/**
 * What buyers and staff do with orders on either platform, over real HTTP, whichever of the two owns the count: the book, both
 * stores and the ledger say the same afterwards, and a shipment is told to its platform once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { ListingAnswer } from '#http/listing-shape.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { goodOf } from '#test/journeys/filled-shops.ts';
import type { Pair } from '#test/journeys/linked-pair.ts';
import { type Stage, type StageShop, startStage } from '#test/journeys/stage.ts';
import {
  expectBooksTrue,
  expectQuantities,
  fillBoth,
  goodIn,
  linkAll,
  orderThat,
  placedOrder,
  type ShownOrder,
  waitSeconds,
} from '#test/journeys/true-books.ts';

/** How each practice store matches the call that reports a shipment. */
const shipping: Readonly<Record<string, string>> = { shopify: 'fulfillmentCreate', tiktok_shop: '/ship' };

describe('with Shopify as the source store', () => life(true));
describe('with TikTok Shop as the source store', () => life(false));

function life(shopifyFirst: boolean): void {
  let stage: Stage;
  let pairs: Pair[];
  let first: StageShop;
  /** The store that follows: its orders are what books. */
  let second: StageShop;
  let next = 0;

  beforeAll(async () => {
    stage = await startStage();
    fillBoth(stage, 32);
    [first, second] = shopifyFirst ? [stage.source, stage.other] : [stage.other, stage.source];
    await stage.connect(first);
    await stage.connect(second);
    pairs = await linkAll(stage);
    await expectQuantities(
      stage,
      pairs.map((pair) => [pair, 50]),
    );
    // The clocks of a platform count in seconds: an order of the second of the first count would be taken for an older one.
    await sleep(1100);
  });
  afterEach(() => {
    for (const { control } of [first, second]) control.clearFaults();
  });
  afterAll(() => stage?.close());

  const fresh = (): Pair => present(pairs[next++], 'another pair');
  const buy = (shop: StageShop, pair: Pair, units: number): string =>
    present(shop.control.orders.place([{ variantId: goodIn(stage, shop, pair), units }]), 'an order');

  /** An order of `units` in each store, each for goods of its own, and what is done with it there. */
  async function inEach(
    units: number,
    act: (shop: StageShop, orderId: string, variantId: string) => void | Promise<void>,
    left: number,
  ): Promise<void> {
    const wanted: [Pair, number][] = [];
    for (const shop of [first, second]) {
      const pair = fresh();
      const orderId = buy(shop, pair, units);
      await orderThat(stage, shop, orderId, () => undefined);
      await act(shop, orderId, goodIn(stage, shop, pair));
      wanted.push([pair, left]);
    }
    await expectQuantities(stage, wanted);
  }

  test('what one store sells, the other one follows', () => inEach(3, () => undefined, 47));

  test('a cancellation gives the units back to both', () =>
    inEach(3, ({ control }, orderId) => control.orders.cancel(orderId), 50));

  test('a cancellation that leaves the goods out of the stock gives back none', () =>
    inEach(3, ({ control }, orderId) => control.orders.cancel(orderId, { restock: false }), 47));

  test('a refund of units that had left gives back those that are restocked', () =>
    inEach(
      5,
      ({ control: { orders } }, orderId, variantId) => {
        orders.ship(orderId);
        orders.refund(orderId, [{ variantId, units: 2, restock: true }]);
        orders.refund(orderId, [{ variantId, units: 1, restock: false }]);
      },
      47,
    ));

  test('a refund of units that had not left gives back those that are restocked', () =>
    inEach(
      5,
      ({ control: { orders } }, orderId, variantId) => {
        orders.refund(orderId, [{ variantId, units: 2, restock: true }]);
        orders.refund(orderId, [{ variantId, units: 1, restock: false }]);
      },
      47,
    ));

  test('a part that staff ship on the platform leaves the rest promised', async () => {
    await inEach(
      4,
      async (shop, orderId, variantId) => {
        shop.control.orders.ship(orderId, [{ variantId, units: 3 }]);
        await orderThat(stage, shop, orderId, ({ status, shipments }) => {
          expect([status, shipments.length]).toEqual(['partially_shipped', 1]);
        });
      },
      46,
    );
  });

  test('an edit of an order takes what was added and gives back what was taken off', async () => {
    const [more, less, added] = [fresh(), fresh(), fresh()];
    const shopify = stage.source;
    const { orders } = shopify.control;
    const ids = [buy(shopify, more, 3), buy(shopify, less, 3)] as const;
    for (const id of ids) await orderThat(stage, shopify, id, () => undefined);
    orders.edit(ids[0], { variantId: more.sourceId, units: 5 });
    orders.edit(ids[1], { variantId: less.sourceId, units: 1 });
    orders.edit(ids[1], { variantId: added.sourceId, units: 2 });
    await expectQuantities(stage, [
      [more, 45],
      [less, 49],
      [added, 48],
    ]);
    orders.edit(ids[0], { variantId: more.sourceId, units: 0 });
    await expectQuantities(stage, [[more, 50]]);
  });

  test('goods that a buyer sends back without a refund are on sale again in both, and their refund changes nothing', async () => {
    const pair = fresh();
    const shopify = stage.source;
    const { orders } = shopify.control;
    const id = buy(shopify, pair, 5);
    orders.ship(id, [{ variantId: pair.sourceId, units: 4 }]);
    present(orders.takeBack, 'returns')(id, [
      { variantId: pair.sourceId, units: 2, restock: true },
      { variantId: pair.sourceId, units: 1, restock: false },
    ]);
    await expectQuantities(stage, [[pair, 47]]);
    orders.refund(id, [{ variantId: pair.sourceId, units: 3, restock: true }]);
    await orderThat(stage, shopify, id, ({ status }) => expect(status).toBe('partially_shipped'));
    await expectQuantities(stage, [[pair, 47]]);
  });

  describe('a shipment that is reported here reaches its platform once', () => {
    test.each([null, 'timeout_after', 'cut_answer', 'server_error'] as const)('with the fault %s', async (kind) => {
      await inEach(
        3,
        async (shop, orderId) => {
          const match = present(shipping[shop.platform], shop.platform);
          const order = await orderThat(stage, shop, orderId, ({ items }) => expect(items).toHaveLength(1));
          const carrier = await carrierOf(order);
          const before = shop.traffic.length;
          if (kind !== null) shop.control.fault({ kind, match, seconds: 0.2 });
          await report(order, carrier, `TRACK-${shop.platform}-${kind}`, 2);
          const shipped = await orderThat(stage, shop, orderId, ({ status, shipments }) => {
            expect(shipments.map(({ state }) => state)).toEqual(['done']);
            expect(status).toBe('partially_shipped');
          });
          expect(shipped.shipments).toMatchObject([{ ours: true, trackingNumber: `TRACK-${shop.platform}-${kind}` }]);
          const calls = () =>
            shop.traffic.slice(before).filter((entry) => `${entry.operation} ${entry.url} ${entry.requestBody}`.includes(match));
          // A call that hangs may be told of before it ends: the order is read beside it.
          if (kind !== null && kind !== 'cut_answer')
            await eventually(`the fault ${kind} at ${shop.platform}`, () =>
              expect(calls().some(({ status }) => status !== 200)).toBe(true),
            );
        },
        47,
      );
      // Anything that would be sent again had its time: see expectQuantities.
      for (const { control } of [first, second]) {
        const ours = control.orders.list().flatMap(({ shipments }) => shipments.filter(({ by }) => by === 'api'));
        const numbers = ours.map(({ trackingNumber }) => trackingNumber);
        expect(numbers.filter((number) => number.endsWith(`-${kind}`))).toHaveLength(1);
        expect(new Set(numbers).size).toBe(numbers.length);
      }
    });

    /** Some platforms know only carriers of their own. */
    async function carrierOf({ id }: ShownOrder): Promise<string> {
      const carriers = await stage.person.get<{ code: string }[]>(`/api/orders/${id}/carriers`);
      return carriers[0]?.code ?? 'UPS';
    }

    async function report(order: ShownOrder, carrier: string, trackingNumber: string, quantity: number): Promise<void> {
      const body = { items: [{ itemId: order.items[0]?.id, quantity }], carrier, trackingNumber, notifyBuyer: false };
      const answer = await stage.person.ask<{ state: string }>('POST', `/api/orders/${order.id}/shipments`, body);
      expect([answer.status, answer.body.state]).toEqual([202, 'unsent']);
    }
  });

  test('an order of a listing that is not linked waits in sight, and counts when the listing is linked', async () => {
    const pair = fresh();
    const variantId = goodIn(stage, second, pair);
    const listings = await stage.person.all<ListingAnswer>('/api/listings');
    const listing = present(
      listings.find((one) => one.platformVariantId === variantId),
      'the listing',
    );
    await stage.person.post(`/api/listings/${listing.id}/unlink`);
    const orderId = buy(second, pair, 4);
    await orderThat(stage, second, orderId, ({ unlinkedCount, items }) => {
      expect([unlinkedCount, items[0]?.parked]).toEqual([1, 'unlinked']);
    });
    expect(goodOf(first, goodIn(stage, first, pair)).quantity).toBe(50);
    await stage.person.post(`/api/listings/${listing.id}/link`, { variantId: pair.variantId });
    await orderThat(stage, second, orderId, ({ unlinkedCount }) => expect(unlinkedCount).toBe(0));
    await expectQuantities(stage, [[pair, 46]]);
  });

  test('an order for more than there is any more is kept, and flagged as oversold', async () => {
    const pair = fresh();
    await stage.stopWorker();
    await stage.person.post('/api/inventory/adjust', { variantId: pair.variantId, counted: 2 });
    const orderId = buy(second, pair, 5);
    stage.startWorker();
    await orderThat(stage, second, orderId, ({ oversold, items }) => {
      expect([oversold, items[0]?.oversoldUnits]).toEqual([true, 3]);
    });
    await eventually(
      'no store sells it any more',
      () => {
        for (const shop of [first, second]) expect(goodOf(shop, goodIn(stage, shop, pair)).quantity).toBe(0);
      },
      waitSeconds,
    );
    await expectBooksTrue(stage);
    second.control.orders.cancel(orderId);
    await orderThat(stage, second, orderId, ({ oversold }) => expect(oversold).toBe(false));
    await expectQuantities(stage, [[pair, 2]]);
  });

  test('a buyer whose name has signs that no database takes is found by the rest of it', async () => {
    const pair = fresh();
    const [variantId, buyer] = [goodIn(stage, second, pair), 'Ánh\u0000 Nguyễn 🎈'];
    const orderId = present(
      second.control.orders.place([{ variantId, units: 1 }], { buyer, note: '\u0000\ud800 🏮' }),
      'an order',
    );
    const order = await orderThat(stage, second, orderId, () => undefined);
    expect(order.buyerName).toContain('Ánh Nguyễn');
    expect(placedOrder(second, orderId).lines).toHaveLength(1);
    await expectQuantities(stage, [[pair, 49]]);
  });

  test('nothing of all this was logged as an error of ours', () => {
    expect(stage.errors).toEqual([]);
  });
}
