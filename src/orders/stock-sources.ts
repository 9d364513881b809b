/** Where an item's units are taken from: our locations in their order, and the platform's places that ship them. */
import { sql } from 'drizzle-orm';
import type { LocationShare } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Item } from '#orders/item-outcomes.ts';
import type { PlaceShare, Source } from '#orders/stock-effect.ts';
import { locationsAt, ownedAt, type Places, placeOfSale, soldFrom } from '#stores/places.ts';

export interface Stock {
  locationId: string;
  isActive: boolean;
  available: number;
  baselineAt: Date;
  baselineKind: 'on_hand' | 'available';
}

/** Items of the variants, locked in (variant, location) order; each variant's in the order in which units are taken from them. */
export async function lockStock(tx: Transaction, variantIds: readonly string[]): Promise<Map<string, Stock[]>> {
  if (variantIds.length === 0) return new Map();
  const { rows } = await tx.execute<{
    variant_id: string;
    location_id: string;
    is_active: boolean;
    available: number;
    baseline_at: Date;
    baseline_kind: 'on_hand' | 'available';
  }>(sql`
    with held as (
      select * from inventory_items where organization_id = ${tx.organizationId} and variant_id = any(${sql.param([...variantIds])}::uuid[])
      order by variant_id, location_id for update
    )
    select h.variant_id, h.location_id, w.is_active, h.on_hand - h.reserved as available, h.baseline_at, h.baseline_kind
    from held h join inventory_locations w on w.organization_id = ${tx.organizationId} and w.id = h.location_id
    order by h.variant_id, w.is_active desc, w.priority, w.is_default desc, w.id`);
  const stock = new Map<string, Stock[]>();
  for (const row of rows) {
    const places = stock.get(row.variant_id) ?? [];
    places.push({
      locationId: row.location_id,
      isActive: row.is_active,
      available: row.available,
      baselineAt: row.baseline_at,
      baselineKind: row.baseline_kind,
    });
    stock.set(row.variant_id, places);
  }
  return stock;
}

/** Where the units are shipped from, each place once. */
export function sharesOf(item: Item, settings: Places['settings']): PlaceShare[] {
  const told = item.shares ?? [{ locationId: item.platform_location_id, units: item.quantity }];
  const units = new Map<string, number>();
  for (const share of told) {
    const place = placeOfSale(settings, share.locationId);
    units.set(place, (units.get(place) ?? 0) + share.units);
  }
  return [...units].map(([place, share]) => ({ place, units: share }));
}

/**
 * In the order in which the item is taken from them: our location that the one is mapped to that ships it there; those whose
 * stock that place shows, or it would go on showing what it has sold; those that the store shows anywhere; all others.
 */
export function sourcesOf(item: Item, places: Places, stock: readonly Stock[]): Stock[] {
  const { locationMap = {}, remoteLocationId } = places.settings;
  const platformLocationId = shippedFrom(item, places);
  const mapped = platformLocationId === null ? undefined : locationMap[platformLocationId];
  const ids = stock.filter(({ isActive }) => isActive).map(({ locationId }) => locationId);
  const here = soldFrom(places, placeOfSale(places.settings, platformLocationId), ids);
  const there = [remoteLocationId ?? '', ...Object.keys(locationMap)].flatMap((place) => locationsAt(places, place, ids));
  const rank = ({ locationId }: Stock): number => {
    if (locationId === mapped) return 0;
    return here.includes(locationId) ? 1 : there.includes(locationId) ? 2 : 3;
  };
  return [...stock].sort((one, other) => rank(one) - rank(other));
}

/** Of several, the first that does not ship what the store counts itself. */
const shippedFrom = ({ platform_location_id: only, shares }: Item, places: Places): string | null =>
  shares?.find(({ locationId }) => ownedAt(places, placeOfSale(places.settings, locationId)) === null)?.locationId ?? only;

/** First of each location what the platform ships from there, then as if it had said nothing. */
export function byShares(
  shares: readonly LocationShare[],
  unitsEach: number,
  places: Places,
  sources: readonly Stock[],
): Source[] {
  const rest = sources.map(({ locationId, available }) => ({ locationId, available }));
  const first = shares.flatMap(({ locationId: theirs, units }): Source[] => {
    const source = rest.find(({ locationId }) => locationId === places.settings.locationMap?.[theirs]);
    const available = Math.min(Math.max(0, source?.available ?? 0), units * unitsEach);
    if (source === undefined || available === 0) return [];
    source.available -= available;
    return [{ locationId: source.locationId, available }];
  });
  return [...first, ...rest];
}
