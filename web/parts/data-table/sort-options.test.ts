import { expect, test } from 'vitest';
import { sortOptions } from './sort-options.ts';

test('each way in which the API sorts is offered once, under its column’s name', () => {
  expect(
    sortOptions([
      { header: 'Placed', meta: { sort: { up: 'placedAt', down: '-placedAt' } } },
      { header: () => 'a picture', meta: { name: 'Total', sort: { down: '-total' } } },
      { header: 'Buyer', meta: {} },
      { header: () => 'nameless', meta: { sort: { up: 'x' } } },
    ]),
  ).toEqual([
    { value: 'placedAt', label: 'Placed ↑' },
    { value: '-placedAt', label: 'Placed ↓' },
    { value: '-total', label: 'Total ↓' },
  ]);
});
