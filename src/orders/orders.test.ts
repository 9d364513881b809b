import { describe, expect, test } from 'vitest';
import type { OrderStatus } from '#connectors/order.ts';
import { orderStatuses, orderTransitions, transitionBy } from '#orders/orders.ts';
import { type Before, snapshotEvents } from '#orders/snapshot-events.ts';
import { remoteOrder } from '#test/remote-order.ts';

const at = new Date('2026-05-01T10:00:00Z');
/** What an order's timeline tells of a step. */
const told = (from: OrderStatus, to: OrderStatus) => {
  const before: Before = { status: from, financial_status: 'paid', refunded: '0', items: [] };
  return snapshotEvents('id', remoteOrder('A', at, []), to, before).map(({ code, parameters }) => [code, parameters]);
};
const all = orderStatuses.flatMap((from) => orderStatuses.map((to) => [from, to] as const));

describe('the life of an order', () => {
  test('goes on to every later status, however much of it was not seen, and to its cancellation from each', () => {
    const line = orderStatuses.filter((status) => status !== 'cancelled');
    const steps = line.flatMap((from, at) => [...line.slice(at + 1), 'cancelled' as const].map((to) => [from, to] as const));
    expect(steps.filter(([from, to]) => transitionBy(from, to) === null)).toEqual([]);
  });

  test('ends with its cancellation, and nothing becomes what it is', () => {
    expect(orderTransitions.cancelled).toEqual({});
    expect(orderStatuses.filter((status) => transitionBy(status, status) !== null)).toEqual([]);
  });

  test.each(all.filter(([from, to]) => transitionBy(from, to) !== null))(
    '%s -> %s is told with what it came by',
    (before, to) => {
      expect(told(before, to)).toEqual([[`became_${to}`, { before, by: transitionBy(before, to) }]]);
    },
  );

  test.each(all.filter(([from, to]) => from !== to && transitionBy(from, to) === null))(
    '%s -> %s is not refused, and told as unusual',
    (before, to) => {
      expect(told(before, to)).toEqual([
        [`became_${to}`, { before }],
        ['unusual_step', { before, after: to, was: before.replaceAll('_', ' ') }],
      ]);
    },
  );
});
