import type { Connector, Session, StoreIdentity } from '#connectors/connector.ts';
import { ask } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { readLevels, readPrices } from '#connectors/shopify/levels.ts';
import { shopifyManifest } from '#connectors/shopify/manifest.ts';
import { messages } from '#connectors/shopify/messages.ts';
import { authorizeUrl, completeOAuth, fromFields, refresh } from '#connectors/shopify/oauth.ts';
import { pull } from '#connectors/shopify/pull.ts';
import { enableTracking, pushPrices, pushQuantities } from '#connectors/shopify/push.ts';
import { answers } from '#connectors/shopify/schema.ts';
import { impliedScopes, toLocations } from '#connectors/shopify/translate.ts';
import { list, parse, register, unregister, verify } from '#connectors/shopify/webhook.ts';

export const shopify = {
  manifest: shopifyManifest,
  auth: { authorizeUrl, completeOAuth, fromFields, refresh, identify },
  pull,
  readLevels,
  readPrices,
  canonicalQuantity: (quantity) => Math.min(shopifyManifest.quantity.maximum, Math.max(shopifyManifest.quantity.minimum, quantity)),
  pushQuantities,
  pushPrices,
  enableTracking,
  webhooks: { verify, parse, list, register, unregister },
  messages,
} satisfies Connector;

async function identify(session: Session): Promise<StoreIdentity> {
  const { shop, currentAppInstallation } = await ask(session, documents.shop, {}, answers.shop);
  const grantedScopes = impliedScopes(currentAppInstallation.accessScopes.map((scope) => scope.handle));
  const nodes: (typeof answers.locations._output)['locations']['nodes'] = [];
  if (grantedScopes.includes('read_locations') || grantedScopes.includes('read_inventory')) {
    for (let after: string | null = null; ; ) {
      const page: typeof answers.locations._output = await ask(session, documents.locations, { after }, answers.locations);
      nodes.push(...page.locations.nodes);
      if (!page.locations.pageInfo.hasNextPage) break;
      after = page.locations.pageInfo.endCursor;
    }
  }
  return {
    platformStoreId: shop.myshopifyDomain.toLowerCase(),
    name: shop.name,
    domain: shop.myshopifyDomain,
    currency: shop.currencyCode,
    timezone: shop.ianaTimezone,
    grantedScopes,
    locations: toLocations(nodes),
  };
}
