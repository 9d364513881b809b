import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PracticeTraffic } from '#connectors/practice.ts';
import { call, cup, idsOf, openShop, shirt, startMilliseconds } from '#connectors/tiktok_shop/sandbox/practice-caller.ts';
import type { TikTokShopSandbox, TikTokShopSandboxOptions } from '#connectors/tiktok_shop/sandbox.ts';

const address = 'https://hub.example.com/webhooks/tiktok';
const now = Math.floor(startMilliseconds / 1000);
const path = '/event/202309/webhooks';

interface Delivery {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** A shop with the goods in it and the app's address registered for everything; `answers` are the statuses it gives, then 200. */
function listening(answers: number[] = [], options: Partial<TikTokShopSandboxOptions> = {}) {
  const deliveries: Delivery[] = [];
  const deliver = async (url: string, init: { headers: Record<string, string>; body: string }) => {
    deliveries.push({ url, ...init });
    return answers.shift() ?? 200;
  };
  const shop = openShop({ deliver, ...options });
  shop.control.add([shirt, cup]);
  shop.partnerCenter.setWebhookUrl(address);
  const bodies = () => deliveries.map(({ body }) => JSON.parse(body));
  return { shop, deliveries, bodies };
}

const put = (shop: TikTokShopSandbox, event_type: string, url: string) =>
  call(shop, 'PUT', path, { body: { event_type, address: url } });
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('registering', () => {
  test('puts, replaces, lists and deletes an address for each topic', async () => {
    const shop = openShop();
    expect(await put(shop, 'PRODUCT_STATUS_CHANGE', 'https://old.example.com/a')).toMatchObject({ code: 0, data: {} });
    await put(shop, 'PRODUCT_STATUS_CHANGE', address);
    await put(shop, 'SELLER_DEAUTHORIZATION', address);
    const { data } = await call(shop, 'GET', path);
    expect(data.total_count).toBe(2);
    expect(data.webhooks).toContainEqual({ address, create_time: now, event_type: 'PRODUCT_STATUS_CHANGE', update_time: now });
    for (const _ of [1, 2]) {
      expect((await call(shop, 'DELETE', path, { body: { event_type: 'PRODUCT_STATUS_CHANGE' } })).code).toBe(0);
    }
    expect((await call(shop, 'GET', path)).data.webhooks.map(({ event_type }) => event_type)).toEqual(['SELLER_DEAUTHORIZATION']);
  });

  test.each([
    'http://hub.example.com/w',
    'https://hub.example.com:8443/w',
    'https://hub.example.com:443/w',
    'https://203.0.113.5/w',
    'https://[2001:db8::1]/w',
    'https://hub/w',
    'http://10.0.0.1/w',
    'not a url',
    `https://hub.example.com/${'a'.repeat(240)}`,
  ])('refuses %s', async (url) => {
    expect(await put(openShop(), 'PRODUCT_CREATION', url)).toMatchObject({ status: 400, code: 36009004 });
  });

  test.each(['http://127.0.0.1:3000/w', 'http://localhost:3000/w', 'http://[::1]:3000/w', address])('takes %s', async (url) => {
    expect((await put(openShop(), 'PRODUCT_CREATION', url)).code).toBe(0);
  });

  test('inventory status change can be had from Partner Center alone', async () => {
    expect((await put(openShop(), 'INVENTORY_STATUS_CHANGE', address)).code).toBe(36009004);
  });

  test('a topic with its own address goes there, the others to the app’s', async () => {
    const { shop, deliveries } = listening();
    await put(shop, 'PRODUCT_CREATION', 'https://own.example.com/w');
    shop.control.add([{ ...cup, status: 'draft' }]);
    shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'Other' });
    await settle();
    expect(deliveries.map(({ url }) => url)).toEqual(['https://own.example.com/w', address]);
  });
});

