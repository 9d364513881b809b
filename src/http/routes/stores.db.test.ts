import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { ask, startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    environment: { STORESYNC_APP_CORNER_SHOP_CLIENT_ID: 'app-1', STORESYNC_APP_CORNER_SHOP_CLIENT_SECRET: 'app-secret' },
  });
});
afterAll(() => server.close());

const connect = (fields: Record<string, string>, person = server.owner) =>
  person.send('POST', '/api/stores', { platform: 'corner_shop', scheme: 'access_token', fields });

test('a store is connected after a real call, and its token leaves the server never again', async () => {
  const answer = await connect({ shop: 'blue.corner.test', token: 'sesame-token' });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({
    platform: 'corner_shop',
    platformName: 'Corner Shop',
    badge: 'CS',
    name: 'Shop blue.corner.test',
    status: 'active',
    isPrimary: true,
    isSource: true,
    practice: false,
    webhooks: 'polling_only',
    scopesMissing: [],
    lastError: null,
    counts: { listings: 0, linked: 0, behind: 0 },
  });
  const everything = await Promise.all(
    ['/api/stores', `/api/stores/${answer.body.id}`, '/api/integrations', '/api/audit-log', '/api/platforms'].map((url) =>
      server.owner.get(url),
    ),
  );
  for (const { text } of everything) expect(text).not.toMatch(/sesame-token|sealed|app-secret/);
  expect(JSON.stringify(server.logged)).not.toContain('sesame-token');
});

test('rejected keys, fields that break their rule and unknown platforms are told apart', async () => {
  expect((await connect({ shop: 'red.corner.test', token: 'wrong' })).body).toMatchObject({
    status: 422,
    code: 'credentials_rejected',
  });
  const badField = await connect({ shop: 'nonsense', token: 'good' });
  expect(badField.body).toMatchObject({
    status: 400,
    issues: [{ path: 'shop', message: 'A shop is an address such as blue.corner.test' }],
  });
  expect((await server.owner.send('POST', '/api/stores', { platform: 'nowhere', scheme: 'api_key', fields: {} })).status).toBe(
    400,
  );
});

test('an account that another organization has connected is refused', async () => {
  expect((await connect({ shop: 'blue.corner.test', token: 'good' }, server.stranger)).body).toMatchObject({
    status: 409,
    code: 'already_connected',
  });
});

test('the brake has a share of the listings that can be left out, half when nothing was said', async () => {
  const store = (await server.owner.get('/api/stores')).body.items[0];
  const share = async (settings: object) =>
    (await server.owner.send('PATCH', `/api/stores/${store.id}`, { settings })).body.settings.brakePercent;
  expect(store.settings.brakePercent).toBe(50);
  expect(await share({ brakePercent: 25 })).toBe(25);
  expect(await share({ brakeListings: 10 })).toBe(25);
  expect(await share({ brakePercent: null })).toBeNull();
});

test('settings change in part, and what breaks a rule is refused', async () => {
  const { id } = (await server.owner.get('/api/stores')).body.items[0];
  const patch = (body: object) => server.owner.send('PATCH', `/api/stores/${id}`, body);
  const changed = await patch({
    name: 'Main Shop',
    settings: {
      stockRule: { buffer: 2, percent: 50, cap: null },
      priceRule: { steps: [{ kind: 'percent', percent: 10 }], rounding: { kind: 'ending', ending: '0.99' } },
    },
  });
  expect(changed.body).toMatchObject({
    name: 'Main Shop',
    settings: { syncIntervalSeconds: 300, stockRule: { buffer: 2, percent: 50, cap: null } },
  });
  for (const settings of [
    { brakePercent: 0 },
    { brakePercent: 101 },
    { brakePercent: 12.5 },
    { syncIntervalSeconds: 5 },
    { stockRule: { buffer: -1, percent: 50, cap: null } },
    { priceRule: { steps: [], rounding: { kind: 'multiple', multiple: '0', direction: 'up' } } },
    { unknown: 1 },
  ]) {
    expect([settings, (await patch({ settings })).status]).toEqual([settings, 400]);
  }
});

test("locations that are not there, ours or the platform's, are refused by name", async () => {
  const [store] = (await server.owner.get('/api/stores')).body.items;
  const [ours] = (await server.owner.get('/api/locations')).body.items;
  const nowhere = '00000000-0000-4000-8000-000000000000';
  const change = (settings: object) => server.owner.send('PATCH', `/api/stores/${store.id}`, { settings });
  const refused = await change({
    locationIds: [ours.id, nowhere],
    remoteLocationId: 'attic',
    locationMap: { attic: ours.id },
    emptyPlaces: ['cellar'],
  });
  expect(refused.status).toBe(400);
  expect(refused.body.issues.map(({ path }: { path: string }) => path)).toEqual([
    ...['settings.remoteLocationId', 'settings.locationIds.1', 'settings.emptyPlaces.0', 'settings.locationMap.attic'],
  ]);
  expect((await change({ locationIds: [nowhere] })).status).toBe(400);
  expect((await server.owner.get(`/api/stores/${store.id}`)).body.settings).toEqual(store.settings);
  expect((await change({ locationIds: [ours.id] })).status).toBe(200);
  expect((await change({ locationIds: null, remoteLocationId: store.settings.remoteLocationId })).status).toBe(200);
});

