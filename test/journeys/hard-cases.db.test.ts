/** What goes wrong between us and a platform, over real HTTP: afterwards the book and both stores agree, within a bound. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { PracticeFault } from '#connectors/practice.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { goodOf } from '#test/journeys/filled-shops.ts';
import { change, expectAgreement, type LinkedStores, linkStores, type Pair, startQuantity } from '#test/journeys/linked-pair.ts';
import { type Stage, type StageShop, startStage, timeScale } from '#test/journeys/stage.ts';

// Every wait has a bound of its own; this one is for a machine that is busy with other tests.
/** Names of the writes of price and quantity, as each practice store matches faults. */
const writes: Readonly<Record<string, { price: string; quantity: string }>> = {
  shopify: { price: 'productVariantsBulkUpdate', quantity: 'inventorySetQuantities' },
  tiktok_shop: { price: 'prices/update', quantity: 'inventory/update' },
};

/** Seconds of a fault: one store takes them as they are, the other scales all its waits. */
const faultSeconds = (shop: StageShop, seconds: number): number =>
  shop.platform === 'tiktok_shop' ? seconds / timeScale : seconds;

let stage: Stage;
let stores: LinkedStores;
let next = 0;

beforeAll(async () => {
  stage = await startStage();
  stores = await linkStores(stage, 24);
});

afterEach(() => {
  for (const { control } of [stage.source, stage.other]) control.clearFaults();
});

afterAll(() => stage?.close());

/** Goods that no test has touched yet. */
const fresh = (): Pair => present(stores.pairs[next++], 'another pair');

const shops = (): StageShop[] => [stage.source, stage.other];

function trafficOf(shop: StageShop, from: number, kind: 'price' | 'quantity') {
  const name = writes[shop.platform]?.[kind] ?? '';
  return shop.traffic
    .slice(from)
    .filter((entry) => entry.direction === 'api' && `${entry.operation} ${entry.url} ${entry.requestBody}`.includes(name));
}

describe('a write that the platform spoils arrives all the same, of price and of quantity, at either store', () => {
  const kinds = ['timeout_before', 'timeout_after', 'apply_late', 'cut_answer', 'server_error', 'throttle'] as const;

  test.each(kinds)('%s', async (kind) => {
    const pair = fresh();
    const before = shops().map((shop) => shop.traffic.length);
    for (const shop of shops()) {
      for (const match of Object.values(present(writes[shop.platform], shop.platform))) {
        const seconds = kind === 'throttle' ? {} : { seconds: faultSeconds(shop, kind === 'apply_late' ? 0.6 : 0.1) };
        shop.control.fault({ kind, match, ...seconds });
      }
    }
    await change(stage, pair, { price: '31.50', quantity: 17 });
    await expectAgreement(stage, [pair], [{ price: '31.50', quantity: 17 }]);
    for (const [at, shop] of shops().entries()) {
      for (const what of ['price', 'quantity'] as const) {
        const answers = trafficOf(shop, before[at] ?? 0, what);
        const spoiled = answers.filter(({ status, responseBody }) => status !== 200 || /THROTTLED|36009002/.test(responseBody));
        const happened = kind === 'cut_answer' ? answers.length : spoiled.length;
        expect(happened, `the fault on the ${what} at ${shop.platform}`).toBeGreaterThan(0);
      }
    }
  });

  test('a write that is applied late never outlasts a newer one', async () => {
    const pair = fresh();
    for (const shop of shops()) {
      const { price, quantity } = present(writes[shop.platform], shop.platform);
      for (const match of [price, quantity]) {
        shop.control.fault({ kind: 'apply_late', match, seconds: faultSeconds(shop, 0.7) });
      }
    }
    await change(stage, pair, { price: '91.00', quantity: 91 });
    await sleep(150);
    await change(stage, pair, { price: '12.00', quantity: 12 });
    await expectAgreement(stage, [pair], [{ price: '12.00', quantity: 12 }]);
  });

  test('a store that does not answer at all is left in peace, and is brought up to date when it is back', async () => {
    const pair = fresh();
    const outage: PracticeFault = { kind: 'server_error', times: Number.POSITIVE_INFINITY };
    stage.other.control.fault(outage);
    const before = stage.other.control.counters().requests;
    await change(stage, pair, { price: '44.00', quantity: 8 });
    await sleep(2500);
    const tried = stage.other.control.counters().requests - before;
    expect(tried).toBeGreaterThan(0);
    expect(tried, 'requests into an outage of 2.5 s').toBeLessThan(15);
    expect(goodOf(stage.source, pair.sourceId)).toMatchObject({ price: '44.00', quantity: 8 });
    stage.other.control.clearFaults();
    await expectAgreement(stage, [pair], [{ price: '44.00', quantity: 8 }], 20);
  });
});

