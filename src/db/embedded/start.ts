/**
 * The bundled PostgreSQL. It is started once and then lives on its own: a killed hub leaves it running, and the next
 * start adopts it; so do the worker and the command line beside the server. The last one to stop takes it down.
 *
 * Under one lock on the data folder a start goes:
 *   a postmaster of this folder runs -> wait until it answers, adopt it
 *   none runs -> end what a killed one left behind -> no files yet: make them -> launch -> wait until it answers
 */
import { AppError } from '#base/errors.ts';
import { type Binaries, usableBinaries } from '#db/embedded/binaries.ts';
import { checkVersion, dataVersion, makeCluster, resetPassword, writeSettings } from '#db/embedded/files.ts';
import { type Home, openHome, prepareDataFolder } from '#db/embedded/home.ts';
import { joinCluster, withFolderLock } from '#db/embedded/lock.ts';
import { adoptPostmaster, endPostmaster, launchPostmaster, type Postmaster, urlOf } from '#db/embedded/postmaster.ts';
import { clusterProcesses, endOrphans } from '#db/embedded/processes.ts';

/** Receives sentences for the person who runs the hub. */
export type StartLog = (message: string) => void;

export interface EmbeddedPostgres {
  /** Connects as the superuser to the database `postgres`. Keep it out of logs. */
  superuserUrl: string;
  port: number;
  /** As the server names it: "18.4". */
  version: string;
  /** Of the postmaster. */
  processId: number;
  /** Lets go of the cluster; it is shut down when no other process uses it. Harmless when called again. */
  stop(): Promise<void>;
}

/**
 * Starts or adopts the PostgreSQL of this data folder. `settings` are added to postgresql.conf at a launch, not at an
 * adoption. Throws 'misconfigured' with what to do when folder, files, platform or disk do not allow it, and
 * 'database_unavailable' when a running one does not answer.
 */
export async function startEmbeddedPostgres({
  dataFolder,
  log,
  settings = {},
}: {
  dataFolder: string;
  log: StartLog;
  settings?: Readonly<Record<string, string>>;
}): Promise<EmbeddedPostgres> {
  const folder = await prepareDataFolder(dataFolder);
  return await withFolderLock(folder, async () => {
    const { home, postmaster } = await ready(folder, settings, log);
    const presence = joinCluster(folder);

    let stopped: Promise<void> | undefined;
    const leave = () =>
      withFolderLock(folder, async () => {
        if (!presence.leave()) return log('PostgreSQL keeps running: another StoreSync process uses it.');
        // The one we knew may have been replaced since, by a start after a crash.
        for (const { processId, postmaster } of await clusterProcesses(home.data)) {
          if (postmaster) await endPostmaster(home, processId, log);
        }
      });
    return {
      superuserUrl: urlOf(home, postmaster.port),
      port: postmaster.port,
      version: postmaster.version,
      processId: postmaster.processId,
      stop: () => {
        stopped ??= leave();
        return stopped;
      },
    };
  });
}

async function ready(
  folder: string,
  settings: Readonly<Record<string, string>>,
  log: StartLog,
): Promise<{ home: Home; postmaster: Postmaster }> {
  try {
    const home = await openHome(folder, log);
    const postmaster = await adoptOrLaunch(home, settings, log);
    await home.remember(postmaster.port);
    return { home, postmaster };
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOSPC')) throw thrown;
    throw new AppError('misconfigured', `The disk with the database of ${folder} is full. Free some space and start again.`, {
      cause: thrown,
    });
  }
}

async function adoptOrLaunch(home: Home, settings: Readonly<Record<string, string>>, log: StartLog): Promise<Postmaster> {
  const binaries = await usableBinaries(home.account, log);
  const version = await dataVersion(home.data);
  if (version !== null) checkVersion(home.data, version, binaries);
  if (home.passwordLost && version !== null) await makePasswordKnown(home, binaries, log);

  const running = await adoptPostmaster(home, log);
  if (running !== null) {
    log(`PostgreSQL ${running.version} runs already on port ${running.port} (process ${running.processId}).`);
    return running;
  }
  await endWhatIsLeft(home);
  if (version === null) {
    log(`A new PostgreSQL ${binaries.major} database is made in ${home.data}.`);
    await makeCluster(home, binaries);
  }
  await writeSettings(home, settings);
  const launched = await launchPostmaster(home, binaries, log);
  log(`PostgreSQL ${launched.version} started on port ${launched.port} (process ${launched.processId}).`);
  return launched;
}

async function makePasswordKnown(home: Home, binaries: Binaries, log: StartLog): Promise<void> {
  log(`postgres.json was missing: the database in ${home.data} gets a new password.`);
  for (const { processId, postmaster } of await clusterProcesses(home.data)) {
    if (postmaster) await endPostmaster(home, processId, log);
  }
  await endWhatIsLeft(home);
  await resetPassword(home, binaries);
}

async function endWhatIsLeft(home: Home): Promise<void> {
  if (await endOrphans(home.data)) return;
  throw new AppError(
    'database_unavailable',
    `Processes of an earlier PostgreSQL on ${home.data} do not end. Restart the machine, then start again.`,
  );
}
