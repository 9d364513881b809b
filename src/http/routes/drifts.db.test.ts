import { afterAll, beforeAll, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';
import { type NewDrift, noteDrifts } from '#listings/drifts.ts';

let server: TestServer;
let storeId: string;
const listings: { listingId: string; variantId: string }[] = [];
beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  storeId = await addStore(hub, owner.organizationId, 'Drifting');
  const { variantIds } = await addProduct(hub, owner.organizationId, {
    title: 'Jar',
    variants: ['a', 'b', 'c'].map((sku) => ({ sku, onHand: 5 })),
  });
  for (const variantId of variantIds) {
    const listing = { productTitle: 'Jar', variantId, sku: 'J', imageUrl: 'https://pictures.test/jar.jpg' };
    listings.push({ variantId, listingId: await addListing(hub, owner.organizationId, storeId, listing) });
  }
});
afterAll(() => server.close());

const note = (at: number, change: Partial<NewDrift>, seenAt: Date) =>
  server.hub.db.inOrganization(server.owner.organizationId, (tx) => {
    const { listingId = '', variantId = '' } = listings[at] ?? {};
    const drift: NewDrift = {
      ...{
        storeId,
        listingId,
        variantId,
        field: 'quantity',
        place: '',
        locationId: null,
        currency: '',
        expected: '5',
        found: '9',
      },
      ...{ cause: 'edited', state: 'waiting', settleAfter: null },
      ...change,
    };
    return noteDrifts(tx, [drift], seenAt);
  });
const list = async (query = '') => (await server.owner.get(`/api/drifts?${query}`)).body;
const minute = (at: number) => new Date(Date.UTC(2026, 10, 20, 10, at));

test('differences are listed the latest first, with their picture, filtered and paged; how many wait is told beside', async () => {
  await note(0, { state: 'put_back' }, minute(1));
  await note(0, {}, minute(2));
  await note(1, { field: 'price', currency: 'USD', expected: '10', found: '12.5', cause: 'ours' }, minute(3));
  const all = await list();
  expect(all.waiting).toBe(2);
  expect(all.items).toMatchObject([
    { field: 'price', expected: '10.00', found: '12.50', canDecide: true, imageUrl: 'https://pictures.test/jar.jpg' },
    { field: 'quantity', expected: '5', found: '9', state: 'waiting', canDecide: true },
    { state: 'put_back', canDecide: false },
  ]);
  expect((await list('field=price')).items).toHaveLength(1);
  expect((await list('cause=edited&state=settled')).items).toMatchObject([{ state: 'put_back' }]);
  for (const [q, found] of [
    ['jar', 3],
    ['ajr', 3],
    ['j', 3],
    ['kettle', 0],
  ] as const)
    expect((await list(`q=${q}`)).items, q).toHaveLength(found);
  expect((await list('q=jar&field=price&limit=1')).items).toMatchObject([{ field: 'price' }]);
  const first = await list('limit=2');
  expect((await list(`limit=2&cursor=${first.nextCursor}`)).items).toMatchObject([{ state: 'put_back' }]);
  expect((await server.stranger.get('/api/drifts')).body).toMatchObject({ items: [], waiting: 0 });
});

test('many are decided at once, each by itself: what cannot be is named with its reason, and nobody else may', async () => {
  const { items } = await list();
  const ids: string[] = items.map(({ id }: { id: string }) => id);
  const byStranger = await server.stranger.send('POST', '/api/drifts/decide', { ids, decision: 'take_over' });
  expect(byStranger.body).toMatchObject({ decided: 0, failed: ids.map((id) => ({ id })) });
  const answer = await server.owner.send('POST', '/api/drifts/decide', { ids, decision: 'take_over' });
  expect(answer.body).toMatchObject({ decided: 2, failed: [{ id: ids[2], problem: expect.stringContaining('again since') }] });
  expect((await list()).items).toMatchObject([
    { state: 'taken_over', settledBy: server.owner.userId },
    { state: 'taken_over', settledBy: server.owner.userId },
    { state: 'put_back', settledBy: null },
  ]);
  expect((await server.owner.get(`/api/inventory?variantId=${listings[0]?.variantId}`)).body.items[0].onHand).toBe(9);
});

test('what orders have explained, and what is linked to something else by now, cannot be decided', async () => {
  await note(2, { state: 'explained' }, minute(4));
  expect((await list('cause=edited')).items[0]).toMatchObject({ state: 'explained', canDecide: false });
  await note(2, {}, minute(5));
  await server.owner.send('POST', `/api/listings/${listings[2]?.listingId}/unlink`);
  const [latest] = (await list('cause=edited')).items;
  expect(latest).toMatchObject({ state: 'waiting', canDecide: false });
  const refused = await server.owner.send('POST', `/api/drifts/${latest.id}/decide`, { decision: 'put_back' });
  expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('linked to something else')]);
});
