/** npm run crash [-- --rounds N --seed S --kills-per-healing K --longest-write-seconds W]. 0 for W: what the manifests say. */
import { messageOf } from '#base/errors.ts';
import { optionOf } from '#cli/call.ts';
import { crashMany } from '#test/crash/crash.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const words = process.argv.slice(2);
const numberOf = (name: string, otherwise: number): number => {
  const value = Number(optionOf(words, name) ?? otherwise);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} takes a whole number`);
  return value;
};

const longestWriteSeconds = numberOf('--longest-write-seconds', 3);
try {
  const summary = await crashMany({
    rounds: numberOf('--rounds', 100),
    seed: numberOf('--seed', Date.now() % 1_000_000),
    killsPerHealing: numberOf('--kills-per-healing', 1),
    longestWriteSeconds: longestWriteSeconds === 0 ? null : longestWriteSeconds,
    healingSeconds: longestWriteSeconds === 0 ? 120 : 60,
    goods: 500,
    say: (line) => console.log(line),
  });
  console.log(JSON.stringify(summary, null, 2));
  if (summary.fell.length > 0) process.exitCode = 1;
} catch (thrown) {
  console.error(messageOf(thrown));
  process.exitCode = 1;
}
