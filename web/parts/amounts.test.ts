import { describe, expect, test } from 'vitest';
import { counted, money, readPrice, signed } from './amounts.ts';

describe('a typed price', () => {
  test.each([
    ['12.50', '12.50'],
    [' 7 ', '7'],
    ['0', '0'],
  ])('%s is read as %s, digit by digit', (typed, amount) => {
    expect(readPrice(typed)).toEqual({ amount });
  });

  test.each([
    ['1,299.00', '1299.00'],
    ['1.299,00', '1299.00'],
    ['$12.5', '12.5'],
    ['120,000', '120000'],
    ['120.000 đ', '120000'],
    ['12,5', '12.5'],
  ])('%s is not taken as it is: the sentence says the rule and offers %s', (typed, guess) => {
    const read = readPrice(typed);
    expect(read).toEqual({ problem: `Price must be a number such as 12.50; you typed ${typed}: did you mean ${guess}?` });
  });

  test('letters get the rule without a guess', () => {
    expect(readPrice('free')).toEqual({ problem: 'Price must be a number such as 12.50; you typed free.' });
  });

  test('a negative price is not read', () => {
    expect(readPrice('-5')).toHaveProperty('problem');
  });
});

test('money keeps every digit of a large amount', () => {
  expect(money('9007199254740993.01', 'USD')).toBe('$9,007,199,254,740,993.01');
});

test('a currency without minor units is written without them', () => {
  expect(money('120000', 'VND')).toBe('₫120,000');
});

test('counts agree with their noun, and differences carry their sign', () => {
  expect([counted(1, 'listing'), counted(1200, 'listing'), signed(3), signed(-2), signed(0)]).toEqual([
    '1 listing',
    '1,200 listings',
    '+3',
    '-2',
    '0',
  ]);
});
