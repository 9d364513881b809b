/** Who is this: the shop, its market, its warehouses. */
import type { Session, StoreIdentity } from '#connectors/connector.ts';
import { Refused } from '#connectors/errors.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { manifest } from '#connectors/tiktok_shop/manifest.ts';
import { grantedShops } from '#connectors/tiktok_shop/oauth.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { searchPage } from '#connectors/tiktok_shop/pull.ts';
import { faultsOf, refused } from '#connectors/tiktok_shop/refusals.ts';
import { type Market, marketOf } from '#connectors/tiktok_shop/regions.ts';
import { type Warehouse, warehouses } from '#connectors/tiktok_shop/schema.ts';
import { toLocations, toPrice } from '#connectors/tiktok_shop/translate.ts';

/** Throws Refused: shop_not_granted, region_unknown, and the store-wide codes. */
export async function identify(session: Session): Promise<StoreIdentity> {
  const { shop_id: shopId = '', shop_chosen_by: chosenBy } = session.credentials.secrets;
  const granted = await grantedShops(session);
  const shop = granted.find(({ id }) => id === shopId);
  if (shop === undefined) throw refused('shop_not_granted', { shopId });
  const market = await settleMarket(session, shop.region);
  const name = shop.name || shop.id;
  return {
    platformStoreId: shop.id,
    // Nobody said which of several shops was meant: the name says which one it became.
    name: granted.length > 1 && chosenBy === 'order' ? `${name} (${shop.region}, first of ${granted.length} shops)` : name,
    domain: null,
    currency: market.currency,
    timezone: market.timezone,
    // Of a pasted token nobody says what it was granted: what it lacks is refused by the platform when it is asked for.
    grantedScopes: session.credentials.scopes.length > 0 ? session.credentials.scopes : manifest.scopes,
    locations: toLocations(await readWarehouses(session)),
  };
}

export async function readWarehouses(session: Session): Promise<readonly Warehouse[]> {
  const { data } = await call(session, { operation: operations.getWarehouses, answer: warehouses });
  return data.warehouses;
}

/** What the goods are priced in counts; the region is asked where nothing has a price yet, and always for the time zone. */
async function settleMarket(session: Session, region: string): Promise<Market> {
  const ofRegion = marketOf(region);
  const currency = (await currencyOfGoods(session)) ?? ofRegion?.currency;
  if (currency === undefined) throw refused('region_unknown', { region });
  // A market that opened after this was written has no time zone here.
  return { currency, timezone: ofRegion?.timezone ?? 'UTC' };
}

/** One page of the search carries prices; its other refusals, such as a missing permission, hold for the pull as well and are thrown. */
async function currencyOfGoods(session: Session): Promise<string | null> {
  try {
    const page = await searchPage(session, { pageSize: 10, pageToken: '', updatedSince: null });
    const skus = page.products.flatMap((product) => (product.status === 'DELETED' ? [] : product.skus));
    const prices = skus.map(({ price }) => toPrice({ price }));
    return prices.find((price) => price !== null)?.currency ?? null;
  } catch (thrown) {
    if (thrown instanceof Refused && faultsOf(thrown).length > 0) return null;
    throw thrown;
  }
}
