import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { addOrders, orderShop } from '#http/test-orders.ts';
import { type Person, startTestServer, type TestServer } from '#http/test-server.ts';
import { remoteOrder } from '#test/remote-order.ts';

let server: TestServer;
let storeId: string;
let otherStoreId: string;
let viewer: Person;
let ids: Map<string, string>;

const none = { toShip: 0, unpaid: 0, attention: 0, oversold: 0, unlinked: 0, refused: 0, unexplained: 0 };
const hourMs = 3_600_000;
const now = new Date();
const ago = (hours: number) => new Date(now.getTime() - hours * hourMs);
const id = (platformId: string): string => ids.get(platformId) ?? '';
const list = async (query = '', person = server.owner) => (await person.get(`/api/orders${query}`)).body;
const numbers = async (query: string, person?: Person) =>
  ((await list(query, person)).items as { number: string }[]).map(({ number }) => number);

beforeAll(async () => {
  server = await startTestServer();
  Object.assign(server.hub.connectors, { order_shop: orderShop });
  const { organizationId } = server.owner;
  storeId = await addStore(server.hub, organizationId, 'Saigon', { platform: 'order_shop' });
  otherStoreId = await addStore(server.hub, organizationId, 'Berlin');
  viewer = await server.addPerson(organizationId, 'viewer');
  const { variantIds } = await addProduct(server.hub, organizationId, {
    title: 'Áo dài',
    variants: [{ sku: 'AO-1', onHand: 2 }],
  });
  const listing = { productTitle: 'Áo dài', sku: 'AO-1', platformVariantId: 'ao', imageUrl: 'https://img.test/ao.png' };
  await addListing(server.hub, organizationId, storeId, { ...listing, variantId: variantIds[0] ?? '' });
  // Counted before anything was sold.
  await server.hub.db.inOrganization(organizationId, (tx) =>
    tx.execute(sql`update inventory_items set baseline_at = ${ago(1000)}`),
  );
  const totals = (total: string) => ({ subtotal: total, discount: '0', shipping: '0', tax: '0', total, refunded: '0' });
  const vnd = { currency: 'VND', totals: totals('150000') };
  const buyer = { name: 'Jürgen Müller', email: 'juergen@example.org', phone: '+49 30 9876543' };
  const first = remoteOrder('1001', ago(1), [{ variantId: 'ao', quantity: 1 }], vnd);
  await addOrders(server.hub, organizationId, storeId, [first]);
  ids = await addOrders(server.hub, organizationId, storeId, [
    remoteOrder('1002', ago(2), [{ variantId: 'x', quantity: 3, change: { sku: 'HÜT-9', title: '夏の帽子 100%_wool' } }], {
      ...vnd,
      buyer,
    }),
    remoteOrder('1003', ago(3), [{ variantId: 'ao', quantity: 4 }], {
      ...vnd,
      nativeStatus: 'unpaid',
      financialStatus: 'pending',
    }),
    remoteOrder('2001', ago(30), [{ variantId: 'ao', effect: { reserved: 0 } }], {
      ...vnd,
      nativeStatus: 'cancelled',
      financialStatus: 'voided',
      cancelledAt: ago(29).toISOString(),
      cancelReason: 'customer',
    }),
  ]);
  const more = await addOrders(server.hub, organizationId, otherStoreId, [
    remoteOrder('B1', ago(4), [{ variantId: 'b', change: { title: '=HYPERLINK("evil")' } }], {
      number: 'B-77',
      totals: totals('12.5'),
    }),
  ]);
  ids = new Map([...ids, ...more]);
});
afterAll(() => server.close());

