import type { Location } from '~/api-model/stock.ts';

/** A location's name; a dash until the locations are known. */
export const placeName = (locations: readonly Location[], locationId: string): string =>
  locations.find(({ id }) => id === locationId)?.name ?? '–';
