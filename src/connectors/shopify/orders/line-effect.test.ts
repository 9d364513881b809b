import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectOfLine, type Moved, notMoved, type Refunded, type Returned } from '#connectors/shopify/orders/line-effect.ts';

/** [ordered, current, unfulfilled] as the platform counts; what was moved; reserved, shipped, restocked. */
type Row = readonly [
  about: string,
  counts: readonly [number, number, number],
  moved: Partial<Refunded> & { fulfilled?: number; returns?: readonly Returned[] },
  wanted: string,
];

const effect = (
  [quantity, currentQuantity, unfulfilledQuantity]: Row[1],
  { fulfilled = 0, returns = [], ...refunded }: Row[2],
  cancelled = false,
) => {
  const moved: Moved = { fulfilled, refunded: { ...notMoved.refunded, ...refunded }, returns };
  return effectOfLine({ quantity, currentQuantity, unfulfilledQuantity }, moved, cancelled);
};
/** Units sent back in one return, how many of them were restocked, its refunds, and of how many is said what was done. */
const sentBack = (units: number, restocked: number, refunded: Partial<Refunded> = {}, disposed = restocked): Returned => ({
  units,
  disposed,
  restocked,
  refunded: { ...notMoved.refunded, ...refunded },
});
const said = (one: ReturnType<typeof effect>): string => `${one.reserved} ${one.shipped} ${one.restocked}`;

