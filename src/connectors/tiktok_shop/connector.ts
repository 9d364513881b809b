import type { Connector } from '#connectors/connector.ts';
import { identify } from '#connectors/tiktok_shop/identify.ts';
import { manifest } from '#connectors/tiktok_shop/manifest.ts';
import { messages } from '#connectors/tiktok_shop/messages.ts';
import { authorizeUrl, completeOAuth, fromFields, refresh } from '#connectors/tiktok_shop/oauth.ts';
import { pullOrders } from '#connectors/tiktok_shop/orders/pull-orders.ts';
import { readOrders } from '#connectors/tiktok_shop/orders/read-orders.ts';
import { carriers, ship } from '#connectors/tiktok_shop/orders/ship.ts';
import { pull } from '#connectors/tiktok_shop/pull.ts';
import { pushPrices } from '#connectors/tiktok_shop/push-prices.ts';
import { canonicalQuantity, pushQuantities } from '#connectors/tiktok_shop/push-quantities.ts';
import { readLevels, readPrices } from '#connectors/tiktok_shop/read.ts';
import { parse, verify } from '#connectors/tiktok_shop/webhook.ts';
import { listWebhooks, registerWebhook, unregisterWebhook } from '#connectors/tiktok_shop/webhook-registrations.ts';

export const tiktokShop = {
  manifest,
  auth: { authorizeUrl, completeOAuth, fromFields, refresh, identify },
  pull,
  readLevels,
  readPrices,
  canonicalQuantity,
  pushQuantities,
  pushPrices,
  orders: { pull: pullOrders, read: readOrders, ship, carriers },
  webhooks: { verify, parse, list: listWebhooks, register: registerWebhook, unregister: unregisterWebhook },
  messages,
} satisfies Connector;
