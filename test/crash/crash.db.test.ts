import { expect, test } from 'vitest';
import { crashMany } from '#test/crash/crash.ts';

const seed = 20_261_121;

test(`I1, I4, I11: ten kills of worker, server and PostgreSQL, five of them between a store's write and its answer (seed ${seed}): all comes true again, nothing twice`, async () => {
  const summary = await crashMany({
    ...{ seed, rounds: 10, killsPerHealing: 2, goods: 500 },
    ...{ longestWriteSeconds: 3, healingSeconds: 120 },
    say: (line) => console.log(line),
  });
  expect(summary.kills).toEqual({ after_write: 5, database: 2, worker: 2, server: 1 });
  expect(summary.levels).toBe(2 * 2 * 500);
  // A lost database ends a statement, never a process.
  expect(summary.fell).toEqual([]);
}, 900_000);
