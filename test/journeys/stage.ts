/**
 * Everything for real, for one test: a database of its own, both practice stores over HTTP, the server on a port with the
 * built web app, a worker, and an owner who has just signed up. The clocks of the hub and of the stores are turned together.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { present } from '#base/assert.ts';
import type { Clock } from '#base/clock.ts';
import { openHub } from '#compose.ts';
import { type Config, readConfig } from '#config.ts';
import type { PracticeControl, PracticeShop, PracticeTraffic } from '#connectors/practice.ts';
import { type HostedPracticeShop, hostPracticeShop } from '#connectors/practice-host.ts';
import { type PracticeKind, practiceKinds } from '#connectors/practice-registry.ts';
import type { Pool } from '#db/pool.ts';
import { buildApp } from '#http/app.ts';
import { listenForChanges } from '#http/change-feed.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub, Logger } from '#stores/hub.ts';
import { approveConsent } from '#stores/visit-consent.ts';
import { startWorker, type Worker } from '#sync/worker.ts';
import { testDatabase } from '#test/database.ts';
import { briskConnectors } from '#test/journeys/brisk-connectors.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type Answer, type Visitor, visitorOf } from '#test/journeys/visitor.ts';

export const owner = {
  name: 'Linh Tran',
  email: 'linh@shop.example',
  password: 'nine blue lanterns',
  organizationName: 'Blue Lantern',
} as const;

/** Documented waits of practice stores (webhook retries, TikTok Shop's hanging connections) take this part of their time. */
export const timeScale = 0.01;

/** A practice store and, once it is connected, its row. */
export interface StageShop {
  platform: string;
  kind: PracticeKind;
  hosted: HostedPracticeShop;
  control: PracticeControl;
  /** What went over the wire, oldest first. */
  traffic: PracticeTraffic[];
}

