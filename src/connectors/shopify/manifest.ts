import type { AuthField, Manifest } from '#connectors/connector.ts';
import { orderStatuses } from '#connectors/shopify/orders/native-status.ts';
import { ordersPerPage } from '#connectors/shopify/orders/order-documents.ts';

/** Stable since 1 October 2026, supported for a year; the documents are valid on 2026-07 too (documents.test.ts). */
export const apiVersion = '2026-10';

/**
 * Shop name check of the platform's own library (npm @shopify/shopify-api, shop-validator), myshopify.com form only; also as
 * the address that a browser shows, which is what people copy.
 */
const shopPattern = '^(?:https?://)?[a-zA-Z0-9][a-zA-Z0-9_\\-]*\\.myshopify\\.com/?$';

const shop: AuthField = {
  name: 'shop',
  label: 'Shop address',
  secret: false,
  placeholder: 'your-shop.myshopify.com',
  pattern: shopPattern,
  rule: 'The shop address ends in .myshopify.com, such as your-shop.myshopify.com. You find it in the Shopify admin under Settings, Domains.',
};

const clientId: AuthField = {
  name: 'client_id',
  label: 'Client ID',
  secret: false,
  placeholder: '',
  pattern: '^[!-~]{8,128}$',
  rule: 'The client ID stands in the Dev Dashboard under Settings of your app; it is of plain letters and digits, without blanks.',
};

const clientSecret: AuthField = {
  name: 'client_secret',
  label: 'Client secret',
  secret: true,
  placeholder: '',
  pattern: '^[!-~]{8,256}$',
  rule: 'The client secret stands beside the client ID; copy it whole, without blanks or invisible characters.',
};

const accessToken: AuthField = {
  name: 'access_token',
  label: 'Admin API access token',
  secret: true,
  placeholder: 'shpat_…',
  pattern: '^[!-~]{8,256}$',
  rule: 'The token usually begins with shpat_ and has no blanks or invisible characters; copy it whole.',
};

export const shopifyManifest = {
  id: 'shopify',
  name: 'Shopify',
  badge: 'SH',
  docsUrl: 'https://shopify.dev/docs/api/admin-graphql',
  auth: [
    {
      kind: 'oauth2',
      title: 'Sign in at Shopify',
      help: 'You are sent to your Shopify admin, where you allow StoreSync to read products, stock and orders, to change products and stock and to report shipments.',
      fields: [shop],
    },
    {
      kind: 'client_credentials',
      title: 'App of your own organization',
      help: 'For an app made in the Dev Dashboard of the organization that owns the shop. StoreSync fetches a new token each day.',
      fields: [shop, clientId, clientSecret],
    },
    {
      kind: 'access_token',
      title: 'Existing custom app',
      help: 'For a custom app made in the Shopify admin before 2026, with its Admin API access token.',
      fields: [shop, accessToken],
    },
  ],
  scopes: [
    'read_products',
    'write_products',
    'read_inventory',
    'write_inventory',
    'read_locations',
    'read_orders',
    'read_returns',
    'read_merchant_managed_fulfillment_orders',
    'write_merchant_managed_fulfillment_orders',
  ],
  capabilities: {
    compareAndSet: true,
    idempotentWrites: true,
    locations: true,
    enableTracking: true,
    compareAtPrices: true,
    bulkPull: true,
    webhooks: true,
  },
  // The schema tells no figures for INVALID_QUANTITY_TOO_HIGH and _TOO_LOW; the platform's documented range of an inventory
  // quantity is a milliard either way, within GraphQL's 32-bit Int.
  quantity: { minimum: -1_000_000_000, maximum: 1_000_000_000 },
  limits: {
    buckets: {
      // The Standard plan's bucket until an answer tells the shop's own (extensions.cost.throttleStatus).
      graphql: { capacity: 2000, refillPerSecond: 100, learned: true },
      // Not published: files of exports and token requests are rare, this only keeps a loop from running wild.
      files: { capacity: 10, refillPerSecond: 10, learned: false },
    },
    // The platform takes 250. One stale quantity refuses the whole call, so the more there are, the more go round twice.
    quantitiesPerCall: 50,
    pricesPerCall: 100,
    pricesPerProduct: true,
    quantitiesPerProduct: false,
    levelsPerRead: 100,
    // A judgement, nothing is published: the platform gives a request up after some 30 s.
    longestWriteSeconds: 30,
    // A product's webhook carries a hundred variants in full.
    webhookBodyBytes: 5 * 1024 * 1024,
  },
  orders: {
    // Judged: how soon a new order is among the results of a search is not documented.
    feedLagSeconds: 10,
    // Older ones are shown to apps with an approved read_all_orders only.
    historyDays: 60,
    readingBoundSeconds: 60,
    ordersPerRead: ordersPerPage,
    fulfils: true,
    statuses: orderStatuses,
  },
  // Compliance topics (customers/data_request, customers/redact, shop/redact) come by the app's own settings. Fulfillments
  // have topics that need read_fulfillments; an order that is shipped is also updated, which needs no other scope.
  webhookTopics: [
    'ORDERS_CREATE',
    'ORDERS_UPDATED',
    'ORDERS_CANCELLED',
    'ORDERS_EDITED',
    // Only "specific order types" can be deleted, cancelled or archived ones as a rule; what was told before may have been missed.
    'ORDERS_DELETE',
    'REFUNDS_CREATE',
    'PRODUCTS_CREATE',
    'PRODUCTS_UPDATE',
    'PRODUCTS_DELETE',
    'INVENTORY_LEVELS_UPDATE',
    'INVENTORY_ITEMS_UPDATE',
    'LOCATIONS_UPDATE',
    'SHOP_UPDATE',
    'APP_UNINSTALLED',
    'BULK_OPERATIONS_FINISH',
  ],
} as const satisfies Manifest;
