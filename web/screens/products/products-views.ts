import type { ViewedList } from '~/parts/saved-views/viewed-list.ts';
import { type ProductsSearch, productFilters, readProductsSearch } from '~/screens/products/products-search.ts';

export const viewedProducts: ViewedList<ProductsSearch> = {
  name: 'products',
  read: readProductsSearch,
  shown: (search) => ({ ...search, sort: search.sort ?? 'title', product: undefined }),
  isFiltered: (search) => Object.values(productFilters(search)).some((value) => value !== undefined),
};
