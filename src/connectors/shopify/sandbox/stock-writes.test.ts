import { describe, expect, test } from 'vitest';
import { at, type ShopUnderTest, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';

const setDocument = `mutation StockSet($input: InventorySetQuantitiesInput!, $key: String!) { inventorySetQuantities(input: $input) @idempotent(key: $key) {
  inventoryAdjustmentGroup { id reason changes(quantityNames: ["available"]) { name delta quantityAfterChange item { id } location { id } } } userErrors { field message code } } }`;
const adjustDocument = `mutation StockAdjust($input: InventoryAdjustQuantitiesInput!, $key: String!) { inventoryAdjustQuantities(input: $input) @idempotent(key: $key) {
  inventoryAdjustmentGroup { changes { name delta } } userErrors { field code } } }`;

async function stocked(test: ShopUnderTest) {
  const { body } = await test.graphql(
    '{ productVariants(first: 9) { nodes { id inventoryItem { id } } } locations(first: 9, includeInactive: true) { nodes { id name } } }',
  );
  const locations = at<{ id: string; name: string }[]>(body, 'data.locations.nodes');
  return {
    items: at<{ inventoryItem: { id: string } }[]>(body, 'data.productVariants.nodes').map((node) => node.inventoryItem.id),
    main: locations.find((one) => one.name === 'Main warehouse')?.id ?? '',
    backRoom: locations.find((one) => one.name === 'Back room')?.id ?? '',
    closed: locations.find((one) => one.name === 'Closed branch')?.id ?? '',
  };
}

const quantities = (test: ShopUnderTest): number[] => test.shop.control.goods().map((good) => good.quantity);
const setInput = (rows: object[], more: object = {}) => ({ name: 'available', reason: 'correction', quantities: rows, ...more });
const errorsOf = (body: unknown, field = 'inventorySetQuantities') => at(body, `data.${field}.userErrors`);

describe('inventorySetQuantities', () => {
  test('sets what is asked for and tells the change; it also touches the product', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    t.shop.control.advanceClock(100);
    const { body } = await t.graphql(setDocument, {
      key: 'k1',
      input: setInput([{ inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: 5 }]),
    });
    expect(errorsOf(body)).toEqual([]);
    expect(at(body, 'data.inventorySetQuantities.inventoryAdjustmentGroup.changes')).toEqual([
      { name: 'available', delta: 3, quantityAfterChange: 8, item: { id: items[0] }, location: { id: main } },
    ]);
    expect(quantities(t)).toEqual([8, 0]);
    expect(t.shop.control.writes()).toMatchObject([
      { kind: 'quantity', value: '8', by: 'api', variantId: t.shop.control.goods()[0]?.variantId },
    ]);
    const product = await t.graphql('{ products(first: 1) { nodes { createdAt updatedAt } } }');
    const { createdAt, updatedAt } = at<{ createdAt: string; updatedAt: string }>(product.body, 'data.products.nodes.0');
    expect(Date.parse(updatedAt) - Date.parse(createdAt)).toBeGreaterThanOrEqual(100_000);
  });

  test('without @idempotent: the platform’s request error, nothing applied', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const { body } = await t.graphql(
      'mutation ($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) { userErrors { message } } }',
      {
        input: setInput([{ inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: null }]),
      },
    );
    expect(body).toMatchObject({
      data: { inventorySetQuantities: null },
      errors: [
        {
          message: 'The @idempotent directive is required for this mutation but was not provided',
          extensions: { code: 'BAD_REQUEST' },
          path: ['inventorySetQuantities'],
        },
      ],
    });
    expect(quantities(t)).toEqual([5, 0]);
  });

  test('changeFromQuantity must be present: absent is refused, null opts out', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const absent = await t.graphql(setDocument, {
      key: 'k1',
      input: setInput([{ inventoryItemId: items[0], locationId: main, quantity: 8 }]),
    });
    expect(at(absent.body, 'errors.0')).toMatchObject({
      message: 'InventoryQuantityInput must include the following argument: changeFromQuantity',
      extensions: { code: 'INVALID_FIELD_ARGUMENTS' },
    });
    const optedOut = await t.graphql(setDocument, {
      key: 'k1',
      input: setInput([{ inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: null }]),
    });
    expect(errorsOf(optedOut.body)).toEqual([]);
    expect(quantities(t)).toEqual([8, 0]);
  });

  test('one stale element stops the whole request and is named by its index', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const rows = [
      { inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: 5 },
      { inventoryItemId: items[1], locationId: main, quantity: 8, changeFromQuantity: 1 },
    ];
    const { body } = await t.graphql(setDocument, { key: 'k1', input: setInput(rows) });
    expect(errorsOf(body)).toEqual([
      {
        field: ['input', 'quantities', '1', 'changeFromQuantity'],
        code: 'CHANGE_FROM_QUANTITY_STALE',
        message: 'The changeFromQuantity argument no longer matches the persisted quantity.',
      },
    ]);
    expect(at(body, 'data.inventorySetQuantities.inventoryAdjustmentGroup')).toBeNull();
    expect(quantities(t)).toEqual([5, 0]);
    expect(t.shop.control.writes()).toEqual([]);
  });

  test.each<[string, (s: Awaited<ReturnType<typeof stocked>>) => object, object, (string | number)[], string]>([
    [
      'an unknown item',
      () => ({ inventoryItemId: 'gid://shopify/InventoryItem/1' }),
      {},
      ['quantities', '0', 'inventoryItemId'],
      'INVALID_INVENTORY_ITEM',
    ],
    [
      'a variant’s id in place of the item’s',
      () => ({ inventoryItemId: 'gid://shopify/ProductVariant/1' }),
      {},
      ['quantities', '0', 'inventoryItemId'],
      'INVALID_INVENTORY_ITEM',
    ],
    [
      'an unknown location',
      () => ({ locationId: 'gid://shopify/Location/1' }),
      {},
      ['quantities', '0', 'locationId'],
      'INVALID_LOCATION',
    ],
    ['a closed location', ({ closed }) => ({ locationId: closed }), {}, ['quantities', '0', 'locationId'], 'INVALID_LOCATION'],
    ['a quantity below zero', () => ({ quantity: -1 }), {}, ['quantities', '0', 'quantity'], 'INVALID_QUANTITY_NEGATIVE'],
    [
      'a quantity too high',
      () => ({ quantity: 1_000_000_001 }),
      {},
      ['quantities', '0', 'quantity'],
      'INVALID_QUANTITY_TOO_HIGH',
    ],
    [
      'an untracked item',
      ({ items }) => ({ inventoryItemId: items[2] }),
      {},
      ['quantities', '0', 'inventoryItemId'],
      'NON_MUTABLE_INVENTORY_ITEM',
    ],
    ['another quantity name', () => ({}), { name: 'committed' }, ['name'], 'INVALID_NAME'],
    ['a reason of one’s own', () => ({}), { reason: 'because' }, ['reason'], 'INVALID_REASON'],
    [
      'a half global id as document',
      () => ({}),
      { referenceDocumentUri: 'gid://hub/Push' },
      ['referenceDocumentUri'],
      'INVALID_REFERENCE_DOCUMENT',
    ],
  ])('refuses %s', async (_, row, more, field, code) => {
    const t = shopUnderTest([shirt(), { title: 'Service', variants: [{ price: '1', quantity: 3, tracked: false }] }]);
    const s = await stocked(t);
    const base = { inventoryItemId: s.items[0], locationId: s.main, quantity: 8, changeFromQuantity: null };
    const { body } = await t.graphql(setDocument, { key: 'k1', input: setInput([{ ...base, ...row(s) }], more) });
    expect(errorsOf(body)).toMatchObject([{ field: ['input', ...field], code }]);
    expect(quantities(t)).toEqual([5, 0, 3]);
  });

  test('the same pair twice is refused', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const row = { inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: null };
    const { body } = await t.graphql(setDocument, { key: 'k1', input: setInput([row, row]) });
    expect(errorsOf(body)).toMatchObject([{ code: 'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR' }]);
  });

  test('a location where the item was not stocked is stocked by the write (2026-10)', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, backRoom } = await stocked(t);
    const { body } = await t.graphql(setDocument, {
      key: 'k1',
      input: setInput([{ inventoryItemId: items[1], locationId: backRoom, quantity: 4, changeFromQuantity: 0 }]),
    });
    expect(errorsOf(body)).toEqual([]);
    expect(quantities(t)).toEqual([5, 4]);
  });

  test('on_hand counts what is committed to open orders, available does not', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    t.shop.control.sell(t.shop.control.goods()[0]?.variantId ?? '', 2);
    const row = { inventoryItemId: items[0], locationId: main, quantity: 10, changeFromQuantity: 5 };
    const { body } = await t.graphql(setDocument, { key: 'k1', input: setInput([row], { name: 'on_hand' }) });
    expect(errorsOf(body)).toEqual([]);
    expect(quantities(t)).toEqual([8, 0]);
  });

  test('251 elements are too many for one array', async () => {
    const t = shopUnderTest([shirt()]);
    const rows = Array.from({ length: 251 }, () => ({
      inventoryItemId: 'x',
      locationId: 'y',
      quantity: 1,
      changeFromQuantity: null,
    }));
    const { body } = await t.graphql(setDocument, { key: 'k1', input: setInput(rows) });
    expect(at(body, 'errors.0.extensions.code')).toBe('MAX_INPUT_SIZE_EXCEEDED');
  });
});

