import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { AppError } from '#base/errors.ts';
import { optionOf } from '#cli/call.ts';
import { cliActor } from '#cli/cli-actor.ts';
import { aborted, type Command, type CommandContext } from '#cli/command.ts';
import { databaseUrls } from '#cli/database-urls.ts';
import { beginLife } from '#cli/demo/life.ts';
import { offered, openPracticeStores, type PracticeStore } from '#cli/demo/practice-stores.ts';
import { connectPracticeStore, linkAndTrack, pulled } from '#cli/demo/set-up.ts';
import { openServer, superviseWorker } from '#cli/start.ts';
import type { DatabaseUrls } from '#compose.ts';
import { migrate } from '#db/migrate.ts';

export const demoAccount = {
  name: 'Demo Seller',
  email: 'demo@storesync.example',
  password: 'practice-makes-perfect',
  organizationName: 'Practice Shop',
} as const;

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Try everything with two practice stores; needs no account anywhere',
  usage:
    'storesync demo [--catalog FILE.csv] [--still] [--new]\n\nBegins anew each time. --still: nothing happens by itself. --new: nobody has signed up and nothing is connected yet.',
  options: { '--catalog': 'a file', '--still': null, '--new': null },
  async run(outer) {
    const startedAt = performance.now();
    const port = await freePort(outer.config.host, outer.config.port);
    const origin = `http://127.0.0.1:${port}`;
    const context: CommandContext = {
      ...outer,
      config: {
        ...outer.config,
        port,
        publicUrl: origin,
        allowPrivateHosts: true,
        dataFolder: join(outer.config.dataFolder, 'demo'),
      },
    };
    const urls = await databaseUrls(context.config, context.log);
    await beginAnew(urls.ownerUrl);
    await migrate(urls.ownerUrl);
    const stores = await openPracticeStores({ publicUrl: origin, catalogPath: optionOf(context.args, '--catalog'), seed: 7 });
    const addresses = stores.map(({ platform, hosted }) => ({ platform, name: 'practice', baseUrl: hosted.baseUrl }));
    const server = await openServer(context, urls, stores.map(offered));
    const worker = superviseWorker(context, urls, {
      PUBLIC_URL: origin,
      PORT: String(port),
      STORESYNC_ALLOW_PRIVATE_HOSTS: 'true',
      DATA_DIR: context.config.dataFolder,
    });
    try {
      const summary = context.args.includes('--new') ? null : await setUp(context, urls, stores, origin);
      const seconds = (performance.now() - startedAt) / 1000;
      context.say(report(origin, stores, summary, seconds));
      context.result({ address: origin, ...(summary && demoAccount), ...summary, seconds, practiceStores: addresses });
      const endLife = context.args.includes('--still')
        ? () => undefined
        : beginLife(stores, 4000, (err) => {
            context.log.warn({ err }, 'Somebody in a practice store could not do something');
          });
      await aborted(context.signal);
      endLife();
      return 0;
    } finally {
      await worker.stop();
      await server.close();
      for (const { hosted } of stores) await hosted.close();
      await urls.stop();
    }
  },
};

interface Summary {
  linked: number;
  ambiguous: number;
  tracked: number;
}

async function setUp(
  context: CommandContext,
  urls: DatabaseUrls,
  stores: readonly PracticeStore[],
  origin: string,
): Promise<Summary> {
  const answer = await fetch(`${origin}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ ...demoAccount, currency: 'USD', timezone: 'UTC' }),
  });
  if (!answer.ok) throw new AppError('internal', `The first run did not work: ${await answer.text()}`);
  const opened = context.hub(urls, context.config);
  try {
    const actor = await cliActor(opened.identityPool, []);
    const ids: string[] = [];
    for (const store of stores) ids.push(await connectPracticeStore(opened.hub, actor, store, origin));
    const [sourceId = ''] = ids;
    const summary = await linkAndTrack(opened.hub, actor, sourceId);
    for (const id of ids) await pulled(opened.hub, actor, id);
    return summary;
  } finally {
    await opened.close();
  }
}

function report(origin: string, stores: readonly PracticeStore[], summary: Summary | null, seconds: number): string {
  const account =
    summary === null
      ? ['  nobody has signed up: open it and begin']
      : [`  sign in with   ${demoAccount.email}`, `  password       ${demoAccount.password}`];
  const links =
    summary === null
      ? []
      : [
          `${summary.linked} listings are linked, ${summary.ambiguous} wait for you under Product links. Buyers and small changes come every few seconds.`,
        ];
  return [
    '',
    `StoreSync is ready after ${seconds.toFixed(1)} s: ${origin}`,
    ...account,
    '',
    ...stores.map(
      ({ platform, hosted }) =>
        `  practice ${platform.padEnd(12)} ${hosted.baseUrl}/practice   (look at it, edit it, make it misbehave)`,
    ),
    '',
    ...links,
    'Press Ctrl-C to stop.',
  ].join('\n');
}

/** The practice stores hold nothing over a restart, so neither does the demo's database. */
async function beginAnew(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      'set client_min_messages = warning; drop schema if exists drizzle cascade; drop schema if exists public cascade; create schema public',
    );
  } finally {
    await client.end();
  }
}

/** The wanted port, or any free one when it is taken. */
async function freePort(host: string, wanted: number): Promise<number> {
  const attempt = (port: number) =>
    new Promise<number | null>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(null));
      probe.listen(port, host, () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
      });
    });
  const port = (await attempt(wanted)) ?? (await attempt(0));
  if (port === null) throw new AppError('misconfigured', `No port on ${host} is free.`);
  return port;
}
