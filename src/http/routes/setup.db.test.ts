import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { ask, startTestServer, type TestServer, testHost } from '#http/test-server.ts';
import { readAuthSecret } from '#organizations/auth-secret.ts';

let server: TestServer;
const page = { origin: `http://${testHost}` };
const person = {
  name: 'Ann',
  email: 'Ann@Shop.test',
  password: 'a long password',
  organizationName: 'Áo Dài & Co',
  currency: 'vnd',
  timezone: 'Asia/Ho_Chi_Minh',
};

beforeAll(async () => {
  server = await startTestServer();
  await server.identityPool.query('delete from users');
});
afterAll(() => server.close());

const setUp = (body: object) => ask(server.app, 'POST', '/api/setup', page, body);

test('a first run says what is wrong with each field and makes nothing', async () => {
  const answer = await setUp({ ...person, email: 'ann', password: 'short', currency: 'XYZW', timezone: 'Mars/Olympus' });
  expect(answer.status).toBe(400);
  expect(answer.body.issues.map((issue: { path: string }) => issue.path)).toEqual(['email', 'password', 'currency', 'timezone']);
  expect((await ask(server.app, 'GET', '/api/setup', {})).body).toEqual({ needsFirstRun: true, practiceStores: [] });
});

test('of many first runs at once one makes the owner, signed in, and the others are told that it is done', async () => {
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => setUp({ ...person, email: `ann${n}@shop.test` })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  expect((await server.identityPool.query('select count(*)::int as n from users')).rows).toEqual([{ n: 1 }]);
  const made = answers.find(({ status }) => status === 201);
  const cookie = String(made?.headers['set-cookie']).split(';')[0] ?? '';
  expect(String(made?.headers['set-cookie'])).toMatch(/HttpOnly.*SameSite=Lax/);
  const me = await ask(server.app, 'GET', '/api/me', { cookie });
  expect(me.body).toMatchObject({
    role: 'owner',
    practice: false,
    organization: { currency: 'VND', timezone: 'Asia/Ho_Chi_Minh', sourceStoreId: null },
  });
  expect(me.body.organization.slug).toMatch(/^ao-dai-co-[0-9a-f]{6}$/);
  const locations = await ask(server.app, 'GET', '/api/locations', { cookie });
  expect(locations.body.items).toMatchObject([{ name: 'Main location', isDefault: true }]);
  expect((await setUp(person)).body.code).toBe('conflict');
});

test('nobody signs up without an invitation to his own address', async () => {
  const signUp = (body: object) =>
    ask(server.app, 'POST', '/api/auth/sign-up/email', page, {
      name: 'Eve',
      email: 'eve@shop.test',
      password: 'a long password',
      ...body,
    });
  expect((await signUp({})).body).toMatchObject({ status: 403, code: 'forbidden' });
  expect((await signUp({ invitationId: newId() })).status).toBe(403);
  const { rows } = await server.identityPool.query('select m.organization_id, m.user_id from members m');
  const invitationId = newId();
  await server.identityPool.query(
    "insert into invitations (id, organization_id, email, role, status, inviter_id, expires_at, created_at) values ($1, $2, 'dan@shop.test', 'viewer', 'pending', $3, now() + interval '1 day', now())",
    [invitationId, rows[0].organization_id, rows[0].user_id],
  );
  expect((await signUp({ invitationId })).status).toBe(403);
  const dan = await signUp({ invitationId, email: 'Dan@shop.test' });
  expect(dan.status).toBe(200);
  const cookie = String(dan.headers['set-cookie']).split(';')[0] ?? '';
  expect((await ask(server.app, 'GET', '/api/me', { cookie })).body.code).toBe('forbidden');
  expect(
    (await ask(server.app, 'POST', '/api/auth/organization/accept-invitation', { cookie, ...page }, { invitationId })).status,
  ).toBe(200);
  expect((await ask(server.app, 'GET', '/api/me', { cookie })).body.role).toBe('viewer');
  // An invitation is for once.
  expect((await signUp({ invitationId, email: 'dan@shop.test', name: 'Dan again' })).status).toBe(403);
});

test('a wrong password is answered in plain words, and guessing is stopped', async () => {
  const guess = () =>
    server.app.inject({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      remoteAddress: '203.0.113.9',
      headers: { host: testHost, ...page },
      payload: { email: 'ann@shop.test', password: 'guess' },
    });
  expect((await guess()).json()).toMatchObject({
    status: 401,
    code: 'unauthenticated',
    detail: 'E-mail address or password is wrong. Check both and try again.',
  });
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++) statuses.push((await guess()).statusCode);
  expect(statuses.at(-1)).toBe(429);
});

test('a caller cannot name another address to get a fresh allowance', async () => {
  const guess = (forged: string) =>
    server.app.inject({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      remoteAddress: '203.0.113.10',
      headers: { host: testHost, ...page, 'x-forwarded-for': forged, 'x-storesync-client-address': forged },
      payload: { email: 'ann@shop.test', password: 'guess' },
    });
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++) statuses.push((await guess(`198.51.100.${attempt}`)).statusCode);
  expect(statuses.at(-1)).toBe(429);
});

test('addresses of better-auth that the product does not use are closed', async () => {
  for (const path of [
    '/api/auth/organization/create',
    '/api/auth/api-key/create',
    '/api/auth/organization/delete',
    '/api/auth/delete-user',
    '/api/auth/organization/get-full-organization',
  ]) {
    expect([path, (await ask(server.app, 'POST', path, page, {})).status]).toEqual([path, 404]);
  }
});

test('no password and no key stands readable in the database', async () => {
  const { rows } = await server.identityPool.query('select password from accounts where password is not null');
  for (const row of rows) expect(row.password).not.toContain('a long password');
  expect(rows.length).toBeGreaterThan(0);
});

test('the secret of sessions is made once, by whoever comes first, readable by this user alone', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'storesync-secret-'));
  onTestFinished(() => rm(dataFolder, { recursive: true }));
  const secrets = await Promise.all(Array.from({ length: 5 }, () => readAuthSecret({ authSecret: null, dataFolder })));
  expect(new Set(secrets).size).toBe(1);
  expect(secrets[0]?.length).toBeGreaterThanOrEqual(64);
  const { stat } = await import('node:fs/promises');
  expect(((await stat(join(dataFolder, 'auth-secret'))).mode & 0o777).toString(8)).toBe('600');
  expect(await readAuthSecret({ authSecret: 'x'.repeat(40), dataFolder })).toBe('x'.repeat(40));
});

test('cookies are secure where the public address is', async () => {
  const secure = await startTestServer({ environment: { PUBLIC_URL: 'https://hub.test' } });
  const answer = await ask(secure.app, 'POST', '/api/auth/sign-out', { origin: 'https://hub.test' }, {});
  expect(String(answer.headers['set-cookie'])).toMatch(/__Secure-storesync\.session_token=.*Secure/);
  expect(answer.headers['strict-transport-security']).toBeDefined();
  await secure.close();
});
