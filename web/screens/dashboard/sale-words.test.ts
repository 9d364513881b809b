import { expect, test } from 'vitest';
import { saleWords, soldWords } from './sale-words.ts';

test('how long a sale takes to show on another store is told as two figures', () => {
  expect(saleWords({ saleP50Ms: 1200, saleP95Ms: 72_000 })).toBe(
    'Sales on other stores: half show here in 1.2 s, 95 of 100 in 1 min 12 s',
  );
});

test('of how many sales the figures are is told, and that there was none', () => {
  expect([0, 1, 12].map((soldCount) => soldWords({ soldCount }))).toEqual([
    'No sale here that another store had to follow',
    '1 sale here, to all others',
    '12 sales here, to all others',
  ]);
});

test('where nothing was sold elsewhere there is no figure, and no zero', () => {
  expect(saleWords({ saleP50Ms: null, saleP95Ms: null })).toBe('No sale on another store to follow yet');
});
