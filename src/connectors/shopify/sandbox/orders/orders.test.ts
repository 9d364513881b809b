import { describe, expect, test } from 'vitest';
import { openedShop, placed } from '#connectors/shopify/sandbox/orders/orders-under-test.ts';
import { at } from '#connectors/shopify/sandbox/practice-client.ts';

const unitsAndStatus =
  'displayFinancialStatus displayFulfillmentStatus cancelledAt closedAt lineItems(first: 250) { nodes { quantity currentQuantity unfulfilledQuantity nonFulfillableQuantity refundableQuantity } } fulfillmentOrders(first: 10) { nodes { status supportedActions { action } lineItems(first: 10) { nodes { remainingQuantity totalQuantity } } } } refunds { totalRefundedSet { shopMoney { amount } } refundLineItems(first: 10) { nodes { quantity restockType restocked location { name } } } }';

describe('stock', () => {
  test('an order promises its units, a shipment takes them off the shelf, a return with restock brings them back', async () => {
    const shop = await openedShop();
    const id = placed(shop, shop.small, 3);
    expect(await shop.stock(shop.small)).toEqual([2, 3, 5]);
    shop.orders.ship(id, [{ variantId: shop.small, units: 2 }]);
    expect(await shop.stock(shop.small)).toEqual([2, 1, 3]);
    shop.orders.refund(id, [{ variantId: shop.small, units: 1, restock: true }]);
    expect(await shop.stock(shop.small)).toEqual([3, 1, 4]);
    shop.orders.refund(id, [{ variantId: shop.small, units: 1, restock: false }]);
    expect(await shop.stock(shop.small)).toEqual([3, 1, 4]);
  });

  test('what a buyer sends back is on sale again if it is restocked, with no refund and once only', async () => {
    const shop = await openedShop();
    const sendBack = (units: number, restock: boolean) => shop.orders.takeBack?.(id, [{ variantId: shop.small, units, restock }]);
    const id = placed(shop, shop.small, 4);
    shop.orders.ship(id, [{ variantId: shop.small, units: 2 }]);
    shop.orders.ship(id, [{ variantId: shop.small, units: 1 }]);
    sendBack(2, true);
    expect(await shop.stock(shop.small)).toEqual([3, 1, 4]);
    sendBack(1, false);
    expect(await shop.stock(shop.small)).toEqual([3, 1, 4]);
    expect(() => sendBack(1, true)).toThrow('fewer units');
    // Two are paid back by the first return, the third by the second; what is open is called off.
    shop.orders.refund(id, [{ variantId: shop.small, units: 4, restock: true }]);
    expect(await shop.stock(shop.small)).toEqual([4, 0, 4]);
    expect(() => shop.orders.refund(id, [{ variantId: shop.small, units: 1, restock: true }])).toThrow('fewer units');
    const lines =
      'lineItems(first: 5) { nodes { totalQuantity fulfillmentLineItem { lineItem { sku } } dispositions { type quantity location { name } } } }';
    const fields = `returnStatus lineItems(first: 1) { nodes { currentQuantity } } refunds { return { name } }
      returns(first: 5) { nodes { name status totalQuantity refunds(first: 5) { nodes { refundLineItems(first: 5) { nodes { quantity } } } }
        returnLineItems(first: 5) { nodes { quantity refundedQuantity ... on ReturnLineItem { fulfillmentLineItem { id } } } }
        reverseFulfillmentOrders(first: 5) { nodes { status ${lines} } } } }`;
    const disposed = (type: string, quantity: number) => ({
      totalQuantity: quantity,
      fulfillmentLineItem: { lineItem: { sku: 'SHIRT-S' } },
      dispositions: [{ type, quantity, location: { name: 'Main warehouse' } }],
    });
    const { returns, ...rest } = await shop.order(id, fields);
    expect(rest).toEqual({
      returnStatus: 'RETURNED',
      lineItems: { nodes: [{ currentQuantity: 0 }] },
      refunds: [{ return: { name: '#1001-R1' } }, { return: { name: '#1001-R2' } }, { return: null }],
    });
    expect(returns).toMatchObject({
      nodes: [
        {
          status: 'CLOSED',
          totalQuantity: 2,
          refunds: { nodes: [{ refundLineItems: { nodes: [{ quantity: 2 }] } }] },
          returnLineItems: { nodes: [{ quantity: 2, refundedQuantity: 2 }] },
          reverseFulfillmentOrders: { nodes: [{ status: 'CLOSED', lineItems: { nodes: [disposed('RESTOCKED', 2)] } }] },
        },
        {
          name: '#1001-R2',
          reverseFulfillmentOrders: { nodes: [{ lineItems: { nodes: [disposed('NOT_RESTOCKED', 1)] } }] },
        },
      ],
    });
  });

  test('returns are shown to apps with a scope for them, and to no other', async () => {
    const shop = await openedShop({ scopes: ['read_orders'] });
    const ask = 'query ($id: ID!) { order(id: $id) { name returns(first: 1) { nodes { id } } } }';
    const { body } = await shop.graphql(ask, { id: placed(shop, shop.small) });
    expect(at(body, 'errors.0.message')).toContain('Required access: `read_returns` access scope');
  });

  test('what is called off goes back to stock, or off the shelf without restock', async () => {
    const shop = await openedShop();
    const [back, gone] = [placed(shop, shop.small, 2), placed(shop, shop.small, 1)];
    shop.orders.cancel(back);
    expect(await shop.stock(shop.small)).toEqual([4, 1, 5]);
    shop.orders.cancel(gone, { restock: false });
    expect(await shop.stock(shop.small)).toEqual([4, 0, 4]);
  });

  test('what is not sold beyond its stock is refused, over all lines together, and nothing of the order is taken', async () => {
    const shop = await openedShop();
    const lines = [
      { variantId: shop.medium, units: 1 },
      { variantId: shop.small, units: 3 },
      { variantId: shop.small, units: 3 },
    ];
    expect(shop.orders.place(lines)).toBeNull();
    expect(shop.orders.list()).toEqual([]);
    expect(await shop.stock(shop.small)).toEqual([5, 0, 5]);
    expect(await shop.stock(shop.medium)).toEqual([0, 0, 0]);
  });

  test('what is sold beyond its stock goes below zero', async () => {
    const shop = await openedShop();
    placed(shop, shop.medium, 4);
    expect(await shop.stock(shop.medium)).toEqual([-4, 4, 0]);
  });

  test('a sale is a paid order, and one that is refused leaves none', async () => {
    const { shop, small, orders } = await openedShop();
    expect(shop.control.sell(small, 5)).toBe(true);
    expect(shop.control.sell(small, 1)).toBe(false);
    expect(orders.list().map(({ status, total }) => [status, total])).toEqual([['PAID UNFULFILLED', '50.00']]);
    expect(() => shop.control.sell(small, 0.5)).toThrow('whole units');
  });

  test('units of a product that is gone move no stock, and its lines name no product any more', async () => {
    const shop = await openedShop();
    const id = placed(shop, shop.small, 2);
    shop.shop.control.remove(shop.shop.control.goods()[0]?.productId ?? '');
    shop.orders.ship(id, [{ variantId: shop.small, units: 1 }]);
    shop.orders.cancel(id);
    const { lineItems } = await shop.order(id, 'lineItems(first: 1) { nodes { title sku product { id } variant { id } } }');
    expect(lineItems).toEqual({ nodes: [{ title: 'Green shirt', sku: 'SHIRT-S', product: null, variant: null }] });
  });

  test('in whatever order things happen, what is promised is what is yet to be shipped, and no unit is lost', async () => {
    const shop = await openedShop();
    const ids = [1, 2, 3].map((units) => placed(shop, shop.medium, units));
    const [first = '', second = '', third = ''] = ids;
    shop.orders.edit(first, { variantId: shop.medium, units: 4 });
    shop.orders.ship(first, [{ variantId: shop.medium, units: 3 }]);
    shop.orders.edit(second, { variantId: shop.medium, units: 1 });
    shop.orders.refund(third, [{ variantId: shop.medium, units: 2, restock: false }]);
    shop.orders.refund(first, [{ variantId: shop.medium, units: 4, restock: true }]);
    const lines = shop.orders.list().flatMap((order) => order.lines);
    const open = lines.reduce((sum, line) => sum + line.ordered - line.cancelled - line.shipped, 0);
    const [available, committed, onHand] = await shop.stock(shop.medium);
    expect([open, committed]).toEqual([2, 2]);
    expect(available + committed).toBe(onHand);
    // Three came back of the three that were shipped; the two that were refunded without restock are gone.
    expect(onHand).toBe(-2);
  });
});

