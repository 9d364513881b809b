import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { ask, type Person, startTestServer, type TestServer, testHost } from '#http/test-server.ts';

let server: TestServer;
let operations: { method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'; url: string; open: boolean }[];

beforeAll(async () => {
  server = await startTestServer();
  const { paths = {} } = server.app.swagger();
  operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, operation]) => ({
      method: method.toUpperCase() as 'GET',
      url: path.replace(/\{platform\}/g, 'corner_shop').replace(/\{\w+\}/g, newId()),
      open: (operation as { security?: unknown[] }).security?.length === 0,
    })),
  );
});
afterAll(() => server.close());

test('every endpoint of the document refuses a stranger, but for those that are open to anybody', async () => {
  const closed = operations.filter(({ open }) => !open);
  expect(closed.length).toBeGreaterThan(50);
  for (const { method, url } of closed) {
    const answer = await ask(server.app, method, url, {});
    expect([method, url, answer.status]).toEqual([method, url, 401]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      code: 'unauthenticated',
      status: 401,
      type: 'https://storesync.dev/problems/unauthenticated',
    });
  }
  expect(operations.filter(({ open }) => open).map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/setup',
    'POST /api/setup',
    'POST /webhooks/corner_shop',
  ]);
});

test('every endpoint refuses a made-up key and a made-up session', async () => {
  for (const { method, url, open } of operations) {
    if (open || url === '/api/cron/sync-products') continue;
    for (const headers of [
      { authorization: 'Bearer ss_made_up' },
      { 'x-api-key': 'ss_made_up' },
      { cookie: 'storesync.session_token=made.up' },
    ]) {
      const answer = await ask(server.app, method, url, headers as Record<string, string>);
      expect([method, url, answer.status]).toEqual([method, url, 401]);
    }
  }
});

test('a viewer may read and may not write', async () => {
  const viewer = await server.addPerson(server.owner.organizationId, 'viewer');
  const harmless = ['/api/listings/suggestions'];
  for (const { method, url, open } of operations) {
    if (open || method === 'GET' || harmless.includes(url)) continue;
    const answer = await viewer.send(method, url, {});
    expect([method, url, answer.status, answer.body.code]).toEqual([method, url, 403, 'forbidden']);
  }
  expect((await viewer.get('/api/stores')).status).toBe(200);
});

test('a member may not disconnect a store, enter apps, manage keys or members', async () => {
  const member = await server.addPerson(server.owner.organizationId, 'member');
  const calls: Parameters<Person['send']>[] = [
    ['POST', `/api/stores/${newId()}/disconnect`],
    ['PUT', '/api/platforms/corner_shop/app', { clientId: 'a', clientSecret: 'b' }],
    ['POST', '/api/api-keys', { name: 'mine' }],
    ['POST', '/api/auth/organization/invite-member', { email: 'x@y.test', role: 'admin' }],
    ['POST', '/api/auth/organization/update-member-role', { memberId: newId(), role: 'owner' }],
  ];
  for (const call of calls) expect([call[1], (await member.send(...call)).status]).toEqual([call[1], 403]);
  expect((await member.get('/api/auth/organization/list-invitations')).status).toBe(403);
});

test('a page of another site cannot write with our cookies; a program with a key can', async () => {
  const url = '/api/listings/suggestions';
  const { cookie } = server.owner;
  for (const headers of [
    { cookie },
    { cookie, origin: 'https://evil.test' },
    { cookie, origin: 'null' },
    { cookie, 'sec-fetch-site': 'same-site' },
    { cookie, origin: `http://${testHost}.evil.test` },
  ]) {
    const answer = await ask(server.app, 'POST', url, headers as Record<string, string>, {});
    expect(answer.status).toBe(403);
  }
  expect((await ask(server.app, 'POST', url, { cookie, origin: `http://${testHost}` }, {})).status).toBe(200);
  expect((await ask(server.app, 'POST', url, { cookie, 'sec-fetch-site': 'same-origin' }, {})).status).toBe(200);
  expect((await ask(server.app, 'POST', url, await server.key(server.owner, 'read'), {})).status).toBe(200);
});

