import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AppCredentials, IncomingWebhook } from '#connectors/connector.ts';
import { MalformedResponse } from '#connectors/errors.ts';
import { contractFile, contractMissing, sampleWebhooks } from '#connectors/shopify/fixtures/published-contract.ts';
import { scriptedShop, shopName, thrownBy } from '#connectors/shopify/fixtures/scripted-shop.ts';
import { list, register, unregister } from '#connectors/shopify/registrations.ts';
import { parse, verify } from '#connectors/shopify/webhook.ts';

interface Vector {
  secret: string;
  body: string;
  x_shopify_hmac_sha256: string;
}
const vectors = (contractFile('test-vectors-shopify-woocommerce-etsy.json') as { shopify_webhook_hmac: Vector[] } | null)
  ?.shopify_webhook_hmac;
const samples = sampleWebhooks();
if (vectors === undefined || samples.length === 0) console.info(`Shopify webhook vectors and samples: ${contractMissing}`);

const app = (clientSecret: string): AppCredentials => ({ clientId: 'id', clientSecret, extra: {} });

function delivery(topic: string, body: string, headers: Record<string, string | undefined> = {}): IncomingWebhook {
  return {
    body: new TextEncoder().encode(body),
    headers: {
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': shopName,
      'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      'x-shopify-triggered-at': '2026-11-20T09:59:58.123456789Z',
      'x-shopify-hmac-sha256': createHmac('sha256', 'hush').update(body).digest('base64'),
      ...headers,
    },
  };
}
const hintOf = (topic: string, body: object | string) =>
  parse(delivery(topic, typeof body === 'string' ? body : JSON.stringify(body))).hints;

describe('a signature', () => {
  const genuine = delivery('products/update', '{"id":1}');

  test.skipIf(vectors === undefined)('is that of the published vectors', () => {
    expect(vectors?.length).toBeGreaterThan(0);
    for (const { secret, body, x_shopify_hmac_sha256: hmac } of vectors ?? []) {
      expect(verify(delivery('products/update', body, { 'x-shopify-hmac-sha256': hmac }), [app(secret)])).toBe(true);
    }
  });

  test('of any of the given apps holds, so that a secret can be changed without losing deliveries', () => {
    expect(verify(genuine, [app('other'), app('hush')])).toBe(true);
    expect(verify(genuine, [app('hush'), app('other')])).toBe(true);
  });

  test.each([
    ['another secret', genuine, [app('other')]],
    ['no app', genuine, []],
    ['changed bytes', { ...genuine, body: new TextEncoder().encode('{"id":2}') }, [app('hush')]],
    ['no header', delivery('products/update', '{"id":1}', { 'x-shopify-hmac-sha256': undefined }), [app('hush')]],
    ['an empty header', delivery('products/update', '{"id":1}', { 'x-shopify-hmac-sha256': '' }), [app('hush')]],
    ['a short header', delivery('products/update', '{"id":1}', { 'x-shopify-hmac-sha256': 'T1dX' }), [app('hush')]],
  ])('of %s does not', (_, webhook, apps) => {
    expect(verify(webhook, apps)).toBe(false);
  });

  test('made with the empty secret of an app that was half entered never holds', () => {
    const hmac = createHmac('sha256', '').update('{"id":1}').digest('base64');
    expect(verify(delivery('products/update', '{"id":1}', { 'x-shopify-hmac-sha256': hmac }), [app('')])).toBe(false);
  });

  test('covers bytes, whether or not they are text', () => {
    const body = new Uint8Array([0xff, 0xfe, 0x00]);
    const hmac = createHmac('sha256', 'hush').update(body).digest('base64');
    expect(verify({ body, headers: { 'x-shopify-hmac-sha256': hmac } }, [app('hush')])).toBe(true);
  });
});

