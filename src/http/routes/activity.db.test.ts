import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { ask, startTestServer, type TestServer } from '#http/test-server.ts';
import { syncJobs, syncLogs } from '#sync/sync-tables.ts';

let server: TestServer;
let storeId: string;
beforeAll(async () => {
  server = await startTestServer();
  storeId = await addStore(server.hub, server.owner.organizationId, 'Hooked');
});
afterAll(() => server.close());

const account = () => `hooked.corner.test-${server.owner.organizationId}`;
const deliver = (body: string, signature = `signed-${Buffer.byteLength(body)}`) =>
  ask(server.app, 'POST', '/webhooks/corner_shop', { 'x-corner-signature': signature, 'content-type': 'application/json' }, body);

async function addJob(job: Partial<typeof syncJobs.$inferInsert>): Promise<string> {
  const id = newId();
  await server.hub.db.inOrganization(server.owner.organizationId, async (tx) => {
    await tx.insert(syncJobs).values({
      organizationId: tx.organizationId,
      id,
      storeId,
      jobType: 'pull',
      status: 'queued',
      cause: 'person',
      createdAt: new Date(),
      ...job,
    });
  });
  return id;
}

test('a delivery whose signature does not hold is refused, and nothing of it is kept', async () => {
  expect((await deliver(JSON.stringify({ shop: account(), id: 'd0' }), 'forged')).body).toMatchObject({
    status: 401,
    code: 'unauthenticated',
  });
  expect((await server.owner.get('/api/webhook-events')).body.items).toEqual([]);
});

test('a delivery is stored byte for byte and its store woken; a repeated one is only counted', async () => {
  server.woken.length = 0;
  const body = `{ "shop": "${account()}",  "id": "d1" }`;
  expect((await deliver(body)).body).toEqual({ received: true });
  expect((await deliver(body)).status).toBe(200);
  expect(server.woken).toEqual([storeId]);
  const [event] = (await server.owner.get('/api/webhook-events')).body.items;
  expect(event).toMatchObject({ storeId, topic: 'goods/changed', deliveryId: 'd1', duplicates: 1, processedAt: null });
  expect(event.payload).toBeUndefined();
  expect((await server.owner.get(`/api/webhook-events/${event.id}`)).body.payload).toBe(body);
});

test('a delivery for nobody is taken, one that is too large or for no platform is not', async () => {
  expect((await deliver(JSON.stringify({ shop: 'nobody', id: 'd2' }))).status).toBe(200);
  expect((await deliver(JSON.stringify({ shop: 'x'.repeat(3000), id: 'd3' }))).body).toMatchObject({
    status: 413,
    code: 'payload_too_large',
  });
  expect((await ask(server.app, 'POST', '/webhooks/nowhere', {}, '{}')).status).toBe(404);
  expect((await ask(server.app, 'POST', '/webhooks/constructor', {}, '{}')).status).toBe(404);
});

test('an event is worked on once more when somebody asks', async () => {
  const [event] = (await server.owner.get('/api/webhook-events')).body.items;
  await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
    tx.execute("update webhook_events set processed_at = now(), retry_count = 9, error_message = 'x'"),
  );
  expect((await server.owner.get('/api/webhook-events?processed=false')).body.items).toEqual([]);
  server.woken.length = 0;
  const again = await server.owner.send('POST', `/api/webhook-events/${event.id}/replay`);
  expect([again.status, again.body]).toMatchObject([202, { processedAt: null, errorMessage: null, retryCount: 0 }]);
  expect(server.woken).toEqual([storeId]);
});

test('a waiting job is cancelled at once, a running one asked to stop, an ended one left alone', async () => {
  const [waiting, running, over] = [await addJob({}), await addJob({ status: 'running' }), await addJob({ status: 'succeeded' })];
  const cancel = async (id: string) => (await server.owner.send('POST', `/api/sync-jobs/${id}/cancel`)).body;
  expect(await cancel(waiting)).toMatchObject({ status: 'cancelled', completedAt: expect.any(String) });
  expect(await cancel(running)).toMatchObject({ status: 'running', cancelRequested: true });
  expect(await cancel(over)).toMatchObject({ status: 'succeeded', cancelRequested: false });
});

test('an ended job is started again as a new one; one under way is not', async () => {
  const failed = await addJob({ status: 'failed', metadata: { full: true } });
  const again = await server.owner.send('POST', `/api/sync-jobs/${failed}/retry`);
  expect([again.status, again.body]).toMatchObject([202, { status: 'queued', cause: 'retry', storeId }]);
  expect((await server.owner.send('POST', `/api/sync-jobs/${await addJob({ status: 'running' })}/retry`)).body.code).toBe(
    'conflict',
  );
});

test('a failed import whose file is not kept says so: it cannot be started again, and is not said to be', async () => {
  const lost = { jobType: 'import', storeId: null, errorMessage: 'The disk is full.' } as const;
  const failed = await addJob({ ...lost, status: 'failed' });
  expect((await server.owner.get(`/api/sync-jobs/${failed}`)).body).toMatchObject({
    canRetry: false,
    errorMessage: 'The disk is full. The file is not kept: upload it again.',
  });
  expect((await server.owner.send('POST', `/api/sync-jobs/${failed}/retry`)).body).toMatchObject({
    status: 409,
    detail: 'The file of this import is not kept. Upload it again under Products.',
  });
  const can = async (job: Parameters<typeof addJob>[0]) =>
    (await server.owner.get(`/api/sync-jobs/${await addJob(job)}`)).body.canRetry;
  expect(await can({ status: 'failed' })).toBe(true);
  expect(await can({ status: 'running' })).toBe(false);
  expect(await can({ ...lost, status: 'held' })).toBe(false);
});

