import type { AuthField, Manifest } from '#connectors/connector.ts';

export const apiVersion = '2026-10';

const shop: AuthField = {
  name: 'shop',
  label: 'Shop address',
  secret: false,
  placeholder: 'your-shop.myshopify.com',
  // Shop name check of the platform's own library (npm @shopify/shopify-api, shop-validator), myshopify.com form only.
  pattern: '^[a-zA-Z0-9][a-zA-Z0-9\\-]*\\.myshopify\\.com$',
  rule: 'The shop address ends in .myshopify.com, such as your-shop.myshopify.com. You find it in the Shopify admin under Settings, Domains.',
};

export const shopifyManifest = {
  id: 'shopify',
  name: 'Shopify',
  badge: 'SH',
  docsUrl: 'https://shopify.dev/docs/api/admin-graphql',
  auth: [
    { kind: 'oauth2', title: 'Sign in at Shopify', help: 'You are sent to your Shopify admin, where you allow StoreSync to read and change products and stock.', fields: [shop] },
    {
      kind: 'client_credentials',
      title: 'App of your own organization',
      help: 'For an app made in the Dev Dashboard of the organization that owns the shop. StoreSync fetches a new token each day.',
      fields: [
        shop,
        { name: 'client_id', label: 'Client ID', secret: false, placeholder: '', pattern: '^\\S{8,128}$', rule: 'The client ID stands in the Dev Dashboard under Settings of your app; it has no blanks.' },
        { name: 'client_secret', label: 'Client secret', secret: true, placeholder: '', pattern: '^\\S{8,256}$', rule: 'The client secret stands beside the client ID; copy it whole, without blanks.' },
      ],
    },
    {
      kind: 'access_token',
      title: 'Existing custom app',
      help: 'For a custom app made in the Shopify admin before 2026, with its Admin API access token.',
      fields: [shop, { name: 'access_token', label: 'Admin API access token', secret: true, placeholder: 'shpat_…', pattern: '^\\S{8,256}$', rule: 'The token usually begins with shpat_ and has no blanks; copy it whole.' }],
    },
  ],
  scopes: ['read_products', 'write_products', 'read_inventory', 'write_inventory', 'read_locations'],
  capabilities: { compareAndSet: true, idempotentWrites: true, locations: true, enableTracking: true, bulkPull: true, webhooks: true },
  // https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/inventorySetQuantities
  quantity: { minimum: -1_000_000_000, maximum: 1_000_000_000 },
  limits: {
    // The Standard plan's bucket until an answer tells the shop's own (extensions.cost.throttleStatus).
    buckets: { graphql: { capacity: 2000, refillPerSecond: 100, learned: true }, files: { capacity: 10, refillPerSecond: 10, learned: false } },
    quantitiesPerCall: 50,
    pricesPerCall: 100,
    pricesPerProduct: true,
    quantitiesPerProduct: false,
    levelsPerRead: 50,
    // A judgement: the platform answers or gives up well within half a minute.
    longestWriteSeconds: 30,
    webhookBodyBytes: 5 * 1024 * 1024,
  },
  webhookTopics: ['PRODUCTS_CREATE', 'PRODUCTS_UPDATE', 'PRODUCTS_DELETE', 'INVENTORY_LEVELS_UPDATE', 'INVENTORY_ITEMS_UPDATE', 'APP_UNINSTALLED', 'BULK_OPERATIONS_FINISH'],
} as const satisfies Manifest;
