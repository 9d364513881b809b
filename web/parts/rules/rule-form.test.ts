import { describe, expect, test } from 'vitest';
import type { PriceRule, StockRule } from '~/api-model.ts';
import {
  areWhole,
  formOfRules,
  marginRule,
  priceRuleOf,
  type SaleForm,
  saleProblem,
  saleValue,
  stockRuleOf,
} from './rule-form.ts';

const price: PriceRule = {
  steps: [{ kind: 'percent', percent: 10 }],
  rounding: { kind: 'ending', ending: '0.99' },
  floor: { marginPercent: 20, amount: '5.00' },
  sales: [
    { name: 'Flash', off: { kind: 'percent', percent: 15 }, startsAt: '2026-11-27T00:00', endsAt: '2026-11-28T00:00' },
    { name: '', off: { kind: 'price', amount: '9.90' }, startsAt: '2026-12-01T08:00', endsAt: '2026-12-01T20:00' },
  ],
  compareAt: 'send',
};
const stock: StockRule = {
  ...{ buffer: 1, percent: 50, cap: 9, hideBelow: 2, slowBuffer: 3, fixed: 0 },
  lastUnits: { units: 2, storeId: 'other' },
};
const sale = (startsAt: string, endsAt: string, name = ''): SaleForm => ({
  name,
  kind: 'percent',
  value: '10',
  startsAt,
  endsAt,
});

test('a rule with everything in it survives the way through the form, and so does a plain one', () => {
  const form = formOfRules(price, stock);
  expect(areWhole(form)).toBe(true);
  expect([priceRuleOf(form), stockRuleOf(form)]).toEqual([price, stock]);
  const plain = formOfRules(null, null);
  expect(priceRuleOf(plain)).toEqual({ steps: [], rounding: { kind: 'none' } });
  expect(stockRuleOf(plain)).toEqual({ buffer: 0, percent: 100, cap: null });
});

test('last units that are left to nobody are no part of the rule', () => {
  expect(stockRuleOf({ ...formOfRules(null, null), lastUnits: '2' }).lastUnits).toBeUndefined();
});

describe('a sale says what is wrong with its times', () => {
  test.each([
    ['no end', [sale('2026-01-01T00:00', '')], 'Say when it begins and when it ends.'],
    ['an end before the beginning', [sale('2026-01-02T00:00', '2026-01-01T00:00')], 'A sale must end after it begins.'],
    [
      'another one at the same time',
      [sale('2026-01-01T00:00', '2026-01-03T00:00'), sale('2026-01-02T00:00', '2026-01-04T00:00', 'Flash')],
      'It overlaps with Flash. Only one can run at a time.',
    ],
    ['nothing', [sale('2026-01-01T00:00', '2026-01-02T00:00'), sale('2026-01-02T00:00', '2026-01-04T00:00')], null],
  ])('%s', (_, sales, sentence) => expect(saleProblem(sales, 0)).toBe(sentence));
});

test('percentages that make no price are refused', () => {
  expect([saleValue('percent')('100'), saleValue('percent')('0'), marginRule('100')].every((said) => said !== true)).toBe(true);
  expect([saleValue('percent')('99.5'), saleValue('price')('0.50'), marginRule(''), marginRule('0')]).toEqual(
    Array(4).fill(true),
  );
});
