import { jsonReply, type Reply } from '#connectors/tiktok_shop/sandbox/wire.ts';

/**
 * The platform's error codes that this shop speaks. Gateway and authorization codes: partner.tiktokshop.com
 * "Common errors"; the 1201… and 1205… ones: the error tables of the product endpoints; the 2100… and 2101… ones: those
 * of Ship Package, Mark Package As Shipped and Get Shipping Providers.
 */
export const codes = {
  tooManyRequests: 36009002,
  badParameter: 36009004,
  unknownPath: 36009009,
  wrongMethod: 36009010,
  deadVersion: 36009014,
  badFormat: 36009022,
  badAppCredentials: 36004001,
  badAuthCode: 36004004,
  badRefreshToken: 36004005,
  shopMismatch: 101000,
  tokenExpired: 105002,
  scopeMissing: 105005,
  badSign: 106001,
  cipherMissing: 106013,
  badStatus: 12019113,
  badPageToken: 12019108,
  badPageSize: 12019109,
  badCreateRange: 12019118,
  badUpdateRange: 12019119,
  tooManySellerSkus: 12019027,
  warehousesIncomplete: 12019028,
  tooManySkus: 12019087,
  tooManyProducts: 12019120,
  tooManyResults: 12052180,
  priceFormat: 12052012,
  productUnknown: 12052032,
  pricePromotionLocked: 12052038,
  foreignProduct: 12052048,
  quantityRange: 12052055,
  priceInvalid: 12052073,
  currencyUnavailable: 12052084,
  warehouseUnknown: 12052097,
  backorderForbidden: 12052309,
  listPriceUnsupported: 12052376,
  stockPromotionLocked: 12052393,
  warehouseNotForSales: 12052532,
  skuTwice: 12052553,
  warehouseTwice: 12052555,
  skuUnknown: 12052556,
  skuForeign: 12052557,
  priceMissing: 12052571,
  checkFailed: 12052990,
  fulfilmentParameter: 21001001,
  marketWithoutInterface: 21008106,
  noSuchDeliveryOption: 21008116,
  deliveryOfPlatform: 21008117,
  fulfilmentForbidden: 21011003,
  notShippedBySeller: 21011004,
  ordersShipped: 21011020,
  trackingInvalid: 21011022,
  foreignPackage: 21011028,
  packageShipped: 21011040,
  orderCancelled: 21011041,
  orderOnHold: 21011044,
} as const;

/** A whole call refused: nothing of it was applied. */
export class PlatformRefusal extends Error {
  override readonly name = 'PlatformRefusal';
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export function refuseParameter(message: string): never {
  throw new PlatformRefusal(codes.badParameter, message);
}

export function successReply(data: object, requestId: string): Reply {
  return jsonReply(200, { code: 0, message: 'Success', request_id: requestId, data });
}

export function refusalReply(refusal: PlatformRefusal, requestId: string): Reply {
  return jsonReply(httpStatusOf(refusal.code), { code: refusal.code, message: refusal.message, request_id: requestId });
}

/** The gateway answers its own refusals with an HTTP status; what the shop's services refuse comes with HTTP 200. */
function httpStatusOf(code: number): number {
  switch (code) {
    case codes.badSign:
    case codes.tokenExpired:
      return 401;
    case codes.scopeMissing:
    case codes.shopMismatch:
      return 403;
    case codes.unknownPath:
      return 404;
    case codes.wrongMethod:
      return 405;
    case codes.badParameter:
    case codes.deadVersion:
    case codes.badFormat:
    case codes.cipherMissing:
      return 400;
    default:
      return 200;
  }
}