describe('what is sent', () => {
  test('carries the signature of app key and raw body', async () => {
    const { shop, deliveries } = listening();
    shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'Chén trà' });
    await settle();
    const { app_key = '', app_secret = '' } = shop.control.access();
    const [delivery] = deliveries;
    expect(delivery?.headers.authorization).toBe(
      createHmac('sha256', app_secret)
        .update(app_key + delivery?.body, 'utf8')
        .digest('hex'),
    );
  });

  test('15 tells of a person’s title and price, and of a price set through the API', async () => {
    const { shop, bodies } = listening();
    const { productId, skuId } = idsOf(shop, 'SHIRT-RED-S');
    shop.control.edit(skuId, { title: 'Linen shirt, long' });
    shop.control.edit(skuId, { price: '70000' });
    shop.control.edit(skuId, { price: '70000' });
    const body = { skus: [{ id: skuId, price: { amount: '75000', currency: 'VND' } }] };
    await call(shop, 'POST', `/product/202309/products/${productId}/prices/update`, { body });
    await settle();
    const notice = (source: string, field: string) => ({
      type: 15,
      tts_notification_id: expect.stringMatching(/^\d{19}$/),
      shop_id: shop.control.access().shop_id,
      timestamp: now,
      data: { product_id: productId, change_source: source, changed_fields: [field], update_time: now },
    });
    expect(bodies()).toEqual([notice('SELLER_CENTER', 'title'), notice('SELLER_CENTER', 'others'), notice('OPEN_API', 'others')]);
    expect(new Set(bodies().map((sent) => sent.tts_notification_id)).size).toBe(3);
  });

  test('15 is one for a call, and none for prices that stay as they are', async () => {
    const { shop, bodies } = listening();
    const { productId, skuId } = idsOf(shop, 'SHIRT-RED-S');
    const other = idsOf(shop, 'SHIRT-RED-M').skuId;
    const set = (...amounts: string[]) =>
      call(shop, 'POST', `/product/202309/products/${productId}/prices/update`, {
        body: { skus: amounts.map((amount, index) => ({ id: [skuId, other][index], price: { amount, currency: 'VND' } })) },
      });
    await set('80000', '85000');
    await settle();
    expect(bodies()).toEqual([]);
    await set('75000', '85000');
    await set('74000', '84000');
    await settle();
    expect(bodies()).toHaveLength(2);
  });

  test('15 is for live products only', async () => {
    const { shop, bodies } = listening();
    shop.sellerCenter.setStatus(idsOf(shop, 'CUP').productId, 'SELLER_DEACTIVATED');
    shop.control.edit(idsOf(shop, 'CUP').skuId, { price: '5', title: 'x' });
    await settle();
    expect(bodies().map(({ type }) => type)).toEqual([5]);
  });

  test('16 and 5 write the product’s id as a bare number above 2^53', async () => {
    const { shop, deliveries } = listening();
    shop.control.add([{ ...cup, variants: [{ sku: 'NEW', price: '1', quantity: 1 }] }]);
    const { productId } = idsOf(shop, 'NEW');
    shop.control.remove(productId);
    await settle();
    const parts = deliveries.map(({ body }) => body.slice(body.indexOf('"data":')));
    expect(parts).toEqual([
      `"data":{"product_id":${productId},"product_types":[],"update_time":${now}}}`,
      `"data":{"product_id":${productId},"status":"PRODUCT_FIRST_PASS_REVIEW","suspended_reason":"","update_time":${now}}}`,
      `"data":{"product_id":${productId},"status":"PRODUCT_STATUS_CHANGED","suspended_reason":"","update_time":${now}}}`,
    ]);
  });

  test('27 comes only when stock drops to low or none, whoever lowers it', async () => {
    const { shop, bodies } = listening();
    const { skuId } = idsOf(shop, 'CUP');
    shop.control.edit(skuId, { quantity: 8 });
    shop.control.edit(skuId, { quantity: 5 });
    shop.control.edit(skuId, { quantity: 4 });
    shop.control.sell(skuId, 4);
    shop.control.edit(skuId, { quantity: 50 });
    await settle();
    const told = bodies().filter(({ type }) => type === 27);
    expect(
      told.map(({ type, data }) => [type, data.current_inventory_status, data.inventory_distribution.available_quantity]),
    ).toEqual([
      [27, 'LOW_STOCK', 5],
      [27, 'OUT_OF_STOCK', 0],
    ]);
    expect(told[0]?.data.trigger_reason).toEqual({ alert_type: 'REALTIME', low_stock_threshold: 5 });
  });

  test('6 comes when the seller takes the authorization back, and then nothing more', async () => {
    const { shop, bodies } = listening();
    shop.sellerCenter.deauthorize();
    shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'Unheard' });
    await settle();
    const message = `Shop_id ${shop.control.access().shop_id} is deauthorized from your APP by merchant.`;
    expect(bodies()).toMatchObject([{ type: 6, data: { message } }]);
  });

  test('7 comes 30 days before the authorization ends, then once a day', async () => {
    const { shop, bodies } = listening();
    shop.control.advanceClock(334 * 86_400);
    await settle();
    expect(bodies()).toEqual([]);
    for (const hours of [24, 1, 23]) shop.control.advanceClock(hours * 3600);
    await settle();
    expect(bodies()).toMatchObject([
      { type: 7, data: { expiration_time: String(now + 365 * 86_400), message: expect.stringContaining('in 30 days') } },
      { type: 7, data: { message: expect.stringContaining('in 29 days') } },
    ]);
  });
});

