import { expect, test } from 'vitest';
import { actOnEach } from './act-on-each.ts';

test('every id is acted on once, at most four at a time, and a failure stops none of the others', async () => {
  const ids = Array.from({ length: 30 }, (_, index) => String(index));
  const done: string[] = [];
  let running = 0;
  let most = 0;
  const thrown = await actOnEach(ids, async (id) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    done.push(id);
    if (id === '7') throw new Error('refused');
  });
  expect(done.toSorted()).toEqual(ids.toSorted());
  expect(most).toBe(4);
  expect(thrown).toEqual([new Error('refused')]);
});

test('once it is stopped none is begun any more, and those under way go on to their end', async () => {
  const stop = new AbortController();
  const done: string[] = [];
  const ids = Array.from({ length: 30 }, (_, index) => String(index));
  const act = async (id: string) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    done.push(id);
    if (done.length === 1) stop.abort();
  };
  expect(await actOnEach(ids, act, stop.signal)).toEqual([]);
  expect(done).toEqual(['0', '1', '2', '3']);
});
