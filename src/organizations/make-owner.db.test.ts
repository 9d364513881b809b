import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPool, type Pool } from '#db/pool.ts';
import { openDatabase } from '#db/transaction.ts';
import { type Auth, openAuth } from '#organizations/auth.ts';
import { firstRunLock, makeOwner, needsFirstRun } from '#organizations/make-owner.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';

let database: TestDatabase;
let identity: Pool;
let tenant: Pool;
let auth: Auth;
let hub: Parameters<typeof makeOwner>[0];

beforeAll(async () => {
  database = await testDatabase();
  const onError = () => undefined;
  identity = openPool(database.appUrl, { role: 'storesync_identity', size: 10, onError });
  tenant = openPool(database.appUrl, { size: 10, onError });
  auth = openAuth({
    pool: identity,
    secret: 'a-secret-of-tests-that-is-long-enough',
    baseUrl: 'http://hub.test',
    log: () => undefined,
  });
  hub = { db: openDatabase(tenant), clock: { now: () => new Date() } };
});
afterAll(async () => {
  await Promise.all([identity, tenant].map((pool) => pool.end()));
  await database.drop();
});

const person = (n: number) => ({
  name: 'Ann',
  email: `ann${n}@shop.test`,
  password: 'a long password',
  organizationName: 'Blue',
  currency: 'USD',
  timezone: 'UTC',
});

test('a first run that fails half-way leaves nobody behind, and may be tried again', async () => {
  await expect(makeOwner(hub, auth, { ...person(0), currency: 'nonsense' })).rejects.toThrow();
  expect(await needsFirstRun(auth.db)).toBe(true);
});

test('a first run waits for another one under way, and makes nobody when that one made an owner', async () => {
  const other = await identity.connect();
  await other.query('begin');
  await other.query('select pg_advisory_xact_lock($1)', [firstRunLock]);
  await other.query(
    "insert into users (id, name, email, created_at, updated_at) values (gen_random_uuid(), 'Bob', 'bob@shop.test', now(), now())",
  );
  const second = makeOwner(hub, auth, person(1)).then(
    () => 'made',
    (error: { code: string }) => error.code,
  );
  const waited = await Promise.race([second, new Promise((resolve) => setTimeout(() => resolve('waiting'), 1000))]);
  await other.query('commit');
  other.release();
  expect([waited, await second]).toEqual(['waiting', 'conflict']);
  await identity.query('delete from users');
});

test('of many first runs at once exactly one makes an owner', async () => {
  // The first connections are made ahead, so that all of them really begin together.
  await Promise.all([identity, tenant].flatMap((pool) => Array.from({ length: 10 }, () => pool.query('select pg_sleep(0.05)'))));
  const results = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => makeOwner(hub, auth, person(n))));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
  const { rows } = await identity.query(
    'select (select count(*) from users)::int as users, (select count(*) from organizations)::int as organizations',
  );
  expect(rows).toEqual([{ users: 1, organizations: 1 }]);
});
