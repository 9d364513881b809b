/** Readings of levels and prices: what stands on the platform now. */
import type { LevelReading, LevelRef, ListingRef, PriceReading, Session } from '#connectors/connector.ts';
import { Refused } from '#connectors/errors.ts';
import { unitsIn } from '#connectors/figures.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { inLanes } from '#connectors/tiktok_shop/in-lanes.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { readProduct } from '#connectors/tiktok_shop/pull.ts';
import { codeOfFaults, faultsOf } from '#connectors/tiktok_shop/refusals.ts';
import { inventory } from '#connectors/tiktok_shop/schema.ts';

/** Inventory Search: at most 600 SKU ids. */
const skusPerCall = 600;
const productsAtOnce = 8;

/** A SKU that the answer does not mention has no reading: a short answer is not taken for "gone". */
export async function readLevels(session: Session, refs: readonly LevelRef[]): Promise<LevelReading[]> {
  const stock = await readStock(session, [...new Set(refs.map(({ listing }) => listing.variantId))]);
  return refs.flatMap((ref) => {
    const warehouses = stock.get(ref.listing.variantId);
    return warehouses === undefined ? [] : [{ ref, available: warehouses?.get(ref.locationId) ?? null }];
  });
}

/** SKUs refused for reasons unknown here, up to which the rest of a reading is still believed in. */
const strangeRefusals = 3;

/** By SKU: available units by warehouse, or null for a SKU that the platform says it does not have. Unmentioned SKUs are absent. */
export async function readStock(session: Session, skuIds: readonly string[]): Promise<Map<string, Map<string, number> | null>> {
  const chunks = Array.from({ length: Math.ceil(skuIds.length / skusPerCall) }, (_, at) =>
    skuIds.slice(at * skusPerCall, (at + 1) * skusPerCall),
  );
  const stock = new Map<string, Map<string, number> | null>();
  const strange: Refused[] = [];
  for (const chunk of chunks) {
    for (const [skuId, warehouses] of await readChunk(session, chunk, strange)) stock.set(skuId, warehouses);
  }
  // Nothing could be read at all: then the refusal is the answer.
  if (stock.size === 0 && strange[0] !== undefined) throw strange[0];
  return stock;
}

/** A SKU refused for a reason that is not understood joins `strange` and has no reading; one too many of them is thrown. */
async function readChunk(
  session: Session,
  skuIds: readonly string[],
  strange: Refused[],
): Promise<Map<string, Map<string, number> | null>> {
  try {
    const { data } = await call(session, {
      operation: operations.searchInventory,
      body: { sku_ids: skuIds },
      answer: inventory,
    });
    return new Map(data.inventory.flatMap((one) => one.skus).map((sku) => [sku.id, unitsByWarehouse(sku.warehouse_inventory)]));
  } catch (thrown) {
    if (!(thrown instanceof Refused) || faultsOf(thrown).length === 0) throw thrown;
    const [only] = skuIds;
    if (skuIds.length === 1 && only !== undefined) {
      if (['sku_gone', 'product_gone', 'not_this_shop'].includes(codeOfFaults(faultsOf(thrown)))) return new Map([[only, null]]);
      strange.push(thrown);
      if (strange.length > strangeRefusals) throw thrown;
      return new Map();
    }
    // One bad id must not blind us to the others: halves find it in a few calls.
    const middle = Math.ceil(skuIds.length / 2);
    const first = await readChunk(session, skuIds.slice(0, middle), strange);
    return new Map([...first, ...(await readChunk(session, skuIds.slice(middle), strange))]);
  }
}

function unitsByWarehouse(places: readonly { warehouse_id: string; available_quantity: number }[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const place of places) {
    const available = unitsIn(place.available_quantity);
    if (available !== null) units.set(place.warehouse_id, available);
  }
  return units;
}

/**
 * Prices come from the detail: the search can look SKUs up as well, but ten at a time and from an index, whose delay after a
 * write is not documented.
 */
export async function readPrices(session: Session, listings: readonly ListingRef[]): Promise<PriceReading[]> {
  const productIds = [...new Set(listings.map(({ productId }) => productId))];
  const readings = await inLanes(productIds, productsAtOnce, (id) => readProduct(session, id));
  const byId = new Map(readings.map((reading) => [reading.id, reading]));
  return listings.flatMap((listing): PriceReading[] => {
    const reading = byId.get(listing.productId);
    if (reading === undefined || reading.kind === 'withheld') return [];
    const found = reading.kind === 'found' ? reading.product.listings.find(({ id }) => id === listing.variantId) : undefined;
    return [{ listing, price: found?.price ?? null, compareAtPrice: found?.compareAtPrice ?? null }];
  });
}
