import { expect, test } from 'vitest';
import type { Drift } from '~/api-model/drifts.ts';
import { causeSentence, effectOf, effectOfMany, nameOf, openDecisions } from './drift-words.ts';

const drift = (change: Partial<Drift>): Drift => ({
  ...{ id: 'd', storeId: 's', listingId: 'l', variantId: 'v', title: 'Tea', variantTitle: 'Tea', sku: 'T', imageUrl: null },
  ...{ field: 'quantity', currency: '', expected: '5', found: '9', cause: 'edited', state: 'waiting', seenAt: '' },
  ...{ settledAt: null, settledBy: null, canDecide: true },
  ...change,
});

test('a quantity says by how many units the stock changes, and that it does not where ours stands', () => {
  expect(effectOf(drift({}), 'take_over', 'Shop')).toBe('4 units are added to your stock, and every store follows.');
  expect(effectOf(drift({ found: '4' }), 'take_over', 'Shop')).toBe('1 unit is taken off your stock, and every store follows.');
  expect(effectOf(drift({}), 'put_back', 'Shop')).toBe('Your stock stays as it is. Shop shows your quantity again already.');
  expect(effectOf(drift({ found: '3' }), 'put_back', 'Shop')).toContain('The 2 units kept back for now are for sale again');
});

test('what was taken over says how it is taken back', () => {
  expect(effectOf(drift({ state: 'taken_over' }), 'put_back', 'Shop')).toContain('4 units that were added are taken off');
  const price = drift({ field: 'price', currency: 'USD', expected: '5.00', found: '9.50', state: 'taken_over' });
  expect(effectOf(price, 'put_back', 'Shop')).toBe(
    'The listing loses its own price of $9.50: Shop gets yours again and follows it.',
  );
});

test('a price of theirs stands on its listing alone', () => {
  const price = drift({ field: 'price', currency: 'USD', expected: '5.00', found: '9.50' });
  expect(effectOf(price, 'take_over', 'Shop')).toContain('$9.50 stands on this listing alone');
  expect(effectOf(price, 'put_back', 'Shop')).toBe('Shop gets your price again: $5.00 when this was seen.');
});

test('of very many at once the sentence says that nothing was taken over, and what a decision does to the product', () => {
  const price = drift({ field: 'price', currency: 'USD', expected: '5.00', found: '9.50', cause: 'too_many' });
  const gone = drift({ found: '0', cause: 'too_many' });
  expect(causeSentence(gone)).toBe('Very many were set to 0 there within an hour; nothing of it is taken over until you decide');
  expect(causeSentence({ ...price, state: 'put_back' })).toBe('Very many prices were changed there within an hour');
  expect(causeSentence(drift({}))).toBe('Edited there');
  expect(effectOf(gone, 'put_back', 'Shop')).toBe('Your stock stays as it is. Shop gets your quantity again.');
  expect(effectOf(price, 'take_over', 'Shop')).toBe('$9.50 becomes the price of the product, and every store follows.');
  expect(effectOf({ ...price, state: 'taken_over' }, 'put_back', 'Shop')).toContain('priced $5.00 again');
  expect(effectOfMany([price, price], 'take_over')).toEqual([
    "2 prices of theirs become the product's own, and every store follows.",
  ]);
});

test('many are summed up: what is added and taken off is not set against each other', () => {
  const many = [drift({}), drift({ found: '2' }), drift({ field: 'price', currency: 'USD' })];
  expect(effectOfMany(many, 'take_over')).toEqual([
    '4 units in all are added to your stock.',
    '3 units in all are taken off your stock.',
    '1 price of theirs stands on the listing alone; your own and other stores stay as they are.',
  ]);
  expect(effectOfMany([drift({ state: 'taken_over' }), drift({})], 'put_back')).toEqual([
    '4 units in all are taken off your stock.',
    'Of 1 quantity your stock stays as it is; units kept back are for sale again.',
  ]);
});

test('only what is not so already can be decided, and nothing that orders or a later change have overtaken', () => {
  expect(openDecisions({ state: 'waiting', canDecide: true })).toEqual(['put_back', 'take_over']);
  expect(openDecisions({ state: 'put_back', canDecide: true })).toEqual(['take_over']);
  expect(openDecisions({ state: 'taken_over', canDecide: true })).toEqual(['put_back']);
  expect(openDecisions({ state: 'waiting', canDecide: false })).toEqual([]);
  expect(openDecisions({ state: 'explained', canDecide: true })).toEqual([]);
});

test('a variant is named once where it is called as its product', () => {
  expect([nameOf(drift({})), nameOf(drift({ variantTitle: 'Green' }))]).toEqual(['Tea', 'Tea / Green']);
});
