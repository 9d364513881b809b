/** What a turn asks whenever it looks for work finds it by index: with thousands of listings that need nothing, too. */
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { present } from '#base/assert.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { ingestOrders } from '#orders/ingest-orders.ts';
import { findStore } from '#stores/stores-store.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { remoteOrder } from './remote-order.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

const listingsPerStore = 3000;

let database: TestDatabase;
let world: TwoStores;

beforeAll(async () => {
  database = await testDatabase();
  const goods = Array.from({ length: listingsPerStore }, (_, at) => ({ variantId: `g${at}`, productId: `p${at}` }));
  world = await twoStores(database, { goods, linked: false, other: { orders: {} } });
  await world.link('g7*', 'g7');
  // Most of what was sold there is not linked yet: its items are kept.
  for (let order = 0; order < 10; order++) {
    const items = goods.slice(200 * order + 10, 200 * order + 210).map(({ variantId }) => ({ variantId: `${variantId}*` }));
    world.other.orders.set(`kept ${order}`, remoteOrder(`kept ${order}`, world.clock.now(), items));
  }
  world.clock.advance(301);
  await world.turn(world.otherId);
  const [kept] = await world.rows<{ count: number }>(sql`select count(*)::int from order_items where parked = 'unlinked'`);
  expect(kept?.count).toBe(2000);
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query('analyze'); // as PostgreSQL does by itself within a minute
  await owner.end();
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

interface Asked {
  text: string;
  values: unknown[];
}

/** Every reading statement of the work, as it was sent. */
async function statementsOf(work: () => Promise<unknown>): Promise<Asked[]> {
  const asked: Asked[] = [];
  const query = pg.Client.prototype.query as (...given: unknown[]) => unknown;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...given: unknown[]) {
    const [config, values] = given as [string | Partial<Asked>, unknown[] | undefined];
    const text = typeof config === 'string' ? config : (config.text ?? '');
    if (/^\s*(select|with)/i.test(text))
      asked.push({ text, values: values ?? (typeof config === 'string' ? [] : (config.values ?? [])) });
    return query.apply(this, given);
  } as never);
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return asked;
}

/** Blocks that the statement touches: a walk through all listings of a store takes hundreds. */
async function blocksOf({ text, values }: Asked): Promise<number> {
  const client = await world.hub.db.pool.connect();
  try {
    await client.query(`begin; set local app.organization_id = '${world.organizationId}'`);
    const { rows } = await client.query<{
      'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }];
    }>(`explain (analyze, buffers, format json) ${text}`, values);
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function expectFew(asked: readonly Asked[]): Promise<void> {
  const costly: [number, string][] = [];
  for (const one of asked) {
    const blocks = await blocksOf(one);
    if (blocks > 150) costly.push([blocks, one.text.replace(/\s+/g, ' ').slice(0, 300)]);
  }
  expect(costly).toEqual([]);
}

test('a turn that finds nothing to do', async () => {
  await world.turn(world.otherId);
  const asked = await statementsOf(() => world.turn(world.otherId));
  expect(asked.length).toBeGreaterThan(2);
  await expectFew(asked);
});

test('a change of one count, and the turn that sends it', async () => {
  const variantId = await world.variantOf('g7');
  const asked = await statementsOf(async () => {
    await adjustStock(world.hub, world.actor, { variantId, counted: 3 });
    await world.turn(world.otherId);
  });
  expect(world.other.good('g7*').quantity).toBe(3);
  expect(asked.length).toBeGreaterThan(8);
  await expectFew(asked);
});

test('a notification of one listing, and the reading that follows', async () => {
  await world.hint(world.otherId, world.other.good('g7*'));
  const asked = await statementsOf(() => world.turn(world.otherId));
  expect(world.other.callsOf('readLevels')).toBeGreaterThan(0);
  await expectFew(asked);
});

test('an order that is taken in, changed and shipped', async () => {
  const store = await world.within((tx) => findStore(tx, world.otherId));
  const feed = present(world.other.connector.manifest.orders, 'the feed');
  const at = world.clock.now();
  const told = [{ reserved: 2 }, { reserved: 1 }, { reserved: 0, shipped: 1 }].map((effect, seconds) =>
    remoteOrder('one', at, [{ variantId: 'g7*', quantity: 2, effect }], {
      updatedAt: new Date(at.getTime() + seconds * 1000).toISOString(),
    }),
  );
  const asked = await statementsOf(async () => {
    for (const order of told) await world.within((tx) => ingestOrders(world.hub, tx, store, [order], { feed, fresh: false }));
  });
  expect(await world.rows(sql`select shipped from order_items where parked is null`)).toEqual([{ shipped: 1 }]);
  await expectFew(asked);
});
