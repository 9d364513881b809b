import type { ViewedList } from '~/parts/saved-views/viewed-list.ts';
import { type HistorySearch, isFiltered, readHistorySearch, sortOf } from '~/screens/inventory/history/history-search.ts';

export const viewedHistory: ViewedList<HistorySearch> = {
  name: 'stock_history',
  read: readHistorySearch,
  shown: (search) => ({ ...search, sort: sortOf(search), variant: undefined, locations: undefined }),
  isFiltered,
};