test('jobs and log lines are newest first, narrowed and paged', async () => {
  const statuses = (await server.owner.get('/api/sync-jobs?status=failed')).body.items.map(
    (job: { status: string }) => job.status,
  );
  expect(new Set(statuses)).toEqual(new Set(['failed']));
  const moments: string[] = (await server.owner.get('/api/sync-jobs')).body.items.map(
    (job: { createdAt: string }) => job.createdAt,
  );
  expect(moments).toEqual([...moments].sort().reverse());
  const now = Date.now();
  await server.hub.db.inOrganization(server.owner.organizationId, async (tx) => {
    const line = (n: number, level: 'info' | 'error') => ({
      organizationId: tx.organizationId,
      id: newId(),
      storeId,
      level,
      event: 'pushed',
      message: `line ${n}`,
      details: { latencyMs: n * 100 },
      createdAt: new Date(now - n),
    });
    await tx.insert(syncLogs).values([line(1, 'info'), line(2, 'error'), line(3, 'info')]);
  });
  const lines = async (query: string) =>
    (await server.owner.get(`/api/sync-logs${query}`)).body.items.map((log: { message: string }) => log.message);
  expect(await lines('')).toEqual(['line 1', 'line 2', 'line 3']);
  expect(await lines('?level=error')).toEqual(['line 2']);
  expect(await lines(`?listingId=${newId()}`)).toEqual([]);
  const first = await server.owner.get('/api/sync-logs?limit=2');
  expect(await lines(`?limit=2&cursor=${first.body.nextCursor}`)).toEqual(['line 3']);
});

test('a line says which listing it tells of, is found by its title, and stays when the listing is gone', async () => {
  const { organizationId } = server.owner;
  const listingId = await addListing(server.hub, organizationId, storeId, { productTitle: 'Tin Lantern', variantTitle: 'Red' });
  await server.hub.db.inOrganization(organizationId, async (tx) => {
    const line = { organizationId, storeId, level: 'info' as const, event: 'pushed', createdAt: new Date() };
    await tx.insert(syncLogs).values([
      { ...line, id: newId(), listingId, message: 'sent of one' },
      { ...line, id: newId(), listingId: newId(), message: 'sent of none' },
    ]);
  });
  const told = async (q: string) =>
    (await server.owner.get(`/api/sync-logs?q=${encodeURIComponent(q)}`)).body.items.map(
      ({ message, productTitle, variantTitle }: Record<string, unknown>) => [message, productTitle, variantTitle],
    );
  expect(await told('lantern sent')).toEqual([['sent of one', 'Tin Lantern', 'Red']]);
  expect(await told('sent of none')).toEqual([['sent of none', null, null]]);
  expect(await told('lantern none')).toEqual([]);
});

test('freshness says per store what is behind and how fast changes arrived', async () => {
  const [store] = (await server.owner.get('/api/freshness')).body;
  expect(store).toEqual({
    ...{ storeId, behind: 0, oldestWantedAt: null, p50Ms: 200, p95Ms: 290 },
    ...{ saleP50Ms: null, saleP95Ms: null, soldP50Ms: null, soldP95Ms: null, soldCount: 0 },
  });
});

test('a count is corrected by a difference or by what was counted, and the ledger has both', async () => {
  const { variantIds } = await addProduct(server.hub, server.owner.organizationId, {
    title: 'Screw',
    variants: [{ sku: 'SCREW', onHand: 10 }],
  });
  const [variantId] = variantIds;
  const adjust = (body: object) => server.owner.send('POST', '/api/inventory/adjust', { variantId, ...body });
  expect((await adjust({ delta: -3, note: 'broken' })).body).toMatchObject({ onHand: 7, available: 7, sku: 'SCREW' });
  expect((await adjust({ counted: 20 })).body.onHand).toBe(20);
  expect((await adjust({ delta: -21 })).body).toMatchObject({ status: 400, issues: [{ path: 'delta' }] });
  for (const body of [{}, { delta: 1, counted: 2 }, { delta: 1.5 }, { counted: -1 }])
    expect([body, (await adjust(body)).status]).toEqual([body, 400]);
  const ledger = (await server.owner.get(`/api/inventory/${variantId}/transactions`)).body.items;
  expect(ledger.map((line: { type: string; delta: number; note: string | null }) => [line.type, line.delta])).toEqual([
    ['stocktake', 13],
    ['adjustment', -3],
    ['baseline', 10],
  ]);
  expect((await server.owner.get('/api/inventory?low=true')).body.items).toEqual([]);
  expect((await server.owner.get('/api/inventory?q=screw')).body.items).toHaveLength(1);
});

test('the trail names who did what, for owners and admins alone', async () => {
  const trail = (await server.owner.get('/api/audit-log?action=stock.adjustment')).body.items;
  expect(trail[0]).toMatchObject({ actorId: server.owner.userId, actorKind: 'user', subjectKind: 'variant' });
  const member = await server.addPerson(server.owner.organizationId, 'member');
  expect((await member.get('/api/audit-log')).status).toBe(403);
});

test('a key is listed without its secret, and ends when it is revoked', async () => {
  const headers = await server.key(server.owner, 'read');
  const keys = await server.owner.get('/api/api-keys');
  expect(keys.text).not.toContain(headers.authorization?.slice('Bearer '.length));
  const { id } = keys.body[0];
  expect((await server.stranger.send('DELETE', `/api/api-keys/${id}`)).status).toBe(404);
  expect((await ask(server.app, 'GET', '/api/stores', headers)).status).toBe(200);
  expect((await server.owner.send('DELETE', `/api/api-keys/${id}`)).status).toBe(204);
  expect((await ask(server.app, 'GET', '/api/stores', headers)).status).toBe(401);
});
