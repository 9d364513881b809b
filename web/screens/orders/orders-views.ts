import type { ViewedList } from '~/parts/saved-views/viewed-list.ts';
import { isFiltered, type OrdersSearch, readOrdersSearch, sortOf } from '~/screens/orders/orders-search.ts';

export const viewedOrders: ViewedList<OrdersSearch> = {
  name: 'orders',
  read: readOrdersSearch,
  shown: (search) => ({ ...search, view: search.view ?? 'to_ship', sort: sortOf(search), order: undefined }),
  isFiltered,
};
