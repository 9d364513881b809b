import type { ViewedList } from '~/parts/saved-views/viewed-list.ts';
import { linkFilters, type ProductLinksSearch, readProductLinksSearch } from '~/screens/product-links/product-links-search.ts';

export const viewedLinks: ViewedList<ProductLinksSearch> = {
  name: 'listings',
  read: readProductLinksSearch,
  shown: (search) => ({ ...search, ...linkFilters(search), tab: search.tab ?? 'linked', listing: undefined }),
  isFiltered: (search) => Object.values(linkFilters(search)).some((value) => value !== undefined),
};
