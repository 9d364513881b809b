import { expect, test } from 'vitest';
import { duration, exactTime, relativeTime } from './relative-time.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

test.each([
  ['2026-03-01T11:59:58Z', 'just now'],
  ['2026-03-01T12:00:30Z', 'in a moment'],
  ['2026-03-01T11:56:00Z', '4 min. ago'],
  ['2026-03-01T09:30:00Z', '2 hr. ago'],
  ['2026-02-28T11:00:00Z', 'yesterday'],
  ['2026-03-05T12:00:00Z', 'in 4 days'],
  ['2024-02-01T00:00:00Z', '2 yr. ago'],
])('%s is told as %s, rounded towards the present', (at, told) => {
  expect(relativeTime(at, now)).toBe(told);
});

test('an exact time says by which clock it is told', () => {
  expect(exactTime('2026-03-01T07:02:11Z', 'Asia/Ho_Chi_Minh')).toBe('Mar 1, 2026, 14:02:11 GMT+7');
  expect(exactTime('2026-03-01T00:00:00Z', 'UTC')).toBe('Mar 1, 2026, 00:00:00 UTC');
});

test.each([
  [420, '0.4 s'],
  [59_000, '59 s'],
  [90_000, '1 min 30 s'],
  [3_900_000, '1 h 5 min'],
  [12, '0.1 s'],
  [119_700, '1 min 59 s'],
])('%i ms is told as %s', (milliseconds, told) => {
  expect(duration(milliseconds)).toBe(told);
});
