/** PostgreSQL's first process: starting it, finding out whether it answers, adopting one that runs already. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '#base/errors.ts';
import { programEnvironment } from '#db/embedded/account.ts';
import type { Binaries } from '#db/embedded/binaries.ts';
import { startFailure, superuser } from '#db/embedded/files.ts';
import type { Home } from '#db/embedded/home.ts';
import { clusterGone, clusterProcesses, signal } from '#db/embedded/processes.ts';
import type { StartLog } from '#db/embedded/start.ts';

export interface Postmaster {
  processId: number;
  port: number;
  /** As the server names it: "18.4". */
  version: string;
}

/** Recovery after a crash reads at most `max_wal_size` of log: minutes on a slow disk. */
const recoverySeconds = 600;
const silenceSeconds = 60;
const portAttempts = 5;

export const urlOf = ({ memory }: Home, port: number): string =>
  `postgresql://${superuser}:${encodeURIComponent(memory.superuserPassword)}@127.0.0.1:${port}/postgres`;

/** The postmaster of this cluster that runs already and answers, or null when none runs. */
export async function adoptPostmaster(home: Home, log: StartLog): Promise<Postmaster | null> {
  const running = await runningPostmaster(home.data);
  if (running === null) return null;
  const port = await portInLockFile(home.data);
  if (port === null) {
    // Without its lock file it would shut itself down within a minute; it cannot be shared, so it ends now.
    log(`PostgreSQL (process ${running}) lost its lock file in ${home.data}: it is restarted.`);
    await endPostmaster(home, running, log);
    return null;
  }
  const version = await untilReady(home, port, log, async () => (await runningPostmaster(home.data)) === running);
  return version === null ? null : { processId: running, port, version };
}

async function runningPostmaster(data: string): Promise<number | null> {
  return (await clusterProcesses(data)).find(({ postmaster }) => postmaster)?.processId ?? null;
}

/** Line 4 of postmaster.pid is the port (PostgreSQL documentation, "postmaster.pid"; src/include/utils/pidfile.h). */
async function portInLockFile(data: string): Promise<number | null> {
  // A postmaster writes the file within its first moments.
  for (let attempt = 0; attempt < 20; attempt++) {
    const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return '';
      throw thrown;
    });
    const port = Number(text.split('\n')[3]);
    if (port > 0) return port;
    await sleep(50);
  }
  return null;
}

/** Starts a postmaster that outlives this process. Call it when no process of the cluster is left. */
export async function launchPostmaster(home: Home, binaries: Binaries, log: StartLog): Promise<Postmaster> {
  // No process of the cluster lives, so this names a dead or a foreign one; PostgreSQL would believe a foreign one.
  await rm(join(home.data, 'postmaster.pid'), { force: true });
  let port = await freePort(home.memory.port);
  for (let attempt = 1; ; attempt++) {
    const outcome = await launchOn(port, home, binaries, log);
    if ('processId' in outcome) return outcome;
    if (!/could not create any TCP\/IP sockets|Address already in use/.test(outcome.output) || attempt === portAttempts) {
      throw startFailure(home.data, outcome.output);
    }
    port = await freePort(null);
  }
}

async function launchOn(port: number, home: Home, binaries: Binaries, log: StartLog): Promise<Postmaster | { output: string }> {
  const { account, data, logs } = home;
  const firstWords = await open(join(logs, 'start.log'), 'w', 0o600);
  try {
    if (account !== null) await chown(join(logs, 'start.log'), account.uid, account.gid);
    const sizes = await logSizes(logs);
    // `detached`: a session of its own, so that neither our end nor a Ctrl-C in our terminal reaches it.
    const child = spawn(binaries.postgres, ['-D', data, '-p', String(port)], {
      cwd: '/',
      detached: true,
      env: programEnvironment,
      stdio: ['ignore', firstWords.fd, firstWords.fd],
      ...(account ?? {}),
    });
    let failure: Error | null = null;
    child.on('error', (error) => {
      failure = error;
    });
    child.unref();
    const alive = () => failure === null && child.exitCode === null && child.signalCode === null;
    const version = await untilReady(home, port, log, alive);
    if (version !== null && child.pid !== undefined) return { processId: child.pid, port, version };
    return { output: failure === null ? await wordsSince(logs, sizes) : String(failure) };
  } finally {
    await firstWords.close();
  }
}

