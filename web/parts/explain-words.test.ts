import { expect, test } from 'vitest';
import { stepChange, stepChangeAt, stepCurrency, stepWords } from './explain-words.ts';
import { exactTime } from './relative-time.ts';

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

const changedAt = '2026-03-01T07:02:11.000Z';
const step = (code: string, parameters: Record<string, string | number>) => ({ code, amount: '1', parameters });

test.each([
  ['base_price', { type: 'hand', who: 'Ann' }, 'Set by Ann'],
  ['base_price', { type: 'hand' }, 'Set by hand'],
  ['base_price', { type: 'import', who: 'Ann' }, 'Imported from a file by Ann'],
  ['base_price', { type: 'adoption', store: 'Corner Shop' }, 'Taken over from Corner Shop'],
  ['base_price', { type: 'undo', who: 'Ann' }, 'Put back by an undo by Ann'],
  [
    'price_override',
    { level: 'listing', type: 'adoption', store: 'Corner Shop', who: 'Ann' },
    'Taken over from Corner Shop by Ann',
  ],
  ['markup_percent', { level: 'store', type: 'hand', who: 'Ann' }, 'Rule of the store, set by Ann'],
  [
    'floor',
    { level: 'organization', type: 'change_set', who: 'Ann' },
    'Rule of your organization, a change that waited, approved by Ann',
  ],
  ['buffer', { level: 'listing', type: 'hand', who: 'Ann' }, 'Rule of this link, set by Ann'],
] as const)('what %s holds by is told: %j', (code, parameters, words) => {
  expect(stepChange(step(code, { ...parameters, changedAt, documentKind: '' }))).toEqual({ words, at: changedAt });
});

test('of a rule that stands since before it was kept its level is told, and a rule of several steps is told once', () => {
  const rule = { level: 'store' };
  const steps = [step('base_price', {}), step('markup_percent', rule), step('rounded', rule)];
  expect(steps.map((_, index) => stepChangeAt(steps, index))).toEqual([null, { words: 'Rule of the store', at: null }, null]);
});

test('units that a campaign holds are not taken for sold, and how it ends is told as far as anybody knows', () => {
  const until = exactTime(changedAt);
  const held = (parameters: Record<string, string>) => stepWords(step('held_units', { store: 'Corner Shop', ...parameters }));
  expect(held({ reason: 'locked_by_platform', triedAt: changedAt })).toBe(
    `Kept back: a campaign on Corner Shop does not let them be lowered there, and Corner Shop does not say when it ends. It is tried again ${until}.`,
  );
  expect(held({ reason: 'unexplained_drop', until: changedAt })).toBe(
    `Kept back: probably sold on Corner Shop, the order is on its way. Free ${until} at the latest`,
  );
  expect(held({ reason: 'unexplained_drop', until: '' })).toContain('Free again when you have decided');
});
