import { z } from 'zod';
import { type ApiCall, readBody, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { inventoryEntry, searchEntry } from '#connectors/tiktok_shop/sandbox/catalog-view.ts';
import { productStatuses, type ShopProduct, type ShopSku } from '#connectors/tiktok_shop/sandbox/goods.ts';
import { codes, PlatformRefusal, refuseParameter } from '#connectors/tiktok_shop/sandbox/refusal.ts';

const unixSeconds = z.int().min(0);

const searchBody = z.strictObject({
  status: z.enum(['ALL', ...productStatuses]).optional(),
  seller_skus: z.array(z.string()).optional(),
  sku_ids: z.array(z.string()).optional(),
  create_time_ge: unixSeconds.optional(),
  create_time_le: unixSeconds.optional(),
  update_time_ge: unixSeconds.optional(),
  update_time_le: unixSeconds.optional(),
});
type SearchBody = z.infer<typeof searchBody>;

/**
 * Search Products: in the order of creation, deleted ones too unless a status is asked for. A page token says where the
 * next page begins, so a product that leaves the answer between two pages moves the rest.
 */
export function searchProducts(call: ApiCall, floor: ShopFloor): object {
  const body = readBody(call, searchBody);
  const pageSize = readPageSize(call.query.get('page_size'));
  const offset = readPageToken(call.query.get('page_token'));
  const found = productsMatching(body, floor);
  if (found.length > floor.rules.searchLimit) {
    throw new PlatformRefusal(codes.tooManyResults, `The search has more than ${floor.rules.searchLimit} results, narrow it`);
  }
  const end = offset + pageSize;
  return {
    ...(end < found.length ? { next_page_token: pageTokenAt(end) } : {}),
    products: found.slice(offset, end).map((product) => searchEntry(product, floor.view)),
    total_count: found.length,
  };
}

function productsMatching(body: SearchBody, floor: ShopFloor): readonly ShopProduct[] {
  if ((body.seller_skus?.length ?? 0) > 10) throw new PlatformRefusal(codes.tooManySellerSkus, 'seller_skus: at most 10');
  if ((body.sku_ids?.length ?? 0) > 10) throw new PlatformRefusal(codes.tooManySkus, 'sku_ids: at most 10');
  const now = floor.clock.seconds();
  const created = readRange(body.create_time_ge, body.create_time_le, now, codes.badCreateRange);
  const updated = readRange(body.update_time_ge, body.update_time_le, now, codes.badUpdateRange);
  const status = body.status === undefined || body.status === 'ALL' ? null : body.status;
  const sellerSkus = nonEmptySet(body.seller_skus);
  const skuIds = nonEmptySet(body.sku_ids);
  if (created === null && updated === null && status === null && sellerSkus === null && skuIds === null)
    return floor.catalog.products;
  return floor.catalog.products.filter(
    (product) =>
      (status === null || product.status === status) &&
      (created === null || (product.createSeconds >= created.from && product.createSeconds <= created.to)) &&
      (updated === null || (product.updateSeconds >= updated.from && product.updateSeconds <= updated.to)) &&
      (sellerSkus === null || product.skus.some((sku) => sellerSkus.has(sku.sellerSku))) &&
      (skuIds === null || product.skus.some((sku) => skuIds.has(sku.id))),
  );
}

function nonEmptySet(values: readonly string[] | undefined): Set<string> | null {
  return values === undefined || values.length === 0 ? null : new Set(values);
}

/** An absent end is now, an absent beginning the shop's first day. Source: Search Products, `update_time_ge`. */
function readRange(
  ge: number | undefined,
  le: number | undefined,
  now: number,
  code: number,
): { from: number; to: number } | null {
  if (ge === undefined && le === undefined) return null;
  const range = { from: ge ?? 0, to: le ?? now };
  if (le !== undefined && range.from > range.to) throw new PlatformRefusal(code, 'The time range is invalid');
  return range;
}

function readPageSize(text: string | null): number {
  const size = text !== null && /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > 100) throw new PlatformRefusal(codes.badPageSize, 'page_size is invalid, valid range: [1-100]');
  return size;
}

function pageTokenAt(offset: number): string {
  return Buffer.from(`offset=${offset}\n`).toString('base64');
}

function readPageToken(token: string | null): number {
  if (token === null) return 0;
  const offset = /^offset=(\d{1,9})\n$/.exec(Buffer.from(token, 'base64').toString('utf8'))?.[1];
  if (offset === undefined) throw new PlatformRefusal(codes.badPageToken, 'page_token is invalid');
  return Number(offset);
}

const inventoryBody = z.strictObject({
  product_ids: z.array(z.string()).optional(),
  sku_ids: z.array(z.string()).optional(),
});

/** Inventory Search: by products or by SKUs. What the shop does not have, or has deleted, is left out of the answer. */
export function searchInventory(call: ApiCall, floor: ShopFloor): object {
  const { product_ids: productIds = [], sku_ids: skuIds = [] } = readBody(call, inventoryBody);
  if (productIds.length > 0 === skuIds.length > 0) {
    return refuseParameter(
      'Invalid parameter. Searches can be based on either product IDs or SKU IDs, not both at the same time.',
    );
  }
  if (productIds.length > 100) throw new PlatformRefusal(codes.tooManyProducts, 'product_ids: at most 100');
  if (skuIds.length > 600) return refuseParameter('Invalid parameter. sku_ids: at most 600');
  const asked = productIds.length > 0 ? skusOfProducts(productIds, floor) : skusByProduct(skuIds, floor);
  return { inventory: [...asked].map(([product, skus]) => inventoryEntry(product.id, skus, floor.view)) };
}

function skusOfProducts(ids: readonly string[], floor: ShopFloor): Map<ShopProduct, ShopSku[]> {
  const found = new Map<ShopProduct, ShopSku[]>();
  for (const id of ids) {
    const product = floor.catalog.product(id);
    if (product !== undefined && product.status !== 'DELETED') found.set(product, product.skus);
  }
  return found;
}

function skusByProduct(ids: readonly string[], floor: ShopFloor): Map<ShopProduct, ShopSku[]> {
  const found = new Map<ShopProduct, ShopSku[]>();
  for (const id of new Set(ids)) {
    const sku = floor.catalog.sku(id);
    if (sku === undefined || sku.product.status === 'DELETED') continue;
    const skus = found.get(sku.product);
    if (skus === undefined) found.set(sku.product, [sku]);
    else skus.push(sku);
  }
  return found;
}
