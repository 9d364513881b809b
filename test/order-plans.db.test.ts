/** How orders are found among many: as the application's role sees them, under row-level security. */
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appRole } from '#db/roles.ts';
import { countOrders } from '#orders/count-orders.ts';
import { listOrders, type OrderFilter, type OrderSort, pageStatement } from '#orders/list-orders.ts';
import { readSales } from '#orders/read-sales.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;
const many = 100_000;
const view = { timezone: 'Asia/Tokyo', customers: true };

beforeAll(async () => {
  database = await testDatabase();
  world = await twoStores(database, {});
  const org = world.organizationId;
  await world.rows(sql`
    insert into orders (organization_id, id, store_id, platform_order_id, number, status, native_status, financial_status, placed_at, snapshot_at, snapshot_hash,
      currency, subtotal, discount, shipping, tax, total, refunded, item_count, unit_count, oversold, tags, buyer_keys, created_at, updated_at)
    select ${org}::uuid, gen_random_uuid(), case when n % 10 = 0 then ${world.sourceId}::uuid else ${world.otherId}::uuid end, 'p' || n, '#' || (100000 + n),
      (array['shipped','completed','delivered','open','unpaid','cancelled','partially_shipped'])[case when n > 2000 then 1 + n % 3 when n % 20 = 1 then 5 when n % 20 = 2 then 7 when n % 2 = 0 then 4 else 1 end],
      'x', case when n % 50 = 0 then 'refunded' else 'paid' end, now() - make_interval(mins => n * 5), now(), 'h', 'USD', 10, 0, 0, 0, (n * 7919) % 100000 / 100.0, 0, 2, 3,
      n % 5000 = 0, case when n % 1000 = 0 then array['gift'] else '{}'::text[] end, array['key' || (n % 40000), 'nguyen' || (n % 50)], now(), now()
    from generate_series(1, ${many}) n`);
  await world.rows(sql`
    insert into order_items (organization_id, id, order_id, store_id, platform_item_id, sku, title, variant_title, quantity, unit_price, discount, fulfilled_by, reserved, shipped, restocked, updated_at)
    select o.organization_id, lpad(to_hex(row_number() over (order by o.placed_at, k)), 32, '0')::uuid, o.id, o.store_id, 'i' || k, 'SKU-' || (abs(hashtext(o.number || k)) % 5000), 'Linen shirt model ' || (abs(hashtext(o.number)) % 300), 'Size ' || k, 1, 5, 0, 'seller', 0, 1, 0, now()
    from orders o, generate_series(1, 2) k`);
  const owner = new pg.Client(database.ownerUrl);
  await owner.connect();
  await owner.query('analyze orders; analyze order_items');
  await owner.end();
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

/** The indexes through which the list finds its second page, as the list itself asks for it. */
async function indexesOf(filter: OrderFilter, sort: OrderSort = '-placedAt'): Promise<string[]> {
  const after: [string, string] = [sort === '-total' ? 'USD 900.5' : new Date().toISOString(), world.sourceId];
  const plan = await world.within((tx) =>
    tx.execute<{ 'QUERY PLAN': string }>(
      sql`explain (costs off) ${pageStatement(world.hub, tx, filter, { limit: 50, after }, sort, view)}`,
    ),
  );
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).not.toContain('Seq Scan');
  return [...text.matchAll(/using (\w+)|Bitmap Index Scan on (\w+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

test('the plans are those of the role that the hub works as, which row-level security binds', async () => {
  const [role] = await world.rows(sql`select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user`);
  expect(role).toEqual({ rolname: appRole, rolsuper: false, rolbypassrls: false });
  const [table] = await world.rows(sql`select relrowsecurity, relforcerowsecurity from pg_class where relname = 'orders'`);
  expect(table).toEqual({ relrowsecurity: true, relforcerowsecurity: true });
});

test('every filter of the list has an index that the application may use', async () => {
  expect(await indexesOf({})).toEqual(['orders_placed']);
  expect(await indexesOf({}, 'placedAt')).toEqual(['orders_placed']);
  expect(await indexesOf({}, '-total')).toEqual(['orders_amount', 'orders_amount']);
  expect(await indexesOf({ status: ['open'] }, 'placedAt')).toEqual(['orders_status']);
  expect(await indexesOf({ status: ['open', 'partially_shipped'] }, 'placedAt')).toEqual(['orders_status', 'orders_status']);
  expect(await indexesOf({ storeId: world.sourceId })).toEqual(['orders_store']);
  expect(await indexesOf({ financialStatus: 'refunded' })).toEqual(['orders_financial']);
  expect(await indexesOf({ attention: 'oversold' })).toEqual(['orders_attention']);
  expect(new Set(await indexesOf({ attention: 'any' }))).toEqual(
    new Set(['orders_attention', 'orders_status', 'order_shipments_order']),
  );
  expect(await indexesOf({ attention: 'refused' })).toEqual(['orders_status', 'order_shipments_order']);
  expect(await indexesOf({ tag: 'gift' })).toEqual(['orders_tagged']);
  expect(await indexesOf({ from: '2026-03-01' })).toEqual(['orders_placed']);
  expect(await indexesOf({ ids: [world.sourceId] })).toEqual(['orders_organization_id_id_pk']);
});

test('the inbox, its counts and what was sold are found at once, though what waits is the newest of very many', async () => {
  const began = performance.now();
  const counts = await world.within((tx) => countOrders(tx, view.timezone, new Date()));
  const filter: OrderFilter = { status: ['open', 'partially_shipped'] };
  const page = await world.within((tx) => listOrders(world.hub, tx, filter, { limit: 50, after: null }, 'placedAt', view));
  const day = new Date().toISOString().slice(0, 10);
  const sales = await world.within((tx) => readSales(tx, { from: '2026-01-01', to: day, by: 'store' }, view.timezone));
  const took = performance.now() - began;
  expect(counts).toMatchObject({ toShip: expect.any(Number), unpaid: 100, attention: 20, oversold: 20, refused: 0 });
  expect(counts.toShip).toBeGreaterThan(900);
  expect(page.items.every(({ status }) => filter.status?.includes(status))).toBe(true);
  expect(page.items).toHaveLength(50);
  expect(sales).toHaveLength(2);
  // Most of it is the machine's own business.
  expect(took).toBeLessThan(2000);
});

test('a search looks at a bounded part of what was sold: a common word, a rare one, a number, a buyer, nothing at all', async () => {
  const found = async (q: string) => {
    const page = await world.within((tx) => listOrders(world.hub, tx, { q }, { limit: 200, after: null }, '-placedAt', view));
    return page.items.length;
  };
  const began = performance.now();
  expect(await found('linen shirt')).toBe(200);
  expect(await found('SKU-4321')).toBeGreaterThan(0);
  expect(await found(String(100_000 + many))).toBe(1);
  expect(await found('nobody@example.com')).toBe(0);
  expect(await found('zzzz qqq')).toBe(0);
  // Half of it is the machine's own business: unbounded, one of these alone takes seconds.
  expect(performance.now() - began).toBeLessThan(3000);
});
