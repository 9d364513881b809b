import { expect, test } from 'vitest';
import { stepChange, stepCurrency, stepWords } from './explain-words.ts';

test('a step is told with its own figures', () => {
  const said = [
    { code: 'on_hand', amount: '12', parameters: { location: 'Hanoi' } },
    { code: 'buffer', amount: '9', parameters: { units: 3 } },
    { code: 'component', amount: '4', parameters: { variantId: 'v', title: 'Cup', sku: 'CUP', units: 2, available: 9 } },
    { code: 'markup_percent', amount: '55', parameters: { percent: 10 } },
    { code: 'markup_percent', amount: '45', parameters: { percent: -10 } },
    { code: 'markup_fixed', amount: '44', parameters: { amount: '-1.00', currency: 'USD' } },
  ].map(stepWords);
  expect(said).toEqual(['On hand at Hanoi', '3 kept back', 'Cup: 9 left, 2 in each', '+10%', '-10%', '-1.00 USD']);
});

test('a step that this page does not know yet still shows its name', () => {
  expect(stepWords({ code: 'last_units_elsewhere', amount: '0', parameters: {} })).toBe('last units elsewhere');
});

test('amounts after a conversion are in the currency converted to', () => {
  const steps = [
    { code: 'base_price', amount: '50', parameters: { currency: 'USD' } },
    { code: 'converted', amount: '1250000', parameters: { currency: 'VND', rate: '25000' } },
    { code: 'rounded', amount: '1250000', parameters: { rounding: 'multiple' } },
  ];
  expect([0, 1, 2].map((index) => stepCurrency(steps, index, 'EUR'))).toEqual(['USD', 'VND', 'VND']);
  expect(stepCurrency([], 0, 'EUR')).toBe('EUR');
});

test.each([
  ['receipt', 'receipt', 'Delivery'],
  ['sale', 'order', 'Sale'],
  ['reservation', 'order', 'Sale'],
  ['transfer', 'reversal', 'Transfer, taken back'],
  ['some_new', '', 'some new'],
])('what a %s of %s changed is told by its kind and moment', (type, documentKind, words) => {
  const changedAt = '2026-03-01T07:02:11.000Z';
  expect(stepChange({ code: 'on_hand', amount: '7', parameters: { location: 'Hanoi', changedAt, type, documentKind } })).toEqual({
    words,
    at: changedAt,
  });
});

test('a step without a line of the ledger tells of no change', () => {
  expect(stepChange({ code: 'on_hand', amount: '7', parameters: { location: 'Hanoi' } })).toBeNull();
});
