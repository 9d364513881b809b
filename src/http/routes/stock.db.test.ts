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
    ['POST', '/api/inventory/documents/00000000-0000-7000-8000-000000000000/undo'],
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

  test('there is always one default location: another takes its place, a closed one cannot', async () => {
    const patch = (id: string, change: unknown) => server.owner.send('PATCH', `/api/locations/${id}`, change);
    const defaults = async () =>
      (await server.owner.get('/api/locations')).body.items.filter(({ isDefault }: { isDefault: boolean }) => isDefault);
    await patch(barn, { isActive: false });
    expect((await patch(barn, { isDefault: true })).status).toBe(409);
    expect((await patch(barn, { isDefault: false })).status).toBe(400);
    expect((await patch(barn, { isActive: true, isDefault: true })).status).toBe(204);
    expect((await defaults()).map(({ id }: { id: string }) => id)).toEqual([barn]);
    expect((await patch(main, { isDefault: true })).status).toBe(204);
    expect((await defaults()).map(({ id }: { id: string }) => id)).toEqual([main]);
  });

  test('tell their address, and what stands there', async () => {
    await server.owner.send('PATCH', `/api/locations/${barn}`, { address: { city: 'Hue' } });
    const { body } = await server.owner.get('/api/locations');
    expect(body.items.find(({ id }: { id: string }) => id === barn)).toMatchObject({ address: { city: 'Hue' }, isActive: true });
    expect((await server.owner.get(`/api/locations/${main}/figures`)).body).toEqual({ variants: 4, onHand: 18, reserved: 0 });
    expect((await server.stranger.get(`/api/locations/${main}/figures`)).status).toBe(404);
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

  test('a count may be of none', async () => {
    const count = (counted: number) => post('/api/inventory/stocktakes', { apply: true, lines: [{ variantId: blue, counted }] });
    expect((await count(0)).body).toMatchObject({ applied: true, differing: 1, items: [{ counted: 0, difference: -4 }] });
    expect(await onHand(blue)).toBe(0);
    expect((await count(-1)).status).toBe(400);
    await count(4);
  });

  test('a correction below nothing asks first, and is made when it is meant', async () => {
    const adjust = (delta: number, more = {}) => post('/api/inventory/adjust', { variantId: blue, delta, ...more });
    const asked = await adjust(-6);
    expect([asked.status, asked.body.issues]).toEqual([
      400,
      [{ path: 'delta', message: 'Leaves less than 0.', confirmBy: 'belowZero' }],
    ]);
    expect(asked.body.detail).toContain('would leave -2. Enter a figure that leaves at least 0, or say that it is meant');
    expect(await onHand(blue)).toBe(4);
    expect((await adjust(-6, { belowZero: true })).body).toMatchObject({ onHand: -2 });
    // What makes it less wrong asks nothing.
    expect((await adjust(1)).body).toMatchObject({ onHand: -1 });
    expect((await adjust(5)).body).toMatchObject({ onHand: 4 });
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
    const count = (tracked: boolean) =>
      server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
        tx.execute(sql`update product_variants set tracked = ${tracked} where id = ${blue}`),
      );
    await count(false);
    expect(await low(), 'nobody counts it').not.toContain('MUG-B');
    const [item] = (await server.owner.get(`/api/inventory?variantId=${blue}`)).body.items;
    expect(item.tracked).toBe(false);
    await count(true);
  });
});

describe('a document taken back', () => {
  const ledger = async (variantId: string) => (await server.owner.get(`/api/inventory/${variantId}/transactions`)).body.items;
  const undo = (id: string) => post(`/api/inventory/documents/${id}/undo`, {});

  test('a transfer goes back line by line, once, and the ledger names who did it', async () => {
    const before = [await onHand(red), await onHand(red, barn)];
    const moved = await post('/api/inventory/transfers', {
      fromLocationId: main,
      toLocationId: barn,
      note: 'Too much',
      lines: [{ variantId: red, units: 2 }],
    });
    const { documentId } = moved.body;
    expect((await ledger(red))[0]).toMatchObject({ documentId, document: 'posted', who: 'owner' });
    expect((await undo(documentId)).status).toBe(200);
    expect([await onHand(red), await onHand(red, barn)]).toEqual(before);
    const again = await undo(documentId);
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);
    const lines = await ledger(red);
    expect(lines.slice(0, 4).map((line: { document: string | null }) => line.document)).toEqual([null, null, 'undone', 'undone']);
    expect([await onHand(red), await onHand(red, barn)]).toEqual(before);
  });

  test('a receipt whose units are gone meanwhile stays, and says of which thing', async () => {
    const received = await post('/api/inventory/receipts', { lines: [{ variantId: blue, units: 6 }] });
    await post('/api/inventory/adjust', { variantId: blue, counted: 5 });
    const refused = await undo(received.body.documentId);
    expect(refused.status).toBe(400);
    expect(refused.body.issues[0].message).toContain('Enamel Mug / Blue: there are 5; this would leave -1');
    await post('/api/inventory/adjust', { variantId: blue, counted: 10 });
    expect((await undo(received.body.documentId)).status).toBe(200);
    expect(await onHand(blue)).toBe(4);
  });

  test('what is no document, or not ours, is not there', async () => {
    const received = await post('/api/inventory/receipts', { lines: [{ variantId: blue, units: 1 }] });
    const url = `/api/inventory/documents/${received.body.documentId}/undo`;
    expect((await server.stranger.send('POST', url, {})).status).toBe(404);
    expect((await undo('ffffffff-ffff-7fff-bfff-ffffffffffff')).status).toBe(404);
    expect((await undo(received.body.documentId)).status).toBe(200);
  });

  test('a count in which nothing differs posts no document', async () => {
    const same = await post('/api/inventory/stocktakes', { apply: true, lines: [{ variantId: blue, counted: 4 }] });
    expect(same.body).toMatchObject({ applied: true, documentId: null, differing: 0 });
  });
});

