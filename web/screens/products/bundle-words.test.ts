import { describe, expect, test } from 'vitest';
import { amountsTo, partsOf, readPartUnits, sellable } from './bundle-words.ts';

const cup = { name: 'Cup', units: 2, available: 9 };
const pot = { name: 'Pot', units: 1, available: 5 };

describe('of a bundle can be sold', () => {
  test('what the scarcest component allows', () => {
    expect(sellable([cup, pot])).toBe(4);
    expect(sellable([cup, { ...pot, available: 3 }])).toBe(3);
    expect(amountsTo([cup, pot])).toBe('2 × Cup (9 left) + 1 × Pot (5 left): 4 can be sold');
  });

  test('nothing while a component is oversold or not counted, and never less than nothing', () => {
    expect(sellable([cup, { ...pot, available: -2 }])).toBe(0);
    expect(sellable([cup, { ...pot, available: null }])).toBe(0);
    expect(amountsTo([{ ...pot, available: null }])).toBe('1 × Pot (not counted): 0 can be sold');
  });

  test('no number at all of nothing', () => {
    expect([sellable([]), amountsTo([])]).toEqual([null, null]);
  });
});

describe('units of a component', () => {
  test.each(['', '0', '-1', '1.5', 'two', '10001'])('are whole and from 1 to 10,000: not "%s"', (typed) => {
    expect(readPartUnits(typed)).toHaveProperty('problem');
  });

  test('that are not whole yet leave their line out of what it amounts to', () => {
    const line = { variantId: 'c', name: 'Cup', sku: 'CUP', onHand: 9 };
    expect(
      partsOf([
        { ...line, units: '' },
        { ...line, variantId: 'p', units: ' 10000 ' },
      ]),
    ).toEqual([{ variantId: 'p', name: 'Cup', units: 10_000, available: 9 }]);
  });
});
