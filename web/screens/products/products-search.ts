import { oneOf, text } from '~/parts/search-parameters.ts';

export const productStates = ['in_sync', 'behind', 'refused', 'not_linked'] as const;
export const productStatuses = ['active', 'draft', 'archived'] as const;
export const productSorts = ['-updatedAt', 'title'] as const;

/** `product`: the one whose sheet is open. */
export const readProductsSearch = (search: Record<string, unknown>) => ({
  ...text('q', search),
  ...text('storeId', search),
  ...text('product', search),
  ...oneOf('state', productStates, search),
  ...oneOf('status', productStatuses, search),
  ...oneOf('sort', productSorts, search),
});

export type ProductsSearch = ReturnType<typeof readProductsSearch>;

/** What the list is narrowed to. */
export const productFilters = ({ q, status, storeId, state }: ProductsSearch) => ({ q, status, storeId, state });