test('signing in and first runs from a page of another site are refused', async () => {
  const evil = { origin: 'https://evil.test' };
  expect((await ask(server.app, 'POST', '/api/auth/sign-in/email', evil, { email: 'a@b.test', password: 'x' })).status).toBe(403);
  expect((await ask(server.app, 'POST', '/api/setup', evil, {})).status).toBe(400);
});

test('a key acts with its scope: read as a viewer, write as a member, admin as an admin, and none makes keys', async () => {
  const [read, write, admin] = [
    await server.key(server.owner, 'read'),
    await server.key(server.owner, 'write'),
    await server.key(server.owner, 'admin'),
  ];
  const roles = [read, write, admin].map(async (headers) => (await ask(server.app, 'GET', '/api/me', headers)).body.role);
  expect(await Promise.all(roles)).toEqual(['viewer', 'member', 'admin']);
  expect((await ask(server.app, 'POST', '/api/api-keys', admin, { name: 'another' })).body.code).toBe('forbidden');
  expect((await ask(server.app, 'POST', `/api/listings/${newId()}/sync`, read)).status).toBe(403);
});

test('a role that is taken away, or a person removed, counts from the next request on', async () => {
  const admin = await server.addPerson(server.owner.organizationId, 'admin');
  expect((await admin.get('/api/api-keys')).status).toBe(200);
  await server.identityPool.query("update members set role = 'viewer' where user_id = $1", [admin.userId]);
  expect((await admin.get('/api/api-keys')).status).toBe(403);
  await server.identityPool.query('delete from members where user_id = $1', [admin.userId]);
  expect((await admin.get('/api/stores')).status).toBe(403);
});

test("another organization's ids are the ids of nothing", async () => {
  const { addGoods } = await import('#http/test-tenant.ts');
  const theirs = await addGoods(server.hub, server.stranger.organizationId);
  const shipment = { items: [{ itemId: newId(), quantity: 1 }], carrier: '', trackingNumber: '' };
  const reorder = { reorderPoint: 1, reorderQuantity: 1 };
  const bodies: Record<string, unknown> = {
    link: { variantId: theirs.variantId },
    shipments: shipment,
    reorder,
    decide: { decision: 'put_back' },
    components: { components: [] },
    closing: { closing: true },
    preview: {},
  };
  const changes: Record<string, unknown> = { locations: { name: 'Elsewhere' }, 'saved-views': { name: 'Elsewhere' } };
  const urls = Object.keys(server.app.swagger().paths ?? {}).filter(
    (path) => path.includes('{id}') || path.includes('{variantId}'),
  );
  for (const path of urls) {
    const id = path.startsWith('/api/platforms') ? 'nowhere' : (theirs.ids[path.split('/')[2] ?? ''] ?? newId());
    const url = path
      .replace('{id}', id)
      .replace('{variantId}', theirs.variantId)
      .replace(/\{\w+\}/g, newId());
    for (const method of Object.keys(server.app.swagger().paths?.[path] ?? {}).map((name) => name.toUpperCase() as 'POST')) {
      const body =
        method === 'POST' || method === 'PATCH' || method === 'PUT'
          ? path.startsWith('/api/platforms')
            ? { clientId: 'a', clientSecret: 'b' }
            : (bodies[path.split('/')[4] ?? ''] ?? changes[path.split('/')[2] ?? ''] ?? {})
          : undefined;
      const answer = await server.owner.send(method, url, body);
      expect([method, url, answer.status]).toEqual([method, url, 404]);
    }
  }
  const lists = [
    'stores',
    'products',
    'listings',
    'inventory',
    'sync-jobs',
    'sync-logs',
    'webhook-events',
    'orders',
    'integrations',
    'product-links',
    'saved-views',
  ];
  for (const list of lists) {
    expect([list, (await server.owner.get(`/api/${list}`)).body.items]).toEqual([list, []]);
    expect([list, (await server.stranger.get(`/api/${list}`)).body.items.length]).toEqual([list, expect.any(Number)]);
  }
  expect((await server.stranger.get('/api/products')).body.items).toHaveLength(1);
});
