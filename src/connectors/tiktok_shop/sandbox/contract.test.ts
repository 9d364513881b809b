import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import { expect, test } from 'vitest';
import type { PracticeTraffic } from '#connectors/practice.ts';
import { endpoints } from '#connectors/tiktok_shop/sandbox/endpoints.ts';
import { call, cup, idsOf, openShop, shirt } from '#connectors/tiktok_shop/sandbox/practice-caller.ts';
import { codes } from '#connectors/tiktok_shop/sandbox/refusal.ts';
import type { TikTokShopSandbox } from '#connectors/tiktok_shop/sandbox.ts';

const contractFolder = '../shared/contracts/tiktok_shop';
const present = existsSync(contractFolder);
if (!present) console.warn(`Contract of TikTok Shop not run: ${contractFolder} is absent`);

const ajv = new Ajv({ strict: false, allErrors: true });
// The widths that the contract names beside its integers.
ajv.addFormat('int32', { type: 'number', validate: (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31 });
ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });

/** The contract requires nothing and forbids nothing; here a field that it does not name is forbidden. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in copy ? { ...copy, additionalProperties: false } : copy;
}

interface Operation {
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: AnySchema }> };
  responses: Record<string, { content: Record<string, { schema: AnySchema }> }>;
}

function operationOf(operation: string): Operation {
  const [method = '', template = ''] = operation.split(' ');
  const file = `${contractFolder}/oas/${template.split('/')[1]}.json`;
  return JSON.parse(readFileSync(file, 'utf8')).paths[template][method.toLowerCase()];
}

/** A shop of the platform was seen to answer it in the same object (captures.json, search_cancellations). */
const seenLive = new Map([['POST /return_refund/202309/cancellations/search', 'should_replenish_stock']]);

function withoutSeen(operation: string, body: string): unknown {
  const name = seenLive.get(operation);
  return JSON.parse(body, (key, value) => (key === name ? undefined : value));
}

function compiled(schema: AnySchema | undefined): ValidateFunction {
  return ajv.compile(closed(schema ?? false) as AnySchema);
}

/** One call of every endpoint that goes well, and those that go partly or wholly wrong. */
async function everyCall(record: (entry: PracticeTraffic) => void): Promise<void> {
  const shop = openShop({ region: 'US', record });
  shop.control.add([{ ...shirt, variants: shirt.variants.map((variant) => ({ ...variant, compareAtPrice: '99000' })) }, cup]);
  const { productId, skuId } = idsOf(shop, 'SHIRT-RED-S');
  const product = `/product/202309/products/${productId}`;
  const body = (content: object) => ({ body: content });
  await call(shop, 'GET', '/authorization/202309/shops');
  await call(shop, 'GET', '/logistics/202309/warehouses');
  await call(shop, 'POST', '/product/202502/products/search', {
    query: { page_size: '1' },
    body: { status: 'ACTIVATE', update_time_ge: 1 },
  });
  await call(shop, 'GET', product);
  await orderCalls(shop, skuId);
  await call(shop, 'POST', '/product/202309/inventory/search', body({ sku_ids: [skuId] }));
  await call(
    shop,
    'POST',
    `${product}/inventory/update`,
    body({
      skus: [
        { id: skuId, inventory: [{ quantity: 5 }] },
        { id: '1', inventory: [{ quantity: 5 }] },
      ],
    }),
  );
  await call(
    shop,
    'POST',
    `${product}/inventory/update`,
    body({ skus: [{ id: skuId, inventory: [{ quantity: 5, warehouse_id: '1' }] }] }),
  );
  await call(
    shop,
    'POST',
    `${product}/prices/update`,
    body({ skus: [{ id: skuId, price: { amount: '5.5', currency: 'USD' } }] }),
  );
  await call(shop, 'POST', `${product}/prices/update`, body({ skus: [{ id: '1', price: { amount: '5.5', currency: 'USD' } }] }));
  for (const verb of ['activate', 'deactivate'])
    await call(shop, 'POST', `/product/202309/products/${verb}`, body({ product_ids: ['1', productId] }));
  const topic = { event_type: 'PRODUCT_CREATION' };
  await call(shop, 'PUT', '/event/202309/webhooks', body({ ...topic, address: 'https://hub.example.com/w' }));
  await call(shop, 'GET', '/event/202309/webhooks');
  await call(shop, 'DELETE', '/event/202309/webhooks', body(topic));
  await shop.close();
}