describe('what an order shows', () => {
  test('a partial shipment, a refund of what was left and the return of what had gone', async () => {
    const shop = await openedShop();
    const id = placed(shop, shop.small, 3);
    shop.orders.ship(id, [{ variantId: shop.small, units: 2 }]);
    expect(await shop.order(id, unitsAndStatus)).toMatchObject({
      displayFinancialStatus: 'PAID',
      displayFulfillmentStatus: 'PARTIALLY_FULFILLED',
      lineItems: { nodes: [{ quantity: 3, currentQuantity: 3, unfulfilledQuantity: 1, nonFulfillableQuantity: 0 }] },
      fulfillmentOrders: {
        nodes: [{ status: 'IN_PROGRESS', lineItems: { nodes: [{ remainingQuantity: 1, totalQuantity: 3 }] } }],
      },
    });
    shop.orders.cancel(id, { restock: false });
    shop.orders.refund(id, [{ variantId: shop.small, units: 2, restock: true }]);
    expect(await shop.order(id, unitsAndStatus)).toMatchObject({
      displayFinancialStatus: 'REFUNDED',
      displayFulfillmentStatus: 'FULFILLED',
      cancelledAt: expect.any(String),
      lineItems: { nodes: [{ quantity: 3, currentQuantity: 0, unfulfilledQuantity: 0, nonFulfillableQuantity: 1 }] },
      fulfillmentOrders: { nodes: [{ status: 'CLOSED', supportedActions: [] }] },
      refunds: [
        {
          totalRefundedSet: { shopMoney: { amount: '10.0' } },
          refundLineItems: { nodes: [{ quantity: 1, restockType: 'NO_RESTOCK', restocked: false, location: null }] },
        },
        {
          totalRefundedSet: { shopMoney: { amount: '20.0' } },
          refundLineItems: {
            nodes: [{ quantity: 2, restockType: 'RETURN', restocked: true, location: { name: 'Main warehouse' } }],
          },
        },
      ],
    });
  });

  test('an unpaid order is pending until it is paid, and void when it is called off before', async () => {
    const shop = await openedShop();
    const [bought, dropped] = [placed(shop, shop.small, 1, { paid: false }), placed(shop, shop.small, 1, { paid: false })];
    expect(await shop.order(bought, 'displayFinancialStatus fullyPaid unpaid')).toEqual({
      displayFinancialStatus: 'PENDING',
      fullyPaid: false,
      unpaid: true,
    });
    shop.orders.pay(bought);
    shop.orders.cancel(dropped);
    expect(await shop.order(bought, 'displayFinancialStatus fullyPaid')).toEqual({
      displayFinancialStatus: 'PAID',
      fullyPaid: true,
    });
    expect(await shop.order(dropped, 'displayFinancialStatus')).toEqual({ displayFinancialStatus: 'VOIDED' });
    expect(() => shop.orders.pay(bought)).toThrow('nothing to pay');
    expect(() => shop.orders.cancel(dropped)).toThrow('cancelled already');
  });

  test('an edit lowers what is current and not what was ordered, and a line that it adds must be paid', async () => {
    const shop = await openedShop();
    const id = placed(shop, shop.small, 3);
    shop.orders.edit(id, { variantId: shop.small, units: 1 });
    shop.orders.edit(id, { variantId: shop.medium, units: 2 });
    expect(await shop.order(id, `edited totalOutstandingSet { shopMoney { amount } } ${unitsAndStatus}`)).toMatchObject({
      edited: true,
      displayFinancialStatus: 'PARTIALLY_PAID',
      totalOutstandingSet: { shopMoney: { amount: '5.0' } },
      lineItems: {
        nodes: [
          { quantity: 3, currentQuantity: 1, unfulfilledQuantity: 1 },
          { quantity: 2, currentQuantity: 2, unfulfilledQuantity: 2 },
        ],
      },
      refunds: [],
    });
    expect(await shop.stock(shop.small)).toEqual([4, 1, 5]);
    shop.orders.ship(id);
    expect(() => shop.orders.edit(id, { variantId: shop.small, units: 0 })).toThrow('Only 0 units');
  });

  test('amounts are in both currencies, without decimals where the buyer’s has none', async () => {
    const shop = await openedShop();
    const id = placed(shop, shop.medium, 2, { currency: 'JPY' });
    const money = 'shopMoney { amount currencyCode } presentmentMoney { amount currencyCode }';
    expect(await shop.order(id, `currencyCode presentmentCurrencyCode totalPriceSet { ${money} }`)).toEqual({
      currencyCode: 'USD',
      presentmentCurrencyCode: 'JPY',
      totalPriceSet: {
        shopMoney: { amount: '25.0', currencyCode: 'USD' },
        presentmentMoney: { amount: '3750.0', currencyCode: 'JPY' },
      },
    });
    expect(() => placed(shop, shop.medium, 1, { currency: 'XXX' })).toThrow('does not know the currency');
  });

  test('an order of 10 000 lines is placed, paged, shipped and called off', async () => {
    const shop = await openedShop({}, []);
    const lines = Array.from({ length: 10_000 }, () => ({ variantId: shop.medium, units: 1 }));
    const id = shop.orders.place(lines) ?? '';
    const seen = new Set<string>();
    let after: string | null = null;
    do {
      const { body } = await shop.graphql(
        'query ($id: ID!, $after: String) { order(id: $id) { lineItems(first: 250, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }',
        { id, after },
      );
      for (const { id: lineId } of at<{ id: string }[]>(body, 'data.order.lineItems.nodes')) seen.add(lineId);
      const page = at<{ hasNextPage: boolean; endCursor: string }>(body, 'data.order.lineItems.pageInfo');
      after = page.hasNextPage ? page.endCursor : null;
      shop.shop.control.advanceClock(10);
    } while (after !== null);
    expect(seen.size).toBe(10_000);
    shop.orders.ship(id, [{ variantId: shop.medium, units: 4_000 }]);
    shop.orders.cancel(id);
    expect(await shop.stock(shop.medium)).toEqual([-4_000, 0, -4_000]);
  });
});

