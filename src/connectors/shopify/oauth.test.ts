import { describe, expect, test } from 'vitest';
import type { AuthContext, Credentials } from '#connectors/connector.ts';
import { contractFile, contractMissing } from '#connectors/shopify/fixtures/published-contract.ts';
import { type Answer, app, now, scriptedShop, shopName, thrownBy } from '#connectors/shopify/fixtures/scripted-shop.ts';
import { authorizeUrl, callbackHmac, completeOAuth, fromFields, refresh } from '#connectors/shopify/oauth.ts';

interface Vector {
  secret: string;
  message: string;
  hmac_hex: string;
}
const vectors = (contractFile('test-vectors-shopify-woocommerce-etsy.json') as { shopify_oauth_query_hmac: Vector[] } | null)
  ?.shopify_oauth_query_hmac;
if (vectors === undefined) console.info(`Shopify OAuth vectors: ${contractMissing}`);

const redirectUrl = 'https://hub.example.com/callback';
const fields = { shop: 'Clay-and-Co.myshopify.com' };
const secondsNow = now.getTime() / 1000;

const text = (body: object, status = 200): Answer => ({ raw: { status, text: JSON.stringify(body) } });
const granted = text({
  access_token: 'shpat_new',
  scope: 'write_products,read_orders',
  expires_in: 3600,
  refresh_token: 'shprt_new',
  refresh_token_expires_in: 7_776_000,
});
const refused = text({ error: 'invalid_grant', error_description: 'This token is no longer active' }, 400);

function callback(change: Record<string, string> = {}, secret = app.clientSecret): Record<string, string> {
  const query = {
    code: 'c0de',
    shop: shopName,
    state: 'st4te',
    host: 'YWRtaW4uc2hvcGlmeS5jb20',
    timestamp: String(secondsNow),
    ...change,
  };
  return { ...query, hmac: callbackHmac(query, secret) };
}

test('the consent page is the shop’s own, asked for all scopes and an offline token', () => {
  const url = new URL(authorizeUrl({ app, baseUrl: null, fields, state: 'st4te', redirectUrl }));
  expect(url.origin + url.pathname).toBe(`https://${shopName}/admin/oauth/authorize`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'app-client-id',
    scope:
      'read_products,write_products,read_inventory,write_inventory,read_locations,read_orders,read_returns,read_merchant_managed_fulfillment_orders,write_merchant_managed_fulfillment_orders',
    redirect_uri: redirectUrl,
    state: 'st4te',
  });
  expect(() => authorizeUrl({ app, baseUrl: null, fields: { shop: 'evil.example' }, state: '', redirectUrl })).toThrow(
    'shop_name_wrong',
  );
});

test.skipIf(vectors === undefined)('the callback’s HMAC is that of the published vectors', () => {
  expect(vectors?.length).toBeGreaterThan(0);
  for (const { secret, message, hmac_hex } of vectors ?? []) {
    const query = Object.fromEntries(new URLSearchParams(message));
    expect(callbackHmac({ signature: 'old', ...query, hmac: hmac_hex }, secret)).toBe(hmac_hex);
  }
});

test('the callback’s HMAC covers values form-encoded, keys sorted', () => {
  expect(callbackHmac({ b: 'x y', a: '1&2=3' }, 'hush')).toBe(callbackHmac({ a: '1&2=3', b: 'x y' }, 'hush'));
  expect(callbackHmac({ a: '1&b=2' }, 'hush')).not.toBe(callbackHmac({ a: '1', b: '2' }, 'hush'));
});

describe('the callback', () => {
  const complete = (query: Record<string, string>, answer: Answer = granted, context: Partial<AuthContext> = {}) => {
    const shop = scriptedShop({ token: [answer] });
    return { shop, end: completeOAuth({ ...shop.context, ...context }, { query, fields, redirectUrl }) };
  };

  test('is exchanged for expiring tokens, kept with their ends and the shop', async () => {
    const { shop, end } = complete(callback());
    expect(await end).toEqual({
      scheme: 'oauth2',
      secrets: { shop: shopName, access_token: 'shpat_new', refresh_token: 'shprt_new' },
      scopes: ['write_products', 'read_orders'],
      expiresAt: '2026-11-20T11:00:00.000Z',
      refreshExpiresAt: '2027-02-18T10:00:00.000Z',
    });
    expect(shop.seen[0]?.variables).toEqual({ client_id: 'app-client-id', client_secret: 'hush', code: 'c0de', expiring: '1' });
    expect(shop.seen[0]?.request.repeatable).toBe(false);
  });

  test.each([
    ['a forged one', { ...callback(), code: 'other' }, 'callback_not_genuine'],
    ['one without an HMAC', { code: 'c', shop: shopName, timestamp: String(secondsNow) }, 'callback_not_genuine'],
    ['one signed with another secret', callback({}, 'other'), 'callback_not_genuine'],
    ['an old one', callback({ timestamp: String(secondsNow - 91) }), 'callback_too_old'],
    ['one from the future', callback({ timestamp: String(secondsNow + 91) }), 'callback_too_old'],
    ['one without a time', callback({ timestamp: 'soon' }), 'callback_too_old'],
    ['one of another shop', callback({ shop: 'other.myshopify.com' }), 'callback_other_shop'],
    ['one of another host', callback({ shop: 'clay-and-co.myshopify.com.evil.example' }), 'shop_name_wrong'],
    ['a seller’s no', { error: 'access_denied' }, 'consent_denied'],
  ])('%s is refused, and nothing is exchanged', async (_, query, code) => {
    const { shop, end } = complete(query as Record<string, string>);
    expect(await thrownBy(end)).toMatchObject({ name: 'Refused', refusal: { code } });
    expect(shop.seen).toEqual([]);
  });

  test('that is 90 seconds old is still taken', async () => {
    expect(await complete(callback({ timestamp: String(secondsNow - 90) })).end).toMatchObject({ scheme: 'oauth2' });
  });

  test('whose code is spent, or that meets no app, says so', async () => {
    expect(await thrownBy(complete(callback(), refused).end)).toMatchObject({
      refusal: { code: 'code_refused', answer: { code: 'invalid_grant' } },
    });
    expect(await thrownBy(complete(callback(), granted, { app: null }).end)).toMatchObject({ refusal: { code: 'app_missing' } });
  });
});