describe('a count that takes a while', () => {
  test('is held against what was booked when it began: what came and went since stays booked', async () => {
    await post('/api/inventory/adjust', { variantId: blue, counted: 10 });
    const since = new Date(server.hub.clock.now().getTime() + 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await post('/api/inventory/adjust', { variantId: blue, delta: -3, note: 'Sold meanwhile' });
    const lines = [{ variantId: blue, counted: 9 }];
    const preview = await post('/api/inventory/stocktakes', { since, lines });
    expect(preview.body.items).toMatchObject([{ booked: 10, movedSince: -3, counted: 9, difference: -1 }]);
    expect((await post('/api/inventory/stocktakes', { since, lines, apply: true })).body.applied).toBe(true);
    expect(await onHand(blue)).toBe(6);
    const csv = await upload('sku,counted\nMUG-B,10\n', `?since=${since.toISOString()}`);
    expect(csv.body).toMatchObject({ applied: false, differing: 0 });
    await post('/api/inventory/adjust', { variantId: blue, counted: 4 });
  });

  test('cannot begin ahead, nor long ago', async () => {
    const count = (since: string) => post('/api/inventory/stocktakes', { since, lines: [{ variantId: blue, counted: 1 }] });
    expect((await count('2999-01-01T00:00:00Z')).body.issues[0].path).toBe('since');
    expect((await count('2001-01-01T00:00:00Z')).status).toBe(400);
    expect(await onHand(blue)).toBe(4);
  });
});

describe('a store', () => {
  test('sells what stands at the locations that were chosen, and its explanation names no other', async () => {
    const { body } = await server.owner.get(`/api/listings?storeId=${shop}`);
    const explained = async () => {
      const { quantity } = (await server.owner.get(`/api/listings/${body.items[0].id}/explain`)).body;
      const places = quantity.steps.filter(({ code }: { code: string }) => code === 'on_hand');
      return [quantity.result, ...places.map(({ parameters }: { parameters: { location: string } }) => parameters.location)];
    };
    const feed = (locationIds: string[] | null) =>
      server.owner.send('PATCH', `/api/stores/${shop}`, { settings: { locationIds } });
    const [here, there] = [(await onHand(red)) ?? 0, (await onHand(red, barn)) ?? 0];
    expect((await feed([barn])).body.settings.locationIds).toEqual([barn]);
    expect(await explained()).toEqual([String(there), 'Old barn']);
    expect((await feed(null)).status).toBe(200);
    const [result, ...places] = await explained();
    expect([result, places.sort()]).toEqual([String(here + there), ['Main location', 'Old barn']]);
  });

  test('says by which document, and when, what lies there became so', async () => {
    const received = await post('/api/inventory/receipts', { locationId: barn, lines: [{ variantId: red, units: 1 }] });
    const { body } = await server.owner.get(`/api/listings?storeId=${shop}`);
    const { quantity } = (await server.owner.get(`/api/listings/${body.items[0].id}/explain`)).body;
    const there = quantity.steps.find(
      ({ parameters }: { parameters: { location?: string } }) => parameters.location === 'Old barn',
    );
    const { documentId } = received.body;
    expect(there.parameters).toMatchObject({ type: 'receipt', documentKind: 'receipt', documentId });
    expect(Math.abs(Date.parse(there.parameters.changedAt) - server.hub.clock.now().getTime())).toBeLessThan(60_000);
  });
});

describe('what is shown', () => {
  const skus = async (query: string) =>
    (await server.owner.get(`/api/inventory?${query}`)).body.items.map(({ sku }: { sku: string }) => sku).sort();

  test('can be narrowed to what is oversold, and to what no store shows', async () => {
    expect(await skus('state=oversold')).toEqual([]);
    await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
      tx.execute(sql`update inventory_items set reserved = 5 where variant_id = ${blue}`),
    );
    expect(await skus('state=oversold')).toEqual(['MUG-B']);
    expect(await skus('state=unlinked')).toEqual(['MUG-B', 'TWIN', 'twin']);
    await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
      tx.execute(sql`update inventory_items set reserved = 0 where variant_id = ${blue}`),
    );
  });

  test('leaves as a file, and as a sheet that can be filled in and uploaded', async () => {
    const file = await server.owner.get(`/api/inventory/export.csv?variantId=${blue}&locationId=${main}`);
    expect(file.text).toBe(
      '\uFEFFsku,product,variant,location,on_hand,reserved,available,reorder_point,reorder_quantity\nMUG-B,Enamel Mug,Blue,Main location,4,0,4,4,24\n',
    );
    const sheet = await server.owner.get(`/api/inventory/export.csv?variantId=${blue}&locationId=${main}&sheet=true`);
    expect(sheet.text).toBe('\uFEFFsku,product,variant,location,booked,counted\nMUG-B,Enamel Mug,Blue,Main location,4,\n');
    const notFilledIn = await upload(sheet.text, '?apply=true');
    expect([notFilledIn.status, notFilledIn.body.issues[0].path]).toEqual([422, 'Line 2, counted']);
    expect((await upload(sheet.text.replace('4,\n', '4,7\n'), '')).body.items).toMatchObject([{ booked: 4, counted: 7 }]);
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
