import { expect, test } from 'vitest';
import { guessCurrency } from './places-and-currencies.ts';

test.each([
  ['en-US', 'Asia/Ho_Chi_Minh', 'VND'],
  ['de-AT', 'Europe/Vienna', 'EUR'],
  ['en', 'Etc/Unknown', 'USD'],
])('a browser in %s at %s begins with %s', (language, timezone, currency) => {
  expect(guessCurrency(language, timezone)).toBe(currency);
});
