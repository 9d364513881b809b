import type { Connector } from '#connectors/connector.ts';
import { shopify } from '#connectors/shopify/connector.ts';
import { tiktokShop } from '#connectors/tiktok_shop/connector.ts';

/** Every platform that StoreSync speaks to. Adding one is one folder and one line here. */
export const registry = { shopify, tiktok_shop: tiktokShop } satisfies Record<string, Connector>;
