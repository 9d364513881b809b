import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainStockRule, quantityFor, type StockRule } from '#inventory/stock-rule.ts';
import type { Causes, Counted } from '#listings/causes.ts';
import { desiredQuantity, shareOut } from '#listings/desired.ts';
import { defaultStoreSettings } from '#stores/stores.ts';

const now = new Date('2026-05-01T10:00:00Z');
const canonical = Object.assign((_: string, quantity: number) => quantity, { takesCompareAt: () => false });

/** A thing that is for sale at the places main, x and y, of which two show locations of their own. */
const causesOf = (stock: readonly Counted[], rule: StockRule, change: Partial<Causes> = {}): Causes => ({
  listing_id: 'listing',
  store_id: 'store',
  platform: 'fake',
  status: 'linked',
  state: 'live',
  stock_policy: 'tracked',
  sync_price: true,
  sync_inventory: true,
  settings: {},
  store_settings: { ...defaultStoreSettings, remoteLocationId: 'main', locationMap: { x: 'b', y: 'c' }, stockRule: rule },
  store_currency: 'USD',
  store_timezone: 'UTC',
  slow: null,
  refresh_expires_at: null,
  organization_price_rule: null,
  organization_stock_rule: null,
  last_units_listed: false,
  currency_found: null,
  disputes: [],
  rules_version: 1,
  is_source: false,
  tracked: true,
  price: '10',
  price_currency: 'USD',
  compare_at: null,
  cost: null,
  components: null,
  stock,
  owned: [],
  places: ['main', 'x', 'y'],
  holds: [],
  held_until: null,
  rate: null,
  rate_stated_at: null,
  ...change,
});

const counted = (...available: readonly (number | null)[]): Counted[] =>
  ['a', 'b', 'c'].flatMap((id, at) => {
    const units = available[at] ?? null;
    return units === null ? [] : [{ id, available: units }];
  });
const shownOf = (causes: Causes) => Object.fromEntries(shareOut(causes, now).shown);

const anyRule: fc.Arbitrary<StockRule> = fc.record({
  buffer: fc.integer({ min: 0, max: 20 }),
  percent: fc.integer({ min: 0, max: 100 }),
  cap: fc.option(fc.integer({ min: 0, max: 30 }), { nil: null }),
});
const units = fc.integer({ min: -10, max: 40 });

describe('several places of one listing', () => {
  test('show together what the rule makes of what they have together, and none of them but the main one more than it has', () => {
    fc.assert(
      fc.property(units, units, units, anyRule, (a, b, c, rule) => {
        const shown = shownOf(causesOf(counted(a, b, c), rule));
        const total = { available: a + b + c, storeId: 'store', lastUnitsListed: false, slow: null };
        const { quantity } = quantityFor(total, rule);
        expect(Number(shown.main) + Number(shown.x) + Number(shown.y)).toBe(quantity);
        expect(shown.x).toBeLessThanOrEqual(Math.max(0, b));
        expect(shown.y).toBeLessThanOrEqual(Math.max(0, c));
        expect(Math.min(Number(shown.main), Number(shown.x), Number(shown.y))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('a buffer is missing at the main place first', () => {
    expect(shownOf(causesOf(counted(3, 4, 5), { ...plainStockRule, buffer: 5 }))).toEqual({ main: 0, x: 4, y: 3 });
  });

  test('what was never counted at its location says nothing; without any count at the main ones it shows none there', () => {
    expect(shownOf(causesOf(counted(null, 4, null), plainStockRule))).toEqual({ main: 0, x: 4, y: null });
    expect(shownOf(causesOf([], plainStockRule))).toEqual({ main: null, x: null, y: null });
  });

  test('a fixed quantity stands at the main place', () => {
    expect(shownOf(causesOf([], { ...plainStockRule, fixed: 9 }))).toEqual({ main: 9, x: null, y: null });
    expect(shownOf(causesOf(counted(3, 4, 5), { ...plainStockRule, fixed: 9 }))).toEqual({ main: 0, x: 4, y: 5 });
  });

  test('where nothing is to be sold there is 0, whatever is counted, fixed, or counted by the store', () => {
    const emptied = (stock: readonly Counted[], change: Partial<Causes> = {}, stockRule: StockRule = plainStockRule) => {
      const causes = causesOf(stock, stockRule, change);
      return shownOf({ ...causes, store_settings: { ...causes.store_settings, locationMap: { y: 'c' }, emptyPlaces: ['x'] } });
    };
    expect(emptied(counted(3, 4, 5))).toEqual({ main: 7, x: 0, y: 5 });
    expect(emptied([])).toEqual({ main: null, x: 0, y: null });
    expect(emptied(counted(3, 4), { owned: ['a'] }, { ...plainStockRule, fixed: 9 })).toEqual({ main: 3, x: 0, y: null });
    const components = [{ variantId: 'one', units: 2, stock: counted(9, 9, 9), held: [] }];
    expect(emptied([], { components })).toEqual({ main: 9, x: 0, y: 4 });
  });

  test('a store that is closing shows none anywhere', () => {
    const { store_settings: settings } = causesOf([], plainStockRule);
    const closing = { store_settings: { ...settings, closing: true } };
    expect(shownOf(causesOf(counted(3, 4, 5), plainStockRule, closing))).toEqual({ main: 0, x: 0, y: 0 });
  });

  test('held units are missing where their locations are shown', () => {
    const holds = [{ units: 2, locationIds: ['b'] }];
    expect(shownOf(causesOf(counted(3, 4, 5), plainStockRule, { holds }))).toEqual({ main: 3, x: 2, y: 5 });
    expect(shownOf(causesOf(counted(3, 4, 5), plainStockRule, { holds: [{ units: 2, locationIds: ['a', 'b'] }] }))).toEqual({
      main: 1,
      x: 2,
      y: 5,
    });
  });

  test('where the store counts, that is shown; a rule shares out the rest', () => {
    const owned = { owned: ['b'] };
    expect(shownOf(causesOf(counted(3, 4, 5), { ...plainStockRule, buffer: 4 }, owned))).toEqual({ main: 0, x: 4, y: 4 });
    expect(shownOf(causesOf(counted(3, -4, 5), plainStockRule, owned))).toEqual({ main: 3, x: 0, y: 5 });
  });

  test('of a bundle there is at each place what its components make there: two halves at two places are none', () => {
    const components = [
      { variantId: 'one', units: 2, stock: counted(4, 1, 9), held: [] },
      { variantId: 'other', units: 1, stock: counted(9, 0, 3), held: [{ units: 1, locationIds: ['c'] }] },
    ];
    expect(shownOf(causesOf([], plainStockRule, { components }))).toEqual({ main: 2, x: 0, y: 2 });
  });
});

test('a place that nothing is mapped to is left alone', () => {
  expect(desiredQuantity(causesOf(counted(3, 4, 5), plainStockRule), 'z', canonical, now)).toEqual({
    desired: null,
    heldReason: 'other_location',
  });
});
