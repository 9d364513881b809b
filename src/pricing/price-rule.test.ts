import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencyExponent, exact } from '#base/money.ts';
import { type PriceCauses, type PriceRule, priceFor } from '#pricing/price-rule.ts';
import type { Rounding } from '#pricing/rounding.ts';
import type { Sale } from '#pricing/sale.ts';
import { type StatedRate, staleAt } from '#pricing/stated-rate.ts';

const now = new Date('2026-11-21T12:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const rate = (text: string, days = 1): StatedRate => ({ rate: text, statedAt: daysAgo(days), staleAfterDays: 30 });
const rule = (steps: PriceRule['steps'] = [], rounding: Rounding = { kind: 'none' }): PriceRule => ({ steps, rounding });
const usd = (amount: string) => ({ amount, currency: 'USD' });
const plain: PriceCauses = {
  ...{ base: null, compareAt: null, cost: null, rate: null, costRate: null, currency: 'USD', timeZone: 'UTC', now },
};
/** The price of `base` in a store's currency. */
const outcomeOf = (
  base: PriceCauses['base'],
  currency: string,
  given: PriceRule,
  stated: StatedRate | null = null,
  more: Partial<PriceCauses> = {},
) => priceFor({ ...plain, base, currency, rate: stated, costRate: stated, ...more }, given);
const priceOf = (amount: string, given: PriceRule, currency = 'USD', stated: StatedRate | null = null) =>
  outcomeOf(usd(amount), currency, given, stated).price?.amount ?? null;

describe('the price of a store', () => {
  test('without a rule is the master price, with as many digits as its currency has', () => {
    expect(priceOf('12.5', rule())).toBe('12.50');
    expect(outcomeOf({ amount: '12000.4', currency: 'VND' }, 'VND', rule(), null).price?.amount).toBe('12000');
    expect(outcomeOf({ amount: '1.2', currency: 'KWD' }, 'KWD', rule(), null).price?.amount).toBe('1.200');
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
    expect(outcomeOf({ amount, currency: 'VND' }, 'VND', given, null).price?.amount).toBe(price);
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
    expect(outcomeOf(usd('10'), 'VND', rule(), null)).toMatchObject({ price: null, heldReason: 'no_rate' });
    expect(outcomeOf(usd('10'), 'VND', rule(), rate('25400', 31))).toMatchObject({ price: null, heldReason: 'stale_rate' });
    expect(outcomeOf(usd('10'), 'VND', rule(), rate('25400', 30)).heldReason).toBeNull();
    expect(outcomeOf(null, 'USD', rule(), null)).toMatchObject({ price: null, heldReason: 'no_price' });
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
    expect(outcomeOf(usd('10'), 'USD', given, null)).toMatchObject({ price: null, heldReason: 'not_above_zero' });
  });

  test('tells each step with the figure after it, and the last one is the price', () => {
    const outcome = outcomeOf(
      usd('10'),
      'VND',
      rule([{ kind: 'percent', percent: 10 }], { kind: 'multiple', multiple: '1000', direction: 'nearest' }),
      rate('25400'),
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

describe('the floor', () => {
  const withFloor = (marginPercent: number | null, amount: string | null, more: Partial<PriceRule> = {}): PriceRule => ({
    ...rule(),
    floor: { marginPercent, amount },
    ...more,
  });
  const cost = (amount: string, currency = 'USD') => ({ cost: { amount, currency } });

  test('leaves a margin on the cost: a part of the price, not of the cost', () => {
    const found = outcomeOf(usd('9.00'), 'USD', withFloor(20, null), null, cost('8'));
    expect(found.price?.amount).toBe('10.00');
    expect(found.steps.at(-1)).toEqual({
      ...{ code: 'floor', amount: '10.00' },
      parameters: { currency: 'USD', cost: '8', marginPercent: 20 },
    });
    expect(outcomeOf(usd('10.01'), 'USD', withFloor(20, null), null, cost('8')).steps).toHaveLength(1);
  });

  test('is rounded by the pattern of the rule, but never down', () => {
    const down: Rounding = { kind: 'multiple', multiple: '1000', direction: 'down' };
    const inDong = withFloor(0, null, { rounding: down });
    expect(outcomeOf(usd('1'), 'VND', inDong, rate('25400'), cost('1.01')).price?.amount).toBe('26000');
    const ending: Rounding = { kind: 'ending', ending: '0.99' };
    expect(outcomeOf(usd('5'), 'USD', withFloor(0, null, { rounding: ending }), null, cost('10.00')).price?.amount).toBe('10.99');
    expect(outcomeOf(usd('5'), 'JPY', withFloor(null, '100.4'), rate('1')).price?.amount).toBe('101');
  });

  test('is the higher one of the amount and what the cost asks for', () => {
    expect(outcomeOf(usd('1'), 'USD', withFloor(50, '7'), null, cost('4')).price?.amount).toBe('8.00');
    expect(outcomeOf(usd('1'), 'USD', withFloor(50, '9.5'), null, cost('4')).price?.amount).toBe('9.50');
    expect(outcomeOf(usd('1'), 'USD', withFloor(null, '9.5')).price?.amount).toBe('9.50');
  });

  test('by a cost that nobody knows, or that cannot be converted, holds the price with the reason', () => {
    const held = (found: object) => expect(outcomeOf(usd('50'), 'USD', withFloor(10, null), null, found));
    held({}).toMatchObject({ price: null, heldReason: 'no_cost' });
    held(cost('4', 'VND')).toMatchObject({ price: null, heldReason: 'no_rate' });
    held({ ...cost('4', 'VND'), costRate: rate('0.00004', 31) }).toMatchObject({ price: null, heldReason: 'stale_rate' });
    const fresh = rate('0.00004', 3);
    held({ ...cost('100000', 'VND'), costRate: fresh }).toMatchObject({ heldReason: null, changesAt: staleAt(fresh) });
  });
});

describe('a sale', () => {
  const sale = (off: Sale['off'], startsAt = '2026-11-21T00:00', end = '2026-11-22T00:00'): Sale => ({
    ...{ name: 'Week-end', off, startsAt, endsAt: end },
  });
  const onSale = (off: Sale['off'], more: Partial<PriceRule> = {}): PriceRule => ({ ...rule(), sales: [sale(off)], ...more });
  const fifth: Sale['off'] = { kind: 'percent', percent: 20 };

  test('takes its part off the usual price, rounded again, and says until when', () => {
    const ending: Rounding = { kind: 'ending', ending: '0.99' };
    const found = outcomeOf(usd('20.20'), 'USD', onSale(fifth, { rounding: ending }));
    expect(found).toMatchObject({ price: { amount: '15.99' }, changesAt: new Date('2026-11-22T00:00:00Z') });
    expect(found.steps.map(({ code, amount }) => [code, amount])).toEqual([
      ['base_price', '20.20'],
      ['rounded', '19.99'],
      ['sale_percent', '15.992'],
      ['rounded', '15.99'],
    ]);
    expect(found.steps[2]?.parameters).toMatchObject({ percent: 20, name: 'Week-end', until: '2026-11-22T00:00:00.000Z' });
  });

  test('at a price of its own is that price, not rounded by the rule', () => {
    const whole: Rounding = { kind: 'multiple', multiple: '1', direction: 'up' };
    expect(outcomeOf(usd('20'), 'USD', onSale({ kind: 'price', amount: '7.5' }, { rounding: whole })).price?.amount).toBe('7.50');
  });

  test('never goes below the floor', () => {
    const given = onSale({ kind: 'percent', percent: 90 }, { floor: { marginPercent: 20, amount: null } });
    const found = outcomeOf(usd('20'), 'USD', given, null, { cost: usd('8') });
    expect(found.price?.amount).toBe('10.00');
    expect(found.steps.map(({ code }) => code)).toEqual(['base_price', 'sale_percent', 'floor']);
    const fixed = onSale({ kind: 'price', amount: '1' }, { floor: { marginPercent: null, amount: '3' } });
    expect(outcomeOf(usd('20'), 'USD', fixed).price?.amount).toBe('3.00');
  });

  test('begins and ends by the clock of the store, to the millisecond', () => {
    const at = (moment: string, timeZone: string) =>
      outcomeOf(usd('20'), 'USD', onSale(fifth), null, { now: new Date(moment), timeZone });
    expect(at('2026-11-20T16:59:59.999Z', 'Asia/Ho_Chi_Minh')).toMatchObject({
      ...{ price: { amount: '20.00' }, changesAt: new Date('2026-11-20T17:00:00Z') },
    });
    expect(at('2026-11-20T17:00:00Z', 'Asia/Ho_Chi_Minh')).toMatchObject({
      ...{ price: { amount: '16.00' }, changesAt: new Date('2026-11-21T17:00:00Z') },
    });
    expect(at('2026-11-21T17:00:00Z', 'Asia/Ho_Chi_Minh')).toMatchObject({ price: { amount: '20.00' }, changesAt: null });
    expect(at('2026-11-21T17:00:00Z', 'UTC').price?.amount).toBe('16.00');
  });

  test('over the night on which the clocks are set ends when they show its end for the last time', () => {
    const night: PriceRule = { ...rule(), sales: [sale(fifth, '2026-10-24T20:00', '2026-10-25T02:30')] };
    const at = (moment: string) =>
      outcomeOf(usd('20'), 'USD', night, null, { now: new Date(moment), timeZone: 'Europe/Berlin' }).price?.amount;
    expect(['2026-10-24T18:00:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:29:59Z', '2026-10-25T01:30:00Z'].map(at)).toEqual([
      ...['16.00', '16.00', '16.00', '20.00'],
    ]);
  });

  test('ends no later than its rate: what is first decides when the price is looked at again', () => {
    const stated = rate('25400', 29.9);
    expect(outcomeOf(usd('20'), 'VND', onSale(fifth), stated).changesAt).toEqual(staleAt(stated));
  });
});

describe('the crossed-out price', () => {
  const sent: PriceRule = { ...rule([{ kind: 'percent', percent: 10 }]), compareAt: 'send' };
  const of = (compareAt: string | null, given = sent) => outcomeOf(usd('10'), 'USD', given, null, { compareAt }).compareAt;

  test('follows the rule as the price does, and is none where it is not dearer', () => {
    expect([of('15'), of('10'), of('9'), of(null)]).toEqual(['16.50', '0', '0', '0']);
  });

  test('is left alone where the rule does not speak of it', () => {
    expect(of('15', rule())).toBeNull();
  });

  test('is the usual price while a sale runs', () => {
    const sales: Sale[] = [
      { name: '', off: { kind: 'percent', percent: 50 }, startsAt: '2026-11-21T00:00', endsAt: '2026-11-22T00:00' },
    ];
    expect(of('15', { ...sent, sales })).toBe('11.00');
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
  const of = (amount: string) => outcomeOf({ amount, currency: 'USD' }, 'USD', doubled, null);
  expect(of('500000000000000')).toMatchObject({ price: null, heldReason: 'price_too_large' });
  expect(of('499999999999999.99')).toMatchObject({ price: { amount: '999999999999999.98' }, heldReason: null });
});

test('whatever the rule: a price is above 0 and has exactly the digits of its currency, or it is held', () => {
  fc.assert(
    fc.property(amounts, steps, roundings, currencies, (amount, chain, rounding, currency) => {
      const outcome = outcomeOf({ amount, currency }, currency, { steps: chain, rounding }, null);
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

const floors = fc.record({
  marginPercent: fc.option(fc.integer({ min: 0, max: 9_900 }).map((hundredths) => hundredths / 100)),
  amount: fc.option(amounts),
});
const offs: fc.Arbitrary<Sale['off']> = fc.oneof(
  fc.integer({ min: 1, max: 99 }).map((percent) => ({ kind: 'percent' as const, percent })),
  amounts.map((amount) => ({ kind: 'price' as const, amount })),
);

test('whatever the rule and sale: no price is below its floor, and its pattern of digits is kept', () => {
  fc.assert(
    fc.property(
      amounts,
      amounts,
      steps,
      roundings,
      currencies,
      floors,
      offs,
      (amount, cost, chain, rounding, currency, floor, off) => {
        const sales: Sale[] = [{ name: '', off, startsAt: '2026-11-21T00:00', endsAt: '2026-11-22T00:00' }];
        const found = outcomeOf({ amount, currency }, currency, { steps: chain, rounding, floor, sales }, null, {
          cost: { amount: cost, currency },
        });
        if (found.price === null) return;
        const price = new exact(found.price.amount);
        expect(found.price.amount.split('.')[1]?.length ?? 0).toBe(currencyExponent(currency));
        if (floor.amount !== null) expect(price.gte(floor.amount)).toBe(true);
        if (floor.marginPercent !== null)
          expect(price.minus(cost).toNumber()).toBeGreaterThanOrEqual(
            price.times(floor.marginPercent).div(100).toNumber() - 1e-9,
          );
        expect(new exact(found.steps.at(-1)?.amount ?? 'NaN').eq(price)).toBe(true);
        expect(found.changesAt).toEqual(new Date('2026-11-22T00:00:00Z'));
      },
    ),
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
