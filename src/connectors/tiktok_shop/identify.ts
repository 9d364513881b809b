/** Who is this: the shop, its market, its warehouses. */
import type { Session, StoreIdentity } from '#connectors/connector.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { grantedShops } from '#connectors/tiktok_shop/oauth.ts';
import { searchPage } from '#connectors/tiktok_shop/pull.ts';
import { refused } from '#connectors/tiktok_shop/refusals.ts';
import { type Market, marketOf } from '#connectors/tiktok_shop/regions.ts';
import { type Warehouse, warehouses } from '#connectors/tiktok_shop/schema.ts';
import { toLocations, toPrice } from '#connectors/tiktok_shop/translate.ts';

/** Throws Refused: shop_not_granted, region_unknown, and the store-wide codes. */
export async function identify(session: Session): Promise<StoreIdentity> {
  const { shop_id: shopId = '', shop_chosen_by: chosenBy } = session.credentials.secrets;
  const granted = await grantedShops(session);
  const shop = granted.find(({ id }) => id === shopId);
  if (shop === undefined) throw refused('shop_not_granted', { shopId });
  const market = marketOf(shop.region) ?? (await marketOfGoods(session, shop.region));
  const name = shop.name || shop.id;
  return {
    platformStoreId: shop.id,
    // Nobody said which of several shops was meant: the name says which one it became.
    name: granted.length > 1 && chosenBy === 'order' ? `${name} (${shop.region}, first of ${granted.length} shops)` : name,
    domain: null,
    currency: market.currency,
    timezone: market.timezone,
    grantedScopes: session.credentials.scopes,
    locations: toLocations(await readWarehouses(session)),
  };
}

export async function readWarehouses(session: Session): Promise<readonly Warehouse[]> {
  const { data } = await call(session, {
    method: 'GET',
    path: '/logistics/202309/warehouses',
    bucket: 'warehouses',
    answer: warehouses,
  });
  return data.warehouses;
}

/** A market that opened after this was written: the goods tell the currency. */
async function marketOfGoods(session: Session, region: string): Promise<Market> {
  const page = await searchPage(session, { pageSize: 10, pageToken: '', updatedSince: null });
  for (const sku of page.products.flatMap((product) => product.skus)) {
    const price = toPrice({ price: sku.price });
    if (price !== null) return { currency: price.currency, timezone: 'UTC' };
  }
  throw refused('region_unknown', { region });
}
