import type { Session, StoreIdentity } from '#connectors/connector.ts';
import { allPages, ask } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { answers } from '#connectors/shopify/schema.ts';
import { impliedScopes, toLocations } from '#connectors/shopify/translate.ts';

/**
 * Who this is and what was granted, implied scopes included. The account's id is its myshopify.com name, the only one that
 * webhooks carry. Without a scope that shows locations there are none: the caller says which scopes are missing.
 */
export async function identify(session: Session): Promise<StoreIdentity> {
  const { shop, currentAppInstallation } = await ask(session, documents.shop, {}, answers.shop);
  const grantedScopes = impliedScopes(currentAppInstallation.accessScopes.map((scope) => scope.handle));
  const visible = grantedScopes.includes('read_locations') || grantedScopes.includes('read_inventory');
  return {
    platformStoreId: shop.myshopifyDomain.toLowerCase(),
    name: shop.name,
    domain: shop.myshopifyDomain,
    currency: shop.currencyCode,
    timezone: shop.ianaTimezone,
    grantedScopes,
    locations: visible ? toLocations(await readLocations(session)) : [],
  };
}

async function readLocations(session: Session) {
  const page = async (after: string | null) => (await ask(session, documents.locations, { after }, answers.locations)).locations;
  return (await allPages(await page(null), page)) ?? [];
}
