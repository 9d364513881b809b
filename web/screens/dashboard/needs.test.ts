import { expect, test } from 'vitest';
import type { Store } from '~/api-model.ts';
import { needsOf } from './needs.ts';

const now = Date.parse('2026-11-21T08:00:00Z');
const counts = { listings: 9, linked: 9, unlinked: 0, ignored: 0, behind: 0, refused: 0, held: 0, notTracked: 0 };

const store = (change: Partial<Store>): Store =>
  ({
    id: 'store',
    name: 'Main Shop',
    status: 'active',
    lastError: null,
    scopesMissing: [],
    refreshExpiresAt: null,
    counts,
    ...change,
  }) as Store;

const nothing = {
  stores: [],
  oversold: 0,
  unlinked: 0,
  refusedShipments: 0,
  unexplained: 0,
  differences: 0,
  changeSets: [],
  now,
};
const told = (change: Partial<Parameters<typeof needsOf>[0]>) => needsOf({ ...nothing, ...change }).map(({ id }) => id);

test('where all is well nothing is asked of anybody', () => {
  expect(told({ stores: [store({})] })).toEqual([]);
});

test('what is wrong for buyers comes before what can wait', () => {
  const stores = [store({ id: 'a', counts: { ...counts, refused: 2 } }), store({ id: 'b', status: 'needs_reconnect' })];
  const changeSets = [
    { id: 'c', storeId: 'a', cause: 'rules', change: {}, importing: false, summary: { listings: 40 }, createdAt: '' },
  ];
  expect(told({ stores, oversold: 1, unlinked: 3, refusedShipments: 2, unexplained: 1, differences: 4, changeSets })).toEqual([
    'oversold',
    'refused shipments',
    'refused a',
    'reconnect b',
    'unlinked',
    'differences',
    'unexplained',
    'change c',
  ]);
});

test('a store that somebody disconnected asks for nothing', () => {
  expect(told({ stores: [store({ status: 'disconnected', counts: { ...counts, refused: 5 }, scopesMissing: ['x'] })] })).toEqual(
    [],
  );
});

test('an old error of a store that is paused is not told again; that it is paused is', () => {
  const lastError = { code: 'platform_unavailable', message: 'It did not answer.', at: '' };
  expect(told({ stores: [store({ lastError })] })).toEqual(['error store']);
  expect(told({ stores: [store({ lastError, status: 'paused' })] })).toEqual(['paused store']);
});

test('a permission that ends is told two weeks before, with the days that are left', () => {
  const ending = (refreshExpiresAt: string) => needsOf({ ...nothing, stores: [store({ refreshExpiresAt })] })[0]?.text;
  expect(ending('2026-11-24T09:00:00Z')).toBe('The permission of Main Shop ends in 3 days');
  expect(ending('2026-11-21T09:00:00Z')).toBe('The permission of Main Shop ends within a day');
  expect(ending('2026-12-21T09:00:00Z')).toBeUndefined();
});

test('a change that waits says what it is, and of how many listings', () => {
  const change = { rate: { base: 'USD', quote: 'VND', rate: '25000' } };
  const changeSets = [
    { id: 'c', storeId: null, cause: 'rate', change, importing: false, summary: { listings: 2 }, createdAt: '' },
  ];
  expect(needsOf({ ...nothing, changeSets })[0]?.text).toBe(
    'The rate 1 USD = 25000 VND: would change 2 listings, and waits for you',
  );
});

test('what is held back is told once: not where a change waits for approval of just these, nor of a paused store', () => {
  const stores = [store({ counts: { ...counts, held: 3 } })];
  const changeSets = [
    { id: 'c', storeId: 'store', cause: 'rules', change: {}, importing: false, summary: { listings: 2 }, createdAt: '' },
  ];
  expect(told({ stores })).toEqual(['held store']);
  expect(needsOf({ ...nothing, stores, changeSets })[0]?.text).toBe(
    '1 listing on Main Shop is held back: nothing is sent for it',
  );
  expect(told({ stores: [store({ status: 'paused', counts: { ...counts, held: 3 } })] })).toEqual(['paused store']);
});

test('an import that was approved and is under way asks for nothing', () => {
  const change = { storeId: null, cause: 'import', change: {}, summary: { file: 'a.csv', products: 2 }, createdAt: '' };
  const changeSets = [
    { ...change, id: 'waits', importing: false },
    { ...change, id: 'is imported', importing: true },
  ];
  expect(told({ changeSets })).toEqual(['change waits']);
});

test('what is asked about together is told of by its change alone', () => {
  const summary = { listings: 40, zeroed: 40, repriced: 2 };
  const changeSets = [{ id: 'c', storeId: 'store', cause: 'adoption', change: {}, importing: false, summary, createdAt: '' }];
  expect(told({ stores: [store({})], differences: 42, changeSets })).toEqual(['change c']);
  expect(needsOf({ ...nothing, stores: [store({})], differences: 43, changeSets }).map(({ text }) => text)).toEqual([
    '1 price or quantity was changed on a store: should it count?',
    'Very many figures changed at once on Main Shop: would change 40 listings, and waits for you',
  ]);
});