describe('a sale on a platform while our push to it is under way', () => {
  test('on the source store: no unit is lost or counted twice, wherever in the push the buyer comes', async () => {
    const pair = fresh();
    let expected = startQuantity;
    for (const waitMs of [0, 5, 10, 20, 40, 80, 160]) {
      stage.source.control.fault({ kind: 'slow', match: 'inventorySetQuantities', seconds: 0.06 });
      await stage.person.post('/api/inventory/adjust', { variantId: pair.variantId, delta: 5 });
      await sleep(waitMs);
      expect(stage.source.control.sell(pair.sourceId, 2)).toBe(true);
      expected += 3;
    }
    stage.source.control.clearFaults();
    await expectAgreement(stage, [pair], [{ price: '20.00', quantity: expected }]);
  });

  test('on the source store, with the answer of the push lost as well', async () => {
    const pair = fresh();
    stage.source.control.fault({ kind: 'timeout_after', match: 'inventorySetQuantities', times: 3, seconds: 0.2 });
    await stage.person.post('/api/inventory/adjust', { variantId: pair.variantId, delta: 7 });
    await eventually('the push was applied', () => {
      expect(goodOf(stage.source, pair.sourceId).quantity).toBe(startQuantity + 7);
    });
    expect(stage.source.control.sell(pair.sourceId, 4)).toBe(true);
    await expectAgreement(stage, [pair], [{ price: '20.00', quantity: startQuantity + 3 }]);
  });

  test('on the other store: its order is counted once, and both stores follow', async () => {
    const pair = fresh();
    stage.other.control.fault({ kind: 'slow', match: 'inventory/update', seconds: faultSeconds(stage.other, 0.2) });
    await change(stage, pair, { quantity: 30 });
    await eventually('the push was applied', () => expect(goodOf(stage.other, pair.otherId).quantity).toBe(30));
    expect(stage.other.control.sell(pair.otherId, 3)).toBe(true);
    await expectAgreement(stage, [pair], [{ price: '20.00', quantity: 27 }]);
  });
});

describe('webhooks', () => {
  test('a duplicate is told once', async () => {
    const pair = fresh();
    stage.source.control.fault({ kind: 'webhook_duplicate', times: 6 });
    stage.source.control.edit(pair.sourceId, { price: '23.00', quantity: 71 });
    await expectAgreement(stage, [pair], [{ price: '23.00', quantity: 71 }]);
  });

  test('a late one finds the newer state, not the one it was sent about', async () => {
    const pair = fresh();
    stage.source.control.fault({ kind: 'webhook_late', times: 4, seconds: 0.8 });
    stage.source.control.edit(pair.sourceId, { price: '24.00', quantity: 72 });
    await sleep(100);
    stage.source.control.edit(pair.sourceId, { price: '25.00', quantity: 73 });
    await expectAgreement(stage, [pair], [{ price: '25.00', quantity: 73 }]);
  });

  test('what a lost one would have told is found by "sync now", a count as well as a price', async () => {
    const pair = fresh();
    stage.source.control.fault({ kind: 'webhook_lost', times: Number.POSITIVE_INFINITY });
    stage.source.control.edit(pair.sourceId, { price: '26.00', quantity: 74 });
    await sleep(500);
    expect(goodOf(stage.other, pair.otherId)).toMatchObject({ price: '20.00', quantity: startQuantity });
    await stage.person.post(`/api/stores/${stores.sourceStoreId}/sync`);
    await expectAgreement(stage, [pair], [{ price: '26.00', quantity: 74 }]);
  });

  test('what a lost one would have told is found by itself when the store is next polled', async () => {
    const pair = fresh();
    stage.source.control.fault({ kind: 'webhook_lost', times: Number.POSITIVE_INFINITY });
    stage.source.control.edit(pair.sourceId, { price: '27.00' });
    await sleep(300);
    expect(goodOf(stage.other, pair.otherId).price).toBe('20.00');
    stage.advance(301);
    await expectAgreement(stage, [pair], [{ price: '27.00', quantity: startQuantity }]);
  });

  test('one with a false signature is refused, and changes nothing', async () => {
    const headers = { 'content-type': 'application/json', 'x-shopify-hmac-sha256': 'AAAA', 'x-shopify-topic': 'products/update' };
    const answer = await fetch(`${stage.origin}/webhooks/${stage.source.platform}`, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(401);
    await expectAgreement(stage, stores.pairs);
  });
});

describe('access that ends', () => {
  test('a token that stops working in the middle is renewed by itself, and nothing is lost', async () => {
    const pair = fresh();
    for (const { control } of shops()) control.fault({ kind: 'expire_token' });
    await change(stage, pair, { price: '51.00', quantity: 21 });
    await expectAgreement(stage, [pair], [{ price: '51.00', quantity: 21 }]);
  });

  test('tokens whose time is over are renewed ahead of their end', async () => {
    const pair = fresh();
    const before = shops().map((shop) => shop.traffic.length);
    stage.advance(8 * 86_400);
    await change(stage, pair, { price: '52.00', quantity: 22 });
    await expectAgreement(stage, [pair], [{ price: '52.00', quantity: 22 }]);
    for (const [at, shop] of shops().entries()) {
      const renewals = shop.traffic
        .slice(before[at])
        .filter(({ operation, url }) => /access_token|token\/refresh/.test(`${operation} ${url}`));
      expect(renewals.length, `renewals at ${shop.platform}`).toBeGreaterThan(0);
    }
  });
});

test('nothing of all this was logged as an error of ours', () => {
  expect(stage.errors).toEqual([]);
});