describe('the list', () => {
  test('shows orders of every store, the newest first, with amounts in the digits of their currency', async () => {
    const { items, nextCursor, total } = await list('?total=true');
    expect([nextCursor, total]).toEqual([null, 5]);
    expect(items.map(({ number }: { number: string }) => number)).toEqual(['#1001', '#1002', '#1003', 'B-77', '#2001']);
    expect(items[0]).toMatchObject({
      id: id('1001'),
      storeId,
      storeName: 'Saigon',
      platform: 'order_shop',
      badge: 'OS',
      status: 'open',
      currency: 'VND',
      total: '150000',
      itemCount: 1,
      unitCount: 1,
      unlinkedCount: 0,
      oversold: false,
      buyerName: 'Nguyễn Thị Ánh',
      firstItems: [{ title: 'Good ao', variantTitle: '', quantity: 1 }],
    });
    expect(items[3]).toMatchObject({ total: '12.50', unlinkedCount: 1 });
  });

  test('is narrowed by every filter', async () => {
    expect(await numbers('?status=open,unpaid')).toEqual(['#1001', '#1002', '#1003', 'B-77']);
    expect(await numbers('?status=unpaid&status=cancelled')).toEqual(['#1003', '#2001']);
    expect(await numbers(`?storeId=${otherStoreId}`)).toEqual(['B-77']);
    expect(await numbers('?financialStatus=voided')).toEqual(['#2001']);
    expect(await numbers('?attention=oversold')).toEqual(['#1003']);
    expect(await numbers('?attention=unlinked')).toEqual(['#1002', 'B-77']);
    expect(await numbers('?attention=any')).toEqual(['#1002', '#1003', 'B-77']);
    expect(await numbers(`?from=${encodeURIComponent(ago(2.5).toISOString())}`)).toEqual(['#1001', '#1002']);
    expect(await numbers('?sort=placedAt&status=cancelled,unpaid')).toEqual(['#2001', '#1003']);
    expect((await list('?status=lost')).code).toBe('invalid_input');
    expect((await list('?from=yesterday')).code).toBe('invalid_input');
  });

  test.each([
    ['1001', ['#1001']],
    ['#100', ['#1001', '#1002', '#1003']],
    ['b-7', ['B-77']],
    ['hüt-9', ['#1002']],
    ['夏の帽子', ['#1002']],
    ['100%_', ['#1002']],
    ['HYPERLINK', ['B-77']],
    ['JUERGEN@example.org', ['#1002']],
    ['030 9876543', ['#1002']],
    ['müller jürgen', ['#1002']],
    ['nothing like it', []],
  ])('q=%s finds what it should, and nothing else', async (q, found) => {
    expect(await numbers(`?q=${encodeURIComponent(q)}`)).toEqual(found);
  });

  test.each(['-placedAt', 'placedAt', '-total'])('by %s, page after page, skips and repeats nothing', async (sort) => {
    const whole = await numbers(`?sort=${sort}`);
    const found: string[] = [];
    let cursor = '';
    do {
      const page = await list(`?sort=${sort}&limit=2${cursor}`);
      found.push(...page.items.map(({ number }: { number: string }) => number));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(found).toEqual(whole);
    expect(found).toHaveLength(5);
  });

  test('by total, currency after currency, in each the largest first: 150 000 VND are not more than 900 USD', async () => {
    const of = (items: { currency: string; total: string }[]) => items.map(({ currency, total }) => `${currency} ${total}`);
    const { items } = await list('?sort=-total');
    expect(of(items)).toEqual(['USD 12.50', ...Array(4).fill('VND 150000')]);
    expect((await list(`?sort=-total&cursor=${Buffer.from('["-total","900.5","x"]').toString('base64url')}`)).code).toBe(
      'invalid_input',
    );
    const old = Buffer.from(JSON.stringify(['-total', '900.5', id('1001')])).toString('base64url');
    expect((await list(`?sort=-total&cursor=${old}`)).code).toBe('invalid_input');
  });

  test('counts what waits for a person', async () => {
    const counts = (await server.owner.get('/api/orders/counts')).body;
    expect(counts).toMatchObject({ toShip: 3, unpaid: 1, attention: 3, oversold: 1, unlinked: 2, refused: 0 });
    expect(counts.today).toBe((await list(`?from=${now.toISOString().slice(0, 10)}&total=true`)).total);
  });

  test('belongs to its organization: another finds no order of it by any way', async () => {
    expect((await list('?total=true', server.stranger)).total).toBe(0);
    for (const q of ['1001', 'ao', 'juergen@example.org']) expect(await numbers(`?q=${q}`, server.stranger)).toEqual([]);
    expect((await server.stranger.get('/api/orders/counts')).body).toEqual({ ...none, today: 0 });
    expect((await server.stranger.get('/api/orders/export.csv')).text.trim().split('\n')).toHaveLength(1);
    expect((await server.stranger.get('/api/sales')).body.series).toEqual([]);
    const calls: [Parameters<Person['send']>[0] | 'GET', string, unknown?][] = [
      ['GET', ''],
      ['GET', '/timeline'],
      ['GET', '/carriers'],
      ['PATCH', '', { note: 'x' }],
      ['POST', '/refresh'],
      ['POST', '/shipments', { items: [{ itemId: newId(), quantity: 1 }], carrier: '', trackingNumber: '' }],
      ['POST', `/shipments/${newId()}/cancel`],
    ];
    for (const [method, path, body] of calls) {
      const url = `/api/orders/${id('1001')}${path}`;
      const answer = method === 'GET' ? await server.stranger.get(url) : await server.stranger.send(method, url, body);
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'not_found']);
    }
  });

  test('shows no customer to a viewer, nor lets one be searched for', async () => {
    expect((await list('', viewer)).items.map((order: { buyerName: unknown }) => order.buyerName)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(await numbers('?q=juergen@example.org', viewer)).toEqual([]);
    const detail = (await viewer.get(`/api/orders/${id('1002')}`)).body;
    expect([detail.buyer, detail.shippingAddress, detail.buyerNote]).toEqual([null, null, '']);
    const file = (await viewer.get('/api/orders/export.csv')).text;
    expect(file).not.toMatch(/buyer|Müller|example/);
  });
});

