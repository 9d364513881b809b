import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { cornerShop } from '#http/test-connector.ts';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { ask, startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
let dress: { productId: string; variantIds: string[] };

beforeAll(async () => {
  server = await startTestServer();
  Object.assign(server.hub.connectors, {
    tiktok_shop: { ...cornerShop, manifest: { ...cornerShop.manifest, id: 'tiktok_shop', name: 'TikTok Shop' } },
  });
  const { hub, owner } = server;
  dress = await addProduct(hub, owner.organizationId, {
    title: 'Dress',
    variants: [
      { sku: 'DR-S', optionValues: ['S'], onHand: 5 },
      { sku: 'DR-M', optionValues: ['M'], onHand: 2 },
    ],
  });
  const storeId = await addStore(hub, owner.organizationId, 'Tik', { platform: 'tiktok_shop', platformStoreId: 'tik-1' });
  const add = (platformVariantId: string, options: { name: string; value: string }[], sku = '') =>
    addListing(hub, owner.organizationId, storeId, {
      productTitle: 'Summer dress',
      platformProductId: '1729',
      platformVariantId,
      options,
      sku,
    });
  await add('a', [{ name: 'Size', value: 's' }]);
  await add('b', [{ name: 'Size', value: 'XXL' }], 'dr-m');
});
afterAll(() => server.close());

test('an integration is connected by address and token, and listed in the requirement’s own fields', async () => {
  const made = await server.owner.send('POST', '/api/integrations', {
    platform: 'corner_shop',
    shop_url: 'https://navy.corner.test/admin',
    access_token: 'sesame-token',
  });
  expect(made.status).toBe(201);
  expect(made.body).toEqual({
    id: expect.any(String),
    platform: 'corner_shop',
    shop_url: 'navy.corner.test',
    is_active: true,
    last_sync_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
  const listed = await server.owner.get('/api/integrations');
  expect(listed.body.items.map((item: { platform: string }) => item.platform).sort()).toEqual(['corner_shop', 'tiktok_shop']);
  expect(listed.text).not.toContain('sesame-token');
  expect(
    (await server.owner.send('POST', '/api/integrations', { platform: 'nowhere', shop_url: 'x', access_token: 'y' })).body.issues,
  ).toEqual([{ path: 'platform', message: 'Unknown platform.' }]);
});

test('products of a platform are pulled, of one integration or of all', async () => {
  const all = await server.owner.send('POST', '/api/integrations/corner_shop/products');
  expect([all.status, all.body.jobs]).toMatchObject([202, [{ jobType: 'pull', status: 'queued' }]]);
  expect((await server.owner.send('POST', '/api/integrations/corner_shop/products', { integration_id: newId() })).status).toBe(
    404,
  );
  expect((await server.owner.send('POST', '/api/integrations/nowhere/products', {})).status).toBe(404);
});

test('a product link joins each listing to the variant that it is, by SKU and by options, with its switches', async () => {
  const made = await server.owner.send('POST', '/api/product-links', {
    shopify_product_id: dress.productId,
    tiktok_product_id: '1729',
    sync_price: false,
  });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    shopify_product_id: dress.productId,
    tiktok_product_id: '1729',
    tiktok_product_title: 'Summer dress',
    sync_price: false,
    sync_inventory: true,
    error_message: null,
  });
  const linked = (await server.owner.get('/api/listings?status=linked')).body.items;
  expect(
    Object.fromEntries(
      linked.map((item: { platformVariantId: string; variant: { sku: string } }) => [item.platformVariantId, item.variant.sku]),
    ),
  ).toEqual({ a: 'DR-S', b: 'DR-M' });
  const listed = (await server.owner.get('/api/product-links')).body.items;
  expect(listed).toEqual([expect.objectContaining({ id: made.body.id, sync_status: 'pending' })]);
});

test('a link is synced now by its id; that of nobody or of another organization is not found', async () => {
  const [link] = (await server.owner.get('/api/product-links')).body.items;
  server.woken.length = 0;
  expect((await server.owner.send('POST', `/api/product-links/${link.id}/sync`)).status).toBe(202);
  expect(server.woken.length).toBeGreaterThan(0);
  expect((await server.stranger.send('POST', `/api/product-links/${link.id}/sync`)).status).toBe(404);
});

test('a product that is not there, on either side, is not found', async () => {
  const link = (body: object) => server.owner.send('POST', '/api/product-links', body);
  expect((await link({ shopify_product_id: newId(), tiktok_product_id: '1729' })).status).toBe(404);
  expect((await link({ shopify_product_id: dress.productId, tiktok_product_id: 'none' })).status).toBe(404);
  expect((await link({ shopify_product_id: 'x', tiktok_product_id: '' })).body.issues.length).toBe(2);
});

test('the timer’s address needs its secret, and syncs every active store', async () => {
  const cron = (authorization?: string) =>
    ask(server.app, 'GET', '/api/cron/sync-products', authorization === undefined ? {} : { authorization });
  for (const wrong of [undefined, 'Bearer', 'Bearer wrong', 'cron-secret-of-tests']) {
    expect([wrong, (await cron(wrong)).status]).toEqual([wrong, 401]);
  }
  expect((await cron('Bearer cron-secret-of-tests')).body).toEqual({ success: true, queued: 2 });
});

test('without a secret of its own the timer’s address is closed', async () => {
  const other = await startTestServer({ environment: { CRON_SECRET: '' } });
  expect((await ask(other.app, 'GET', '/api/cron/sync-products', { authorization: 'Bearer ' })).status).toBe(401);
  await other.close();
});

test('products answer in both shapes', async () => {
  const [product] = (await server.owner.get('/api/products?q=dress')).body.items;
  expect(product).toMatchObject({
    title: 'Dress',
    variantCount: 2,
    sku: 'DR-S',
    inventory_quantity: 7,
    price: '10.00',
    currency: 'USD',
    status: 'active',
    image_url: product.imageUrl,
  });
});
