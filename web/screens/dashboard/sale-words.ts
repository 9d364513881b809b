import type { Freshness } from '~/api-model.ts';
import { counted } from '~/parts/amounts.ts';
import { duration } from '~/parts/relative-time.ts';

/** Of what the figures from a sale on a store to the last of the others are. */
export function soldWords({ soldCount }: Pick<Freshness, 'soldCount'>): string {
  if (soldCount === 0) return 'No sale here that another store had to follow';
  return `${counted(soldCount, 'sale')} here, to all others`;
}

/** How long it takes until a sale made elsewhere shows on a store. */
export function saleWords({ saleP50Ms, saleP95Ms }: Pick<Freshness, 'saleP50Ms' | 'saleP95Ms'>): string {
  if (saleP50Ms === null || saleP95Ms === null) return 'No sale on another store to follow yet';
  return `Sales on other stores: half show here in ${duration(saleP50Ms)}, 95 of 100 in ${duration(saleP95Ms)}`;
}
