import type { Freshness } from '~/api-model.ts';
import { duration } from '~/parts/relative-time.ts';

/** How long it takes until a sale made elsewhere shows on a store, in the last hour. */
export function saleWords({ saleP50Ms, saleP95Ms }: Pick<Freshness, 'saleP50Ms' | 'saleP95Ms'>): string {
  if (saleP50Ms === null || saleP95Ms === null) return 'No sale on another store to follow yet';
  return `Sales on other stores: half show here in ${duration(saleP50Ms)}, 95 of 100 in ${duration(saleP95Ms)}`;
}
