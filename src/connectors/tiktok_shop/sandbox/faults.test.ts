import { describe, expect, test } from 'vitest';
import type { PracticeTraffic } from '#connectors/practice.ts';
import {
  baseUrl,
  call,
  cup,
  idsOf,
  openShop,
  readAnswer,
  signedRequest,
} from '#connectors/tiktok_shop/sandbox/practice-caller.ts';
import type { TikTokShopSandboxOptions } from '#connectors/tiktok_shop/sandbox.ts';

const search = '/product/202502/products/search';
const page = { query: { page_size: '10' } };

function withCup(options: Partial<TikTokShopSandboxOptions> = {}) {
  const shop = openShop(options);
  shop.control.add([cup]);
  const { productId, skuId } = idsOf(shop, 'CUP');
  const setStock = (quantity: number) =>
    signedRequest(shop, 'POST', `/product/202309/products/${productId}/inventory/update`, {
      body: { skus: [{ id: skuId, inventory: [{ quantity }] }] },
    });
  const quantity = () => shop.control.goods()[0]?.quantity;
  return { shop, skuId, setStock, quantity };
}

const cut = expect.objectContaining({ name: 'PracticeConnectionCut' });

describe('faults of requests', () => {
  test('throttle: both answers of the platform in turn, nothing applied, counted', async () => {
    const { shop, setStock, quantity } = withCup();
    shop.control.fault({ kind: 'throttle', times: 2, match: 'inventory/update' });
    expect((await call(shop, 'POST', search, page)).code).toBe(0);
    expect((await shop.handle(setStock(5))).status).toBe(429);
    expect(await readAnswer(await shop.handle(setStock(5)))).toMatchObject({ status: 200, code: 36009002 });
    expect(quantity()).toBe(12);
    expect((await readAnswer(await shop.handle(setStock(5)))).code).toBe(0);
    expect(quantity()).toBe(5);
    expect(shop.control.counters()).toMatchObject({ requests: 4, throttled: 2, writes: 1 });
  });

  test('server_error: 503, nothing applied', async () => {
    const { shop, setStock, quantity } = withCup();
    shop.control.fault({ kind: 'server_error' });
    expect((await shop.handle(setStock(5))).status).toBe(503);
    expect(quantity()).toBe(12);
  });

  test('timeout_before: hangs, is cut, nothing applied', async () => {
    const { shop, setStock, quantity } = withCup();
    shop.control.fault({ kind: 'timeout_before' });
    await expect(shop.handle(setStock(5))).rejects.toEqual(cut);
    expect(quantity()).toBe(12);
  });

  test('timeout_after: applied, then hangs and is cut', async () => {
    const { shop, setStock, quantity } = withCup();
    shop.control.fault({ kind: 'timeout_after' });
    await expect(shop.handle(setStock(5))).rejects.toEqual(cut);
    expect(quantity()).toBe(5);
  });

  test('a hanging connection is cut after the seconds asked for, by the shop’s clock', async () => {
    const { shop, setStock } = withCup({ timeScale: 1 });
    shop.control.fault({ kind: 'timeout_before', seconds: 60 });
    let over = false;
    const hanging = shop.handle(setStock(5)).finally(() => {
      over = true;
    });
    const caught = expect(hanging).rejects.toEqual(cut);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(over).toBe(false);
    shop.control.advanceClock(60);
    await caught;
  });

  test('apply_late: no answer, and applied later, over what was written meanwhile', async () => {
    const { shop, setStock, quantity } = withCup({ timeScale: 1 });
    shop.control.fault({ kind: 'apply_late', seconds: 30 });
    await expect(shop.handle(setStock(5))).rejects.toEqual(cut);
    expect(quantity()).toBe(12);
    expect((await readAnswer(await shop.handle(setStock(7)))).code).toBe(0);
    expect(quantity()).toBe(7);
    shop.control.advanceClock(30);
    await expect.poll(quantity).toBe(5);
    expect(shop.control.writes().map(({ value }) => value)).toEqual(['7', '5']);
  });

  test('apply_late does not apply what the gateway would have refused', async () => {
    const { shop, setStock, quantity } = withCup({ timeScale: 0 });
    shop.control.fault({ kind: 'apply_late', seconds: 1 });
    const request = setStock(5);
    const forged = new Request(request.url.replace(/sign=\w+/, `sign=${'0'.repeat(64)}`), request);
    await expect(shop.handle(forged)).rejects.toEqual(cut);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(quantity()).toBe(12);
  });

  test('slow: the proper answer, later', async () => {
    const { shop, setStock } = withCup({ timeScale: 1 });
    shop.control.fault({ kind: 'slow', seconds: 0.05 });
    const begun = performance.now();
    expect((await readAnswer(await shop.handle(setStock(5)))).code).toBe(0);
    expect(performance.now() - begun).toBeGreaterThan(40);
  });

  test('cut_answer: half of the body, then the connection breaks; applied', async () => {
    const { shop, setStock, quantity } = withCup();
    shop.control.fault({ kind: 'cut_answer' });
    const response = await shop.handle(setStock(5));
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(new TextDecoder().decode(value)).toMatch(/^\{"code":0/);
    await expect(reader?.read()).rejects.toEqual(cut);
    expect(quantity()).toBe(5);
  });

  test('expire_token: the token in use is refused from then on, and a refreshed one works', async () => {
    const { shop } = withCup();
    const { app_key = '', app_secret = '', refresh_token = '' } = shop.control.access();
    shop.control.fault({ kind: 'expire_token' });
    expect(await call(shop, 'POST', search, page)).toMatchObject({ status: 401, code: 105002 });
    expect((await call(shop, 'POST', search, page)).code).toBe(105002);
    const query = new URLSearchParams({ app_key, app_secret, refresh_token, grant_type: 'refresh_token' });
    expect((await readAnswer(await shop.handle(new Request(`${baseUrl}/api/v2/token/refresh?${query}`)))).code).toBe(0);
    expect((await call(shop, 'POST', search, page)).code).toBe(0);
  });

  test('faults come in order, only where they match, until they are used up or cleared', async () => {
    const { shop } = withCup();
    shop.control.fault({ kind: 'server_error', times: Number.POSITIVE_INFINITY, match: 'warehouses' });
    shop.control.fault({ kind: 'throttle', times: 1 });
    const warehouses = async () => (await call(shop, 'GET', '/logistics/202309/warehouses')).status;
    expect(await warehouses()).toBe(503);
    expect((await call(shop, 'POST', search, page)).status).toBe(429);
    expect((await call(shop, 'POST', search, page)).code).toBe(0);
    expect(await warehouses()).toBe(503);
    shop.control.clearFaults();
    expect(await warehouses()).toBe(200);
  });

  test('closing the shop cuts what hangs and drops what was to be applied late', async () => {
    const { shop, setStock, quantity } = withCup({ timeScale: 1 });
    shop.control.fault({ kind: 'apply_late', seconds: 0.15 });
    shop.control.fault({ kind: 'timeout_before', seconds: 600 });
    await expect(shop.handle(setStock(5))).rejects.toEqual(cut);
    const hanging = expect(shop.handle(setStock(6))).rejects.toEqual(cut);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await shop.close();
    await hanging;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(quantity()).toBe(12);
  });
});

describe('the control', () => {
  test('records every call with its operation, and with status 0 where there was no answer', async () => {
    const traffic: PracticeTraffic[] = [];
    const { shop, setStock } = withCup({ record: (entry) => traffic.push(entry) });
    await shop.handle(setStock(5));
    shop.control.fault({ kind: 'timeout_after' });
    await expect(shop.handle(setStock(6))).rejects.toEqual(cut);
    const operation = 'POST /product/202309/products/{product_id}/inventory/update';
    expect(traffic).toMatchObject([
      { platform: 'tiktok_shop', direction: 'api', operation, method: 'POST', status: 200 },
      { operation, status: 0, responseBody: '' },
    ]);
    expect(JSON.parse(traffic[0]?.responseBody ?? '')).toMatchObject({ code: 0 });
    expect(JSON.parse(traffic[0]?.requestBody ?? '')).toMatchObject({ skus: [{ inventory: [{ quantity: 5 }] }] });
  });

  test('a buyer takes what is there, and is refused more', () => {
    const { shop, skuId, quantity } = withCup();
    expect(shop.control.sell(skuId, 10)).toBe(true);
    expect(shop.control.sell(skuId, 3)).toBe(false);
    expect(quantity()).toBe(2);
    expect(shop.control.writes()).toMatchObject([{ kind: 'quantity', value: '2', by: 'buyer' }]);
  });

  test('a person’s edit and a purchase count over all warehouses', async () => {
    const { shop, skuId, quantity } = withCup({ warehouses: 2 });
    const [first, second] = (await call(shop, 'GET', '/logistics/202309/warehouses')).data.warehouses.map(({ id }) => id);
    const inventory = [
      { warehouse_id: first, quantity: 3 },
      { warehouse_id: second, quantity: 9 },
    ];
    const { productId } = idsOf(shop, 'CUP');
    await call(shop, 'POST', `/product/202309/products/${productId}/inventory/update`, {
      body: { skus: [{ id: skuId, inventory }] },
    });
    shop.control.sell(skuId, 5);
    expect(quantity()).toBe(7);
    shop.control.edit(skuId, { quantity: 20 });
    expect(quantity()).toBe(20);
    shop.control.edit(skuId, { quantity: 0 });
    expect(quantity()).toBe(0);
  });

  test('an edit that TikTok Shop could not hold throws; goods brought in are made to fit', () => {
    const { shop, skuId } = withCup();
    expect(() => shop.control.edit(skuId, { quantity: 100_000 })).toThrow(RangeError);
    expect(() => shop.control.edit(skuId, { quantity: -1 })).toThrow(RangeError);
    expect(() => shop.control.edit(skuId, { price: '0' })).toThrow(RangeError);
    expect(() => shop.control.edit(skuId, { tracked: false })).toThrow('tracking');
    expect(() => shop.control.edit('1', { quantity: 1 })).toThrow('missing');
    expect(() => shop.control.remove('1')).toThrow('missing');
    shop.control.add([{ title: 'Gift', variants: [{ sku: 'GIFT', price: '0.00', quantity: -4, tracked: false }] }]);
    expect(shop.control.goods()[1]).toMatchObject({ sku: 'GIFT', price: '1', quantity: 0, tracked: true, currency: 'VND' });
  });

  test('a removed product is off sale and unknown', () => {
    const { shop, skuId } = withCup();
    shop.control.remove(idsOf(shop, 'CUP').productId);
    expect(shop.control.goods()).toEqual([]);
    expect(() => shop.control.edit(skuId, { quantity: 1 })).toThrow('missing');
  });

  test('each region has its currency, which an option overrides', () => {
    const currencyOf = (options: Partial<TikTokShopSandboxOptions>) => openShop(options).control.access().currency;
    expect(['US', 'VN', 'ID', 'GB', 'JP'].map((region) => currencyOf({ region }))).toEqual(['USD', 'VND', 'IDR', 'GBP', 'JPY']);
    expect(currencyOf({ region: 'VN', currency: 'USD' })).toBe('USD');
    expect(() => openShop({ region: 'AQ' })).toThrow('AQ');
  });
});
