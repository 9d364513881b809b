import fc from 'fast-check';
import { expect, test } from 'vitest';
import { overlapping, type Sale, saleAt } from '#pricing/sale.ts';

const sale = (startsAt: string, endsAt: string): Sale => ({ name: '', off: { kind: 'percent', percent: 10 }, startsAt, endsAt });

test.each([
  ['one after the other', ['2026-01-01T00:00', '2026-01-02T00:00'], ['2026-01-02T00:00', '2026-01-03T00:00'], null],
  ['one within the other', ['2026-01-01T00:00', '2026-01-09T00:00'], ['2026-01-02T00:00', '2026-01-03T00:00'], [0, 1]],
  ['the later one first in the list', ['2026-01-02T00:00', '2026-01-04T00:00'], ['2026-01-01T00:00', '2026-01-02T00:01'], [1, 0]],
] as const)('two sales overlap, or not: %s', (_, one, other, found) => {
  expect(overlapping([sale(one[0], one[1]), sale(other[0], other[1])])).toEqual(found);
});

test('the next change is always to come, and the sale that runs is the same until then', () => {
  const minute = fc.integer({ min: Date.UTC(2026, 9, 20) / 60_000, max: Date.UTC(2026, 9, 30) / 60_000 });
  const text = (at: number) => new Date(at * 60_000).toISOString().slice(0, 16);
  const times = fc.tuple(minute, fc.integer({ min: 1, max: 4000 })).map(([at, length]) => sale(text(at), text(at + length)));
  fc.assert(
    fc.property(fc.array(times, { maxLength: 4 }), minute, fc.constantFrom('Europe/Berlin', 'UTC'), (sales, at, zone) => {
      const now = new Date(at * 60_000);
      const found = saleAt(sales, zone, now);
      if (found.changesAt === null) return;
      expect(found.changesAt > now).toBe(true);
      expect(saleAt(sales, zone, new Date(found.changesAt.getTime() - 1)).sale).toEqual(found.sale);
      if (found.until !== null) expect(saleAt(sales, zone, found.until).sale === found.sale).toBe(false);
    }),
    { numRuns: 300 },
  );
});