describe('an order', () => {
  test('is shown with its items, what they want and have booked of the stock, and why not', async () => {
    const order = (await server.owner.get(`/api/orders/${id('1003')}`)).body;
    expect(order).toMatchObject({
      status: 'unpaid',
      totals: { total: '150000', refunded: '0' },
      buyer: { name: 'Nguyễn Thị Ánh', email: 'anh@example.com' },
      shipments: [],
      canShip: { possible: false, why: expect.stringContaining('not paid') },
      carriers: [],
    });
    expect(order.items).toMatchObject([
      {
        quantity: 4,
        unitPrice: '10',
        wanted: { reserved: 4, shipped: 0, restocked: 0 },
        toShip: 4,
        parked: null,
        oversoldUnits: 3,
        imageUrl: 'https://img.test/ao.png',
        listingId: expect.any(String),
        bookings: [{ locationName: 'Main location', reserved: 4, shipped: 0, restocked: 0 }],
      },
    ]);
    const unlinked = (await server.owner.get(`/api/orders/${id('1002')}`)).body;
    expect(unlinked.items).toMatchObject([
      { parked: 'unlinked', parkedSentence: expect.stringContaining('Link it'), bookings: [], variantId: null },
    ]);
    const cannot = (await server.owner.get(`/api/orders/${id('B1')}`)).body;
    expect(cannot.canShip).toEqual({ possible: false, why: expect.stringContaining('Corner Shop does not take shipments') });
    expect([cannot.carriers, (await server.owner.get(`/api/orders/${id('B1')}/carriers`)).body]).toEqual([null, []]);
    expect((await server.owner.get(`/api/orders/${id('1001')}/carriers`)).body).toEqual([
      { code: 'post', name: 'Post for 1001' },
    ]);
  });

  test('keeps a note and tags of the seller; who wrote them stands in its timeline and in the trail, and every page hears of it', async () => {
    server.announced.length = 0;
    const url = `/api/orders/${id('1001')}`;
    const patch = { note: 'Gift — für Ánh 🎁', tags: ['gift', 'Gấp', 'gift'] };
    const changed = await server.owner.send('PATCH', url, patch);
    expect([changed.status, changed.body]).toMatchObject([200, { note: patch.note, tags: ['gift', 'Gấp'] }]);
    expect(server.announced).toEqual([{ kind: 'order', ids: [id('1001')], storeId }]);
    await server.owner.send('PATCH', url, patch);
    expect(server.announced).toHaveLength(1);
    expect(await numbers('?tag=G%E1%BA%A5p')).toEqual(['#1001']);
    const { items } = (await server.owner.get(`${url}/timeline`)).body;
    expect(items.map(({ code, who }: { code: string; who: string | null }) => [code, who])).toEqual([
      ['placed', null],
      ['stock_reserved', null],
      ['note_changed', 'owner'],
      ['tags_changed', 'owner'],
    ]);
    expect(items.map(({ sentence }: { sentence: string }) => sentence)).toEqual([
      'Order #1001 was placed',
      '1 unit was reserved',
      'The note was changed',
      'The tags were changed',
    ]);
    const trail = (await server.owner.get(`/api/audit-log?subjectId=${id('1001')}`)).body.items;
    expect(trail.map(({ action }: { action: string }) => action).sort()).toEqual(['order.note_changed', 'order.tags_changed']);
    expect(JSON.stringify(trail)).not.toContain('Ánh');
    expect((await server.owner.send('PATCH', url, { note: 'a\u0000b' })).body.code).toBe('invalid_input');
    expect((await server.owner.send('PATCH', url, { tags: [''] })).body.code).toBe('invalid_input');
    expect((await server.owner.send('PATCH', url, { total: '0' })).body.code).toBe('invalid_input');
  });

  test('that was oversold is settled by a person', async () => {
    const url = `/api/orders/${id('1003')}`;
    const settled = (await server.owner.send('PATCH', url, { oversoldSettled: true })).body;
    expect([settled.oversold, settled.items[0].oversoldUnits]).toEqual([false, 0]);
    expect(await numbers('?attention=oversold')).toEqual([]);
    const { items } = (await server.owner.get(`${url}/timeline`)).body;
    expect(items.at(-1)).toMatchObject({ code: 'oversold_settled', who: 'owner', parameters: { units: 3 } });
  });

  test('is read again when somebody asks', async () => {
    server.woken.length = 0;
    const answer = await server.owner.send('POST', `/api/orders/${id('1001')}/refresh`);
    expect([answer.status, answer.body.id, server.woken]).toEqual([202, id('1001'), [storeId]]);
    const { rows } = await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
      tx.execute(sql`select platform_order_id from orders where refresh_wanted_at is not null`),
    );
    expect(rows).toEqual([{ platform_order_id: '1001' }]);
  });
});

