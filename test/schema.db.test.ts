/** The migrations and the table files say the same. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { readTables } from '#test/tenant-tables.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

async function tablesOfFiles(): Promise<PgTable[]> {
  const names = (await readdir(join(root, 'src'), { recursive: true })).filter((name) => name.endsWith('-tables.ts'));
  const files = await Promise.all(names.map((name) => import(join(root, 'src', name)) as Promise<Record<string, unknown>>));
  return files.flatMap((file) => Object.values(file)).filter((value) => is(value, PgTable));
}

test('the migrated database has the tables of the table files, column for column', async () => {
  const client = new pg.Client(database.ownerUrl);
  await client.connect();
  try {
    const found = (await readTables(client)).map(({ name, columns }) => ({ name, columns: sorted(columns) }));
    const written = (await tablesOfFiles()).map(getTableConfig).map(({ name, columns }) => ({
      name,
      columns: sorted(
        columns.map((column) => ({
          name: column.name,
          type: column.getSQLType(),
          required: column.notNull && !column.hasDefault,
        })),
      ),
    }));
    expect(found).toEqual(sorted(written));
  } finally {
    await client.end();
  }
});

const sorted = <Named extends { name: string }>(list: readonly Named[]): Named[] =>
  list.toSorted((a, b) => (a.name < b.name ? -1 : 1));

test('no migration is missing: the generator finds nothing that the table files changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'storesync-migrations-'));
  try {
    await cp(join(root, 'migrations'), folder, { recursive: true });
    // The generator takes folders from the repository's root only.
    const out = relative(root, folder);
    const words = ['generate', '--dialect', 'postgresql', '--schema', './src/*/*-tables.ts', '--out', out];
    const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'node_modules/drizzle-kit/bin.cjs'), ...words], {
      cwd: root,
    });
    expect(stdout).toContain('No schema changes');
    expect(await readFile(join(folder, 'meta/_journal.json'), 'utf8')).toBe(
      await readFile(join(root, 'migrations/meta/_journal.json'), 'utf8'),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
