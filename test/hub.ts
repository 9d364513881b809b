/** A hub on a test database, with a clock that the test turns, and one organization that has connected nothing yet. */
import { sql } from 'drizzle-orm';
import type { Clock } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import { readConfig } from '#config.ts';
import type { Connector } from '#connectors/connector.ts';
import { openSockets } from '#connectors/sockets.ts';
import { openPool } from '#db/pool.ts';
import { openDatabase, type Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { connectStore } from '#stores/connect-store.ts';
import type { Change, Hub } from '#stores/hub.ts';
import { makeSealer } from '#stores/sealing.ts';
import { runTurn } from '#sync/run-turn.ts';
import { asATurn, asTheTest, watchLocks } from './lock-watch.ts';

export interface TestClock extends Clock {
  advance(seconds: number): void;
}

export interface TestHub {
  hub: Hub;
  clock: TestClock;
  organizationId: string;
  /** The owner of the organization. */
  actor: Actor;
  /** "organization/store" of every wake-up, oldest first. */
  wakes: string[];
  announced: Change[];
  /** What was logged as an error: tests of things that go well expect none. */
  errors: { message: string; details: object }[];
  /** Connects an account with the platform's first form, by default with the token "token". */
  connect(platform: string, fields?: Record<string, string>): Promise<string>;
  /** One whole turn with a store, as a worker would do it. */
  turn(storeId: string): Promise<'busy' | Date>;
  /** Rows of a statement inside the organization, as the application's role sees them. */
  rows<Row extends Record<string, unknown>>(statement: ReturnType<typeof sql>): Promise<Row[]>;
  within<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface TestHubOptions {
  connectors: Readonly<Record<string, Connector>>;
  /** Beside what a test hub sets: environment variables by name. */
  environment?: Record<string, string>;
  currency?: string;
  connections?: number;
  /** A clock that others turn as well. */
  clock?: TestClock;
}

const sealingKey = Buffer.alloc(32, 7).toString('base64');

export function testClock(start: Date = new Date()): TestClock {
  let shift = 0;
  return {
    now: () => new Date(start.getTime() + shift),
    advance(seconds) {
      shift += seconds * 1000;
    },
  };
}

export async function testHub(database: { appUrl: string }, options: TestHubOptions): Promise<TestHub> {
  const errors: TestHub['errors'] = [];
  const wakes: string[] = [];
  const announced: Change[] = [];
  const clock = options.clock ?? testClock();
  const pool = openPool(database.appUrl, { size: options.connections ?? 20, onError: () => undefined });
  watchLocks(pool);
  const config = readConfig({
    DATABASE_URL: database.appUrl,
    STORESYNC_KEY: sealingKey,
    STORESYNC_ALLOW_PRIVATE_HOSTS: 'true',
    LOG_LEVEL: 'silent',
    ...options.environment,
  });
  const wire = openSockets(config.allowPrivateHosts);
  const hub: Hub = {
    config,
    clock,
    db: openDatabase(pool),
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (details, message) => void errors.push({ message, details }),
    },
    sealer: makeSealer([sealingKey]),
    connectors: options.connectors,
    wire,
    wake: (organizationId, storeId) => void wakes.push(`${organizationId}/${storeId}`),
    announce: (_, change) => void announced.push(change),
  };
  const organizationId = newId();
  await makeOrganization(hub, organizationId, options.currency ?? 'USD');
  const actor: Actor = { organizationId, userId: 'owner', kind: 'user', role: 'owner' };
  return {
    hub,
    clock,
    organizationId,
    actor,
    wakes,
    announced,
    errors,
    async connect(platform, fields = { token: 'token' }) {
      const scheme = options.connectors[platform]?.manifest.auth[0]?.kind ?? 'access_token';
      return (await connectStore(hub, actor, { platform, scheme, fields })).storeId;
    },
    turn: (storeId) => asATurn(() => runTurn(hub, organizationId, storeId, { signal: new AbortController().signal })),
    rows: async <Row extends Record<string, unknown>>(statement: ReturnType<typeof sql>) => {
      const result = await asTheTest(() => hub.db.inOrganization(organizationId, (tx) => tx.execute(statement)));
      return result.rows as Row[];
    },
    within: (work) => hub.db.inOrganization(organizationId, work),
    async close() {
      await Promise.all([wire.close(), pool.end()]);
    },
  };
}

/** What the first run makes: settings and the location that counts. */
async function makeOrganization(hub: Hub, organizationId: string, currency: string): Promise<void> {
  const now = hub.clock.now();
  await hub.db.inOrganization(organizationId, async (tx) => {
    await tx.execute(
      sql`insert into organization_settings (organization_id, currency, timezone, created_at, updated_at) values (${organizationId}, ${currency}, 'UTC', ${now}, ${now})`,
    );
    await tx.execute(
      sql`insert into inventory_locations (organization_id, id, name, is_default, created_at) values (${organizationId}, ${newId()}, 'Main', true, ${now})`,
    );
  });
}
