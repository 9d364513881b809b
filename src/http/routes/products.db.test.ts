import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
let storeId: string;
let shirt: { productId: string; variantIds: string[] };

const refusal = {
  code: 'price_zero',
  parameters: { price: '0' },
  answer: { message: 'E-17: price invalid' },
  at: '2026-01-01T00:00:00Z',
};

beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  storeId = await addStore(hub, owner.organizationId, 'Blue');
  await addStore(hub, owner.organizationId, 'Empty');
  shirt = await addProduct(hub, owner.organizationId, {
    title: 'Blue Shirt',
    variants: [
      { title: 'S', sku: 'SH-S', price: '10.00', onHand: 7 },
      { title: 'M', sku: 'SH-M', price: '12.50', onHand: 3 },
    ],
  });
  const link = (title: string, variantId: string | undefined, figures: Parameters<typeof addListing>[4]) =>
    addListing(hub, owner.organizationId, storeId, { productTitle: title, variantId: variantId ?? null }, figures);
  await link('Blue Shirt', shirt.variantIds[0], {});
  const hat = await addProduct(hub, owner.organizationId, { title: 'Hat', variants: [{ sku: 'HAT' }] });
  await link('Hat', hat.variantIds[0], { price: { desired: '0.00', remote: '5.00', refusedFor: '0.0', refusal } });
  const scarf = await addProduct(hub, owner.organizationId, {
    title: 'scarf, warm',
    variants: [{ sku: 'SC-1', barcode: '0012345678905' }],
  });
  await link('Scarf', scarf.variantIds[0], { level: { desired: 9, remote: 4, eligible: true, wantedAt: new Date() } });
  await addProduct(hub, owner.organizationId, { title: 'Alone', variants: [{ sku: 'AL' }] });
});
afterAll(() => server.close());

const titles = (answer: { body: { items: { title: string }[] } }) => answer.body.items.map(({ title }) => title);

test('the matrix has one cell per connected store, with the gravest state of its listings', async () => {
  const { body } = await server.owner.get('/api/products?sort=title');
  const states = Object.fromEntries(
    body.items.map((item: { title: string; cells: { state: string }[] }) => [item.title, item.cells.map(({ state }) => state)]),
  );
  expect(states).toEqual({
    Alone: ['not_listed', 'not_listed'],
    'Blue Shirt': ['in_sync', 'not_listed'],
    Hat: ['refused', 'not_listed'],
    'scarf, warm': ['pushing', 'not_listed'],
  });
  const shown = body.items.find((item: { title: string }) => item.title === 'Blue Shirt');
  expect(shown).toMatchObject({
    variantCount: 2,
    available: 10,
    priceRange: { min: '10.00', max: '12.50', currency: 'USD' },
    imageUrl: 'https://img.test/1.png',
    // The requirement's fields beside ours.
    price: '10.00',
    sku: 'SH-S',
    inventory_quantity: 10,
    external_id: null,
  });
});

test('pages neither skip nor repeat a product, in either order', async () => {
  for (const sort of ['title', '-updatedAt']) {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await server.owner.get(`/api/products?sort=${sort}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.status).toBe(200);
      seen.push(...titles(page));
      cursor = page.body.nextCursor;
    }
    expect(seen).toHaveLength(4);
    expect(new Set(seen).size).toBe(4);
  }
});

test('a cursor of another order, or a made-up one, is refused', async () => {
  const { body } = await server.owner.get('/api/products?sort=title&limit=1');
  expect((await server.owner.get(`/api/products?sort=-updatedAt&cursor=${body.nextCursor}`)).body.code).toBe('invalid_input');
  expect((await server.owner.get('/api/products?cursor=zzz')).body.issues).toEqual([
    { path: 'cursor', message: expect.any(String) },
  ]);
});

test('search forgives typing errors, and knows SKUs and barcodes in any form', async () => {
  expect(titles(await server.owner.get('/api/products?q=blue%20shrt'))[0]).toBe('Blue Shirt');
  expect(titles(await server.owner.get('/api/products?q=sh-m'))).toEqual(['Blue Shirt']);
  expect(titles(await server.owner.get('/api/products?q=12345678905'))).toEqual(['scarf, warm']);
  expect(titles(await server.owner.get('/api/products?q=%25'))).toEqual([]);
});

test('filters find what is behind, refused, not linked and in sync', async () => {
  const by = async (query: string) => titles(await server.owner.get(`/api/products?sort=title&${query}`));
  expect(await by('state=behind')).toEqual(['scarf, warm']);
  expect(await by('state=refused')).toEqual(['Hat']);
  expect(await by('state=not_linked')).toEqual(['Alone']);
  expect(await by('state=in_sync')).toEqual(['Blue Shirt']);
  expect(await by(`storeId=${storeId}`)).toEqual(['Blue Shirt', 'Hat', 'scarf, warm']);
  expect(await by(`storeId=${newId()}`)).toEqual([]);
  expect(await by('status=archived')).toEqual([]);
});

test('a product shows each variant on each store, and what the platform said about a refusal', async () => {
  const { body } = await server.owner.get(`/api/products/${shirt.productId}`);
  expect(body.variants.map((v: { sku: string; available: number }) => [v.sku, v.available])).toEqual([
    ['SH-S', 7],
    ['SH-M', 3],
  ]);
  expect(body.variants[0].cells.map((cell: { state: string }) => cell.state)).toEqual(['in_sync', 'not_listed']);
  // Its sibling is on this store, it is not.
  expect(body.variants[1].cells.map((cell: { state: string }) => cell.state)).toEqual(['not_linked', 'not_listed']);
  const hat = (await server.owner.get('/api/products?q=hat')).body.items[0].id;
  const detail = await server.owner.get(`/api/products/${hat}`);
  expect(detail.body.variants[0].cells[0].refusal).toEqual({
    sentence: 'Corner Shop refused the price 0: it must be above 0.',
    platformMessage: 'E-17: price invalid',
  });
});

test('a price written the American or European way is refused with what was probably meant', async () => {
  const url = `/api/variants/${shirt.variantIds[0]}`;
  const answer = await server.owner.send('PATCH', url, { price: '1,299.00' });
  expect(answer.status).toBe(400);
  expect(answer.body.issues).toEqual([{ path: 'price', message: expect.stringContaining('did you mean 1299.00?') }]);
  expect((await server.owner.send('PATCH', url, { price: '0' })).status).toBe(400);
  expect((await server.owner.send('PATCH', url, { price: '1'.repeat(16) })).status).toBe(400);
  expect((await server.owner.send('PATCH', url, { colour: 'red' })).body.detail).toContain('colour');
});

test('a changed price is on the way to the store, and the store is woken', async () => {
  server.woken.length = 0;
  const answer = await server.owner.send('PATCH', `/api/variants/${shirt.variantIds[0]}`, { price: '11.00' });
  expect(answer.status).toBe(200);
  expect(answer.body.price).toBe('11.00');
  expect(answer.body.cells[0].price).toMatchObject({ desired: '11.00', remote: '10.00', state: 'pushing' });
  expect(server.woken).toEqual([storeId]);
});

test('"sync now" counts the listings that it asks for', async () => {
  const answer = await server.owner.send('POST', `/api/products/${shirt.productId}/sync`);
  expect([answer.status, answer.body]).toEqual([202, { queued: 1 }]);
});
