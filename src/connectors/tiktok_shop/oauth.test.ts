import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.ts';
import type { Credentials } from '#connectors/connector.ts';
import { CredentialsExpired, PlatformUnavailable, Refused } from '#connectors/errors.ts';
import { takesShopCipher } from '#connectors/tiktok_shop/client.ts';
import { app, fixture, type Script, scriptedStore } from '#connectors/tiktok_shop/fixtures/scripted-store.ts';
import { identify } from '#connectors/tiktok_shop/identify.ts';
import { authorizeUrl, completeOAuth, fromFields, refresh } from '#connectors/tiktok_shop/oauth.ts';

const shops = 'GET /authorization/202309/shops';
const warehouses = 'GET /logistics/202309/warehouses';
const getToken = 'GET /api/v2/token/get';
const refreshToken = 'GET /api/v2/token/refresh';
const redirectUrl = 'https://hub.example/api/stores/oauth/callback/tiktok_shop';
const good: Script = { [getToken]: [{ data: fixture('token') }], [shops]: [{ data: fixture('shops') }] };
const complete = (script: Script, query: Record<string, string>, fields: Record<string, string> = {}) => {
  const store = scriptedStore(script);
  return { store, done: completeOAuth(store.context, { query, fields, redirectUrl }) };
};
const codeOf = async (done: Promise<unknown>): Promise<string> => {
  const thrown = await done.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(Refused);
  return (thrown as Refused).refusal.code;
};

describe('the consent page', () => {
  const input = { app, baseUrl: null, fields: {}, state: 'a b&c', redirectUrl };

  test('is that of the region, with the service id and the state', () => {
    expect(authorizeUrl(input)).toBe(
      'https://services.tiktokshop.com/open/authorize?service_id=7100000000000000001&state=a+b%26c',
    );
    expect(new URL(authorizeUrl({ ...input, fields: { region: 'US' } })).host).toBe('services.tiktokshops.us');
  });

  test('of a practice store is at its own address', () => {
    const url = new URL(authorizeUrl({ ...input, baseUrl: 'http://127.0.0.1:4002/', fields: { region: 'US' } }));
    expect([url.origin, url.pathname]).toEqual(['http://127.0.0.1:4002', '/open/authorize']);
  });

  test('needs a service id, and says where to find it', () => {
    expect(() => authorizeUrl({ ...input, app: { ...app, extra: {} } })).toThrow(AppError);
  });
});

