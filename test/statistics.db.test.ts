import { sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import { startStatistics } from '#sync/refresh-statistics.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const begin = worlds();
afterEach(() => void vi.useRealTimers());

/** Rows of the table as the planner believes; -1 and 0: it was never told. */
const believed = async (world: TwoStores) =>
  (await world.rows<{ rows: number }>(sql`select reltuples::int as rows from pg_class where oid = 'webhook_events'::regclass`))[0]
    ?.rows ?? -1;

test('a worker tells the planner within seconds of tables that webhooks fill, and is told to end', async () => {
  const world = await begin();
  await world.rows(sql`
    insert into webhook_events (organization_id, id, store_id, topic, payload, hints, created_at)
    select ${world.organizationId}, gen_random_uuid(), ${world.otherId}, 'any', repeat('x', 200), '[]', now() from generate_series(1, 3000)`);
  expect(await believed(world)).toBeLessThan(3000);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const end = startStatistics(world.hub);
  vi.advanceTimersByTime(5000);
  await vi.waitFor(async () => expect(await believed(world)).toBeGreaterThanOrEqual(3000));
  end();
  expect(vi.getTimerCount()).toBe(0);
});
