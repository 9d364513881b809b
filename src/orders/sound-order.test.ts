import { describe, expect, test } from 'vitest';
import { secondsAfter } from '#base/clock.ts';
import { soundMoment, soundOrder } from '#orders/sound-order.ts';
import { remoteOrder } from '#test/remote-order.ts';

const readAt = new Date('2026-03-01T12:00:00Z');
const datedAt = (seconds: number) => soundMoment(remoteOrder('A', secondsAfter(readAt, seconds), []), readAt).updatedAt;

describe('the moment of a snapshot', () => {
  test.each([-86_400, 0, 1, 300])('%i seconds after our clock is what the platform says: clocks differ', (seconds) =>
    expect(datedAt(seconds)).toBe(secondsAfter(readAt, seconds).toISOString()),
  );

  test.each([300.001, 86_400, 400 * 86_400])('%d seconds ahead of our clock is the moment at which it is read', (seconds) =>
    expect(datedAt(seconds)).toBe(readAt.toISOString()),
  );
});

test('a line that is told twice counts once, as it is told last, and wants nothing that cannot be', () => {
  const twice = [
    { variantId: 'v', id: 'line', effect: { reserved: 1 } },
    { variantId: 'v', id: 'line', effect: { reserved: -1, shipped: 2, restocked: 3 } },
  ];
  const { items } = soundOrder(remoteOrder('A', readAt, twice));
  expect(items).toMatchObject([{ id: 'line', effect: { reserved: 0, shipped: 2, restocked: 2 } }]);
});
