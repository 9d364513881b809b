import { describe, expect, test } from 'vitest';
import { type Opened, openedShop, placed } from '#connectors/shopify/sandbox/orders/orders-under-test.ts';
import { contractText, hasContract } from '#connectors/shopify/sandbox/published-contract.ts';

interface Sample {
  json_schema: { required: string[]; properties: Record<string, { type?: string | string[] }> };
}

const typeOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'number'
        ? Number.isInteger(value)
          ? 'integer'
          : 'number'
        : typeof value;

/** Everything that can happen to an order, once. */
async function liveThrough(shop: Opened): Promise<void> {
  const unpaid = placed(shop, shop.small, 1, { paid: false, note: 'Please wrap' });
  shop.orders.pay(unpaid);
  shop.orders.cancel(unpaid);
  shop.orders.remove?.(unpaid);
  const id = placed(shop, shop.medium, 3);
  shop.orders.edit(id, { variantId: shop.medium, units: 2 });
  shop.orders.ship(id, [{ variantId: shop.medium, units: 1 }]);
  const shipment = shop.orders.ship(id);
  await shop.graphql(
    'mutation ($id: ID!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: { company: "UPS", number: "1Z", url: "https://ups.test/1Z" }) { userErrors { message } } }',
    { id: shipment },
  );
  shop.orders.refund(id, [{ variantId: shop.medium, units: 1, restock: true }]);
}

const topics = [
  'orders/create',
  'orders/paid',
  'orders/updated',
  'orders/cancelled',
  'orders/delete',
  'orders/edited',
  'orders/fulfilled',
  'orders/partially_fulfilled',
  'refunds/create',
  'fulfillments/create',
  'fulfillments/update',
  'inventory_levels/update',
];

/** Where our payload is null and the schema, which was drawn from one example, says otherwise. */
const drawnTooNarrow = ['user_id', 'note', 'phone'];

describe.skipIf(!hasContract('webhooks-2026-07/orders.create.json'))('against the published examples', () => {
  test.each(topics)('%s has every key of the example, each of its JSON type', async (topic) => {
    const shop = await openedShop();
    await liveThrough(shop);
    const bodies = (await shop.heard()).filter((one) => one.topic === topic).map(({ body }) => body);
    expect(bodies.length).toBeGreaterThan(0);
    const { json_schema } = JSON.parse(contractText(`webhooks-2026-07/${topic.replace('/', '.')}.json`)) as Sample;
    for (const body of bodies) {
      expect(Object.keys(body)).toEqual(expect.arrayContaining(json_schema.required));
      const unlike = json_schema.required.filter((key) => {
        const allowed = json_schema.properties[key]?.type;
        const narrow = drawnTooNarrow.includes(key) && body[key] === null;
        return allowed !== undefined && !narrow && ![allowed].flat().includes(typeOf(body[key]));
      });
      expect(unlike).toEqual([]);
    }
  });
});

test('each act tells what it is, and that the order has changed', async () => {
  const shop = await openedShop();
  const told = async (): Promise<string[]> => [
    ...new Set((await shop.heard()).map(({ topic }) => topic).filter((topic) => !topic.startsWith('inventory'))),
  ];
  const id = placed(shop, shop.small, 3, { paid: false });
  expect(await told()).toEqual(['orders/create']);
  shop.orders.pay(id);
  expect(await told()).toEqual(['orders/paid', 'orders/updated']);
  shop.orders.edit(id, { variantId: shop.small, units: 2 });
  expect(await told()).toEqual(['orders/edited', 'orders/updated']);
  shop.orders.ship(id, [{ variantId: shop.small, units: 1 }]);
  expect(await told()).toEqual(['fulfillments/create', 'orders/partially_fulfilled', 'orders/updated']);
  shop.orders.cancel(id);
  expect(await told()).toEqual(['refunds/create', 'orders/cancelled', 'orders/updated']);
  shop.orders.refund(id, [{ variantId: shop.small, units: 1, restock: true }]);
  expect(await told()).toEqual(['refunds/create', 'orders/updated']);
});

test('one that is cancelled or archived can be deleted: it is gone with all its parts, no stock moves, and its id is told', async () => {
  const shop = await openedShop();
  const [open, cancelled, shipped] = [1, 1, 1].map((units) => placed(shop, shop.small, units));
  if (open === undefined || cancelled === undefined || shipped === undefined) throw new Error('There are too few orders');
  expect(() => shop.orders.remove?.(open)).toThrow('neither cancelled nor archived');
  shop.orders.cancel(cancelled);
  const shipment = shop.orders.ship(shipped);
  const before = await shop.stock(shop.small);
  await shop.heard();
  for (const id of [cancelled, shipped]) shop.orders.remove?.(id);
  const told = { topic: 'orders/delete', body: { id: expect.any(Number) } };
  expect(await shop.heard()).toMatchObject([told, told]);
  expect(await shop.stock(shop.small)).toEqual(before);
  const asked = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  expect((await shop.graphql(asked, { ids: [open, cancelled, shipped, shipment] })).body).toMatchObject({
    data: { nodes: [{ id: open }, null, null, null] },
  });
  expect(() => shop.orders.remove?.(cancelled)).toThrow('There is no order');
  placed(shop, shop.small);
  expect(shop.orders.list().map(({ number }) => number)).toEqual(['#1001', '#1004']);
});

test('an order, its shipment and its return are told with ids to the last digit', async () => {
  const shop = await openedShop();
  const id = placed(shop, shop.small, 2);
  shop.orders.ship(id);
  await new Promise((resolve) => setImmediate(resolve));
  const raw = shop.sent.find(({ headers }) => headers['X-Shopify-Topic'] === 'orders/create')?.body ?? '';
  expect(raw).toContain(`"id":${id.replace(/\D/g, '')},`);
  const shipped = (await shop.heard()).find(({ topic }) => topic === 'fulfillments/create')?.body;
  expect(shipped).toMatchObject({ status: 'success', name: '#1001-F1', line_items: [{ quantity: 2, sku: 'SHIRT-S' }] });
});

test('a level is told once for an order, however many of its lines take from it', async () => {
  const shop = await openedShop();
  const line = { variantId: shop.small, units: 1 };
  shop.orders.place([line, line, line]);
  const levels = (await shop.heard()).filter(({ topic }) => topic === 'inventory_levels/update');
  expect(levels.map(({ body }) => body.available)).toEqual([2]);
});

test('stock is told with what may be sold, when it is promised and when it leaves', async () => {
  const shop = await openedShop();
  const id = placed(shop, shop.small, 2);
  shop.orders.ship(id);
  const levels = (await shop.heard()).filter(({ topic }) => topic === 'inventory_levels/update');
  expect(levels.map(({ body }) => body.available)).toEqual([3, 3]);
});
