import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantityFor, type StockCauses, type StockRule } from '#inventory/stock-rule.ts';

const rule = (change: Partial<StockRule> = {}): StockRule => ({ buffer: 0, percent: 100, cap: null, ...change });
const plain = { storeId: 'here', lastUnitsListed: true, slow: null };
const of = (available: number, given: StockRule, more: Partial<StockCauses> = {}) =>
  quantityFor({ ...plain, available, ...more }, given);
const shown = (available: number, change?: Partial<StockRule>, more?: Partial<StockCauses>) =>
  of(available, rule(change), more).quantity;
const slow = { reason: 'throttled', since: new Date('2026-11-21T12:00:00Z'), until: new Date('2026-11-21T12:15:00Z') };

describe('the quantity that a store shows', () => {
  test('is what is available, never below 0', () => {
    expect([shown(7), shown(0), shown(-3)]).toEqual([7, 0, 0]);
  });

  test('keeps the buffer back, then takes the percentage rounded down, then the cap', () => {
    expect(shown(10, { buffer: 3 })).toBe(7);
    expect(shown(2, { buffer: 3 })).toBe(0);
    expect(shown(9, { percent: 50 })).toBe(4);
    expect(shown(10, { buffer: 3, percent: 50 })).toBe(3);
    expect(shown(100, { buffer: 10, percent: 50, cap: 20 })).toBe(20);
    expect(shown(100, { cap: 0 })).toBe(0);
  });

  test('takes exact percentages: 29 % of 100 is 29', () => {
    expect(shown(100, { percent: 29 })).toBe(29);
    expect(shown(1000, { percent: 0.1 })).toBe(1);
    expect(shown(100, { percent: 0 })).toBe(0);
    for (let percent = 0; percent <= 100; percent++) expect(shown(100, { percent })).toBe(percent);
  });

  test('tells each step with the figure after it', () => {
    expect(of(-2, rule({ buffer: 1 })).steps.map((step) => [step.code, step.amount])).toEqual([
      ['available', '-2'],
      ['not_below_zero', '0'],
      ['buffer', '0'],
    ]);
  });

  test('is none when it would be fewer than are worth showing', () => {
    expect([shown(5, { hideBelow: 3 }), shown(3, { hideBelow: 3 }), shown(2, { hideBelow: 3 })]).toEqual([5, 3, 0]);
    expect(shown(10, { buffer: 8, hideBelow: 3 })).toBe(0);
    expect(of(2, rule({ hideBelow: 3 })).steps.at(-1)).toEqual({ code: 'hide_below', amount: '0', parameters: { units: 3 } });
  });

  test('leaves the last units to another store, but not to one that does not have the thing, nor to itself', () => {
    const lastUnits = { units: 2, storeId: 'there' };
    expect([shown(3, { lastUnits }), shown(2, { lastUnits }), shown(1, { lastUnits })]).toEqual([3, 0, 0]);
    expect(shown(2, { lastUnits }, { lastUnitsListed: false })).toBe(2);
    expect(shown(2, { lastUnits: { ...lastUnits, storeId: 'here' } })).toBe(2);
    // What is left is judged, not what the other steps make of it.
    expect(shown(5, { lastUnits, buffer: 3 })).toBe(2);
  });

  test('is the same whatever there is, when it is fixed', () => {
    expect([shown(0, { fixed: 9 }), shown(500, { fixed: 9, buffer: 3, cap: 1, hideBelow: 50 }), shown(-4, { fixed: 0 })]).toEqual(
      [...[9, 9, 0]],
    );
  });

  test('keeps more back on a store that takes changes late, where few are left, and says why and until when', () => {
    const given = { buffer: 1, slowBuffer: 2 };
    expect([4, 3, 2, 20, 21, 22].map((n) => shown(n, given, { slow }))).toEqual([1, 0, 0, 17, 20, 21]);
    expect([4, 3, 2].map((n) => shown(n, given))).toEqual([3, 2, 1]);
    expect(of(4, rule(given), { slow }).steps.at(-1)).toEqual({
      ...{ code: 'slow_buffer', amount: '1' },
      parameters: { units: 2, reason: 'throttled', since: '2026-11-21T12:00:00.000Z', until: '2026-11-21T12:15:00.000Z' },
    });
  });

  test('is a whole number between 0 and what is available, and never grows when less is available', () => {
    const rules = fc.record({
      buffer: fc.nat(50),
      percent: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100),
      cap: fc.option(fc.nat(500)),
      hideBelow: fc.nat(20),
      slowBuffer: fc.nat(5),
      lastUnits: fc.option(fc.record({ units: fc.nat(10), storeId: fc.constantFrom('here', 'there') })),
    });
    const causes = fc.record({ lastUnitsListed: fc.boolean(), slow: fc.option(fc.constant(slow)) });
    const units = fc.oneof(fc.integer({ min: -5, max: 100 }), fc.integer({ min: -100, max: 100_000 }));
    fc.assert(
      fc.property(units, rules, causes, (available, given, more) => {
        const { quantity, steps } = of(available, given, more);
        expect(Number.isInteger(quantity)).toBe(true);
        expect(quantity).toBeGreaterThanOrEqual(0);
        expect(quantity).toBeLessThanOrEqual(Math.max(0, available));
        expect(of(available - 1, given, more).quantity).toBeLessThanOrEqual(quantity);
        expect(of(available, given, { ...more, slow: null }).quantity).toBeGreaterThanOrEqual(quantity);
        expect(steps.at(-1)?.amount === String(quantity)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