describe('a shipment', () => {
  const body = async (units: number, trackingNumber = 'T1') => {
    const order = (await server.owner.get(`/api/orders/${id('1002')}`)).body;
    return { items: [{ itemId: order.items[0].id, quantity: units }], carrier: 'Post', trackingNumber, notifyBuyer: true };
  };
  const url = () => `/api/orders/${id('1002')}/shipments`;

  test('is kept unsent, wakes the store, and the same key reports it once', async () => {
    server.woken.length = 0;
    const headers = { 'idempotency-key': 'parcel-1' };
    const first = await server.owner.send('POST', url(), await body(2), headers);
    expect([first.status, first.body]).toMatchObject([
      202,
      {
        state: 'unsent',
        ours: true,
        carrier: 'Post',
        trackingNumber: 'T1',
        items: [{ title: '夏の帽子 100%_wool', quantity: 2 }],
      },
    ]);
    expect(server.woken).toEqual([storeId]);
    const again = await server.owner.send('POST', url(), await body(2), headers);
    expect(again.body.id).toBe(first.body.id);
    const order = (await server.owner.get(`/api/orders/${id('1002')}`)).body;
    expect([order.shipments.length, order.items[0].toShip, order.canShip.possible]).toEqual([1, 1, true]);
    const trail = (await server.owner.get(`/api/audit-log?subjectId=${id('1002')}`)).body.items;
    expect(trail).toMatchObject([{ action: 'order.shipment_requested', details: { units: 2, trackingNumber: 'T1' } }]);
  });

  test('of more than is left is refused, naming the item', async () => {
    const answer = await server.owner.send('POST', url(), await body(2, 'T2'));
    expect([answer.status, answer.body.issues]).toEqual([
      400,
      [{ path: 'items.0.quantity', message: '"夏の帽子 100%_wool": only 1 of it are left to be shipped.' }],
    ]);
    const foreign = { ...(await body(1)), items: [{ itemId: newId(), quantity: 1 }] };
    expect((await server.owner.send('POST', url(), foreign)).body.issues[0].path).toBe('items.0.itemId');
    expect((await server.owner.send('POST', url(), { ...(await body(1)), trackingUrl: 'javascript:alert(1)' })).status).toBe(400);
    expect((await server.owner.send('POST', url(), { ...(await body(1)), items: [] })).status).toBe(400);
  });

  test('is called off while it is unsent', async () => {
    const [shipment] = (await server.owner.get(`/api/orders/${id('1002')}`)).body.shipments;
    const answer = await server.owner.send('POST', `${url()}/${shipment.id}/cancel`);
    expect([answer.status, answer.body.state]).toEqual([200, 'cancelled']);
    expect((await server.owner.get(`/api/orders/${id('1002')}`)).body.items[0].toShip).toBe(3);
  });

  test('of an order that takes none is refused with what to do', async () => {
    const order = (await server.owner.get(`/api/orders/${id('B1')}`)).body;
    const input = { items: [{ itemId: order.items[0].id, quantity: 1 }], carrier: '', trackingNumber: '', notifyBuyer: false };
    const answer = await server.owner.send('POST', `/api/orders/${id('B1')}/shipments`, input);
    expect([answer.status, answer.body.detail]).toEqual([
      409,
      expect.stringContaining('Mark the order as shipped on Corner Shop'),
    ]);
  });

  test('is no business of a viewer', async () => {
    for (const [method, path] of [
      ['PATCH', ''],
      ['POST', '/refresh'],
      ['POST', '/shipments'],
    ] as const)
      expect((await viewer.send(method, `/api/orders/${id('1002')}${path}`, {})).status).toBe(403);
  });
});

