/** Every call that is made to TikTok Shop, by what the partner documentation names it. Versions stand in the paths. */
import type { HttpRequest } from '#connectors/http.ts';
import type { Bucket } from '#connectors/tiktok_shop/manifest.ts';

export interface Operation {
  method: HttpRequest['method'];
  /** `{product_id}` stands for the product that the call is about; so do `{order_id}` and the others. */
  path: string;
  bucket: Bucket;
  /** Changes stock, prices or shipments: not repeated by the transport, and unclear without an answer. */
  write: boolean;
}

const operation = (method: Operation['method'], path: string, bucket: Bucket, write = false): Operation => ({
  method,
  path,
  bucket,
  write,
});

const product = '/product/202309/products/{product_id}';
const webhooks = '/event/202309/webhooks';

export const operations = {
  getAuthorizedShops: operation('GET', '/authorization/202309/shops', 'shops'),
  getWarehouses: operation('GET', '/logistics/202309/warehouses', 'warehouses'),
  searchProducts: operation('POST', '/product/202502/products/search', 'product_search'),
  getProduct: operation('GET', product, 'product_detail'),
  searchInventory: operation('POST', '/product/202309/inventory/search', 'inventory_search'),
  updateInventory: operation('POST', `${product}/inventory/update`, 'inventory_update', true),
  updatePrice: operation('POST', `${product}/prices/update`, 'price_update', true),
  searchOrders: operation('POST', '/order/202309/orders/search', 'order_search'),
  getOrders: operation('GET', '/order/202507/orders', 'order_detail'),
  searchCancellations: operation('POST', '/return_refund/202309/cancellations/search', 'cancellation_search'),
  searchReturns: operation('POST', '/return_refund/202309/returns/search', 'return_search'),
  searchPackages: operation('POST', '/fulfillment/202309/packages/search', 'package_search'),
  createPackage: operation('POST', '/fulfillment/202309/orders/{order_id}/packages', 'package_create', true),
  shipPackage: operation('POST', '/fulfillment/202309/packages/{package_id}/ship', 'package_ship', true),
  getShippingProviders: operation(
    'GET',
    '/logistics/202309/delivery_options/{delivery_option_id}/shipping_providers',
    'shipping_providers',
  ),
  getShopWebhooks: operation('GET', webhooks, 'webhooks'),
  updateShopWebhook: operation('PUT', webhooks, 'webhooks'),
  deleteShopWebhook: operation('DELETE', webhooks, 'webhooks'),
} as const satisfies Record<string, Operation>;

/** Calls of the token host: GET, unsigned. */
export const tokenPaths = { exchange: '/api/v2/token/get', refresh: '/api/v2/token/refresh' } as const;
