/**
 * Which of our locations a store shows at which of the platform's, as the server decides it (src/stores/places.ts): for the
 * words under what is chosen and not saved yet. Pure.
 */
export interface Placing {
  /** Those of ours that feed it; null: all that are open. */
  feeding: readonly string[] | null;
  /** The platform's id -> ours. */
  map: Readonly<Record<string, string>>;
  /** Those of the platform at which nothing is sold: they show 0. What is mapped there counts before that. */
  emptied: readonly string[];
  /** Where everything is shown that is mapped nowhere. */
  main: string | null;
  /** Our open locations that the store counts. */
  counts: readonly string[];
}

export interface PlacedStore {
  settings: {
    remoteLocationId: string | null;
    locationIds?: readonly string[] | null;
    locationMap?: Readonly<Record<string, string>>;
    emptyPlaces?: readonly string[];
  };
  countsLocationIds: readonly string[];
}

export const placingOf = ({ settings, countsLocationIds }: PlacedStore): Placing => ({
  feeding: settings.locationIds ?? null,
  map: settings.locationMap ?? {},
  emptied: settings.emptyPlaces ?? [],
  main: settings.remoteLocationId,
  counts: countsLocationIds,
});

/** Where one of our locations is shown. Mapped from several places, it is shown at the main one, or the first by name. */
export function placeOf({ main, map }: Placing, locationId: string): string | null {
  const mapped = Object.keys(map).filter((place) => map[place] === locationId);
  if (main !== null && mapped.includes(main)) return main;
  return mapped.sort()[0] ?? main;
}

export const feeds = ({ feeding, counts }: Placing, locationId: string): boolean =>
  feeding === null || feeding.includes(locationId) || counts.includes(locationId);

/** The location that the store counts at this place; null: StoreSync counts what is shown there. */
export const countedAt = (placing: Placing, place: string): string | null =>
  placing.counts.find((id) => placeOf(placing, id) === place) ?? null;

/** Those of our open locations that are shown at a place, in the order given. */
export function locationsAt(placing: Placing, place: string, openIds: readonly string[]): string[] {
  const own = countedAt(placing, place);
  return openIds.filter((id) =>
    own === null ? feeds(placing, id) && placeOf(placing, id) === place && !placing.counts.includes(id) : id === own,
  );
}

/** Whether it is said of a place that nothing is sold there. */
export const isEmptied = ({ main, map, emptied }: Placing, place: string): boolean =>
  emptied.includes(place) && place !== main && !(place in map);

/** Whether StoreSync says what a place shows: else its figure is left alone. */
export function isShown(placing: Placing, place: string): boolean {
  const mapped = placing.map[place];
  if (place === placing.main || isEmptied(placing, place)) return true;
  return mapped !== undefined && feeds(placing, mapped) && placeOf(placing, mapped) === place;
}

/** Another main place: the one that is saved as such is not to go on selling what it shows now. */
export function withMain(before: Placing, chosen: Placing, main: string): Placing {
  const emptied = chosen.emptied.filter((place) => place !== main && place !== before.main);
  const moved = { ...chosen, main, emptied };
  if (before.main === null || isShown(moved, before.main)) return moved;
  return { ...moved, emptied: [...emptied, before.main] };
}

/** Those that feed the store and are shown nowhere, because it counts another one where they would be. */
export function shownNowhere(placing: Placing, openIds: readonly string[]): string[] {
  const shown = new Set(placesOf(placing).flatMap((place) => locationsAt(placing, place, openIds)));
  return openIds.filter((id) => feeds(placing, id) && !shown.has(id));
}

/** How far a stock rule reaches: no rule stands between where the store shows what it counts itself. */
export function ruleReach(store: PlacedStore): 'everywhere' | 'elsewhere' | 'nowhere' {
  const placing = placingOf(store);
  const shown = placesOf(placing).filter((place) => isShown(placing, place));
  const counted = shown.filter((place) => countedAt(placing, place) !== null);
  if (counted.length === 0) return 'everywhere';
  return counted.length < shown.length ? 'elsewhere' : 'nowhere';
}

const placesOf = ({ main, map }: Placing): string[] => [
  ...new Set([...(main === null ? [] : [main]), ...Object.keys(map).sort()]),
];
