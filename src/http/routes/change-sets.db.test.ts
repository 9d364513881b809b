import { sql } from 'drizzle-orm';
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
    settings: { ...defaultStoreSettings, remoteLocationId: '', brakeListings: 2 },
  });
  for (const sku of ['A', 'B', 'C']) {
    const { variantIds } = await addProduct(hub, owner.organizationId, {
      title: `Shirt ${sku}`,
      variants: [{ sku, price: '10.00', onHand: 5 }],
    });
    await addListing(hub, owner.organizationId, storeId, { productTitle: `Shirt ${sku}`, variantId: variantIds[0] ?? '' });
  }
});
afterAll(() => server.close());

const rulesVersion = async () =>
  ((await server.owner.get(`/api/stores/${storeId}`)).body.settings.stockRule?.buffer ?? 0) as number;
const patchBuffer = (buffer: number) =>
  server.owner.send('PATCH', `/api/stores/${storeId}`, { settings: { stockRule: { buffer, percent: 100, cap: null } } });

test('a rule that touches more listings than the brake allows changes nothing until it is approved, once', async () => {
  const held = await patchBuffer(5);
  expect(held.body).toMatchObject({ status: 409, code: 'brake_pending' });
  expect(held.body.detail).toContain('3 quantities on Blue (3 of them to 0)');
  expect(await rulesVersion()).toBe(0);
  const waiting = await server.owner.get('/api/change-sets');
  expect(waiting.body.items).toMatchObject([
    { storeId, cause: 'rules', summary: { listings: 3, recounted: 3, zeroed: 3, repriced: 0 } },
  ]);
  const { id } = waiting.body.items[0];
  expect((await server.stranger.send('POST', `/api/change-sets/${id}/approve`)).status).toBe(404);
  expect((await server.owner.send('POST', `/api/change-sets/${id}/approve`)).body).toEqual({ status: 'approved' });
  expect(await rulesVersion()).toBe(5);
  expect((await server.owner.send('POST', `/api/change-sets/${id}/discard`)).body).toMatchObject({
    status: 409,
    code: 'conflict',
  });
  expect((await server.owner.get('/api/change-sets')).body.items).toEqual([]);
});

test('a discarded change leaves the rules as they were', async () => {
  expect((await patchBuffer(1)).body.code).toBe('brake_pending');
  const waiting = await server.owner.get('/api/change-sets');
  const { id } = waiting.body.items[0];
  expect((await server.owner.send('POST', `/api/change-sets/${id}/discard`)).body).toEqual({ status: 'discarded' });
  expect(await rulesVersion()).toBe(5);
});

test('a stated rate makes the stores of that currency recompute, and is refused when it is not above 0', async () => {
  const versionOf = async () => {
    const found = await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
      tx.execute<{ version: number }>(sql`select rules_version as version from stores where id = ${storeId}`),
    );
    return found.rows[0]?.version ?? 0;
  };
  const before = await versionOf();
  expect((await server.owner.send('PUT', '/api/exchange-rates', { base: 'EUR', quote: 'USD', rate: '0' })).status).toBe(400);
  expect(
    (await server.owner.send('PUT', '/api/exchange-rates', { base: 'EUR', quote: 'USD', rate: '1.08' })).body.items,
  ).toMatchObject([{ base: 'EUR', quote: 'USD', rate: '1.08' }]);
  expect(await versionOf()).toBe(before + 1);
  expect(server.woken.some((key) => key.includes(storeId))).toBe(true);
});

test('what a rate, or closing a location, would do is shown to members alone, held over the brake, and told with its name', async () => {
  const { hub, owner } = server;
  const euros = await addStore(hub, owner.organizationId, 'Euro', {
    currency: 'EUR',
    settings: { ...defaultStoreSettings, remoteLocationId: '', brakeListings: 1 },
  });
  for (const sku of ['D', 'E']) {
    const { variantIds } = await addProduct(hub, owner.organizationId, {
      title: `Shirt ${sku}`,
      variants: [{ sku, price: '10.00', onHand: 5 }],
    });
    const listing = { productTitle: `Shirt ${sku}`, variantId: variantIds[0] ?? '' };
    await addListing(hub, owner.organizationId, euros, listing, {
      price: { currency: 'EUR', desired: null },
      level: { desired: 5 },
    });
  }
  const rate = { base: 'USD', quote: 'EUR', rate: '0.92' };
  const asked = await owner.send('POST', '/api/exchange-rates/preview', rate);
  expect(asked.body).toMatchObject({
    listings: 2,
    repriced: 2,
    recounted: 0,
    largest: [{ price: { before: null, after: '9.20' } }, {}],
  });
  expect((await owner.send('POST', '/api/exchange-rates/preview', { ...rate, rate: '0' })).status).toBe(400);
  expect((await server.stranger.send('POST', '/api/exchange-rates/preview', rate)).body).toMatchObject({ listings: 0 });
  const held = await owner.send('PUT', '/api/exchange-rates', rate);
  expect(held.body).toMatchObject({ status: 409, code: 'brake_pending' });
  expect(held.body.detail).toContain('The rate 1 USD = 0.92 EUR would change 2 prices');
  expect((await owner.get('/api/change-sets')).body.items).toMatchObject([{ storeId: null, cause: 'rate', change: { rate } }]);

  const barn = (await owner.send('POST', '/api/locations', { name: 'Barn' })).body.id;
  const preview = (who: typeof owner) => who.send('POST', `/api/locations/${barn}/preview`, { isActive: false });
  expect((await preview(owner)).body).toMatchObject({ listings: 5 });
  expect((await preview(server.stranger)).status).toBe(404);
  for (const url of ['/api/exchange-rates/preview', `/api/locations/${barn}/preview`])
    expect((await server.app.inject({ method: 'POST', url, payload: {} })).statusCode).toBe(401);
  const fed = await owner.send('POST', `/api/stores/${euros}/rules/preview`, { locationIds: [barn] });
  expect(fed.body).toMatchObject({ listings: 2, recounted: 2 });
});