describe('finding orders', () => {
  const list =
    'query ($q: String, $key: OrderSortKeys!, $first: Int = 50, $after: String) { orders(query: $q, sortKey: $key, first: $first, after: $after) { nodes { id name updatedAt } pageInfo { hasNextPage endCursor } } }';

  test('by the moment of change, oldest change first, page by page, though changes go on', async () => {
    const shop = await openedShop();
    const ids = [1, 1, 1].map(() => {
      shop.shop.control.advanceClock(10);
      return placed(shop, shop.small);
    });
    const [first = '', second = '', third = ''] = ids;
    const since = String((await shop.order(second, 'updatedAt')).updatedAt);
    const query = { q: `updated_at:>='${since}'`, key: 'UPDATED_AT', first: 1 };
    const one = await shop.graphql(list, query);
    expect(at(one.body, 'data.orders.nodes.0.id')).toBe(second);
    shop.shop.control.advanceClock(10);
    shop.orders.ship(first);
    const rest = await shop.graphql(list, { ...query, first: 250, after: at(one.body, 'data.orders.pageInfo.endCursor') });
    expect(at<{ id: string }[]>(rest.body, 'data.orders.nodes').map(({ id }) => id)).toEqual([third, first]);
  });

  test.each([
    ['status:open', ['#1001', '#1004']],
    ['status:cancelled', ['#1002']],
    ['status:closed', ['#1003']],
    ['financial_status:pending', ['#1004']],
    ['fulfillment_status:shipped', ['#1003']],
    ['name:#1003 OR name:1001', ['#1001', '#1003']],
    ['updated_at:>2100-01-01', []],
  ])('%s', async (q, names) => {
    const shop = await openedShop();
    const [, dropped = '', shipped = ''] = [1, 2, 3].map(() => placed(shop, shop.small));
    placed(shop, shop.small, 1, { paid: false });
    shop.orders.cancel(dropped);
    shop.orders.ship(shipped);
    const { body } = await shop.graphql(list, { q, key: 'ORDER_NUMBER' });
    expect(at<{ name: string }[]>(body, 'data.orders.nodes').map(({ name }) => name)).toEqual(names);
  });

  test('a filter or a sort key that is not known here is refused, and a page of more than 250', async () => {
    const { graphql } = await openedShop();
    for (const wrong of [{ q: 'nonsense:1' }, { key: 'DESTINATION' }, { first: 251 }]) {
      const { body } = await graphql(list, { key: 'ID', ...wrong });
      expect(at(body, 'errors.0.extensions.code')).toBe('BAD_REQUEST');
    }
  });

  test('without read_all_orders an app sees the last 60 days alone, by list, id, node and count', async () => {
    const old = { placedAt: new Date(Date.now() - 61 * 86_400_000).toISOString() };
    const ask =
      'query ($id: ID!) { order(id: $id) { id } nodes(ids: [$id]) { id } orders(first: 5) { nodes { id } } ordersCount { count } }';
    const shop = await openedShop();
    const { body } = await shop.graphql(ask, { id: placed(shop, shop.small, 1, old) });
    expect(body).toMatchObject({ data: { order: null, nodes: [null], orders: { nodes: [] }, ordersCount: { count: 0 } } });
    const other = await openedShop({ scopes: ['read_orders', 'read_all_orders'] });
    const id = placed(other, other.small, 1, old);
    const all = await other.graphql(ask, { id });
    expect(all.body).toMatchObject({
      data: { order: { id }, nodes: [{ id }], orders: { nodes: [{ id }] }, ordersCount: { count: 1 } },
    });
  });
});

