import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beyondBaseline, containedIn, type Placed, place, type Source } from '#orders/stock-effect.ts';

const effect = (reserved: number, shipped = 0, restocked = 0) => ({ reserved, shipped, restocked });
const source = (locationId: string, available: number): Source => ({ locationId, available });
const totals = (placed: readonly Placed[]) => ({
  reserved: placed.reduce((sum, one) => sum + one.reserved, 0),
  shipped: placed.reduce((sum, one) => sum + one.shipped, 0),
  restocked: placed.reduce((sum, one) => sum + one.restocked, 0),
});
/** An effect as a platform may say it: what came back had left before. */
const effects = fc
  .record({ reserved: fc.nat(20), shipped: fc.nat(20), back: fc.nat(20) })
  .map(({ reserved, shipped, back }) => effect(reserved, shipped, Math.min(back, shipped)));

describe('placing', () => {
  test('takes from the locations in their order, splitting, and charges what nobody has to the first', () => {
    expect(place([], effect(5), [source('a', 2), source('b', 1)])).toEqual([
      { locationId: 'a', reserved: 4, shipped: 0, restocked: 0 },
      { locationId: 'b', reserved: 1, shipped: 0, restocked: 0 },
    ]);
    expect(place([], effect(1), [source('a', -3), source('b', 1)])).toEqual([
      { locationId: 'b', reserved: 1, shipped: 0, restocked: 0 },
    ]);
  });

  test('ships from where it is reserved, and puts back where it was shipped from', () => {
    const reserved = place([], effect(3), [source('a', 2), source('b', 9)]);
    const shipped = place(reserved, effect(1, 2), [source('a', 9)]);
    expect(shipped).toEqual([
      { locationId: 'a', reserved: 0, shipped: 2, restocked: 0 },
      { locationId: 'b', reserved: 1, shipped: 0, restocked: 0 },
    ]);
    expect(place(shipped, effect(1, 2, 1), [source('b', 9)])[0]).toEqual({
      locationId: 'a',
      reserved: 0,
      shipped: 2,
      restocked: 1,
    });
  });

  test('puts back only where something was shipped from, as far as it was', () => {
    const [open, gone] = [
      { locationId: 'a', reserved: 2, shipped: 0, restocked: 0 },
      { locationId: 'b', reserved: 0, shipped: 2, restocked: 0 },
    ];
    expect(place([open, gone], effect(2, 2, 2), [source('a', 9)])).toEqual([open, { ...gone, restocked: 2 }]);
  });

  test('always places exactly what is wanted, whatever was placed before, never below nothing, and is repeatable', () => {
    const sources = [source('a', 3), source('b', 0), source('c', 7)];
    fc.assert(
      fc.property(fc.array(effects, { minLength: 1, maxLength: 6 }), (history) => {
        let placed: Placed[] = [];
        for (const wanted of history) {
          placed = place(placed, wanted, sources);
          expect(totals(placed)).toEqual(wanted);
          for (const one of placed) expect(Math.min(one.reserved, one.shipped, one.restocked)).toBeGreaterThanOrEqual(0);
          expect(place(placed, wanted, sources)).toEqual(placed);
        }
      }),
    );
  });
});

describe('an order from before the count', () => {
  const item = (change: Partial<Parameters<typeof containedIn>[2]> = {}) => ({
    quantity: 3,
    effect: effect(3),
    cancelledAt: null,
    shippedBefore: () => 0,
    ...change,
  });
  const countedAt = new Date('2026-03-01T00:00:00Z');
  const later = new Date('2026-03-02T00:00:00Z');

  test('books nothing where the count was of what is available, also when it is shipped later', () => {
    const baseline = containedIn('available', countedAt, item());
    expect(beyondBaseline(effect(3), baseline)).toEqual(effect(0));
    expect(beyondBaseline(effect(0, 3), baseline)).toEqual(effect(0));
  });

  test('gives its units back when it is cancelled later, and takes more when it is edited later', () => {
    const baseline = containedIn('available', countedAt, item());
    expect(beyondBaseline(effect(0), baseline)).toEqual(effect(0, 0, 3));
    expect(beyondBaseline(effect(5), baseline)).toEqual(effect(2));
    expect(beyondBaseline(effect(0, 3, 1), baseline)).toEqual(effect(0, 0, 1));
  });

  test('first heard of when it was cancelled already gives back only if that was after the count', () => {
    const since = containedIn('available', countedAt, item({ effect: effect(0), cancelledAt: later }));
    expect(beyondBaseline(effect(0), since)).toEqual(effect(0, 0, 3));
    const before = containedIn('available', countedAt, item({ effect: effect(0), cancelledAt: new Date('2026-02-01') }));
    expect(beyondBaseline(effect(0), before)).toEqual(effect(0));
  });

  test('reserves where the count was of what is on hand, less what had left before', () => {
    const half = item({ effect: effect(1, 2), shippedBefore: () => 2 });
    const baseline = containedIn('on_hand', countedAt, half);
    expect(beyondBaseline(effect(1, 2), baseline)).toEqual(effect(1));
    expect(beyondBaseline(effect(0, 3), baseline)).toEqual(effect(0, 1));
    expect(beyondBaseline(effect(0, 3, 1), baseline)).toEqual(effect(0));
    expect(beyondBaseline(effect(1, 2, 2), baseline)).toEqual(effect(1, 0, 2));
  });

  test('changes what is available by what changed since, for every later snapshot', () => {
    fc.assert(
      fc.property(effects, effects, fc.constantFrom('available' as const, 'on_hand' as const), (first, later, kind) => {
        const baseline = containedIn(kind, countedAt, item({ effect: first, shippedBefore: () => first.shipped }));
        const booked = beyondBaseline(later, baseline);
        const available = (one: typeof first) => one.restocked - one.reserved - one.shipped;
        const expected =
          kind === 'available' ? available(later) - available(first) : available(later) - (first.restocked - first.shipped);
        expect(available(booked)).toBe(expected);
      }),
    );
  });
});
