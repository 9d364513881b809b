import { expect, test } from 'vitest';
import { unitsToShip } from '#orders/shippable.ts';

const item = { platformItemId: 'a', reserved: 3, fulfilledBy: 'seller', vanished: false } as const;

test.each([
  ['all that is reserved', item, 0, 3],
  ['less what shipments cover', item, 2, 1],
  ['never fewer than none', item, 5, 0],
  ['nothing that the platform ships itself', { ...item, fulfilledBy: 'platform' as const }, 0, 0],
  ['nothing of a line that is gone', { ...item, vanished: true }, 0, 0],
])('to be reported: %s', (_, wanted, covered, units) => {
  expect(unitsToShip(wanted, new Map([['a', covered]]))).toBe(units);
});
