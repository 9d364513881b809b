/** Housekeeping reaches every organization, and months of logs go when they are over 90 days old as a whole. */
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { maintain } from '#sync/maintenance.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TestHub, testHub } from './hub.ts';

let database: TestDatabase;
let world: TestHub;
let owner: pg.Client;
beforeAll(async () => {
  database = await testDatabase();
  world = await testHub(database, { connectors: {} });
  owner = new pg.Client(database.ownerUrl);
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await world.close();
  await database.drop();
});

/** The month that began so many days ago, or one before. */
const monthOf = (daysAgo: number) => {
  const then = new Date(Date.now() - daysAgo * 86_400_000);
  return new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth(), 1));
};
const nameOf = (month: Date) => `sync_logs_${month.toISOString().slice(0, 7).replace('-', '_')}`;

async function makeMonth(month: Date): Promise<string> {
  const next = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1));
  await owner.query(
    `create table if not exists ${nameOf(month)} partition of sync_logs for values from ('${month.toISOString()}') to ('${next.toISOString()}')`,
  );
  return nameOf(month);
}
const addOrganization = (id: string, name: string) =>
  owner.query('insert into organizations (id, name, slug, created_at) values ($1, $2, $2, now())', [id, name]);
const months = async () =>
  (
    await owner.query<{ name: string }>(
      "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'sync_logs'::regclass",
    )
  ).rows.map((row) => row.name);

test('months of sync logs that ended more than 90 days ago are dropped, younger ones and those to come stay', async () => {
  const old = await makeMonth(monthOf(400));
  const justOver = await makeMonth(monthOf(90 + 32));
  const young = await makeMonth(monthOf(85));
  await owner.query(
    'insert into sync_logs_default select gen_random_uuid(), gen_random_uuid(), null, null, null, $1, $1, $1, null, $2',
    ['info', new Date(Date.now() - 1000 * 86_400_000)],
  );
  expect((await maintain(world.hub)).droppedLogs).toBe(2);
  const left = await months();
  expect(left).not.toContain(old);
  expect(left).not.toContain(justOver);
  expect(left).toContain(young);
  expect(left).toContain(nameOf(monthOf(0)));
  expect(left).toContain('sync_logs_default');
  expect((await owner.query('select 1 from sync_logs_default')).rowCount).toBe(0);
  expect((await maintain(world.hub)).droppedLogs).toBe(0);
});

test('I12: the application can neither drop a month by itself nor shorten how long logs stay', async () => {
  await expect(world.rows(sql.raw(`drop table ${nameOf(monthOf(0))}`))).rejects.toThrow();
  await expect(world.rows(sql`delete from sync_logs`)).rejects.toThrow();
  const functions = await owner.query(
    "select pg_get_function_identity_arguments(oid) as taken from pg_proc where proname = 'drop_old_sync_logs'",
  );
  expect(functions.rows).toEqual([{ taken: '' }]);
});

test('a bulk change goes 90 days after it was decided, its things before it; one that waits, or can be undone, does not', async () => {
  const { organizationId } = world;
  await addOrganization(organizationId, 'grown');
  const ago = (days: number) => new Date(world.clock.now().getTime() - days * 86_400_000);
  const add = async (status: string, decidedAt: Date | null, things = 0) => {
    const id = newId();
    await world.rows(sql`insert into change_sets (organization_id, id, cause, status, summary, change, before, decided_at, created_at)
      values (${organizationId}, ${id}, 'rules', ${status}, '{}', '{}', '{}', ${decidedAt}, ${ago(400)})`);
    await world.rows(sql`insert into change_set_items (organization_id, change_set_id, subject_kind, subject_id, before, after)
      select ${organizationId}, ${id}, 'variant', gen_random_uuid(), '{}', '{}' from generate_series(1, ${things})`);
    return id;
  };
  const undoable = await add('applied', ago(29), 2);
  const stay = [undoable, await add('approved', ago(89)), await add('discarded', ago(89)), await add('pending', null)];
  for (const status of ['applied', 'approved', 'discarded', 'superseded', 'expired']) await add(status, ago(91));
  await add('applied', ago(91), 5001);
  const left = async () => (await world.rows<{ id: string }>(sql`select id from change_sets`)).map(({ id }) => id).sort();
  await maintain(world.hub);
  expect(await left()).toEqual(stay.sort());
  expect(await world.rows(sql`select change_set_id as id, count(*)::int from change_set_items group by 1`)).toEqual([
    { id: undoable, count: 2 },
  ]);
});

test('a round takes all that has outlived its days, however much it is', async () => {
  const add = (days: number, many: number) => {
    const then = new Date(world.clock.now().getTime() - days * 86_400_000);
    return world.rows(sql`insert into sync_jobs (organization_id, id, job_type, cause, status, created_at, completed_at)
      select ${world.organizationId}, gen_random_uuid(), 'pull', 'schedule', 'succeeded', ${then}, ${then} from generate_series(1, ${many})`);
  };
  await add(91, 10_001);
  await add(89, 2);
  await maintain(world.hub);
  expect(await world.rows(sql`select count(*)::int from sync_jobs`)).toEqual([{ count: 2 }]);
});

test('a job goes 90 days after it was begun, if it has ended', async () => {
  const { organizationId } = world;
  const ago = (days: number) => new Date(world.clock.now().getTime() - days * 86_400_000);
  const add = async (days: number, status: string) => {
    const id = newId();
    const endedAt = status === 'succeeded' ? ago(days) : null;
    await world.rows(sql`insert into sync_jobs (organization_id, id, job_type, cause, status, created_at, completed_at)
      values (${organizationId}, ${id}, 'pull', 'schedule', ${status}, ${ago(days)}, ${endedAt})`);
    return id;
  };
  const gone = await add(91, 'succeeded');
  const stay = [await add(89, 'succeeded'), await add(400, 'running')];
  await maintain(world.hub);
  const left = (await world.rows<{ id: string }>(sql`select id from sync_jobs`)).map(({ id }) => id);
  expect(left).toEqual(expect.arrayContaining(stay));
  expect(left).not.toContain(gone);
});

test('an organization without a store is visited too', async () => {
  const organizationId = newId();
  await addOrganization(organizationId, 'young');
  const ended = new Date(world.clock.now().getTime() - 1000);
  await world.hub.db.inOrganization(organizationId, (tx) =>
    tx.execute(
      sql`insert into idempotency_keys (organization_id, key, fingerprint, created_at, expires_at) values (${organizationId}, 'k', 'f', ${ended}, ${ended})`,
    ),
  );
  expect((await maintain(world.hub)).purged).toBe(1);
});
