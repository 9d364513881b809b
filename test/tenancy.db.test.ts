/**
 * I8: no tenant reads or writes another's row, by any path; I12: the ledger and the trails cannot be altered. Tried as the
 * role that the hub works as, on every table that PostgreSQL knows of: a new one is covered on the day it is made.
 */
import { randomUUID } from 'node:crypto';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tenantPolicy } from '#db/columns.ts';
import { appRole, identityRole } from '#db/roles.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import {
  insert,
  isOfOrganization,
  parentsFirst,
  type Row,
  readTables,
  rowOf,
  singular,
  type Table,
  unless as unlessOf,
} from '#test/tenant-tables.ts';

/** Known before the tenant is: which account belongs to which organization's store. Holds no secrets. */
const directory = 'store_directory';
/** Who signs in, and where: reached by a role and a pool of their own. */
const identity = [
  'accounts',
  'api_keys',
  'invitations',
  'members',
  'organizations',
  'sessions',
  'sign_in_limits',
  'team_members',
  'teams',
  'users',
  'verifications',
];
const appendOnly = ['audit_log', 'inventory_transactions', 'sync_logs'];
/** Run as their owner, who sees more than their caller: each must keep the tenant by itself. */
const ownersFunctions = [
  'drop_old_sync_logs',
  'every_organization',
  'make_partitions',
  'refresh_statistics',
  'search_listings',
  'search_orders',
  'search_products',
];

const [ours, theirs] = [randomUUID(), randomUUID()];
const rows = { [ours]: new Map<string, Row>(), [theirs]: new Map<string, Row>() };

let database: TestDatabase;
let app: pg.Client;
let owner: pg.Client;
let all: Table[];
let tenant: Table[];

beforeAll(async () => {
  database = await testDatabase();
  [app, owner] = [new pg.Client(database.appUrl), new pg.Client(database.ownerUrl)];
  await Promise.all([app.connect(), owner.connect()]);
  all = await readTables(owner);
  tenant = parentsFirst(
    all.filter((table) => isOfOrganization(table) && table.name !== directory && !identity.includes(table.name)),
  );
  for (const organization of [ours, theirs]) {
    await inOrganization(organization, async () => {
      for (const table of tenant) {
        const row = rowOf(table, organization, rows[organization] ?? new Map());
        await insert(app, table.name, row);
        rows[organization]?.set(table.name, row);
      }
    });
  }
});

afterAll(async () => {
  await Promise.all([app.end(), owner.end()]);
  await database.drop();
});

/** A transaction as the app role for one organization, or for none. */
async function inOrganization<T>(organization: string | null, work: () => Promise<T>): Promise<T> {
  await app.query(organization === null ? 'begin' : `begin; set local app.organization_id = '${organization}'`);
  try {
    const result = await work();
    await app.query('commit');
    return result;
  } catch (thrown) {
    await app.query('rollback');
    throw thrown;
  }
}

/** What a statement of ours answers: how many rows it met, or the SQLSTATE that refused it. Never kept. */
async function attempt(organization: string | null, statement: string, values: unknown[] = []): Promise<number | string> {
  await app.query(organization === null ? 'begin' : `begin; set local app.organization_id = '${organization}'`);
  try {
    return (await app.query(statement, values)).rowCount ?? 0;
  } catch (thrown) {
    if (thrown instanceof pg.DatabaseError) return thrown.code ?? '';
    throw thrown;
  } finally {
    await app.query('rollback');
  }
}

/** What their rows say, seen as they see them. */
async function fingerprints(tables: readonly Table[]): Promise<unknown[]> {
  return await inOrganization(theirs, async () => {
    const found: unknown[] = [];
    for (const { name } of tables)
      found.push((await app.query(`select md5(string_agg(t::text, '|' order by t::text)) from ${name} t`)).rows[0]);
    return found;
  });
}

const unless = (expected: unknown, ask: (table: Table) => Promise<unknown>, tables: readonly Table[] = tenant) =>
  unlessOf(expected, ask, tables);

const denied = '42501';
const noSuchRow = '23503';

