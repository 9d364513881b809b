/**
 * The practice stores that ship with the product, by platform. Beside the registry of connectors this is the one place
 * that names them; neither side of the wire sees the other.
 */
import type { AppCredentials } from '#connectors/connector.ts';
import type { PracticeShop, PracticeTraffic } from '#connectors/practice.ts';
import { createShopifySandbox } from '#connectors/shopify/sandbox.ts';
import { createTikTokShopSandbox } from '#connectors/tiktok_shop/sandbox.ts';

export interface PracticeSetting {
  baseUrl: string;
  /** Where the seller's browser is sent after the consent page. */
  redirectUrl: string;
  currency?: string;
  timeScale?: number;
  record?: (entry: PracticeTraffic) => void;
}

export interface PracticeKind {
  create(setting: PracticeSetting): PracticeShop;
  /** The app that this shop knows, as an operator would enter it in Settings. */
  app(access: Record<string, string>): AppCredentials;
  /** What a seller types to begin connecting by consent. */
  fields(access: Record<string, string>): Record<string, string>;
}

const optional = ({ currency, timeScale, record }: PracticeSetting) => ({
  ...(currency === undefined ? {} : { currency }),
  ...(timeScale === undefined ? {} : { timeScale }),
  ...(record === undefined ? {} : { record }),
});

export const practiceKinds: Readonly<Record<string, PracticeKind>> = {
  shopify: {
    create: (setting) => createShopifySandbox({ shop: 'practice-main', baseUrl: setting.baseUrl, ...optional(setting) }),
    app: (access) => ({ clientId: access.clientId ?? '', clientSecret: access.clientSecret ?? '', extra: {} }),
    fields: (access) => ({ shop: access.shop ?? '' }),
  },
  tiktok_shop: {
    create: (setting) =>
      createTikTokShopSandbox({
        shop: 'practice-tiktok',
        region: 'US',
        baseUrl: setting.baseUrl,
        redirectUrl: setting.redirectUrl,
        ...optional(setting),
      }),
    app: (access) => ({
      clientId: access.app_key ?? '',
      clientSecret: access.app_secret ?? '',
      extra: { service_id: access.service_id ?? '' },
    }),
    fields: () => ({ region: 'US' }),
  },
};
