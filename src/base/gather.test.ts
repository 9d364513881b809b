import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { gather } from '#base/gather.ts';

test('the first is done at once, and all that come meanwhile are done together, each with its own result', async () => {
  const rounds: (readonly number[])[] = [];
  const double = gather(async (asked: readonly number[]) => {
    rounds.push(asked);
    await sleep(5);
    return asked.map((one) => one * 2);
  });
  expect(await Promise.all([double(1), double(2), double(3)])).toEqual([2, 4, 6]);
  expect(rounds).toEqual([[1], [2, 3]]);
  expect(await double(4)).toBe(8);
  expect(rounds).toHaveLength(3);
});

test('a round takes so many at most, in the order in which they came', async () => {
  const rounds: (readonly number[])[] = [];
  const work = gather(async (asked: readonly number[]) => {
    rounds.push(asked);
    await sleep(1);
    return asked;
  }, 2);
  expect(await Promise.all([1, 2, 3, 4, 5, 6].map(work))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(rounds).toEqual([[1], [2, 3], [4, 5], [6]]);
});

test('a round that fails tells everybody who was in it, and nobody else', async () => {
  const work = gather(async (asked: readonly string[]) => {
    await sleep(1);
    if (asked.includes('bad')) throw new Error('the round failed');
    return asked;
  });
  const ended = await Promise.allSettled([work('first'), work('bad'), work('with it')]);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await work('later')).toBe('later');
});
