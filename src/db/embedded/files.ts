/** The cluster's files: making them, checking them, and the settings that StoreSync gives PostgreSQL. */
import { appendFile, chmod, chown, mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '#base/errors.ts';
import { type Account, runProgram } from '#db/embedded/account.ts';
import type { Binaries } from '#db/embedded/binaries.ts';
import type { Home } from '#db/embedded/home.ts';
import { clusterName } from '#db/embedded/processes.ts';

export const superuser = 'postgres';

/** An empty cluster takes 40 MB, and its first write-ahead log 16 MB more. */
const neededBytes = 128 * 1024 * 1024;

/** The major version of the files, or null when there are none. */
export async function dataVersion(data: string): Promise<number | null> {
  try {
    return Number.parseInt(await readFile(join(data, 'PG_VERSION'), 'utf8'), 10);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
}

/** Throws 'misconfigured' when the files were written by another major version, whose format differs. */
export function checkVersion(data: string, version: number, binaries: Binaries): void {
  if (version === binaries.major) return;
  throw new AppError(
    'misconfigured',
    `The database in ${data} was made by PostgreSQL ${version}, and this StoreSync brings PostgreSQL ${binaries.major}. Start the StoreSync version you had, dump the database with pg_dump and load it into a new data folder; or set DATABASE_URL to a PostgreSQL ${version} server.`,
  );
}

/**
 * Makes the cluster. It is made beside its place and moved there in one step, so that an interrupted start leaves no half
 * of one. Text sorts by code point everywhere (builtin locale C.UTF-8), so that an order never changes with the machine.
 */
export async function makeCluster({ account, data, memory }: Home, binaries: Binaries): Promise<void> {
  const unfinished = `${data}.unfinished`;
  const passwordFile = `${data}.password`;
  await checkSpace(dirname(data));
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  try {
    await writeFile(passwordFile, memory.superuserPassword, { mode: 0o600 });
    await give(account, passwordFile);
    await give(account, unfinished);
    const { exitCode, output } = await runProgram(account, binaries.initdb, [
      `--pgdata=${unfinished}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--data-checksums',
      '--no-instructions',
    ]);
    if (exitCode !== 0) throw startFailure(data, output);
    await appendFile(join(unfinished, 'postgresql.conf'), "\ninclude 'storesync.conf'\n");
    await rename(unfinished, data);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Written anew at every start. What an operator sets by ALTER SYSTEM is read after it and wins. */
export async function writeSettings({ account, data, logs }: Home, settings: Readonly<Record<string, string>>): Promise<void> {
  const all: Record<string, string> = {
    cluster_name: clusterName(data),
    // Read by other programs on this machine only; no socket, whose folder everybody could write to.
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '128MB',
    // What is worked on is in memory or on flash. By the default of 4 a page of 500 things reads whole tables of tens of thousands.
    random_page_cost: '1.1',
    fsync: 'on',
    synchronous_commit: 'on',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // One file a weekday, begun anew when its day comes round: a week of log.
    logging_collector: 'on',
    log_directory: logs,
    log_filename: 'postgres-%a.log',
    log_file_mode: '0600',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_truncate_on_rotation: 'on',
    log_line_prefix: '%m [%p] %q%u@%d ',
    log_min_messages: 'warning',
    // A failing statement may hold a person's data.
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  const path = join(data, 'storesync.conf');
  await writeFile(path, `# Written by StoreSync at every start: change settings with ALTER SYSTEM.\n${lines.join('\n')}\n`, {
    mode: 0o600,
  });
  await chmod(path, 0o600);
  await give(account, path);
}

/** Sets the superuser's password without knowing the old one: PostgreSQL's single-user mode, while no server runs. */
export async function resetPassword({ account, data, memory }: Home, binaries: Binaries): Promise<void> {
  const statement = `ALTER ROLE ${superuser} PASSWORD '${memory.superuserPassword}'\n`;
  const { exitCode, output } = await runProgram(account, binaries.postgres, ['--single', '-D', data, 'postgres'], statement);
  if (exitCode !== 0 || /\b(ERROR|FATAL|PANIC):/.test(output)) throw startFailure(data, output);
}

/** What PostgreSQL's last words mean for the person who runs it. */
export function startFailure(data: string, output: string): AppError {
  const complaint =
    output.split('\n').findLast((line) => /\b(FATAL|PANIC|ERROR|error):/.test(line)) ?? output.trim().split('\n').at(-1) ?? '';
  const sentence = /No space left on device|disk full/i.test(output)
    ? `The disk with the database folder ${data} is full. Free some space and start again.`
    : `PostgreSQL did not start on ${data}: ${complaint.replace(/^.*?(FATAL|PANIC|ERROR|error): */, '').trim()}`;
  return new AppError('misconfigured', sentence, { internal: output });
}

async function checkSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= neededBytes) return;
  throw new AppError(
    'misconfigured',
    `The disk with ${folder} is full: ${Math.floor((bavail * bsize) / 1024 / 1024)} MB are free, and a new database needs ${neededBytes / 1024 / 1024} MB. Free some space or choose another data folder.`,
  );
}

async function give(account: Account | null, path: string): Promise<void> {
  if (account !== null) await chown(path, account.uid, account.gid);
}
