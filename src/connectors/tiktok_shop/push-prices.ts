/**
 * Update Price sets prices of SKUs of one product, which must be ACTIVATE and in no running promotion. `data` comes back empty;
 * a refusal concerns the request as a whole and is taken apart SKU by SKU.
 */
import type { PriceWrite, Session, WriteResult } from '#connectors/connector.ts';
import { readWarehouses } from '#connectors/tiktok_shop/identify.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { asOutage, pushByProduct, resultOf, updateSkus } from '#connectors/tiktok_shop/push.ts';
import { toAmount } from '#connectors/tiktok_shop/translate.ts';

export async function pushPrices(session: Session, writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  const field = (await asOutage(() => sellsFromChina(session))) ? 'sale_price' : 'amount';
  return await pushByProduct(
    writes,
    (write) => write.listing.productId,
    async (productId, group) => {
      const ends = await updateSkus(session, {
        operation: operations.updatePrice,
        productId,
        skus: new Map(
          group.map(({ listing, price }) => [
            listing.variantId,
            { price: { [field]: toAmount(price), currency: price.currency } },
          ]),
        ),
        meaning: (_, code) => code,
      });
      return group.map(({ writeId, listing }) => resultOf(writeId, ends.get(listing.variantId)));
    },
  );
}

/**
 * "sale_price: required for the JP and US shops using China warehouses"; `amount` does not apply to them. Only global sellers
 * (CROSS_BORDER) have such warehouses, so nobody else pays for the question.
 */
async function sellsFromChina(session: Session): Promise<boolean> {
  const { seller_type: sellerType, shop_region: region } = session.credentials.secrets;
  if (sellerType !== 'CROSS_BORDER' || (region !== 'JP' && region !== 'US')) return false;
  const warehouses = await readWarehouses(session);
  return warehouses.some(({ type, sub_type: kind }) => type === 'SALES_WAREHOUSE' && kind === 'CB_DIRECT_SHIPPING_WAREHOUSE');
}
