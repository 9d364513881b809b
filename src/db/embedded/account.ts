/**
 * The operating-system account that PostgreSQL works under. It refuses to run as root, so a hub started by root (a
 * container, a small server) lends it another account; any other user runs it as itself.
 */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { AppError } from '#base/errors.ts';

export interface Account {
  uid: number;
  gid: number;
}

/** Fixed, so that neither the caller's locale nor its PG… variables reach PostgreSQL's programs. */
export const programEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/**
 * The account for the cluster in `data`: null means "as ourselves". Files that exist decide; else root takes the user
 * `postgres`, creating it where there is none, or `nobody`. Throws 'misconfigured' when the files belong to somebody else.
 */
export async function chooseAccount(data: string): Promise<Account | null> {
  const ourUid = process.getuid?.() ?? -1;
  const owner = await ownerOf(data);
  if (ourUid !== 0) {
    if (owner !== null && owner.uid !== ourUid) {
      throw new AppError(
        'misconfigured',
        `The database files in ${data} belong to user number ${owner.uid}, and StoreSync runs as user number ${ourUid}. Start StoreSync as that user or as root, or give it the files (chown -R).`,
      );
    }
    return null;
  }
  if (owner === null) return await accountForRoot();
  if (owner.uid === 0) {
    throw new AppError(
      'misconfigured',
      `The database files in ${data} belong to root, and PostgreSQL refuses to run as root. Give them to another user: chown -R postgres ${data}`,
    );
  }
  return owner;
}

async function accountForRoot(): Promise<Account> {
  const known = await accountNamed('postgres');
  if (known !== null) return known;
  // A minimal image may lack useradd or have a read-only /etc/passwd: then `nobody` below.
  await runProgram(null, 'useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres']);
  const account = (await accountNamed('postgres')) ?? (await accountNamed('nobody'));
  if (account !== null) return account;
  throw new AppError(
    'misconfigured',
    'PostgreSQL refuses to run as root, and there is neither a user "postgres" nor a user "nobody" to run it. Create one (useradd --system postgres) or start StoreSync as an ordinary user.',
  );
}

async function accountNamed(name: string): Promise<Account | null> {
  const uid = await runProgram(null, 'id', ['-u', name]);
  const gid = await runProgram(null, 'id', ['-g', name]);
  if (uid.exitCode !== 0 || gid.exitCode !== 0) return null;
  return { uid: Number(uid.output.trim()), gid: Number(gid.output.trim()) };
}

async function ownerOf(path: string): Promise<Account | null> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
}

/** Whether the account can pass through the folder. Asked of the system, since modes alone do not tell (ACLs, mounts). */
export async function canEnter(account: Account | null, folder: string): Promise<boolean> {
  const { exitCode } = await runProgram(account, '/bin/sh', ['-c', 'test -x "$0"', folder]);
  return exitCode === 0;
}

/** Runs a program to its end as the account. `exitCode` is null when it could not be started or was killed. */
export async function runProgram(
  account: Account | null,
  program: string,
  parameters: readonly string[],
  input = '',
): Promise<{ exitCode: number | null; output: string }> {
  return await new Promise((resolve) => {
    // The root folder as working directory: the account may not be able to enter ours.
    const child = spawn(program, parameters, { cwd: '/', env: programEnvironment, ...(account ?? {}) });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ exitCode: null, output: output + error.message }));
    child.on('close', (exitCode) => resolve({ exitCode, output }));
    // A program that ends before reading its input breaks the pipe; its exit code and words tell the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
