import { oneOf, text } from '~/parts/search-parameters.ts';

export const linkTabs = ['linked', 'unlinked', 'suggestions', 'ignored'] as const;
export type LinkTab = (typeof linkTabs)[number];
export const listingStates = ['in_sync', 'behind', 'refused', 'held', 'not_tracked'] as const;

export const listingSorts = ['title', '-lastSyncedAt'] as const;

/** `listing`: the one whose sheet is open. */
export const readProductLinksSearch = (search: Record<string, unknown>) => ({
  ...text('q', search),
  ...text('storeId', search),
  ...text('listing', search),
  ...oneOf('sort', listingSorts, search),
  ...oneOf('tab', linkTabs, search),
  ...oneOf('state', listingStates, search),
});

export type ProductLinksSearch = ReturnType<typeof readProductLinksSearch>;

/** What the list is narrowed to. Only what is linked has a state. */
export const linkFilters = ({ q, storeId, tab = 'linked', state }: ProductLinksSearch) => ({
  q,
  storeId,
  state: tab === 'linked' ? state : undefined,
});