/** Orders of every kind, read in every way, and one shipped by each call. */
async function orderCalls(shop: TikTokShopSandbox, skuId: string): Promise<void> {
  const orders = shop.control.orders;
  const place = (options = {}) => orders?.place([{ variantId: skuId, units: 1 }], options) ?? '';
  const [unpaid, cancelled, returned, open] = [place({ paid: false }), place(), place(), place({ note: 'Ring twice' })];
  orders?.cancel(cancelled, { restock: false });
  orders?.ship(returned);
  orders?.refund(returned, [{ variantId: skuId, units: 1, restock: true }]);
  await call(shop, 'POST', '/order/202309/orders/search', {
    query: { page_size: '3', sort_field: 'update_time', sort_order: 'ASC' },
    body: { update_time_ge: 1 },
  });
  const detail = await call(shop, 'GET', '/order/202507/orders', { query: { ids: [unpaid, open].join(',') } });
  const read = (detail.data as unknown as { orders: { delivery_option_id: string; line_items: { id: string }[] }[] }).orders[1];
  const query = { page_size: '10' };
  await call(shop, 'POST', '/return_refund/202309/cancellations/search', { query, body: { order_ids: [cancelled] } });
  await call(shop, 'POST', '/return_refund/202309/returns/search', { query, body: { update_time_ge: 1 } });
  await call(shop, 'POST', '/fulfillment/202309/packages/search', { query, body: { update_time_ge: 1 } });
  const providers = await call(shop, 'GET', `/logistics/202309/delivery_options/${read?.delivery_option_id}/shipping_providers`);
  const [carrier] = (providers.data as unknown as { shipping_providers: { id: string }[] }).shipping_providers;
  const own = { shipping_provider_id: carrier?.id, tracking_number: '1Z999' };
  await call(shop, 'POST', `/fulfillment/202309/orders/${open}/packages`, {
    body: { order_line_item_ids: read?.line_items.map(({ id }) => id), ...own },
  });
  await call(shop, 'POST', `/fulfillment/202309/packages/${orders?.list().at(-1)?.shipments[0]?.id}/ship`, {
    body: { self_shipment: own },
  });
}

test.skipIf(!present)(
  'every request and answer fits the platform’s contract, without a field that it does not name',
  async () => {
    const traffic: PracticeTraffic[] = [];
    await everyCall((entry) => traffic.push(entry));
    const seen = new Set<string>();
    for (const entry of traffic) {
      const operation = operationOf(entry.operation);
      const response = compiled(operation.responses['200']?.content['application/json']?.schema);
      expect(
        response(withoutSeen(entry.operation, entry.responseBody)),
        `${entry.operation}: ${JSON.stringify(response.errors)} ${entry.responseBody}`,
      ).toBe(true);
      if (entry.requestBody !== '') {
        const request = compiled(operation.requestBody?.content['application/json']?.schema);
        expect(request(JSON.parse(entry.requestBody)), `${entry.operation}: ${JSON.stringify(request.errors)}`).toBe(true);
      }
      const known = [
        'app_key',
        'timestamp',
        'sign',
        ...(operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name),
      ];
      for (const key of new URL(entry.url).searchParams.keys()) expect(known, entry.operation).toContain(key);
      seen.add(entry.operation);
    }
    expect(seen).toEqual(new Set(endpoints.map(({ method, template }) => `${method} ${template}`)));
  },
);

