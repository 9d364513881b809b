import { oneOf, text } from '~/parts/search-parameters.ts';

export const linkTabs = ['linked', 'unlinked', 'suggestions', 'ignored'] as const;
export type LinkTab = (typeof linkTabs)[number];
export const listingStates = ['in_sync', 'behind', 'refused', 'held'] as const;

export const readProductLinksSearch = (search: Record<string, unknown>) => ({
  ...text('q', search),
  ...text('storeId', search),
  ...oneOf('tab', linkTabs, search),
  ...oneOf('state', listingStates, search),
});
