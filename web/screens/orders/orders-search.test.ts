import { expect, test } from 'vitest';
import { isFiltered, orderFilters, readOrdersSearch, sortOf, withoutFilters } from './orders-search.ts';

test('an address with nothing, or with nonsense, shows what is to be shipped, the longest waiting first', () => {
  for (const search of [{}, { view: 'no', status: 'no', from: '2026-02-31', to: 7, sort: 'no' }]) {
    const read = readOrdersSearch(search);
    expect(read).toEqual({});
    expect(sortOf(read)).toBe('placedAt');
    expect(orderFilters(read)).toMatchObject({ status: 'open,partially_shipped', attention: undefined });
  }
});

test('each view asks for what its name says, and a chosen status only where the view leaves it open', () => {
  expect(orderFilters({ view: 'unpaid', status: 'shipped' })).toMatchObject({ status: 'unpaid' });
  expect(orderFilters({ view: 'all', status: 'shipped' })).toMatchObject({ status: 'shipped', attention: undefined });
  expect(orderFilters({ view: 'attention' })).toMatchObject({ attention: 'any' });
  expect(orderFilters({ view: 'attention', attention: 'oversold' })).toMatchObject({ attention: 'oversold' });
});

test('clearing the filters keeps the view, the order of the rows and the open sheet', () => {
  const search = readOrdersSearch({ view: 'all', q: 1001, tag: 'gift', sort: '-total', order: 'a', from: '2026-11-01' });
  expect(isFiltered(search)).toBe(true);
  expect(withoutFilters(search)).toEqual({ view: 'all', sort: '-total', order: 'a' });
  expect(isFiltered(withoutFilters(search))).toBe(false);
});

test('the payment narrows every view but that of unpaid orders, which is one of payments itself', () => {
  expect(orderFilters(readOrdersSearch({ view: 'all', payment: 'refunded' }))).toMatchObject({ financialStatus: 'refunded' });
  expect(orderFilters(readOrdersSearch({ view: 'unpaid', payment: 'refunded' })).financialStatus).toBeUndefined();
  expect(readOrdersSearch({ payment: 'gold' })).toEqual({});
});
