import { describe, expect, test } from 'vitest';
import { type Opened, openedShop, placed } from '#connectors/shopify/sandbox/orders/orders-under-test.ts';
import { at } from '#connectors/shopify/sandbox/practice-client.ts';

const create =
  'mutation Ship($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id status totalQuantity trackingInfo { company number url } fulfillmentLineItems(first: 10) { nodes { quantity lineItem { id } } } } userErrors { field message } } }';

const sources =
  'fulfillmentOrders(first: 10) { nodes { id status assignedLocation { location { id } } lineItems(first: 10) { nodes { id remainingQuantity } } } }';

async function sourceOf(shop: Opened, orderId: string): Promise<{ id: string; lineId: string }> {
  const found = await shop.order(orderId, sources);
  return { id: at(found, 'fulfillmentOrders.nodes.0.id'), lineId: at(found, 'fulfillmentOrders.nodes.0.lineItems.nodes.0.id') };
}

async function ship(shop: Opened, parts: { fulfillmentOrderId: string; units?: [string, number][] }[], more = {}) {
  const lineItemsByFulfillmentOrder = parts.map(({ fulfillmentOrderId, units }) => ({
    fulfillmentOrderId,
    ...(units === undefined ? {} : { fulfillmentOrderLineItems: units.map(([id, quantity]) => ({ id, quantity })) }),
  }));
  const { body } = await shop.graphql(create, { fulfillment: { lineItemsByFulfillmentOrder, ...more } });
  return body;
}

const refusal = (body: unknown): string => at(body, 'data.fulfillmentCreate.userErrors.0.message');

describe('fulfillmentCreate', () => {
  test('ships what is named with its tracking, then what remains when nothing is named', async () => {
    const shop = await openedShop();
    const id = placed(shop, shop.small, 3);
    const { id: fulfillmentOrderId, lineId } = await sourceOf(shop, id);
    const trackingInfo = { company: 'UPS', number: '1Z', url: 'https://ups.test/1Z' };
    const first = await ship(shop, [{ fulfillmentOrderId, units: [[lineId, 2]] }], { trackingInfo });
    expect(at(first, 'data.fulfillmentCreate')).toMatchObject({
      fulfillment: { status: 'SUCCESS', totalQuantity: 2, trackingInfo: [trackingInfo] },
      userErrors: [],
    });
    const rest = await ship(shop, [{ fulfillmentOrderId }]);
    expect(at(rest, 'data.fulfillmentCreate.fulfillment.totalQuantity')).toBe(1);
    expect(await shop.stock(shop.small)).toEqual([2, 0, 2]);
    expect(await shop.order(id, 'displayFulfillmentStatus closed fulfillments { totalQuantity }')).toEqual({
      displayFulfillmentStatus: 'FULFILLED',
      closed: true,
      fulfillments: [{ totalQuantity: 2 }, { totalQuantity: 1 }],
    });
    expect(shop.orders.list()[0]?.shipments.map(({ trackingNumber, by }) => [trackingNumber, by])).toEqual([
      ['1Z', 'api'],
      ['', 'api'],
    ]);
  });

  test('refuses more than remains, also when one line is named twice, and ships nothing of it', async () => {
    const shop = await openedShop();
    const { id: fulfillmentOrderId, lineId } = await sourceOf(shop, placed(shop, shop.small, 2));
    const wrong: [string, number][][] = [
      [[lineId, 3]],
      [[lineId, 0]],
      [
        [lineId, 1],
        [lineId, 2],
      ],
    ];
    for (const units of wrong)
      expect(refusal(await ship(shop, [{ fulfillmentOrderId, units }]))).toBe(
        'Invalid fulfillment order line item quantity requested.',
      );
    expect(await shop.stock(shop.small)).toEqual([3, 2, 5]);
  });

  test('refuses a fulfilment order that is closed, one that is not there, and those of two orders', async () => {
    const shop = await openedShop();
    const [done, open] = [placed(shop, shop.small), placed(shop, shop.small)];
    const closed = await sourceOf(shop, done);
    const other = await sourceOf(shop, open);
    const mixed = await ship(shop, [{ fulfillmentOrderId: closed.id }, { fulfillmentOrderId: other.id }]);
    expect(refusal(mixed)).toBe('All fulfillment orders must belong to the same order.');
    shop.orders.ship(done);
    expect(refusal(await ship(shop, [{ fulfillmentOrderId: closed.id }]))).toMatch(/has an unfulfillable status= closed\.$/);
    expect(refusal(await ship(shop, [{ fulfillmentOrderId: 'gid://shopify/FulfillmentOrder/1' }]))).toContain('does not exist');
    shop.orders.cancel(open);
    expect(refusal(await ship(shop, [{ fulfillmentOrderId: other.id }]))).toContain('status= cancelled');
  });

  test('refuses units of two locations in one call: each ships by itself', async () => {
    const shop = await openedShop();
    const { body } = await shop.graphql(
      'query ($id: ID!) { locations(first: 5) { nodes { id name } } productVariant(id: $id) { inventoryItem { id } } }',
      { id: shop.small },
    );
    const locations = at<{ id: string; name: string }[]>(body, 'data.locations.nodes');
    const back = locations.find(({ name }) => name === 'Back room')?.id;
    const inventoryItemId = at(body, 'data.productVariant.inventoryItem.id');
    await shop.graphql(
      'mutation ($item: ID!, $location: ID!) { inventoryActivate(inventoryItemId: $item, locationId: $location, available: 4) @idempotent(key: "a") { userErrors { message } } }',
      { item: inventoryItemId, location: back },
    );
    const id = placed(shop, shop.small, 7);
    const found = await shop.order(id, sources);
    const parts = at<{ id: string; assignedLocation: { location: { id: string } } }[]>(found, 'fulfillmentOrders.nodes');
    expect(parts).toHaveLength(2);
    const together = await ship(
      shop,
      parts.map((part) => ({ fulfillmentOrderId: part.id })),
    );
    expect(refusal(together)).toBe('All fulfillment orders must be assigned to the same location.');
    const one = await ship(shop, [{ fulfillmentOrderId: parts[1]?.id ?? '' }]);
    expect(at(one, 'data.fulfillmentCreate.fulfillment.totalQuantity')).toBe(2);
    expect(await shop.stock(shop.small)).toEqual([0, 5, 5]);
  });

  test('needs the scope to write, and takes no @idempotent', async () => {
    const shop = await openedShop({ scopes: ['write_orders', 'read_merchant_managed_fulfillment_orders'] });
    const { id: fulfillmentOrderId } = await sourceOf(shop, placed(shop, shop.small));
    const denied = await ship(shop, [{ fulfillmentOrderId }]);
    expect(at(denied, 'errors.0.extensions.code')).toBe('ACCESS_DENIED');
    const writer = await openedShop();
    const { body } = await writer.graphql(
      'mutation { fulfillmentCreate(fulfillment: { lineItemsByFulfillmentOrder: [] }) @idempotent(key: "k") { userErrors { message } } }',
    );
    expect(at(body, 'errors.0.message')).toContain('not supported for fulfillmentCreate');
  });

  test.each(['timeout_after', 'timeout_before', 'server_error', 'throttle'] as const)(
    'a %s strikes it by its root field',
    async (kind) => {
      const shop = await openedShop();
      const id = placed(shop, shop.small);
      const { id: fulfillmentOrderId } = await sourceOf(shop, id);
      shop.shop.control.fault({ kind, match: 'fulfillmentCreate', times: 1, seconds: 0.01 });
      await ship(shop, [{ fulfillmentOrderId }]).catch(() => 'cut');
      const { fulfillments } = await shop.order(id, 'fulfillments { id }');
      expect(fulfillments).toHaveLength(kind === 'timeout_after' ? 1 : 0);
    },
  );
});

