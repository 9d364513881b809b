import { oneOf, text } from '~/parts/search-parameters.ts';

export const inventorySorts = ['title', 'available', '-updatedAt'] as const;

/** `variant`: the one whose transactions are open. */
export const readInventorySearch = (search: Record<string, unknown>) => ({
  ...text('q', search),
  ...text('locationId', search),
  ...text('variant', search),
  ...oneOf('sort', inventorySorts, search),
  ...oneOf('low', ['true'] as const, search),
});
