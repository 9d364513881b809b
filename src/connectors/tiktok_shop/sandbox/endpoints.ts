import { type ApiCall, productOfPath, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { productDetail } from '#connectors/tiktok_shop/sandbox/catalog-view.ts';
import { updateInventory } from '#connectors/tiktok_shop/sandbox/inventory-update.ts';
import { createPackage, listCarriers, shipPackage } from '#connectors/tiktok_shop/sandbox/orders/fulfilment.ts';
import { getOrders, searchOrders } from '#connectors/tiktok_shop/sandbox/orders/order-search.ts';
import { searchPackages } from '#connectors/tiktok_shop/sandbox/orders/package-search.ts';
import { searchCancellations, searchReturns } from '#connectors/tiktok_shop/sandbox/orders/reverse-search.ts';
import { updatePrices } from '#connectors/tiktok_shop/sandbox/price-update.ts';
import { activateProducts, deactivateProducts } from '#connectors/tiktok_shop/sandbox/product-activation.ts';
import { searchInventory, searchProducts } from '#connectors/tiktok_shop/sandbox/product-search.ts';
import { codes, PlatformRefusal } from '#connectors/tiktok_shop/sandbox/refusal.ts';
import { warehouseEntry } from '#connectors/tiktok_shop/sandbox/warehouses.ts';
import { deleteWebhook, listWebhooks, putWebhook } from '#connectors/tiktok_shop/sandbox/webhook-subscriptions.ts';

export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  template: string;
  /** The access scope that the token must have; null where none is documented. */
  scope: string | null;
  /** Whether the call names its shop by `shop_cipher`; where it does not, a cipher is refused. */
  takesCipher: boolean;
  /** The answer's `data`; throws PlatformRefusal. */
  answer(call: ApiCall, floor: ShopFloor): object;
}

export const scopes = {
  authorization: 'seller.authorization.info',
  shop: 'seller.shop.info',
  productRead: 'seller.product.basic',
  productWrite: 'seller.product.write',
  logistics: 'seller.logistics',
  orders: 'seller.order.info',
  fulfilment: 'seller.fulfillment.basic',
  returns: 'seller.return_refund.basic',
} as const;

const products = '/product/202309/products';

const orderEndpoints: readonly Endpoint[] = [
  { method: 'POST', template: '/order/202309/orders/search', scope: scopes.orders, takesCipher: true, answer: searchOrders },
  { method: 'GET', template: '/order/202507/orders', scope: scopes.orders, takesCipher: true, answer: getOrders },
  {
    method: 'POST',
    template: '/return_refund/202309/cancellations/search',
    scope: scopes.returns,
    takesCipher: true,
    answer: searchCancellations,
  },
  {
    method: 'POST',
    template: '/return_refund/202309/returns/search',
    scope: scopes.returns,
    takesCipher: true,
    answer: searchReturns,
  },
  {
    method: 'POST',
    template: '/fulfillment/202309/packages/search',
    scope: scopes.fulfilment,
    takesCipher: true,
    answer: searchPackages,
  },
  {
    method: 'POST',
    template: '/fulfillment/202309/orders/{order_id}/packages',
    scope: scopes.fulfilment,
    takesCipher: true,
    answer: createPackage,
  },
  {
    method: 'POST',
    template: '/fulfillment/202309/packages/{package_id}/ship',
    scope: scopes.fulfilment,
    takesCipher: true,
    answer: shipPackage,
  },
  {
    method: 'GET',
    template: '/logistics/202309/delivery_options/{delivery_option_id}/shipping_providers',
    scope: scopes.logistics,
    takesCipher: true,
    answer: listCarriers,
  },
];

export const endpoints: readonly Endpoint[] = [
  { method: 'GET', template: '/authorization/202309/shops', scope: scopes.authorization, takesCipher: false, answer: listShops },
  { method: 'GET', template: '/logistics/202309/warehouses', scope: scopes.logistics, takesCipher: true, answer: listWarehouses },
  {
    method: 'POST',
    template: '/product/202502/products/search',
    scope: scopes.productRead,
    takesCipher: true,
    answer: searchProducts,
  },
  { method: 'GET', template: `${products}/{product_id}`, scope: scopes.productRead, takesCipher: true, answer: getProduct },
  {
    method: 'POST',
    template: '/product/202309/inventory/search',
    scope: scopes.productRead,
    takesCipher: true,
    answer: searchInventory,
  },
  {
    method: 'POST',
    template: `${products}/{product_id}/inventory/update`,
    scope: scopes.productWrite,
    takesCipher: true,
    answer: updateInventory,
  },
  {
    method: 'POST',
    template: `${products}/{product_id}/prices/update`,
    scope: scopes.productWrite,
    takesCipher: true,
    answer: updatePrices,
  },
  { method: 'POST', template: `${products}/activate`, scope: scopes.productWrite, takesCipher: true, answer: activateProducts },
  {
    method: 'POST',
    template: `${products}/deactivate`,
    scope: scopes.productWrite,
    takesCipher: true,
    answer: deactivateProducts,
  },
  { method: 'GET', template: '/event/202309/webhooks', scope: null, takesCipher: true, answer: listWebhooks },
  { method: 'PUT', template: '/event/202309/webhooks', scope: null, takesCipher: true, answer: putWebhook },
  { method: 'DELETE', template: '/event/202309/webhooks', scope: null, takesCipher: true, answer: deleteWebhook },
  ...orderEndpoints,
];

function listShops(_call: ApiCall, floor: ShopFloor): object {
  const { id, name, region, code, cipher } = floor.shop;
  return { shops: [{ cipher, code, id, name, region, seller_type: 'LOCAL' }] };
}

function listWarehouses(_call: ApiCall, floor: ShopFloor): object {
  return {
    warehouses: [...floor.view.warehouses, floor.returnWarehouse].map((warehouse) =>
      warehouseEntry(warehouse, floor.shop.region),
    ),
  };
}

function getProduct(call: ApiCall, floor: ShopFloor): object {
  return productDetail(productOfPath(call, floor), floor.view);
}

const patterns = endpoints.map((endpoint) => ({
  endpoint,
  literal: !endpoint.template.includes('{'),
  exact: patternOf(endpoint.template),
  anyVersion: patternOf(endpoint.template.replace(/\/\d{6}\//, '/{version}/')),
}));

/** `{name}` stands for one piece of the path. */
function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

/**
 * The endpoint for a call, with the values of its path's parameters. Throws PlatformRefusal: unknown path, right path with
 * another method, or a version that is not (any more) served.
 */
export function findEndpoint(method: string, path: string): { endpoint: Endpoint; path: Record<string, string> } {
  const onPath = patterns.filter(({ exact }) => exact.test(path));
  // "/products/activate" also fits "/products/{product_id}": the literal path wins.
  const preferred = onPath.some(({ literal }) => literal) ? onPath.filter(({ literal }) => literal) : onPath;
  for (const { endpoint, exact } of preferred) {
    if (endpoint.method === method) return { endpoint, path: { ...exact.exec(path)?.groups } };
  }
  if (preferred.length > 0) {
    throw new PlatformRefusal(codes.wrongMethod, 'Invalid method. The HTTP method used is not supported by this endpoint.');
  }
  if (patterns.some(({ anyVersion }) => /\/\d{6}\//.test(path) && anyVersion.test(path))) {
    throw new PlatformRefusal(
      codes.deadVersion,
      'Invalid API version. The API version in the path is invalid or no longer served.',
    );
  }
  throw new PlatformRefusal(codes.unknownPath, 'Invalid path. The specified path does not match any available endpoint.');
}
