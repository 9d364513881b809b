import { expect, test } from 'vitest';
import { coverageOf, coverageTable, neverRecorded, undeclared } from '#test/contracts/coverage.ts';
import type { Exchange } from '#test/contracts/record.ts';

const exchange = (path: string): Exchange => ({
  platform: 'any',
  direction: 'api',
  method: 'GET',
  url: new URL(`http://store.test/${path}`),
  requestHeaders: {},
  requestBody: '',
  status: 200,
  responseHeaders: {},
  responseBody: '',
  whole: true,
  scripted: false,
  app: { clientId: '', clientSecret: '', extra: {} },
});

const contract = {
  declared: { operations: ['products', 'prices'], errors: ['429'], topics: ['products/update'] },
  seen: ({ url }: Exchange) => ({
    operations: [url.pathname.slice(1)],
    errors: url.searchParams.getAll('error'),
    topics: url.searchParams.getAll('topic'),
  }),
};

const complete = ['products', 'prices?error=429', 'products?topic=products/update'].map(exchange);

test('a record in which everything occurs misses nothing', () => {
  const rows = coverageOf(contract, complete);
  expect(neverRecorded(rows)).toEqual([]);
  expect(undeclared(rows)).toEqual([]);
  expect(rows.find(({ name }) => name === 'products')?.recorded).toBe(2);
});

test('an operation, an error shape or a topic that never occurred is named', () => {
  expect(neverRecorded(coverageOf(contract, []))).toEqual([
    'operations: products',
    'operations: prices',
    'errors: 429',
    'topics: products/update',
  ]);
  const [first, , last] = complete;
  const rows = coverageOf(
    contract,
    [first, last].flatMap((one) => one ?? []),
  );
  expect(neverRecorded(rows)).toEqual(['operations: prices', 'errors: 429']);
  expect(coverageTable('any', rows)).toMatch(/operations +prices +0 +NEVER RECORDED/);
});

test('one that is new on a list is missed until it occurs', () => {
  const grown = { ...contract, declared: { ...contract.declared, operations: ['products', 'prices', 'orders'] } };
  expect(neverRecorded(coverageOf(grown, complete))).toEqual(['operations: orders']);
});

test('an operation whose answers were all scripted is missed, an error is not', () => {
  const scripted = complete.map((one) => ({ ...one, scripted: true }));
  expect(neverRecorded(coverageOf(contract, scripted))).toEqual([
    'operations: products',
    'operations: prices',
    'topics: products/update',
  ]);
});

test('one that occurs without standing on a list is named, but for errors', () => {
  const rows = coverageOf(contract, [...complete, exchange('orders?error=500&topic=orders/create')]);
  expect(undeclared(rows)).toEqual(['operations: orders', 'topics: orders/create']);
});
