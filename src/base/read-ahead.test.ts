import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readAhead } from '#base/read-ahead.ts';

async function* numbers(upTo: number, seen: string[]): AsyncGenerator<number> {
  try {
    for (let number = 1; number <= upTo; number++) {
      seen.push(`made ${number}`);
      yield number;
    }
    seen.push('ended');
  } finally {
    seen.push('closed');
  }
}

test('the next item is made while one is worked on, and no more than one', async () => {
  const seen: string[] = [];
  for await (const number of readAhead(numbers(3, seen))) {
    await sleep(5);
    seen.push(`used ${number}`);
  }
  expect(seen).toEqual(['made 1', 'made 2', 'used 1', 'made 3', 'used 2', 'ended', 'closed', 'used 3']);
});

test('whoever stops early closes the source', async () => {
  const seen: string[] = [];
  for await (const number of readAhead(numbers(9, seen))) if (number === 2) break;
  expect(seen).toEqual(['made 1', 'made 2', 'made 3', 'closed']);
});

test('an error of the source comes after the items before it', async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error('no more paper');
  }
  const used: number[] = [];
  const work = async () => {
    for await (const number of readAhead(broken())) {
      await sleep(5);
      used.push(number);
    }
  };
  await expect(work()).rejects.toThrow('no more paper');
  expect(used).toEqual([1]);
});
