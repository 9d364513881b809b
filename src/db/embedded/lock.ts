/**
 * Two locks on the data folder, both held by the operating system on behalf of the process, so that a killed process
 * leaves none behind. Node has no file locks of its own; SQLite's are the system's (fcntl), which is all it is used for:
 * the two files stay empty.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from '#base/assert.ts';
import { AppError } from '#base/errors.ts';

const waitAtMostSeconds = 600;
const sqliteBusy = 5;

/** Runs `work` while no other process (nor another call in this one) starts or stops the cluster of this folder. */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, 'postgres.lock');
  const lock = openLock(path);
  try {
    const deadline = Date.now() + waitAtMostSeconds * 1000;
    while (!tryLock(lock, path, 'exclusive')) {
      if (Date.now() > deadline) {
        throw new AppError(
          'database_unavailable',
          `Another StoreSync process has been starting or stopping the database for ${waitAtMostSeconds} seconds: look at its log, end it and start again.`,
          { internal: path },
        );
      }
      await sleep(25);
    }
    return await work();
  } finally {
    lock.close();
  }
}

/** This process's word that it uses the cluster. */
export interface Presence {
  /** Takes the word back; true when nobody else uses the cluster. Call it inside the folder lock. */
  leave(): boolean;
}

// Referenced from here so that an unreferenced presence is not collected, which would take the word back silently.
const presences = new Set<DatabaseSync>();

/** Call it inside the folder lock. */
export function joinCluster(folder: string): Presence {
  const path = join(folder, 'postgres.in-use');
  const shared = openLock(path);
  assert(tryLock(shared, path, 'shared'), 'only a stop, inside the folder lock, takes the presence file for itself');
  presences.add(shared);
  return {
    leave() {
      presences.delete(shared);
      shared.exec('ROLLBACK');
      const last = tryLock(shared, path, 'exclusive');
      shared.close();
      return last;
    },
  };
}

function openLock(path: string): DatabaseSync {
  try {
    createPrivately(path);
    return new DatabaseSync(path, { timeout: 0 });
  } catch (thrown) {
    throw cannotLock(path, thrown);
  }
}

/**
 * Readable by us alone: whoever can open it can hold the lock. An existing file is not even opened here: closing it would
 * free our own locks on it (fcntl).
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
}

/** False when somebody else holds the lock. */
function tryLock(lock: DatabaseSync, path: string, kind: 'exclusive' | 'shared'): boolean {
  try {
    // Without a journal file: locking writes nothing, so a full disk does not stand in its way.
    lock.exec('PRAGMA journal_mode = MEMORY');
    lock.exec(kind === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_schema');
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'errcode' in thrown && thrown.errcode === sqliteBusy) return false;
    throw cannotLock(path, thrown);
  }
}

const cannotLock = (path: string, cause: unknown): AppError =>
  new AppError(
    'misconfigured',
    `The file ${path} cannot be opened and locked. Start StoreSync as the user it belongs to, or delete it while StoreSync is stopped.`,
    { cause },
  );
