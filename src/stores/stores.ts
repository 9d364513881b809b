/**
 * A store is one connected account on a platform.
 *
 * Always true:
 * - one platform account is connected by at most one organization (store_directory), as at most one store row;
 * - reconnecting the same account finds the same row again, with its listings and links;
 * - credentials stand sealed in the row or nowhere;
 * - at most one store of an organization is primary; at most one is the source of products and prices.
 */

import type { StockRule } from '#inventory/stock-rule.ts';
import type { PriceRule } from '#pricing/price-rule.ts';
import { brakePercentDefault } from '#stores/brake-limit.ts';

/** hub: ours is put back; store: what the store shows is taken over; ask: a person decides. */
export type DriftPolicy = 'hub' | 'store' | 'ask';

export interface StoreSettings {
  /** How often the store is pulled and reconciled without a hint. */
  syncIntervalSeconds: number;
  webhooksEnabled: boolean;
  /** Null: the organization's. */
  priceRule: PriceRule | null;
  stockRule: StockRule | null;
  /** Push at all? Each can be switched off for a whole store. */
  syncPrice: boolean;
  syncInventory: boolean;
  /** The platform's main location: what is mapped to none of the others is shown there; null until known ('' on platforms without locations). */
  remoteLocationId: string | null;
  /** Our locations whose stock this store sells, beside those that it counts; null or absent: all that are open. */
  locationIds?: readonly string[] | null;
  /** Which of our locations the platform's own show, and ship from: the platform's id -> ours. See places.ts. */
  locationMap?: Readonly<Record<string, string>>;
  /** The platform's locations at which nothing of ours is sold: they show 0, while any other that is not mapped is left alone. */
  emptyPlaces?: readonly string[];
  /** Prices changing by more than this many percent wait for approval; null: never. */
  priceApprovalPercent: number | null;
  /** The brake: a bulk cause that touches more listings than this becomes a pending change-set. */
  brakeListings: number;
  /** Or more than this share of the linked ones, in percent; null: never; absent: see brake-limit.ts. */
  brakePercent?: number | null;
  /** What an order reserves that nobody has paid is given back after so many hours; null or absent: never. */
  unpaidReservationHours?: number | null;
  /** What becomes of a figure that is found changed there, by field: ours is put back (when absent), theirs is taken over, or a person is asked. */
  drift?: { readonly price?: DriftPolicy | undefined; readonly quantity?: DriftPolicy | undefined } | undefined;
  /** Before it is disconnected: every quantity there is to be 0. See close-store.ts. */
  closing?: boolean | undefined;
}

/** What stores follow that say nothing of their own. Absent: the master's figures as they are. */
export interface OrganizationRules {
  priceRule?: PriceRule | undefined;
  stockRule?: StockRule | undefined;
}

export const defaultStoreSettings: StoreSettings = {
  syncIntervalSeconds: 300,
  webhooksEnabled: true,
  priceRule: null,
  stockRule: null,
  syncPrice: true,
  syncInventory: true,
  remoteLocationId: null,
  priceApprovalPercent: null,
  brakeListings: 200,
  brakePercent: brakePercentDefault,
};
