import { expect, test } from 'vitest';
import { capitalized, changeName } from '~/screens/activity/change-name.ts';

const named = (cause: string, change: Record<string, unknown>, storeId: string | null = null) =>
  changeName({ cause, storeId, change, summary: { products: 3, linked: 2 } }, storeId === null ? undefined : 'Blue');
const settings = (of: Record<string, unknown>) => ({ patch: { settings: of } });

test.each([
  ['the rate 1 EUR = 25400 VND', named('rate', { rate: { base: 'EUR', quote: 'VND', rate: '25400' } })],
  ['closing Barn', named('location', { location: { name: 'Barn', change: { isActive: false } } })],
  ['opening Barn again', named('location', { location: { name: 'Barn', change: { isActive: true } } })],
  [
    'Barn as the default location',
    named('location', { location: { name: 'Barn', change: { isActive: true, isDefault: true } } }),
  ],
  ['who counts Barn', named('location', { location: { name: 'Barn', change: { name: 'Barn', ownerStoreId: null } } })],
  ['other locations of Blue', named('rules', settings({ locationIds: ['x'], locationMap: {} }), 's')],
  ['other locations of Blue', named('rules', settings({ emptyPlaces: ['x'] }), 's')],
  ['other locations of Blue', named('rules', settings({ remoteLocationId: '1' }), 's')],
  ['other feeding locations of Blue', named('rules', settings({ locationIds: null }), 's')],
  ['new rules and feeding locations of Blue', named('rules', settings({ locationIds: null, stockRule: null }), 's')],
  ['new rules of Blue', named('rules', settings({ priceRule: null }), 's')],
  ['new rules of the organization', named('rules', { rules: {} })],
  ['prices of Blue', named('prices', {}, 's')],
  ['very many figures changed at once on Blue', named('adoption', {}, 's')],
  ['import of 3 products', named('import', {})],
  [
    'import of spring.csv, 3 products',
    changeName({ cause: 'import', storeId: null, change: {}, summary: { file: 'spring.csv', products: 3 } }, undefined),
  ],
  ['2 listings linked at once', named('links', {})],
])('a bulk change is told as: %s', (expected, told) => expect(told).toBe(expected));

test('a change of a store that is gone is still told', () =>
  expect(changeName({ cause: 'rules', storeId: 's', change: {}, summary: {} }, undefined)).toBe(
    'new rules of a store that is gone',
  ));

test('at the beginning of a line it begins with a capital', () => expect(capitalized('closing Barn')).toBe('Closing Barn'));
