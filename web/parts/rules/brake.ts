/** What one bulk change may touch of a store before it waits for a person, as the server judges it. */
import type { StoreSettings } from '~/api-model.ts';
import { count } from '~/parts/amounts.ts';

export type Brake = Pick<StoreSettings, 'brakeListings' | 'brakePercent'>;

/** The server's: so few may change whatever share of the store they are. */
const shareCountsFrom = 10;

/** The smaller one of the number and the share of the store's linked listings. */
export function brakeLimit({ brakeListings, brakePercent }: Brake, linked: number): number {
  if (brakePercent === null) return brakeListings;
  return Math.min(brakeListings, Math.max(shareCountsFrom, Math.floor((linked * brakePercent) / 100)));
}

/** Said of what is beyond the limit. */
export function brakeWords(brake: Brake, linked: number): string {
  const limit = brakeLimit(brake, linked);
  const most = limit < brake.brakeListings && limit > shareCountsFrom ? `${brake.brakePercent} % of them` : count(limit);
  return `That is more than ${most}: it waits under Activity for a person.`;
}
