import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import { addProduct } from '#http/test-goods.ts';
import { ask, startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
let variantId: string;

beforeAll(async () => {
  server = await startTestServer();
  const made = await addProduct(server.hub, server.owner.organizationId, {
    title: 'Cup',
    variants: [{ sku: 'CUP', onHand: 10 }],
  });
  variantId = made.variantIds[0] ?? '';
});
afterAll(() => server.close());

const adjust = (key: string, delta: number) =>
  server.owner.send('POST', '/api/inventory/adjust', { variantId, delta }, { 'idempotency-key': key });
const onHand = async () => (await server.owner.get('/api/inventory')).body.items[0].onHand;

test('a repeated write answers as the first one did and is done once', async () => {
  const before = await onHand();
  const first = await adjust('key-1', 5);
  const second = await adjust('key-1', 5);
  expect(first.status).toBe(200);
  expect(second.body).toEqual(first.body);
  expect(second.headers['idempotency-replayed']).toBe('true');
  expect(await onHand()).toBe(before + 5);
});

test('the same key with another body, another address or another person is refused', async () => {
  await adjust('key-2', 1);
  expect((await adjust('key-2', 2)).body).toMatchObject({ status: 422, code: 'idempotency_mismatch' });
  const elsewhere = await server.owner.send('POST', `/api/listings/${newId()}/sync`, undefined, { 'idempotency-key': 'key-2' });
  expect(elsewhere.body.code).toBe('idempotency_mismatch');
  const colleague = await server.addPerson(server.owner.organizationId, 'member');
  const theirs = await colleague.send('POST', '/api/inventory/adjust', { variantId, delta: 1 }, { 'idempotency-key': 'key-2' });
  expect(theirs.body.code).toBe('idempotency_mismatch');
});

test("another organization's key of the same name is another key", async () => {
  await adjust('shared', 1);
  const theirs = await server.stranger.send(
    'POST',
    '/api/inventory/adjust',
    { variantId, delta: 1 },
    { 'idempotency-key': 'shared' },
  );
  expect(theirs.status).toBe(404);
  expect(theirs.headers['idempotency-replayed']).toBeUndefined();
});

test('of many at once one is done, and the others are told that it is running or get its answer', async () => {
  const before = await onHand();
  const answers = await Promise.all(Array.from({ length: 8 }, () => adjust('key-race', 1)));
  expect(await onHand()).toBe(before + 1);
  for (const { status, body } of answers) expect(status === 200 || body.code === 'idempotency_in_progress').toBe(true);
  expect((await adjust('key-race', 1)).headers['idempotency-replayed']).toBe('true');
});

test('a refusal is repeated too; what failed validation does not use the key up', async () => {
  const missing = () =>
    server.owner.send('POST', `/api/listings/${'0190a000-0000-7000-8000-000000000000'}/sync`, undefined, {
      'idempotency-key': 'key-404',
    });
  expect((await missing()).status).toBe(404);
  const again = await missing();
  expect([again.status, again.headers['idempotency-replayed'], again.headers['content-type']]).toEqual([
    404,
    'true',
    'application/problem+json',
  ]);
  expect((await server.owner.send('POST', '/api/inventory/adjust', { variantId }, { 'idempotency-key': 'key-bad' })).status).toBe(
    400,
  );
  expect((await adjust('key-bad', 1)).status).toBe(200);
});

test.each(['platform_unavailable', 'rate_limited'] as const)(
  'an answer that passes is not kept, so that the same request can be tried again: %s',
  async (code) => {
    const before = await onHand();
    const { inOrganization } = server.hub.db;
    // The key is claimed, and then the work itself fails.
    const spied = vi.spyOn(server.hub.db, 'inOrganization').mockImplementationOnce(inOrganization);
    spied.mockImplementationOnce(() => Promise.reject(new AppError(code, 'Try again.')));
    expect((await adjust(`key-${code}`, 1)).body).toMatchObject({ code });
    spied.mockRestore();
    expect((await adjust(`key-${code}`, 1)).status).toBe(200);
    expect(await onHand()).toBe(before + 1);
  },
);

test('a key whose first request died is free again after its time, and every key after a day', async () => {
  await adjust('key-old', 1);
  await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
    tx.execute("update idempotency_keys set expires_at = now() - interval '1 second'"),
  );
  const again = await adjust('key-old', 1);
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([200, undefined]);
});

test('an answer that holds a secret is never kept', async () => {
  const headers = { 'idempotency-key': 'key-secret' };
  const one = await server.owner.send('POST', '/api/api-keys', { name: 'one' }, headers);
  const two = await server.owner.send('POST', '/api/api-keys', { name: 'one' }, headers);
  expect(one.body.secret).not.toBe(two.body.secret);
  const { rows } = await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
    tx.execute('select body from idempotency_keys'),
  );
  expect(JSON.stringify(rows)).not.toContain('ss_');
});

test('a key that is no key is refused', async () => {
  expect((await adjust('two words', 1)).status).toBe(400);
  expect((await adjust('x'.repeat(201), 1)).status).toBe(400);
});

test('reading ignores the key', async () => {
  const answer = await ask(server.app, 'GET', '/api/stores', { cookie: server.owner.cookie, 'idempotency-key': 'key-1' });
  expect(answer.status).toBe(200);
});