describe('the file', () => {
  test('has a line for every item, no formula, and says in the trail who took customers out', async () => {
    const answer = await server.owner.get('/api/orders/export.csv');
    expect(answer.headers['content-type']).toContain('text/csv');
    const lines = answer.text.trim().split('\n');
    expect(lines).toHaveLength(6);
    expect(answer.text).toMatch(/^\uFEFForder,store,platform,placed_at,status/);
    expect(lines[1]).toContain(',VND,150000,');
    expect(lines[2]).toContain('Jürgen Müller,juergen@example.org,+49 30 9876543'.replace('+49', "'+49"));
    expect(lines[4]).toContain(`"'=HYPERLINK(""evil"")"`);
    expect((await server.owner.get('/api/orders/export.csv?status=cancelled')).text.trim().split('\n')).toHaveLength(2);
    const chosen = await server.owner.get(`/api/orders/export.csv?ids=${id('1002')},${id('B1')},${newId()}`);
    expect(chosen.text.trim().split('\n').slice(1)).toEqual([lines[2], lines[4]]);
    const trail = (await server.owner.get('/api/audit-log?action=orders.exported')).body.items;
    expect(trail[0]).toMatchObject({ actorId: server.owner.userId });
  });
});

test('an order of 10 000 lines is shown and exported whole', async () => {
  const { organizationId } = server.owner;
  const lines = Array.from({ length: 10_000 }, (_, at) => ({ variantId: `many ${at}`, id: `line ${at}` }));
  const big = await addOrders(server.hub, organizationId, otherStoreId, [remoteOrder('BIG', ago(100), lines)]);
  const order = (await server.owner.get(`/api/orders/${big.get('BIG')}`)).body;
  expect([order.items.length, order.itemCount, order.firstItems.length]).toEqual([10_000, 10_000, 3]);
  expect((await server.owner.get(`/api/orders/${big.get('BIG')}/timeline`)).body.items).toHaveLength(1);
  const day = encodeURIComponent(ago(99).toISOString());
  const file = (await server.owner.get(`/api/orders/export.csv?to=${day}`)).text.trim().split('\n');
  expect(file).toHaveLength(10_001);
  expect(new Set(file).size).toBe(10_001);
});
