import type { Manifest } from '#connectors/connector.ts';

/** Published limit: 50 requests a second per app, shop and API; more is answered with HTTP 429 or code 36009002 (developer guide, "Rate limits"). */
const perApi = { calls: 50, perSeconds: 1 } as const;

/** One bucket an API, for the platform counts each API apart. */
export const buckets = {
  product_search: perApi,
  product_detail: perApi,
  inventory_search: perApi,
  inventory_update: perApi,
  price_update: perApi,
  warehouses: perApi,
  order_search: perApi,
  order_detail: perApi,
  cancellation_search: perApi,
  return_search: perApi,
  package_search: perApi,
  package_create: perApi,
  package_ship: perApi,
  shipping_providers: perApi,
  shops: perApi,
  webhooks: perApi,
  token: perApi,
} as const;

export type Bucket = keyof typeof buckets;

const shopIdField = {
  name: 'shop_id',
  label: 'Shop id',
  secret: false,
  placeholder: '7495000000000000001',
  pattern: '^([0-9]{1,25})?$',
  rule: 'A shop id is a number; leave it empty to take the first shop that the account grants.',
} as const;

export const manifest = {
  id: 'tiktok_shop',
  name: 'TikTok Shop',
  badge: 'TT',
  docsUrl: 'https://partner.tiktokshop.com/docv2/page/authorization-overview-202407',
  auth: [
    {
      kind: 'oauth2',
      title: 'Sign in at TikTok Shop',
      help: 'You are sent to TikTok Shop, where the shop owner allows this app. Shops in the United States use a consent page of their own.',
      fields: [
        {
          name: 'region',
          label: 'Region',
          secret: false,
          placeholder: 'ROW',
          pattern: '^(ROW|US)?$',
          rule: 'Region is US for shops in the United States and ROW (or empty) for all others.',
        },
        shopIdField,
      ],
    },
    {
      kind: 'access_token',
      title: 'Access token',
      help: 'For a token from the API testing tool in Partner Center. It must belong to the app whose key and secret are set up here.',
      fields: [
        {
          name: 'access_token',
          label: 'Access token',
          secret: true,
          placeholder: 'TTP_…',
          pattern: '^[!-~]{8,2000}$',
          rule: 'An access token is one word without spaces or invisible characters; copy it whole.',
        },
        {
          name: 'refresh_token',
          label: 'Refresh token',
          secret: true,
          placeholder: 'TTP_…',
          pattern: '^([!-~]{8,2000})?$',
          rule: 'A refresh token is one word without spaces; without one the connection ends with the access token.',
        },
        shopIdField,
      ],
    },
  ],
  appFields: [
    {
      name: 'service_id',
      label: 'Service id',
      placeholder: '7172000000000000001',
      pattern: '^\\S{1,64}$',
      rule: 'The service id stands in Partner Center under App & Service; the consent link needs it.',
    },
  ],
  // What the app may do is set in Partner Center, not asked for at consent: the consent link has no scope parameter. These
  // are looked for in what the token was granted; without them sales would go unseen.
  scopes: ['seller.order.info', 'seller.fulfillment.basic', 'seller.return_refund.basic'],
  capabilities: {
    compareAndSet: false,
    idempotentWrites: false,
    locations: true,
    enableTracking: false,
    bulkPull: false,
    webhooks: true,
  },
  // Update Inventory documents 1 to 99,999. 0 is not documented; it is sent, and a refusal is told (zero_refused).
  quantity: { minimum: 0, maximum: 99_999 },
  limits: {
    buckets,
    // The platform names no maximum of SKUs per update; 50 keeps clear of 36009007, "upstream timeout: shrink the request".
    quantitiesPerCall: 50,
    pricesPerCall: 50,
    pricesPerProduct: true,
    quantitiesPerProduct: true,
    // Inventory Search takes 600 SKU ids. Prices are read product by product, so a batch of prices is kept to about 2 s.
    levelsPerRead: 100,
    // Judged, not documented: the gateway gives up on its upstream (36009007) well within a minute.
    longestWriteSeconds: 30,
    webhookBodyBytes: 256 * 1024,
  },
  orders: {
    // Judged: how soon a new order is among the results of the search is not documented.
    feedLagSeconds: 5,
    historyDays: null,
    readingBoundSeconds: 60,
    // Get Order Detail, `ids`: "Max count: 50".
    ordersPerRead: 50,
    fulfils: true,
    statuses: {
      UNPAID: 'unpaid',
      ON_HOLD: 'on_hold',
      AWAITING_SHIPMENT: 'open',
      PARTIALLY_SHIPPING: 'partially_shipped',
      // The seller is done with it: the parcel waits for its carrier.
      AWAITING_COLLECTION: 'shipped',
      IN_TRANSIT: 'shipped',
      DELIVERED: 'delivered',
      COMPLETED: 'completed',
      CANCELLED: 'cancelled',
      // So webhooks spell it.
      CANCEL: 'cancelled',
    },
  },
  webhookTopics: [
    'ORDER_STATUS_CHANGE',
    'PACKAGE_UPDATE',
    'CANCELLATION_STATUS_CHANGE',
    'RETURN_STATUS_CHANGE',
    'PRODUCT_STATUS_CHANGE',
    'PRODUCT_INFORMATION_CHANGE',
    'PRODUCT_CREATION',
    'SELLER_DEAUTHORIZATION',
    'UPCOMING_AUTHORIZATION_EXPIRATION',
  ],
} as const satisfies Manifest;
