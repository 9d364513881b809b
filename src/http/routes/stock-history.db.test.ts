/** The ledger of all stock: found, read page by page, and taken out as a file. */
import { parse } from 'csv-parse/sync';
import { sql } from 'drizzle-orm';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { addOrders, orderShop } from '#http/test-orders.ts';
import { type Person, startTestServer, type TestServer } from '#http/test-server.ts';
import { book } from '#inventory/book.ts';
import { remoteOrder } from '#test/remote-order.ts';

interface Line {
  id: string;
  sku: string;
  type: string;
  note: string | null;
  createdAt: string;
  document: string | null;
}

let server: TestServer;
let red = '';
let blue = '';
let main = '';
let barn = '';

const path = '/api/inventory/transactions';
const list = async (query = '', person: Person = server.owner) => (await person.get(`${path}${query}`)).body;
const lines = async (query: string, person?: Person): Promise<Line[]> => (await list(query, person)).items;
/** What was found, in few words. */
const found = async (query: string) => (await lines(query)).map(({ sku, type }) => `${sku} ${type}`);
const post = (url: string, body: unknown) => server.owner.send('POST', url, body);
const q = (text: string) => `?q=${encodeURIComponent(text)}`;

async function everyPage(query: string, between: () => Promise<void> = async () => undefined): Promise<Line[]> {
  const all: Line[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Line[]; nextCursor: string | null } = await list(
      `${query}&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
    await between();
  } while (cursor !== null);
  return all;
}

/** A line that was booked at that moment. */
const bookedAt = async (moment: string, note: string): Promise<void> => {
  await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
    tx.execute(sql`
      insert into inventory_transactions (organization_id, id, variant_id, location_id, type, delta, document_kind, note, created_at)
      values (${tx.organizationId}::uuid, ${v7({ msecs: Date.parse(moment) })}::uuid, ${blue}::uuid, ${main}::uuid, 'adjustment', 1, 'person', ${note}, ${moment}::timestamptz)`),
  );
};

beforeAll(async () => {
  server = await startTestServer();
  const { hub, owner } = server;
  const { organizationId } = owner;
  Object.assign(hub.connectors, { order_shop: orderShop });
  main = (await owner.get('/api/locations')).body.items[0].id;
  barn = (await post('/api/locations', { name: 'Barn' })).body.id;
  const mug = await addProduct(hub, organizationId, {
    title: 'Enamel Mug',
    variants: [
      { sku: 'ZX-41', title: 'Red', barcode: '4006381333931', optionValues: ['Red'], onHand: 12 },
      { sku: 'KQ-52', title: 'Blue', optionValues: ['Blue'], onHand: 4 },
    ],
  });
  [red = '', blue = ''] = mug.variantIds;
  await addProduct(hub, organizationId, { title: '=HYPERLINK("evil")', variants: [{ sku: '=EVIL', onHand: 1 }] });
  await addProduct(hub, server.stranger.organizationId, { title: 'Enamel Mug', variants: [{ sku: 'ZX-41', onHand: 3 }] });
  const storeId = await addStore(hub, organizationId, 'Saigon', { platform: 'order_shop' });
  await addListing(hub, organizationId, storeId, { productTitle: 'Mug', platformVariantId: 'mug', variantId: red });
  await hub.db.inOrganization(organizationId, (tx) =>
    tx.execute(sql`update inventory_items set baseline_at = now() - interval '40 days'`),
  );
  const orders = ['1001', '1002'].map((id) => remoteOrder(id, new Date(), [{ variantId: 'mug', quantity: 1 }]));
  await addOrders(hub, organizationId, storeId, orders);
  const received = await post('/api/inventory/receipts', { note: 'PO 7, 20% wool', lines: [{ variantId: blue, units: 3 }] });
  await post(`/api/inventory/documents/${received.body.documentId}/undo`, {});
  const moved = { fromLocationId: main, toLocationId: barn, note: 'For the fair', lines: [{ variantId: red, units: 2 }] };
  await post('/api/inventory/transfers', moved);
  await post('/api/inventory/adjust', { variantId: blue, delta: -1, note: '=cmd|evil' });
});
afterAll(() => server.close());

describe('the list', () => {
  test('shows every change of every thing, the newest first, with its names, its order, its document and who did it', async () => {
    const { items, nextCursor } = await list();
    expect(nextCursor).toBeNull();
    expect(items.map(({ sku, type }: Line) => `${sku} ${type}`)).toEqual([
      'KQ-52 adjustment',
      ...['ZX-41 transfer', 'ZX-41 transfer'],
      ...['KQ-52 receipt', 'KQ-52 receipt'],
      ...['ZX-41 reservation', 'ZX-41 reservation'],
      ...['=EVIL baseline', 'KQ-52 baseline', 'ZX-41 baseline'],
    ]);
    const [adjusted, , , undone, received, reserved] = items;
    expect(adjusted).toMatchObject({
      ...{ variantId: blue, locationId: main, productTitle: 'Enamel Mug', variantTitle: 'Blue', delta: -1, reservedDelta: 0 },
      ...{
        documentKind: 'person',
        document: null,
        storeName: null,
        note: '=cmd|evil',
        createdBy: server.owner.userId,
        who: 'owner',
      },
    });
    expect(undone).toMatchObject({ documentKind: 'reversal', document: null, delta: -3 });
    expect(received).toMatchObject({ documentKind: 'receipt', document: 'undone', delta: 3 });
    expect(reserved).toMatchObject({
      delta: 0,
      reservedDelta: 1,
      documentKind: 'order',
      orderNumber: '#1002',
      storeName: 'Saigon',
      who: null,
    });
  });

  test('answers of a thing what its own ledger answers', async () => {
    const own = (await server.owner.get(`/api/inventory/${red}/transactions`)).body.items;
    const among = (await list('?q=ZX-41')).items.map(
      ({ productTitle: _title, variantTitle: _variant, sku: _sku, ...line }: Record<string, unknown>) => line,
    );
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    expect(among.toSorted(byId)).toEqual(own.toSorted(byId));
  });

  test('is narrowed by every filter, and by several at once', async () => {
    expect(await found('?type=transfer')).toEqual(['ZX-41 transfer', 'ZX-41 transfer']);
    expect(await found('?type=adjustment,reservation')).toEqual(['KQ-52 adjustment', 'ZX-41 reservation', 'ZX-41 reservation']);
    expect(await found('?documentKind=reversal')).toEqual(['KQ-52 receipt']);
    expect(await found(`?locationId=${barn}`)).toEqual(['ZX-41 transfer']);
    expect(await found('?by=order')).toEqual(['ZX-41 reservation', 'ZX-41 reservation']);
    expect(await found('?by=person')).toHaveLength(5);
    expect(await found('?by=store')).toEqual([]);
    expect(await found(`?by=person&type=transfer&locationId=${main}&q=fair`)).toEqual(['ZX-41 transfer']);
    expect(await found('?by=order&type=transfer')).toEqual([]);
    expect(await found('?sort=createdAt&type=baseline')).toEqual(['ZX-41 baseline', 'KQ-52 baseline', '=EVIL baseline']);
  });

  test.each([
    ['KQ-52', ['adjustment', 'receipt', 'receipt', 'baseline']],
    ['kq-52', ['adjustment', 'receipt', 'receipt', 'baseline']],
    ['4006381333931', ['transfer', 'transfer', 'reservation', 'reservation', 'baseline']],
    ['#1001', ['reservation']],
    ['100', ['reservation', 'reservation']],
    ['wool PO', ['receipt']],
    ['20%', ['receipt']],
    ['wool fair', []],
    ['fair', ['transfer', 'transfer']],
    ['Enmael Mug', Array(9).fill(expect.any(String))],
    ['po_7', []],
    ['nothing like it', []],
  ])('q=%s finds lines by their thing, their order or their note, and no others', async (text, types) => {
    expect((await lines(q(text))).map(({ type }) => type)).toEqual(types);
  });

  test.each(['-createdAt', 'createdAt'])(
    'by %s, page after page, skips and repeats nothing while lines are being added',
    async (sort) => {
      const before = await lines(`?sort=${sort}`);
      let added = 0;
      const add = async () => {
        // Of those who read the oldest first, new lines are the end: not without end.
        if (added++ < 3) await post('/api/inventory/adjust', { variantId: blue, delta: 1, note: 'meanwhile' });
      };
      const read = await everyPage(`?sort=${sort}`, add);
      expect(new Set(read.map(({ id }) => id)).size).toBe(read.length);
      expect(read.filter(({ id }) => before.some((line) => line.id === id)).map(({ id }) => id)).toEqual(
        before.map(({ id }) => id),
      );
      expect(read.length).toBe(sort === 'createdAt' ? before.length + 3 : before.length);
      const searched = await everyPage(`${q('enamel')}&sort=${sort}`);
      expect(searched).toEqual(await lines(`${q('enamel')}&sort=${sort}`));
    },
  );

  test('is read by everybody here, and shows nothing of another organization, whatever is searched', async () => {
    const viewer = await server.addPerson(server.owner.organizationId, 'viewer');
    expect(await lines('?by=order', viewer)).toHaveLength(2);
    const theirs = await lines('?limit=200', server.stranger);
    expect(theirs.map(({ sku, type }) => `${sku} ${type}`)).toEqual(['ZX-41 baseline']);
    for (const query of ['?q=ZX-41', '?q=enamel', `?locationId=${main}`, '?q=1001', '?q=fair', '?by=person', '?type=transfer']) {
      const seen = await lines(query, server.stranger);
      expect(
        seen.filter(({ id }) => id !== theirs[0]?.id),
        query,
      ).toEqual([]);
    }
    expect((await server.app.inject({ method: 'GET', url: path })).statusCode).toBe(401);
    expect((await server.app.inject({ method: 'GET', url: `${path}/export.csv` })).statusCode).toBe(401);
  });

  test.each([
    ['type=lost', 'type.0'],
    ['documentKind=mail', 'documentKind'],
    ['locationId=here', 'locationId'],
    ['storeId=Saigon', 'storeId'],
    ['by=nobody', 'by'],
    ['from=yesterday', 'from'],
    ['to=2026-02-30', 'to'],
    ['sort=title', 'sort'],
    ['limit=0', 'limit'],
    ['cursor=abc', 'cursor'],
  ])('%s is refused, and said where', async (query, where) => {
    const answer = await server.owner.get(`${path}?${query}`);
    expect([answer.status, answer.body.code, answer.body.issues[0].path]).toEqual([400, 'invalid_input', where]);
    if (where !== 'limit' && where !== 'cursor') expect((await server.owner.get(`${path}/export.csv?${query}`)).status).toBe(400);
  });

  test('a cursor of one order is no place in the other', async () => {
    const { nextCursor } = await list('?limit=2');
    expect((await server.owner.get(`${path}?sort=createdAt&cursor=${nextCursor}`)).status).toBe(400);
  });
});

describe('days', () => {
  const notes = async (query: string) => (await lines(`?sort=createdAt&q=clock&${query}`)).map(({ note }) => note);

  beforeAll(async () => {
    expect((await server.owner.send('PATCH', '/api/organization', { timezone: 'Europe/Berlin' })).status).toBeLessThan(300);
    // In Berlin the 25th of October 2026 has 25 hours, the 29th of March 23.
    await bookedAt('2026-03-28T22:59:59.999Z', 'clock: last of the 28th');
    await bookedAt('2026-03-28T23:00:00.000Z', 'clock: first of the 29th');
    await bookedAt('2026-03-29T21:59:59.999Z', 'clock: last of the 29th');
    await bookedAt('2026-03-29T22:00:00.000Z', 'clock: first of the 30th');
    await bookedAt('2026-10-24T22:00:00.000Z', 'clock: first of the 25th');
    await bookedAt('2026-10-25T22:59:59.999Z', 'clock: last of the 25th');
    await bookedAt('2026-10-25T23:00:00.000Z', 'clock: first of the 26th');
  });

  test("begin and end with the organization's clocks, also where they are changed", async () => {
    expect(await notes('from=2026-03-29&to=2026-03-29')).toEqual(['clock: first of the 29th', 'clock: last of the 29th']);
    expect(await notes('from=2026-10-25&to=2026-10-25')).toEqual(['clock: first of the 25th', 'clock: last of the 25th']);
    expect(await notes('to=2026-03-28')).toEqual(['clock: last of the 28th']);
    expect(await notes('from=2026-10-26')).toEqual(['clock: first of the 26th']);
    expect(await notes('from=2026-03-30&to=2026-03-29')).toEqual([]);
  });

  test('may be moments, both of them included', async () => {
    const at = encodeURIComponent('2026-03-28T23:00:00Z');
    expect(await notes(`from=${at}&to=${at}`)).toEqual(['clock: first of the 29th']);
  });

  test('narrow the list where nothing else does', async () => {
    expect(await lines('?from=2026-03-29&to=2026-03-29')).toHaveLength(2);
  });
});

describe('the file', () => {
  const file = async (query: string) => {
    const answer = await server.owner.get(`${path}/export.csv${query}`);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="stock-history.csv"');
    return parse(answer.text, { bom: true, columns: true }) as Record<string, string>[];
  };

  test.each(['', '?sort=createdAt', '?q=enamel&by=person', '?from=2026-03-29&to=2026-10-25', '?type=forward'])(
    'of %j holds exactly what the list shows, in its order',
    async (query) => {
      const shown = await everyPage(query === '' ? '?sort=-createdAt' : query);
      const held = await file(query);
      expect(held.map(({ at, sku, type, note }) => [at, sku, type, note])).toEqual(
        shown.map(({ createdAt, sku, type, note }) => [createdAt, sku === '=EVIL' ? "'=EVIL" : sku, type, guarded(note ?? '')]),
      );
    },
  );

  test('names what a line belongs to, and has no formula in it', async () => {
    const held = await file('?sort=createdAt&type=baseline,receipt,reservation');
    expect(held).toMatchObject([
      { product: 'Enamel Mug', variant: 'Red', location: 'Main location', on_hand: '12', reserved: '0', order: '', by: '' },
      { sku: 'KQ-52' },
      { product: '\'=HYPERLINK("evil")', sku: "'=EVIL" },
      { order: '#1001', document: 'order', on_hand: '0', reserved: '1', by: '', store: 'Saigon' },
      { order: '#1002' },
      { document: 'receipt', taken_back: 'true', on_hand: '3', by: 'owner', note: 'PO 7, 20% wool' },
      { document: 'reversal', taken_back: '', on_hand: '-3' },
    ]);
  });
});

describe('what was taken from a store', () => {
  test('names it, in the list and in the file, and is found by it; a store of somebody else has no name here', async () => {
    const { owner, stranger, hub } = server;
    const own = (await owner.get('/api/stores')).body.items.find(({ name }: { name: string }) => name === 'Saigon').id;
    const theirs = await addStore(hub, stranger.organizationId, 'Theirs', { platform: 'order_shop' });
    await hub.db.inOrganization(owner.organizationId, async (tx) => {
      const line = { variantId: blue, locationId: main, delta: 2, type: 'adoption', documentKind: 'store' } as const;
      const nobody = { note: null, createdBy: null };
      for (const documentId of [own, theirs]) await book(tx, [{ ...line, ...nobody, documentId }], new Date());
    });
    const { items } = await list('?by=store&sort=createdAt');
    expect(items).toMatchObject([
      { type: 'adoption', documentId: own, storeName: 'Saigon', who: null },
      { documentId: theirs, storeName: null },
    ]);
    const other = await addStore(hub, owner.organizationId, 'Hanoi', { platform: 'order_shop' });
    expect(await found(`?storeId=${own}`)).toEqual(['KQ-52 adoption', 'ZX-41 reservation', 'ZX-41 reservation']);
    expect(await found(`?storeId=${own}&by=order&q=1001`)).toEqual(['ZX-41 reservation']);
    expect(await found(`?storeId=${other}`)).toEqual([]);
    expect(await lines(`?storeId=${own}`, stranger)).toEqual([]);
    const { text } = await owner.get(`${path}/export.csv?by=store&sort=createdAt`);
    expect((parse(text, { bom: true, columns: true }) as Record<string, string>[]).map(({ store }) => store)).toEqual([
      'Saigon',
      '',
    ]);
  });
});

const guarded = (text: string): string => (text.startsWith('=') ? `'${text}` : text);
