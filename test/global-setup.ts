/**
 * One PostgreSQL for all tests of a run, with a template that every test file clones (see database.ts). Runs beside each
 * other share the server and, while the migrations are the same, the template. Each run holds an advisory lock on its
 * name; databases of runs that died are known by their lock being free, and are dropped by the next run.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '#db/embedded/start.ts';
import { migrate, migrationsFolder } from '#db/migrate.ts';
import { ensureRoles, fenceDatabase, ownerRole, type RolePasswords, urlFor } from '#db/roles.ts';

export interface TestServer {
  superuserUrl: string;
  template: string;
  /** Databases of this run begin with it. */
  prefix: string;
  passwords: RolePasswords;
}

declare module 'vitest' {
  export interface ProvidedContext {
    server: TestServer;
  }
}

const passwords: RolePasswords = { owner: 'owner-of-tests', app: 'app-of-tests' };

// Lost data would only mean a new test run.
const hastySettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '512MB',
  max_connections: '200',
};

export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const { superuserUrl, stop } = await findServer();
  const client = new pg.Client({ connectionString: superuserUrl, application_name: 'test run' });
  try {
    await client.connect();
    await ensureRoles(superuserUrl, { passwords });
    const prefix = `test_${randomBytes(5).toString('hex')}`;
    const template = `template_${await fingerprint()}`;
    for (const name of [prefix, template]) await client.query('select pg_advisory_lock_shared(hashtextextended($1, 0))', [name]);
    await dropLeftovers(client, [prefix, template]);
    await makeTemplate(client, superuserUrl, template);
    provide('server', { superuserUrl, template, prefix, passwords });
    return async () => {
      await dropAll(client, await databasesLike(client, `${prefix}_`));
      await client.end();
      await stop();
    };
  } catch (thrown) {
    await client.end();
    await stop();
    throw thrown;
  }
}

/** TEST_DATABASE_SUPERUSER_URL names an external server (see external.ts); else the bundled one is started in data/. */
async function findServer(): Promise<{ superuserUrl: string; stop(): Promise<void> }> {
  const external = process.env.TEST_DATABASE_SUPERUSER_URL;
  if (external !== undefined && external !== '') return { superuserUrl: external, stop: async () => undefined };
  return await startEmbeddedPostgres({
    dataFolder: fileURLToPath(new URL('../data/test-postgres', import.meta.url)),
    log: (message) => console.log(message),
    settings: hastySettings,
  });
}

/** Of everything that makes a migrated database what it is. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of ['migrate', 'roles']) hash.update(await readFile(new URL(`../src/db/${source}.ts`, import.meta.url)));
  const entries = await readdir(migrationsFolder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.toSorted()) hash.update(`${file}\n`).update(await readFile(file));
  return hash.digest('hex').slice(0, 10);
}

/** Migrated under another name and renamed when complete, so that a template that exists is a whole one. */
async function makeTemplate(client: pg.Client, superuserUrl: string, template: string): Promise<void> {
  await client.query("select pg_advisory_lock(hashtextextended('making a template', 0))");
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount !== 0) return;
    const unfinished = `${template}_unfinished`;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${unfinished} TEMPLATE template0 ENCODING 'UTF8'`);
    await fenceDatabase(client, unfinished);
    await migrate(urlFor(superuserUrl, ownerRole, passwords.owner, unfinished));
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
  } finally {
    await client.query("select pg_advisory_unlock(hashtextextended('making a template', 0))");
  }
}

/** Databases whose run, or templates whose last user, is gone. Named `test_<run>_<n>`, `template_<fingerprint>[_unfinished]`. */
async function dropLeftovers(client: pg.Client, ours: readonly string[]): Promise<void> {
  const lockNameOf = (database: string) => database.split('_').slice(0, 2).join('_');
  const databases = await databasesLike(client, 'test_', 'template_');
  for (const name of new Set(databases.map(lockNameOf))) {
    // Our own session's locks would not stand in our way.
    if (ours.includes(name)) continue;
    const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as free', [
      name,
    ]);
    if (rows[0]?.free !== true) continue;
    await dropAll(
      client,
      databases.filter((database) => lockNameOf(database) === name),
    );
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  }
}

async function databasesLike(client: pg.Client, ...prefixes: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where exists (select from unnest($1::text[]) prefix where starts_with(datname, prefix))',
    [prefixes],
  );
  return rows.map(({ datname }) => datname);
}

async function dropAll(client: pg.Client, databases: readonly string[]): Promise<void> {
  for (const database of databases)
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(database)} WITH (FORCE)`);
}
