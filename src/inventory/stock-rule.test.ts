import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantityFor, type StockRule } from '#inventory/stock-rule.ts';

const rule = (change: Partial<StockRule> = {}): StockRule => ({ buffer: 0, percent: 100, cap: null, ...change });
const shown = (available: number, change?: Partial<StockRule>) => quantityFor(available, rule(change)).quantity;

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
    expect(quantityFor(-2, rule({ buffer: 1 })).steps.map((step) => [step.code, step.amount])).toEqual([
      ['available', '-2'],
      ['not_below_zero', '0'],
      ['buffer', '0'],
    ]);
  });

  test('is a whole number between 0 and what is available, and never grows when less is available', () => {
    const rules = fc.record({
      buffer: fc.nat(50),
      percent: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100),
      cap: fc.option(fc.nat(500)),
    });
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100_000 }), rules, (available, given) => {
        const { quantity, steps } = quantityFor(available, given);
        expect(Number.isInteger(quantity)).toBe(true);
        expect(quantity).toBeGreaterThanOrEqual(0);
        expect(quantity).toBeLessThanOrEqual(Math.max(0, available));
        expect(quantityFor(available - 1, given).quantity).toBeLessThanOrEqual(quantity);
        expect(steps.at(-1)?.amount === String(quantity)).toBe(true);
      }),
    );
  });
});
