import type { ViewedList } from '~/parts/saved-views/viewed-list.ts';
import { type InventorySearch, inventoryFilters, readInventorySearch } from '~/screens/inventory/inventory-search.ts';

export const viewedInventory: ViewedList<InventorySearch> = {
  name: 'inventory',
  read: readInventorySearch,
  shown: (search) => ({ ...search, ...inventoryFilters(search), low: undefined, variant: undefined, locations: undefined }),
  isFiltered: (search) => Object.values(inventoryFilters(search)).some((value) => value !== undefined),
};
