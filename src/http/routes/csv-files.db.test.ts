import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { type Answer, startTestServer, type TestServer } from '#http/test-server.ts';
import { importCatalog } from '#listings/catalog-file/import-catalog.ts';
import { ImportCancelled } from '#sync/import-jobs.ts';
import { eventually } from '#test/journeys/eventually.ts';

let server: TestServer;
let listingId: string;
let variantId: string;
let storeId: string;

beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  storeId = await addStore(hub, owner.organizationId, 'Paper');
  const made = await addProduct(hub, owner.organizationId, { title: 'Note book', variants: [{ sku: 'NB-1', onHand: 3 }] });
  variantId = made.variantIds[0] ?? '';
  listingId = await addListing(hub, owner.organizationId, storeId, {
    productTitle: '=cmd()',
    platformProductId: 'P1',
    platformVariantId: 'V1',
  });
});
afterAll(() => server.close());

const csv = { 'content-type': 'text/csv' };
const linkHeader =
  'store,platform_product_id,platform_variant_id,platform_sku,title,variant_id,variant_sku,status,sync_price,sync_inventory\n';
const bringLinks = (lines: string) => server.owner.send('POST', '/api/listings/import.csv', linkHeader + lines, csv);
const bringProducts = (text: string) => server.owner.send('POST', '/api/products/import.csv', text, csv);

async function ended(job: Answer): Promise<{ status: string; errorMessage: string | null; itemsProcessed: number }> {
  for (let wait = 0; wait < 200; wait++) {
    const { body } = await server.owner.get(`/api/sync-jobs/${job.body.id}`);
    if (body.status !== 'running') return body;
    await sleep(25);
  }
  throw new Error('the import did not end');
}

