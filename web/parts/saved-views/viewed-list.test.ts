import { describe, expect, test } from 'vitest';
import { viewedInventory } from '~/screens/inventory/inventory-views.ts';
import { viewedOrders } from '~/screens/orders/orders-views.ts';
import { viewedLinks } from '~/screens/product-links/product-links-views.ts';
import { viewedProducts } from '~/screens/products/products-views.ts';
import { isShowing, namesGone, savedOf, searchOf } from './viewed-list.ts';

const stores = [{ id: 'main' }, { id: 'outlet' }];
const given = (search: object): object => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));

describe('what is saved', () => {
  test('is the tab, the filters and the sort, and not what is open over the list', () => {
    expect(savedOf(viewedOrders, { view: 'all', q: '1001', tag: 'gift', sort: '-total', order: 'open' })).toEqual({
      ...{ view: 'all', q: '1001', tag: 'gift', sort: '-total' },
    });
    expect(savedOf(viewedProducts, { state: 'refused', product: 'open' })).toEqual({ state: 'refused', sort: 'title' });
    expect(savedOf(viewedLinks, { q: 'lantern', listing: 'open' })).toEqual({ q: 'lantern', tab: 'linked' });
    expect(savedOf(viewedInventory, { state: 'low', variant: 'open', locations: 'open' })).toEqual({ state: 'low' });
  });

  test('says what holds by itself, so that it stays what it was', () => {
    expect(savedOf(viewedOrders, { q: 'x' })).toEqual({ q: 'x', view: 'to_ship', sort: 'placedAt' });
    expect(savedOf(viewedInventory, { low: 'true' })).toEqual({ state: 'low' });
  });

  test('leaves out a state that the tab does not show', () => {
    expect(savedOf(viewedLinks, { tab: 'ignored', q: 'x', state: 'held' })).toEqual({ tab: 'ignored', q: 'x' });
  });

  test.each([
    [viewedOrders, { view: 'all', sort: '-total', order: 'open' }, { tag: 'gift' }],
    [viewedProducts, { sort: '-updatedAt', product: 'open' }, { q: 'x' }],
    [viewedLinks, { tab: 'ignored', state: 'held', sort: 'title' }, { storeId: 'main' }],
    [viewedInventory, { sort: 'available', locations: 'open' }, { low: 'true' }],
  ] as const)('a tab and a sort alone are nothing to save (%#)', (list, plain, filtered) => {
    // Each list with searches of its own.
    const isFiltered = list.isFiltered as (search: object) => boolean;
    expect([isFiltered({}), isFiltered(plain), isFiltered({ ...plain, ...filtered })]).toEqual([false, false, true]);
  });
});

describe('opening a view', () => {
  test('gives every parameter of the list, so that none of those before stays', () => {
    const search = searchOf(viewedOrders, { view: 'unpaid', tag: 'gift' }, { storeId: stores });
    expect(search).toEqual({ view: 'unpaid', tag: 'gift', sort: 'placedAt' });
    const parameters = ['view', 'q', 'storeId', 'status', 'payment', 'attention', 'tag', 'from', 'to', 'sort', 'order'];
    expect(Object.keys(search).sort()).toEqual(parameters.sort());
  });

  test('drops what the list does not know, an old word, another kind of value and the row that was open', () => {
    const old = {
      ...{ view: 'everything', status: ['open'], colour: 'red', from: '2026-02-31', payment: 'paid', sort: 'buyer' },
      ...{ order: 'open', q: 1001, tag: true },
    };
    expect(given(searchOf(viewedOrders, old, {}))).toEqual({ view: 'to_ship', payment: 'paid', q: '1001', sort: 'placedAt' });
    expect(given(searchOf(viewedProducts, { state: 'blue', product: 'open' }, {}))).toEqual({ sort: 'title' });
  });

  test('of a store that is gone shows the rest, and says so', () => {
    const view = { view: 'all', storeId: 'gone', tag: 'gift' };
    expect(given(searchOf(viewedOrders, view, { storeId: stores }))).toEqual({ view: 'all', tag: 'gift', sort: '-placedAt' });
    expect([namesGone(view, { storeId: stores }), namesGone({ ...view, storeId: 'main' }, { storeId: stores })]).toEqual([
      true,
      false,
    ]);
    expect(given(searchOf(viewedInventory, { locationId: 'gone', state: 'low' }, { locationId: [] }))).toEqual({ state: 'low' });
  });

  test('keeps the store while it is not known yet which there are', () => {
    const view = { storeId: 'main', q: 'x' };
    for (const known of [{}, { storeId: undefined }, { locationId: [] }]) {
      expect(searchOf(viewedProducts, view, known)).toMatchObject(view);
      expect(namesGone(view, known)).toBe(false);
    }
  });
});

describe('the view that is shown', () => {
  const view = { view: 'to_ship', tag: 'gift', storeId: 'main', sort: 'placedAt' };
  const known = { storeId: stores };

  test('is the one whose filters are the present ones, in whatever order, said or not, and whatever is open', () => {
    expect(isShowing(viewedOrders, view, { storeId: 'main', tag: 'gift' }, known)).toBe(true);
    expect(isShowing(viewedOrders, view, { storeId: 'main', tag: 'gift', q: undefined, order: 'open' }, known)).toBe(true);
  });

  test('is none once a filter, the tab or the sort is another', () => {
    const present = { storeId: 'main', tag: 'gift' } as const;
    for (const other of [{ q: 'x' }, { tag: undefined }, { storeId: 'outlet' }, { view: 'all' }, { sort: '-total' }] as const)
      expect(isShowing(viewedOrders, view, { ...present, ...other }, known)).toBe(false);
  });

  test('is also what is left of one that names a store that is gone', () => {
    expect(isShowing(viewedOrders, view, { tag: 'gift' }, { storeId: [] })).toBe(true);
  });

  test('what is saved is shown at once', () => {
    const search = { locationId: 'main', low: 'true', sort: 'available', variant: 'open' } as const;
    expect(isShowing(viewedInventory, savedOf(viewedInventory, search), search, {})).toBe(true);
  });
});
