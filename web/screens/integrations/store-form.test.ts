import { describe, expect, test } from 'vitest';
import type { Store, StoreSettings } from '~/api-model.ts';
import { amountRule, areWhole, endingRule, percentStep, priceRuleOf, whole } from '~/parts/rules/rule-form.ts';
import { formOf, settingsOf } from './store-form.ts';

const settings: StoreSettings = {
  syncIntervalSeconds: 300,
  webhooksEnabled: true,
  syncPrice: true,
  syncInventory: false,
  priceRule: {
    steps: [
      { kind: 'percent', percent: 12.5 },
      { kind: 'fixed', amount: '-1.10' },
    ],
    rounding: { kind: 'multiple', multiple: '1000', direction: 'up' },
  },
  stockRule: { buffer: 2, percent: 80, cap: null },
  remoteLocationId: null,
  priceApprovalPercent: 20,
  brakeListings: 200,
  brakePercent: 50,
  drift: { price: 'ask', quantity: 'store' },
};

test('settings survive the way through the form unchanged', () => {
  const store = { name: 'Shop', isPrimary: true, isSource: false, settings } as Store;
  const { remoteLocationId: _own, ...others } = settings;
  expect(settingsOf(formOf(store))).toEqual(others);
});

test('an emptied cap, approval or share means none, not zero', () => {
  const form = { ...formOf({ settings } as Store), cap: ' ', priceApprovalPercent: '', brakePercent: '' };
  expect(settingsOf(form)).toMatchObject({ stockRule: { cap: null }, priceApprovalPercent: null, brakePercent: null });
});

describe('a rule that is broken says itself', () => {
  test.each([
    [whole('The buffer', 0, 1000)('-1'), 'The buffer must be a whole number from 0 to 1,000; you typed -1.'],
    [whole('The buffer', 0, 1000)(''), 'The buffer must be a whole number from 0 to 1,000; you typed nothing.'],
    [percentStep('-100'), 'A percentage is a number such as 10 or -5, above -100; you typed -100.'],
    [amountRule('0'), 'This must be above 0.'],
    [endingRule('99'), 'An ending is what stands after the point, such as 0.99 or 0.95.'],
  ])('%s', (said, sentence) => expect(said).toBe(sentence));
});

test('values that keep the rules pass', () => {
  expect([
    whole('The cap', 0, 10, true)(''),
    whole('The cap', 0, 10)('10'),
    percentStep('-5.5'),
    amountRule('1000'),
    endingRule('.95'),
  ]).toEqual(Array(5).fill(true));
});

test('what a person writes with a plus or without the leading zero is sent as the server reads it', () => {
  const form = { ...formOf({ settings } as Store), steps: [{ kind: 'fixed' as const, value: '+2.50' }] };
  expect(priceRuleOf({ ...form, rounding: 'ending', ending: '.95' })).toEqual({
    steps: [{ kind: 'fixed', amount: '2.50' }],
    rounding: { kind: 'ending', ending: '0.95' },
  });
});

test('nothing is computed by a rule that is half typed', () => {
  const form = formOf({ settings } as Store);
  expect(areWhole(form)).toBe(true);
  expect(areWhole({ ...form, buffer: '' })).toBe(false);
  expect(areWhole({ ...form, steps: [{ kind: 'percent', value: '-' }] })).toBe(false);
  expect(areWhole({ ...form, multiple: '0' })).toBe(false);
});

test('a store that follows the organization goes on following it, and its own rules begin as a copy', () => {
  const following = { name: 'Shop', settings: { ...settings, priceRule: null, stockRule: null } } as Store;
  const organization = { priceRule: settings.priceRule, stockRule: settings.stockRule };
  const form = formOf(following, organization);
  expect(settingsOf(form)).toMatchObject({ priceRule: null, stockRule: null });
  expect(settingsOf({ ...form, priceBy: 'own', stockBy: 'own' })).toMatchObject(organization);
});