describe('a fulfilment', () => {
  const cancel = 'mutation ($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } userErrors { message } } }';

  test('is cancelled once: its units are promised again, by a new fulfilment order where the old one was closed', async () => {
    const shop = await openedShop();
    const id = placed(shop, shop.small, 2);
    const shipment = shop.orders.ship(id);
    expect(at((await shop.graphql(cancel, { id: shipment })).body, 'data.fulfillmentCancel.fulfillment.status')).toBe(
      'CANCELLED',
    );
    expect(await shop.stock(shop.small)).toEqual([3, 2, 5]);
    const found = await shop.order(id, `displayFulfillmentStatus closed ${sources}`);
    expect(found).toMatchObject({ displayFulfillmentStatus: 'UNFULFILLED', closed: false });
    expect(at<{ status: string }[]>(found, 'fulfillmentOrders.nodes').map(({ status }) => status)).toEqual(['CLOSED', 'OPEN']);
    expect(at((await shop.graphql(cancel, { id: shipment })).body, 'data.fulfillmentCancel.userErrors.0.message')).toContain(
      'already',
    );
    shop.orders.ship(id);
    expect(await shop.stock(shop.small)).toEqual([3, 0, 3]);
  });

  test('gets another tracking number, as long as it is not cancelled', async () => {
    const shop = await openedShop();
    const shipment = shop.orders.ship(placed(shop, shop.small));
    const update =
      'mutation ($id: ID!, $t: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $t) { fulfillment { trackingInfo { company number url } } userErrors { message } } }';
    const changed = await shop.graphql(update, { id: shipment, t: { company: 'DHL', numbers: ['A', 'B'] } });
    expect(at(changed.body, 'data.fulfillmentTrackingInfoUpdate.fulfillment.trackingInfo')).toEqual([
      { company: 'DHL', number: 'A', url: null },
      { company: 'DHL', number: 'B', url: null },
    ]);
    const wrong = await shop.graphql(update, { id: shipment, t: { url: 'ftp://x' } });
    expect(at(wrong.body, 'data.fulfillmentTrackingInfoUpdate.userErrors.0.message')).toBe('Tracking url is invalid.');
    await shop.graphql(cancel, { id: shipment });
    const late = await shop.graphql(update, { id: shipment, t: { number: 'C' } });
    expect(at(late.body, 'data.fulfillmentTrackingInfoUpdate.userErrors.0.message')).toContain('cancelled');
  });
});

test('orderUpdate keeps a note and tags, and changes nothing else', async () => {
  const shop = await openedShop();
  const id = placed(shop, shop.small);
  const update =
    'mutation ($input: OrderInput!) { orderUpdate(input: $input) { order { note tags } userErrors { field message } } }';
  const { body } = await shop.graphql(update, { input: { id, note: 'Ring twice', tags: ['b', 'a', 'a'] } });
  expect(at(body, 'data.orderUpdate.order')).toEqual({ note: 'Ring twice', tags: ['a', 'b'] });
  const long = await shop.graphql(update, { input: { id, tags: ['x'.repeat(41)] } });
  expect(at(long.body, 'data.orderUpdate.userErrors.0.field')).toEqual(['tags']);
});
