import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const change = (patch: object, person = server.owner) => person.send('PATCH', '/api/organization', patch);

test('an admin changes name and time zone, of the own organization alone; a member does not', async () => {
  const before = (await server.stranger.get('/api/me')).body.organization;
  const answer = await change({ name: 'Blue Lantern', timezone: 'Asia/Ho_Chi_Minh' });
  expect(answer.body).toMatchObject({ name: 'Blue Lantern', timezone: 'Asia/Ho_Chi_Minh' });
  expect((await server.owner.get('/api/me')).body.organization).toEqual(answer.body);
  expect((await server.stranger.get('/api/me')).body.organization).toEqual(before);
  const member = await server.addPerson(server.owner.organizationId, 'member');
  expect((await change({ name: 'Mine' }, member)).status).toBe(403);
});

test('a time zone that is none, an empty name and the currency are refused', async () => {
  for (const patch of [{ timezone: 'Mars/Olympus' }, { name: '  ' }, { currency: 'VND' }])
    expect((await change(patch)).status).toBe(400);
});

test('the first steps are ticked by what happened, not before', async () => {
  const { hub, owner } = server;
  const steps = async () => (await owner.get('/api/first-steps')).body;
  expect(await steps()).toEqual({ storeConnected: false, linkConfirmed: false, priceChanged: false });
  const first = await addStore(hub, owner.organizationId, 'First');
  const { variantIds } = await addProduct(hub, owner.organizationId, {
    title: 'Shirt',
    variants: [{ sku: 'S', price: '10.00' }],
  });
  const variantId = variantIds[0] ?? '';
  await addListing(hub, owner.organizationId, first, { productTitle: 'Shirt', variantId, linkedBy: 'origin' });
  // What the first store sells is taken over with its links: nobody has confirmed any.
  expect(await steps()).toEqual({ storeConnected: true, linkConfirmed: false, priceChanged: false });
  const second = await addStore(hub, owner.organizationId, 'Second');
  const listingId = await addListing(hub, owner.organizationId, second, { productTitle: 'Shirt' });
  expect((await owner.send('POST', `/api/listings/${listingId}/link`, { variantId })).status).toBe(200);
  await owner.send('PATCH', `/api/variants/${variantId}`, { barcode: '123' });
  expect(await steps()).toEqual({ storeConnected: true, linkConfirmed: true, priceChanged: false });
  await owner.send('PATCH', `/api/variants/${variantId}`, { price: '11.00' });
  expect(await steps()).toEqual({ storeConnected: true, linkConfirmed: true, priceChanged: true });
  await hub.db.inOrganization(owner.organizationId, (tx) => tx.execute(sql`update stores set status = 'disconnected'`));
  expect((await steps()).storeConnected).toBe(false);
});

test('why a listing shows its figures names the documents, and whose rules apply', async () => {
  const { hub, owner } = server;
  const storeId = await addStore(hub, owner.organizationId, 'Third');
  const { productId, variantIds } = await addProduct(hub, owner.organizationId, {
    title: 'Hat',
    variants: [{ sku: 'H', price: '5.00', onHand: 3 }],
  });
  const listingId = await addListing(hub, owner.organizationId, storeId, {
    productTitle: 'Hat',
    variantId: variantIds[0] ?? '',
    settings: { stockRule: { buffer: 1, percent: 100, cap: null } },
  });
  const { body } = await owner.get(`/api/listings/${listingId}/explain`);
  expect(body.documents).toEqual({ storeId, productId, variantId: variantIds[0], priceRule: 'store', stockRule: 'listing' });
  expect((await server.stranger.get(`/api/listings/${listingId}/explain`)).status).toBe(404);
});

test('lists come in the order that is asked for, page by page, and a search forgives two letters in each other’s place', async () => {
  const { owner, hub } = server;
  const { organizationId } = owner;
  for (const [title, onHand] of [
    ['Amber Vase', 7],
    ['Zinc Bucket', 1],
  ] as const)
    await addProduct(hub, organizationId, { title, variants: [{ sku: title, price: '1.00', onHand }] });
  const walk = async (path: string): Promise<{ productTitle: string; available: number }[]> => {
    const items = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await owner.get(`${path}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      items.push(...body.items);
      cursor = body.nextCursor;
    }
    return items;
  };
  const titles = (await walk('/api/inventory?sort=title')).map(({ productTitle }) => productTitle);
  expect(titles).toEqual(titles.toSorted());
  expect(titles).toContain('Zinc Bucket');
  const counts = (await walk('/api/inventory?sort=available')).map(({ available }) => available);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect((await walk('/api/inventory?sort=-updatedAt')).length).toBe(titles.length);
  const listings = (await walk('/api/listings?sort=title')).map(({ productTitle }) => productTitle);
  expect(listings).toEqual(listings.toSorted());
  expect((await walk('/api/listings?sort=-lastSyncedAt')).length).toBe(listings.length);
  expect((await owner.get('/api/products?q=vaes')).body.items.map(({ title }: { title: string }) => title)).toEqual([
    'Amber Vase',
  ]);
  expect((await owner.get('/api/inventory?q=vaes')).body.items.length).toBe(1);
  expect(
    (await owner.get('/api/listings?q=hta')).body.items.map(({ productTitle }: { productTitle: string }) => productTitle),
  ).toEqual(['Hat']);
  expect((await owner.get('/api/products?q=qqqq')).body.items).toEqual([]);
});
