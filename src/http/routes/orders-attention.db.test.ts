/** What a seller must hear of an order beyond its status: refused shipments, counts that contain it, tags in use, its story. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { addOrders, orderShop } from '#http/test-orders.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';
import { untilDecided } from '#listings/holds.ts';
import { remoteOrder } from '#test/remote-order.ts';

let server: TestServer;
let storeId: string;
let ids: Map<string, string>;

const now = new Date();
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const id = (platformId: string): string => ids.get(platformId) ?? '';
const get = async (path: string) => (await server.owner.get(path)).body;
const rows = <Row extends Record<string, unknown>>(statement: ReturnType<typeof sql>) =>
  server.hub.db.inOrganization(server.owner.organizationId, async (tx) => (await tx.execute<Row>(statement)).rows);

beforeAll(async () => {
  server = await startTestServer();
  Object.assign(server.hub.connectors, { order_shop: orderShop });
  const { organizationId } = server.owner;
  storeId = await addStore(server.hub, organizationId, 'Saigon', { platform: 'order_shop' });
  const { variantIds } = await addProduct(server.hub, organizationId, { title: 'Hat', variants: [{ sku: 'HAT', onHand: 9 }] });
  const listing = { productTitle: 'Hat', sku: 'HAT', platformVariantId: 'hat', variantId: variantIds[0] ?? '' };
  await addListing(server.hub, organizationId, storeId, listing);
  await rows(sql`update inventory_items set baseline_at = ${ago(10)}, baseline_kind = 'available'`);
  ids = await addOrders(server.hub, organizationId, storeId, [
    remoteOrder('OLD', ago(20), [{ variantId: 'hat', quantity: 2 }]),
    remoteOrder('NEW', ago(5), [{ variantId: 'hat', quantity: 3 }]),
  ]);
});
afterAll(() => server.close());

test('an order that is older than the first count says how much of it the count contains; a younger one does not', async () => {
  expect((await get(`/api/orders/${id('OLD')}`)).items).toMatchObject([{ unitsInFirstCount: 2, bookings: [] }]);
  expect((await get(`/api/orders/${id('NEW')}`)).items).toMatchObject([{ unitsInFirstCount: 0, bookings: [{ reserved: 3 }] }]);
});

test('an order whose last shipment was refused needs somebody, until another is reported or it is shipped', async () => {
  const report = (state: string, at: Date) =>
    rows(sql`insert into order_shipments (organization_id, id, order_id, store_id, carrier, tracking_number, items, state, refusal, created_by, created_at, updated_at)
      values (${server.owner.organizationId}, ${newId()}, ${id('NEW')}, ${storeId}, 'Post', 'T1', '[]'::jsonb, ${state},
        '{"code":"digital","parameters":{"title":"Hat"}}'::jsonb, 'somebody', ${at}, ${at})`);
  const refused = async () => {
    const listed = async (attention: string) =>
      (await get(`/api/orders?attention=${attention}`)).items.map(({ number }: { number: string }) => number);
    const shown = (await get('/api/orders')).items.filter((order: { shipmentRefused: boolean }) => order.shipmentRefused);
    const { attention, refused: counted } = await get('/api/orders/counts');
    return [
      await listed('refused'),
      await listed('any'),
      shown.map(({ number }: { number: string }) => number),
      attention,
      counted,
    ];
  };
  const nothing = [[], [], [], 0, 0];
  expect(await refused()).toEqual(nothing);
  await report('refused', ago(3));
  expect(await refused()).toEqual([['#NEW'], ['#NEW'], ['#NEW'], 1, 1]);
  await report('unsent', ago(2));
  expect(await refused()).toEqual(nothing);
  await report('refused', ago(1));
  expect((await refused())[4]).toBe(1);
  await rows(sql`update orders set status = 'shipped' where id = ${id('NEW')}`);
  expect(await refused()).toEqual(nothing);
});

test('tags in use are told with the number of their orders, the most frequent first, and to nobody else', async () => {
  await server.owner.send('PATCH', `/api/orders/${id('OLD')}`, { tags: ['vip', 'gift'] });
  await server.owner.send('PATCH', `/api/orders/${id('NEW')}`, { tags: ['gift'] });
  expect(await get('/api/orders/tags')).toEqual([
    { tag: 'gift', orders: 2 },
    { tag: 'vip', orders: 1 },
  ]);
  expect((await server.stranger.get('/api/orders/tags')).body).toEqual([]);
});

test('a status that the platform tells by the second comes after the shipment that was reported in that second', async () => {
  const second = new Date(Math.floor(ago(4).getTime() / 1000) * 1000);
  const tell = (code: string, at: Date) =>
    rows(sql`insert into order_events (organization_id, id, order_id, at, code, parameters)
      values (${server.owner.organizationId}, ${newId()}, ${id('OLD')}, ${at}, ${code}, '{"trackingNumber":"T9","units":1}'::jsonb)`);
  await tell('became_shipped', second);
  await tell('shipment_requested', new Date(second.getTime() + 400));
  await tell('became_delivered', new Date(second.getTime() + 1000));
  const codes = (await get(`/api/orders/${id('OLD')}/timeline`)).items.map(({ code }: { code: string }) => code);
  expect(codes).toEqual(['placed', 'shipment_requested', 'became_shipped', 'became_delivered', 'tags_changed']);
});

test('units that a store seems to have sold are counted once they wait for longer than an order takes to be told of, and not while a person is asked about them', async () => {
  const hold = (createdAt: Date, until: Date, reason = 'unexplained_drop') =>
    rows(sql`insert into listing_holds (organization_id, id, listing_id, store_id, variant_id, units, reason, until, created_at)
      select organization_id, ${newId()}, id, store_id, variant_id, 2, ${reason}, ${until}, ${createdAt} from listings where sku = 'HAT'`);
  const counted = async () => (await get('/api/orders/counts')).unexplained;
  await hold(now, ago(-1));
  await hold(ago(2), ago(1));
  await hold(ago(1), untilDecided);
  await hold(ago(1), ago(-1), 'locked_by_platform');
  expect(await counted()).toBe(0);
  await hold(ago(1), ago(-1));
  await hold(ago(1), ago(-1));
  expect(await counted()).toBe(1);
});