test('pause, resume, test, sync, disconnect: each answers the store as it is then', async () => {
  const id = await addStore(server.hub, server.owner.organizationId, 'Verbs');
  const verb = (name: string) => server.owner.send('POST', `/api/stores/${id}/${name}`);
  expect((await verb('pause')).body.status).toBe('paused');
  expect((await verb('sync')).body.code).toBe('store_paused');
  expect((await verb('resume')).body.status).toBe('active');
  expect((await verb('test')).body.storeName).toBe('Shop verbs.corner.test');
  const job = await verb('sync');
  expect([job.status, job.body]).toMatchObject([
    202,
    { jobType: 'pull', status: 'queued', storeId: id, storeName: 'Verbs', cause: 'person' },
  ]);
  expect((await verb('disconnect')).body).toMatchObject({ status: 'disconnected', scopesMissing: [] });
  expect((await verb('resume')).body.code).toBe('store_disconnected');
  expect((await verb('test')).body.code).toBe('store_disconnected');
});

test('the counts say how many listings stand how', async () => {
  const { organizationId } = server.owner;
  const id = await addStore(server.hub, organizationId, 'Counted');
  const { variantIds } = await addProduct(server.hub, organizationId, {
    title: 'Jar',
    variants: [{ sku: 'J1' }, { sku: 'J2' }, { sku: 'J3' }],
  });
  await addListing(
    server.hub,
    organizationId,
    id,
    { productTitle: 'a', variantId: variantIds[0] ?? '' },
    { price: { eligible: true }, level: { eligible: true } },
  );
  await addListing(
    server.hub,
    organizationId,
    id,
    { productTitle: 'b', variantId: variantIds[1] ?? '' },
    { price: { refusedFor: '10.00' }, level: { desired: null, heldReason: 'sync_off' } },
  );
  await addListing(
    server.hub,
    organizationId,
    id,
    { productTitle: 'c', variantId: variantIds[2] ?? '' },
    { level: { desired: null, heldReason: 'not_counted' } },
  );
  await addListing(server.hub, organizationId, id, { productTitle: 'd' });
  await addListing(server.hub, organizationId, id, { productTitle: 'e', status: 'ignored' });
  expect((await server.owner.get(`/api/stores/${id}`)).body.counts).toEqual({
    listings: 5,
    linked: 3,
    unlinked: 1,
    ignored: 1,
    behind: 1,
    refused: 1,
    held: 1,
    notTracked: 0,
  });
});

test('lists are filtered and paged', async () => {
  const paused = await server.owner.get('/api/stores?status=disconnected');
  expect(paused.body.items.map((store: { name: string }) => store.name)).toEqual(['Verbs']);
  expect((await server.owner.get('/api/stores?platform=nowhere')).body.items).toEqual([]);
  const first = await server.owner.get('/api/stores?limit=1');
  const second = await server.owner.get(`/api/stores?limit=1&cursor=${first.body.nextCursor}`);
  expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
});

test('connecting by consent is bound to the browser that began, and used once', async () => {
  const begun = await server.owner.send('POST', '/api/stores/oauth', { platform: 'corner_shop', fields: {} });
  expect(begun.status).toBe(200);
  const state = new URL(begun.body.authorizeUrl).searchParams.get('state') ?? '';
  const bound = String(begun.headers['set-cookie']).split(';')[0] ?? '';
  expect(String(begun.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax/);
  const back = (cookie: string) =>
    ask(server.app, 'GET', `/api/stores/oauth/callback/corner_shop?state=${state}&shop=green.corner.test`, { cookie });
  expect((await back(server.owner.cookie)).headers.location).toBe('/integrations?problem=forbidden');
  // Whoever is signed out meanwhile goes on after signing in: the state is still good then.
  const signedOut = await back(bound);
  expect([signedOut.status, signedOut.headers['set-cookie']]).toEqual([303, undefined]);
  const next = new URL(String(signedOut.headers.location), 'http://hub.test').searchParams.get('next');
  expect(next).toBe(`/api/stores/oauth/callback/corner_shop?state=${state}&shop=green.corner.test`);
  const done = await back(`${server.owner.cookie}; ${bound}`);
  expect([done.status, done.headers.location]).toEqual([303, expect.stringMatching(/^\/integrations\?connected=[0-9a-f-]{36}$/)]);
  expect((await back(`${server.owner.cookie}; ${bound}`)).headers.location).toBe('/integrations?problem=forbidden');
});

test('connecting by consent is ended by the person who began it, within half an hour', async () => {
  const begin = async () => {
    const begun = await server.owner.send('POST', '/api/stores/oauth', { platform: 'corner_shop', fields: {} });
    const state = new URL(begun.body.authorizeUrl).searchParams.get('state') ?? '';
    const bound = String(begun.headers['set-cookie']).split(';')[0] ?? '';
    const url = `/api/stores/oauth/callback/corner_shop?state=${state}&shop=brown.corner.test`;
    return async (person: { cookie: string }) =>
      (await ask(server.app, 'GET', url, { cookie: `${person.cookie}; ${bound}` })).headers.location;
  };
  const colleague = await server.addPerson(server.owner.organizationId, 'admin');
  expect(await (await begin())(colleague)).toBe('/integrations?problem=forbidden');
  const late = await begin();
  const now = vi.spyOn(server.hub.clock, 'now').mockReturnValue(new Date(Date.now() + 1_801_000));
  expect(await late(server.owner)).toBe('/integrations?problem=forbidden');
  now.mockRestore();
  expect(await (await begin())(server.owner)).toMatch(/connected=/);
});

test('platforms say how they are connected and whose app is used', async () => {
  const [platform] = (await server.owner.get('/api/platforms')).body;
  expect(platform).toMatchObject({
    id: 'corner_shop',
    app: { configured: true, source: 'environment', clientId: 'app-1' },
    callbackUrl: 'http://hub.test/api/stores/oauth/callback/corner_shop',
    webhookUrl: null,
    practiceBaseUrl: null,
  });
  const entered = await server.owner.send('PUT', '/api/platforms/corner_shop/app', { clientId: 'mine', clientSecret: 'hidden' });
  expect(entered.status).toBe(200);
  expect(entered.text).not.toContain('hidden');
});
