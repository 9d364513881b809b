import type { Query } from '~/api.ts';
import { oneOf, text } from '~/parts/search-parameters.ts';
import { readDay } from '~/screens/orders/orders-search.ts';

export const historySorts = ['-createdAt', 'createdAt'] as const;
/** The kinds of lines; `reversal`: what was taken back, of whichever kind. */
export const historyKinds = [
  ...(['sale', 'reservation', 'return', 'receipt', 'transfer', 'stocktake', 'adjustment'] as const),
  ...(['adoption', 'baseline', 'reversal'] as const),
] as const;
export const historyCauses = ['person', 'store', 'order'] as const;

/** `variant`: the one whose stock is open; `locations`: the list of places is open. */
export const readHistorySearch = (search: Record<string, unknown>) => ({
  ...text('q', search),
  ...text('locationId', search),
  ...text('storeId', search),
  ...oneOf('kind', historyKinds, search),
  ...oneOf('by', historyCauses, search),
  ...readDay('from', search),
  ...readDay('to', search),
  ...oneOf('sort', historySorts, search),
  ...text('variant', search),
  ...oneOf('locations', ['open'] as const, search),
});

export type HistorySearch = ReturnType<typeof readHistorySearch>;

/** The newest first, unless said otherwise. */
export const sortOf = ({ sort = '-createdAt' }: HistorySearch) => sort;

/** What the API is asked for; the export takes the same. */
export const historyFilters = ({ q, locationId, storeId, kind, by, from, to }: HistorySearch): Query => ({
  ...{ q, locationId, storeId, by, from, to },
  type: kind === 'reversal' ? undefined : kind,
  documentKind: kind === 'reversal' ? kind : undefined,
});

export const isFiltered = ({ q, locationId, storeId, kind, by, from, to }: HistorySearch): boolean =>
  [q, locationId, storeId, kind, by, from, to].some((value) => value !== undefined);

/** The search without any filter; the order of the rows stays. */
export const withoutFilters = ({ sort }: HistorySearch): HistorySearch => ({ sort });
