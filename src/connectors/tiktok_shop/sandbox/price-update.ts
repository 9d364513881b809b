import { z } from 'zod';
import { faultOfAmount, keptAmount } from '#connectors/tiktok_shop/sandbox/amounts.ts';
import { type ApiCall, productOfPath, readBody, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { isLive, type ShopProduct, type ShopSku } from '#connectors/tiktok_shop/sandbox/goods.ts';
import { codes, PlatformRefusal } from '#connectors/tiktok_shop/sandbox/refusal.ts';

const priceUpdateBody = z.strictObject({
  skus: z
    .array(
      z.strictObject({
        id: z.string(),
        price: z.strictObject({ amount: z.string().optional(), currency: z.string().optional() }).optional(),
        list_price: z.unknown().optional(),
        external_list_prices: z.unknown().optional(),
      }),
    )
    .min(1),
});
type PriceEntry = z.infer<typeof priceUpdateBody>['skus'][number];

/**
 * Update Price: all the SKUs named or none, since the answer has no room for partial failures: `data` is always empty.
 * Only of a live product that is in no running promotion.
 */
export function updatePrices(call: ApiCall, floor: ShopFloor): object {
  const { skus } = readBody(call, priceUpdateBody);
  const product = productOfPath(call, floor);
  if (!isLive(product)) throw new PlatformRefusal(codes.badStatus, `Product status is invalid: ${product.status}, not ACTIVATE`);
  if (product.promotion !== null) throw new PlatformRefusal(codes.pricePromotionLocked, 'The price is locked by a promotion');
  if (new Set(skus.map(({ id }) => id)).size < skus.length) throw new PlatformRefusal(codes.skuTwice, 'Duplicate SKU id');
  const prices = skus.map((entry) => checkPrice(entry, product, floor));
  floor.catalog.setPrices(product, prices, 'api');
  return {};
}

function checkPrice(entry: PriceEntry, product: ShopProduct, floor: ShopFloor): { sku: ShopSku; price: string } {
  const sku = floor.catalog.sku(entry.id);
  if (sku === undefined || sku.product !== product) {
    throw new PlatformRefusal(codes.skuForeign, `The SKU ID does not belong to the product. (${entry.id})`);
  }
  if (entry.list_price !== undefined || entry.external_list_prices !== undefined) {
    throw new PlatformRefusal(codes.listPriceUnsupported, 'List prices are not supported for this shop');
  }
  const { amount, currency } = entry.price ?? {};
  if (amount === undefined) throw new PlatformRefusal(codes.priceMissing, `The SKU ${entry.id} has no price`);
  if (currency !== floor.catalog.currency) {
    throw new PlatformRefusal(codes.currencyUnavailable, `The currency ${currency ?? '(none)'} is not available in this shop`);
  }
  const fault = faultOfAmount(amount, currency);
  if (fault === 'format')
    throw new PlatformRefusal(codes.priceFormat, `The format of the price ${amount} is wrong for ${currency}`);
  if (fault === 'value') throw new PlatformRefusal(codes.priceInvalid, 'The price must be greater than 0');
  return { sku, price: keptAmount(amount, currency) };
}
