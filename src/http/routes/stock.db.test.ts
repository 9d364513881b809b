import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
let shop: string;
let red = '';
let blue = '';
let main = '';
let barn = '';

beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  shop = await addStore(hub, owner.organizationId, 'Green');
  const mug = await addProduct(hub, owner.organizationId, {
    title: 'Enamel Mug',
    variants: [
      { sku: 'MUG-R', title: 'Red', optionValues: ['Red'], onHand: 12 },
      { sku: 'MUG-B', title: 'Blue', optionValues: ['Blue'], onHand: 4 },
      { sku: 'TWIN', title: 'One', optionValues: ['One'], onHand: 1 },
      { sku: 'twin', title: 'Two', optionValues: ['Two'], onHand: 1 },
    ],
  });
  [red = '', blue = ''] = mug.variantIds;
  await addListing(
    hub,
    owner.organizationId,
    shop,
    { productTitle: 'Mug', variantId: red },
    { level: { desired: 12, remote: 12 } },
  );
  const { body } = await owner.get('/api/locations');
  main = body.items[0].id;
});
afterAll(() => server.close());

const post = (url: string, body: unknown) => server.owner.send('POST', url, body);
const onHand = async (variantId: string, locationId = main): Promise<number | undefined> => {
  const { body } = await server.owner.get(`/api/inventory?locationId=${locationId}&limit=200`);
  return body.items.find((item: { variantId: string }) => item.variantId === variantId)?.onHand;
};
const shown = async (): Promise<number> => {
  const { rows } = await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
    tx.execute<{ desired: number }>(sql`select desired from listing_levels`),
  );
  return rows[0]?.desired ?? Number.NaN;
};
const upload = (csv: string, query: string) =>
  server.owner.send('POST', `/api/inventory/stocktakes.csv${query}`, csv, { 'content-type': 'text/csv' });

describe('every endpoint', () => {
  const body = { lines: [] };
  const endpoints = [
    ['POST', '/api/inventory/receipts'],
    ['POST', '/api/inventory/transfers'],
    ['POST', '/api/inventory/stocktakes'],
    ['POST', '/api/inventory/stocktakes.csv'],
    ['POST', '/api/locations'],
    ['PATCH', '/api/locations/00000000-0000-4000-8000-000000000000'],
    ['PATCH', '/api/inventory/00000000-0000-4000-8000-000000000000/reorder'],
  ] as const;

  test.each(endpoints)('%s %s refuses a stranger', async (method, url) => {
    const answer = await server.app.inject({ method, url, payload: body });
    expect([401, 403]).toContain(answer.statusCode);
  });

  test("another organization's variants and locations are not there", async () => {
    const answer = await server.stranger.send('POST', '/api/inventory/receipts', { lines: [{ variantId: red, units: 1 }] });
    expect(answer.status).toBe(400);
    expect((await server.stranger.send('PATCH', `/api/locations/${main}`, { name: 'Mine' })).status).toBe(404);
  });
});

describe('locations', () => {
  test('are opened, renamed and ordered; two never share a name', async () => {
    const opened = await post('/api/locations', { name: 'Barn' });
    expect(opened.status).toBe(201);
    barn = opened.body.id;
    expect((await post('/api/locations', { name: 'BARN' })).status).toBe(409);
    expect((await server.owner.send('PATCH', `/api/locations/${barn}`, { name: 'Old barn', priority: 5 })).status).toBe(204);
    const { body } = await server.owner.get('/api/locations');
    expect(body.items.map(({ name }: { name: string }) => name)).toContain('Old barn');
  });

  test('the default one stays open', async () => {
    expect((await server.owner.send('PATCH', `/api/locations/${main}`, { isActive: false })).status).toBe(409);
  });
});

