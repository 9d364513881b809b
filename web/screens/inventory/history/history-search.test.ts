import { expect, test } from 'vitest';
import { historyFilters, isFiltered, readHistorySearch, withoutFilters } from './history-search.ts';

test('an address says what is asked for; what is not known is left out', () => {
  const search = readHistorySearch({
    q: 'PO 7',
    kind: 'receipt',
    by: 'nobody',
    from: '2026-02-31',
    to: '2026-03-01',
    storeId: 's',
    sort: 'x',
  });
  expect(historyFilters(search)).toEqual({ q: 'PO 7', storeId: 's', type: 'receipt', to: '2026-03-01' });
  expect([search.by, search.from, search.sort]).toEqual([undefined, undefined, undefined]);
});

test('what was taken back is of any kind', () => {
  expect(historyFilters(readHistorySearch({ kind: 'reversal' }))).toEqual({ documentKind: 'reversal' });
});

test('clearing the filters keeps the order of the rows', () => {
  const search = readHistorySearch({ q: 'x', sort: 'createdAt', locationId: 'l', storeId: 's' });
  expect(isFiltered(search)).toBe(true);
  expect(isFiltered(readHistorySearch({ storeId: 's' }))).toBe(true);
  expect(withoutFilters(search)).toEqual({ sort: 'createdAt' });
  expect(isFiltered(withoutFilters(search))).toBe(false);
});
