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
