/** What one of the platform's locations shows, and where its orders are taken from, by what is chosen for it. */
import type { Location } from '~/api-model/stock.ts';
import type { Store } from '~/api-model.ts';
import { countedAt, feeds, isEmptied, isShown, locationsAt, type Placing, placeOf, shownNowhere } from '~/parts/places.ts';

const all = new Intl.ListFormat('en', { type: 'conjunction' });
export const listed = (names: readonly string[]): string => all.format(names);

export interface PlaceContext {
  store: Pick<Store, 'name' | 'locations'>;
  locations: readonly Location[];
  /** As it is saved. */
  before: Placing;
  chosen: Placing;
}

export const nameOf = (locations: readonly Location[], id: string): string =>
  locations.find((location) => location.id === id)?.name ?? 'a location that is gone';

export const theirName = (store: Pick<Store, 'locations'>, place: string | null): string =>
  store.locations.find(({ id }) => id === place)?.name ?? 'its main location';

export const openIds = (locations: readonly Location[]): string[] =>
  locations.filter(({ isActive }) => isActive).map(({ id }) => id);

/** `attention`: something stays there that nobody changes any more. */
export function placeWords(context: PlaceContext, place: string): { text: string; attention: boolean } {
  const { store, locations, before, chosen } = context;
  const ours = (id: string) => nameOf(locations, id);
  const mapped = chosen.map[place];
  const counted = countedAt(chosen, place);
  if (isEmptied(chosen, place)) return { text: 'Nothing of yours is sold here: it shows 0.', attention: false };
  if (!isShown(chosen, place)) {
    const left = isShown(before, place) && !isEmptied(before, place);
    const stays = left
      ? 'Nothing is sent here any more: it keeps what it shows now, and goes on selling it.'
      : 'Left alone: it keeps what it shows.';
    return { text: `${stays} ${whyLeft(context, place)}`, attention: left };
  }
  const first = mapped === undefined ? '' : ` Its orders are taken from ${ours(mapped)} first.`;
  if (counted !== null) {
    const alone = `Shows ${ours(counted)} alone, as ${store.name} counts it.`;
    return { text: `${alone}${mapped === counted ? '' : first}`, attention: false };
  }
  const shown = locationsAt(chosen, place, openIds(locations)).map(ours);
  if (shown.length === 0)
    return place === chosen.main
      ? { text: 'None of your locations is shown here: it shows 0.', attention: true }
      : { text: `${ours(mapped ?? '')} is closed: what was counted there shows 0 here.`, attention: true };
  const together = shown.length > 1 ? `${listed(shown)} together` : listed(shown);
  return { text: `Shows ${together}.${first}`, attention: false };
}

function whyLeft({ store, locations, chosen }: PlaceContext, place: string): string {
  const mapped = chosen.map[place];
  if (mapped === undefined) return `Its orders count as those of ${theirName(store, chosen.main)}.`;
  const name = nameOf(locations, mapped);
  const why = feeds(chosen, mapped)
    ? `${name} is shown at ${theirName(store, placeOf(chosen, mapped))}`
    : `${name} does not feed this store`;
  return `${why}; orders of this location are still taken from it first.`;
}

/** Ours that would be sold here, had they a location of their own there; null where there are none. */
export function nowhereWords({ store, locations, chosen }: PlaceContext): string | null {
  const names = shownNowhere(chosen, openIds(locations)).map((id) => nameOf(locations, id));
  if (names.length === 0) return null;
  const them = names.length === 1 ? 'it' : 'them';
  return `${store.name} does not sell what stands at ${listed(names)}: where it counts a location itself, it shows that one alone. To sell ${them} there, show ${them} at another of its locations.`;
}
