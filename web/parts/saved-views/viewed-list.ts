/** What a saved view keeps of a list's address, and what becomes of it when it is opened. Pure. */
import type { ListName, SavedSearch } from '~/api-model/saved-views.ts';

export type Found = Readonly<Record<string, unknown>>;

/** A list whose filters can be saved, as it describes itself. */
export interface ViewedList<Search extends object> {
  name: ListName;
  /** Reads an address as the list's own route does: what it does not know is left out. */
  read: (search: Record<string, unknown>) => Search;
  /**
   * What makes the list show what it shows, with what holds where nothing is said: tab, filters and sort, and nothing of
   * what is open over it. Two addresses that show the same have the same.
   */
  shown: (search: Search) => Search;
  /** Whether it is narrowed by more than its tab. */
  isFiltered: (search: Search) => boolean;
}

/** Of things that come and go, those that there are; undefined while that is not known. */
export type Known = Partial<Record<'storeId' | 'locationId', readonly { id: string }[] | undefined>>;

/** What is saved of the present address. */
export function savedOf<Search extends object>(list: ViewedList<Search>, search: Search): SavedSearch {
  return Object.fromEntries(
    Object.entries(list.shown(search)).filter((entry): entry is [string, SavedSearch[string]] => entry[1] !== undefined),
  );
}

/** Where a view leads: all parameters of the list, those that it does not name as undefined. */
export function searchOf<Search extends object>(list: ViewedList<Search>, saved: Found, known: Known): Search {
  return list.shown(list.read(withoutGone(saved, known)));
}

/** Whether it names a store or a location that is gone: the rest of it still holds. */
export const namesGone = (saved: Found, known: Known): boolean =>
  Object.keys(withoutGone(saved, known)).length < Object.keys(saved).length;

/** Whether the list shows just what the view would. */
export function isShowing<Search extends object>(list: ViewedList<Search>, saved: Found, search: Search, known: Known): boolean {
  return sameText(searchOf(list, saved, known)) === sameText(list.shown(search));
}

function withoutGone(saved: Found, known: Known): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(saved).filter(([name, value]) => {
      const things = name === 'storeId' || name === 'locationId' ? known[name] : undefined;
      return things === undefined || things.some(({ id }) => id === value);
    }),
  );
}

/** JSON leaves out what is undefined. */
const sameText = (search: object): string =>
  JSON.stringify(
    Object.entries({ ...search })
      .filter(isGiven)
      .sort(),
  );
const isGiven = ([, value]: [string, unknown]): boolean => value !== undefined;
