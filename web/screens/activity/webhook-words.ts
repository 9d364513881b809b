import { readable } from '~/parts/readable.ts';

/** What a platform's notification is about, in a seller's words. Pure. */
const words: Readonly<Record<string, string>> = {
  'products/create': 'Product added',
  'products/update': 'Product changed',
  'products/delete': 'Product deleted',
  'inventory_levels/update': 'Stock changed',
  'inventory_items/update': 'Stock settings changed',
  'orders/create': 'Order placed',
  'orders/paid': 'Order paid',
  'orders/updated': 'Order changed',
  'orders/edited': 'Order edited',
  'orders/cancelled': 'Order cancelled',
  'orders/fulfilled': 'Order shipped',
  'orders/partially_fulfilled': 'Part of an order shipped',
  'fulfillments/create': 'Parcel shipped',
  'fulfillments/update': 'Parcel changed',
  'refunds/create': 'Money given back',
  'bulk_operations/finish': 'A long reading is ready',
  'app/uninstalled': 'StoreSync was removed from the store',
  'app/scopes_update': 'Rights changed',
  'customers/data_request': 'A buyer asks for their data',
  'customers/redact': 'A buyer’s data is to be erased',
  'shop/redact': 'The store’s data is to be erased',
  'shop/update': 'Store settings changed',
  'locations/update': 'A location changed',
  ORDER_STATUS_CHANGE: 'Order changed',
  PACKAGE_UPDATE: 'Parcel changed',
  CANCELLATION_STATUS_CHANGE: 'Cancellation changed',
  RETURN_STATUS_CHANGE: 'Return changed',
  PRODUCT_STATUS_CHANGE: 'Product went on or off sale',
  PRODUCT_INFORMATION_CHANGE: 'Product changed',
  PRODUCT_CREATION: 'Product added',
  SELLER_DEAUTHORIZATION: 'StoreSync was removed from the store',
  UPCOMING_AUTHORIZATION_EXPIRATION: 'The permission is about to end',
};

/** A topic that this page does not know yet is told by its own name, made readable. */
export const topicWords = (topic: string): string => words[topic] ?? readable(topic);
