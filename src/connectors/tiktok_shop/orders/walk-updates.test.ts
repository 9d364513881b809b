import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MalformedResponse } from '#connectors/errors.ts';
import { walkUpdates } from '#connectors/tiktok_shop/orders/walk-updates.ts';

interface Thing {
  id: number;
  update_time: number;
}

/** A search as the platform has it: sorted by time at each call, its tokens counting from the start. */
function searchOver(things: Thing[], size: number, betweenPages: () => void = () => undefined) {
  let calls = 0;
  return {
    calls: () => calls,
    ask: async (from: number, token: string) => {
      calls += 1;
      const sorted = things.filter((one) => one.update_time >= from).sort((a, b) => a.update_time - b.update_time);
      const at = Number(token || 0);
      const found = sorted.slice(at, at + size).map((one) => ({ ...one }));
      betweenPages();
      return { found, next: at + size < sorted.length ? String(at + size) : '' };
    },
  };
}

test('an order that changes while pages are read does not hide another, unless more than a page changed in one second', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      async (crowds, size, touched) => {
        const times = crowds.flatMap((crowd, second) => Array.from({ length: Math.min(crowd, size) }, () => second));
        const things = times.map((time, id) => ({ id, update_time: time }));
        let clock = crowds.length;
        const left = [...touched];
        const search = searchOver(things, size, () => {
          const thing = things[(left.pop() ?? -1) % Math.max(1, things.length)];
          if (thing !== undefined) thing.update_time = clock++;
        });
        const seen = new Map<number, number>();
        for await (const page of walkUpdates<Thing>(0, search.ask)) for (const one of page) seen.set(one.id, one.update_time);
        expect(things.filter((one) => !seen.has(one.id))).toEqual([]);
      },
    ),
  );
});

test('a second that fills pages goes by tokens, each of its things once', async () => {
  const search = searchOver(
    Array.from({ length: 10 }, (_, id) => ({ id, update_time: 5 })),
    3,
  );
  const pages = await Array.fromAsync(walkUpdates<Thing>(5, search.ask));
  expect(pages.flat().map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // And once for what came after that second.
  expect(search.calls()).toBe(5);
});

test('an answer in another order than asked for is read to its end by tokens', async () => {
  const things = [9, 7, 8, 1, 2].map((update_time, id) => ({ id, update_time }));
  const ask = async (_from: number, token: string) => {
    const at = Number(token || 0);
    return { found: things.slice(at, at + 2), next: at + 2 < things.length ? String(at + 2) : '' };
  };
  const seen = await Array.fromAsync(walkUpdates<Thing>(0, ask));
  expect(new Set(seen.flat().map(({ id }) => id)).size).toBe(5);
});

test('pages that run in a circle are an error', async () => {
  const ask = async () => ({ found: [{ id: 1, update_time: 5 }], next: 'again' });
  await expect(Array.fromAsync(walkUpdates<Thing>(5, ask))).rejects.toThrow(MalformedResponse);
});
