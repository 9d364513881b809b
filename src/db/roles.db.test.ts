import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  appRole,
  assertAppRole,
  type DatabaseUrls,
  ensureRoles,
  identityRole,
  ownerRole,
  scramVerifier,
  urlFor,
} from '#db/roles.ts';

const { superuserUrl, prefix, passwords } = inject('server');
const database = `${prefix}_roles`;
/** Roles belong to the whole server: these are named after the run and go with it. */
const oddRole = (kind: string) => `${prefix}_${kind}`;
const oddRoles = ['super', 'bypass', 'creator', 'member', 'inheritor'].map(oddRole);

let urls: DatabaseUrls;

beforeAll(async () => {
  urls = await ensureRoles(superuserUrl, { database, passwords });
  await query(
    urls.ownerUrl,
    `create table walled (organization_id uuid);
     alter table walled enable row level security, force row level security;
     create policy tenant on walled using (false);`,
  );
  const here = new URL(superuserUrl);
  here.pathname = `/${database}`;
  await query(
    here.href,
    `create schema apart authorization ${identityRole};
     set role ${identityRole};
     create table apart.people (n integer);
     alter table apart.people enable row level security;`,
  );
  await query(
    superuserUrl,
    `create role ${oddRole('super')} login superuser password 'odd';
     create role ${oddRole('bypass')} login bypassrls password 'odd';
     create role ${oddRole('creator')} login createrole password 'odd';
     create role ${oddRole('member')} login noinherit password 'odd' in role ${ownerRole};
     create role ${oddRole('inheritor')} login inherit password 'odd' in role ${identityRole};
     grant connect on database ${database} to ${oddRoles.join(', ')};`,
  );
});

afterAll(async () => {
  await query(superuserUrl, `drop database ${database} with (force)`);
  await query(superuserUrl, `drop role ${oddRoles.join(', ')}`);
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

async function assertOver(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await assertAppRole(client);
  } finally {
    await client.end();
  }
}

test('the roles are what the walls need: no superuser, no bypass, and only two of them may log in', async () => {
  const rows = await query(
    superuserUrl,
    `select rolname, rolcanlogin as login, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as mighty from pg_roles
     where rolname in ('${ownerRole}', '${appRole}', '${identityRole}') order by rolname`,
  );
  expect(rows).toEqual([
    { rolname: appRole, login: true, mighty: false },
    { rolname: identityRole, login: false, mighty: false },
    { rolname: ownerRole, login: true, mighty: false },
  ]);
  const [owner] = await query(
    superuserUrl,
    `select pg_get_userbyid(datdba) as name from pg_database where datname = '${database}'`,
  );
  expect(owner?.name).toBe(ownerRole);
});

test('the app reaches the identity tables by SET ROLE alone: it inherits nothing of them', async () => {
  await query(urls.appUrl, `set role ${identityRole}`);
  await expect(query(urls.appUrl, 'select from apart.people')).rejects.toMatchObject({ code: '42501' });
  const switched = new URL(urls.appUrl);
  switched.searchParams.set('options', `-c role=${identityRole}`);
  expect(await query(switched.href, 'select count(*)::int as n from apart.people')).toEqual([{ n: 0 }]);
});

test('the app cannot become the owner, make schemas or tables', async () => {
  await expect(query(urls.appUrl, `set role ${ownerRole}`)).rejects.toMatchObject({ code: '42501' });
  await expect(query(urls.appUrl, 'create schema mine')).rejects.toMatchObject({ code: '42501' });
  await expect(query(urls.appUrl, 'create table public.mine ()')).rejects.toMatchObject({ code: '42501' });
});

test('the owner may bring the trusted extensions that search needs', async () => {
  await query(urls.ownerUrl, 'create extension if not exists pg_trgm; create extension if not exists unaccent');
  const [row] = await query(urls.ownerUrl, "select similarity('tee shirt', 'tee shirts') > 0.5 as alike");
  expect(row?.alike).toBe(true);
});

test('making the roles again, also from several processes at once, changes nothing', async () => {
  const again = await Promise.all([1, 2, 3, 4].map(() => ensureRoles(superuserUrl, { database, passwords })));
  expect(again).toEqual([urls, urls, urls, urls]);
  expect(await query(urls.appUrl, 'select current_user::text as name')).toEqual([{ name: appRole }]);
});

test('rights on the database that somebody gave by hand are taken back at the next start', async () => {
  await query(superuserUrl, `grant create, temporary on database ${database} to public, ${appRole}`);
  await ensureRoles(superuserUrl, { database, passwords });
  await expect(query(urls.appUrl, 'create schema mine')).rejects.toMatchObject({ code: '42501' });
});

test('a password with characters that mean something in a URL still logs in', async () => {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  const role = oddRole('inheritor');
  const password = "a%41:b@c/d?e#f'g";
  await client.query(`alter role ${role} password '${scramVerifier(password)}'`);
  await client.end();
  expect(await query(urlFor(superuserUrl, role, password, database), 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(() => scramVerifier('mật khẩu')).toThrow(/printable ASCII/);
});

test('a hub starts with the app role, and with the app role alone', async () => {
  await expect(assertOver(urls.appUrl)).resolves.toBeUndefined();
  const inDatabase = (role: string) => urlFor(superuserUrl, role, 'odd', database);
  await query(superuserUrl, `alter role ${oddRole('inheritor')} password 'odd'`);
  const faults: [string, RegExp][] = [
    [urlFor(superuserUrl, 'postgres', new URL(superuserUrl).password, database), /superuser/],
    [inDatabase(oddRole('super')), /superuser/],
    [inDatabase(oddRole('bypass')), /BYPASSRLS/],
    [inDatabase(oddRole('creator')), /CREATEROLE/],
    [inDatabase(oddRole('member')), /owns the table public.walled or can become its owner/],
    [inDatabase(oddRole('inheritor')), /owns the table apart.people/],
    [urls.ownerUrl, /owns the table/],
  ];
  for (const [url, sentence] of faults) {
    await expect(assertOver(url)).rejects.toMatchObject({ code: 'misconfigured', message: expect.stringMatching(sentence) });
  }
});

test('a role that is harmless itself but may become one with BYPASSRLS is refused as well', async () => {
  await query(superuserUrl, `grant ${oddRole('bypass')} to ${oddRole('inheritor')}`);
  await query(superuserUrl, `revoke ${identityRole} from ${oddRole('inheritor')}`);
  await expect(assertOver(urlFor(superuserUrl, oddRole('inheritor'), 'odd', database))).rejects.toThrow(
    /BYPASSRLS or can become/,
  );
});