describe('keys of a form', () => {
  test('an access token is kept as it is, with the shop in its one spelling', async () => {
    const { context } = scriptedShop({});
    const credentials = await fromFields(context, 'access_token', { ...fields, access_token: ' shpat_abc ' });
    expect(credentials).toEqual({ scheme: 'access_token', secrets: { shop: shopName, access_token: 'shpat_abc' }, scopes: [] });
    expect(await thrownBy(fromFields(context, 'access_token', { shop: 'shop.example.com' }))).toMatchObject({
      refusal: { code: 'shop_name_wrong' },
    });
  });

  test('an app of one’s own gets a token for a day, and another from the same keys, without the operator’s app', async () => {
    const shop = scriptedShop({ token: [text({ access_token: 'shpat_day', scope: 'write_products', expires_in: 86_399 })] });
    const context = { ...shop.context, app: null };
    const first = await fromFields(context, 'client_credentials', {
      ...fields,
      client_id: 'own-id',
      client_secret: 'own-secret',
    });
    expect(first.secrets).toEqual({
      shop: shopName,
      access_token: 'shpat_day',
      client_id: 'own-id',
      client_secret: 'own-secret',
    });
    expect(first.expiresAt).toBe('2026-11-21T09:59:59.000Z');
    expect(await refresh(context, first)).toEqual(first);
    const body = { client_id: 'own-id', client_secret: 'own-secret', grant_type: 'client_credentials' };
    expect(shop.seen.map(({ variables }) => variables)).toEqual([body, body]);
  });
});

describe('renewing', () => {
  const old: Credentials = {
    scheme: 'oauth2',
    secrets: { shop: shopName, access_token: 'a', refresh_token: 'shprt_old' },
    scopes: [],
  };

  test('replaces both tokens, and may be repeated when its answer was lost', async () => {
    const shop = scriptedShop({ token: [granted] });
    expect((await refresh(shop.context, old)).secrets).toEqual({
      shop: shopName,
      access_token: 'shpat_new',
      refresh_token: 'shprt_new',
    });
    expect(shop.seen[0]?.variables).toEqual({
      client_id: 'app-client-id',
      client_secret: 'hush',
      grant_type: 'refresh_token',
      refresh_token: 'shprt_old',
    });
    expect(shop.seen[0]?.request.repeatable).toBe(true);
  });

  test('that only the seller can help with says so', async () => {
    const { context } = scriptedShop({ token: [refused] });
    expect(await thrownBy(refresh(context, old))).toMatchObject({
      name: 'CredentialsExpired',
      answer: { code: 'invalid_grant' },
    });
    const permanent: Credentials = { scheme: 'access_token', secrets: { shop: shopName, access_token: 'a' }, scopes: [] };
    expect(await thrownBy(refresh(context, permanent))).toMatchObject({ name: 'CredentialsExpired' });
  });

  test('fails for the moment when the platform does: nobody is asked to connect again', async () => {
    const failing = (answer: Answer) => thrownBy(refresh(scriptedShop({ token: [answer] }).context, old));
    expect(await failing({ raw: { status: 502 } })).toMatchObject({ name: 'PlatformUnavailable' });
    expect(await failing({ raw: { status: 429 } })).toMatchObject({ name: 'RateLimited' });
    expect(await failing(text({}))).toMatchObject({ name: 'MalformedResponse' });
  });

  test('never puts a token or secret into an error, whatever the answer holds', async () => {
    for (const status of [200, 400, 403, 404, 500]) {
      const answer = text({ access_token: 5, refresh_token: 'shprt_secret', client_secret: 'hush' }, status);
      const thrown = await thrownBy(refresh(scriptedShop({ token: [answer] }).context, old));
      expect(JSON.stringify(thrown) + String(thrown)).not.toMatch(/shprt|hush/);
    }
  });
});
