/** A product file that meets the brake, through the API: held with its file, approved as a job, or discarded. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';
import { defaultStoreSettings } from '#stores/stores.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  const storeId = await addStore(hub, owner.organizationId, 'Blue', {
    settings: { ...defaultStoreSettings, remoteLocationId: '', brakeListings: 2 },
  });
  for (const sku of ['A', 'B', 'C']) {
    const goods = { title: `Shirt ${sku}`, variants: [{ sku, price: '10.00', onHand: 5 }] };
    const { variantIds } = await addProduct(hub, owner.organizationId, goods);
    const listing = { productTitle: goods.title, variantId: variantIds[0] ?? '' };
    const price = { currency: 'USD', desired: '10.00' };
    await addListing(hub, owner.organizationId, storeId, listing, { price, level: { desired: 5 } });
  }
});
afterAll(() => server.close());

async function begin(price: string, query = '') {
  const out = (await server.owner.get('/api/products/export.csv')).text;
  const text = out.replaceAll(/\b\d+\.0+\b/g, price);
  expect(text).toContain(price);
  const job = await server.owner.send('POST', `/api/products/import.csv${query}`, text, { 'content-type': 'text/csv' });
  expect(job.status).toBe(202);
  return job.body.id;
}
/** The whole catalog at this price, brought in. */
const bring = async (price: string, query = '') => await ended(await begin(price, query));

async function ended(jobId: string) {
  for (let wait = 0; wait < 200; wait++) {
    const { body } = await server.owner.get(`/api/sync-jobs/${jobId}`);
    if (body.status !== 'running') return body;
    await sleep(25);
  }
  throw new Error('the import did not end');
}

const waiting = async () => (await server.owner.get('/api/change-sets')).body;
const decide = (id: string, verb: 'approve' | 'discard', who = server.owner) =>
  who.send('POST', `/api/change-sets/${id}/${verb}`);
const prices = async () =>
  (await server.owner.get('/api/products')).body.items.map((one: { priceRange: { min: string } }) => one.priceRange.min);

test('it waits under its name, its job says so, and whoever may see it sees what it would do and since when', async () => {
  const job = await bring('12.00', '?file=spring%20prices.csv');
  expect(job).toMatchObject({ status: 'held', errorCode: 'brake_pending', changeSetId: expect.any(String) });
  expect(job.errorMessage).toContain('3 prices and 0 quantities on your stores');
  const { items, total } = await waiting();
  expect(total).toBe(1);
  expect(items).toMatchObject([
    {
      ...{ id: job.changeSetId, storeId: null, cause: 'import', change: {} },
      summary: { file: 'spring prices.csv', products: 3, listings: 3, repriced: 3, recounted: 0, zeroed: 0, stores: ['Blue'] },
    },
  ]);
  const preview = (await server.owner.get(`/api/change-sets/${job.changeSetId}/preview`)).body;
  expect(preview).toMatchObject({
    repriced: 3,
    since: items[0].createdAt,
    largest: [{ price: { before: '10.00', after: '12.00' } }, {}, {}],
  });
  expect(await prices()).toEqual(['10.00', '10.00', '10.00']);
  expect((await server.owner.get('/api/sync-jobs?status=held')).body.items).toHaveLength(1);
});

test('others cannot see, approve or discard it; who may only look may not decide', async () => {
  const { id } = (await waiting()).items[0];
  expect((await server.stranger.get('/api/change-sets')).body).toEqual({ items: [], total: 0 });
  expect((await server.stranger.get(`/api/change-sets/${id}/preview`)).status).toBe(404);
  for (const verb of ['approve', 'discard'] as const) {
    expect((await decide(id, verb, server.stranger)).status).toBe(404);
    expect((await decide(id, verb, await server.addPerson(server.owner.organizationId, 'viewer'))).status).toBe(403);
  }
});

