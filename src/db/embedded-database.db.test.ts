import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { embeddedDatabase } from '#db/embedded-database.ts';
import { assertAppRole } from '#db/roles.ts';

let parent: string;
let dataFolder: string;
const log = () => undefined;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'storesync-database-'));
  await chmod(parent, 0o755);
  dataFolder = join(parent, 'data');
});
afterAll(() => rm(parent, { recursive: true, force: true }));

async function whoIs(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ who: string }>("select current_user || '@' || current_database() as who");
  await client.end();
  return rows[0]?.who;
}

test('a hub without DATABASE_URL gets a database with its roles, the same one at every start, shared at once', async () => {
  const [first, beside] = await Promise.all([embeddedDatabase({ dataFolder, log }), embeddedDatabase({ dataFolder, log })]);
  expect([beside.ownerUrl, beside.appUrl]).toEqual([first.ownerUrl, first.appUrl]);
  expect(await whoIs(first.ownerUrl)).toBe('storesync_owner@storesync');
  expect(await whoIs(first.appUrl)).toBe('storesync_app@storesync');
  const pool = new pg.Pool({ connectionString: first.appUrl });
  await expect(assertAppRole(pool)).resolves.toBeUndefined();
  await pool.end();
  await Promise.all([first.stop(), beside.stop()]);

  const second = await embeddedDatabase({ dataFolder, log });
  expect(second.appUrl).toBe(first.appUrl);
  await second.stop();
});

test('the passwords are readable by the owner alone, and losing them only makes new ones', async () => {
  const path = join(dataFolder, 'database.json');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const before = await readFile(path, 'utf8');
  await rm(path);
  const database = await embeddedDatabase({ dataFolder, log });
  expect(await readFile(path, 'utf8')).not.toBe(before);
  expect(await whoIs(database.appUrl)).toBe('storesync_app@storesync');
  await database.stop();
});
