/** For tests: the whole server over a database of its own, with two organizations that must never see each other. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPassword } from 'better-auth/crypto';
import { drizzle } from 'drizzle-orm/node-postgres';
import { newId } from '#base/ids.ts';
import { readConfig } from '#config.ts';
import { openSockets } from '#connectors/sockets.ts';
import { openPool, type Pool } from '#db/pool.ts';
import { openDatabase } from '#db/transaction.ts';
import { type Api, buildApp } from '#http/app.ts';
import { makeFeed } from '#http/change-feed.ts';
import { cornerShop } from '#http/test-connector.ts';
import { inventoryLocations } from '#inventory/inventory-tables.ts';
import type { Role } from '#organizations/actor.ts';
import { accounts, members, organizations, users } from '#organizations/identity-tables.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';
import type { Change, Hub } from '#stores/hub.ts';
import { makeSealer } from '#stores/sealing.ts';
import { testDatabase } from '#test/database.ts';
import { watchRequests } from '#test/lock-watch.ts';

export const testHost = 'hub.test';
export const password = 'correct horse battery';

/** A signed-in person's requests, as a page of ours makes them. */
export interface Person {
  organizationId: string;
  userId: string;
  cookie: string;
  get(url: string): Promise<Answer>;
  send(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

export interface Answer {
  status: number;
  /** Whatever the JSON is: tests look into answers of every shape. */
  body: ReturnType<typeof JSON.parse>;
  text: string;
  headers: Record<string, string | string[] | number | undefined>;
}

export interface TestServer {
  app: Api;
  hub: Hub;
  feed: ReturnType<typeof makeFeed>;
  appPool: Pool;
  identityPool: Pool;
  ownerUrl: string;
  appUrl: string;
  woken: string[];
  announced: Change[];
  logged: { level: string; details: object; message: string }[];
  owner: Person;
  /** The owner of another organization. */
  stranger: Person;
  addPerson(organizationId: string, role: Role): Promise<Person>;
  /** A key made by this person. */
  key(person: Person, scope: 'read' | 'write' | 'admin'): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export async function startTestServer(
  options: { environment?: Record<string, string>; publicFolder?: string } = {},
): Promise<TestServer> {
  const database = await testDatabase();
  const dataFolder = await mkdtemp(join(tmpdir(), 'storesync-http-'));
  const onError = () => undefined;
  const appPool = openPool(database.appUrl, { size: 5, onError });
  const identityPool = openPool(database.appUrl, { role: 'storesync_identity', size: 5, onError });
  const [woken, announced]: [string[], Change[]] = [[], []];
  const logged: TestServer['logged'] = [];
  const log = (level: string) => (details: object, message: string) => void logged.push({ level, details, message });
  const hub: Hub = {
    config: readConfig({ DATA_DIR: dataFolder, CRON_SECRET: 'cron-secret-of-tests', ...options.environment }),
    clock: { now: () => new Date() },
    db: openDatabase(appPool),
    log: { info: log('info'), warn: log('warn'), error: log('error'), debug: log('debug') },
    sealer: makeSealer([Buffer.alloc(32, 7).toString('base64')]),
    connectors: { corner_shop: cornerShop },
    wire: openSockets(true),
    wake: (_organizationId, storeId) => void woken.push(storeId),
    announce: (_organizationId, change) => void announced.push(change),
  };
  const feed = makeFeed();
  const app = await buildApp({
    hub,
    identityPool,
    publicFolder: options.publicFolder ?? null,
    changes: feed,
    requestsPerMinute: 100_000,
  });
  await app.ready();
  watchRequests(app, appPool);
  const identity = drizzle({ client: identityPool });

  async function addPerson(organizationId: string, role: Role): Promise<Person> {
    const [userId, now] = [newId(), new Date()];
    const email = `${role}-${userId}@shop.test`;
    const times = { createdAt: now, updatedAt: now };
    await identity.insert(users).values({ id: userId, name: role, email, ...times });
    await identity.insert(accounts).values({
      id: newId(),
      accountId: userId,
      providerId: 'credential',
      userId,
      password: await hashPassword(password),
      ...times,
    });
    await identity.insert(members).values({ id: newId(), organizationId, userId, role, createdAt: now });
    return person(app, organizationId, userId, await signIn(app, email));
  }

  async function addOrganization(name: string): Promise<Person> {
    const [organizationId, now] = [newId(), new Date()];
    await identity.insert(organizations).values({ id: organizationId, name, slug: organizationId, createdAt: now });
    await hub.db.inOrganization(organizationId, async (tx) => {
      await tx
        .insert(organizationSettings)
        .values({ organizationId, currency: 'USD', timezone: 'UTC', createdAt: now, updatedAt: now });
      await tx
        .insert(inventoryLocations)
        .values({ organizationId, id: newId(), name: 'Main location', isDefault: true, createdAt: now });
    });
    return await addPerson(organizationId, 'owner');
  }

  const owner = await addOrganization('Blue Shirts');
  const stranger = await addOrganization('Red Hats');
  return {
    ...{ app, hub, feed, appPool, identityPool, woken, announced, logged, owner, stranger, addPerson },
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    async key(from, scope) {
      const made = await from.send('POST', '/api/api-keys', { name: scope, scope });
      return { authorization: `Bearer ${made.body.secret}` };
    },
    async close() {
      await app.close();
      await Promise.all([appPool.end(), identityPool.end()]);
      await database.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Each from an address of its own, so that one test's attempts do not use up another's. */
let addresses = 0;

export async function signIn(app: Api, email: string): Promise<string> {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    remoteAddress: `10.0.${addresses >> 8}.${addresses++ & 255}`,
    headers: { host: testHost, origin: `http://${testHost}` },
    payload: { email, password },
  });
  if (answer.statusCode !== 200) throw new Error(`signing in failed: ${answer.body}`);
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ');
}

export async function ask(
  app: Api,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  url: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  const answer = await app.inject({
    method,
    url,
    headers: { host: testHost, ...headers },
    ...(body === undefined ? {} : { payload: body as string | object }),
  });
  const json = String(answer.headers['content-type'] ?? '').includes('json');
  return {
    status: answer.statusCode,
    body: json && answer.body !== '' ? answer.json() : null,
    text: answer.body,
    headers: answer.headers,
  };
}

function person(app: Api, organizationId: string, userId: string, cookie: string): Person {
  const own = { cookie, origin: `http://${testHost}` };
  return {
    organizationId,
    userId,
    cookie,
    get: (url) => ask(app, 'GET', url, { cookie }),
    send: (method, url, body, headers) => ask(app, method, url, { ...own, ...headers }, body),
  };
}
