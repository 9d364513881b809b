/** What the API answers about saved views. See api-model.ts. */

/** `listings` are the product links. */
export type ListName = 'orders' | 'products' | 'listings' | 'inventory' | 'stock_history';

export type SavedSearch = Record<string, string | number | boolean | string[]>;

export interface SavedView {
  id: string;
  list: ListName;
  name: string;
  /** Search parameters as they were when it was saved: to be read by the list's own reader. */
  search: SavedSearch;
  isShared: boolean;
  isOwn: boolean;
  canChange: boolean;
  /** Null when that account is gone. */
  savedBy: string | null;
  createdAt: string;
  updatedAt: string;
}