test('links go out, and come back in as they are without changing anything', async () => {
  const out = await server.owner.get('/api/listings/export.csv');
  expect(out.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(out.headers['content-disposition']).toBe('attachment; filename="product-links.csv"');
  expect(out.text).toContain("'=cmd()");
  const back = await server.owner.send('POST', '/api/listings/import.csv', out.text, csv);
  expect([back.status, back.body]).toEqual([200, { linked: 0, unlinked: 0, ignored: 0, unchanged: 1 }]);
});

test('links are made by SKU, with their switches, and undone', async () => {
  expect((await bringLinks('paper,P1,V1,,,,nb-1,linked,FALSE,\n')).body).toEqual({
    linked: 1,
    unlinked: 0,
    ignored: 0,
    unchanged: 0,
  });
  expect((await server.owner.get(`/api/listings/${listingId}`)).body).toMatchObject({
    status: 'linked',
    linkedBy: 'csv',
    syncPrice: false,
    syncInventory: true,
    variant: { id: variantId },
  });
  expect((await bringLinks(`${storeId},P1,V1,,,${variantId},,unlinked,,\n`)).body.unlinked).toBe(1);
  expect((await bringLinks('Paper,P1,V1,,,,,ignored,,\n')).body.ignored).toBe(1);
});

test('one line that cannot be applied stops the whole file, and every such line says why', async () => {
  const answer = await bringLinks('Paper,P1,V1,,,,NB-1,linked,,\nNowhere,P1,V1,,,,NB-1,linked,,\nPaper,P9,V9,,,,NB-1,linked,,\n');
  expect(answer.body).toMatchObject({ status: 422, code: 'file_rejected' });
  expect(answer.body.issues.map(({ path }: { path: string }) => path)).toEqual(['Line 3', 'Line 4']);
  expect((await server.owner.get(`/api/listings/${listingId}`)).body.status).toBe('ignored');
});

test('a variant of another organization is no variant, and a SKU of two is not guessed', async () => {
  const theirs = await addProduct(server.hub, server.stranger.organizationId, { title: 'Theirs', variants: [{ sku: 'THEIRS' }] });
  expect((await bringLinks(`Paper,P1,V1,,,${theirs.variantIds[0]},,linked,,\n`)).body.code).toBe('file_rejected');
  for (const sku of ['DUP', 'dup'])
    await addProduct(server.hub, server.owner.organizationId, { title: 'Twice', variants: [{ sku }] });
  expect((await bringLinks('Paper,P1,V1,,,,DUP,linked,,\n')).body.issues[0].message).toContain('2 variants have the SKU');
});

test('a product file is checked at once, applied as a job, and found in the catalog', async () => {
  const job = await bringProducts(
    'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\npen,Pen,Colour,Red,PEN-R,1.50\npen,,,Blue,PEN-B,1.60\n',
  );
  expect([job.status, job.body]).toMatchObject([202, { jobType: 'import', status: 'running', itemsTotal: 1 }]);
  expect(await ended(job)).toMatchObject({ status: 'succeeded', itemsProcessed: 1 });
  const [pen] = (await server.owner.get('/api/products?q=PEN-B')).body.items;
  expect(pen).toMatchObject({ title: 'Pen', variantCount: 2, priceRange: { min: '1.50', max: '1.60', currency: 'USD' } });
  const out = await server.owner.get('/api/products/export.csv');
  expect(out.text).toContain('PEN-R');
  expect(await readdir(join(server.hub.config.dataFolder, 'uploads'))).toEqual([]);
});

test('a count of a bundle is left out and said among the lines of the job; everything else of the file is applied', async () => {
  const { variantIds: cup } = await addProduct(server.hub, server.owner.organizationId, {
    title: 'Cup',
    variants: [{ sku: 'CUP', price: '3.00', onHand: 8 }],
  });
  const file = (count: number) =>
    bringProducts(
      `Handle,Title,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Qty\ntwins,Twins,TWIN,5.50,shopify,${count}\n`,
    );
  await ended(await file(2));
  const [twins] = (await server.owner.get('/api/products?q=TWIN')).body.items;
  const detail = (await server.owner.get(`/api/products/${twins.id}`)).body;
  const bundle = detail.variants[0].id;
  const components = [{ variantId: cup[0], units: 2 }];
  expect((await server.owner.send('PUT', `/api/variants/${bundle}/components`, { components })).status).toBe(200);
  const job = await file(77);
  expect(await ended(job)).toMatchObject({ status: 'succeeded', itemsFailed: 0 });
  const lines = (await server.owner.get(`/api/sync-logs?jobId=${job.body.id}`)).body.items;
  expect(lines).toMatchObject([{ level: 'warning', event: 'import_left_out' }]);
  expect(lines[0].message).toBe(
    'Line 2, Variant Inventory Qty: TWIN is a bundle: how many there are follows from what it is made of. The count 77 was ignored. Count CUP instead.',
  );
});

test('a product file with a wrong price is rejected line by line, and nothing of it is imported', async () => {
  const answer = await bringProducts('Handle,Title,Variant SKU,Variant Price\ninkpot,Inkpot,INK,"1,299.00"\n');
  expect(answer.body).toMatchObject({ status: 422, code: 'file_rejected' });
  expect(answer.body.issues[0].path).toContain('2');
  expect((await server.owner.get('/api/products?q=INK')).body.items).toEqual([]);
  expect(await readdir(join(server.hub.config.dataFolder, 'uploads'))).toEqual([]);
});

describe('an import that is cancelled', () => {
  const header = 'Handle,Title,Variant SKU,Variant Price\n';
  const priceOf = async (sku: string) => (await server.owner.get(`/api/products?q=${sku}`)).body.items[0]?.priceRange.min;

  test('changes nothing, however late it is cancelled', async () => {
    await ended(await bringProducts(`${header}eraser,Eraser,ERA,1.00\n`));
    const { job } = await server.hub.db.inOrganization(server.owner.organizationId, async (tx) => {
      await tx.execute(sql`select from product_variants where sku = 'ERA' for update`);
      const begun = await bringProducts(`${header}eraser,Eraser,ERA,9.00\n`);
      const path = `/api/sync-jobs/${begun.body.id}`;
      await eventually('it runs', async () => expect((await server.owner.get(path)).body.status).toBe('running'));
      expect((await server.owner.send('POST', `${path}/cancel`)).status).toBe(200);
      expect((await server.owner.get(path)).body).toMatchObject({
        status: 'running',
        cancelRequested: true,
      });
      return { job: begun };
    });
    expect(await ended(job)).toMatchObject({ status: 'cancelled', errorMessage: null });
    expect(await priceOf('ERA')).toBe('1.00');
  });

  test('goes no further than the goods that it has in hand', async () => {
    const path = join(server.hub.config.dataFolder, 'many.csv');
    await writeFile(path, header + Array.from({ length: 250 }, (_, at) => `clip-${at},Clip,CLIP-${at},1.00\n`).join(''));
    const { organizationId, userId } = server.owner;
    const seen: number[] = [];
    const cancelled = new AbortController();
    const onProgress = (done: number) => {
      seen.push(done);
      cancelled.abort(new ImportCancelled());
    };
    const actor = { kind: 'user', role: 'owner', organizationId, userId } as const;
    const run = importCatalog(server.hub, actor, path, { onProgress, signal: cancelled.signal });
    await expect(run).rejects.toThrow(ImportCancelled);
    expect(seen).toEqual([100]);
    expect((await server.owner.get('/api/products?q=CLIP-7')).body.items).toEqual([]);
  });
});

test('an import whose process died is shown as failed, with what that means', async () => {
  const job = await bringProducts('Handle,Title,Variant SKU,Variant Price\nruler,Ruler,RUL,2.00\n');
  await ended(job);
  await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
    tx.execute(
      `update sync_jobs set status = 'running', metadata = '{"beatAt":"2026-01-01T00:00:00Z"}' where id = '${job.body.id}'`,
    ),
  );
  const { body } = await server.owner.get(`/api/sync-jobs/${job.body.id}`);
  expect(body).toMatchObject({
    ...{ status: 'failed', canRetry: false },
    errorMessage: expect.stringMatching(/Nothing was imported\..*upload it again/),
  });
});

test('a body that is no CSV is refused', async () => {
  expect((await server.owner.send('POST', '/api/listings/import.csv', { rows: [] })).body).toMatchObject({
    status: 415,
    code: 'unsupported_media',
  });
});
