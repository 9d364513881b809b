/**
 * What of our goods a line is. Every line is one unit of a SKU; only that of a virtual bundle is others: "for a virtual bundle
 * SKU, returns an array of related product SKUs that compose the virtual bundle" (Get Order Detail, `combined_listing_skus`),
 * each with how many units of it. Those are what is sold: Get Product gives a bundle's SKU the inventory of its source SKUs
 * (`combined_skus`), and takes it off sale with them (COMBO_RELATION). So a bundle is an item for each of its goods, beside the
 * item of the same SKU sold by itself; the bundle's own SKU is sold only where the line does not name every one of its goods.
 */
import type { Line } from '#connectors/tiktok_shop/orders/order-schema.ts';

export interface Goods {
  /** Stable: of the SKU as it was bought, and of the good that it holds. */
  itemId: string;
  productId: string;
  skuId: string;
  sku: string;
  units: number;
}

/** Never empty, and every item id once. */
export function goodsOf(line: Line): readonly Goods[] {
  const { id, sku_id: skuId, product_id: productId, seller_sku: sku, combined_listing_skus: parts } = line;
  const own = skuId || `line-${id}`;
  if (parts.length === 0 || parts.some((part) => part.sku_id === '')) return [{ itemId: own, productId, skuId, sku, units: 1 }];
  return [...Map.groupBy(parts, (part) => part.sku_id)].map(([partId, all]) => ({
    itemId: `${own}:${partId}`,
    productId: all[0]?.product_id ?? '',
    skuId: partId,
    sku: all[0]?.seller_sku ?? '',
    // One that is named is there once at least.
    units: all.reduce((sum, { sku_count: count }) => sum + Math.max(1, count ?? 1), 0),
  }));
}

/** Whether it is sold as one, but is others. */
export const isBundle = (line: Line): boolean => goodsOf(line).some(({ skuId }) => skuId !== line.sku_id);

/** Units by item id. */
export function unitsIn(lines: readonly Line[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const one of lines.flatMap(goodsOf)) units.set(one.itemId, (units.get(one.itemId) ?? 0) + one.units);
  return units;
}

/**
 * Of these lines the first that hold so many units of each item, and what of them no line holds: a line is taken as a whole, so
 * that half a bundle is none.
 */
export function linesWith(
  lines: readonly Line[],
  items: readonly { itemId: string; quantity: number }[],
): { found: Line[]; short: { itemId: string; quantity: number }[] } {
  const left = new Map<string, number>();
  for (const { itemId, quantity } of items) left.set(itemId, (left.get(itemId) ?? 0) + quantity);
  const found: Line[] = [];
  for (const line of lines) {
    const goods = goodsOf(line);
    if (goods.some(({ itemId, units }) => (left.get(itemId) ?? 0) < units)) continue;
    for (const { itemId, units } of goods) left.set(itemId, (left.get(itemId) ?? 0) - units);
    found.push(line);
  }
  const short = [...left].flatMap(([itemId, quantity]) => (quantity > 0 ? [{ itemId, quantity }] : []));
  return { found, short };
}
