/** The practice stores of a world, and how each platform is connected by its form. */
import { present } from '#base/assert.ts';
import type { PracticeOptions, PracticeShop } from '#connectors/practice.ts';
import { createShopifySandbox } from '#connectors/shopify/sandbox.ts';
import { createTikTokShopSandbox } from '#connectors/tiktok_shop/sandbox.ts';

interface Kind {
  /** With so many locations that have the goods, where the platform lets them lie at several. */
  open(options: PracticeOptions, places: number): PracticeShop;
  /** Staff may change what is in an order. */
  editsOrders: boolean;
  app(access: Record<string, string>): { clientId: string; clientSecret: string };
  /** Access that can be renewed, so that an expired token is no end. */
  form(access: Record<string, string>): { scheme: 'client_credentials' | 'access_token'; fields: Record<string, string> };
}

const kinds: Readonly<Record<string, Kind>> = {
  shopify: {
    open: (options) => createShopifySandbox(options),
    editsOrders: true,
    app: ({ clientId = '', clientSecret = '' }) => ({ clientId, clientSecret }),
    form: ({ shop = '', clientId = '', clientSecret = '' }) => ({
      scheme: 'client_credentials',
      fields: { shop, client_id: clientId, client_secret: clientSecret },
    }),
  },
  tiktok_shop: {
    open: (options, warehouses) => createTikTokShopSandbox({ ...options, region: 'US', warehouses }),
    editsOrders: false,
    app: ({ app_key: clientId = '', app_secret: clientSecret = '' }) => ({ clientId, clientSecret }),
    form: ({ access_token = '', refresh_token = '' }) => ({
      scheme: 'access_token',
      fields: { access_token, refresh_token, shop_id: '' },
    }),
  },
};

export const platforms: readonly string[] = Object.keys(kinds);

export const shopKind = (platform: string): Kind => present(kinds[platform], `a practice store of ${platform}`);