describe('coming back from consent', () => {
  test('exchanges the code and keeps tokens, expiry and the cipher of the first shop', async () => {
    const { store, done } = complete(good, { code: 'FeBo', state: 's' });
    expect(await done).toEqual({
      scheme: 'oauth2',
      secrets: {
        access_token: 'TTP_access',
        refresh_token: 'TTP_refresh',
        open_id: '7010000000000000001',
        shop_id: '7495000000000000001',
        shop_cipher: 'ROW_demoCipher',
        shop_region: 'VN',
        seller_type: 'LOCAL',
        shop_chosen_by: 'order',
      },
      scopes: ['seller.product.basic', 'seller.product.write'],
      // Absolute unix seconds, although the field is called "expire in".
      expiresAt: new Date(1795600000_000).toISOString(),
      refreshExpiresAt: new Date(1826000000_000).toISOString(),
    } satisfies Credentials);
    expect(store.seen[0]?.query).toEqual({
      app_key: app.clientId,
      app_secret: app.clientSecret,
      auth_code: 'FeBo',
      grant_type: 'authorized_code',
    });
    expect(store.seen[0]?.request.repeatable).toBe(false);
    expect(store.seen[1]?.query).not.toHaveProperty('shop_cipher');
  });

  test('takes the shop that was asked for, or says that it was not granted', async () => {
    const { done } = complete(good, { code: 'x' }, { shop_id: '7495000000000000002' });
    expect((await done).secrets).toMatchObject({ shop_cipher: 'ROW_otherCipher', shop_region: 'MY' });
    expect(await codeOf(complete(good, { code: 'x' }, { shop_id: '1' }).done)).toBe('shop_not_granted');
    expect(await codeOf(complete({ ...good, [shops]: [{ data: { shops: [] } }] }, { code: 'x' }).done)).toBe('no_shop_granted');
  });

  test('tells a refusal by the seller, a missing code and a used code apart, without calling for the first two', async () => {
    const denied = complete({}, { code: 'null', error: 'auth_denied' });
    expect(await codeOf(denied.done)).toBe('auth_denied');
    expect(await codeOf(complete({}, { state: 's' }).done)).toBe('auth_code_missing');
    const used = complete({ [getToken]: [{ fault: { code: 36004004, message: 'invalid auth code' } }] }, { code: 'x' });
    expect(await codeOf(used.done)).toBe('auth_code_rejected');
    const wrongApp = complete({ [getToken]: [{ fault: { code: 36004001, message: 'app_secret is invalid' } }] }, { code: 'x' });
    expect(await codeOf(wrongApp.done)).toBe('app_rejected');
  });

  test("refuses a creator's account", async () => {
    const creator = { ...(fixture('token') as object), user_type: 1 };
    expect(await codeOf(complete({ [getToken]: [{ data: creator }] }, { code: 'x' }).done)).toBe('not_a_seller');
  });

  test('never puts the app secret or a token into an error', async () => {
    for (const answer of [
      { fault: { code: 1, message: 'no' } },
      { raw: { text: '{"code":0,"data":{"access_token":"TTP_access"}}' } },
    ] as const) {
      const thrown = (await complete({ [getToken]: [answer] }, { code: 'x' }).done.catch((reason: unknown) => reason)) as Error;
      const told = `${thrown.message} ${JSON.stringify(thrown)} ${thrown.stack ?? ''}`;
      expect(told).not.toContain(app.clientSecret);
      expect(told).not.toContain('TTP_access');
    }
  });
});

describe('a pasted token', () => {
  test('is checked with a real call and bound to a shop', async () => {
    const store = scriptedStore({ [shops]: [{ data: fixture('shops') }] });
    const credentials = await fromFields(store.context, 'access_token', { access_token: ' TTP_access ' });
    expect(credentials).toMatchObject({
      scheme: 'access_token',
      secrets: { access_token: 'TTP_access', shop_id: '7495000000000000001' },
    });
    expect(credentials.expiresAt).toBeUndefined();
    await expect(refresh(store.context, credentials)).rejects.toBeInstanceOf(CredentialsExpired);
  });
});

describe('renewing', () => {
  const old: Credentials = {
    scheme: 'oauth2',
    secrets: { access_token: 'old', refresh_token: 'r1', shop_cipher: 'c', shop_id: '1' },
    scopes: ['a'],
  };

  test('keeps whatever comes, the shop, and the old refresh token only when no new one comes', async () => {
    const store = scriptedStore({
      [refreshToken]: [
        { data: { ...(fixture('token') as object), refresh_token: 'r2' } },
        { data: { ...(fixture('token') as object), refresh_token: '' } },
      ],
    });
    const first = await refresh(store.context, old);
    expect(first.secrets).toMatchObject({ access_token: 'TTP_access', refresh_token: 'r2', shop_cipher: 'c', shop_id: '1' });
    expect((await refresh(store.context, first)).secrets.refresh_token).toBe('r2');
    expect(store.seen[0]?.query).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'r1' });
  });

  test('that is refused needs the seller; one that is not answered does not', async () => {
    const refusing = scriptedStore({ [refreshToken]: [{ fault: { code: 36004005, message: 'refresh token is invalid' } }] });
    await expect(refresh(refusing.context, old)).rejects.toBeInstanceOf(CredentialsExpired);
    const silent = scriptedStore({ [refreshToken]: [{ silence: true }] });
    await expect(refresh(silent.context, old)).rejects.toBeInstanceOf(PlatformUnavailable);
    const misconfigured = scriptedStore({ [refreshToken]: [{ fault: { code: 36004001, message: 'invalid app_key' } }] });
    expect(await codeOf(refresh(misconfigured.context, old))).toBe('app_rejected');
  });
});

