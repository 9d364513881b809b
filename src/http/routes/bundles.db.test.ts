import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
let set = { productId: '', variantId: '' };
let listingId: string;
let cup: string;
let pot: string;
let uncounted: string;

beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  const add = (title: string, sku: string, onHand?: number) =>
    addProduct(hub, owner.organizationId, { title, variants: [{ sku, ...(onHand === undefined ? {} : { onHand }) }] });
  cup = (await add('Tea Cup', 'CUP', 9)).variantIds[0] ?? '';
  pot = (await add('Tea Pot', 'POT', 5)).variantIds[0] ?? '';
  uncounted = (await add('Tea Lid', 'LID')).variantIds[0] ?? '';
  const made = await add('Tea Set', 'SET', 1);
  set = { productId: made.productId, variantId: made.variantIds[0] ?? '' };
  const shop = await addStore(hub, owner.organizationId, 'Green');
  listingId = await addListing(
    hub,
    owner.organizationId,
    shop,
    { productTitle: 'Tea Set', variantId: set.variantId },
    { level: { desired: 1, remote: 1 } },
  );
});
afterAll(() => server.close());

const makeOf = (components: { variantId: string; units: number }[]) =>
  server.owner.send('PUT', `/api/variants/${set.variantId}/components`, { components });
const send = (url: string, body: unknown) => server.owner.send('POST', url, body);
const inProduct = async () => {
  const { body } = await server.owner.get(`/api/products/${set.productId}`);
  const { isBundle, available, onHand } = body.variants[0];
  return { bundleCount: body.bundleCount, ofProduct: body.available, isBundle, available, onHand };
};

beforeEach(async () => {
  expect(
    (
      await makeOf([
        { variantId: cup, units: 2 },
        { variantId: pot, units: 1 },
      ])
    ).status,
  ).toBe(200);
});

describe('a bundle', () => {
  test('says what it is made of, how many there are of each, and how many can be sold', async () => {
    const { body } = await server.owner.get(`/api/variants/${set.variantId}/components`);
    expect(body).toMatchObject({
      available: 4,
      components: [
        { variantId: cup, sku: 'CUP', title: 'Tea Cup', units: 2, available: 9 },
        { variantId: pot, sku: 'POT', title: 'Tea Pot', units: 1, available: 5 },
      ],
    });
  });

  test('is known as one in its product and in the list, with what can be sold instead of its own count', async () => {
    expect(await inProduct()).toEqual({ bundleCount: 1, ofProduct: 4, isBundle: true, available: 4, onHand: 1 });
    const { body } = await server.owner.get('/api/products?limit=200');
    const listed = body.items.map((item: Record<string, unknown>) => [item.title, item.bundleCount, item.available]);
    expect(listed).toContainEqual(['Tea Set', 1, 4]);
    expect(listed).toContainEqual(['Tea Cup', 0, 9]);
  });

  test('is there as rarely as its scarcest component, and not at all while one is oversold or not counted', async () => {
    await send('/api/inventory/adjust', { variantId: pot, counted: 2 });
    expect(await inProduct()).toMatchObject({ available: 2 });
    await send('/api/inventory/adjust', { variantId: pot, counted: 5 });
    const { body } = await makeOf([
      { variantId: cup, units: 1 },
      { variantId: uncounted, units: 1 },
    ]);
    expect(body.available).toBe(0);
    expect(body.components).toContainEqual(expect.objectContaining({ variantId: uncounted, available: null }));
    expect(await inProduct()).toMatchObject({ available: 0, ofProduct: 0 });
  });

  test('is named by what it is made of, and by nothing else', async () => {
    const { body } = await server.owner.get(`/api/variants/${cup}/bundles`);
    expect(body.items).toEqual([
      {
        variantId: set.variantId,
        units: 2,
        productId: set.productId,
        title: 'Tea Set',
        variantTitle: '',
        sku: 'SET',
        available: 4,
      },
    ]);
    expect((await server.owner.get(`/api/variants/${set.variantId}/bundles`)).body.items).toEqual([]);
  });

  test("says of each component's step where its stock is found", async () => {
    const { body } = await server.owner.get(`/api/listings/${listingId}/explain`);
    expect(body.quantity.steps).toContainEqual({
      code: 'component',
      amount: '4',
      parameters: { variantId: cup, title: 'Tea Cup', sku: 'CUP', units: 2, available: 9 },
    });
  });

  test('counts as it did before once it is made of nothing', async () => {
    expect((await makeOf([])).body).toEqual({ available: null, components: [] });
    expect(await inProduct()).toEqual({ bundleCount: 0, ofProduct: 1, isBundle: false, available: 1, onHand: 1 });
    expect((await send('/api/inventory/adjust', { variantId: set.variantId, delta: 0 })).status).toBe(200);
  });
});

