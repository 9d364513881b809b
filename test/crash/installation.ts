/**
 * A whole installation on this machine: a PostgreSQL of its own that keeps what it commits (fsync), server and worker as
 * real processes, and practice stores in this process, so that they outlive whatever is killed.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliActor } from '#cli/cli-actor.ts';
import type { PracticeStore } from '#cli/demo/practice-stores.ts';
import { connectPracticeStore } from '#cli/demo/set-up.ts';
import { openHub } from '#compose.ts';
import { readConfig } from '#config.ts';
import type { PracticeProduct, PracticeShop } from '#connectors/practice.ts';
import { hostPracticeShop } from '#connectors/practice-host.ts';
import { practiceKinds } from '#connectors/practice-registry.ts';
import { startEmbeddedPostgres } from '#db/embedded/start.ts';
import { embeddedDatabase } from '#db/embedded-database.ts';
import { migrate } from '#db/migrate.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub, Logger } from '#stores/hub.ts';
import { type ManifestChange, type Program, startProgram } from '#test/crash/processes.ts';

export interface Installation {
  origin: string;
  hub: Hub;
  actor: Actor;
  /** By platform; the first is the source store once all are connected in this order. */
  stores: readonly PracticeStore[];
  appUrl: string;
  ownerUrl: string;
  server(): Program;
  worker(): Program;
  database: { superuserUrl: string; kill(): void; start(): Promise<void> };
  startServer(): Promise<void>;
  startWorker(manifests?: ManifestChange): Promise<void>;
  /** Connects a practice store and waits for its first pull; returns the store's id. */
  connect(store: PracticeStore): Promise<string>;
  wire: Wire;
  close(): Promise<void>;
}

/** Listens where requests to practice stores go by. */
export interface Wire {
  arrived: ((platform: string, request: Request) => void) | null;
  /** The request is worked through, and its answer waits for this. */
  beforeAnswer: ((platform: string) => Promise<void>) | null;
}

export interface InstallationOptions {
  /** Put into every practice store. */
  goods: readonly PracticeProduct[];
  manifests: ManifestChange;
  /** Documented waits of practice stores (repeated webhooks) take this part of their time. */
  timeScale?: number;
  complain?(text: string): void;
  /** Names of platforms whose practice stores are opened; all when absent. */
  platforms?: readonly string[];
  /** Of server and worker, beside their own. */
  environment?: Readonly<Record<string, string>>;
}

export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  // Closed in the opposite order, also when the start fails half-way.
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    return await open(options, closing, close);
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function open(
  options: InstallationOptions,
  closing: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Installation> {
  const outer = await mkdtemp(join(tmpdir(), 'storesync-installation-'));
  closing.push(() => rm(outer, { recursive: true, force: true }));
  await chmod(outer, 0o755); // PostgreSQL may work under another account
  const dataFolder = join(outer, 'data');
  const database = await openDatabaseIn(dataFolder, closing);
  await migrate(database.ownerUrl);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const environment = {
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    DATA_DIR: dataFolder,
    PORT: String(port),
    PUBLIC_URL: origin,
    STORESYNC_ALLOW_PRIVATE_HOSTS: 'true',
    LOG_LEVEL: 'warn',
    ...options.environment,
  };
  const wire: Wire = { arrived: null, beforeAnswer: null };
  const stores = await openStores(options, origin, wire, closing);
  const setting = {
    environment,
    manifests: options.manifests,
    complain: options.complain ?? (() => undefined),
  };
  const running: { server: Program | null; worker: Program | null } = { server: null, worker: null };
  closing.push(async () => {
    await running.worker?.stop();
    await running.server?.stop();
  });
  const startServer = async () => {
    running.server = await startProgram(['start', '--no-worker'], 'StoreSync is at', setting);
  };
  const startWorker = async (manifests = options.manifests) => {
    running.worker = await startProgram(['work'], 'The worker is running', { ...setting, manifests });
  };
  await startServer();
  await startWorker();
  await firstRun(origin);
  const opened = openHub(readConfig(environment), database, quiet);
  closing.push(() => opened.close());
  const actor = await cliActor(opened.identityPool, []);
  const runs = (program: Program | null): Program => {
    if (program === null) throw new Error('It was never started');
    return program;
  };
  return {
    ...{ origin, hub: opened.hub, actor, stores, wire, startServer, startWorker, close, database },
    appUrl: database.appUrl,
    ownerUrl: database.ownerUrl,
    server: () => runs(running.server),
    worker: () => runs(running.worker),
    connect: (store) => connectPracticeStore(opened.hub, actor, store, origin),
  };
}

async function openDatabaseIn(dataFolder: string, closing: (() => Promise<unknown>)[]) {
  const log = () => undefined;
  let postgres = await startEmbeddedPostgres({ dataFolder, log });
  const endWithUs = () => void process.kill(postgres.processId, 'SIGINT');
  process.once('exit', endWithUs);
  closing.push(async () => {
    process.off('exit', endWithUs);
    await postgres.stop();
  });
  const urls = await embeddedDatabase({ dataFolder, log });
  closing.push(() => urls.stop());
  return {
    appUrl: urls.appUrl,
    ownerUrl: urls.ownerUrl,
    superuserUrl: postgres.superuserUrl,
    kill() {
      process.kill(postgres.processId, 'SIGKILL');
    },
    async start() {
      // The handle of the killed one still counts as a user of the folder.
      const before = postgres;
      postgres = await startEmbeddedPostgres({ dataFolder, log });
      closing.push(() => before.stop());
    },
  };
}

async function openStores(
  options: InstallationOptions,
  origin: string,
  wire: Wire,
  closing: (() => Promise<unknown>)[],
): Promise<PracticeStore[]> {
  const stores: PracticeStore[] = [];
  for (const [platform, kind] of Object.entries(practiceKinds)) {
    if (options.platforms !== undefined && !options.platforms.includes(platform)) continue;
    const redirectUrl = `${origin}/api/stores/oauth/callback/${platform}`;
    const listening = (shop: PracticeShop): PracticeShop => ({
      ...shop,
      async handle(request) {
        wire.arrived?.(platform, request);
        const response = await shop.handle(request);
        await wire.beforeAnswer?.(platform);
        return response;
      },
    });
    const hosted = await hostPracticeShop((baseUrl) =>
      listening(kind.create({ baseUrl, redirectUrl, currency: 'USD', timeScale: options.timeScale ?? 1 })),
    );
    closing.push(() => hosted.close());
    hosted.shop.control.add(options.goods);
    stores.push({ platform, kind, hosted });
  }
  return stores;
}

async function firstRun(origin: string): Promise<void> {
  const answer = await fetch(`${origin}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({
      name: 'Linh Tran',
      email: 'linh@shop.example',
      password: 'nine blue lanterns',
      organizationName: 'Blue Lantern',
      currency: 'USD',
      timezone: 'UTC',
    }),
  });
  if (!answer.ok) throw new Error(`The first run did not work: ${await answer.text()}`);
}

const nothing = () => undefined;
const quiet: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise<void>((resolve) => {
    probe.close(() => resolve());
  });
  if (address === null || typeof address === 'string') throw new Error('No free port was given');
  return address.port;
}
