/**
 * Which of our locations a store shows at which of the platform's. Pure.
 *
 * Each of our locations that feeds a store is shown at one place there: where it is mapped to, else at the store's main one.
 * So the figures of all places together are what there is to sell. A place at which a location is shown that the store owns
 * shows that one alone: its figure there is our count of it. Any other place is left alone, or shows 0 where the seller has said
 * that nothing is sold there.
 */
import type { StoreSettings } from '#stores/stores.ts';

export type PlaceSettings = Pick<StoreSettings, 'remoteLocationId' | 'locationIds' | 'locationMap' | 'emptyPlaces'>;

/** Of a store. */
export interface Places {
  settings: PlaceSettings;
  /** Our open locations whose count it owns, the default one first. */
  owned: readonly string[];
  /** Of one listing: where it has a figure there; what is mapped elsewhere is shown at its main place. Absent: everywhere. */
  at?: readonly string[] | null;
}

/** Where one of our locations is shown. Mapped from several places, it is shown at the main one, or the first by name. */
export function placeOf({ remoteLocationId, locationMap = {} }: PlaceSettings, locationId: string): string | null {
  const mapped = Object.keys(locationMap).filter((place) => locationMap[place] === locationId);
  if (remoteLocationId !== null && mapped.includes(remoteLocationId)) return remoteLocationId;
  return mapped.sort()[0] ?? remoteLocationId;
}

const feeds = ({ settings, owned }: Places, locationId: string): boolean =>
  (settings.locationIds ?? null) === null || settings.locationIds?.includes(locationId) === true || owned.includes(locationId);

/** The location whose count the store owns that is shown at this place; null: we count what is shown there. */
export const ownedAt = ({ settings, owned }: Places, place: string): string | null =>
  owned.find((id) => placeOf(settings, id) === place) ?? null;

/** The places whose figures the store counts itself. */
export const ownedPlaces = ({ settings, owned }: Places): string[] => [
  ...new Set(owned.flatMap((id) => placeOf(settings, id) ?? [])),
];

/** Those of our locations that are shown at a place, in the order given. */
export function locationsAt(places: Places, place: string, locationIds: readonly string[]): string[] {
  const own = ownedAt(places, place);
  return locationIds.filter((id) =>
    own === null ? feeds(places, id) && !places.owned.includes(id) && placeFor(places, id) === place : id === own,
  );
}

function placeFor({ settings, at }: Places, locationId: string): string | null {
  const place = placeOf(settings, locationId);
  return place === null || (at ?? null) === null || at?.includes(place) === true ? place : settings.remoteLocationId;
}

/** Whether the seller has said that nothing is sold at a place. What is mapped to it counts before that. */
export const isEmptied = (
  { settings: { remoteLocationId, locationMap = {}, emptyPlaces = [] } }: Places,
  place: string,
): boolean => emptyPlaces.includes(place) && place !== remoteLocationId && !(place in locationMap);

/** Those of our locations whose units are sold at a place: where nothing is to be sold, those of the main one. */
export const soldFrom = (places: Places, place: string, locationIds: readonly string[]): string[] =>
  locationsAt(places, isEmptied(places, place) ? (places.settings.remoteLocationId ?? '') : place, locationIds);

/** Whether we say what a place shows: else its figure is left alone. */
export function isShown(places: Places, place: string): boolean {
  const { remoteLocationId, locationMap = {} } = places.settings;
  const mapped = locationMap[place];
  return (
    place === remoteLocationId ||
    isEmptied(places, place) ||
    (mapped !== undefined && feeds(places, mapped) && placeOf(places.settings, mapped) === place)
  );
}

/** Places that the settings say something of, beside the main one. */
export const namedPlaces = ({ locationMap = {}, emptyPlaces = [] }: PlaceSettings): string[] => [
  ...new Set([...Object.keys(locationMap), ...emptyPlaces]),
];

/** Where units were sold that the platform ships from one of its locations, or says nothing of it. */
export function placeOfSale(settings: PlaceSettings, platformLocationId: string | null): string {
  const named = platformLocationId !== null && namedPlaces(settings).includes(platformLocationId) ? platformLocationId : null;
  return named ?? settings.remoteLocationId ?? '';
}