describe('a delivery', () => {
  test('names its shop in lower case, its id (the same on retries) and its time', () => {
    expect(
      parse(delivery('products/update', '{"id":1}', { 'x-shopify-shop-domain': 'Clay-And-Co.myshopify.com' })),
    ).toMatchObject({
      deliveryId: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      platformStoreId: shopName,
      topic: 'products/update',
      occurredAt: '2026-11-20T09:59:58.123456789Z',
    });
    expect(
      parse(delivery('shop/update', '{}', { 'x-shopify-triggered-at': 'yesterday', 'x-shopify-webhook-id': undefined })),
    ).toMatchObject({
      deliveryId: null,
      occurredAt: null,
    });
  });

  test('keeps ids of 64 bits to the last digit', () => {
    expect(hintOf('products/update', '{"id":9007199254740993101}')).toEqual([
      { kind: 'product_changed', productId: 'gid://shopify/Product/9007199254740993101' },
    ]);
    expect(
      hintOf(
        'inventory_levels/update',
        '{"inventory_item_id":9007199254740993301,"location_id":9007199254740993401,"available":null}',
      ),
    ).toEqual([
      {
        kind: 'level_changed',
        productId: null,
        inventoryId: 'gid://shopify/InventoryItem/9007199254740993301',
        locationId: 'gid://shopify/Location/9007199254740993401',
      },
    ]);
  });

  test.each([
    ['inventory_levels/update', '10', { quantity: 10 }],
    ['inventory_levels/update', '-2', { quantity: -2 }],
    ['inventory_levels/update', 'null', {}],
    ['inventory_levels/update', '"many"', {}],
    ['inventory_levels/connect', '10', {}],
  ])('%s with %s available says what is shown only where each change is told of', (topic, available, told) => {
    expect(hintOf(topic, `{"inventory_item_id":3,"location_id":4,"available":${available}}`)).toEqual([
      {
        ...{ kind: 'level_changed', productId: null, ...told },
        ...{ inventoryId: 'gid://shopify/InventoryItem/3', locationId: 'gid://shopify/Location/4' },
      },
    ]);
  });

  test.each([
    ['products/create', { id: 1 }, { kind: 'product_changed', productId: 'gid://shopify/Product/1' }],
    ['products/delete', { id: 1 }, { kind: 'product_deleted', productId: 'gid://shopify/Product/1' }],
    [
      'inventory_items/update',
      { id: 3 },
      { kind: 'level_changed', productId: null, inventoryId: 'gid://shopify/InventoryItem/3', locationId: null },
    ],
    ['app/uninstalled', { id: 9, myshopify_domain: shopName }, { kind: 'authorization_ended' }],
    [
      'bulk_operations/finish',
      { admin_graphql_api_id: 'gid://shopify/BulkOperation/5' },
      { kind: 'bulk_finished', operationId: 'gid://shopify/BulkOperation/5' },
    ],
    ['customers/data_request', { shop_domain: shopName }, { kind: 'compliance', request: 'customers/data_request' }],
    ['customers/redact', { shop_domain: shopName }, { kind: 'compliance', request: 'customers/redact' }],
    ['shop/redact', { shop_domain: shopName }, { kind: 'compliance', request: 'shop/redact' }],
    ['locations/update', { id: 1 }, { kind: 'other' }],
    ['shop/update', { id: 1 }, { kind: 'other' }],
    ['something/new', {}, { kind: 'other' }],
  ])('of %s is the hint that it is', (topic, body, hint) => {
    expect(hintOf(topic, body)).toEqual([hint]);
  });

  test.each([
    ...['create', 'updated', 'paid', 'cancelled', 'fulfilled', 'partially_fulfilled', 'delete'].map((act) => `orders/${act}`),
    ...['orders/edited', 'refunds/create', 'fulfillments/create', 'fulfillments/update'],
  ])('of %s names the order, to the last digit of its id', (topic) => {
    const inside = topic === 'orders/edited' ? '{"order_edit":{"id":8,"order_id":9007199254740993101}}' : null;
    const body = topic.startsWith('orders/') ? '{"id":9007199254740993101}' : '{"id":8,"order_id":9007199254740993101}';
    expect(hintOf(topic, inside ?? body)).toEqual([
      { kind: 'order_changed', orderId: 'gid://shopify/Order/9007199254740993101' },
    ]);
  });

  test('whose signed body names another shop than the unsigned header is not believed', () => {
    const body = JSON.stringify({ id: 9, myshopify_domain: 'other.myshopify.com' });
    expect(() => parse(delivery('app/uninstalled', body))).toThrow(MalformedResponse);
  });

  test.each([
    ['no JSON', delivery('products/update', '<html>')],
    ['a list', delivery('products/update', '[]')],
    ['a product without an id', delivery('products/update', '{"title":"x"}')],
    ['an id that is none', delivery('products/delete', '{"id":"../1"}')],
    ['an edit without an order', delivery('orders/edited', '{"order_edit":{"id":8}}')],
    ['a refund without an order', delivery('refunds/create', '{"id":8}')],
    ['a level without a location', delivery('inventory_levels/update', '{"inventory_item_id":1}')],
    ['no topic', delivery('', '{"id":1}')],
    ['no shop', delivery('products/update', '{"id":1}', { 'x-shopify-shop-domain': undefined })],
  ])('with %s is malformed', (_, webhook) => {
    expect(() => parse(webhook)).toThrow(MalformedResponse);
  });

  test.skipIf(samples.length === 0)('of every published sample is understood', () => {
    expect(samples.length).toBeGreaterThan(30);
    const kinds = new Map<string, string>();
    const orderTopics = samples.map(({ topic }) => topic).filter((topic) => topic.startsWith('orders/'));
    expect(orderTopics.length).toBe(8);
    for (const { topic, example } of samples) {
      const domain = (example as { shop_domain?: string; myshopify_domain?: string | null }).shop_domain;
      const headers = domain === undefined ? {} : { 'x-shopify-shop-domain': domain };
      const [hint] = parse(delivery(topic, JSON.stringify(example), headers)).hints;
      kinds.set(topic, hint?.kind ?? '');
    }
    expect(Object.fromEntries([...kinds].filter(([, kind]) => kind !== 'other'))).toEqual({
      'app/uninstalled': 'authorization_ended',
      'bulk_operations/finish': 'bulk_finished',
      'customers/data_request': 'compliance',
      'customers/redact': 'compliance',
      'fulfillments/create': 'order_changed',
      'fulfillments/update': 'order_changed',
      'inventory_items/update': 'level_changed',
      'inventory_levels/connect': 'level_changed',
      'inventory_levels/disconnect': 'level_changed',
      'inventory_levels/update': 'level_changed',
      ...Object.fromEntries(orderTopics.map((topic) => [topic, 'order_changed'])),
      'products/create': 'product_changed',
      'products/delete': 'product_deleted',
      'products/update': 'product_changed',
      'refunds/create': 'order_changed',
      'shop/redact': 'compliance',
    });
  });
});

