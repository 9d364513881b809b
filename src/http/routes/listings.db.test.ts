import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
let storeId: string;
let mug: { productId: string; variantIds: string[] };
const ids: Record<string, string> = {};

beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  const { organizationId } = owner;
  storeId = await addStore(hub, organizationId, 'Green');
  const source = await addStore(hub, organizationId, 'Source');
  await server.hub.db.inOrganization(organizationId, (tx) =>
    tx.execute(`update organization_settings set source_store_id = '${source}'`),
  );
  mug = await addProduct(hub, organizationId, {
    title: 'Enamel Mug',
    variants: [
      { sku: 'MUG-R', title: 'Red', optionValues: ['Red'], price: '8.00', onHand: 12 },
      { sku: 'MUG-B', title: 'Blue', optionValues: ['Blue'], price: '8.00', onHand: 4 },
    ],
  });
  await addProduct(hub, organizationId, { title: 'Lamp', variants: [{ sku: 'LAMP', barcode: '4006381333931', onHand: 1 }] });
  const add = async (name: string, listing: Parameters<typeof addListing>[3], figures?: Parameters<typeof addListing>[4]) => {
    ids[name] = await addListing(hub, organizationId, storeId, listing, figures);
  };
  await add('sku', { productTitle: 'Cup', sku: ' mug-r ' });
  await add('barcode', { productTitle: 'Leuchte', barcode: '04006381333931' });
  await add('title', { productTitle: 'Enamel Mug new', options: [{ name: 'Colour', value: 'Blue' }] });
  await add('nothing', { productTitle: 'Zeppelin' });
  await add(
    'refused',
    { productTitle: 'Refused', variantId: mug.variantIds[1] ?? '' },
    {
      level: {
        desired: 3,
        remote: 9,
        refusedFor: '3',
        refusal: { code: 'unheard_of', parameters: {}, answer: { body: 'whole answer' }, at: 'now' },
      },
    },
  );
});
afterAll(() => server.close());

const list = async (query = '') => (await server.owner.get(`/api/listings${query}`)).body.items;
const titles = (items: { productTitle: string }[]) => items.map(({ productTitle }) => productTitle);

test('an unlinked listing comes with the variant that it probably is, and why', async () => {
  const items = await list('?status=unlinked');
  const byTitle = Object.fromEntries(
    items.map((item: { productTitle: string; suggestion: unknown }) => [item.productTitle, item.suggestion]),
  );
  expect(byTitle.Cup).toMatchObject({ reason: 'sku', score: 1, sku: 'MUG-R', ambiguous: false });
  expect(byTitle.Leuchte).toMatchObject({ reason: 'barcode', productTitle: 'Lamp' });
  expect(byTitle.Zeppelin).toBeNull();
});

test('lists narrow by store, status, state and words', async () => {
  expect(titles(await list('?state=refused'))).toEqual(['Refused']);
  expect(titles(await list('?state=behind'))).toEqual([]);
  expect(titles(await list('?q=zepelin'))).toEqual(['Zeppelin']);
  expect(titles(await list('?q=MUG-R'))).toContain('Cup');
  expect(titles(await list(`?storeId=${newId()}`))).toEqual([]);
  expect((await server.owner.get('/api/listings?status=broken')).status).toBe(400);
});

