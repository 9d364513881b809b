import { describe, expect, test } from 'vitest';
import { Broken } from '#test/simulation/invariants.ts';
import type { Deed } from '#test/simulation/story.ts';
import { judgeWindows, type Lived } from '#test/simulation/verdict.ts';
import type { Window } from '#test/simulation/watch.ts';

const seconds = (count: number): number => count * 1000;

function broken(
  window: Partial<Window>,
  { deeds = [], editedAt = [], edited = 0 }: { deeds?: Deed[]; editedAt?: number[]; edited?: number } = {},
): string | null {
  const world = {
    untold: editedAt.map((at) => ({ at, shop: 1, good: edited, seconds: 340 })),
    time: { milliseconds: () => seconds(2000) },
    story: { deeds },
    shops: [{ platform: 'shopify' }, { platform: 'tiktok_shop' }],
    goods: [{ madeOf: null }, { madeOf: [{ good: 0, units: 2 }] }, { madeOf: null }],
  } as unknown as Lived['world'];
  const whole: Window = { kind: 'over', shop: 1, good: 0, since: 0, until: 0, fellAt: 0, ...window };
  try {
    judgeWindows({ world, begun: 0, windows: [whole], outcomes: [] });
    return null;
  } catch (thrown) {
    if (!(thrown instanceof Broken)) throw thrown;
    return thrown.invariant;
  }
}

describe('a store that shows more than there is', () => {
  test('may do so for two seconds after what there is fell', () => {
    expect(broken({ until: seconds(1.9) })).toBeNull();
    expect(broken({ until: seconds(2.1) })).toBe('I6');
  });

  test('and not for a moment later, when it had been told the truth', () => {
    expect(broken({ since: seconds(60), until: seconds(60.1) })).toBe('I6');
  });

  test('may do so for longer where something went wrong shortly before, and only there', () => {
    const deeds: Deed[] = [{ at: 1000, kind: 'killed', store: 1, step: 3 }];
    const window = { since: seconds(1001), until: seconds(1100), fellAt: seconds(1001) };
    expect(broken(window, { deeds })).toBeNull();
    expect(broken({ since: seconds(900), until: seconds(990), fellAt: seconds(900) }, { deeds })).toBe('I6');
    expect(broken({ ...window, until: seconds(1700) }, { deeds })).toBe('I6');
  });

  test('may do so until the next pull where a person has set it', () => {
    const window = { since: seconds(500), until: seconds(700), fellAt: 0 };
    expect(broken(window, { editedAt: [seconds(500)] })).toBeNull();
    expect(broken(window)).toBe('I6');
  });

  test('and where it was set of a part of a bundle, or of a bundle that it is part of, and of nothing else', () => {
    const window = { since: seconds(500), until: seconds(700), fellAt: 0 };
    expect(broken({ ...window, good: 1 }, { editedAt: [seconds(500)] })).toBeNull();
    expect(broken({ ...window, good: 0 }, { editedAt: [seconds(500)], edited: 1 })).toBeNull();
    expect(broken({ ...window, good: 2 }, { editedAt: [seconds(500)] })).toBe('I6');
    expect(broken({ ...window, good: 2 }, { editedAt: [seconds(500)], edited: 1 })).toBe('I6');
  });
});

test('a store that shows fewer may do so for as long as its feed lags, too', () => {
  expect(broken({ kind: 'under', until: seconds(11.9) })).toBeNull();
  expect(broken({ kind: 'under', until: seconds(12.1) })).toBe('I4');
});
