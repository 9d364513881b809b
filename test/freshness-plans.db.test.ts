/** What the freshness of a week reads of a busy organization: the lines of its sales by index, and of changes the newest. */
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshnessStatement, freshnessWindows, readFreshness } from '#sync/read-freshness.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;
const changes = 60_000;
const sales = 4000;

beforeAll(async () => {
  database = await testDatabase();
  const goods = Array.from({ length: 20 }, (_, at) => ({ variantId: `g${at}`, productId: `p${at}` }));
  world = await twoStores(database, { goods });
  const now = world.clock.now();
  // A sale every two minutes, each followed within two seconds by the other store; and a hundred other changes beside it.
  await world.rows(sql`
    with made as (
      insert into orders (organization_id, id, store_id, platform_order_id, number, status, native_status, financial_status, placed_at, snapshot_at, snapshot_hash,
        currency, subtotal, discount, shipping, tax, total, refunded, item_count, unit_count, created_at, updated_at)
      select ${world.organizationId}::uuid, gen_random_uuid(), ${world.otherId}::uuid, n::text, '#' || n, 'open', 'open', 'paid', ${now}::timestamptz - make_interval(mins => n * 2), ${now}, 'h',
        'USD', 10, 0, 0, 0, 10, 0, 1, 1, ${now}, ${now} from generate_series(1, ${sales}) n returning organization_id, id, store_id, platform_order_id)
    insert into order_items (organization_id, id, order_id, store_id, platform_item_id, platform_variant_id, sku, title, variant_title, quantity, unit_price, discount,
      fulfilled_by, reserved, shipped, restocked, updated_at)
    select organization_id, gen_random_uuid(), id, store_id, 'i', 'g' || platform_order_id::int % 20 || '*', '', '', '', 1, 10, 0, 'seller', 0, 1, 0, ${now} from made`);
  await world.rows(sql`
    insert into sync_logs (organization_id, id, store_id, listing_id, level, event, message, details, created_at)
    select i.organization_id, gen_random_uuid(), i.store_id, i.id, 'info', 'quantity_pushed', '', '{"latencyMs": 500}'::jsonb, ${now}::timestamptz - make_interval(mins => n * 2) + interval '2 seconds'
    from generate_series(1, ${sales}) n join listings i on i.store_id = ${world.sourceId} and i.platform_variant_id = 'g' || n % 20
    union all
    select ${world.organizationId}::uuid, gen_random_uuid(), ${world.otherId}::uuid, null, 'info', 'price_pushed', '', '{"latencyMs": 100}'::jsonb, ${now}::timestamptz - make_interval(secs => n * 9)
    from generate_series(1, ${changes}) n`);
  const owner = new pg.Client(database.ownerUrl);
  await owner.connect();
  await owner.query('analyze');
  await owner.end();
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Node[];
}
const blocksOf = (node: Node): number => node['Shared Hit Blocks'] + node['Shared Read Blocks'];
const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

test.each(['hour', 'day', 'week'] as const)('of the last %s is read by index, and never more than is bounded', async (window) => {
  const since = new Date(world.clock.now().getTime() - freshnessWindows[window] * 1000);
  const { rows } = await world.within((tx) =>
    tx.execute<{ 'QUERY PLAN': [{ Plan: Node }] }>(sql`explain (analyze, buffers, format json) ${freshnessStatement(tx, since)}`),
  );
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error('there is no plan');
  // A month without a line is a page at most.
  const scanned = nodesOf(plan).filter(
    (node) => node['Node Type'] === 'Seq Scan' && node['Relation Name']?.startsWith('sync_logs') && blocksOf(node) > 20,
  );
  expect(scanned.map((node) => node['Relation Name'])).toEqual([]);
  expect(blocksOf(plan)).toBeLessThan(12_000);
});

test('of a week is told with the sales that are followed, the newest of them', async () => {
  const stores = await world.within((tx) => readFreshness(tx, world.clock.now(), 'week'));
  const [other] = stores.filter(({ storeId }) => storeId === world.otherId);
  expect(other).toMatchObject({ soldCount: 500, soldP50Ms: 2000, soldP95Ms: 2000, p50Ms: 100 });
});
