import { describe, expect, test } from 'vitest';
import {
  noteOf,
  problemOf,
  problemsByLine,
  readLines,
  readUnits,
  type StockLine,
  suggestedUnits,
  unpostedWords,
  withLine,
} from './stock-lines.ts';

const line = (variantId: string, units: string, onHand: number | null = null): StockLine => ({
  variantId,
  name: variantId,
  sku: '',
  units,
  onHand,
});

describe('typed units', () => {
  test.each(['', ' ', '-1', '1.5', '1,000', '1e3', 'ten', '99999999999'])('"%s" is no number of units', (typed) => {
    expect(readUnits(typed, 0)).toHaveProperty('problem');
  });

  test('none can be counted, but not received', () => {
    expect(readUnits(' 0 ', 0)).toEqual({ units: 0 });
    expect(readUnits('0', 1)).toHaveProperty('problem');
  });

  test('more than there is is said before it is sent', () => {
    expect(problemOf(line('a', '6', 5), 1, true)).toBe('There are 5 here.');
    expect(problemOf(line('a', '6', 5), 1, false)).toBeNull();
    expect(problemOf(line('a', '5', 5), 1, true)).toBeNull();
  });
});

test('lines are sent all or none', () => {
  expect(readLines([line('a', '2'), line('b', '3')], 1)).toEqual([
    { variantId: 'a', units: 2 },
    { variantId: 'b', units: 3 },
  ]);
  expect(readLines([line('a', '2'), line('b', '')], 1)).toBeNull();
  expect(readLines([], 1)).toBeNull();
});

test('a thing stands in the list once, and keeps what was typed', () => {
  const lines = withLine([line('a', '7')], { variantId: 'a', name: 'a', sku: '', onHand: null });
  expect(lines).toEqual([line('a', '7')]);
  expect(withLine(lines, { variantId: 'b', name: 'b', sku: '', onHand: 3 })[1]).toEqual(line('b', '', 3));
});

test('a refusal finds its line', () => {
  const found = problemsByLine([
    { path: 'lines.12', message: 'twelfth' },
    { path: 'lines.3.units', message: 'third' },
    { path: 'note', message: 'other' },
  ]);
  expect([...found]).toEqual([
    [12, 'twelfth'],
    [3, 'third'],
  ]);
});

test('what is suggested brings a thing above its reorder point, at least', () => {
  expect(suggestedUnits({ available: 2, reorderPoint: 5, reorderQuantity: 24 })).toBe(24);
  expect(suggestedUnits({ available: -10, reorderPoint: 5, reorderQuantity: 4 })).toBe(16);
  expect(suggestedUnits({ available: 0, reorderPoint: 0, reorderQuantity: 0 })).toBe(1);
});

test('a reference goes in front of the note', () => {
  expect(noteOf(' PO 7 ', 'two boxes')).toBe('PO 7: two boxes');
  expect(noteOf('', 'two boxes')).toBe('two boxes');
  expect(noteOf('PO 7', '')).toBe('PO 7');
});

test('leaving is asked about where something was typed, and nowhere else', () => {
  expect([unpostedWords([]), unpostedWords([line('a', ''), line('b', ' ')])]).toEqual([null, null]);
  expect(unpostedWords([line('a', '3'), line('b', '')])).toBe('1 line is not posted yet.');
  expect(unpostedWords([line('a', '3'), line('b', 'x')])).toBe('2 lines are not posted yet.');
});
