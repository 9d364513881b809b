import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEmptied, isShown, locationsAt, ownedAt, type Places, placeOf, placeOfSale, soldFrom } from '#stores/places.ts';

const ours = ['a', 'b', 'c', 'd'];
const theirs = ['main', 'x', 'y', 'z'];
const anyPlaces: fc.Arbitrary<Places> = fc.record({
  settings: fc.record({
    remoteLocationId: fc.constant('main'),
    locationIds: fc.option(fc.subarray(ours), { nil: null }),
    locationMap: fc.dictionary(fc.constantFrom(...theirs), fc.constantFrom(...ours)),
    emptyPlaces: fc.subarray(theirs),
  }),
  owned: fc.subarray(ours),
  at: fc.option(
    fc.subarray(theirs).map((some) => [...new Set(['main', ...some])]),
    { nil: null },
  ),
});

describe('whatever is mapped, fed and counted by the store', () => {
  test('none of our locations is shown at two places', () => {
    fc.assert(
      fc.property(anyPlaces, (places) => {
        for (const id of ours)
          expect(theirs.filter((place) => locationsAt(places, place, [id]).length > 0).length).toBeLessThan(2);
      }),
    );
  });

  test('a location that feeds the store is shown, unless a place of its own counts another', () => {
    fc.assert(
      fc.property(anyPlaces, (places) => {
        const { locationIds } = places.settings;
        for (const id of ours.filter((one) => locationIds === null || locationIds?.includes(one))) {
          const shown = theirs.some((place) => locationsAt(places, place, [id]).length > 0);
          const counted = theirs.some((place) => ownedAt(places, place) !== null && ownedAt(places, place) !== id);
          expect(shown || counted || places.owned.includes(id)).toBe(true);
        }
      }),
    );
  });

  test('what the store counts is shown alone', () => {
    fc.assert(
      fc.property(anyPlaces, (places) => {
        for (const place of theirs) {
          const own = ownedAt(places, place);
          if (own !== null) expect(locationsAt(places, place, ours)).toEqual([own]);
        }
      }),
    );
  });

  test('where something of ours is shown is a place that is not left alone', () => {
    fc.assert(
      fc.property(anyPlaces, (places) => {
        for (const place of theirs) if (locationsAt(places, place, ours).length > 0) expect(isShown(places, place)).toBe(true);
      }),
    );
  });

  test('nothing of ours is shown where nothing is to be sold, and that is no place left alone', () => {
    fc.assert(
      fc.property(anyPlaces, (places) => {
        for (const place of theirs.filter((one) => isEmptied(places, one)))
          expect([locationsAt(places, place, ours), isShown(places, place)]).toEqual([[], true]);
      }),
    );
  });
});

test('a location that several places are mapped to is shown at the main one, else at the first by name', () => {
  const settings = { remoteLocationId: 'main', locationMap: { y: 'a', x: 'a', main: 'b', z: 'b' } };
  expect(placeOf(settings, 'a')).toBe('x');
  expect(placeOf(settings, 'b')).toBe('main');
  expect(placeOf(settings, 'c')).toBe('main');
  expect(isShown({ settings, owned: [] }, 'y')).toBe(false);
});

test('a sale is at the place that the platform names, where that is one of ours', () => {
  const settings = { remoteLocationId: 'main', locationMap: { x: 'a' }, emptyPlaces: ['y'] };
  expect(['x', 'y', 'elsewhere', null].map((place) => placeOfSale(settings, place))).toEqual(['x', 'y', 'main', 'main']);
});

test('nothing is sold at a place only where nothing else is chosen for it; what is sold there is of the main one', () => {
  const settings = { remoteLocationId: 'main', locationMap: { x: 'a' }, emptyPlaces: ['main', 'x', 'y'] };
  const places = { settings, owned: [] };
  expect(['main', 'x', 'y', 'z'].map((place) => isEmptied(places, place))).toEqual([false, false, true, false]);
  expect([soldFrom(places, 'x', ours), soldFrom(places, 'y', ours)]).toEqual([['a'], ['b', 'c', 'd']]);
});
