import { describe, expect, test } from 'vitest';
import { call, openShop, readAnswer, signedRequest, startMilliseconds } from '#connectors/tiktok_shop/sandbox/practice-caller.ts';

const search = '/product/202502/products/search';
const page = { page_size: '10' };
const now = Math.floor(startMilliseconds / 1000);

describe('the gateway', () => {
  test('lets a well-made call through', async () => {
    const answer = await call(openShop(), 'POST', search, { query: page });
    expect(answer).toMatchObject({ status: 200, code: 0, message: 'Success' });
  });

  test.each([
    ['no app key', { without: ['app_key'] }, 400, 36009004, 'Invalid `app_key`'],
    ['another app key', { query: { app_key: 'other' } }, 400, 36009004, 'Invalid `app_key`'],
    ['no timestamp', { without: ['timestamp'] }, 400, 36009004, 'Invalid timestamp'],
    ['a timestamp in milliseconds', { query: { timestamp: String(startMilliseconds) } }, 400, 36009004, 'Invalid timestamp'],
    ['a timestamp 301 s old', { query: { timestamp: String(now - 301) } }, 400, 36009004, 'earlier than 5 minutes'],
    ['a timestamp 31 s ahead', { query: { timestamp: String(now + 31) } }, 400, 36009004, 'more than 30 seconds'],
    ['no sign', { without: ['sign'] }, 400, 36009004, 'Missing credentials'],
    ['a wrong sign', { query: { sign: 'f'.repeat(64) } }, 401, 106001, '`sign`'],
    ['no token', { headers: { 'x-tts-access-token': '' } }, 400, 36009004, '`x-tts-access-token` header is invalid'],
    ['an unknown token', { headers: { 'x-tts-access-token': 'ROW_x' } }, 400, 36009004, '`x-tts-access-token` header is invalid'],
    ['no cipher', { without: ['shop_cipher'] }, 400, 106013, '`shop_cipher`'],
    ['the cipher of another shop', { query: { shop_cipher: 'ROW_other' } }, 403, 101000, 'does not match'],
    ['a shop_id', { query: { shop_id: '7495000000000000001' } }, 400, 36009004, '`shop_id`'],
    [
      'another content type',
      { headers: { 'content-type': 'text/plain' }, body: '{"status":"ALL"}' },
      400,
      36009022,
      'application/json',
    ],
  ])('refuses %s', async (_name, options, status, code, message) => {
    const answer = await call(openShop(), 'POST', search, {
      ...options,
      query: { ...page, ...('query' in options ? options.query : {}) },
    });
    expect(answer).toMatchObject({ status, code });
    expect(answer.message).toContain(message);
  });

  test('takes a timestamp exactly 300 s old and exactly 30 s ahead', async () => {
    for (const timestamp of [now - 300, now + 30]) {
      expect(await call(openShop(), 'POST', search, { query: { ...page, timestamp: String(timestamp) } })).toMatchObject({
        code: 0,
      });
    }
  });

  test('signs the body as it is sent: {} counts, and a re-serialised body is refused', async () => {
    const shop = openShop();
    expect(await call(shop, 'POST', search, { query: page, body: '{}' })).toMatchObject({ code: 0 });
    expect(await call(shop, 'POST', search, { query: page, body: '{}', signedBody: '' })).toMatchObject({
      status: 401,
      code: 106001,
    });
    const spaced = await call(shop, 'POST', search, { query: page, body: '{"status": "ALL"}', signedBody: '{"status":"ALL"}' });
    expect(spaced).toMatchObject({ code: 106001 });
  });

  test('refuses a body that is no JSON object', async () => {
    expect(await call(openShop(), 'POST', search, { query: page, body: '{' })).toMatchObject({ status: 400, code: 36009022 });
    expect(await call(openShop(), 'POST', search, { query: page, body: '[]' })).toMatchObject({ status: 400, code: 36009004 });
  });

  test('refuses a cipher where the call takes none', async () => {
    const shop = openShop();
    const path = '/authorization/202309/shops';
    expect(await call(shop, 'GET', path)).toMatchObject({ code: 0 });
    const answer = await call(shop, 'GET', path, { query: { shop_cipher: shop.control.access().shop_cipher ?? '' } });
    expect(answer).toMatchObject({ status: 400, code: 36009004 });
    expect(answer.message).toContain('not required');
  });

  test('tells an unknown path, a wrong method and a dead version apart', async () => {
    const shop = openShop();
    expect(await call(shop, 'GET', '/product/202309/nothing')).toMatchObject({ status: 404, code: 36009009 });
    expect(await call(shop, 'GET', search)).toMatchObject({ status: 405, code: 36009010 });
    expect(await call(shop, 'POST', '/product/202212/products/search')).toMatchObject({ status: 400, code: 36009014 });
    expect(await call(shop, 'GET', '/product/202309/products/activate')).toMatchObject({ code: 36009010 });
  });

  test('a token without the scope is refused', async () => {
    const shop = openShop({ scopes: ['seller.authorization.info', 'seller.product.basic'] });
    expect(await call(shop, 'POST', search, { query: page })).toMatchObject({ code: 0 });
    const body = { product_ids: ['1'] };
    expect(await call(shop, 'POST', '/product/202309/products/activate', { body })).toMatchObject({ status: 403, code: 105005 });
    expect(await call(shop, 'GET', '/logistics/202309/warehouses')).toMatchObject({ code: 105005 });
  });

  test('an access token dies after seven days', async () => {
    const shop = openShop();
    shop.control.advanceClock(7 * 86_400 - 1);
    const late = { query: { ...page, timestamp: String(now + 7 * 86_400 - 1) } };
    expect(await call(shop, 'POST', search, late)).toMatchObject({ code: 0 });
    shop.control.advanceClock(1);
    expect(await call(shop, 'POST', search, late)).toMatchObject({ status: 401, code: 105002 });
  });

  test('a parameter given twice is refused', async () => {
    const shop = openShop();
    const request = signedRequest(shop, 'POST', search, { query: page });
    const answer = await readAnswer(await shop.handle(new Request(`${request.url}&page_size=20`, request)));
    expect(answer).toMatchObject({ status: 400, code: 36009004 });
  });

  test('every answer has its own request id', async () => {
    const shop = openShop();
    const ids = await Promise.all(
      [1, 2, 3].map(async () => JSON.parse((await call(shop, 'POST', search, { query: page })).text).request_id),
    );
    expect(new Set(ids).size).toBe(3);
  });
});

