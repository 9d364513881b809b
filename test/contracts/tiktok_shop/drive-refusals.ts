/** Every way in which TikTok Shop says no: as the practice shop does it where it can be brought to, else in the published envelope. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { present } from '#base/assert.ts';
import type { ListingRef, Session } from '#connectors/connector.ts';
import { tiktokShop } from '#connectors/tiktok_shop/connector.ts';
import { gatewayCode, silentCodes, storeCodes, tokenCodes } from '#connectors/tiktok_shop/judge-answer.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { itemCodes } from '#connectors/tiktok_shop/refusals.ts';
import { endOf } from '#test/contracts/practice-session.ts';
import type { Recorder } from '#test/contracts/record.ts';
import {
  listingsOf,
  openTikTokShop,
  outcomes,
  products,
  secretsOf,
  sessionOf,
  type TikTokShopCounter,
  write,
} from '#test/contracts/tiktok_shop/drive.ts';

export async function driveRefusals(recorder: Recorder): Promise<void> {
  await openTikTokShop(recorder, {}, async (counter) => {
    counter.shop.control.add(products);
    const listings = await listingsOf(sessionOf(counter));
    const first = present(listings[0], 'a listing');
    await refuseEverybody(counter);
    await refuseByEveryCode(counter, first);
    await loseAnswers(counter, first);
    await refuseGoods(counter, listings);
  });
  await openTikTokShop(recorder, { scopes: [] }, async (counter) => {
    expect(await ask(sessionOf(counter))).toBe('Refused scope_missing');
  });
}

/** A call that changes nothing and that a store does not answer differently from time to time. */
const ask = (session: Session): Promise<string> =>
  endOf(tiktokShop.readPrices(session, [{ productId: '1', variantId: '1', inventoryId: null }]));

/** By the shop itself: what concerns every call of an app, a token or a shop. */
async function refuseEverybody(counter: TikTokShopCounter): Promise<void> {
  const { control } = counter.shop;
  const session = sessionOf(counter);
  const app = present(session.app, 'the app');
  const secrets = (change: Record<string, string>) => counter.session({ ...secretsOf(counter), ...change });
  expect(await ask(secrets({ access_token: 'TTP_of_nobody' }))).toBe('CredentialsExpired');
  expect(await ask(secrets({ shop_cipher: '' }))).toBe('Refused shop_rejected');
  expect(await ask(secrets({ shop_cipher: 'TTP_of_another' }))).toBe('Refused shop_rejected');
  expect(await ask({ ...session, app: { ...app, clientSecret: 'wrong' } })).toBe('Refused signature_rejected');
  expect(await ask({ ...session, app: { ...app, clientId: 'wrong' } })).toBe('Refused app_rejected');
  expect(await ask({ ...session, now: () => new Date(Date.now() - 3_600_000) })).toBe('Refused clock_off');
  // The two throttle answers take turns.
  control.fault({ kind: 'throttle', times: 2 });
  expect([await ask(session), await ask(session)]).toEqual(['RateLimited', 'RateLimited']);
  control.fault({ kind: 'server_error' });
  expect(await ask(session)).toBe('PlatformUnavailable');
  const insecure = endOf(tiktokShop.webhooks.register(session, 'PRODUCT_CREATION', 'http://hub.example/webhooks/tiktok_shop'));
  expect(await insecure).toMatch(/^Refused /);
}

const said =
  (code: number, message = 'No') =>
  () =>
    Response.json({ code, message, request_id: '20261121100000000000000000000001' });

