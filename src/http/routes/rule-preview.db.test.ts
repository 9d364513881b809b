import { afterAll, beforeAll, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';
import { defaultStoreSettings } from '#stores/stores.ts';

let server: TestServer;
let storeId: string;
beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  storeId = await addStore(hub, owner.organizationId, 'Blue', {
    settings: { ...defaultStoreSettings, remoteLocationId: '' },
  });
  for (const [sku, price, onHand] of [
    ['A', '10.00', 5],
    ['B', '200.00', 1],
    ['C', '0.50', 40],
  ] as const) {
    const { variantIds } = await addProduct(hub, owner.organizationId, {
      title: `Shirt ${sku}`,
      variants: [{ sku, price, onHand }],
    });
    await addListing(
      hub,
      owner.organizationId,
      storeId,
      { productTitle: `Shirt ${sku}`, sku, variantId: variantIds[0] ?? '' },
      { price: { desired: price }, level: { desired: onHand } },
    );
  }
});
afterAll(() => server.close());

const preview = (rules: object, person = server.owner) => person.send('POST', `/api/stores/${storeId}/rules/preview`, rules);
const markup = (percent: number) => ({ steps: [{ kind: 'percent', percent }], rounding: { kind: 'none' } });

test('another organization and strangers learn nothing', async () => {
  expect((await preview({}, server.stranger)).status).toBe(404);
  const { app } = server;
  expect((await app.inject({ method: 'POST', url: `/api/stores/${storeId}/rules/preview`, payload: {} })).statusCode).toBe(401);
});

test('rules as they are change nothing', async () => {
  expect((await preview({})).body).toMatchObject({
    ...{ listings: 3, computed: 3, repriced: 0, recounted: 0, zeroed: 0, largest: [], rates: [] },
    examples: [{ sku: 'A', price: { before: '10.00', after: '10.00' }, quantity: { before: 5, after: 5, moved: false } }, {}, {}],
  });
});

test('a price rule shows each price before and after, and a refused one as nothing sent', async () => {
  const { body } = await preview({ priceRule: markup(10) });
  expect(body).toMatchObject({ repriced: 3, recounted: 0 });
  expect(body.examples.map(({ price }: { price: object }) => price)).toEqual([
    { before: '10.00', after: '11.00', reason: null },
    { before: '200.00', after: '220.00', reason: null },
    { before: '0.50', after: '0.55', reason: null },
  ]);
  const taken = await preview({ priceRule: { steps: [{ kind: 'fixed', amount: '-1' }], rounding: { kind: 'none' } } });
  expect(taken.body.largest[0]).toMatchObject({ sku: 'C', price: { before: '0.50', after: null, reason: 'not_above_zero' } });
});

test('a stock rule counts what it changes and what it brings to 0, the largest change first; nothing is saved', async () => {
  const { body } = await preview({ stockRule: { buffer: 2, percent: 100, cap: null } });
  expect(body).toMatchObject({ repriced: 0, recounted: 3, zeroed: 1 });
  expect(body.largest.map(({ sku, quantity }: { sku: string; quantity: object }) => [sku, quantity])).toEqual([
    ['B', { before: 1, after: 0, moved: true }],
    ['A', { before: 5, after: 3, moved: true }],
    ['C', { before: 40, after: 38, moved: true }],
  ]);
  const { settings } = (await server.owner.get(`/api/stores/${storeId}`)).body;
  expect(settings.stockRule).toEqual(defaultStoreSettings.stockRule);
});

test('a rule that is none is refused with its sentence', async () => {
  expect((await preview({ stockRule: { buffer: -1, percent: 100, cap: null } })).status).toBe(400);
});