describe('the limit of 50 requests a second', () => {
  test('holds for each API by itself, answers 429 and 36009002 in turn, and ends with the second', async () => {
    const shop = openShop();
    for (let i = 0; i < 50; i += 1) expect((await call(shop, 'POST', search, { query: page })).code).toBe(0);
    const first = await call(shop, 'POST', search, { query: page });
    const second = await call(shop, 'POST', search, { query: page });
    expect(first).toMatchObject({ status: 429, code: undefined });
    expect(second).toMatchObject({ status: 200, code: 36009002 });
    expect((await call(shop, 'GET', '/logistics/202309/warehouses')).code).toBe(0);
    shop.control.advanceClock(1);
    expect((await call(shop, 'POST', search, { query: page })).code).toBe(0);
    expect(shop.control.counters()).toMatchObject({ requests: 54, throttled: 2 });
  });

  test('any span of a second counts, not the calendar second', async () => {
    const shop = openShop();
    for (let i = 0; i < 25; i += 1) await call(shop, 'POST', search, { query: page });
    shop.control.advanceClock(0.6);
    for (let i = 0; i < 25; i += 1) expect((await call(shop, 'POST', search, { query: page })).code).toBe(0);
    shop.control.advanceClock(0.3);
    expect((await call(shop, 'POST', search, { query: page })).status).toBe(429);
    shop.control.advanceClock(0.1);
    expect((await call(shop, 'POST', search, { query: page })).code).toBe(0);
  });

  test('is lifted by unlimited(true) and restored by unlimited(false)', async () => {
    const shop = openShop();
    shop.control.unlimited(true);
    for (let i = 0; i < 80; i += 1) expect((await call(shop, 'POST', search, { query: page })).code).toBe(0);
    shop.control.unlimited(false);
    const codes = [];
    for (let i = 0; i < 51; i += 1) codes.push((await call(shop, 'POST', search, { query: page })).status);
    expect(codes.filter((status) => status === 429)).toHaveLength(1);
  });
});
