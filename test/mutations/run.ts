/**
 * Takes one rule after the other out of the sources (mutations.ts), and demands that a test notices:
 *   node test/mutations/run.ts [part of a name]
 * Ends with 1 when a rule is not guarded by any test, or its line is not where the list says.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Mutation } from './mutation.ts';
import { mutations } from './mutations.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** A rule whose absence lets tests wait for ever is noticed too. */
const runSeconds = 200;
const atOnce = Math.min(4, availableParallelism());

type Verdict = 'noticed' | 'not noticed' | 'line not found' | 'not run';

const wanted = mutations
  .map((mutation, place) => ({ mutation, place }))
  .filter(({ mutation }) => mutation.name.includes(process.argv[2] ?? ''));
const waiting = [...wanted];
let failed = wanted.length === 0;

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const startedAt = performance.now();
    const verdict = await judge(next.mutation, next.place);
    failed ||= verdict !== 'noticed';
    console.log(
      `${verdict.padEnd(14)} ${((performance.now() - startedAt) / 1000).toFixed(1).padStart(5)} s  ${next.mutation.name}`,
    );
  }
}

async function judge({ file, line, tests }: Mutation, place: number): Promise<Verdict> {
  const source = await readFile(`${root}${file}`, 'utf8');
  if (source.split(line).length !== 2) return 'line not found';
  let { code, output } = await run(place, tests);
  // Some rules are for what happens at once: now and then a test of them has luck.
  for (let more = 2; code === 0 && more > 0; more--) ({ code, output } = await run(place, tests));
  // Broken off at the first test that fails, a run does now and then not tell of it.
  if (code !== 0 && code !== null && !/Failed Tests/.test(output)) ({ code, output } = await run(place, tests, []));
  // Something else than a test that failed: a mistake in the list, such as sources that cannot be read any more, or no database.
  if (code !== 0 && code !== null && !/Failed Tests/.test(output)) {
    console.error(output.slice(-2000));
    return 'not run';
  }
  return code === 0 ? 'not noticed' : 'noticed';
}

/** `code` null: it was ended, for it went on for too long. */
async function run(
  place: number,
  tests: readonly string[],
  more: readonly string[] = ['--bail', '1'],
): Promise<{ code: number | null; output: string }> {
  const vitest = `${root}node_modules/vitest/vitest.mjs`;
  const config = `${root}vitest.mutations.config.ts`;
  const child = spawn(process.execPath, [vitest, 'run', '--config', config, ...more, ...tests], {
    cwd: root,
    env: { ...process.env, MUTATION: String(place), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: runSeconds * 1000,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { code, output };
}

await Promise.all(Array.from({ length: atOnce }, work));
console.log(failed ? 'Some rules are guarded by no test.' : `All ${wanted.length} rules are guarded.`);
process.exitCode = failed ? 1 : 0;