describe('what an app may see', () => {
  test('orders need read_orders, in the platform’s words', async () => {
    const { graphql } = await openedShop({ scopes: ['read_products'] });
    const { body } = await graphql('{ orders(first: 1) { nodes { id } } }');
    expect(body).toMatchObject({ errors: [{ path: ['orders'], extensions: { code: 'ACCESS_DENIED' } }] });
    expect(at(body, 'errors.0.message')).toContain('Access denied for orders field. Required access: `read_orders` access scope');
  });

  test('fulfilment orders need a scope of their own, and the seller’s need the one for them', async () => {
    const ask = 'fulfillmentOrders(first: 5) { nodes { id } }';
    const shop = await openedShop({ scopes: ['read_orders', 'read_third_party_fulfillment_orders'] });
    expect(await shop.order(placed(shop, shop.small), ask)).toEqual({ fulfillmentOrders: { nodes: [] } });
    const none = await openedShop({ scopes: ['read_orders'] });
    const { body } = await none.graphql(`query ($id: ID!) { order(id: $id) { name ${ask} } }`, { id: placed(none, none.small) });
    expect(at(body, 'errors.0.extensions.code')).toBe('ACCESS_DENIED');
  });

  test('an app that is not approved for personal data gets the order without them', async () => {
    const shop = await openedShop({ personalFields: false });
    const { body } = await shop.graphql(
      'query ($id: ID!) { order(id: $id) { name email shippingAddress { name } customer { id } } }',
      {
        id: placed(shop, shop.small, 1, { buyer: 'Jo Ng' }),
      },
    );
    expect(at(body, 'data.order')).toEqual({ name: '#1001', email: null, shippingAddress: null, customer: null });
    expect(at(body, 'errors.0.message')).toContain('This app is not approved to use the email field');
    const approved = await openedShop();
    const id = placed(approved, approved.small, 1, { buyer: 'Jo Ng' });
    expect(await approved.order(id, 'email shippingAddress { name countryCodeV2 zip } customer { displayName }')).toEqual({
      email: 'jo.ng@example.com',
      shippingAddress: { name: 'Jo Ng', countryCodeV2: 'US', zip: '10001' },
      customer: { displayName: 'Jo Ng' },
    });
  });
});
