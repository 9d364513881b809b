import { z } from 'zod';
import { type ApiCall, readBody, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { isLive, type ShopProduct } from '#connectors/tiktok_shop/sandbox/goods.ts';
import { codes, PlatformRefusal } from '#connectors/tiktok_shop/sandbox/refusal.ts';

const activationBody = z.strictObject({
  product_ids: z.array(z.string()).min(1),
  listing_platforms: z.array(z.enum(['TIKTOK_SHOP', 'TOKOPEDIA'])).optional(),
});

/** For an id that is not of this shop: the sample error of both calls' documentation. */
const foreign = { code: codes.foreignProduct, message: "You can't edit other sellers' products" };

/** Activate Product: what is deactivated goes to the audit (PENDING) and comes back live. Failures one by one. */
export function activateProducts(call: ApiCall, floor: ShopFloor): object {
  return eachProduct(call, floor, (id, product) => {
    if (product === undefined) return failedActivation(id, foreign);
    if (product.status !== 'SELLER_DEACTIVATED' && product.status !== 'PLATFORM_DEACTIVATED') {
      return failedActivation(id, { code: codes.badStatus, message: `Product status is invalid: ${product.status}` });
    }
    floor.catalog.submitForAudit(product);
    return null;
  });
}

/** Deactivate Products: hides live products from buyers. Failures one by one. */
export function deactivateProducts(call: ApiCall, floor: ShopFloor): object {
  return eachProduct(call, floor, (id, product) => {
    if (product === undefined) return { ...foreign, detail: { product_id: id } };
    if (!isLive(product)) {
      return { code: codes.badStatus, message: `Product status is invalid: ${product.status}`, detail: { product_id: id } };
    }
    floor.catalog.changeStatus(product, 'SELLER_DEACTIVATED');
    return null;
  });
}

function failedActivation(id: string, cause: { code: number; message: string }): object {
  return { code: codes.checkFailed, message: 'Check failed', detail: { product_id: id, extra_errors: [cause] } };
}

function eachProduct(
  call: ApiCall,
  floor: ShopFloor,
  act: (id: string, product: ShopProduct | undefined) => object | null,
): object {
  const { product_ids: ids } = readBody(call, activationBody);
  if (ids.length > 20) throw new PlatformRefusal(codes.tooManyProducts, 'product_ids: at most 20');
  const errors = [...new Set(ids)].flatMap((id) => act(id, floor.catalog.product(id)) ?? []);
  return errors.length === 0 ? {} : { errors };
}
