import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { at, type ShopUnderTest, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';

const redirect = 'http://127.0.0.1:4000/oauth/callback?from=shop';

function consentUrl(t: ShopUnderTest, change: Record<string, string> = {}): string {
  const fields = {
    client_id: t.shop.control.access().clientId ?? '',
    scope: 'write_products,read_locations',
    redirect_uri: redirect,
    state: 'nonce',
    'grant_options[]': '',
    ...change,
  };
  return `http://shop.test/admin/oauth/authorize?${new URLSearchParams(fields)}`;
}

/** The seller's answer to the page, as its form sends it; gives the callback's address. */
async function decide(t: ShopUnderTest, decision: string, change: Record<string, string> = {}): Promise<URL> {
  const page = await (await t.shop.handle(new Request(consentUrl(t, change)))).text();
  const fields = new URLSearchParams({ decision });
  for (const [, name, value] of page.matchAll(/name="(\w+)" value="([^"]*)"/g))
    if (name !== 'decision') fields.set(name ?? '', (value ?? '').replaceAll('&amp;', '&'));
  const response = await t.shop.handle(new Request('http://shop.test/admin/oauth/authorize', { method: 'POST', body: fields }));
  expect(response.status).toBe(302);
  return new URL(response.headers.get('Location') ?? '');
}

async function token(t: ShopUnderTest, fields: Record<string, string>) {
  const { clientId, clientSecret } = t.shop.control.access();
  const body = JSON.stringify({ client_id: clientId, client_secret: clientSecret, ...fields });
  const response = await t.shop.handle(
    new Request('http://shop.test/admin/oauth/access_token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    }),
  );
  return { status: response.status, body: (await response.json()) as unknown };
}

const works = async (t: ShopUnderTest, value: string): Promise<boolean> =>
  (await t.graphql('{ shop { name } }', {}, { token: value })).status === 200;

describe('the consent page', () => {
  test('shows what is asked for, and escapes what strangers put into the address', async () => {
    const t = shopUnderTest();
    const response = await t.shop.handle(new Request(consentUrl(t, { state: '"><script>alert(1)</script>' })));
    const page = await response.text();
    expect(response.headers.get('Content-Type')).toContain('text/html');
    expect(page).toContain('write_products');
    expect(page).not.toContain('<script>');
  });

  test.each([
    ['a foreign client id', { client_id: 'other' }],
    ['an unknown scope', { scope: 'write_everything' }],
    ['no state', { state: '' }],
    ['a relative redirect', { redirect_uri: '/callback' }],
    ['a redirect over plain http to another machine', { redirect_uri: 'http://example.com/callback' }],
    ['a script as redirect', { redirect_uri: 'javascript:alert(1)' }],
    ['an online token', { 'grant_options[]': 'per-user' }],
  ])('refuses %s without redirecting', async (_, change) => {
    const t = shopUnderTest();
    const response = await t.shop.handle(new Request(consentUrl(t, change)));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('cannot be installed');
  });
});

describe('the callback', () => {
  test('carries code, shop, state, host and timestamp, signed over the sorted others', async () => {
    const t = shopUnderTest();
    const callback = await decide(t, 'approve');
    expect(`${callback.origin}${callback.pathname}`).toBe('http://127.0.0.1:4000/oauth/callback');
    const signed = [...callback.searchParams]
      .filter(([name]) => name !== 'hmac' && name !== 'from')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    expect(signed.map(([name]) => name)).toEqual(['code', 'host', 'shop', 'state', 'timestamp']);
    const hmac = createHmac('sha256', t.shop.control.access().clientSecret ?? '')
      .update(new URLSearchParams(signed).toString())
      .digest('hex');
    expect(callback.searchParams.get('hmac')).toBe(hmac);
    expect(callback.searchParams.get('shop')).toBe('practice.myshopify.com');
    expect(callback.searchParams.get('state')).toBe('nonce');
  });

  test('of a seller who declines carries an error and no code', async () => {
    const callback = await decide(shopUnderTest(), 'deny');
    expect(callback.searchParams.get('error')).toBe('access_denied');
    expect(callback.searchParams.has('code')).toBe(false);
  });
});

describe('the token endpoint', () => {
  test('redeems a code once, for an expiring pair with the granted scopes', async () => {
    const t = shopUnderTest();
    const code =
      (await decide(t, 'approve', { scope: 'write_products,read_products,read_locations' })).searchParams.get('code') ?? '';
    const first = await token(t, { code, expiring: '1' });
    expect(first).toMatchObject({
      status: 200,
      // A whole second may have passed since they were made.
      body: {
        scope: 'write_products,read_locations',
        expires_in: expect.closeTo(3600, -1),
        refresh_token_expires_in: expect.closeTo(7_776_000, -1),
      },
    });
    expect(await works(t, at(first.body, 'access_token'))).toBe(true);
    expect(await token(t, { code, expiring: '1' })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    t.shop.control.advanceClock(3600);
    expect(await works(t, at(first.body, 'access_token'))).toBe(false);
  });

  test('a code that was left for a minute is no longer good', async () => {
    const t = shopUnderTest();
    const code = (await decide(t, 'approve')).searchParams.get('code') ?? '';
    t.shop.control.advanceClock(60);
    expect(await token(t, { code })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('without expiring=1 the token has no end', async () => {
    const t = shopUnderTest();
    const code = (await decide(t, 'approve')).searchParams.get('code') ?? '';
    const { body } = await token(t, { code });
    expect(Object.keys(body as object)).toEqual(['access_token', 'scope']);
    t.shop.control.advanceClock(365 * 86_400);
    expect(await works(t, at(body, 'access_token'))).toBe(true);
  });

  test('a refresh gives a new pair; the old refresh token may be repeated until the new one is used, then no more', async () => {
    const t = shopUnderTest();
    const old = t.shop.control.access().refreshToken ?? '';
    const refresh = (value: string) => token(t, { grant_type: 'refresh_token', refresh_token: value });
    const lost = await refresh(old);
    const repeated = await refresh(old);
    expect(at(repeated.body, 'refresh_token')).toBe(at(lost.body, 'refresh_token'));
    expect(await works(t, at(repeated.body, 'access_token'))).toBe(true);
    const next = await refresh(at(repeated.body, 'refresh_token'));
    expect(next.status).toBe(200);
    expect(await refresh(old)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(at(next.body, 'refresh_token'))).status).toBe(200);
  });

  test('a refresh token ends after 90 days, a replaced one after 30', async () => {
    const t = shopUnderTest();
    const old = t.shop.control.access().refreshToken ?? '';
    const { body } = await token(t, { grant_type: 'refresh_token', refresh_token: old });
    t.shop.control.advanceClock(31 * 86_400);
    expect((await token(t, { grant_type: 'refresh_token', refresh_token: old })).status).toBe(400);
    t.shop.control.advanceClock(60 * 86_400);
    expect((await token(t, { grant_type: 'refresh_token', refresh_token: at(body, 'refresh_token') })).status).toBe(400);
  });

  test('client credentials give a token of a day', async () => {
    const t = shopUnderTest();
    const { body } = await token(t, { grant_type: 'client_credentials' });
    expect(at(body, 'expires_in')).toBe(86_399);
    t.shop.control.advanceClock(86_398);
    expect(await works(t, at(body, 'access_token'))).toBe(true);
    t.shop.control.advanceClock(2);
    expect(await works(t, at(body, 'access_token'))).toBe(false);
  });

  test.each([
    [{ client_secret: 'wrong', grant_type: 'client_credentials' }, 'invalid_client'],
    [{ client_id: 'wrong', grant_type: 'client_credentials' }, 'invalid_client'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{}, 'invalid_request'],
    [{ grant_type: 'refresh_token' }, 'invalid_grant'],
    [{ code: 'guessed' }, 'invalid_grant'],
  ])('%j is refused as %s', async (fields, error) => {
    expect(await token(shopUnderTest(), fields)).toMatchObject({ status: 400, body: { error } });
  });
});

test('uninstalling ends every token, and the app hears of it', async () => {
  const t = shopUnderTest();
  const { accessToken, refreshToken } = t.shop.control.access();
  await t.graphql(
    'mutation { webhookSubscriptionCreate(topic: APP_UNINSTALLED, webhookSubscription: { uri: "https://hub.test/hooks" }) { userErrors { message } } }',
  );
  const response = await t.shop.handle(
    new Request('http://shop.test/admin/api_permissions/current.json', {
      method: 'DELETE',
      headers: { 'X-Shopify-Access-Token': accessToken ?? '' },
    }),
  );
  expect(response.status).toBe(200);
  expect(await works(t, accessToken ?? '')).toBe(false);
  expect((await token(t, { grant_type: 'refresh_token', refresh_token: refreshToken ?? '' })).status).toBe(400);
  expect(t.sent.map((one) => one.headers['X-Shopify-Topic'])).toEqual(['app/uninstalled']);
});
