import { expect, test } from 'vitest';
import { availableWords, isScarce, whyAvailable } from './available-words.ts';

const item = (onHand: number, reserved: number, reorderPoint = 0, tracked = true) => ({
  onHand,
  reserved,
  available: onHand - reserved,
  reorderPoint,
  tracked,
});

test('a figure that somebody should look at says what is wrong with it, and one that is right is only a figure', () => {
  expect([item(2, 5), item(3, 3), item(5, 1, 4), item(5, 0, 4)].map((each) => [availableWords(each), isScarce(each)])).toEqual([
    ['-3, oversold', true],
    ['0, sold out', true],
    ['4, low', true],
    ['5', false],
  ]);
});

test('what nobody counts is neither sold out nor low, and says why', () => {
  const card = item(0, 0, 5, false);
  expect([availableWords(card), isScarce(card)]).toEqual(['Not counted', false]);
  expect(whyAvailable(card)).toMatch(/not tracked/);
});

test('why a figure is so is told by what it is made of', () => {
  expect(whyAvailable(item(2, 5))).toBe('2 on hand, 5 reserved for orders: 3 were sold that are not there.');
  expect(whyAvailable(item(0, 1))).toBe('0 on hand, 1 reserved for orders: 1 was sold that is not there.');
  expect(whyAvailable(item(0, 0))).toBe('0 on hand, 0 reserved for orders: 0 left.');
  expect(whyAvailable(item(5, 1, 4))).toBe('5 on hand, 1 reserved for orders: 4 left. Your reorder point is 4.');
});