describe('idempotency', () => {
  test('the same key and input: the first answer, applied once, even when the stock has changed since', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const variables = {
      key: 'k1',
      input: setInput([{ inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: 5 }]),
    };
    const first = await t.graphql(setDocument, variables);
    t.shop.control.sell(t.shop.control.goods()[0]?.variantId ?? '', 3);
    const second = await t.graphql(setDocument, variables);
    expect(at(second.body, 'data')).toEqual(at(first.body, 'data'));
    expect(quantities(t)).toEqual([5, 0]);
    expect(t.shop.control.writes().filter((write) => write.by === 'api')).toHaveLength(1);
  });

  test('the same key with another input is a mismatch', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const row = { inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: 5 };
    await t.graphql(setDocument, { key: 'k1', input: setInput([row]) });
    const { body } = await t.graphql(setDocument, { key: 'k1', input: setInput([{ ...row, quantity: 9 }]) });
    expect(errorsOf(body)).toMatchObject([{ code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' }]);
    expect(quantities(t)).toEqual([8, 0]);
  });

  test('a key whose attempt failed is spent', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const variables = {
      key: 'k1',
      input: setInput([{ inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: 4 }]),
    };
    await t.graphql(setDocument, variables);
    const { body } = await t.graphql(setDocument, variables);
    expect(errorsOf(body)).toMatchObject([{ code: 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED' }]);
  });

  test('while the first answer is under way, the same key is refused as concurrent; afterwards it is replayed', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const variables = {
      key: 'k1',
      input: setInput([{ inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: 5 }]),
    };
    t.shop.control.fault({ kind: 'slow', match: 'StockSet', seconds: 100 });
    const slow = t.graphql(setDocument, variables);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(errorsOf((await t.graphql(setDocument, variables)).body)).toMatchObject([{ code: 'IDEMPOTENCY_CONCURRENT_REQUEST' }]);
    t.shop.control.advanceClock(100);
    expect(errorsOf((await slow).body)).toEqual([]);
    expect(errorsOf((await t.graphql(setDocument, variables)).body)).toEqual([]);
    expect(t.shop.control.writes()).toHaveLength(1);
  });

  test('a blank key, and the directive on a mutation that does not take it, are refused', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const input = setInput([{ inventoryItemId: items[0], locationId: main, quantity: 8, changeFromQuantity: 5 }]);
    expect(at((await t.graphql(setDocument, { key: ' ', input })).body, 'errors.0.extensions.code')).toBe('BAD_REQUEST');
    const { body } = await t.graphql(
      'mutation ($id: ID!) { productDelete(input: { id: $id }) @idempotent(key: "k") { deletedProductId } }',
      { id: t.shop.control.goods()[0]?.productId },
    );
    expect(at(body, 'errors.0.message')).toBe('The @idempotent directive is not supported for productDelete');
    expect(t.shop.control.goods()).toHaveLength(2);
  });
});

describe('inventoryAdjustQuantities', () => {
  test('adds the deltas, below zero too; several on one level add up', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const row = { inventoryItemId: items[0], locationId: main };
    const changes = [
      { ...row, delta: -4, changeFromQuantity: 5 },
      { ...row, delta: -4, changeFromQuantity: 1 },
    ];
    const { body } = await t.graphql(adjustDocument, { key: 'k', input: { name: 'available', reason: 'other', changes } });
    expect(errorsOf(body, 'inventoryAdjustQuantities')).toEqual([]);
    expect(quantities(t)).toEqual([-3, 0]);
  });

  test('demands changeFromQuantity in its own words', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main } = await stocked(t);
    const { body } = await t.graphql(adjustDocument, {
      key: 'k',
      input: { name: 'available', reason: 'other', changes: [{ inventoryItemId: items[0], locationId: main, delta: 1 }] },
    });
    expect(at(body, 'errors.0.message')).toBe('InventoryChangeInput must include the following argument: changeFromQuantity');
  });
});