test('approved, it is imported as a job, once, and can be undone', async () => {
  const { id } = (await waiting()).items[0];
  const [first, second] = await Promise.all([decide(id, 'approve'), decide(id, 'approve')]);
  expect([first.status, second.status].sort()).toEqual([202, 409]);
  const [begun, refused] = first.status === 202 ? [first, second] : [second, first];
  expect(begun.body).toEqual({ status: 'importing', jobId: expect.any(String) });
  expect(refused.body).toMatchObject({ code: 'conflict', detail: expect.stringContaining('approved this') });
  const job = await ended(begun.body.jobId);
  expect(job).toMatchObject({ status: 'succeeded', cause: 'approval', changeSetId: id, itemsTotal: 3, itemsProcessed: 3 });
  expect(await prices()).toEqual(['12.00', '12.00', '12.00']);
  expect((await waiting()).items).toEqual([]);
  expect((await decide(id, 'discard')).body).toMatchObject({ code: 'conflict', detail: expect.stringContaining('approved') });
  expect((await server.owner.get('/api/change-sets/applied')).body.items).toMatchObject([
    { id, summary: { file: 'spring prices.csv', repriced: 3 }, undoneAt: null },
  ]);
  expect((await server.owner.send('POST', `/api/change-sets/${id}/undo`)).status).toBe(200);
  expect(await prices()).toEqual(['10.00', '10.00', '10.00']);
  expect(await readdir(join(server.hub.config.dataFolder, 'uploads'))).toEqual([]);
});

test('discarded, it is gone; a name that is none is refused', async () => {
  const { changeSetId } = await bring('13.00');
  expect((await waiting()).items).toMatchObject([{ summary: { file: 'products.csv' } }]);
  expect((await decide(changeSetId, 'discard')).body).toEqual({ status: 'discarded' });
  expect((await waiting()).items).toEqual([]);
  const csv = { 'content-type': 'text/csv' };
  for (const name of ['', '%00', 'a%0Ab', 'x'.repeat(256)])
    expect((await server.owner.send('POST', `/api/products/import.csv?file=${name}`, 'Handle\n', csv)).status).toBe(400);
});

test('cancelled before it is held, it is cancelled, and nothing waits', async () => {
  const jobId = await server.hub.db.inOrganization(server.owner.organizationId, async (tx) => {
    await tx.execute(sql`select from product_variants for update`);
    const begun = await begin('13.00');
    expect((await server.owner.send('POST', `/api/sync-jobs/${begun}/cancel`)).body).toMatchObject({ cancelRequested: true });
    return begun;
  });
  expect(await ended(jobId)).toMatchObject({ status: 'cancelled', errorMessage: null, changeSetId: null });
  expect((await waiting()).total).toBe(0);
});

test('approved, it waits for nobody while it is imported; where that comes to nothing it waits again, and its job can be retried', async () => {
  const { changeSetId } = await bring('13.00');
  const isImporting = async () => (await waiting()).items[0].importing;
  expect(await isImporting()).toBe(false);
  const jobId = await server.hub.db.inOrganization(server.owner.organizationId, async (tx) => {
    await tx.execute(sql`select from product_variants for update`);
    const begun = (await decide(changeSetId, 'approve')).body.jobId;
    expect(await isImporting()).toBe(true);
    expect((await server.owner.send('POST', `/api/sync-jobs/${begun}/cancel`)).body.canRetry).toBe(false);
    return begun;
  });
  expect(await ended(jobId)).toMatchObject({ status: 'cancelled', canRetry: true });
  expect(await isImporting()).toBe(false);
  const become = (change: SQL) =>
    server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
      tx.execute(sql`update sync_jobs set ${change} where id = ${jobId}`),
    );
  await become(sql`status = 'running', metadata = metadata || '{"beatAt":"2026-01-01T00:00:00Z"}'`);
  expect(await isImporting()).toBe(false);
  expect((await server.owner.get(`/api/sync-jobs/${jobId}`)).body).toMatchObject({ status: 'failed', canRetry: true });
  await become(sql`status = 'failed', error_message = 'The disk is full.'`);
  expect((await server.owner.get(`/api/sync-jobs/${jobId}`)).body).toMatchObject({
    canRetry: true,
    errorMessage: 'The disk is full. It waits as before, and can be approved again.',
  });
  const again = await server.owner.send('POST', `/api/sync-jobs/${jobId}/retry`);
  expect([again.status, again.body]).toMatchObject([202, { cause: 'approval', changeSetId }]);
  expect(await ended(again.body.id)).toMatchObject({ status: 'succeeded' });
  expect(await prices()).toEqual(['13.00', '13.00', '13.00']);
  expect((await server.owner.get(`/api/sync-jobs/${jobId}`)).body).toMatchObject({
    canRetry: false,
    errorMessage: 'The disk is full.',
  });
});

test('what is said to be meant beforehand waits for nobody', async () => {
  expect(await bring('14.00', '?approve=true')).toMatchObject({ status: 'succeeded', changeSetId: null });
  expect(await prices()).toEqual(['14.00', '14.00', '14.00']);
});
