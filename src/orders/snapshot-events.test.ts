import { expect, test } from 'vitest';
import type { RemoteOrder } from '#connectors/order.ts';
import { type Before, snapshotEvents } from '#orders/snapshot-events.ts';
import { type OrderedItem, remoteOrder } from '#test/remote-order.ts';

const at = new Date('2026-05-01T10:00:00Z');
const known: Before = {
  status: 'open',
  financial_status: 'paid',
  refunded: '0.0000',
  items: [{ id: 'shirt', title: 'Good shirt', quantity: 2 }],
};
const twoShirts: OrderedItem = { variantId: 'shirt', quantity: 2 };
const eventsOf = (items: readonly OrderedItem[], change: Partial<RemoteOrder> = {}, before: Before | null = known) =>
  snapshotEvents('id', remoteOrder('A', at, items, change), 'open', before).map(({ code, parameters }) => [code, parameters]);
const money = (refunded: string) => ({ totals: { ...remoteOrder('A', at, []).totals, refunded } });

test('a snapshot that says the same tells nothing', () => {
  expect(eventsOf([twoShirts])).toEqual([]);
  expect(eventsOf([twoShirts], money('0'))).toEqual([]);
});

test('money given back is told by what was added to it; less of it than before is no news', () => {
  const before = { ...known, financial_status: 'partially_refunded' as const, refunded: '3.0000' };
  const change = { financialStatus: 'partially_refunded' as const };
  expect(eventsOf([twoShirts], { ...change, ...money('5.5') }, before)).toEqual([
    ['refunded', { amount: '2.50', currency: 'USD' }],
  ]);
  expect(eventsOf([twoShirts], { ...change, ...money('1') }, before)).toEqual([]);
});

test('a refund of which no amount is told is told by the payment', () => {
  expect(eventsOf([twoShirts], { financialStatus: 'refunded' })).toEqual([['payment_refunded', { before: 'paid' }]]);
});

test('an order that was refunded before it was seen says so', () => {
  expect(eventsOf([twoShirts], money('2'), null).map(([code]) => code)).toEqual(['placed', 'refunded']);
});

test('very many changed lines are told as their number', () => {
  const many = Array.from({ length: 21 }, (_, n) => ({ variantId: `v${n}` }));
  expect(eventsOf([twoShirts, ...many.slice(1)]).map(([code]) => code)).toEqual(Array(20).fill('line_added'));
  expect(eventsOf([twoShirts, ...many])).toEqual([['lines_changed', { lines: 21 }]]);
});