describe('retries', () => {
  test('come 2 min, 30 min, 3 h and 12 h after, with the same id, and then no more', async () => {
    const { shop, deliveries } = listening([500, 500, 0, 302, 500, 500], { timeScale: 1 });
    shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'Again' });
    await settle();
    expect(deliveries).toHaveLength(1);
    const waits = [120, 1800, 3 * 3600, 12 * 3600];
    for (const [index, wait] of waits.entries()) {
      shop.control.advanceClock(wait - 10);
      await settle();
      expect(deliveries).toHaveLength(index + 1);
      shop.control.advanceClock(10);
      await expect.poll(() => deliveries.length).toBe(index + 2);
      await settle();
    }
    shop.control.advanceClock(30 * 86_400);
    await settle();
    expect(deliveries).toHaveLength(5);
    expect(new Set(deliveries.map(({ body }) => body)).size).toBe(1);
    expect(shop.control.counters()).toMatchObject({ webhooksSent: 5, webhooksFailed: 5 });
    await shop.close();
  });

  test('stop once it is taken, and with 401', async () => {
    for (const answers of [
      [500, 200],
      [500, 401],
    ]) {
      const { shop, deliveries } = listening(answers, { timeScale: 0.0001 });
      shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'Once' });
      await expect.poll(() => deliveries.length).toBe(2);
      shop.control.advanceClock(86_400);
      await settle();
      expect(deliveries).toHaveLength(2);
      await shop.close();
    }
  });

  test('a deliverer that throws, or takes more than 3 s, has given no answer', async () => {
    const record: PracticeTraffic[] = [];
    let attempts = 0;
    const deliver = () => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new Error('refused')) : new Promise<number>(() => {});
    };
    const { shop } = listening([], { deliver, timeScale: 0, record: (entry) => record.push(entry) });
    shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'Slow' });
    await expect.poll(() => record.length, { timeout: 4000 }).toBe(2);
    expect(record.map(({ status }) => status)).toEqual([0, 0]);
    await shop.close();
  });

  test('closing the shop ends them', async () => {
    const { shop, deliveries } = listening([500, 500], { timeScale: 0.0001 });
    shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'Last' });
    await shop.close();
    await settle();
    await settle();
    expect(deliveries).toHaveLength(1);
  });
});

describe('faults of webhooks', () => {
  test('one is lost, and never tried again', async () => {
    const { shop, bodies } = listening();
    shop.control.fault({ kind: 'webhook_lost', match: 'PRODUCT_INFORMATION_CHANGE' });
    shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'One' });
    shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'Two' });
    shop.control.advanceClock(86_400);
    await settle();
    expect(bodies()).toHaveLength(1);
    expect(shop.control.counters()).toMatchObject({ webhooksSent: 1, webhooksFailed: 1 });
  });

  test('one comes twice with the same id; another topic does not', async () => {
    const { shop, deliveries } = listening();
    shop.control.fault({ kind: 'webhook_duplicate', match: '15' });
    shop.control.add([{ ...cup, status: 'draft' }]);
    shop.control.edit(idsOf(shop, 'CUP').skuId, { title: 'Twice' });
    await settle();
    expect(deliveries).toHaveLength(3);
    expect(deliveries[1]?.body).toBe(deliveries[2]?.body);
  });

  test('one comes late, after a younger one', async () => {
    const { shop, bodies } = listening([], { timeScale: 1 });
    shop.control.fault({ kind: 'webhook_late', seconds: 30 });
    const { skuId } = idsOf(shop, 'CUP');
    shop.control.edit(skuId, { title: 'Late' });
    shop.control.edit(skuId, { price: '5' });
    await settle();
    expect(bodies().map(({ data }) => data.changed_fields)).toEqual([['others']]);
    shop.control.advanceClock(30);
    await expect.poll(() => bodies().map(({ data }) => data.changed_fields)).toEqual([['others'], ['title']]);
  });
});
