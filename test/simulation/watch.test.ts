import { expect, test } from 'vitest';
import { watchWindows } from '#test/simulation/watch.ts';
import type { World } from '#test/simulation/world.ts';

/** One good at one store. */
function watched() {
  let now = 0;
  let shown = 0;
  const good = { sku: 'A', variantId: 'v', on: ['a'], stock: 0, madeOf: null };
  const practice = { control: { goods: () => [{ variantId: 'a', quantity: shown }] } };
  const world = {
    goods: [good],
    shops: [{ practice, orders: null }],
    time: { milliseconds: () => now },
    locations: null,
    spare: 0,
  } as unknown as World;
  const watcher = watchWindows(world);
  return {
    windows: watcher.windows,
    at(milliseconds: number, truth: number, isShown: number): void {
      now = milliseconds;
      good.stock = truth;
      shown = isShown;
      watcher.look();
    },
  };
}

test('a store shows more from when there is less, not from when it begins to', () => {
  const { windows, at } = watched();
  at(0, 5, 5);
  at(1000, 3, 3);
  at(2000, 3, 4);
  at(3000, 3, 3);
  expect(windows).toEqual([{ kind: 'over', shop: 0, good: 0, since: 2000, until: 3000, fellAt: 1000 }]);
});

test('a unit that comes back while more than that is owed is shown by its store at once', () => {
  const { windows, at } = watched();
  at(0, -3, 0);
  at(1000, -2, 1);
  at(1200, -2, 0);
  expect(windows).toEqual([{ kind: 'over', shop: 0, good: 0, since: 1000, until: 1200, fellAt: 1000 }]);
});

test('while units are owed, what is shown later than that is shown in spite of it', () => {
  const { windows, at } = watched();
  at(0, -2, 0);
  at(1000, -2, 1);
  expect(windows).toMatchObject([{ since: 1000, fellAt: 0 }]);
});
