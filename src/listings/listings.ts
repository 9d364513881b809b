/**
 * A listing is one sellable thing as it stands on one store: linked to a variant, unlinked, or ignored.
 *
 * Always true:
 * - a store's listing is one row for as long as the store is connected, also when it is gone from the platform for a while;
 * - what it should say (desired) and what it is known to say (remote) stand side by side in listing_levels and
 *   listing_prices; wherever they differ and nothing forbids it, `eligible` is set, in the same transaction;
 * - unlinking leaves the platform as it is.
 */
import type { Refusal } from '#connectors/errors.ts';
import type { StockRule } from '#inventory/stock-rule.ts';
import type { PriceRule } from '#pricing/price-rule.ts';

export interface ListingSettings {
  priceRule?: PriceRule;
  stockRule?: StockRule;
  /** A price adopted from the platform: stands until somebody removes it. */
  priceOverride?: string;
  /** A schedule of its own, at least a minute. */
  syncIntervalSeconds?: number;
}

export interface StoredRefusal extends Refusal {
  at: string;
}
