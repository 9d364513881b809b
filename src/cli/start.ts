import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { aborted, type Command, type CommandContext } from '#cli/command.ts';
import { refuseMightyRole } from '#cli/database-urls.ts';
import type { DatabaseUrls } from '#compose.ts';
import { migrate } from '#db/migrate.ts';
import { buildApp } from '#http/app.ts';
import { listenForChanges } from '#http/change-feed.ts';
import type { PracticeStoreAddress } from '#stores/list-platforms.ts';

const builtPages = fileURLToPath(new URL('../../web/dist', import.meta.url));
const mainFile = fileURLToPath(new URL('../main.ts', import.meta.url));

export const startCommand: Command = {
  name: 'start',
  summary: 'Start the server, and a worker beside it',
  usage: 'storesync start [--no-worker]',
  options: { '--no-worker': null },
  async run(context) {
    const urls = await context.database();
    await migrate(urls.ownerUrl);
    await refuseMightyRole(urls);
    const worker = context.args.includes('--no-worker') ? null : superviseWorker(context, urls);
    const server = await openServer(context, urls);
    context.say(`StoreSync is at ${server.address}`);
    await aborted(context.signal);
    await server.close();
    await worker?.stop();
    await urls.stop();
    return 0;
  },
};

export async function openServer(
  context: CommandContext,
  urls: DatabaseUrls,
  practiceStores: readonly PracticeStoreAddress[] = [],
): Promise<{ address: string; close(): Promise<void> }> {
  const opened = context.hub(urls, context.config);
  const changes = await listenForChanges({ url: urls.directUrl, log: context.log });
  const app = await buildApp({
    hub: opened.hub,
    identityPool: opened.identityPool,
    publicFolder: existsSync(builtPages) ? builtPages : null,
    changes,
    practiceStores,
  });
  const address = await app.listen({ host: context.config.host, port: context.config.port });
  return {
    address,
    async close() {
      await app.close();
      await changes.close();
      await opened.close();
    },
  };
}

/** Keeps one worker process running: one that dies is replaced after a second. */
export function superviseWorker(
  context: CommandContext,
  urls: DatabaseUrls,
  environment: Record<string, string> = {},
): { pid(): number | undefined; stop(): Promise<void> } {
  let child: ChildProcess | null = null;
  let stopping = false;
  const run = async () => {
    while (!stopping) {
      child = spawn(process.execPath, [...process.execArgv, mainFile, 'work'], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        env: {
          ...process.env,
          ...environment,
          DATABASE_URL: urls.appUrl,
          DATABASE_OWNER_URL: urls.ownerUrl,
          DATABASE_DIRECT_URL: urls.directUrl,
        },
      });
      const ended = await new Promise<string>((resolve) =>
        child?.once('exit', (code, signal) => resolve(String(signal ?? code))),
      );
      child = null;
      if (stopping || context.signal.aborted) return;
      context.log.error({ ended }, 'the worker ended; another is started');
      await sleep(1000);
    }
  };
  const running = run();
  return {
    pid: () => child?.pid,
    async stop() {
      stopping = true;
      child?.kill('SIGTERM');
      await running;
    },
  };
}