export interface Stage {
  origin: string;
  config: Config;
  hub: Hub;
  appUrl: string;
  ownerUrl: string;
  /** The first platform's shop: connected first, it is the source store. */
  source: StageShop;
  other: StageShop;
  /** The owner, signed in; a stage begun with `firstRun` has none yet. */
  person: Visitor;
  actor: Actor;
  /** What was logged at level error. */
  errors: { details: object; message: string }[];
  /** Enters the shop's app in Settings and goes through its consent page. Answers as the callback does. */
  consent(shop: StageShop): Promise<Answer<null>>;
  /** The same, and waits until the first pull is stored; returns the store's id. */
  connect(shop: StageShop): Promise<string>;
  /** Waits until the newest pull of the store has succeeded. */
  pulled(storeId: string): Promise<void>;
  /** Turns the clocks of the hub and of both stores ahead. */
  advance(seconds: number): void;
  startWorker(): void;
  stopWorker(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Nobody has signed up; the practice stores are offered on the first pages. */
  firstRun?: boolean;
  worker?: boolean;
  /** Stands between a practice store and the wire. */
  around?(shop: PracticeShop): PracticeShop;
}

const builtPages = fileURLToPath(new URL('../../web/dist', import.meta.url));

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  // Closed in the opposite order, also when the start fails half-way.
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    return await build(options, closing, close);
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function build(options: StageOptions, closing: (() => Promise<void>)[], close: () => Promise<void>): Promise<Stage> {
  const database = await testDatabase();
  closing.push(() => database.drop());
  const dataFolder = await mkdtemp(join(tmpdir(), 'storesync-journey-'));
  closing.push(() => rm(dataFolder, { recursive: true, force: true }));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const shops: StageShop[] = [];
  for (const platform of Object.keys(practiceKinds)) {
    const shop = await openShop(platform, origin, options.around ?? ((made) => made));
    closing.push(() => shop.hosted.close());
    shops.push(shop);
  }
  const config = readConfig({
    DATA_DIR: dataFolder,
    PUBLIC_URL: origin,
    PORT: String(port),
    STORESYNC_ALLOW_PRIVATE_HOSTS: 'true',
    LOG_LEVEL: 'silent',
  });
  const errors: Stage['errors'] = [];
  const clock = turnableClock();
  const opened = openHub(config, { appUrl: database.appUrl }, collecting(errors));
  closing.push(() => opened.close());
  const hub: Hub = { ...opened.hub, clock, connectors: briskConnectors };

  await openServer(
    { hub, identityPool: opened.identityPool, appUrl: database.appUrl, shops: options.firstRun === true ? shops : [] },
    closing,
  );

  const person = visitorOf(origin);
  const actor: Actor = { organizationId: '', userId: null, kind: 'user', role: 'owner' };
  if (options.firstRun !== true) {
    const made = await person.post<{ organizationId: string; userId: string }>('/api/setup', {
      ...owner,
      currency: 'USD',
      timezone: 'UTC',
    });
    Object.assign(actor, made);
  }

  let worker: Worker | null = null;
  const stage: Stage = {
    ...{ origin, config, hub, person, actor, errors, close },
    appUrl: database.appUrl,
    ownerUrl: database.ownerUrl,
    source: present(shops[0], 'the first practice store'),
    other: present(shops[1], 'the second practice store'),
    consent: (shop) => consent(person, shop),
    async connect(shop) {
      const answer = await consent(person, shop);
      const location = new URL(answer.headers.get('location') ?? '', origin);
      const storeId = location.searchParams.get('connected');
      if (storeId === null) throw new Error(`${shop.platform} was not connected: ${location.search}`);
      await stage.pulled(storeId);
      return storeId;
    },
    pulled: (storeId) => pulled(person, storeId),
    advance(seconds) {
      clock.advance(seconds);
      for (const { control } of shops) control.advanceClock(seconds);
    },
    startWorker() {
      worker ??= startWorker(hub, database.appUrl);
    },
    async stopWorker() {
      await worker?.stop();
      worker = null;
    },
  };
  closing.push(() => stage.stopWorker());
  if (options.worker !== false) stage.startWorker();
  return stage;
}

async function openServer(
  parts: { hub: Hub; identityPool: Pool; appUrl: string; shops: readonly StageShop[] },
  closing: (() => Promise<void>)[],
): Promise<void> {
  const { hub, identityPool, shops } = parts;
  const changes = await listenForChanges({ url: parts.appUrl, log: hub.log });
  closing.push(() => changes.close());
  const app = await buildApp({
    hub,
    identityPool,
    publicFolder: existsSync(builtPages) ? builtPages : null,
    changes,
    practiceStores: shops.map(({ platform, kind, hosted, control }) => ({
      platform,
      name: 'practice',
      baseUrl: hosted.baseUrl,
      fields: kind.fields(control.access()),
      app: kind.app(control.access()),
    })),
    requestsPerMinute: 100_000,
  });
  closing.push(() => app.close());
  await app.listen({ host: hub.config.host, port: hub.config.port });
}

async function openShop(platform: string, origin: string, around: (shop: PracticeShop) => PracticeShop): Promise<StageShop> {
  const kind = present(practiceKinds[platform], platform);
  const traffic: PracticeTraffic[] = [];
  const redirectUrl = `${origin}/api/stores/oauth/callback/${platform}`;
  const record = (entry: PracticeTraffic) => void traffic.push(entry);
  const hosted = await hostPracticeShop((baseUrl) =>
    around(kind.create({ baseUrl, redirectUrl, currency: 'USD', timeScale, record })),
  );
  return { platform, kind, hosted, control: hosted.shop.control, traffic };
}

async function consent(person: Visitor, shop: StageShop): Promise<Answer<null>> {
  const access = shop.control.access();
  await person.put(`/api/platforms/${shop.platform}/app`, shop.kind.app(access));
  const { authorizeUrl } = await person.post<{ authorizeUrl: string }>('/api/stores/oauth', {
    platform: shop.platform,
    fields: shop.kind.fields(access),
    baseUrl: shop.hosted.baseUrl,
  });
  const query = new URLSearchParams(await approveConsent(authorizeUrl));
  return await person.ask<null>('GET', `/api/stores/oauth/callback/${shop.platform}?${query}`);
}

async function pulled(person: Visitor, storeId: string): Promise<void> {
  let job: { status: string; errorMessage: string | null } | undefined;
  await eventually(
    'the newest pull has ended',
    async () => {
      const path = `/api/sync-jobs?storeId=${storeId}&jobType=pull&limit=1`;
      const { items } = await person.get<{ items: { status: string; errorMessage: string | null }[] }>(path);
      job = items[0];
      if (job?.status !== 'succeeded' && job?.status !== 'failed') throw new Error(`It is ${job?.status ?? 'not begun'}.`);
    },
    30,
  );
  if (job?.status === 'failed') throw new Error(job.errorMessage ?? 'The pull failed.');
}

function turnableClock(): Clock & { advance(seconds: number): void } {
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + aheadMs),
    advance(seconds) {
      aheadMs += seconds * 1000;
    },
  };
}

function collecting(errors: Stage['errors']): Logger {
  const nothing = () => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (details, message) => void errors.push({ details, message }),
  };
}

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
