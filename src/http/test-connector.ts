/** For tests of the server: a platform that answers from memory. What real platforms do is proved elsewhere. */
import type { Connector } from '#connectors/connector.ts';
import { CredentialsExpired } from '#connectors/errors.ts';

export const cornerShop: Connector = {
  manifest: {
    id: 'corner_shop',
    name: 'Corner Shop',
    badge: 'CS',
    docsUrl: 'https://corner.test/docs',
    auth: [
      {
        kind: 'access_token',
        title: 'Access token',
        help: 'From the back office.',
        fields: [
          {
            name: 'shop',
            label: 'Shop',
            secret: false,
            placeholder: 'blue.corner.test',
            pattern: '^[a-z0-9-]+\\.corner\\.test$',
            rule: 'A shop is an address such as blue.corner.test',
          },
          {
            name: 'token',
            label: 'Token',
            secret: true,
            placeholder: '',
            pattern: '^.{4,}$',
            rule: 'A token has at least 4 characters',
          },
        ],
      },
      { kind: 'oauth2', title: 'Sign in', help: '', fields: [] },
    ],
    appFields: [{ name: 'till', label: 'Till', placeholder: '7', pattern: '^\\d+$', rule: 'A till is a number.' }],
    scopes: ['goods'],
    capabilities: {
      compareAndSet: true,
      idempotentWrites: true,
      locations: false,
      enableTracking: true,
      bulkPull: false,
      webhooks: true,
    },
    quantity: { minimum: 0, maximum: 1_000_000 },
    limits: {
      buckets: {},
      quantitiesPerCall: 100,
      pricesPerCall: 100,
      pricesPerProduct: false,
      quantitiesPerProduct: false,
      levelsPerRead: 100,
      longestWriteSeconds: 10,
      webhookBodyBytes: 2000,
    },
    orders: null,
    webhookTopics: ['goods/changed'],
  },
  auth: {
    authorizeUrl: ({ state, redirectUrl }) =>
      `https://corner.test/consent?state=${state}&back=${encodeURIComponent(redirectUrl)}`,
    completeOAuth: async (_context, { query }) => ({
      scheme: 'oauth2',
      secrets: { shop: String(query.shop), token: 'granted' },
      scopes: ['goods'],
    }),
    fromFields: async (_context, scheme, fields) => ({ scheme, secrets: fields, scopes: ['goods'] }),
    identify: async ({ credentials }) => {
      const { shop = '', token } = credentials.secrets;
      if (token === 'wrong') throw new CredentialsExpired('wrong token');
      return {
        platformStoreId: shop,
        name: `Shop ${shop}`,
        domain: shop,
        currency: 'USD',
        timezone: 'UTC',
        grantedScopes: ['goods'],
        locations: [],
      };
    },
  },
  async *pull() {},
  readLevels: async () => [],
  readPrices: async () => [],
  canonicalQuantity: (quantity) => quantity,
  pushQuantities: async () => [],
  pushPrices: async () => [],
  enableTracking: async (_session, refs) =>
    refs.map(({ variantId }) => ({
      variantId,
      refusal: variantId === 'stubborn' ? { code: 'digital', parameters: { title: 'Gift' } } : null,
    })),
  webhooks: {
    verify: ({ headers, body }) => headers['x-corner-signature'] === `signed-${body.length}`,
    parse: ({ body }) => {
      const { shop, id } = JSON.parse(new TextDecoder().decode(body)) as { shop: string; id: string };
      return {
        deliveryId: id,
        platformStoreId: shop,
        topic: 'goods/changed',
        occurredAt: null,
        hints: [{ kind: 'product_changed', productId: '1' }],
      };
    },
    list: async () => [],
    register: async (_session, topic, url) => ({ id: topic, topic, url }),
    unregister: async () => undefined,
  },
  messages: {
    digital: {
      en: '{title} is not a thing that can be counted.',
      vi: '{title} không đếm được.',
      id: '{title} tidak bisa dihitung.',
    },
    price_zero: {
      en: '{platform} refused the price {price}: it must be above 0.',
      vi: '{platform} từ chối giá {price}: giá phải lớn hơn 0.',
      id: '{platform} menolak harga {price}: harus di atas 0.',
    },
  },
};
