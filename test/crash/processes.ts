/** Server and worker as processes of their own, which may be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../bin/storesync.js', import.meta.url));
const briskFile = new URL('brisk-manifests.ts', import.meta.url).href;

export interface Program {
  readonly pid: number;
  /** Null while it runs; then how it ended. */
  ended(): string | null;
  /** Ends it without warning, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks it to end, and waits. */
  stop(): Promise<void>;
}

/** What brisk-manifests.ts changes; nothing when empty. */
export type ManifestChange = Readonly<{ longestWriteSeconds?: number; unpaced?: boolean }>;

export interface ProgramSetting {
  environment: Readonly<Record<string, string>>;
  manifests: ManifestChange;
  /** Receives what it says on standard error, a piece at a time. */
  complain(text: string): void;
}

/** Starts `storesync <words>` and waits until it has said `ready`. Throws what it complained about when it ends before. */
export async function startProgram(words: readonly string[], ready: string, setting: ProgramSetting): Promise<Program> {
  const changes = Object.entries(setting.manifests).map(([name, value]): [string, string] => [name, String(value)]);
  const brisk = changes.length === 0 ? [] : ['--import', `${briskFile}?${new URLSearchParams(changes)}`];
  const child = spawn(process.execPath, [...brisk, launcher, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...setting.environment },
  });
  // Nobody stays behind when this process ends in the middle.
  const dieWithUs = () => void child.kill('SIGKILL');
  process.once('exit', dieWithUs);
  child.once('exit', () => process.off('exit', dieWithUs));
  let said = '';
  let complaint = '';
  child.stderr.on('data', (piece: Buffer) => {
    complaint = (complaint + piece.toString()).slice(-4000);
    setting.complain(piece.toString());
  });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`storesync ${words.join(' ')} ended before it was ready: ${said}${complaint}`)));
    child.stdout.on('data', (piece: Buffer) => {
      said = (said + piece.toString()).slice(-4000);
      if (said.includes(ready)) resolve();
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`storesync ${words.join(' ')} has no process id`);
  const ended = () => (child.exitCode === null && child.signalCode === null ? null : String(child.signalCode ?? child.exitCode));
  return { pid, ended, kill: () => end(child, 'SIGKILL'), stop: () => end(child, 'SIGTERM') };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
