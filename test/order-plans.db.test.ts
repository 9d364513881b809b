/** How orders are found among many: as the application's role sees them, under row-level security. */
import { type SQL, sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listOrders } from '#orders/list-orders.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;
const many = 30_000;

beforeAll(async () => {
  database = await testDatabase();
  world = await twoStores(database, {});
  const org = world.organizationId;
  await world.rows(sql`
    insert into orders (organization_id, id, store_id, platform_order_id, number, status, native_status, financial_status, placed_at, snapshot_at, snapshot_hash,
      currency, subtotal, discount, shipping, tax, total, refunded, item_count, unit_count, oversold, tags, buyer_keys, created_at, updated_at)
    select ${org}::uuid, gen_random_uuid(), case when n % 10 = 0 then ${world.sourceId}::uuid else ${world.otherId}::uuid end, 'p' || n, '#' || (100000 + n),
      (array['shipped','completed','delivered','open','unpaid','cancelled','partially_shipped'])[case when n % 100 = 0 then 4 when n % 100 = 1 then 5 when n % 100 = 2 then 7 else 1 + n % 3 end],
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
}, 240_000);
afterAll(async () => {
  await world.close();
  await database.drop();
});

/** The names of the indexes that a page is found through. */
async function indexesOf(conditions: SQL, order: SQL = sql`o.placed_at desc, o.id desc`): Promise<string[]> {
  const plan = await world.rows<{ 'QUERY PLAN': string }>(sql`explain (costs off)
    select o.id from orders o where o.organization_id = ${world.organizationId} and ${conditions} order by ${order} limit 51`);
  const text = plan.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).not.toContain('Seq Scan');
  return [...text.matchAll(/using (\w+)|Bitmap Index Scan on (\w+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

test('every filter of the list has an index that the application may use', async () => {
  expect(await indexesOf(sql`true`)).toEqual(['orders_placed']);
  expect(await indexesOf(sql`true`, sql`o.total desc, o.id desc`)).toEqual(['orders_total']);
  expect(await indexesOf(sql`o.status = 'open'`)).toEqual(['orders_status']);
  expect(await indexesOf(sql`o.store_id = ${world.sourceId}::uuid`)).toEqual(['orders_store']);
  expect(await indexesOf(sql`o.financial_status = 'refunded'`)).toEqual(['orders_financial']);
  expect(await indexesOf(sql`(o.oversold or o.unlinked_count > 0)`)).toEqual(['orders_attention']);
  expect(await indexesOf(sql`o.tags <> '{}'::text[] and ${'gift'} = any(o.tags)`)).toEqual(['orders_tagged']);
  expect(await indexesOf(sql`o.placed_at >= ('2026-03-01'::date::timestamp at time zone 'Asia/Tokyo')`)).toEqual([
    'orders_placed',
  ]);
});

test('a search looks at a bounded part of what was sold: a common word, a rare one, a number, a buyer, nothing at all', async () => {
  const view = { timezone: 'UTC', customers: true };
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
