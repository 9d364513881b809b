import { expect, test } from 'vitest';
import { addressLines, bookingWords, firstCountWords, itemName, itemsLine, parkedStep } from './order-words.ts';

test('an item is called by its product and what tells it apart, never "Default Title"', () => {
  expect(itemName({ title: 'Blue Shirt', variantTitle: 'M' })).toBe('Blue Shirt / M');
  expect(itemName({ title: 'Lamp', variantTitle: 'Default Title' })).toBe('Lamp');
  expect(itemName({ title: 'Lamp', variantTitle: '' })).toBe('Lamp');
});

test('a line of items names the first ones, how many of each, and how many kinds are not named', () => {
  const firstItems = [
    { title: 'Blue Shirt', variantTitle: 'M', quantity: 2 },
    { title: 'Hat', variantTitle: '', quantity: 1 },
  ];
  expect(itemsLine({ firstItems, itemCount: 2 })).toBe('2 × Blue Shirt / M, Hat');
  expect(itemsLine({ firstItems, itemCount: 7 })).toBe('2 × Blue Shirt / M, Hat and 5 more');
  expect(itemsLine({ firstItems: [], itemCount: 0 })).toBe('No items');
});

const nobody = {
  name: '',
  company: '',
  line1: '',
  line2: '',
  city: '',
  region: '',
  postalCode: '',
  countryCode: '',
  phone: '',
};

test('an address has no empty lines, and names the country', () => {
  expect(
    addressLines({ ...nobody, name: 'Ánh', line1: '12 Hàng Bông', city: 'Hà Nội', postalCode: '100000', countryCode: 'VN' }),
  ).toEqual(['Ánh', '12 Hàng Bông', '100000 Hà Nội', 'Vietnam']);
  expect(addressLines(nobody)).toEqual([]);
});

test('a country code that nobody knows stays as it is, and breaks nothing', () => {
  expect(addressLines({ ...nobody, countryCode: 'XQ' })).toEqual(['XQ']);
  expect(addressLines({ ...nobody, countryCode: 'Viet Nam' })).toEqual(['Viet Nam']);
});

test('only what a person can end leads anywhere', () => {
  const item = { sku: 'A', title: 'A', productId: 'p', listingId: 'l' };
  expect(parkedStep('unlinked', item)?.place).toBe('links');
  expect(parkedStep('unlinked', { ...item, listingId: null })).toBeNull();
  expect(parkedStep('not_counted', item)?.place).toBe('inventory');
  expect(parkedStep('owner_counts', item)).toBeNull();
  expect(parkedStep('platform_fulfils', item)).toBeNull();
});

test('bookings are told place by place, and zeros are not told', () => {
  const at = (locationName: string, reserved: number, shipped: number, restocked: number) => ({
    locationId: locationName,
    locationName,
    reserved,
    shipped,
    restocked,
  });
  expect(bookingWords({ bookings: [at('Hanoi', 2, 0, 0), at('Main', 0, 1, 1)] })).toEqual([
    '2 reserved in Hanoi',
    '1 shipped from Main',
    '1 returned to Main',
  ]);
});

test('an item that is older than the first count says how much of it the count leaves out', () => {
  expect(firstCountWords({ unitsInFirstCount: 1, quantity: 1 })).toContain('was made without it, so nothing more');
  expect(firstCountWords({ unitsInFirstCount: 3, quantity: 3 })).toContain('was made without them, so');
  expect(firstCountWords({ unitsInFirstCount: 2, quantity: 5 })).toContain('was made without 2 of 5, so');
});
