import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';
import { defaultStoreSettings } from '#stores/stores.ts';

let server: TestServer;
let storeId: string;
let listingId: string;
beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  storeId = await addStore(hub, owner.organizationId, 'Blue', { settings: { ...defaultStoreSettings, remoteLocationId: '' } });
  const { variantIds } = await addProduct(hub, owner.organizationId, {
    title: 'Shirt',
    variants: [{ sku: 'A', price: '10.00', onHand: 5 }],
  });
  listingId = await addListing(
    hub,
    owner.organizationId,
    storeId,
    { productTitle: 'Shirt', sku: 'A', variantId: variantIds[0] ?? '' },
    { price: { desired: '10.00' }, level: { desired: 5 } },
  );
});
afterAll(() => server.close());

const plain = { steps: [], rounding: { kind: 'none' } };
const markup = (percent: number) => ({ ...plain, steps: [{ kind: 'percent', percent }] });
const sale = (startsAt: string, endsAt: string, percent = 20) => ({
  name: 'Flash',
  off: { kind: 'percent', percent },
  startsAt,
  endsAt,
});
const put = (rules: object, person = server.owner) => person.send('PUT', '/api/rules', rules);
const preview = (rules: object) => server.owner.send('POST', `/api/stores/${storeId}/rules/preview`, rules);

test('strangers are refused, and another organization has rules of its own', async () => {
  for (const [method, url] of [
    ['GET', '/api/rules'],
    ['PUT', '/api/rules'],
    ['POST', '/api/rules/preview'],
    ['GET', '/api/change-sets/applied'],
    ['GET', `/api/change-sets/${storeId}/undo`],
    ['POST', `/api/change-sets/${storeId}/undo`],
  ] as const)
    expect((await server.app.inject({ method, url, ...(method === 'GET' ? {} : { payload: {} }) })).statusCode).toBe(401);
  expect((await put({ priceRule: markup(50) }, server.stranger)).status).toBe(200);
  expect((await server.owner.get('/api/rules')).body).toEqual({ priceRule: null, stockRule: null });
});

test('the rules of the organization are previewed, saved, followed, listed and undone', async () => {
  const asked = await server.owner.send('POST', '/api/rules/preview', { priceRule: markup(10) });
  expect(asked.body).toMatchObject({
    listings: 1,
    repriced: 1,
    largest: [{ storeId, price: { before: '10.00', after: '11.00' } }],
  });
  expect((await put({ priceRule: markup(10), stockRule: { buffer: 1, percent: 100, cap: null, slowBuffer: 2 } })).body).toEqual({
    priceRule: markup(10),
    stockRule: { buffer: 1, percent: 100, cap: null, slowBuffer: 2 },
  });
  expect((await server.owner.get(`/api/listings/${listingId}/explain`)).body).toMatchObject({
    price: { result: '11.00' },
    quantity: { result: '4' },
    documents: { priceRule: 'organization', stockRule: 'organization' },
  });
  const { items } = (await server.owner.get('/api/change-sets/applied')).body;
  expect(items).toMatchObject([{ cause: 'rules', storeId: null, undoneAt: null, summary: { repriced: 1, recounted: 1 } }]);
  const url = `/api/change-sets/${items[0].id}/undo`;
  expect((await server.stranger.get(url)).status).toBe(404);
  expect((await server.stranger.send('POST', url)).status).toBe(404);
  expect((await server.owner.get(url)).body).toMatchObject({ problem: null, rules: { listings: 1 }, rows: null });
  expect((await server.owner.send('POST', url)).body).toEqual({ status: 'undone' });
  expect((await server.owner.get('/api/rules')).body).toEqual({ priceRule: null, stockRule: null });
  expect((await server.owner.send('POST', url)).body).toMatchObject({ status: 409, code: 'conflict' });
});

test('a sale to come is previewed as of its beginning', async () => {
  const priceRule = { ...plain, sales: [sale('2090-01-01T00:00', '2090-01-02T00:00')] };
  expect((await preview({ priceRule })).body).toMatchObject({ repriced: 0 });
  expect((await preview({ priceRule, duringSale: 0 })).body).toMatchObject({
    repriced: 1,
    largest: [{ price: { after: '8.00' } }],
  });
});

test('a preview says why nothing would be sent', async () => {
  const { body } = await preview({ priceRule: { ...plain, floor: { marginPercent: 10, amount: null } } });
  expect(body.largest).toMatchObject([{ price: { before: '10.00', after: null, reason: 'no_cost' } }]);
});

describe('what makes no rule is refused with its sentence', () => {
  test.each([
    ['a sale that ends before it begins', { sales: [sale('2026-01-02T00:00', '2026-01-01T00:00')] }],
    ['a day that no calendar has', { sales: [sale('2026-02-30T00:00', '2026-03-01T00:00')] }],
    [
      'two sales at once',
      { sales: [sale('2026-01-01T00:00', '2026-01-03T00:00'), sale('2026-01-02T00:00', '2026-01-04T00:00')] },
    ],
    ['a sale of everything', { sales: [sale('2026-01-01T00:00', '2026-01-03T00:00', 100)] }],
    ['a margin of the whole price', { floor: { marginPercent: 100, amount: null } }],
    ['a floor of nothing', { floor: { marginPercent: null, amount: '0.00' } }],
  ])('%s', async (_, part) => {
    const refused = await put({ priceRule: { ...plain, ...part } });
    expect(refused.body).toMatchObject({ status: 400, code: 'invalid_input' });
    expect(refused.body.issues.length).toBeGreaterThan(0);
  });
});

test("a listing's own rules, and a price of its own, are previewed for it alone", async () => {
  const ask = (rules: object) => server.owner.send('POST', `/api/listings/${listingId}/rules/preview`, rules);
  expect((await ask({ priceRule: markup(30), stockRule: { buffer: 4, percent: 100, cap: null } })).body).toMatchObject({
    ...{ listings: 1, repriced: 1, recounted: 1 },
    largest: [{ listingId, price: { after: '13.00' }, quantity: { after: 1 } }],
  });
  expect((await ask({ priceRule: null, priceOverride: '7.5' })).body.largest).toMatchObject([{ price: { after: '7.50' } }]);
  expect((await server.stranger.send('POST', `/api/listings/${listingId}/rules/preview`, {})).status).toBe(404);
});