/**
 * Waits until the server on the port answers and is the one of this folder. Null when the process ended meanwhile.
 * Throws 'misconfigured' when the password is wrong, 'database_unavailable' when it lives but does not answer.
 */
async function untilReady(
  home: Home,
  port: number,
  log: StartLog,
  alive: () => boolean | Promise<boolean>,
): Promise<string | null> {
  const begun = Date.now();
  let told = begun;
  let lastAnswer = begun;
  for (;;) {
    const answer = await ask(urlOf(home, port));
    if ('version' in answer && answer.data === home.data) return answer.version;
    if (!(await alive())) return null;
    if ('code' in answer) {
      if (answer.code === '28P01' || answer.code === '28000') throw wrongPassword(home);
      // 57P03, cannot_connect_now: it starts, recovers or shuts down. 53300, too_many_connections: it lives.
      if (answer.code === '53300') lastAnswer = Date.now();
      if (answer.code === '57P03') lastAnswer = Date.now();
    }
    const now = Date.now();
    if (now - lastAnswer > silenceSeconds * 1000 || now - begun > recoverySeconds * 1000) {
      throw new AppError(
        'database_unavailable',
        `PostgreSQL runs on ${home.data} but does not answer. Look at its log in ${home.logs}, end it and start again.`,
        {
          internal: JSON.stringify(answer),
        },
      );
    }
    if (now - told > 5000) {
      told = now;
      log(`Waiting for PostgreSQL on ${home.data}: it starts or recovers after a crash.`);
    }
    await sleep(20);
  }
}

const wrongPassword = ({ data }: Home): AppError =>
  new AppError(
    'misconfigured',
    `The password in postgres.json is not the one of the database in ${data}. Put the right postgres.json back; or delete it, end PostgreSQL and start again: a new password is made, data stays.`,
  );

async function ask(url: string): Promise<{ version: string; data: string } | { code: string }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000, query_timeout: 5000 });
  // A server that shuts down cuts the idle connection; the query's own error says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; data: string }>(
      "select split_part(current_setting('server_version'), ' ', 1) as version, current_setting('data_directory') as data",
    );
    return rows[0] ?? { code: 'no row' };
  } catch (thrown) {
    return { code: thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Fast shutdown: open transactions are rolled back, everything committed is on the disk. */
export async function endPostmaster(home: Home, processId: number, log: StartLog): Promise<void> {
  if (!(await clusterProcesses(home.data)).some((one) => one.processId === processId)) return;
  signal(processId, 'SIGINT');
  if (await clusterGone(home.data, 60)) return;
  log(`PostgreSQL (process ${processId}) did not stop within 60 seconds: it stops at once and recovers at the next start.`);
  signal(processId, 'SIGQUIT');
  if (await clusterGone(home.data, 15)) return;
  throw new AppError(
    'database_unavailable',
    `PostgreSQL (process ${processId}) does not stop. Look at its log in ${home.logs} and end it.`,
  );
}

async function freePort(wished: number | null): Promise<number> {
  const server = createServer();
  for (const port of wished === null ? [0] : [wished, 0]) {
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (thrown) {
      if (port !== 0) continue;
      throw thrown;
    }
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address !== null && typeof address === 'object') return address.port;
  }
  throw new AppError('database_unavailable', 'This machine has no free port on 127.0.0.1 for PostgreSQL.');
}

type Sizes = ReadonlyMap<string, number>;

async function logSizes(logs: string): Promise<Sizes> {
  const sizes = new Map<string, number>();
  for (const name of await readdir(logs)) sizes.set(name, (await stat(join(logs, name))).size);
  return sizes;
}

/** What was written to the log folder since: the first words go to start.log, later ones to the day's file. */
async function wordsSince(logs: string, sizes: Sizes): Promise<string> {
  let words = '';
  for (const name of await readdir(logs)) {
    const text = await readFile(join(logs, name));
    words += text
      .subarray(sizes.get(name) ?? 0)
      .toString('utf8')
      .slice(-10_000);
  }
  return words;
}
