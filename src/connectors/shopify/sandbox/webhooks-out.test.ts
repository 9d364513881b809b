import { createHmac } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { at, type ShopUnderTest, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';
import { contractText, hasContract } from '#connectors/shopify/sandbox/published-contract.ts';
import { headerTopic } from '#connectors/shopify/sandbox/webhooks-out.ts';

const createDocument = `mutation HookCreate($topic: WebhookSubscriptionTopic!, $sub: WebhookSubscriptionInput!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: $sub) {
  webhookSubscription { id topic uri format filter apiVersion { handle } } userErrors { field message } } }`;

const subscribe = async (t: ShopUnderTest, topic: string, sub: object = {}) => {
  const { body } = await t.graphql(createDocument, { topic, sub: { uri: 'https://hub.test/hooks', ...sub } });
  expect(at(body, 'data.webhookSubscriptionCreate.userErrors')).toEqual([]);
  return at(body, 'data.webhookSubscriptionCreate.webhookSubscription.id');
};
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const topics = (t: ShopUnderTest) => t.sent.map((one) => one.headers['X-Shopify-Topic']);
const firstVariant = (t: ShopUnderTest) => t.shop.control.goods()[0]?.variantId ?? '';

describe('a delivery', () => {
  test('is signed over its raw body and carries the documented headers', async () => {
    const t = shopUnderTest([shirt()]);
    await subscribe(t, 'INVENTORY_LEVELS_UPDATE', { name: 'stock' });
    t.shop.control.edit(firstVariant(t), { quantity: 7 });
    await settled();
    const [delivery] = t.sent;
    const headers: Record<string, string> = delivery?.headers ?? {};
    const body = delivery?.body ?? '';
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      'X-Shopify-Topic': 'inventory_levels/update',
      'X-Shopify-Shop-Domain': 'practice.myshopify.com',
      'X-Shopify-API-Version': '2026-10',
      'X-Shopify-Name': 'stock',
    });
    expect(headers['X-Shopify-Hmac-Sha256']).toBe(
      createHmac('sha256', t.shop.control.access().clientSecret ?? '')
        .update(body)
        .digest('base64'),
    );
    for (const name of ['X-Shopify-Webhook-Id', 'X-Shopify-Event-Id']) expect(headers[name]).toMatch(/^[0-9a-f-]{36}$/);
    expect(Date.parse(headers['X-Shopify-Triggered-At'] ?? '')).toBeGreaterThan(0);
    expect(JSON.parse(body)).toMatchObject({ available: 7 });
  });

  test('writes ids as bare numbers with all their digits', async () => {
    const t = shopUnderTest([shirt()]);
    await subscribe(t, 'PRODUCTS_DELETE');
    const { productId } = t.shop.control.goods()[0] ?? { productId: '' };
    t.shop.control.remove(productId);
    await settled();
    expect(t.sent[0]?.body).toBe(`{"id":${productId.split('/').at(-1)}}`);
  });

  test('a stock change fires products/update too, once per product however many levels changed', async () => {
    const t = shopUnderTest([shirt()]);
    await subscribe(t, 'INVENTORY_LEVELS_UPDATE');
    await subscribe(t, 'PRODUCTS_UPDATE');
    const { body } = await t.graphql('{ productVariants(first: 2) { nodes { inventoryItem { id } } } location { id } }');
    const quantities = at<{ inventoryItem: { id: string } }[]>(body, 'data.productVariants.nodes').map((node) => ({
      inventoryItemId: node.inventoryItem.id,
      locationId: at(body, 'data.location.id'),
      quantity: 9,
      changeFromQuantity: null,
    }));
    await t.graphql(
      'mutation ($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) @idempotent(key: "k") { userErrors { message } } }',
      {
        input: { name: 'available', reason: 'correction', quantities },
      },
    );
    await settled();
    expect(topics(t).sort()).toEqual(['inventory_levels/update', 'inventory_levels/update', 'products/update']);
  });

  test('of a large product carries 100 variants in full and every one by id', async () => {
    const t = shopUnderTest();
    await subscribe(t, 'PRODUCTS_CREATE');
    t.shop.control.add([
      {
        title: 'Many',
        options: ['N'],
        variants: Array.from({ length: 2048 }, (_, n) => ({ optionValues: [String(n)], price: '1', quantity: 1 })),
      },
    ]);
    await settled();
    const payload = JSON.parse(t.sent[0]?.body ?? '') as { variants: unknown[]; variant_gids: unknown[] };
    expect([payload.variants.length, payload.variant_gids.length]).toEqual([100, 2048]);
  });

  test('includeFields leaves only those', async () => {
    const t = shopUnderTest([shirt()]);
    await subscribe(t, 'PRODUCTS_UPDATE', { includeFields: ['admin_graphql_api_id', 'title'] });
    t.shop.control.edit(firstVariant(t), { title: 'Blue shirt' });
    await settled();
    expect(JSON.parse(t.sent[0]?.body ?? '')).toEqual({
      admin_graphql_api_id: t.shop.control.goods()[0]?.productId,
      title: 'Blue shirt',
    });
  });
});

