import { expect } from 'vitest';
import { type Books, itemsOffTheirLedger, levelsOffTheirCauses, ordersOffTheirBookings } from './causes.ts';

/** Stock, orders and levels each follow from what they rest on. */
export async function expectBooks(test: Books): Promise<void> {
  expect(await itemsOffTheirLedger(test), 'I1').toEqual([]);
  expect(await ordersOffTheirBookings(test), 'I2').toEqual([]);
  expect(await levelsOffTheirCauses(test), 'I5').toEqual([]);
}
