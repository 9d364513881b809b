/**
 * A store is one connected account on a platform.
 *
 * Always true:
 * - one platform account is connected by at most one organization (store_directory), as at most one store row;
 * - reconnecting the same account finds the same row again, with its listings and links;
 * - credentials stand sealed in the row or nowhere;
 * - at most one store of an organization is primary; at most one is the source of price and count.
 */

import type { StockRule } from '#inventory/stock-rule.ts';
import type { PriceRule } from '#pricing/price-rule.ts';

export interface StoreSettings {
  /** How often the store is pulled and reconciled without a hint. */
  syncIntervalSeconds: number;
  webhooksEnabled: boolean;
  priceRule: PriceRule;
  stockRule: StockRule;
  /** Push at all? Each can be switched off for a whole store. */
  syncPrice: boolean;
  syncInventory: boolean;
  /** The platform's location that our stock feeds; null until known ('' on platforms without locations). */
  remoteLocationId: string | null;
  /** Our locations whose stock this store sells; absent: all that are open. The source store sells the default one's. */
  locationIds?: readonly string[];
  /** Which of our locations ship what the platform's own are to ship: the platform's id -> ours. */
  locationMap?: Readonly<Record<string, string>>;
  /** Prices changing by more than this many percent wait for approval; null: never. */
  priceApprovalPercent: number | null;
  /** The brake: a bulk cause that touches more listings than this becomes a pending change-set. */
  brakeListings: number;
  /** What an order reserves that nobody has paid is given back after so many hours; null or absent: never. */
  unpaidReservationHours?: number | null;
}

export const defaultStoreSettings: StoreSettings = {
  syncIntervalSeconds: 300,
  webhooksEnabled: true,
  priceRule: { steps: [], rounding: { kind: 'none' } },
  stockRule: { buffer: 0, percent: 100, cap: null },
  syncPrice: true,
  syncInventory: true,
  remoteLocationId: null,
  priceApprovalPercent: null,
  brakeListings: 200,
};
