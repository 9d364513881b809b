import { describe, expect, test } from 'vitest';
import { baseUrl, call, openShop, readAnswer, startMilliseconds } from '#connectors/tiktok_shop/sandbox/practice-caller.ts';
import type { TikTokShopSandbox } from '#connectors/tiktok_shop/sandbox.ts';

const redirectUrl = 'https://hub.example.com/oauth/callback?store=1';
const now = Math.floor(startMilliseconds / 1000);

function consentUrl(shop: TikTokShopSandbox, extra: Record<string, string> = {}): string {
  const query = new URLSearchParams({ service_id: shop.control.access().service_id ?? '', state: 'st&te', ...extra });
  return `${baseUrl}/open/authorize?${query}`;
}

/** Does what a browser does: submits the form of the page with one of its buttons. */
async function decide(shop: TikTokShopSandbox, decision: 'approve' | 'deny', extra: Record<string, string> = {}): Promise<URL> {
  const html = await (await shop.handle(new Request(consentUrl(shop, extra)))).text();
  const fields: [string, string][] = [...html.matchAll(/name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [
    name ?? '',
    unescapeHtml(value ?? ''),
  ]);
  const body = new URLSearchParams([...fields.filter(([name]) => name !== 'decision'), ['decision', decision]]);
  const response = await shop.handle(new Request(`${baseUrl}/open/authorize`, { method: 'POST', body }));
  expect(response.status).toBe(302);
  return new URL(response.headers.get('location') ?? '');
}

function unescapeHtml(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

async function tokens(shop: TikTokShopSandbox, path: 'get' | 'refresh', query: Record<string, string>) {
  const { app_key = '', app_secret = '' } = shop.control.access();
  const grant = path === 'get' ? 'authorized_code' : 'refresh_token';
  const all = new URLSearchParams({ app_key, app_secret, grant_type: grant, ...query });
  return readAnswer(await shop.handle(new Request(`${baseUrl}/api/v2/token/${path}?${all}`)));
}

const shopsCall = (shop: TikTokShopSandbox, accessToken: string, at = now) =>
  call(shop, 'GET', '/authorization/202309/shops', {
    headers: { 'x-tts-access-token': accessToken },
    query: { timestamp: String(at) },
  });

describe('the consent page', () => {
  test('an approval goes to the registered address with code and state, and the code buys tokens that work', async () => {
    const shop = openShop({ redirectUrl });
    const target = await decide(shop, 'approve');
    expect(target.origin + target.pathname).toBe('https://hub.example.com/oauth/callback');
    expect(target.searchParams.get('store')).toBe('1');
    expect(target.searchParams.get('state')).toBe('st&te');
    const { data, code } = await tokens(shop, 'get', { auth_code: target.searchParams.get('code') ?? '' });
    expect(code).toBe(0);
    expect(data).toMatchObject({
      access_token_expire_in: now + 7 * 86_400,
      refresh_token_expire_in: now + 365 * 86_400,
      seller_name: 'Lotus Tea',
      seller_base_region: 'VN',
      user_type: 0,
    });
    expect(data.granted_scopes).toContain('seller.product.write');
    expect(await shopsCall(shop, data.access_token)).toMatchObject({
      code: 0,
      data: { shops: [{ region: 'VN', seller_type: 'LOCAL' }] },
    });
  });

  test('a refusal says code=null and auth_denied', async () => {
    const target = await decide(openShop({ redirectUrl }), 'deny');
    expect(Object.fromEntries(target.searchParams)).toEqual({ store: '1', code: 'null', error: 'auth_denied' });
  });

  test('without state none comes back', async () => {
    const shop = openShop({ redirectUrl });
    const body = new URLSearchParams({ service_id: shop.control.access().service_id ?? '', decision: 'approve' });
    const response = await shop.handle(new Request(`${baseUrl}/open/authorize`, { method: 'POST', body }));
    expect(new URL(response.headers.get('location') ?? '').searchParams.has('state')).toBe(false);
  });

  test('redirect_uri may only name this machine', async () => {
    const shop = openShop({ redirectUrl });
    const local = await decide(shop, 'approve', { redirect_uri: 'http://127.0.0.1:3000/back' });
    expect(local.host).toBe('127.0.0.1:3000');
    for (const redirect of [
      'https://evil.example/back',
      'http://127.0.0.1.evil.example/',
      'javascript:alert(1)',
      'http://localhost@evil.example',
    ]) {
      expect((await shop.handle(new Request(consentUrl(shop, { redirect_uri: redirect })))).status).toBe(400);
    }
  });

  test('refuses an unknown service and an app without a redirect address; Partner Center can register one', async () => {
    const shop = openShop();
    expect((await shop.handle(new Request(`${baseUrl}/open/authorize?service_id=1`))).status).toBe(404);
    expect((await shop.handle(new Request(consentUrl(shop)))).status).toBe(400);
    shop.partnerCenter.setRedirectUrl(redirectUrl);
    expect((await shop.handle(new Request(consentUrl(shop)))).status).toBe(200);
  });

  test('what the query says cannot break out of the page', async () => {
    const shop = openShop({ redirectUrl });
    const html = await (await shop.handle(new Request(consentUrl(shop, { state: '"><script>alert(1)</script>' })))).text();
    expect(html).not.toContain('<script');
  });
});

describe('tokens', () => {
  test('a code is good once', async () => {
    const shop = openShop({ redirectUrl });
    const code = (await decide(shop, 'approve')).searchParams.get('code') ?? '';
    expect((await tokens(shop, 'get', { auth_code: code })).code).toBe(0);
    expect(await tokens(shop, 'get', { auth_code: code })).toMatchObject({ status: 200, code: 36004004, data: undefined });
  });

  test('a code is good for 30 minutes', async () => {
    const shop = openShop({ redirectUrl });
    const [early, late] = [await decide(shop, 'approve'), await decide(shop, 'approve')];
    shop.control.advanceClock(1800);
    expect((await tokens(shop, 'get', { auth_code: early.searchParams.get('code') ?? '' })).code).toBe(0);
    shop.control.advanceClock(1);
    expect((await tokens(shop, 'get', { auth_code: late.searchParams.get('code') ?? '' })).code).toBe(36004004);
  });

  test.each([
    ['another app', { app_key: 'x' }, 36004001],
    ['a wrong secret', { app_secret: 'x' }, 36004001],
    ['no code', {}, 36009004],
    ['the grant type of the other call', { grant_type: 'refresh_token' }, 36009004],
    ['an unknown code', { auth_code: 'ROW_x' }, 36004004],
  ])('token/get refuses %s', async (_name, query, code) => {
    expect((await tokens(openShop(), 'get', query)).code).toBe(code);
  });

  test('refreshing gives a new pair and does not prolong the authorization', async () => {
    const shop = openShop();
    const before = shop.control.access();
    shop.control.advanceClock(86_400);
    const { data } = await tokens(shop, 'refresh', { refresh_token: before.refresh_token ?? '' });
    expect(data.access_token).not.toBe(before.access_token);
    expect(data.refresh_token).not.toBe(before.refresh_token);
    expect(data.access_token_expire_in).toBe(now + 8 * 86_400);
    expect(String(data.refresh_token_expire_in)).toBe(before.refresh_token_expire_in);
    expect(shop.control.access()).toMatchObject({ access_token: data.access_token, refresh_token: data.refresh_token });
  });

  test('a replaced refresh token dies when the new pair is first used, and not before', async () => {
    const shop = openShop();
    const old = shop.control.access().refresh_token ?? '';
    await tokens(shop, 'refresh', { refresh_token: old });
    const again = await tokens(shop, 'refresh', { refresh_token: old });
    expect(again.code).toBe(0);
    expect((await shopsCall(shop, again.data.access_token)).code).toBe(0);
    expect((await tokens(shop, 'refresh', { refresh_token: old })).code).toBe(36004005);
    expect((await tokens(shop, 'refresh', { refresh_token: again.data.refresh_token })).code).toBe(0);
  });

  test('the authorization ends after a year, with its refresh token', async () => {
    const shop = openShop();
    shop.control.advanceClock(365 * 86_400);
    expect((await tokens(shop, 'refresh', { refresh_token: shop.control.access().refresh_token ?? '' })).code).toBe(36004005);
  });

  test('the same shop has the same credentials after a restart, and another shop others', () => {
    expect(openShop().control.access()).toEqual(openShop().control.access());
    const [one, other] = [openShop().control.access(), openShop({ shop: 'Other' }).control.access()];
    for (const name of ['access_token', 'app_key', 'app_secret', 'shop_id', 'shop_cipher', 'service_id']) {
      expect(one[name]).toBeTruthy();
      expect(one[name]).not.toBe(other[name]);
    }
  });

  test('withdrawing the authorization kills every token', async () => {
    const shop = openShop();
    const { access_token = '', refresh_token = '' } = shop.control.access();
    shop.sellerCenter.deauthorize();
    expect(await shopsCall(shop, access_token)).toMatchObject({ code: 36009004 });
    expect((await tokens(shop, 'refresh', { refresh_token })).code).toBe(36004005);
  });
});