test('pages neither skip nor repeat a listing, with words and without', async () => {
  for (const query of ['', 'q=e&']) {
    const all = titles(await list(`?${query}limit=200`));
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { body: { items: { productTitle: string }[]; nextCursor: string | null } } = await server.owner.get(
        `/api/listings?${query}limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...titles(page.body.items));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(all);
  }
});

test('a refusal whose code has no sentence still says something, with the platform’s answer whole', async () => {
  const [refused] = await list('?state=refused');
  expect(refused.refusal).toEqual({
    sentence: expect.stringMatching(/^Corner Shop refused the change/),
    platformMessage: 'whole answer',
  });
  expect(refused).toMatchObject({
    state: 'refused',
    quantity: { desired: 3, remote: 9, state: 'refused' },
    price: { state: 'in_sync', desired: '10.00' },
  });
});

test('linking makes price and quantity desired; unlinking and ignoring leave nothing desired', async () => {
  const url = `/api/listings/${ids.sku}`;
  expect((await server.owner.send('POST', `${url}/link`, { variantId: newId() })).body).toMatchObject({
    status: 400,
    issues: [{ path: 'variantId' }],
  });
  const linked = await server.owner.send('POST', `${url}/link`, { variantId: mug.variantIds[0] });
  expect(linked.body).toMatchObject({
    status: 'linked',
    linkedBy: 'hand',
    variant: { sku: 'MUG-R', productTitle: 'Enamel Mug' },
    suggestion: null,
  });
  const explained = await server.owner.get(`${url}/explain`);
  expect(explained.body.quantity.result).toBe('12');
  expect(explained.body.quantity.steps[0]).toMatchObject({ code: 'on_hand', amount: '12' });
  expect((await server.owner.send('POST', `${url}/unlink`)).body).toMatchObject({
    status: 'unlinked',
    variant: null,
    state: 'not_linked',
  });
  expect((await server.owner.send('POST', `${url}/ignore`)).body).toMatchObject({
    status: 'ignored',
    quantity: { reason: 'ignored' },
  });
  expect((await server.owner.send('POST', `${url}/unignore`)).body.status).toBe('unlinked');
  expect((await server.owner.send('POST', `${url}/sync`)).status).toBe(404);
});

test('a link’s switches, rules and schedule are set, and removed by null', async () => {
  const url = `/api/listings/${ids.refused}`;
  const set = await server.owner.send('PATCH', url, {
    syncPrice: false,
    settings: { syncIntervalSeconds: 3600, stockRule: { buffer: 1, percent: 100, cap: null } },
  });
  expect(set.body).toMatchObject({
    syncPrice: false,
    syncIntervalSeconds: 3600,
    settings: { stockRule: { buffer: 1 } },
    price: { state: 'held', reason: 'sync_off' },
  });
  const removed = await server.owner.send('PATCH', url, { syncPrice: true, settings: { syncIntervalSeconds: null } });
  expect(removed.body).toMatchObject({ syncPrice: true, syncIntervalSeconds: null, settings: { stockRule: { buffer: 1 } } });
  expect((await server.owner.send('PATCH', url, { settings: { syncIntervalSeconds: 5 } })).status).toBe(400);
  expect((await server.owner.send('PATCH', url, { settings: { priceOverride: '1,299' } })).status).toBe(400);
});

test('many are linked at once, and each that cannot be says why', async () => {
  const answer = await server.owner.send('POST', '/api/listings/bulk-link', {
    links: [
      { listingId: ids.sku, variantId: mug.variantIds[0] },
      { listingId: newId(), variantId: mug.variantIds[0] },
    ],
  });
  expect(answer.body).toMatchObject({ linked: 1, failed: [{ problem: 'There is no such listing.' }] });
  expect((await server.owner.send('POST', '/api/listings/bulk-link', { links: [] })).status).toBe(400);
});

test('tracking is switched on at the platform, and what it refuses is said in words', async () => {
  const { hub, owner } = server;
  const untracked = await addListing(hub, owner.organizationId, storeId, { productTitle: 'Poster', stockPolicy: 'untracked' });
  const gift = await addListing(hub, owner.organizationId, storeId, {
    productTitle: 'Gift',
    stockPolicy: 'untracked',
    platformVariantId: 'stubborn',
  });
  const answer = await server.owner.send('POST', '/api/listings/enable-tracking', { listingIds: [untracked, gift] });
  expect([answer.status, answer.body]).toEqual([
    202,
    { requested: 2, refused: [{ listingId: gift, sentence: 'Gift is not a thing that can be counted.' }] },
  ]);
  expect((await server.owner.send('POST', '/api/listings/enable-tracking', {})).status).toBe(400);
});

test('proposals change nothing', async () => {
  const before = await list();
  const answer = await server.owner.send('POST', '/api/listings/suggestions', { storeId });
  expect(answer.body.counts).toMatchObject({ certain: expect.any(Number), none: expect.any(Number) });
  expect(await list()).toEqual(before);
});