describe('documents', () => {
  test('a receipt adds up, at a location where the variant was never before too, and the stores follow', async () => {
    const received = await post('/api/inventory/receipts', {
      locationId: barn,
      note: 'PO 7',
      lines: [{ variantId: red, units: 8 }],
    });
    expect(received.body.items).toEqual([{ variantId: red, locationId: barn, onHand: 8 }]);
    expect([await onHand(red), await onHand(red, barn)]).toEqual([12, 8]);
    expect(await shown()).toBe(20);
    expect(server.woken).toContain(shop);
  });

  test('a transfer moves, changes no total, and never moves more than there is unless it is meant', async () => {
    const move = (units: number, more = {}) =>
      post('/api/inventory/transfers', { fromLocationId: barn, toLocationId: main, lines: [{ variantId: red, units }], ...more });
    expect((await move(3)).status).toBe(200);
    expect([await onHand(red), await onHand(red, barn), await shown()]).toEqual([15, 5, 20]);
    const refused = await move(6);
    expect(refused.status).toBe(400);
    expect(refused.body.issues[0].message).toContain('there are 5; this would leave -1');
    expect([await onHand(red), await onHand(red, barn)]).toEqual([15, 5]);
    expect((await move(6, { belowZero: true })).status).toBe(200);
    expect([await onHand(red), await onHand(red, barn)]).toEqual([21, -1]);
    expect((await move(1, { toLocationId: barn })).status).toBe(400);
  });

  test('of several lines one bad one stops them all', async () => {
    const lines = [
      { variantId: blue, units: 1 },
      { variantId: '00000000-0000-4000-8000-000000000000', units: 1 },
    ];
    const answer = await post('/api/inventory/receipts', { lines });
    expect(answer.status).toBe(400);
    expect(answer.body.issues).toEqual([{ path: 'lines.1', message: 'There is no such variant.' }]);
    expect(await onHand(blue)).toBe(4);
  });

  test('a count shows what differs first, changes nothing, and posts it when it is applied', async () => {
    const count = (apply: boolean) =>
      post('/api/inventory/stocktakes', {
        apply,
        lines: [
          { variantId: red, counted: 20 },
          { variantId: blue, counted: 4 },
        ],
      });
    const preview = await count(false);
    expect(preview.body).toMatchObject({
      applied: false,
      counted: 2,
      differing: 1,
      items: [{ booked: 21, counted: 20, difference: -1 }],
    });
    expect(await onHand(red)).toBe(21);
    expect((await count(true)).body.applied).toBe(true);
    expect([await onHand(red), await onHand(blue)]).toEqual([20, 4]);
    const { body } = await server.owner.get(`/api/inventory/${red}/transactions`);
    expect(body.items[0]).toMatchObject({ type: 'stocktake', delta: -1, documentKind: 'stocktake' });
  });

  test('closing a location takes its stock from the stores, opening it gives it back', async () => {
    await post('/api/inventory/receipts', { locationId: barn, lines: [{ variantId: red, units: 10 }] });
    const versions = () =>
      server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
        tx.execute<{ v: number }>(sql`select rules_version as v from stores`),
      );
    const before = (await versions()).rows[0]?.v ?? 0;
    expect((await server.owner.send('PATCH', `/api/locations/${barn}`, { isActive: false })).status).toBe(204);
    expect((await versions()).rows[0]?.v).toBe(before + 1);
    const closed = await post('/api/inventory/receipts', { locationId: barn, lines: [{ variantId: red, units: 1 }] });
    expect(closed.status).toBe(400);
    await server.owner.send('PATCH', `/api/locations/${barn}`, { isActive: true });
  });

  test('a reorder point makes a variant low', async () => {
    const low = async () =>
      (await server.owner.get('/api/inventory?low=true')).body.items.map((item: { sku: string }) => item.sku);
    expect(await low()).not.toContain('MUG-B');
    const set = await server.owner.send('PATCH', `/api/inventory/${blue}/reorder`, { reorderPoint: 4, reorderQuantity: 24 });
    expect(set.status).toBe(204);
    expect(await low()).toContain('MUG-B');
  });
});

describe('a counted list as a file', () => {
  test('is shown first and then posted; a semicolon, a BOM and a formula guard do no harm', async () => {
    const csv = "\uFEFFSKU;Counted\r\n'=x;1\r\nmug-r;19\r\n";
    const unknown = await upload(csv, '');
    expect(unknown.status).toBe(422);
    const good = '\uFEFFSKU;Counted\r\nmug-r;19\r\n';
    expect((await upload(good, '')).body).toMatchObject({ applied: false, differing: 1, items: [{ booked: 20, counted: 19 }] });
    expect(await onHand(red)).toBe(20);
    expect((await upload(good, '?apply=true&note=Inventur')).body.applied).toBe(true);
    expect(await onHand(red)).toBe(19);
  });

  test('with unknown, shared, repeated or wrong lines is reported by line, and nothing is applied', async () => {
    const csv = 'sku,counted\nMUG-R,5\nNOPE,1\nTWIN,1\nMUG-R,6\n';
    const answer = await upload(csv, '?apply=true');
    expect(answer.status).toBe(422);
    expect(answer.body.issues.map(({ path }: { path: string }) => path)).toEqual(['Line 3, sku', 'Line 4, sku', 'Line 5, sku']);
    const wrong = await upload('sku,counted\nMUG-R,-5\nMUG-B,2.5\n,3\n', '?apply=true');
    expect(wrong.body.issues).toHaveLength(3);
    expect((await upload('sku\nMUG-R\n', '?apply=true')).body.issues[0].message).toContain('"counted" is missing');
    expect([await onHand(red), await onHand(blue)]).toEqual([19, 4]);
  });
});