describe('registrations', () => {
  const made = { id: 'gid://shopify/WebhookSubscription/1', topic: 'SHOP_UPDATE', uri: 'https://hub.example.com/w' };
  const registration = { id: made.id, topic: made.topic, url: made.uri };

  test('are listed over all pages', async () => {
    const page = (nodes: object[], hasNextPage: boolean, endCursor: string) => ({
      data: { webhookSubscriptions: { nodes, pageInfo: { hasNextPage, endCursor } } },
    });
    const { session } = scriptedShop({
      Webhooks: [page([made], true, 'a'), page([{ ...made, id: 'gid://shopify/WebhookSubscription/2' }], false, 'b')],
    });
    expect((await list(session)).map(({ id, url }) => [id.at(-1), url])).toEqual([
      ['1', made.uri],
      ['2', made.uri],
    ]);
  });

  test('are made by address and topic, or refused in the platform’s words', async () => {
    const answer = (webhookSubscription: object | null, userErrors: object[] = []) => ({
      data: { webhookSubscriptionCreate: { webhookSubscription, userErrors } },
    });
    const shop = scriptedShop({
      AddWebhook: [answer(made), answer(null, [{ field: ['webhookSubscription', 'uri'], message: 'Address is not allowed' }])],
    });
    expect(await register(shop.session, 'SHOP_UPDATE', made.uri)).toEqual(registration);
    expect(shop.seen[0]?.variables).toEqual({ topic: 'SHOP_UPDATE', webhook: { uri: made.uri, format: 'JSON' } });
    expect(await thrownBy(register(shop.session, 'SHOP_UPDATE', made.uri))).toMatchObject({
      refusal: { code: 'webhook_refused', parameters: { topic: 'SHOP_UPDATE', detail: 'Address is not allowed' } },
    });
  });

  test('that are gone already are as good as removed', async () => {
    const userErrors = [{ field: ['id'], message: 'Webhook subscription does not exist' }];
    const { session } = scriptedShop({ RemoveWebhook: [{ data: { webhookSubscriptionDelete: { userErrors } } }] });
    await expect(unregister(session, registration)).resolves.toBeUndefined();
  });
});