describe('walls, as PostgreSQL knows them', () => {
  test('every table belongs to an organization, but for the directory of stores and the tables of sign-in', () => {
    const others = all.map(({ name }) => name).filter((name) => !tenant.some((table) => table.name === name));
    expect(others.sort()).toEqual([...identity, directory].sort());
    expect(tenant.length).toBeGreaterThanOrEqual(20);
  });

  test('I8: row-level security is enabled and forced on every table of an organization', async () => {
    const { rows: walls } = await owner.query<{ name: string; enabled: boolean; forced: boolean }>(
      `select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
    );
    expect(
      await unless([true, true], async ({ name }) =>
        walls.filter((wall) => wall.name === name).flatMap(({ enabled, forced }) => [enabled, forced]),
      ),
    ).toEqual([]);
  });

  test('I8: each has the policy of the table files, for all commands and everybody, and no other one opens it', async () => {
    const dialect = new PgDialect();
    const { using, withCheck } = tenantPolicy();
    if (using === undefined || withCheck === undefined) throw new Error('the policy has no conditions');
    const text = (condition: typeof using): string => dialect.sqlToQuery(condition).sql;
    // PostgreSQL rewrites conditions: let it rewrite this one too.
    await owner.query(`begin; create table policy_probe (organization_id uuid);
      create policy tenant on policy_probe as permissive for all to public using (${text(using)}) with check (${text(withCheck)})`);
    const { rows: policies } = await owner.query<Record<string, string>>(
      `select tablename, policyname, permissive, roles::text, cmd, qual, with_check from pg_policies where schemaname = 'public'`,
    );
    await owner.query('rollback');
    const of = (table: string) =>
      policies.filter(({ tablename }) => tablename === table).map(({ tablename: _, ...policy }) => policy);
    const [wanted] = of('policy_probe');
    expect(wanted?.qual).toContain('organization_id = ');
    const isTheOwners = (policy: Record<string, string>): boolean =>
      policy.policyname === 'search' && policy.roles === '{storesync_owner}' && policy.cmd === 'SELECT';
    expect(await unless([wanted], async ({ name }) => of(name).filter((policy) => !isTheOwners(policy)))).toEqual([]);
    expect(
      policies
        .filter(isTheOwners)
        .map(({ tablename }) => tablename)
        .sort(),
    ).toEqual(['listings', 'order_items', 'orders', 'products']);
  });

  test('organization_id is the first column of every primary and unique key, and of both sides of every reference', async () => {
    const { rows: keys } = await owner.query<{ table: string; first: string[] }>(`
      select i.indrelid::regclass::text as table, array_agg(distinct a.attname::text) as first
      from pg_index i join pg_class c on c.oid = i.indrelid join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where c.relnamespace = 'public'::regnamespace and not c.relispartition and (i.indisunique or i.indisprimary) group by 1`);
    expect(await unless(['organization_id'], async ({ name }) => keys.find(({ table }) => table === name)?.first)).toEqual([]);
    const { rows: primary } = await owner.query<{ table: string }>(
      `select indrelid::regclass::text as table from pg_index where indisprimary`,
    );
    expect(tenant.filter(({ name }) => !primary.some(({ table }) => table === name))).toEqual([]);
    const crossing = tenant.flatMap(({ name, references }) =>
      references
        .filter(
          ({ columns, table, targets }) =>
            columns[0] !== 'organization_id' || targets[0] !== 'organization_id' || !tenant.some((other) => other.name === table),
        )
        .map(({ table }) => `${name} -> ${table}`),
    );
    expect(crossing).toEqual([]);
  });
});

describe("I8: another organization's rows, tried on every table", () => {
  test('a table shows our row, and theirs neither when asked for nor beside ours', async () => {
    expect(
      await unless([1, 0], async ({ name }) => [
        await attempt(ours, `select from ${name}`),
        await attempt(ours, `select from ${name} where organization_id = $1`, [theirs]),
      ]),
    ).toEqual([]);
  });

  test('without an organization nothing is seen and nothing can be written', async () => {
    expect(
      await unless([0, denied], async (table) => [
        await attempt(null, `select from ${table.name}`),
        await attemptInsert(null, table, ours),
      ]),
    ).toEqual([]);
    expect(await attempt('', 'select from products')).toBe(0);
  });

  test('their rows cannot be changed or deleted, in whatever words, and stand untouched afterwards', async () => {
    const changeable = tenant.filter(({ name }) => !appendOnly.includes(name));
    const before = await fingerprints(changeable);
    for (const table of changeable) {
      const column = table.columns.find(({ name }) => name !== 'organization_id')?.name ?? '';
      for (const statement of [
        `update ${table.name} set ${column} = ${column} where organization_id = '${theirs}'`,
        `delete from ${table.name} where organization_id = '${theirs}'`,
      ]) {
        expect([table.name, await attempt(ours, statement)]).toEqual([table.name, 0]);
      }
    }
    expect(await fingerprints(changeable)).toEqual(before);
  });

  test('a row cannot be made in their name, nor given to them, nor taken from them by a conflict', async () => {
    expect(await unless(denied, (table) => attemptInsert(ours, table, theirs))).toEqual([]);
    const changeable = tenant.filter(({ name }) => !appendOnly.includes(name));
    expect(
      await unless(denied, ({ name }) => attempt(ours, `update ${name} set organization_id = $1`, [theirs]), changeable),
    ).toEqual([]);
    const conflicting = `insert into organization_settings (organization_id, currency, timezone, created_at, updated_at)
      values ($1, 'EUR', 'UTC', now(), now()) on conflict (organization_id) do update set currency = excluded.currency`;
    expect(await attempt(ours, conflicting, [theirs])).toBe(denied);
  });

  test('no row of ours can stand for one of theirs', async () => {
    const answers: unknown[] = [];
    for (const { name, references } of tenant) {
      for (const { columns, table: parent, targets } of references) {
        const changes = columns
          .slice(1)
          .map((column, at) => `${column} = '${String(rows[theirs]?.get(parent)?.[targets[at + 1] ?? ''])}'`);
        answers.push([name, parent, await attempt(ours, `update ${name} set ${changes.join(', ')}`)]);
      }
    }
    expect(answers.length).toBeGreaterThanOrEqual(12);
    expect(answers.filter((answer) => !String(answer).endsWith(noSuchRow))).toEqual([]);
  });

  test('the same statements meet our own row: what was refused above was refused for its owner', async () => {
    const changeable = tenant.filter(({ name }) => !appendOnly.includes(name));
    const touch = ({ name }: Table) =>
      attempt(ours, `update ${name} set organization_id = organization_id where organization_id = $1`, [ours]);
    expect(await unless(1, touch, changeable)).toEqual([]);
    const leaves = changeable.filter(
      ({ name }) => !tenant.some(({ references }) => references.some(({ table }) => table === name)),
    );
    expect(leaves.length).toBeGreaterThan(5);
    expect(await unless(1, ({ name }) => attempt(ours, `delete from ${name}`), leaves)).toEqual([]);
    expect(
      await unless(
        1,
        (table) => attemptInsert(ours, table, ours),
        tenant.filter(({ name }) => !singular.has(name)),
      ),
    ).toEqual([]);
  });
});

function attemptInsert(as: string | null, table: Table, organization: string): Promise<number | string> {
  const row = rowOf(table, organization, rows[organization] ?? new Map());
  const columns = Object.keys(row);
  const places = columns.map((_, at) => `$${at + 1}`).join(', ');
  return attempt(as, `insert into ${table.name} (${columns.join(', ')}) values (${places})`, Object.values(row));
}

describe('rights', () => {
  const rightsOf = async (role: string, table: string): Promise<string[]> => {
    const { rows: found } = await owner.query<{ right: string }>(
      `select r as right from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) r
       where has_table_privilege($1, $2::regclass, r) or r in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege($1, $2::regclass, r)`,
      [role, table],
    );
    return found.map(({ right }) => right);
  };

  test('I12: the ledger and the trails can be read and added to, not changed, deleted or emptied', async () => {
    for (const name of appendOnly) {
      expect([name, await rightsOf(appRole, name)]).toEqual([name, ['SELECT', 'INSERT']]);
      for (const statement of [`update ${name} set created_at = created_at`, `delete from ${name}`, `truncate ${name}`]) {
        expect([statement, await attempt(ours, statement)]).toEqual([statement, denied]);
      }
    }
  });

  test('the app role may read and write rows of the other tables, and nothing more', async () => {
    const usual = tenant.filter(({ name }) => !appendOnly.includes(name));
    expect(await unless(['SELECT', 'INSERT', 'UPDATE', 'DELETE'], ({ name }) => rightsOf(appRole, name), usual)).toEqual([]);
    const { rows: elsewhere } = await owner.query(
      `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not in ('public', 'pg_catalog', 'information_schema', 'pg_toast')
         and has_table_privilege($1, c.oid, 'SELECT, INSERT, UPDATE, DELETE')`,
      [appRole],
    );
    expect(elsewhere).toEqual([]);
  });

  test('I12: partitions, whose rows no policy guards, cannot be reached past their parent, nor those made later', async () => {
    await app.query('select make_partitions(14)');
    const { rows: partitions } = await owner.query<{ name: string }>(
      `select oid::regclass::text as name from pg_class where relispartition and relkind = 'r'`,
    );
    expect(partitions.length).toBeGreaterThanOrEqual(appendOnly.length * 16);
    for (const { name } of partitions) {
      expect([name, await rightsOf(appRole, name), await rightsOf(identityRole, name)]).toEqual([name, [], []]);
    }
    expect(await attempt(ours, `select from ${partitions[0]?.name}`)).toBe(denied);
  });

  test('sign-in is reached by its own role alone, and that role reaches nothing else', async () => {
    for (const name of identity) {
      expect([name, await rightsOf(appRole, name), await attempt(ours, `select from ${name}`)]).toEqual([name, [], denied]);
      expect(await rightsOf(identityRole, name)).toEqual(['SELECT', 'INSERT', 'UPDATE', 'DELETE']);
    }
    expect(
      await unless(
        [],
        ({ name }) => rightsOf(identityRole, name),
        all.filter(({ name }) => !identity.includes(name)),
      ),
    ).toEqual([]);
    const signIn = new pg.Client({ connectionString: database.appUrl, options: `-c role=${identityRole}` });
    await signIn.connect();
    try {
      expect((await signIn.query('select from users')).rowCount).toBe(0);
      await expect(signIn.query('select from stores')).rejects.toMatchObject({ code: denied });
    } finally {
      await signIn.end();
    }
  });

  test("functions that run as their owner are known by name, keep their own search_path and are not everybody's", async () => {
    const { rows: functions } = await owner.query<{ name: string; path: string[] | null; everybody: boolean }>(`
      select p.proname::text as name, p.proconfig as path, has_function_privilege('public', p.oid, 'EXECUTE') as everybody
      from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef order by 1`);
    expect(functions.map(({ name }) => name)).toEqual(ownersFunctions);
    expect(functions.filter(({ path, everybody }) => everybody || !path?.includes('search_path=public'))).toEqual([]);
  });
});

describe('I8: search, which sees all rows to use its index', () => {
  beforeAll(async () => {
    for (const organization of [ours, theirs]) {
      await inOrganization(organization, async () => {
        await app.query("update products set title = 'Linen summer dress'");
        await app.query("update listings set product_title = 'Linen summer dress'");
        await app.query("update order_items set title = 'Linen summer dress'");
      });
    }
  });

  const found = async (as: string | null, of: string, search: string, query = 'sumer dres'): Promise<unknown[]> => {
    await app.query(as === null ? 'begin' : `begin; set local app.organization_id = '${as}'`);
    try {
      return (
        await app.query<{ id: string }>(
          `select ${search.replace('search_', '').replace(/s$/, '')}_id as id from ${search}($1, $2, 10)`,
          [of, query],
        )
      ).rows.map(({ id }) => id);
    } finally {
      await app.query('rollback');
    }
  };

  test('search_orders finds ours by the words of an item, and nothing of theirs', async () => {
    expect(await found(ours, ours, 'search_orders', 'summer dress')).toEqual([rows[ours]?.get('orders')?.id]);
    expect(await found(ours, theirs, 'search_orders', 'summer dress')).toEqual([]);
    expect(await found(null, ours, 'search_orders', 'summer dress')).toEqual([]);
  });

  const typoTolerant = ['search_products', 'search_listings'];
  test.each(typoTolerant)('%s finds ours, whatever the typing error', async (search) => {
    expect(await found(ours, ours, search)).toEqual([rows[ours]?.get(search.replace('search_', ''))?.id]);
  });
  test.each(typoTolerant)('%s finds nothing of theirs, whomever it is told to search for', async (search) => {
    expect(await found(ours, theirs, search)).toEqual([]);
    expect(await found(null, theirs, search)).toEqual([]);
    expect(await found(null, ours, search)).toEqual([]);
  });
});