describe('inventoryActivate', () => {
  const activate = `mutation ($item: ID!, $location: ID!, $key: String!, $available: Int) { inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available) @idempotent(key: $key) {
    inventoryLevel { id location { id } quantities(names: ["available", "on_hand"]) { name quantity } } userErrors { field message } } }`;

  test('stocks an item at a location; one that is stocked keeps its quantity', async () => {
    const t = shopUnderTest([shirt()]);
    const { items, main, backRoom } = await stocked(t);
    const made = await t.graphql(activate, { item: items[0], location: backRoom, key: 'a', available: 2 });
    expect(at(made.body, 'data.inventoryActivate.inventoryLevel.quantities.0')).toEqual({ name: 'available', quantity: 2 });
    const again = await t.graphql(activate, { item: items[0], location: main, key: 'b' });
    expect(at(again.body, 'data.inventoryActivate.inventoryLevel.quantities.0')).toEqual({ name: 'available', quantity: 5 });
    const refused = await t.graphql(activate, { item: items[0], location: main, key: 'c', available: 9 });
    expect(at(refused.body, 'data.inventoryActivate.userErrors.0.field')).toEqual(['available']);
    expect(quantities(t)).toEqual([7, 0]);
  });
});

test('inventoryItemUpdate switches tracking on, and the stock can then be set', async () => {
  const t = shopUnderTest([{ title: 'Service', variants: [{ price: '1', quantity: 3, tracked: false }] }]);
  const { items, main } = await stocked(t);
  const { body } = await t.graphql(
    'mutation ($id: ID!) { inventoryItemUpdate(id: $id, input: { tracked: true, cost: "2.5", sku: "S-1" }) { inventoryItem { tracked sku unitCost { amount } } userErrors { message } } }',
    {
      id: items[0],
    },
  );
  expect(at(body, 'data.inventoryItemUpdate.inventoryItem')).toEqual({ tracked: true, sku: 'S-1', unitCost: { amount: '2.5' } });
  const set = await t.graphql(setDocument, {
    key: 'k',
    input: setInput([{ inventoryItemId: items[0], locationId: main, quantity: 9, changeFromQuantity: 3 }]),
  });
  expect(errorsOf(set.body)).toEqual([]);
  const found = await t.graphql('{ productVariants(first: 1, query: "sku:s-1") { nodes { inventoryQuantity } } }');
  expect(at(found.body, 'data.productVariants.nodes')).toEqual([{ inventoryQuantity: 9 }]);
});
