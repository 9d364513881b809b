import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { assertAppRole } from '#db/roles.ts';
import { type TestDatabase, testDatabase } from './database.ts';

let ours: TestDatabase;
let other: TestDatabase;

beforeAll(async () => {
  [ours, other] = await Promise.all([testDatabase(), testDatabase()]);
});
afterAll(async () => {
  await Promise.all([ours.drop(), other.drop()]);
});

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

test('a test database is migrated, and its application role is held by the walls', async () => {
  const [tables] = await query(ours.ownerUrl, "select count(*)::int as count from pg_tables where schemaname = 'public'");
  expect(tables?.count).toBeGreaterThan(10);
  const client = new pg.Client({ connectionString: ours.appUrl });
  await client.connect();
  await expect(assertAppRole(client)).resolves.toBeUndefined();
  await client.end();
});

test('what one test file writes, another does not see', async () => {
  await query(ours.ownerUrl, 'create table only_here (n integer)');
  await expect(query(other.ownerUrl, 'select from only_here')).rejects.toMatchObject({ code: '42P01' });
});

test('the application role cannot enter the template', async () => {
  const url = new URL(ours.appUrl);
  url.pathname = '/template1';
  // template1 is open to all on every server; our own template is fenced as a hub's database is.
  expect(await query(url.href, 'select 1 as one')).toEqual([{ one: 1 }]);
  const [fence] = await query(
    ours.ownerUrl,
    `select has_database_privilege('public', '${inject('server').template}', 'CONNECT') as open`,
  );
  expect(fence?.open).toBe(false);
});

test('a dropped test database is gone although somebody is still connected', async () => {
  const third = await testDatabase();
  const client = new pg.Client({ connectionString: third.appUrl });
  const cut = new Promise((resolve) => client.on('error', resolve));
  await client.connect();
  await third.drop();
  await cut;
  await expect(query(third.appUrl, 'select 1')).rejects.toMatchObject({ code: '3D000' });
});