describe('identity', () => {
  const search = 'POST /product/202502/products/search';
  const priced = (currency: string, status = 'ACTIVATE') => ({
    id: '1',
    status,
    skus: [{ id: '2', price: { currency, tax_exclusive_price: '10.00' } }],
  });

  test('is the shop as webhooks name it, with market and warehouses', async () => {
    const { session } = scriptedStore({
      [shops]: [{ data: { shops: [(fixture('shops') as { shops: object[] }).shops[0]] } }],
      [warehouses]: [{ data: fixture('warehouses') }],
      [search]: [{ data: {} }],
    });
    expect(await identify(session)).toMatchObject({
      platformStoreId: '7495000000000000001',
      name: 'Sóng Biển',
      currency: 'VND',
      timezone: 'Asia/Ho_Chi_Minh',
      domain: null,
    });
  });

  test('says which of several shops was taken when nobody chose', async () => {
    const script: Script = {
      [shops]: [{ data: fixture('shops') }],
      [warehouses]: [{ data: fixture('warehouses') }],
      [search]: [{ data: {} }],
    };
    expect((await identify(scriptedStore(script, { shop_chosen_by: 'order' }).session)).name).toBe(
      'Sóng Biển (VN, first of 2 shops)',
    );
    expect((await identify(scriptedStore(script, { shop_chosen_by: 'id' }).session)).name).toBe('Sóng Biển');
  });

  test('of a shop in an unknown market takes the currency from its goods, or asks for one', async () => {
    const shop = {
      id: '7495000000000000001',
      name: 'S',
      region: 'PL',
      seller_type: 'LOCAL',
      cipher: 'ROW_demoCipher',
      code: 'X',
    };
    const script: Script = {
      [shops]: [{ data: { shops: [shop] } }],
      [warehouses]: [{ data: fixture('warehouses') }],
      [search]: [{ data: { products: [priced('PLN')] } }, { data: {} }],
    };
    const { session } = scriptedStore(script);
    expect(await identify(session)).toMatchObject({ currency: 'PLN', timezone: 'UTC' });
    expect(await codeOf(identify(session))).toBe('region_unknown');
  });

  test('has the currency that its goods are priced in, whatever the region; deleted goods do not count', async () => {
    const { session } = scriptedStore({
      [shops]: [{ data: fixture('shops') }],
      [warehouses]: [{ data: fixture('warehouses') }],
      [search]: [{ data: { products: [priced('JPY', 'DELETED'), { id: '3', status: 'DRAFT', skus: [] }, priced('USD')] } }],
    });
    expect(await identify(session)).toMatchObject({ currency: 'USD', timezone: 'Asia/Ho_Chi_Minh' });
  });

  test('falls back on the region when the goods are refused, but not when the app lacks the permission to see them', async () => {
    const { session } = scriptedStore({
      [shops]: [{ data: fixture('shops') }],
      [warehouses]: [{ data: fixture('warehouses') }],
      [search]: [{ fault: { code: 12059999, message: 'come back tomorrow' } }, { fault: { code: 105005, message: 'no scope' } }],
    });
    expect(await identify(session)).toMatchObject({ currency: 'VND' });
    expect(await codeOf(identify(session))).toBe('scope_missing');
  });

  test('without an app is refused, not crashed', async () => {
    const { session } = scriptedStore({});
    expect(await codeOf(identify({ ...session, app: null }))).toBe('app_missing');
  });
});

test.each([
  ['GET', '/authorization/202309/shops', false],
  ['GET', '/seller/202309/permissions', false],
  ['POST', '/product/202309/global_products/search', false],
  ['POST', '/product/202309/images/upload', false],
  ['POST', '/product/202309/files/upload', false],
  ['POST', '/product/202309/brands', false],
  ['GET', '/product/202309/brands', true],
  ['POST', '/product/202409/compliance/manufacturers/search', false],
  ['GET', '/product/202309/products/1', true],
  ['PUT', '/event/202309/webhooks', true],
])('the shop cipher of %s %s: %s', (method, path, expected) => {
  expect(takesShopCipher(method, path)).toBe(expected);
});
