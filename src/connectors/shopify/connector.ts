import type { Connector } from '#connectors/connector.ts';
import { identify } from '#connectors/shopify/identify.ts';
import { readLevels, readPrices } from '#connectors/shopify/levels.ts';
import { shopifyManifest } from '#connectors/shopify/manifest.ts';
import { messages } from '#connectors/shopify/messages.ts';
import { authorizeUrl, completeOAuth, fromFields, refresh } from '#connectors/shopify/oauth.ts';
import { pullOrders, readOrders } from '#connectors/shopify/orders/pull-orders.ts';
import { ship } from '#connectors/shopify/orders/ship.ts';
import { pull } from '#connectors/shopify/pull.ts';
import { enableTracking, pushPrices } from '#connectors/shopify/push.ts';
import { pushQuantities } from '#connectors/shopify/push-quantities.ts';
import { list, register, unregister } from '#connectors/shopify/registrations.ts';
import { canonicalQuantity } from '#connectors/shopify/translate.ts';
import { parse, verify } from '#connectors/shopify/webhook.ts';

export const shopify = {
  manifest: shopifyManifest,
  auth: { authorizeUrl, completeOAuth, fromFields, refresh, identify },
  pull,
  readLevels,
  readPrices,
  canonicalQuantity,
  pushQuantities,
  pushPrices,
  enableTracking,
  // Any text will do for a carrier: names that the platform knows are spelt as it spells them (orders/carrier-name.ts).
  orders: { pull: pullOrders, read: readOrders, ship },
  webhooks: { verify, parse, list, register, unregister },
  messages,
} satisfies Connector;
