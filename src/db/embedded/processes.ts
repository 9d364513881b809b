/**
 * Which running processes belong to a cluster. A process id alone proves nothing: after a restart of the machine or of a
 * container the number in postmaster.pid may be anybody's, even our own.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '#db/embedded/account.ts';

export interface ClusterProcess {
  processId: number;
  /** The parent of all others; a killed one leaves them orphaned for a moment. */
  postmaster: boolean;
}

/** PostgreSQL puts its cluster_name into the title of every process but the first. */
export const clusterName = (data: string): string => `storesync-${createHash('sha256').update(data).digest('hex').slice(0, 16)}`;

/** All living PostgreSQL processes of the cluster in `data`, however they were started. */
export async function clusterProcesses(data: string): Promise<ClusterProcess[]> {
  const title = `${clusterName(data)}:`;
  const all = await postgresProcesses();
  const titled = all.filter(({ command }) => command.startsWith('postgres: ') && command.includes(title));
  const parents = new Set(titled.map(({ parentId }) => parentId));
  const untitled = all.filter(
    ({ processId, command }) => !command.startsWith('postgres: ') && (namesFolder(command, data) || parents.has(processId)),
  );
  const untitledIds = new Set(untitled.map(({ processId }) => processId));
  return [
    // A child that was forked this instant still carries its parent's command line.
    ...untitled.map(({ processId, parentId }) => ({ processId, postmaster: !untitledIds.has(parentId) })),
    ...titled.map(({ processId }) => ({ processId, postmaster: false })),
  ];
}

const namesFolder = (command: string, data: string): boolean =>
  command.split('\0').includes(data) || command.includes(`-D${data}\0`);

interface RunningProcess {
  processId: number;
  parentId: number;
  /** Parameters ended by NUL, or the title. */
  command: string;
}

async function postgresProcesses(): Promise<RunningProcess[]> {
  if (process.platform !== 'linux') return await postgresProcessesByPs();
  const ids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const all = await Promise.all(ids.map(linuxProcess));
  return all.filter((one) => one !== null);
}

/**
 * proc(5): `stat` and `cmdline` are readable by everyone, `cwd` and `exe` are not (they need CAP_SYS_PTRACE, which root
 * in a container lacks). A zombie, waiting for a parent that never asks, is dead.
 */
async function linuxProcess(id: string): Promise<RunningProcess | null> {
  try {
    const stat = await readFile(join('/proc', id, 'stat'), 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (name !== 'postgres' || state === 'Z' || state === 'X') return null;
    return { processId: Number(id), parentId: Number(parent), command: await readFile(join('/proc', id, 'cmdline'), 'utf8') };
  } catch {
    // It ended between the listing and the reading.
    return null;
  }
}

async function postgresProcessesByPs(): Promise<RunningProcess[]> {
  const { output } = await runProgram(null, 'ps', ['-axww', '-o', 'pid=,ppid=,stat=,command=']);
  return output.split('\n').flatMap((line) => {
    const [, id, parent, state, title] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (title === undefined || state?.startsWith('Z') || !/^(\S*\/)?postgres\b|\/bin\/postgres /.test(title)) return [];
    // ps joins the parameters by spaces; the folder is the one after -D, and the next begins with a dash.
    const command = title.startsWith('postgres: ') ? title : title.replace(/ -D (.*?) -/, '\0-D\0$1\0-');
    return [{ processId: Number(id), parentId: Number(parent), command }];
  });
}

/** Sends a signal; false when the process is gone. */
export function signal(processId: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(processId, name);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH') return false;
    throw thrown;
  }
}

/** Waits until none of the cluster's processes is left; false when some outlive the time. */
export async function clusterGone(data: string, withinSeconds: number): Promise<boolean> {
  const deadline = Date.now() + withinSeconds * 1000;
  for (;;) {
    if ((await clusterProcesses(data)).length === 0) return true;
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
}

/**
 * Ends what a killed postmaster left behind. Only then may a new one start: two generations on the same files would
 * destroy them. SIGQUIT makes a backend leave at once; it is what PostgreSQL itself sends after a crash.
 */
export async function endOrphans(data: string): Promise<boolean> {
  for (const name of ['SIGQUIT', 'SIGKILL'] as const) {
    if (await clusterGone(data, 0.5)) return true;
    for (const { processId } of await clusterProcesses(data)) signal(processId, name);
    if (await clusterGone(data, 5)) return true;
  }
  return false;
}
