import { expect, test } from 'vitest';
import type { Listing, ListingSettings, Store } from '~/api-model.ts';
import { formOfListing, patchOf } from './listing-form.ts';

const store = {
  settings: {
    priceRule: { steps: [{ kind: 'percent', percent: 10 }], rounding: { kind: 'none' } },
    stockRule: { buffer: 2, percent: 100, cap: null },
  },
} as Pick<Store, 'settings'>;

const listing = (settings: ListingSettings) =>
  ({ settings, syncPrice: true, syncInventory: false, price: { desired: '11.00', remote: '10.00' } }) as Listing;

const none = { priceRule: null, priceOverride: null, stockRule: null, syncIntervalSeconds: null };

test('a link that follows its store says so, and saving changes nothing', () => {
  const form = formOfListing(listing({}), store);
  expect(form).toMatchObject({ priceBy: 'store', stockBy: 'store', schedule: '', fixedPrice: '11.00', buffer: '2' });
  expect(patchOf(form)).toEqual({ syncPrice: true, syncInventory: false, settings: none });
});

test.each<[string, ListingSettings]>([
  ['a rule for the price', { priceRule: { steps: [{ kind: 'fixed', amount: '1.00' }], rounding: { kind: 'none' } } }],
  ['a fixed price', { priceOverride: '9.90' }],
  ['a rule for the stock', { stockRule: { buffer: 0, percent: 50, cap: 3 } }],
  ['a schedule', { syncIntervalSeconds: 3600 }],
])('%s of its own survives the way through the form', (_, settings) => {
  expect(patchOf(formOfListing(listing(settings), store)).settings).toEqual({ ...none, ...settings });
});

test('back to the store takes the own rule away', () => {
  const form = formOfListing(listing({ priceOverride: '9.90', stockRule: { buffer: 0, percent: 50, cap: 3 } }), store);
  expect(patchOf({ ...form, priceBy: 'store', stockBy: 'store' }).settings).toEqual(none);
});
