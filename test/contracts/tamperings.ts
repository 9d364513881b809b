/** Small falsehoods in good traffic: the judges are only worth their verdict while they see each of them. */
import type { Exchange } from '#test/contracts/record.ts';

export interface Tampering {
  about: string;
  /** An operation or topic of which a good exchange is taken. */
  among: string;
  change(exchange: Exchange): Partial<Exchange>;
}

const answer =
  (from: string | RegExp, to: string) =>
  ({ responseBody }: Exchange): Partial<Exchange> => ({ responseBody: responseBody.replace(from, to) });
const request =
  (from: string | RegExp, to: string) =>
  ({ requestBody }: Exchange): Partial<Exchange> => ({ requestBody: requestBody.replace(from, to) });
const header =
  (name: string, value: string) =>
  ({ requestHeaders }: Exchange): Partial<Exchange> => ({ requestHeaders: { ...requestHeaders, [name]: value } });
const address =
  (change: (query: URLSearchParams) => void) =>
  ({ url }: Exchange): Partial<Exchange> => {
    const changed = new URL(url);
    change(changed.searchParams);
    return { url: changed };
  };

export const tamperings: Readonly<Record<string, readonly Tampering[]>> = {
  shopify: [
    { about: 'a field that is missing in an answer', among: 'Shop', change: answer(/"ianaTimezone":"[^"]*"/, '"zone":"UTC"') },
    {
      about: 'a currency that does not exist',
      among: 'Currency',
      change: answer(/"currencyCode":"\w+"/, '"currencyCode":"GEMS"'),
    },
    { about: 'a price that is a number', among: 'Prices', change: answer(/"price":"([\d.]+)"/, '"price":$1') },
    { about: 'a null where none may be', among: 'LevelsAt', change: answer(/"quantity":\d+/, '"quantity":null') },
    { about: 'an answer with a cost of another form', among: 'Currency', change: answer('"restoreRate"', '"restored"') },
    { about: 'another document under a known name', among: 'Currency', change: request('currencyCode', 'name') },
    { about: 'a variable of another type', among: 'ProductsPage', change: request(/"first":\d+/, '"first":"8"') },
    { about: 'an amount sent as a number', among: 'UpdateVariants', change: request(/"price":"([\d.]+)"/, '"price":$1') },
    {
      about: 'a quantity without what it replaces',
      among: 'SetQuantities',
      change: request(/,"changeFromQuantity":(null|\d+)/, ''),
    },
    { about: 'a call without a token', among: 'Shop', change: header('x-shopify-access-token', '') },
    { about: 'an export of something unknown', among: 'BulkRun', change: request('inventoryLevels', 'inventoryShelves') },
    { about: 'a line of an export with another field', among: 'file of an export', change: answer('"id":', '"shelf":1,"id":') },
    { about: 'our token at the storage host', among: 'file of an export', change: header('x-shopify-access-token', 'shpat_1') },
    {
      about: 'a callback that is not signed with the secret',
      among: 'consent page',
      change: ({ responseHeaders: { location, ...rest } }) =>
        location === undefined ? {} : { responseHeaders: { ...rest, location: location.replace(/hmac=\w/, 'hmac=x') } },
    },
    { about: 'a token answer without its end', among: 'token by refresh_token', change: answer('"expires_in"', '"ends_in"') },
    { about: 'a webhook whose body was changed', among: 'PRODUCTS_UPDATE', change: request('"title":"', '"title":"x') },
    { about: 'a webhook without a delivery id', among: 'SHOP_UPDATE', change: header('x-shopify-webhook-id', '') },
  ],
  tiktok_shop: [
    { about: 'a sign of other parameters', among: 'searchProducts', change: address((query) => query.set('page_size', '99')) },
    { about: 'a sign of another body', among: 'updateInventory', change: request(/"quantity":\d+/, '"quantity":77') },
    { about: 'an unknown parameter', among: 'getProduct', change: address((query) => query.set('locale', 'vi')) },
    { about: 'a body with an unknown field', among: 'updatePrice', change: request('"skus":', '"sku_list":') },
    { about: 'a quantity sent as text', among: 'updateInventory', change: request(/"quantity":(\d+)/, '"quantity":"$1"') },
    { about: 'a call without a token', among: 'getProduct', change: header('x-tts-access-token', '') },
    { about: 'an answer with an unknown field', among: 'getWarehouses', change: answer('"is_default"', '"is_main"') },
    { about: 'an answer of another type', among: 'searchProducts', change: answer(/"total_count":(\d+)/, '"total_count":"$1"') },
    { about: 'an order whose time is text', among: 'searchOrders', change: answer(/"update_time":(\d+)/, '"update_time":"$1"') },
    { about: 'a line with an unknown field', among: 'getOrders', change: answer('"display_status"', '"line_status"') },
    { about: 'a shipment with an unknown field', among: 'createPackage', change: request('"tracking_number"', '"tracking"') },
    { about: 'a sign of another shipment', among: 'shipPackage', change: request('"tracking_number":"', '"tracking_number":"x') },
    {
      about: 'a token call with another parameter',
      among: 'token by refresh',
      change: address((query) => query.set('shop_id', '1')),
    },
    {
      about: 'a token answer of another type',
      among: 'token by exchange',
      change: answer(/"access_token_expire_in":(\d+)/, '"access_token_expire_in":"$1"'),
    },
    {
      about: 'a webhook whose body was changed',
      among: 'PRODUCT_INFORMATION_CHANGE',
      change: request('"update_time":1', '"update_time":2'),
    },
    { about: 'a webhook that is not signed', among: 'SELLER_DEAUTHORIZATION', change: header('authorization', '') },
  ],
};
