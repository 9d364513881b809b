import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencyExponent, exact } from '#base/money.ts';
import { type PriceRule, priceFor, type Rounding, type StatedRate } from '#pricing/price-rule.ts';

const now = new Date('2026-11-21T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const rate = (text: string, days = 1): StatedRate => ({ rate: text, statedAt: daysAgo(days), staleAfterDays: 30 });
const rule = (steps: PriceRule['steps'] = [], rounding: Rounding = { kind: 'none' }): PriceRule => ({ steps, rounding });
const usd = (amount: string) => ({ amount, currency: 'USD' });
const priceOf = (amount: string, given: PriceRule, currency = 'USD', stated: StatedRate | null = null) =>
  priceFor(usd(amount), currency, given, stated, now).price?.amount ?? null;

describe('the price of a store', () => {
  test('without a rule is the master price, with as many digits as its currency has', () => {
    expect(priceOf('12.5', rule())).toBe('12.50');
    expect(priceFor({ amount: '12000.4', currency: 'VND' }, 'VND', rule(), null, now).price?.amount).toBe('12000');
    expect(priceFor({ amount: '1.2', currency: 'KWD' }, 'KWD', rule(), null, now).price?.amount).toBe('1.200');
  });

  test('takes its steps in their order', () => {
    const percent = { kind: 'percent', percent: 10 } as const;
    const fixed = { kind: 'fixed', amount: '5' } as const;
    expect(priceOf('100', rule([percent, fixed]))).toBe('115.00');
    expect(priceOf('100', rule([fixed, percent]))).toBe('115.50');
    expect(priceOf('100', rule([{ kind: 'percent', percent: -12.5 }]))).toBe('87.50');
  });

  test('is exact where binary fractions are not', () => {
    expect(priceOf('0.1', rule([{ kind: 'fixed', amount: '0.2' }]))).toBe('0.30');
    expect(priceOf('1.005', rule())).toBe('1.01');
    expect(priceOf('1.15', rule([{ kind: 'percent', percent: 100 }]))).toBe('2.30');
  });

  test.each([
    ['12.34', '0.99', '11.99'],
    ['12.50', '0.99', '12.99'],
    ['12.49', '0.99', '12.99'],
    ['12.99', '0.99', '12.99'],
    ['0.10', '0.99', '0.99'],
    ['12.34', '0.00', '12.00'],
    ['12.45', '0.95', '12.95'],
  ])('%s with the ending %s is %s', (amount, ending, price) => {
    expect(priceOf(amount, rule([], { kind: 'ending', ending }))).toBe(price);
  });

  test.each([
    ['12340', '1000', 'up', '13000'],
    ['12340', '1000', 'down', '12000'],
    ['12340', '1000', 'nearest', '12000'],
    ['12500', '1000', 'nearest', '13000'],
    ['13000', '1000', 'up', '13000'],
  ] as const)('%s in multiples of %s, %s, is %s', (amount, multiple, direction, price) => {
    const given = rule([], { kind: 'multiple', multiple, direction });
    expect(priceFor({ amount, currency: 'VND' }, 'VND', given, null, now).price?.amount).toBe(price);
  });

  test('in another currency follows the stated rate, rounded once at the end', () => {
    expect(priceOf('10.00', rule(), 'VND', rate('25400.55'))).toBe('254006');
    expect(priceOf('10.00', rule(), 'KWD', rate('0.30745'))).toBe('3.075');
    expect(
      priceOf(
        '9.99',
        rule([{ kind: 'percent', percent: 3 }], { kind: 'multiple', multiple: '1000', direction: 'up' }),
        'VND',
        rate('25400'),
      ),
    ).toBe('262000');
  });

  test('says nothing without a rate, with a stale one, without a price', () => {
    expect(priceFor(usd('10'), 'VND', rule(), null, now)).toMatchObject({ price: null, heldReason: 'no_rate' });
    expect(priceFor(usd('10'), 'VND', rule(), rate('25400', 31), now)).toMatchObject({ price: null, heldReason: 'stale_rate' });
    expect(priceFor(usd('10'), 'VND', rule(), rate('25400', 30), now).heldReason).toBeNull();
    expect(priceFor(null, 'USD', rule(), null, now)).toMatchObject({ price: null, heldReason: 'no_price' });
  });

  test.each([
    ['taken away whole', rule([{ kind: 'percent', percent: -100 }])],
    ['taken away whole, with an ending', rule([{ kind: 'percent', percent: -100 }], { kind: 'ending', ending: '0.99' })],
    ['less than nothing', rule([{ kind: 'fixed', amount: '-100' }])],
    [
      'less than nothing, rounded up',
      rule([{ kind: 'fixed', amount: '-10.5' }], { kind: 'multiple', multiple: '1', direction: 'up' }),
    ],
    ['rounded down to nothing', rule([], { kind: 'multiple', multiple: '1000', direction: 'down' })],
    ['smaller than the smallest coin', rule([{ kind: 'percent', percent: -99.99 }])],
    [
      'a multiple smaller than the smallest coin',
      rule([{ kind: 'percent', percent: -99.99 }], { kind: 'multiple', multiple: '0.001', direction: 'nearest' }),
    ],
  ])('is held when it is %s', (_, given) => {
    expect(priceFor(usd('10'), 'USD', given, null, now)).toMatchObject({ price: null, heldReason: 'not_above_zero' });
  });

  test('tells each step with the figure after it, and the last one is the price', () => {
    const outcome = priceFor(
      usd('10'),
      'VND',
      rule([{ kind: 'percent', percent: 10 }], { kind: 'multiple', multiple: '1000', direction: 'nearest' }),
      rate('25400'),
      now,
    );
    expect(outcome.steps.map((step) => [step.code, step.amount])).toEqual([
      ['base_price', '10'],
      ['converted', '254000'],
      ['markup_percent', '279400'],
      ['rounded', '279000'],
    ]);
    expect(outcome.price?.amount).toBe('279000');
  });
});

const amounts = fc.integer({ min: 1, max: 100_000_000 }).map((cents) => new exact(cents).div(100).toFixed());
const steps = fc.array(
  fc.oneof(
    fc.integer({ min: -15_000, max: 30_000 }).map((hundredths) => ({ kind: 'percent' as const, percent: hundredths / 100 })),
    fc
      .integer({ min: -100_000, max: 100_000 })
      .map((cents) => ({ kind: 'fixed' as const, amount: new exact(cents).div(100).toFixed() })),
  ),
  { maxLength: 4 },
);
const roundings: fc.Arbitrary<Rounding> = fc.oneof(
  fc.constant<Rounding>({ kind: 'none' }),
  fc.constantFrom('0.99', '0.95', '0.50', '0.00').map((ending): Rounding => ({ kind: 'ending', ending })),
  fc
    .record({
      multiple: fc.constantFrom('0.05', '1', '10', '1000', '0.001'),
      direction: fc.constantFrom('up' as const, 'down' as const, 'nearest' as const),
    })
    .map((one): Rounding => ({ kind: 'multiple', ...one })),
);
const currencies = fc.constantFrom('USD', 'VND', 'KWD', 'JPY', 'IDR');

test('a price beyond what can be kept is held, and one just within it is sent', () => {
  const doubled: PriceRule = { steps: [{ kind: 'percent', percent: 100 }], rounding: { kind: 'none' } };
  const of = (amount: string) => priceFor({ amount, currency: 'USD' }, 'USD', doubled, null, now);
  expect(of('500000000000000')).toMatchObject({ price: null, heldReason: 'price_too_large' });
  expect(of('499999999999999.99')).toMatchObject({ price: { amount: '999999999999999.98' }, heldReason: null });
});

test('whatever the rule: a price is above 0 and has exactly the digits of its currency, or it is held', () => {
  fc.assert(
    fc.property(amounts, steps, roundings, currencies, (amount, chain, rounding, currency) => {
      const outcome = priceFor({ amount, currency }, currency, { steps: chain, rounding }, null, now);
      if (outcome.price === null) {
        expect(['not_above_zero', 'price_too_large']).toContain(outcome.heldReason);
        return;
      }
      expect(new exact(outcome.price.amount).gt(0)).toBe(true);
      expect(outcome.price.amount.split('.')[1]?.length ?? 0).toBe(currencyExponent(currency));
      expect(outcome.steps.length).toBeGreaterThan(0);
      expect(new exact(outcome.steps.at(-1)?.amount ?? 'NaN').eq(outcome.price.amount)).toBe(true);
    }),
  );
});

test('rounding moves a price by no more than its step', () => {
  fc.assert(
    fc.property(
      amounts,
      fc.constantFrom('1', '10', '0.05'),
      fc.constantFrom('up' as const, 'down' as const, 'nearest' as const),
      (amount, multiple, direction) => {
        const price = priceOf(amount, rule([], { kind: 'multiple', multiple, direction }));
        if (price === null) return;
        const moved = new exact(price).minus(amount);
        expect(moved.abs().lt(multiple) || moved.isZero()).toBe(true);
        if (direction === 'up') expect(moved.gte(0)).toBe(true);
        if (direction === 'down') expect(moved.lte(0)).toBe(true);
        if (direction === 'nearest') expect(moved.abs().times(2).lte(multiple)).toBe(true);
      },
    ),
  );
});
