/**
 * Where a cluster lives. Normally inside the data folder; when the hub runs as root and the account PostgreSQL works
 * under cannot enter that folder (a checkout below /root), in a place of its own that `postgres.json` points to.
 */
import { createHash, randomBytes } from 'node:crypto';
import { access, chmod, chown, constants, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, messageOf } from '#base/errors.ts';
import { type Account, canEnter, chooseAccount } from '#db/embedded/account.ts';
import { sharedFolder } from '#db/embedded/binaries.ts';
import { readSecretFile, writeSecretFile } from '#db/embedded/secret-file.ts';
import type { StartLog } from '#db/embedded/start.ts';

const memoryShape = z.object({
  superuserPassword: z.string().min(1),
  /** The port of the last start, taken again while it is free, so that addresses in other tools stay right. */
  port: z.int().min(1).max(65_535).nullable(),
  home: z.string().min(1),
});
type Memory = z.infer<typeof memoryShape>;

export interface Home {
  account: Account | null;
  /** PostgreSQL's data directory. */
  data: string;
  logs: string;
  memory: Memory;
  /** The data is there but its password is not known any more: it must be set anew before use. */
  passwordLost: boolean;
  remember(port: number): Promise<void>;
}

/** The data folder itself, created where missing, without links in its path. Throws 'misconfigured' when not writable. */
export async function prepareDataFolder(dataFolder: string): Promise<string> {
  try {
    const created = await mkdir(dataFolder, { recursive: true });
    // Secrets in it have modes of their own; another user needs to pass through only when root lends an account.
    if (created !== undefined) await chmod(dataFolder, process.getuid?.() === 0 ? 0o711 : 0o700);
    await access(dataFolder, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(dataFolder);
  } catch (thrown) {
    throw new AppError(
      'misconfigured',
      `StoreSync cannot write to its data folder ${dataFolder} (${messageOf(thrown)}). Give the folder to the user who runs StoreSync, or choose another data folder.`,
      { cause: thrown },
    );
  }
}

/** Call it inside the folder lock: it makes folders and remembers what it decided. */
export async function openHome(folder: string, log: StartLog): Promise<Home> {
  const path = join(folder, 'postgres.json');
  const known = await readSecretFile(path, memoryShape);
  const fallback = join(sharedFolder, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  const home = known?.home ?? (await existingHome([folder, fallback]));
  const account = await chooseAccount(join(home ?? folder, 'postgres'));
  const chosen = home ?? (await chooseHome(folder, fallback, account, log));
  const memory: Memory = known ?? { superuserPassword: randomBytes(24).toString('base64url'), port: null, home: chosen };
  const data = join(chosen, 'postgres');
  const logs = join(chosen, 'postgres-log');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  if (account !== null) await chown(logs, account.uid, account.gid);
  if (!(await canEnter(account, chosen))) {
    throw new AppError(
      'misconfigured',
      `User number ${account?.uid}, under which PostgreSQL runs, cannot enter ${chosen}, where the database is. Allow it on every folder of that path: chmod o+x.`,
    );
  }
  if (known === null) await writeSecretFile(path, memory);
  return {
    account,
    data,
    logs,
    memory,
    passwordLost: known === null && home !== null,
    remember: async (port) => {
      if (port !== memory.port) await writeSecretFile(path, { ...memory, port });
    },
  };
}

async function existingHome(candidates: readonly string[]): Promise<string | null> {
  for (const candidate of candidates) {
    try {
      await access(join(candidate, 'postgres'));
      return candidate;
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'EACCES'))) throw thrown;
    }
  }
  return null;
}

async function chooseHome(folder: string, fallback: string, account: Account | null, log: StartLog): Promise<string> {
  if (await canEnter(account, folder)) return folder;
  log(
    `PostgreSQL does not run as root, and its own user cannot enter ${folder}: the database is kept in ${fallback}. Back up that folder too.`,
  );
  try {
    await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
    await mkdir(fallback, { recursive: true, mode: 0o711 });
    return fallback;
  } catch (thrown) {
    throw new AppError(
      'misconfigured',
      `The database can be kept neither in ${folder}, which only root may enter, nor in ${fallback} (${messageOf(thrown)}). Start StoreSync as an ordinary user or choose another data folder.`,
      { cause: thrown },
    );
  }
}
