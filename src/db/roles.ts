/**
 * The database's roles, and the walls between them.
 *
 * | role               | may                                                           |
 * |--------------------|---------------------------------------------------------------|
 * | storesync_owner    | owns database and tables: migrations, maintenance             |
 * | storesync_app      | the hub at work: sees one organization at a time              |
 * | storesync_identity | no login: tables of sign-in, reached by SET ROLE from the app   |
 *
 * The app inherits nothing: what the identity role may do, it does only where the code says SET ROLE. On PostgreSQL 15
 * inheritance is a property of the role, from 16 on of each grant.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import pg from 'pg';
import { AppError } from '#base/errors.ts';

export const ownerRole = 'storesync_owner';
export const appRole = 'storesync_app';
export const identityRole = 'storesync_identity';

export interface RolePasswords {
  owner: string;
  app: string;
}

export interface DatabaseUrls {
  ownerUrl: string;
  appUrl: string;
}

/** Any number will do, as long as nothing else takes it: "roles" in ASCII. */
const rolesLock = 0x726f6c6573;

/**
 * Makes roles and database where they are missing and sets everything about them that matters, at every start. Safe when
 * several processes do it at once. Throws the driver's error when `superuserUrl` may not create roles.
 */
export async function ensureRoles(
  superuserUrl: string,
  { database = 'storesync', passwords }: { database?: string; passwords: RolePasswords },
): Promise<DatabaseUrls> {
  const client = new pg.Client({ connectionString: superuserUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [rolesLock]);
    // INHERIT: on PostgreSQL 15 its right on schema public comes by inheritance, from pg_database_owner.
    await ensureRole(client, ownerRole, `LOGIN INHERIT PASSWORD ${quoted(scramVerifier(passwords.owner))}`);
    await ensureRole(client, appRole, `LOGIN NOINHERIT PASSWORD ${quoted(scramVerifier(passwords.app))}`);
    await ensureRole(client, identityRole, 'NOLOGIN NOINHERIT');
    await grantSwitch(client, identityRole, appRole);
    await ensureDatabase(client, database);
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
  return {
    ownerUrl: urlFor(superuserUrl, ownerRole, passwords.owner, database),
    appUrl: urlFor(superuserUrl, appRole, passwords.app, database),
  };
}

async function ensureRole(client: pg.Client, role: string, login: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(`${verb} ROLE ${role} ${login} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION`);
}

/** `member` may SET ROLE to `role` and inherits nothing of it. */
async function grantSwitch(client: pg.Client, role: string, member: string): Promise<void> {
  const { rows } = await client.query<{ major: number }>("select current_setting('server_version_num')::int / 10000 as major");
  const how = (rows[0]?.major ?? 0) >= 16 ? ' WITH INHERIT FALSE, SET TRUE' : '';
  await client.query(`GRANT ${role} TO ${member}${how}`);
}

async function ensureDatabase(client: pg.Client, database: string): Promise<void> {
  const name = client.escapeIdentifier(database);
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${name} OWNER ${ownerRole} TEMPLATE template0 ENCODING 'UTF8'`);
  await fenceDatabase(client, database);
}

/** Nobody but the two enters the database. CREATE DATABASE … TEMPLATE does not copy these grants: a clone needs them anew. */
export async function fenceDatabase(client: pg.Client, database: string): Promise<void> {
  const name = client.escapeIdentifier(database);
  // One transaction (a query of several statements is one), so that a hub at work is never shut out.
  await client.query(`
    ALTER DATABASE ${name} OWNER TO ${ownerRole};
    REVOKE ALL ON DATABASE ${name} FROM PUBLIC, ${appRole};
    GRANT ALL ON DATABASE ${name} TO ${ownerRole};
    GRANT CONNECT ON DATABASE ${name} TO ${appRole};`);
}

/** The same server, another role and database. */
export function urlFor(serverUrl: string, role: string, password: string, database: string): string {
  const url = new URL(serverUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/**
 * What the server stores instead of the password (RFC 5803, RFC 7677), made here so that the password itself never stands
 * in a statement, where logs and pg_stat_activity would show it. Passwords must be ASCII: others need SASLprep.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16), iterations = 4096): string {
  if (!/^[\x21-\x7e]+$/.test(password)) {
    throw new AppError('misconfigured', 'A database password must consist of printable ASCII characters without spaces.');
  }
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const keyOf = (name: string) => createHmac('sha256', salted).update(name).digest();
  const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${keyOf('Server Key').toString('base64')}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

interface AppRoleFacts {
  role: string;
  superuser: boolean;
  bypass: boolean;
  creator: boolean;
  owner: string | null;
}

/**
 * Refuses ('misconfigured') to work through a role for which the walls between organizations do not exist: a superuser,
 * one with BYPASSRLS, one that can give itself roles, one that owns tables; or one that can become any of these.
 * The identity tables count only when their rights are inherited: reaching them by SET ROLE is the design.
 */
export async function assertAppRole(client: pg.ClientBase | pg.Pool): Promise<void> {
  const { rows } = await client.query<AppRoleFacts>(`
    select session_user::text as role,
      coalesce(bool_or(r.rolsuper), false) as superuser,
      coalesce(bool_or(r.rolbypassrls), false) as bypass,
      coalesce(bool_or(r.rolcreaterole), false) as creator,
      (select format('%I.%I', n.nspname, c.relname)
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
          and (pg_has_role(session_user, c.relowner, 'USAGE')
            or pg_has_role(session_user, c.relowner, 'MEMBER') and exists (select from pg_policy p where p.polrelid = c.oid))
        order by 1 limit 1) as owner
    from pg_roles r
    where pg_has_role(session_user, r.oid, 'MEMBER')`);
  const facts = rows[0];
  if (facts === undefined) throw new AppError('internal', 'The database does not tell which role is connected.');
  const fault = faultOf(facts);
  if (fault === null) return;
  throw new AppError(
    'misconfigured',
    `DATABASE_URL connects as the role "${facts.role}", which ${fault}: the walls between organizations would not hold. Let it name a role without these rights, such as ${appRole}, and DATABASE_OWNER_URL the owner.`,
  );
}

function faultOf({ superuser, bypass, creator, owner }: AppRoleFacts): string | null {
  if (superuser) return 'is a superuser or can become one';
  if (bypass) return 'has BYPASSRLS or can become a role that has';
  if (creator) return 'may create roles and grant itself others (CREATEROLE)';
  if (owner !== null) return `owns the table ${owner} or can become its owner`;
  return null;
}
