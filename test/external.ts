/**
 * Runs the tests on Debian's PostgreSQL 15, the oldest that StoreSync supports, instead of the bundled one:
 *   node test/external.ts [--install] [parameters for vitest]
 * The cluster is a temporary one on 127.0.0.1 and ends with the run. POSTGRES_BIN names another version's programs.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Account, chooseAccount, runProgram } from '#db/embedded/account.ts';

const password = 'superuser-of-tests';
const programs = process.env.POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';
const install = process.argv.includes('--install');
const forVitest = process.argv.slice(2).filter((parameter) => parameter !== '--install');

if (!existsSync(join(programs, 'initdb'))) installPostgres();
const folder = mkdtempSync(join(tmpdir(), 'storesync-external-'));
const data = join(folder, 'data');
const account = await chooseAccount(data);
let exitCode = 1;
try {
  const port = await startCluster(account);
  try {
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    exitCode = await runVitest(url);
  } finally {
    await mustRun(account, 'pg_ctl', ['stop', '-D', data, '-m', 'immediate', '-w']);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(exitCode);

function installPostgres(): void {
  if (!install) {
    console.error(
      `There is no PostgreSQL in ${programs}: install it (apt-get install postgresql-15), or add --install as root, or set POSTGRES_BIN.`,
    );
    process.exit(1);
  }
  const { status } = spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'postgresql-15'], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

async function startCluster(account: Account | null): Promise<number> {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account !== null) for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid);
  await mustRun(account, 'initdb', [
    '-D',
    data,
    '-U',
    'postgres',
    `--pwfile=${passwordFile}`,
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]);
  const port = await freePort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=200`;
  await mustRun(account, 'pg_ctl', ['start', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options]);
  return port;
}

async function mustRun(account: Account | null, program: string, parameters: readonly string[]): Promise<void> {
  const { exitCode, output } = await runProgram(account, join(programs, program), parameters);
  if (exitCode !== 0) throw new Error(`${program} failed: ${output}`);
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function runVitest(url: string): Promise<number> {
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
  const child = spawn(process.execPath, [vitest, 'run', ...forVitest], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, TEST_DATABASE_SUPERUSER_URL: url },
    stdio: 'inherit',
  });
  // Ctrl-C reaches vitest too: wait for it to end, then stop the cluster.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}
