import { expect, test } from 'vitest';
import { brakeLimit, brakeWords } from '~/parts/rules/brake.ts';

test.each([
  ['the number, where it is the smaller one', 200, 50, 1000, 200, '200'],
  ['the share, where it is', 200, 50, 150, 75, '50 % of them'],
  ['ten, where the share would be fewer', 200, 50, 14, 10, '10'],
  ['the number below ten', 3, 50, 14, 3, '3'],
  ['the number, where no share counts', 2000, null, 14, 2000, '2,000'],
])('%s', (_, brakeListings, brakePercent, linked, limit, most) => {
  const brake = { brakeListings, brakePercent };
  expect(brakeLimit(brake, linked)).toBe(limit);
  expect(brakeWords(brake, linked)).toBe(`That is more than ${most}: it waits under Activity for a person.`);
});
