import { expect, test } from 'vitest';
import { addDays, dayIn, daysUntil, rangeWords } from './days.ts';

test('it is another day in Hanoi than in New York', () => {
  const moment = new Date('2026-11-20T20:00:00Z');
  expect(dayIn('Asia/Ho_Chi_Minh', moment)).toBe('2026-11-21');
  expect(dayIn('America/New_York', moment)).toBe('2026-11-20');
  expect(dayIn('Nowhere/Land', moment)).toBe('2026-11-20');
});

test('days are counted over the ends of months and years, and where clocks are changed', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
  expect(daysUntil('2026-03-30', 3)).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
});

test('a range of days is called what a person calls it', () => {
  const today = '2026-11-21';
  expect(rangeWords(undefined, undefined, today)).toBeNull();
  expect(rangeWords(today, undefined, today)).toBe('Today');
  expect(rangeWords('2026-11-15', undefined, today)).toBe('Last 7 days');
  expect(rangeWords('2026-11-10', today, today)).toBe('Since Nov 10');
  expect(rangeWords(undefined, '2026-11-10', today)).toBe('Until Nov 10');
  expect(rangeWords('2026-11-01', '2026-11-10', today)).toBe('Nov 1 to Nov 10');
  expect(rangeWords('2026-11-01', '2026-11-01', today)).toBe('Nov 1');
});
