import { expect, test } from 'vitest';
import { localMoment, readMoment } from './count-moment.ts';

const now = new Date(2026, 2, 9, 14, 5, 30);

test('a moment survives the field, to the minute', () => {
  expect(localMoment(now)).toBe('2026-03-09T14:05');
  expect(readMoment('2026-03-09T14:05', now, new Date(0))).toEqual({ since: new Date(2026, 2, 9, 14, 5).toISOString() });
});

test('a moment that was not changed stays exact: seconds before it are not after it', () => {
  const began = new Date(2026, 2, 9, 14, 3, 41, 250);
  expect(readMoment(localMoment(began), now, began)).toEqual({ since: began.toISOString() });
  expect(readMoment('2026-03-09T14:02', now, began)).toEqual({ since: new Date(2026, 2, 9, 14, 2).toISOString() });
});

test.each([
  ['', 'Say when'],
  ['soon', 'Say when'],
  ['2026-03-09T14:06', 'later than now'],
  ['2026-01-09T14:06', 'At most 31 days'],
])('"%s" is refused with the rule', (typed, sentence) => {
  expect(readMoment(typed, now, new Date(0))).toEqual({ problem: expect.stringContaining(sentence) });
});
