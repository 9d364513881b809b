/** A long simulation shared among processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Share {
  /** Exit status. */
  code: number;
  /** What it has sent. */
  said: unknown[];
}

/** Each process takes a run of the worlds: `argumentsOf` says what it is told of it. */
export async function shareOut(
  jobs: number,
  worlds: number,
  argumentsOf: (from: number, count: number) => readonly string[],
): Promise<Share[]> {
  const run = fileURLToPath(import.meta.resolve('#test/simulation/run.ts'));
  const shares = Array.from({ length: jobs }, async (_, job): Promise<Share | null> => {
    const [from, to] = [job, job + 1].map((at) => Math.floor((worlds * at) / jobs)) as [number, number];
    if (from === to) return null;
    const child = spawn(process.execPath, [run, '--jobs', '1', ...argumentsOf(from, to - from)], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    process.once('exit', () => child.kill());
    const said: unknown[] = [];
    child.on('message', (message) => said.push(message));
    const [code] = await once(child, 'close');
    return { code: code ?? 1, said };
  });
  return (await Promise.all(shares)).filter((share) => share !== null);
}

export const seedsFrom = (first: number, what: '--seeds' | '--last-unit', count: number): string[] => [
  '--first-seed',
  String(first),
  what,
  String(count),
];