test.skipIf(!present)('every endpoint takes a shop cipher exactly when the contract lists one', () => {
  for (const { method, template, takesCipher } of endpoints) {
    const named = operationOf(`${method} ${template}`).parameters?.some(({ name }) => name === 'shop_cipher') ?? false;
    expect(named, `${method} ${template}`).toBe(takesCipher);
  }
});

/** Names and kinds of all fields, to any depth; of a list, of its first entry. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, shapeOf(field)]));
}

test.skipIf(!present)(
  'webhooks 1, 4, 5, 6, 7, 11, 12, 15 and 16 have the shape of the platform’s samples, 27 what its real-time alert changes',
  async () => {
    const bodies = new Map<number, { data: Record<string, unknown> }>();
    const deliver = async (_url: string, init: { body: string }) => {
      const body = JSON.parse(init.body);
      bodies.set(body.type, body);
      return 200;
    };
    const shop = openShop({ deliver, appWebhookUrl: 'https://hub.example.com/w' });
    shop.control.add([cup]);
    const { skuId } = idsOf(shop, 'CUP');
    shop.control.sell(skuId, 2);
    const order = shop.control.orders?.list()[0]?.id ?? '';
    shop.control.orders?.ship(order, [{ variantId: skuId, units: 1 }]);
    shop.control.orders?.cancel(order);
    shop.control.orders?.refund(order, [{ variantId: skuId, units: 1, restock: true }]);
    shop.control.edit(skuId, { title: 'Other', quantity: 1 });
    shop.control.advanceClock(340 * 86_400);
    shop.sellerCenter.deauthorize();
    await expect.poll(() => [...bodies.keys()].sort((a, b) => a - b)).toEqual([1, 4, 5, 6, 7, 11, 12, 15, 16, 27]);
    const names = [
      '1-order-status-change',
      '4-package-update',
      '11-cancellation-status-change',
      '12-return-status-change',
      '5-product-status-change',
      '6-seller-deauthorization',
      '7-upcoming-authorization-expiration',
      '15-product-information-change',
    ];
    for (const name of [...names, '16-product-creation', '27-inventory-status-change']) {
      const sample = JSON.parse(readFileSync(`${contractFolder}/webhooks/${name}.json`, 'utf8'));
      // A real-time alert names its threshold where a prediction names its days; an ordinary product has no product types.
      if (sample.type === 27) sample.data.trigger_reason = { alert_type: 'REALTIME', low_stock_threshold: 0 };
      if (sample.type === 16) sample.data.product_types = [];
      expect(shapeOf(bodies.get(sample.type)), name).toEqual(shapeOf(sample));
    }
    await shop.close();
  },
);

test.skipIf(!present)('every code of the platform’s own error table that this shop gives has the meaning it has there', () => {
  const table = JSON.parse(readFileSync(`${contractFolder}/errors.json`, 'utf8'));
  const meanings = new Map<number, string>(
    table.codes.map((entry: { code: number; class: string }) => [entry.code, entry.class]),
  );
  const expected: [number, string][] = [
    [codes.tooManyRequests, 'rate_limited'],
    [codes.badParameter, 'auth_or_param'],
    [codes.unknownPath, 'config'],
    [codes.wrongMethod, 'config'],
    [codes.deadVersion, 'config'],
    [codes.badFormat, 'validation'],
    [codes.shopMismatch, 'auth'],
    [codes.tokenExpired, 'token_expired'],
    [codes.scopeMissing, 'scope'],
    [codes.badSign, 'signature'],
    [codes.cipherMissing, 'config'],
    [codes.checkFailed, 'item_error'],
    [codes.warehouseUnknown, 'item_error'],
    [codes.foreignProduct, 'item_error'],
  ];
  for (const [code, meaning] of expected) expect(meanings.get(code)).toBe(meaning);
});
