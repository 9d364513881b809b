/** How many of a store's listings one bulk cause may change before a person is asked. */
import type { StoreSettings } from '#stores/stores.ts';

/** More than half of a store at once is a mistake often enough to ask: a wrong column, a closed location, a rule of another store. */
export const brakePercentDefault = 50;

/**
 * So few listings may change whatever share of the store they are: of a small store nearly every change is a large share, all
 * of it fits on a page, and a question that comes each time is answered without reading.
 */
export const shareCountsFrom = 10;

/** The smaller one of a number and a share of the store's linked listings. */
export function brakeLimit(settings: Pick<StoreSettings, 'brakeListings' | 'brakePercent'>, linked: number): number {
  const { brakeListings, brakePercent = brakePercentDefault } = settings;
  if (brakePercent === null) return brakeListings;
  return Math.min(brakeListings, Math.max(shareCountsFrom, Math.floor((linked * brakePercent) / 100)));
}