describe('the count of a bundle', () => {
  const lines = (figure: object) => ({
    lines: [
      { variantId: cup, ...figure },
      { variantId: set.variantId, ...figure },
    ],
  });
  const acts = [
    ['adjusted', '/api/inventory/adjust', () => ({ variantId: set.variantId, counted: 3 }), 'variantId'],
    ['received', '/api/inventory/receipts', () => lines({ units: 3 }), 'lines.1'],
    ['taken by a stocktake', '/api/inventory/stocktakes', () => ({ ...lines({ counted: 3 }), apply: true }), 'lines.1'],
    ['shown by a stocktake', '/api/inventory/stocktakes', () => lines({ counted: 3 }), 'lines.1'],
  ] as const;

  test.each(acts)('is not %s: the refusal names what to count instead, and nothing is changed', async (_how, url, body, path) => {
    const { status, body: answer } = await send(url, body());
    expect([status, answer.code]).toEqual([400, 'invalid_input']);
    expect(answer.detail).toMatch(/SET is a bundle.*Count CUP, POT instead\./);
    expect(answer.issues).toEqual([{ path, message: 'It is a bundle. Count what it is made of: CUP, POT.' }]);
    expect(await inProduct()).toMatchObject({ available: 4, onHand: 1 });
  });

  test('stands neither in the list of stock nor on a sheet to count by', async () => {
    const { body } = await server.owner.get('/api/inventory?limit=200');
    const skus = body.items.map((item: { sku: string }) => item.sku);
    expect(skus).toContain('CUP');
    expect(skus).not.toContain('SET');
    const { text: sheet } = await server.owner.get('/api/inventory/export.csv?sheet=true');
    expect(sheet).toContain('CUP');
    expect(sheet).not.toContain('SET');
  });

  test('that was received before can still be taken back', async () => {
    await makeOf([]);
    const { body: receipt } = await send('/api/inventory/receipts', { lines: [{ variantId: set.variantId, units: 6 }] });
    await makeOf([{ variantId: cup, units: 2 }]);
    expect((await send(`/api/inventory/documents/${receipt.documentId}/undo`, {})).status).toBe(200);
    expect(await inProduct()).toMatchObject({ onHand: 1, available: 4 });
  });
});

describe('who may', () => {
  test("another organization's variants are not there", async () => {
    const { stranger } = server;
    const components = [{ variantId: cup, units: 1 }];
    const answers = await Promise.all([
      stranger.get(`/api/variants/${set.variantId}/components`),
      stranger.get(`/api/variants/${cup}/bundles`),
      stranger.send('PUT', `/api/variants/${set.variantId}/components`, { components }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  test('one that is made of itself, or of no whole number of units, is refused with the place', async () => {
    const itself = await makeOf([{ variantId: set.variantId, units: 1 }]);
    expect([itself.status, itself.body.code]).toEqual([400, 'invalid_input']);
    const none = await makeOf([{ variantId: cup, units: 0 }]);
    expect(none.body.issues[0].path).toBe('components.0.units');
    expect(await inProduct()).toMatchObject({ available: 4 });
  });
});
