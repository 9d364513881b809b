/** The web app says under what is chosen, and not saved yet, where locations will be shown: as the engine will have it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isShown, locationsAt, ownedAt, type PlaceSettings } from '#stores/places.ts';

interface WebPlaces<P> {
  placingOf(store: { settings: PlaceSettings; countsLocationIds: readonly string[] }): P;
  locationsAt(placing: P, place: string, openIds: readonly string[]): string[];
  countedAt(placing: P, place: string): string | null;
  isShown(placing: P, place: string): boolean;
}
const file = new URL('../web/parts/places.ts', import.meta.url);
const web = (await import(file.href)) as WebPlaces<object>;

const ours = ['a', 'b', 'c', 'd'];
const theirs = ['main', 'x', 'y', 'z'];

test('both say the same of every choice', () => {
  const anyChoice = fc.record({
    locationIds: fc.option(fc.subarray(ours), { nil: null }),
    locationMap: fc.dictionary(fc.constantFrom(...theirs), fc.constantFrom(...ours)),
    emptyPlaces: fc.subarray(theirs),
    owned: fc.subarray(ours),
  });
  fc.assert(
    fc.property(anyChoice, ({ owned, ...chosen }) => {
      const settings = { remoteLocationId: 'main', ...chosen };
      const placing = web.placingOf({ settings, countsLocationIds: owned });
      for (const place of theirs) {
        expect(web.locationsAt(placing, place, ours)).toEqual(locationsAt({ settings, owned }, place, ours));
        expect(web.countedAt(placing, place)).toBe(ownedAt({ settings, owned }, place));
        expect(web.isShown(placing, place)).toBe(isShown({ settings, owned }, place));
      }
    }),
  );
});
