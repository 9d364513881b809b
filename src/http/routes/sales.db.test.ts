import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addStore } from '#http/test-goods.ts';
import { addOrders, orderShop } from '#http/test-orders.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';
import { remoteOrder } from '#test/remote-order.ts';

let server: TestServer;
let storeId: string;
let otherStoreId: string;

beforeAll(async () => {
  server = await startTestServer();
  Object.assign(server.hub.connectors, { order_shop: orderShop });
  storeId = await addStore(server.hub, server.owner.organizationId, 'Berlin', { platform: 'order_shop' });
  otherStoreId = await addStore(server.hub, server.owner.organizationId, 'Tokyo', { platform: 'order_shop' });
  await server.hub.db.inOrganization(server.owner.organizationId, (tx) =>
    tx.execute(
      sql`update organization_settings set timezone = 'Europe/Berlin', currency = 'EUR' where organization_id = ${tx.organizationId}`,
    ),
  );
  const totals = (total: string, refunded = '0') => ({
    subtotal: total,
    discount: '0',
    shipping: '0',
    tax: '0',
    total,
    refunded,
  });
  const at = (moment: string, id: string, change: Parameters<typeof remoteOrder>[3]) =>
    remoteOrder(id, new Date(moment), [{ variantId: 'a', quantity: 2 }], { currency: 'EUR', ...change });
  await addOrders(server.hub, server.owner.organizationId, storeId, [
    // Clocks go back at 01:00 UTC on 25 October 2026: the day has 25 hours, from 22:00 UTC to 23:00 UTC.
    at('2026-10-24T21:59:59Z', 'before', { totals: totals('1.00') }),
    at('2026-10-24T22:00:00Z', 'first', { totals: totals('10.10') }),
    at('2026-10-25T22:59:59.999Z', 'last', { totals: totals('20.20', '5.05') }),
    at('2026-10-25T23:00:00Z', 'after', { totals: totals('2.00') }),
    at('2026-10-25T12:00:00Z', 'unpaid', { totals: totals('99.00'), nativeStatus: 'unpaid' }),
    at('2026-10-25T12:00:00Z', 'cancelled', { totals: totals('99.00'), nativeStatus: 'cancelled' }),
    // They go forward on 29 March: 23 hours, from 23:00 UTC to 22:00 UTC.
    at('2026-03-28T23:00:00Z', 'short first', { totals: totals('3.00') }),
    at('2026-03-29T21:59:59Z', 'short last', { totals: totals('4.00') }),
    at('2026-03-29T22:00:00Z', 'short after', { totals: totals('5.00') }),
  ]);
  await addOrders(server.hub, server.owner.organizationId, otherStoreId, [
    at('2026-10-25T10:00:00Z', 'yen', { currency: 'JPY', totals: totals('1500') }),
    at('2026-10-25T11:00:00Z', 'euro', { totals: totals('0.30') }),
  ]);
});
afterAll(() => server.close());

const ask = async (query: string) => (await server.owner.get(`/api/sales?${query}`)).body;

test('a day is a day of the organization, also when it has 25 or 23 hours; unpaid and cancelled orders are no sales', async () => {
  const long = await ask('from=2026-10-24&to=2026-10-26');
  const own = long.series.filter((line: { storeId: string }) => line.storeId === storeId);
  expect(own).toEqual([
    { day: '2026-10-24', storeId, currency: 'EUR', orders: 1, units: 2, total: '1.00', refunded: '0.00' },
    { day: '2026-10-25', storeId, currency: 'EUR', orders: 2, units: 4, total: '30.30', refunded: '5.05' },
    { day: '2026-10-26', storeId, currency: 'EUR', orders: 1, units: 2, total: '2.00', refunded: '0.00' },
  ]);
  expect(long).toMatchObject({ currency: 'EUR', timezone: 'Europe/Berlin' });
  const short = await ask('from=2026-03-29&to=2026-03-29');
  expect(short.series).toMatchObject([{ day: '2026-03-29', orders: 2, total: '7.00' }]);
});

test('the list cuts its days at the same moments', async () => {
  const listed = await server.owner.get('/api/orders?from=2026-10-25&to=2026-10-25&status=open&sort=placedAt&total=true');
  expect(listed.body.total).toBe(4);
  expect(listed.body.items.map(({ number }: { number: string }) => number)).toEqual(['#first', '#yen', '#euro', '#last']);
});

test('amounts of different currencies are never added, and have the digits of their own', async () => {
  const { series } = await ask('from=2026-10-25&to=2026-10-25&by=store');
  const tokyo = series.filter((line: { storeId: string }) => line.storeId === otherStoreId);
  expect(tokyo).toEqual([
    { day: null, storeId: otherStoreId, currency: 'EUR', orders: 1, units: 2, total: '0.30', refunded: '0.00' },
    { day: null, storeId: otherStoreId, currency: 'JPY', orders: 1, units: 2, total: '1500', refunded: '0' },
  ]);
});

test('a range that is too long or ends before it begins is refused', async () => {
  expect((await ask('from=2020-01-01&to=2026-01-01')).issues).toMatchObject([{ path: 'to' }]);
  expect((await ask('from=2026-01-02&to=2026-01-01')).code).toBe('invalid_input');
  expect((await ask('from=2026-02-30')).code).toBe('invalid_input');
  const usual = await ask('');
  expect((Date.parse(usual.to) - Date.parse(usual.from)) / 86_400_000).toBe(29);
});
