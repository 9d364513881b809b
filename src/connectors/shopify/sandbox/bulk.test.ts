import { describe, expect, test } from 'vitest';
import { at, type ShopUnderTest, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';

const runDocument = `mutation ($query: String!, $grouped: Boolean! = false) { bulkOperationRunQuery(query: $query, groupObjects: $grouped) { bulkOperation { id status } userErrors { field message code } } }`;
const statusDocument =
  'query ($id: ID!) { bulkOperation(id: $id) { id status type errorCode completedAt objectCount rootObjectCount fileSize url partialDataUrl query } }';
const catalogQuery = `{ products { edges { node { id title variants { edges { node { id price inventoryItem { id sku inventoryLevels { edges { node { id location { id } quantities(names: ["available"]) { name quantity } } } } } } } } } } } }`;

type Row = Record<string, unknown> & { id: string; __parentId?: string };
interface Operation {
  status: string;
  errorCode: string | null;
  objectCount: string;
  rootObjectCount: string;
  fileSize: string | null;
  url: string | null;
  partialDataUrl: string | null;
}

async function start(t: ShopUnderTest, query: string, grouped = false): Promise<string> {
  const { body } = await t.graphql(runDocument, { query, grouped });
  expect(at(body, 'data.bulkOperationRunQuery.userErrors')).toEqual([]);
  expect(at(body, 'data.bulkOperationRunQuery.bulkOperation.status')).toBe('CREATED');
  return at(body, 'data.bulkOperationRunQuery.bulkOperation.id');
}

const status = async (t: ShopUnderTest, id: string): Promise<Operation> =>
  at<Operation>((await t.graphql(statusDocument, { id })).body, 'data.bulkOperation');

async function finished(t: ShopUnderTest, id: string): Promise<Operation> {
  t.shop.control.unlimited(true);
  for (let tries = 0; tries < 1000; tries += 1) {
    const operation = await status(t, id);
    if (!['CREATED', 'RUNNING', 'CANCELING'].includes(operation.status)) return operation;
    await new Promise(setImmediate);
  }
  throw new Error('The bulk operation did not end');
}

async function rows(t: ShopUnderTest, url: string): Promise<Row[]> {
  const response = await t.shop.handle(new Request(url));
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(response.headers.get('Content-Length')).toBe(String(Buffer.byteLength(text)));
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

describe('a bulk query', () => {
  test('exports every object as a line of its own, children pointing at the line above them', async () => {
    const t = shopUnderTest(Array.from({ length: 250 }, (_, index) => shirt({ title: `Shirt ${index}` })));
    const operation = await finished(t, await start(t, catalogQuery));
    expect(operation).toMatchObject({
      status: 'COMPLETED',
      errorCode: null,
      objectCount: String(250 * 5),
      rootObjectCount: '250',
      partialDataUrl: null,
    });
    const lines = await rows(t, operation.url ?? '');
    const goods = t.shop.control.goods();
    const products = lines.filter((row) => row.__parentId === undefined);
    const variants = lines.filter((row) => row.id.startsWith('gid://shopify/ProductVariant/'));
    const levels = lines.filter((row) => row.id.startsWith('gid://shopify/InventoryLevel/'));
    expect(products.map((row) => row.id)).toEqual([...new Set(goods.map((good) => good.productId))]);
    expect(new Map(variants.map((row) => [row.id, row.__parentId]))).toEqual(
      new Map(goods.map((good) => [good.variantId, good.productId])),
    );
    expect(new Set(levels.map((row) => row.__parentId))).toEqual(new Set(goods.map((good) => good.variantId)));
    expect(Object.keys(variants[0] ?? {})).toEqual(['id', 'price', 'inventoryItem', '__parentId']);
    expect(Object.keys(products[0] ?? {})).toEqual(['id', 'title']);
  });

  test('ungrouped, children do not stand beneath their parents; grouped, they do', async () => {
    const t = shopUnderTest([shirt(), shirt(), shirt()]);
    const loose = await rows(t, (await finished(t, await start(t, catalogQuery))).url ?? '');
    expect(loose.slice(0, 3).every((row) => row.__parentId === undefined)).toBe(true);
    expect(loose[3]?.__parentId).not.toBe(loose[4]?.__parentId);
    const grouped = await rows(t, (await finished(t, await start(t, catalogQuery, true))).url ?? '');
    expect(grouped.slice(0, 3).map((row) => row.id.split('/')[3])).toEqual(['Product', 'ProductVariant', 'InventoryLevel']);
    expect(grouped).toHaveLength(loose.length);
  });

  test('of nothing has no address', async () => {
    const t = shopUnderTest([shirt()]);
    const operation = await finished(t, await start(t, '{ products(query: "status:archived") { nodes { id } } }'));
    expect(operation).toMatchObject({ status: 'COMPLETED', objectCount: '0', url: null, fileSize: null });
  });

  test('keeps filters and aliases, and ignores a page size of the top level', async () => {
    const t = shopUnderTest(
      Array.from({ length: 150 }, (_, index) => ({
        title: `T ${index}`,
        variants: [{ sku: `S-${index}`, price: '1', quantity: 1 }],
      })),
    );
    const operation = await finished(
      t,
      await start(t, '{ all: productVariants(first: 2, query: "NOT sku:S-7") { nodes { code: sku } } }'),
    );
    const lines = await rows(t, operation.url ?? '');
    expect(lines).toHaveLength(149);
    expect(lines[0]).toEqual({ code: 'S-0' });
  });

  test('its file is there for 7 days', async () => {
    const t = shopUnderTest([shirt()]);
    const id = await start(t, catalogQuery);
    const { url } = await finished(t, id);
    t.shop.control.advanceClock(7 * 86_400 + 2);
    expect((await t.shop.handle(new Request(url ?? ''))).status).toBe(403);
    expect((await status(t, id)).url).toBeNull();
  });

  test('that breaks half way leaves partial data', async () => {
    const t = shopUnderTest(Array.from({ length: 250 }, () => shirt()));
    t.shop.control.fault({ kind: 'server_error', match: 'bulk_operation_run' });
    const operation = await finished(t, await start(t, catalogQuery));
    expect(operation).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR', url: null, rootObjectCount: '100' });
    expect((await rows(t, operation.partialDataUrl ?? '')).filter((row) => row.__parentId === undefined)).toHaveLength(100);
  });

  test('without the scope ends as ACCESS_DENIED', async () => {
    const t = shopUnderTest([shirt()], { scopes: ['read_products'] });
    expect(await finished(t, await start(t, catalogQuery))).toMatchObject({
      status: 'FAILED',
      errorCode: 'ACCESS_DENIED',
      url: null,
    });
  });

  test('can be cancelled while it runs, not after', async () => {
    const t = shopUnderTest(Array.from({ length: 500 }, () => shirt()));
    const id = await start(t, catalogQuery);
    const cancel = 'mutation ($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }';
    expect(at((await t.graphql(cancel, { id })).body, 'data.bulkOperationCancel')).toEqual({
      bulkOperation: { status: 'CANCELING' },
      userErrors: [],
    });
    expect((await finished(t, id)).status).toBe('CANCELED');
    expect(at((await t.graphql(cancel, { id })).body, 'data.bulkOperationCancel.userErrors.0.message')).toContain(
      'cannot be canceled',
    );
  });

  test('tells its end by webhook', async () => {
    const t = shopUnderTest([shirt()]);
    await t.graphql(
      'mutation { webhookSubscriptionCreate(topic: BULK_OPERATIONS_FINISH, webhookSubscription: { uri: "https://hub.test/hooks" }) { userErrors { message } } }',
    );
    const id = await start(t, catalogQuery);
    await finished(t, id);
    expect(t.sent.map((one) => JSON.parse(one.body) as unknown)).toMatchObject([
      { admin_graphql_api_id: id, status: 'completed', type: 'query', error_code: null },
    ]);
  });
});

test('five run at a time; the sixth is refused', async () => {
  const t = shopUnderTest(Array.from({ length: 300 }, () => shirt()));
  const ids = [];
  for (let index = 0; index < 5; index += 1)
    ids.push(at((await t.graphql(runDocument, { query: catalogQuery })).body, 'data.bulkOperationRunQuery.bulkOperation.id'));
  const { body } = await t.graphql(runDocument, { query: catalogQuery });
  expect(at(body, 'data.bulkOperationRunQuery')).toMatchObject({
    bulkOperation: null,
    userErrors: [{ field: ['query'], code: 'LIMIT_REACHED' }],
  });
  for (const id of ids) await finished(t, id);
  await finished(t, await start(t, catalogQuery));
});

test.each([
  ['{ shop { name } }', 'at least one connection'],
  [
    '{ products { nodes { id media { nodes { id } } variants { nodes { id media { nodes { id } } inventoryItem { inventoryLevels { nodes { id } } variants { nodes { id } } } } } } } }',
    'more than 5',
  ],
  [
    '{ products { nodes { id variants { nodes { id inventoryItem { variants { nodes { id media { nodes { id } } } } } } } } } }',
    'nesting depth greater than 2',
  ],
  ['query ($q: String) { products(query: $q) { nodes { id } } }', 'cannot use variables'],
  ['{ products { nodes { id } } locations { nodes { id } } }', 'exactly one top-level field'],
  ['mutation { productDelete(input: { id: "1" }) { deletedProductId } }', 'exactly one query'],
  ['{ products { nodes { nickname } } }', 'nickname'],
  ['{ products {', 'Syntax Error'],
])('%s is refused: %s', async (query, reason) => {
  const { body } = await shopUnderTest([shirt()]).graphql(runDocument, { query });
  expect(at(body, 'data.bulkOperationRunQuery')).toMatchObject({
    bulkOperation: null,
    userErrors: [{ field: ['query'], code: 'INVALID', message: expect.stringContaining(reason) }],
  });
});
