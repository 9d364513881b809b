import { expect, test } from 'vitest';
import { jobPace } from './job-words.ts';

const now = Date.parse('2026-03-01T12:00:10Z');
const startedAt = '2026-03-01T12:00:00Z';

test.each([
  [{ itemsProcessed: 600, itemsTotal: 5_000, startedAt }, '600 of 5,000, 60 per second, 1 min 13 s left'],
  [{ itemsProcessed: 5_000, itemsTotal: 5_000, startedAt }, '5,000 of 5,000, 500 per second'],
  [{ itemsProcessed: 3, itemsTotal: 0, startedAt }, '3 so far, 18 per minute'],
  [{ itemsProcessed: 0, itemsTotal: 40, startedAt }, '0 of 40'],
  [{ itemsProcessed: 0, itemsTotal: 0, startedAt: null }, '0 so far'],
])('%o is told as "%s": nothing is claimed that is not known', (job, told) => {
  expect(jobPace(job, now)).toBe(told);
});