describe('a line wants (reserved, shipped, restocked)', () => {
  const rows: readonly Row[] = [
    ['placed', [5, 5, 5], {}, '5 0 0'],
    ['partly shipped', [5, 5, 3], { fulfilled: 2 }, '3 2 0'],
    ['shipped', [5, 5, 0], { fulfilled: 5 }, '0 5 0'],
    ['partly called off and restocked', [5, 3, 3], { CANCEL: 2 }, '3 0 0'],
    ['partly refunded without a restock: these are used up', [5, 3, 3], { NO_RESTOCK: 2 }, '3 2 0'],
    ['partly removed by an edit', [5, 3, 3], {}, '3 0 0'],
    ['removed by an edit', [5, 0, 0], {}, '0 0 0'],
    ['shipped, some refunded, and the buyer keeps them', [5, 3, 0], { fulfilled: 5, NO_RESTOCK: 2 }, '0 5 0'],
    ['shipped, some returned', [5, 3, 0], { fulfilled: 5, RETURN: 2 }, '0 5 2'],
    ['shipped in part, one of each kind refunded', [9, 5, 3], { fulfilled: 4, CANCEL: 1, NO_RESTOCK: 1, RETURN: 2 }, '3 5 2'],
    ['shipped, then called off as if it were not: it came back', [2, 1, 0], { fulfilled: 2, CANCEL: 1 }, '0 2 1'],
    ['not shipped, then returned as if it were: it never left', [2, 1, 1], { RETURN: 1 }, '1 0 0'],
    ['restocked long ago, not shipped', [2, 1, 1], { LEGACY_RESTOCK: 1 }, '1 0 0'],
    ['restocked long ago, shipped', [2, 1, 0], { fulfilled: 2, LEGACY_RESTOCK: 1 }, '0 2 1'],
    ['a tip, which nobody ships', [1, 1, 0], {}, '0 0 0'],
    ['a fulfillment was cancelled: its units are open again', [3, 3, 3], { fulfilled: 0 }, '3 0 0'],
    ['restocked long ago, and a shipped one refunded', [4, 1, 1], { fulfilled: 1, LEGACY_RESTOCK: 2, NO_RESTOCK: 1 }, '1 1 0'],
    ['called off between our reading of the line and of its refunds', [5, 5, 5], { CANCEL: 2 }, '3 0 0'],
    // Where `unfulfilledQuantity` counted refunded units too, nothing but the line between reserved and shipped would move.
    ['called off, still counted as unfulfilled', [5, 3, 5], { CANCEL: 2 }, '3 0 0'],
  ];
  test.each(rows)('%s', (_, counts, moved, wanted) => {
    expect(said(effect(counts, moved))).toBe(wanted);
  });

  test('nothing when its order is cancelled, but for what was not put back on sale and what had left', () => {
    expect(said(effect([5, 5, 5], {}, true))).toBe('0 0 0');
    expect(said(effect([5, 0, 0], { CANCEL: 5 }, true))).toBe('0 0 0');
    expect(said(effect([5, 0, 0], { NO_RESTOCK: 5 }, true))).toBe('0 5 0');
    expect(said(effect([5, 2, 0], { fulfilled: 2, CANCEL: 3 }, true))).toBe('0 2 0');
  });

  test.each<Row>([
    ['sent back, restocked, never refunded', [3, 1, 0], { fulfilled: 3, returns: [sentBack(2, 2)] }, '0 3 2'],
    ['sent back, on its way', [3, 3, 0], { fulfilled: 3, returns: [sentBack(2, 0)] }, '0 3 0'],
    ['sent back, not to be sold again', [3, 1, 0], { fulfilled: 3, returns: [sentBack(2, 0, { NO_RESTOCK: 2 })] }, '0 3 0'],
    ['restocked, then refunded', [3, 1, 0], { fulfilled: 3, returns: [sentBack(2, 2, { NO_RESTOCK: 2 })] }, '0 3 2'],
    ['restocked, and its refund says so again', [3, 1, 0], { fulfilled: 3, returns: [sentBack(2, 2, { RETURN: 2 })] }, '0 3 2'],
    ['its refund alone says so', [3, 1, 0], { fulfilled: 3, returns: [sentBack(2, 0, { RETURN: 1, NO_RESTOCK: 1 })] }, '0 3 1'],
    [
      'thrown away, and its refund calls it back',
      [3, 1, 0],
      { fulfilled: 3, returns: [sentBack(2, 1, { RETURN: 2 }, 2)] },
      '0 3 1',
    ],
    ['twice', [3, 0, 0], { fulfilled: 3, returns: [sentBack(1, 1, { RETURN: 1 }), sentBack(2, 1)] }, '0 3 2'],
    ['beside a refund of its own', [3, 1, 0], { fulfilled: 3, RETURN: 1, returns: [sentBack(1, 1)] }, '0 3 2'],
    [
      'restocked, and a unit that was not sent used up',
      [5, 3, 2],
      { fulfilled: 2, NO_RESTOCK: 1, returns: [sentBack(1, 1)] },
      '2 3 1',
    ],
    [
      'refunded as kept, and a unit taken off',
      [4, 2, 1],
      { fulfilled: 2, returns: [sentBack(1, 0, { NO_RESTOCK: 1 })] },
      '1 2 0',
    ],
  ])('of a return: %s', (_, counts, moved, wanted) => {
    expect(said(effect(counts, moved))).toBe(wanted);
  });

  const units = fc.integer({ min: -2, max: 9 });
  const refunded = fc.record({ NO_RESTOCK: units, CANCEL: units, RETURN: units, LEGACY_RESTOCK: units });
  const returns = fc.array(fc.record({ units, disposed: units, restocked: units, refunded }), { maxLength: 2 });

  test('never more than was ordered, and no unit comes back that had not left, whatever the platform counts', () => {
    fc.assert(
      fc.property(
        units,
        units,
        units,
        units,
        refunded,
        returns,
        fc.boolean(),
        (quantity, current, unfulfilled, fulfilled, back, sent, cancelled) => {
          const moved = { fulfilled, ...back, returns: sent };
          const { reserved, shipped, restocked } = effect([quantity, current, unfulfilled], moved, cancelled);
          for (const one of [reserved, shipped, restocked]) expect(one).toBeGreaterThanOrEqual(0);
          expect(reserved + shipped).toBeLessThanOrEqual(Math.max(0, quantity));
          expect(restocked).toBeLessThanOrEqual(shipped);
        },
      ),
    );
  });

  test('as many as the units that are open, gone and back, whatever has become of each', () => {
    // The last five went into a return: on sale again, without a refund, with one that is silent and with one that says so
    // too; thrown away; and called "returned" by the refund alone.
    const inReturn = ['exchanged', 'inspected', 'saidTwice', 'thrownAway', 'saidOnce'] as const;
    const fates = ['open', 'sent', 'kept', 'returned', 'cancelled', 'usedUp', 'removed', ...inReturn] as const;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fates), { maxLength: 14 }), (line) => {
        const count = (...of: (typeof fates)[number][]) => line.filter((fate) => of.includes(fate)).length;
        const counts = [line.length, count('open', 'sent'), count('open')] as const;
        const moved = {
          fulfilled: count('sent', 'kept', 'returned', ...inReturn),
          NO_RESTOCK: count('kept', 'usedUp'),
          RETURN: count('returned'),
          CANCEL: count('cancelled'),
          // What the refund alone calls returned is in a return whose goods were disposed of by nobody.
          returns: [
            sentBack(
              count('exchanged', 'inspected', 'saidTwice', 'thrownAway'),
              count('exchanged', 'inspected', 'saidTwice'),
              {
                NO_RESTOCK: count('inspected', 'thrownAway'),
                RETURN: count('saidTwice'),
              },
              count('exchanged', 'inspected', 'saidTwice', 'thrownAway'),
            ),
            sentBack(count('saidOnce'), 0, { RETURN: count('saidOnce') }),
          ],
        };
        expect(effect(counts, moved)).toEqual({
          reserved: count('open'),
          shipped: count('sent', 'kept', 'returned', 'usedUp', ...inReturn),
          restocked: count('returned', 'exchanged', 'inspected', 'saidTwice', 'saidOnce'),
        });
      }),
    );
  });
});
