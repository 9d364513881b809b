import { describe, expect, test } from 'vitest';
import type { SalesEntry } from '~/api-model/orders.ts';
import {
  addAmounts,
  axisTicks,
  labelEvery,
  otherStores,
  salesByCurrency,
  salesByStore,
  salesDays,
  storesShown,
} from './sales-model.ts';

const sale = (day: string, storeId: string, total: string, change: Partial<SalesEntry> = {}): SalesEntry => ({
  day,
  storeId,
  currency: 'USD',
  orders: 1,
  units: 2,
  total,
  refunded: '0.00',
  ...change,
});

describe('amounts', () => {
  test('are added exactly, where floating-point numbers would not be', () => {
    expect(addAmounts(['0.10', '0.20'])).toBe('0.30');
    expect(addAmounts(Array.from({ length: 10 }, () => '0.1'))).toBe('1.0');
    expect(addAmounts(['9007199254740993', '1'])).toBe('9007199254740994');
    expect(addAmounts([])).toBe('0');
  });

  test('keep their decimals and their sign', () => {
    expect(addAmounts(['120000', '0.5'])).toBe('120000.5');
    expect(addAmounts(['1.00', '-1.05'])).toBe('-0.05');
    expect(addAmounts(['5', '-12'])).toBe('-7');
  });
});

describe('days', () => {
  const days = ['2026-11-19', '2026-11-20', '2026-11-21'];

  test('of the period are all there, and those without sales sold nothing', () => {
    const read = salesDays([sale('2026-11-20', 'a', '10.50')], 'USD', days, ['a']);
    expect(read.map(({ day, total }) => [day, total])).toEqual([
      ['2026-11-19', '0'],
      ['2026-11-20', '10.50'],
      ['2026-11-21', '0'],
    ]);
  });

  test('show one currency alone: amounts of several are never added', () => {
    const series = [sale('2026-11-20', 'a', '10'), sale('2026-11-20', 'b', '250000', { currency: 'VND' })];
    expect(salesDays(series, 'USD', days, ['a', 'b'])[1]).toMatchObject({ total: '10', orders: 1 });
    expect(salesByCurrency([...series, sale('2026-11-21', 'a', '0.10', { refunded: '0.05' })], 'VND')).toEqual([
      { currency: 'VND', total: '250000', refunded: '0.00', orders: 1 },
      { currency: 'USD', total: '10.10', refunded: '0.05', orders: 2 },
    ]);
    expect(salesByCurrency(series, 'EUR').map(({ currency }) => currency)).toEqual(['USD', 'VND']);
    expect(salesByCurrency([], 'EUR')).toEqual([]);
  });

  test('are stacked in the order of the stores, the same on every day', () => {
    const series = [sale('2026-11-20', 'b', '2'), sale('2026-11-20', 'a', '1'), sale('2026-11-19', 'b', '4')];
    const read = salesDays(series, 'USD', days, ['a', 'b']);
    expect(read[1]?.parts.map(({ storeId }) => storeId)).toEqual(['a', 'b']);
    expect(salesByStore(read, ['a', 'b'])).toEqual([
      { storeId: 'a', total: '1', orders: 1, units: 2 },
      { storeId: 'b', total: '6', orders: 2, units: 4 },
    ]);
  });

  test('add up to what was sold, also of stores beyond those shown and of stores that are gone', () => {
    const ids = Array.from({ length: storesShown + 2 }, (_, index) => `s${index}`);
    const series = [...ids, 'gone'].map((id) => sale('2026-11-20', id, '1.00'));
    const [, day] = salesDays(series, 'USD', days, ids);
    expect(day?.total).toBe('10.00');
    expect(day?.parts.at(-1)).toMatchObject({ storeId: otherStores, total: '3.00' });
  });
});

describe('the axis', () => {
  test.each([
    [0, [0, 1]],
    [Number.NaN, [0, 1]],
    [4, [0, 1, 2, 3, 4]],
    [95, [0, 50, 100]],
    [100, [0, 50, 100]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [1_234_567, [0, 500_000, 1_000_000, 1_500_000]],
  ])('to %s has round figures that reach it', (largest, ticks) => {
    expect(axisTicks(largest)).toEqual(ticks);
  });

  test('names so many days that the names do not touch', () => {
    expect(labelEvery(7, 700, 60)).toBe(1);
    expect(labelEvery(90, 600, 60)).toBe(9);
    expect(labelEvery(30, 20, 60)).toBe(30);
  });
});