describe('a failing receiver', () => {
  test('gets the original body under the same id 8 times more over 4 hours, then the subscription is gone', async () => {
    const t = shopUnderTest([shirt()]);
    await subscribe(t, 'INVENTORY_LEVELS_UPDATE');
    t.receiverAnswers.push(...Array.from({ length: 9 }, (_, index) => [500, 0, 302][index % 3] ?? 500));
    t.shop.control.edit(firstVariant(t), { quantity: 7 });
    t.shop.control.edit(firstVariant(t), { price: '1' });
    await settled();
    const attempts = [t.sent.length];
    for (const seconds of [60, 120, 300, 600, 1200, 2400, 3600, 6120]) {
      t.shop.control.advanceClock(seconds - 1);
      await settled();
      attempts.push(t.sent.length);
      t.shop.control.advanceClock(1);
      await settled();
    }
    expect(attempts).toEqual([1, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(t.sent).toHaveLength(9);
    expect(new Set(t.sent.map((one) => `${one.headers['X-Shopify-Webhook-Id']} ${one.body}`)).size).toBe(1);
    const { body } = await t.graphql('{ webhookSubscriptions(first: 9) { nodes { id } } }');
    expect(at(body, 'data.webhookSubscriptions.nodes')).toEqual([]);
    expect(t.shop.control.counters()).toMatchObject({ webhooksSent: 9, webhooksFailed: 9 });
  });

  test('that recovers keeps its subscription', async () => {
    const t = shopUnderTest([shirt()], { timeScale: 0.0001 });
    await subscribe(t, 'INVENTORY_LEVELS_UPDATE');
    t.receiverAnswers.push(500, 500);
    t.shop.control.edit(firstVariant(t), { quantity: 7 });
    await expect.poll(() => t.sent.length).toBe(3);
    await settled();
    expect(t.sent).toHaveLength(3);
    expect(at((await t.graphql('{ webhookSubscriptionsCount { count } }')).body, 'data.webhookSubscriptionsCount.count')).toBe(1);
  });
});

describe('webhook faults', () => {
  test('lost, twice and late: of the topic asked for', async () => {
    const t = shopUnderTest([shirt()]);
    await subscribe(t, 'INVENTORY_LEVELS_UPDATE');
    await subscribe(t, 'PRODUCTS_UPDATE');
    t.shop.control.fault({ kind: 'webhook_lost', match: 'products/update' });
    t.shop.control.fault({ kind: 'webhook_duplicate', match: 'inventory_levels' });
    t.shop.control.edit(firstVariant(t), { quantity: 7 });
    await settled();
    expect(topics(t)).toEqual(['inventory_levels/update', 'inventory_levels/update']);
    expect(t.sent[0]?.headers).toEqual(t.sent[1]?.headers);
    t.shop.control.fault({ kind: 'webhook_late', match: 'products/update', seconds: 30 });
    t.shop.control.edit(firstVariant(t), { price: '3' });
    await settled();
    expect(t.sent).toHaveLength(2);
    t.shop.control.advanceClock(30);
    await settled();
    expect(topics(t).at(-1)).toBe('products/update');
  });
});

describe('subscriptions', () => {
  test('are listed, changed and deleted; the same address twice for a topic is refused', async () => {
    const t = shopUnderTest();
    const id = await subscribe(t, 'PRODUCTS_UPDATE');
    await subscribe(t, 'PRODUCTS_DELETE');
    const twice = await t.graphql(createDocument, { topic: 'PRODUCTS_UPDATE', sub: { uri: 'https://hub.test/hooks' } });
    expect(at(twice.body, 'data.webhookSubscriptionCreate.userErrors.0.message')).toBe(
      'Address for this topic has already been taken',
    );
    await t.graphql(
      'mutation ($id: ID!) { webhookSubscriptionUpdate(id: $id, webhookSubscription: { uri: "https://hub.test/other" }) { userErrors { message } } }',
      { id },
    );
    const listed = await t.graphql(
      '{ webhookSubscriptions(first: 9, topics: [PRODUCTS_UPDATE]) { nodes { id topic uri callbackUrl } pageInfo { hasNextPage } } }',
    );
    expect(at(listed.body, 'data.webhookSubscriptions.nodes')).toEqual([
      { id, topic: 'PRODUCTS_UPDATE', uri: 'https://hub.test/other', callbackUrl: 'https://hub.test/other' },
    ]);
    const removeDocument =
      'mutation HookDelete($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field } } }';
    expect(
      at((await t.graphql(removeDocument, { id })).body, 'data.webhookSubscriptionDelete.deletedWebhookSubscriptionId'),
    ).toBe(id);
    expect(at((await t.graphql(removeDocument, { id })).body, 'data.webhookSubscriptionDelete.userErrors.0.field')).toEqual([
      'id',
    ]);
  });

  test.each([
    { uri: '' },
    { uri: 'nonsense' },
    { uri: 'http://example.com/hooks' },
    { uri: 'pubsub://project:topic' },
    { filter: 'id:1' },
    { format: 'XML' },
  ])('%j is refused', async (sub) => {
    const { body } = await shopUnderTest().graphql(createDocument, {
      topic: 'PRODUCTS_UPDATE',
      sub: { uri: 'https://hub.test/hooks', ...sub },
    });
    expect(at(body, 'data.webhookSubscriptionCreate')).toMatchObject({
      webhookSubscription: null,
      userErrors: [{ message: expect.any(String) }],
    });
  });
});

test('topics in headers are the platform’s', () => {
  const names =
    'PRODUCTS_UPDATE INVENTORY_LEVELS_UPDATE INVENTORY_ITEMS_CREATE BULK_OPERATIONS_FINISH APP_SCOPES_UPDATE VARIANTS_IN_STOCK ORDERS_PARTIALLY_FULFILLED';
  expect(names.split(' ').map(headerTopic)).toEqual([
    'products/update',
    'inventory_levels/update',
    'inventory_items/create',
    'bulk_operations/finish',
    'app/scopes_update',
    'variants/in_stock',
    'orders/partially_fulfilled',
  ]);
});

describe.skipIf(!hasContract('webhooks-2026-07'))('against the published payloads', () => {
  const cases: [string, string, (t: ShopUnderTest) => Promise<void> | void][] = [
    ['products.update', 'PRODUCTS_UPDATE', (t) => t.shop.control.edit(firstVariant(t), { price: '3' })],
    ['products.create', 'PRODUCTS_CREATE', (t) => t.shop.control.add([shirt({ descriptionHtml: '<p>Hi</p>' })])],
    ['products.delete', 'PRODUCTS_DELETE', (t) => t.shop.control.remove(t.shop.control.goods()[0]?.productId ?? '')],
    ['inventory_levels.update', 'INVENTORY_LEVELS_UPDATE', (t) => t.shop.control.edit(firstVariant(t), { quantity: 3 })],
    ['inventory_items.update', 'INVENTORY_ITEMS_UPDATE', (t) => t.shop.control.edit(firstVariant(t), { tracked: false })],
    [
      'inventory_items.create',
      'INVENTORY_ITEMS_CREATE',
      (t) => t.shop.control.add([{ title: 'One', variants: [{ sku: 'ONE', price: '1', cost: '0.5', quantity: 1 }] }]),
    ],
    [
      'bulk_operations.finish',
      'BULK_OPERATIONS_FINISH',
      async (t) => {
        await t.graphql('mutation { bulkOperationRunQuery(query: "{ products { nodes { id } } }") { userErrors { message } } }');
      },
    ],
    [
      'app.uninstalled',
      'APP_UNINSTALLED',
      async (t) => {
        const headers = { 'X-Shopify-Access-Token': t.shop.control.access().accessToken ?? '' };
        await t.shop.handle(new Request('http://shop.test/admin/api_permissions/current.json', { method: 'DELETE', headers }));
      },
    ],
  ];
  test.each(cases)('%s has the published fields and passes the published JSON schema', async (name, topic, cause) => {
    const t = shopUnderTest([shirt()]);
    await subscribe(t, topic);
    await cause(t);
    await expect.poll(() => t.sent.length).toBeGreaterThan(0);
    const { example, json_schema } = JSON.parse(contractText(`webhooks-2026-07/${name}.json`)) as {
      example: object;
      json_schema: object;
    };
    const payload = JSON.parse(t.sent[0]?.body ?? '') as object;
    expect(Object.keys(payload).sort()).toEqual(Object.keys(example).sort());
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(json_schema);
    validate(payload);
    expect(validate.errors ?? []).toEqual([]);
  });
});