/** What the shop cannot be brought to say, in the envelope that is published for it. */
async function refuseByEveryCode(counter: TikTokShopCounter, listing: ListingRef): Promise<void> {
  const session = sessionOf(counter);
  const detail = '/product/202309/products/1';
  const refusedAs = async (code: number, message?: string) => {
    counter.answerNext(detail, said(code, message));
    return await ask(session);
  };
  for (const [code, meaning] of Object.entries(storeCodes))
    expect(await refusedAs(Number(code)), code).toBe(`Refused ${meaning}`);
  for (const code of tokenCodes) expect(await refusedAs(code), String(code)).toBe('CredentialsExpired');
  for (const code of silentCodes) expect(await refusedAs(code), String(code)).toBe('PlatformUnavailable');
  const gateway: [string, string][] = [
    ['Unexpected identifier. The `shop_cipher` query parameter is not required for this request.', 'Refused shop_rejected'],
    ['Missing credentials. The request does not include a required signature in the query.', 'Refused signature_rejected'],
    ['Invalid API version. The version in the path is invalid.', 'Refused api_changed'],
    ['Invalid parameter.', 'Refused request_rejected'],
  ];
  for (const [message, end] of gateway) expect(await refusedAs(gatewayCode, message), message).toBe(end);
  for (const [text, status, end] of [
    ['<html>Be right back</html>', 200, 'MalformedResponse'],
    ['Request Timeout', 408, 'PlatformUnavailable'],
  ] as const) {
    counter.answerNext(detail, () => new Response(text, { status }));
    expect(await ask(session), text).toBe(end);
  }
  const path = operations.updatePrice.path.replace('{product_id}', listing.productId);
  for (const [code, meaning] of [...Object.entries(itemCodes), ['12999999', 'platform_refused']]) {
    counter.answerNext(path, said(Number(code)));
    expect(outcomes(await tiktokShop.pushPrices(session, [priced(listing, '5.00')])), code).toEqual([meaning]);
  }
}

const priced = (listing: ListingRef, amount: string, currency = 'USD') => ({
  writeId: randomUUID(),
  listing,
  price: { amount, currency },
});

async function loseAnswers(counter: TikTokShopCounter, listing: ListingRef): Promise<void> {
  const { control } = counter.shop;
  const session = sessionOf(counter);
  const at = counter.access.warehouse_id ?? '';
  const refs = [{ listing, locationId: at }];
  for (const kind of ['timeout_before', 'cut_answer'] as const) {
    control.fault({ kind, match: 'inventory/search', seconds: 0.1 });
    // A reading may be repeated, and is.
    expect(
      (await tiktokShop.readLevels(session, refs)).map((one) => one.available),
      kind,
    ).toEqual([6]);
    control.fault({ kind, match: 'inventory/update', seconds: 0.1 });
    expect(await endOf(tiktokShop.pushQuantities(session, [write(listing, at, 6)])), kind).toBe('PlatformUnavailable');
  }
}

/** By the shop itself: what concerns single goods. */
async function refuseGoods(counter: TikTokShopCounter, listings: readonly ListingRef[]): Promise<void> {
  const { sellerCenter, control } = counter.shop;
  const session = sessionOf(counter);
  const [first, second, kettle] = listings;
  if (first === undefined || second === undefined || kettle === undefined) throw new Error('There are too few listings');
  const at = counter.access.warehouse_id ?? '';
  const quantities = async (...writes: ReturnType<typeof write>[]) => outcomes(await tiktokShop.pushQuantities(session, writes));
  const prices = async (...writes: ReturnType<typeof priced>[]) => outcomes(await tiktokShop.pushPrices(session, writes));
  expect(await quantities(write(first, at, 4), write(second, '7000000000000000001', 4))).toEqual([
    'applied',
    'warehouse_unknown',
  ]);
  expect(await quantities(write({ ...first, variantId: '1' }, at, 4))).toEqual(['sku_gone']);
  expect(await prices(priced({ ...first, productId: '1729000000000000001' }, '5.00'))).toEqual(['product_gone']);
  expect(await prices(priced(first, '0.00'))).toEqual(['price_refused']);
  expect(await prices(priced(first, '5.00', 'VND'))).toEqual(['currency_wrong']);
  control.lockForCampaign?.(second.variantId, 2);
  expect(await quantities(write(second, at, 1))).toEqual(['stock_in_campaign']);
  expect(await quantities(write(second, at, 2))).toEqual(['applied']);
  sellerCenter.setPromotion(first.productId, { stockLocked: true });
  expect(await prices(priced(first, '5.00'))).toEqual(['in_promotion']);
  expect(await quantities(write(first, at, 1))).toEqual(['stock_in_campaign']);
  sellerCenter.setStatus(kettle.productId, 'SELLER_DEACTIVATED');
  expect(await prices(priced(kettle, '5.00'))).toEqual(['product_not_active']);
  control.remove(kettle.productId);
  const pages = await Array.fromAsync(tiktokShop.pull(session, { since: null, log: () => undefined }));
  expect(pages.flatMap((page) => page.deletedProductIds)).toEqual([kettle.productId]);
  control.fault({ kind: 'expire_token' });
  expect(await ask(session)).toBe('CredentialsExpired');
}
