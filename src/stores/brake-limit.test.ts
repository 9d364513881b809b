import { expect, test } from 'vitest';
import { brakeLimit } from '#stores/brake-limit.ts';

test.each([
  ['a small store is changed whole', { brakeListings: 200 }, 10, 10],
  ['half of a store that is somewhat larger', { brakeListings: 200 }, 150, 75],
  ['the number, where it is the smaller one', { brakeListings: 200 }, 1000, 200],
  ['a share of its own, rounded down', { brakeListings: 200, brakePercent: 33 }, 100, 33],
  ['the share does not count below ten listings', { brakeListings: 200, brakePercent: 1 }, 100, 10],
  ['a number below ten counts', { brakeListings: 3, brakePercent: 1 }, 100, 3],
  ['all of it', { brakeListings: 200, brakePercent: 100 }, 150, 150],
  ['no share at all', { brakeListings: 200, brakePercent: null }, 150, 200],
])('%s', (_, settings, linked, limit) => expect(brakeLimit(settings, linked)).toBe(limit));
