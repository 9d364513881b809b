import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startStatistics } from '#sync/refresh-statistics.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;

beforeAll(async () => {
  database = await testDatabase();
  world = await twoStores(database);
});
afterAll(async () => {
  vi.useRealTimers();
  await world.close();
  await database.drop();
});

/** Rows of the table as the planner believes; -1 and 0: it was never told. */
const believed = async () =>
  (await world.rows<{ rows: number }>(sql`select reltuples::int as rows from pg_class where oid = 'webhook_events'::regclass`))[0]
    ?.rows ?? -1;

test('a worker tells the planner within seconds of tables that webhooks fill, and is told to end', async () => {
  await world.rows(sql`
    insert into webhook_events (organization_id, id, store_id, topic, payload, hints, created_at)
    select ${world.organizationId}, gen_random_uuid(), ${world.otherId}, 'any', repeat('x', 200), '[]', now() from generate_series(1, 3000)`);
  expect(await believed()).toBeLessThan(3000);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const end = startStatistics(world.hub);
  vi.advanceTimersByTime(5000);
  await vi.waitFor(async () => expect(await believed()).toBeGreaterThanOrEqual(3000));
  end();
  expect(vi.getTimerCount()).toBe(0);
});
