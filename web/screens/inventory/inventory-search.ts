import { oneOf, text } from '~/parts/search-parameters.ts';

export const inventorySorts = ['title', 'available', '-updatedAt'] as const;
export const inventoryStates = ['low', 'oversold', 'unlinked'] as const;

/** `variant`: the one whose stock is open; `locations`: the list of places is open. */
export const readInventorySearch = (search: Record<string, unknown>) => ({
  ...text('q', search),
  ...text('locationId', search),
  ...text('variant', search),
  ...oneOf('sort', inventorySorts, search),
  ...oneOf('state', inventoryStates, search),
  ...oneOf('low', ['true'] as const, search),
  ...oneOf('locations', ['open'] as const, search),
});

export type InventorySearch = ReturnType<typeof readInventorySearch>;

/** What the list is narrowed to. `low` is how other pages say it. */
export const inventoryFilters = ({ q, locationId, state, low }: InventorySearch) => ({
  q,
  locationId,
  state: state ?? (low === 'true' ? ('low' as const) : undefined),
});
