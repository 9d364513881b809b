/** Names of everything that is read, so that live updates know what to read again, and the reads that several screens share. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, type Query } from '~/api.ts';
import type { AppliedChangeSet, ChangeSet, ChangeSetList } from '~/api-model/activity.ts';
import type { Bundle, PartOfBundle } from '~/api-model/bundles.ts';
import type { DriftPage } from '~/api-model/drifts.ts';
import type { OrderCounts } from '~/api-model/orders.ts';
import type { ListName, SavedView } from '~/api-model/saved-views.ts';
import type { ExchangeRate, FirstSteps } from '~/api-model/settings.ts';
import type { Location } from '~/api-model/stock.ts';
import type {
  Freshness,
  Listing,
  Me,
  OrganizationRules,
  Page,
  Platform,
  Product,
  ProductDetail,
  Setup,
  Store,
} from '~/api-model.ts';

export type Noun =
  | 'setup'
  | 'me'
  | 'first-steps'
  | 'platforms'
  | 'stores'
  | 'products'
  | 'product'
  | 'bundle'
  | 'bundles-of'
  | 'listings'
  | 'listing'
  | 'suggestions'
  | 'explanation'
  | 'inventory'
  | 'inventory-transactions'
  | 'stock-claims'
  | 'location-figures'
  | 'locations'
  | 'sync-jobs'
  | 'sync-logs'
  | 'webhook-events'
  | 'freshness'
  | 'past-freshness'
  | 'api-keys'
  | 'change-sets'
  | 'drifts'
  | 'quantities-there'
  | 'exchange-rates'
  | 'organization-rules'
  | 'rule-preview'
  | 'orders'
  | 'order'
  | 'order-counts'
  | 'sales'
  | 'members'
  | 'invitations'
  | 'saved-views';

const minute = 60_000;

/** A list read page by page; `noun` is also the last part of its address unless `path` says otherwise. */
export function listQuery<T>(noun: Noun, query: Query = {}, path = `/api/${noun}`) {
  return infiniteQueryOptions({
    queryKey: [noun, 'list', path, query],
    queryFn: ({ pageParam, signal }) => api.get<Page<T>>(path, { limit: 50, ...query, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Bulk changes that wait for a person. */
export const pendingChangesQuery = queryOptions({
  queryKey: ['change-sets'],
  queryFn: ({ signal }) => api.get<ChangeSetList<ChangeSet>>('/api/change-sets', {}, signal),
});

export const appliedChangesQuery = queryOptions({
  queryKey: ['change-sets', 'applied'],
  queryFn: ({ signal }) => api.get<ChangeSetList<AppliedChangeSet>>('/api/change-sets/applied', {}, signal),
});

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => api.get<Setup>('/api/setup', {}, signal),
});

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => api.get<Me>('/api/me', {}, signal),
  staleTime: 5 * minute,
});

export const platformsQuery = queryOptions({
  queryKey: ['platforms'],
  queryFn: async ({ signal }) => {
    const answer = await api.get<Platform[] | Page<Platform>>('/api/platforms', {}, signal);
    return Array.isArray(answer) ? answer : answer.items;
  },
  staleTime: 5 * minute,
});

export const storesQuery = queryOptions({
  queryKey: ['stores', 'all'],
  queryFn: async ({ signal }) => (await api.get<Page<Store>>('/api/stores', { limit: 200 }, signal)).items,
  staleTime: minute / 2,
});

export const locationsQuery = queryOptions({
  queryKey: ['locations'],
  queryFn: async ({ signal }) => {
    const answer = await api.get<Location[] | Page<Location>>('/api/locations', {}, signal);
    return Array.isArray(answer) ? answer : answer.items;
  },
  staleTime: 5 * minute,
});

export const freshnessOf = (window: 'hour' | 'day' | 'week') =>
  queryOptions({
    // What is long ago changes slowly, and is more to read: no news asks for it again.
    queryKey: window === 'hour' ? ['freshness'] : ['past-freshness', window],
    queryFn: async ({ signal }) => {
      const answer = await api.get<Freshness[] | Page<Freshness>>('/api/freshness', { window }, signal);
      return Array.isArray(answer) ? answer : answer.items;
    },
    refetchInterval: window === 'hour' ? minute / 4 : 5 * minute,
  });
export const freshnessQuery = freshnessOf('hour');

export const firstStepsQuery = queryOptions({
  queryKey: ['first-steps'],
  queryFn: ({ signal }) => api.get<FirstSteps>('/api/first-steps', {}, signal),
});

export const exchangeRatesQuery = queryOptions({
  queryKey: ['exchange-rates'],
  queryFn: async ({ signal }) => (await api.get<{ items: ExchangeRate[] }>('/api/exchange-rates', {}, signal)).items,
});

export const organizationRulesQuery = queryOptions({
  queryKey: ['organization-rules'],
  queryFn: ({ signal }) => api.get<OrganizationRules>('/api/rules', {}, signal),
  staleTime: minute,
});

export const listingQuery = (id: string) =>
  queryOptions({
    queryKey: ['listing', id],
    queryFn: ({ signal }) => api.get<Listing>(`/api/listings/${id}`, {}, signal),
  });

export const productQuery = (id: string) =>
  queryOptions({
    queryKey: ['product', id],
    queryFn: ({ signal }) => api.get<ProductDetail>(`/api/products/${id}`, {}, signal),
    // One watches a change arrive: while something is on its way the product is read again each second or so.
    refetchInterval: ({ state }) =>
      state.data?.variants.some(({ cells }) => cells.some((cell) => cell.state === 'pushing')) === true ? 1_500 : false,
  });

/** What a variant is made of. */
export const bundleQuery = (variantId: string) =>
  queryOptions({
    queryKey: ['bundle', variantId],
    queryFn: ({ signal }) => api.get<Bundle>(`/api/variants/${variantId}/components`, {}, signal),
  });

/** What is made of a variant. */
export const bundlesOfQuery = (variantId: string) =>
  queryOptions({
    queryKey: ['bundles-of', variantId],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: PartOfBundle[] }>(`/api/variants/${variantId}/bundles`, {}, signal)).items,
  });

/** How many orders wait for somebody. */
export const orderCountsQuery = queryOptions({
  queryKey: ['order-counts'],
  queryFn: ({ signal }) => api.get<OrderCounts>('/api/orders/counts', {}, signal),
});

/** How many differences wait for a person. */
export const waitingDriftsQuery = queryOptions({
  queryKey: ['drifts', 'waiting'],
  queryFn: async ({ signal }) => (await api.get<DriftPage>('/api/drifts', { limit: 1, state: 'waiting' }, signal)).waiting,
});

export const savedViewsQuery = (list: ListName) =>
  queryOptions({
    queryKey: ['saved-views', list],
    queryFn: async ({ signal }) => (await api.get<{ items: SavedView[] }>('/api/saved-views', { list }, signal)).items,
    staleTime: minute,
  });

/** A handful of products for search boxes. */
export const productSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ['products', 'search', q],
    queryFn: async ({ signal }) => (await api.get<Page<Product>>('/api/products', { q, limit: 8 }, signal)).items,
    enabled: q.trim() !== '',
    staleTime: minute / 4,
  });
