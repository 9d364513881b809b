/**
 * Update Inventory sets absolute quantities, a SKU with all its warehouses: "You must include all warehouse IDs assigned to
 * this SKU. Do not omit any or add unrelated warehouses." An incomplete list is refused (12019028, 12052037), nothing applied.
 *
 * Most SKUs have one warehouse, so the warehouses of the writes are sent as they are; only a SKU refused as incomplete has its
 * other warehouses read and sent along at what was just read. A sale there in between would be overwritten: the window is one
 * round trip, and there is no compare-and-set that would close it. One refused for another reason is taken apart by warehouse.
 */
import type { QuantityWrite, Session, WriteResult } from '#connectors/connector.ts';
import { isPlatformError } from '#connectors/errors.ts';
import { manifest } from '#connectors/tiktok_shop/manifest.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import {
  endAfter,
  leavesDoubt,
  pushByProduct,
  resultOf,
  type SkuEnd,
  type SkuUpdate,
  updateSkus,
  withoutThrowing,
} from '#connectors/tiktok_shop/push.ts';
import { readStock } from '#connectors/tiktok_shop/read.ts';
import { type RefusalCode, refusal } from '#connectors/tiktok_shop/refusals.ts';

/** By warehouse id: the quantity to stand there. */
type Places = Map<string, number>;

/** Whole, at least 0, at most the documented 99,999. */
export function canonicalQuantity(quantity: number): number {
  return Math.min(manifest.quantity.maximum, Math.max(manifest.quantity.minimum, Math.trunc(quantity)));
}

export async function pushQuantities(session: Session, writes: readonly QuantityWrite[]): Promise<WriteResult[]> {
  return await pushByProduct(
    writes,
    (write) => write.ref.listing.productId,
    async (productId, group) => {
      const wanted = placesBySku(group);
      const ends = await pushPlaces(session, productId, wanted);
      const apart = await pushApart(session, productId, wanted, ends);
      return group.map(({ writeId, ref: { listing, locationId } }) =>
        resultOf(writeId, apart.get(listing.variantId)?.get(locationId) ?? ends.get(listing.variantId)),
      );
    },
  );
}

/** By SKU id. Throws while nothing can have been applied. */
async function pushPlaces(
  session: Session,
  productId: string,
  wanted: ReadonlyMap<string, Places>,
): Promise<Map<string, SkuEnd>> {
  const ends = await updateSkus(session, updateOf(productId, wanted));
  return new Map([...ends, ...(await completeAndRepeat(session, productId, wanted, ends))]);
}

/** What may have been said against one of a SKU's warehouses only. A campaign is not among them: it holds the sum of all. */
const ofOnePlace: ReadonlySet<string> = new Set<RefusalCode>([
  'zero_refused',
  'quantity_refused',
  'warehouse_unknown',
  'platform_refused',
]);

/**
 * A SKU of several warehouses is refused for the sake of one: each is asked for by itself then, the others as they stand, so
 * that the figures of the others are lowered all the same. By SKU id and warehouse id.
 */
async function pushApart(
  session: Session,
  productId: string,
  wanted: ReadonlyMap<string, Places>,
  ends: ReadonlyMap<string, SkuEnd>,
): Promise<Map<string, Map<string, SkuEnd>>> {
  const apart = new Map<string, Map<string, SkuEnd>>();
  for (const [skuId, places] of wanted) {
    const end = ends.get(skuId);
    if (places.size === 1 || end?.outcome !== 'refused' || !ofOnePlace.has(end.refusal.code)) continue;
    const own = new Map<string, SkuEnd>();
    // One after the other: each sends the other places at what stands there.
    for (const place of places) {
      const alone = new Map([[skuId, new Map([place])]]);
      own.set(place[0], await withoutThrowing(async () => (await pushPlaces(session, productId, alone)).get(skuId)));
    }
    apart.set(skuId, own);
  }
  return apart;
}

function placesBySku(writes: readonly QuantityWrite[]): Map<string, Places> {
  const bySku = new Map<string, Places>();
  for (const { ref, quantity } of writes) {
    const places = bySku.get(ref.listing.variantId) ?? new Map<string, number>();
    bySku.set(ref.listing.variantId, places.set(ref.locationId, quantity));
  }
  return bySku;
}

function updateOf(productId: string, wanted: ReadonlyMap<string, Places>): SkuUpdate {
  return {
    operation: operations.updateInventory,
    productId,
    skus: new Map([...wanted].map(([skuId, places]) => [skuId, { inventory: inventoryOf(places) }])),
    meaning: (skuId, code) => meaningOf([...(wanted.get(skuId)?.values() ?? [])].includes(0), code),
  };
}

/** The warehouse id may be left out where a SKU has one warehouse only: so is an empty one of ours. */
function inventoryOf(places: Places): Record<string, unknown>[] {
  return [...places].map(([warehouseId, quantity]) =>
    warehouseId === '' ? { quantity } : { warehouse_id: warehouseId, quantity },
  );
}

/** 0 lies outside the documented range of 1 to 99,999; what is said against a quantity of 0 is said against the 0. */
function meaningOf(hasZero: boolean, code: RefusalCode): RefusalCode {
  if (code === 'in_promotion') return 'stock_in_campaign';
  return hasZero && (code === 'quantity_refused' || code === 'platform_refused') ? 'zero_refused' : code;
}

/** Ends of the SKUs that were sent again, or that cannot be sent; empty when none was refused as incomplete. */
async function completeAndRepeat(
  session: Session,
  productId: string,
  wanted: ReadonlyMap<string, Places>,
  ends: ReadonlyMap<string, SkuEnd>,
): Promise<Map<string, SkuEnd>> {
  const incomplete = [...wanted].filter(([skuId]) => {
    const end = ends.get(skuId);
    return end?.outcome === 'refused' && end.refusal.code === 'warehouses_incomplete';
  });
  if (incomplete.length === 0) return new Map();
  try {
    const stock = await readStock(
      session,
      incomplete.map(([skuId]) => skuId),
    );
    const settled = new Map<string, SkuEnd>();
    const complete = new Map<string, Places>();
    for (const [skuId, places] of incomplete) {
      const standing = stock.get(skuId);
      if (!standing || standing.size === 0) continue; // nothing to add: the refusal stands
      if ([...places.keys()].some((place) => place !== '' && !standing.has(place)))
        settled.set(skuId, { outcome: 'refused', refusal: refusal('warehouse_unknown') });
      else if (standing.size > places.size) complete.set(skuId, new Map([...standing, ...places]));
    }
    if (complete.size === 0) return settled;
    return new Map([...settled, ...(await updateSkus(session, updateOf(productId, complete)))]);
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    // All of the first request was refused, and nothing is in doubt: the error says what is to be done about it.
    if (incomplete.length === wanted.size && !leavesDoubt(thrown)) throw thrown;
    // Else the first request has its own results already; an error now leaves open only what was sent again.
    return new Map(incomplete.map(([skuId]) => [skuId, endAfter(thrown)]));
  }
}
