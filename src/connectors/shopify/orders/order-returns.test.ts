import { describe, expect, test } from 'vitest';
import {
  fulfillmentNode,
  gidOf,
  lineNode,
  orderId,
  orderNode,
  pageOf,
  refundNode,
  returnNode,
  reverseLineNode,
  reverseOrderNode,
  type SentBack,
} from '#connectors/shopify/fixtures/orders.ts';
import { type Answer, gather, type Script, scriptedShop, thrownBy } from '#connectors/shopify/fixtures/scripted-shop.ts';
import { pullOrders, readOrders } from '#connectors/shopify/orders/pull-orders.ts';

const idOf = (kind: string, id: number) => ({ id: gidOf(kind, id) });
const returned = (...returns: object[]): Answer => ({ data: { order: { id: orderId(1), returns: pageOf(returns) } } });
/** Three units, all shipped; `current` of them not refunded nor sent back. */
const shipped = (current: number, change: object = {}) =>
  orderNode(1, {
    returnStatus: 'RETURNED',
    lineItems: pageOf([lineNode(1, { quantity: 3, current, unfulfilled: 0 })]),
    fulfillments: [fulfillmentNode(5, [[1, 3]])],
    ...change,
  });

const effectOf = async (order: object, script: Script) => {
  const shop = scriptedShop({ OrdersByIds: [{ data: { nodes: [order] } }], ...script });
  const [one] = await readOrders(shop.session, [orderId(1)]);
  const { reserved, shipped: gone, restocked } = one?.items[0]?.effect ?? {};
  return { said: `${reserved} ${gone} ${restocked}`, shop, order: one };
};

describe('goods of a return', () => {
  test('are not asked about where an order says that it has none', async () => {
    const { shop, said } = await effectOf(shipped(3, { returnStatus: 'NO_RETURN' }), {});
    expect(said).toBe('0 3 0');
    expect(shop.sent('OrderReturns')).toEqual([]);
  });

  test('that are restocked without a refund are back, and those that are not are gone', async () => {
    const disposed = { RESTOCKED: 1, MISSING: 1, PROCESSING_REQUIRED: 1 };
    const { said, order } = await effectOf(shipped(0), {
      OrderReturns: [returned(returnNode(1, [{ line: 1, units: 3, disposed }]))],
    });
    expect(said).toBe('0 3 1');
    expect(order?.raw).toMatchObject({ returns: [{ id: gidOf('Return', 1), refundIds: [] }] });
  });

  const restockedTwo: SentBack = { line: 1, units: 2, disposed: { RESTOCKED: 2 } };

  test.each(['NO_RESTOCK', 'RETURN'])('count once when their refund says %s', async (restockType) => {
    const refunds = pageOf([idOf('Refund', 8)]);
    const { said } = await effectOf(shipped(1, { refunds: [refundNode(8, restockType, [[1, 2]])] }), {
      OrderReturns: [returned(returnNode(1, [restockedTwo], { refunds }))],
    });
    expect(said).toBe('0 3 2');
  });

  test('count beside those of a refund that came of no return', async () => {
    const { said } = await effectOf(shipped(0, { refunds: [refundNode(8, 'RETURN', [[1, 1]])] }), {
      OrderReturns: [returned(returnNode(1, [restockedTwo]))],
    });
    expect(said).toBe('0 3 3');
  });

  test('whose refund also calls off what was not sent free that, and come back once', async () => {
    const both = {
      id: gidOf('Refund', 8),
      refundLineItems: pageOf([
        { lineItem: idOf('LineItem', 1), quantity: 1, restockType: 'CANCEL' },
        { lineItem: idOf('LineItem', 1), quantity: 2, restockType: 'RETURN' },
      ]),
    };
    // One of the three that were sent is kept: a refund of its own.
    const order = shipped(0, {
      lineItems: pageOf([lineNode(1, { quantity: 4, current: 0, unfulfilled: 0 })]),
      fulfillments: [fulfillmentNode(5, [[1, 3]])],
      refunds: [both, refundNode(9, 'NO_RESTOCK', [[1, 1]])],
    });
    const refunds = pageOf([idOf('Refund', 8)]);
    const { said } = await effectOf(order, {
      OrderParts: [{ data: { order: { id: orderId(1), fulfillments: [], refunds: [idOf('Refund', 8), idOf('Refund', 9)] } } }],
      OrderReturns: [returned(returnNode(1, [restockedTwo], { refunds }))],
    });
    expect(said).toBe('0 3 2');
  });

  test.each(['DECLINED', 'REQUESTED', 'CANCELED'])('of a return that is %s do not hide what an edit took off', async (status) => {
    // Two are sent, one of them refunded and kept; one is open, one was taken off.
    const order = shipped(2, {
      lineItems: pageOf([lineNode(1, { quantity: 4, current: 2, unfulfilled: 1 })]),
      fulfillments: [fulfillmentNode(5, [[1, 2]])],
      refunds: [refundNode(8, 'NO_RESTOCK', [[1, 1]])],
    });
    const idle = returnNode(1, [{ line: 1, units: 2 }], { status });
    expect((await effectOf(order, { OrderReturns: [returned(idle)] })).said).toBe('1 2 0');
  });

  test('that the platform lays to no shipment come back by a refund only', async () => {
    const unknown = { line: null, units: 2, disposed: { RESTOCKED: 2 } };
    const refunds = pageOf([idOf('Refund', 8)]);
    const { said } = await effectOf(shipped(2, { refunds: [refundNode(8, 'RETURN', [[1, 1]])] }), {
      OrderReturns: [returned(returnNode(1, [unknown], { refunds }))],
    });
    expect(said).toBe('0 3 1');
  });

  test('are read to the end: returns, their refunds, reverse orders and the lines of these', async () => {
    const one: SentBack = { line: 1, units: 1, disposed: { RESTOCKED: 1 } };
    const node = (more: object): Answer => ({ data: { node: { id: 'x', ...more } } });
    const first = returnNode(1, [], {
      refunds: pageOf([idOf('Refund', 7)], 'r1'),
      reverseFulfillmentOrders: pageOf([reverseOrderNode(1, [], 'l1')], 'o1'),
    });
    const { said, shop } = await effectOf(
      orderNode(1, {
        returnStatus: 'IN_PROGRESS',
        lineItems: pageOf([lineNode(1, { quantity: 4, current: 1, unfulfilled: 0 })]),
        fulfillments: [fulfillmentNode(5, [[1, 4]])],
        refunds: [refundNode(8, 'RETURN', [[1, 1]])],
      }),
      {
        OrderReturns: [{ data: { order: { id: orderId(1), returns: pageOf([first], 'p1') } } }, returned(returnNode(2, [one]))],
        MoreReturnRefunds: [node({ refunds: pageOf([idOf('Refund', 8)]) })],
        MoreReverseOrders: [node({ reverseFulfillmentOrders: pageOf([reverseOrderNode(3, [one])]) })],
        MoreReverseLines: [node({ lineItems: pageOf([reverseLineNode(one)]) })],
      },
    );
    // Two units of the first return, of which a refund (of the second page) tells once more; one of the second.
    expect(said).toBe('0 4 3');
    expect(shop.sent('OrderReturns').map(({ variables }) => variables.after)).toEqual([null, 'p1']);
    expect(shop.sent('MoreReverseLines')[0]?.variables).toMatchObject({ id: gidOf('ReverseFulfillmentOrder', 1), after: 'l1' });
  });

  test('of an order that is deleted meanwhile leave it out: it must not be shown in part', async () => {
    expect((await effectOf(shipped(0), { OrderReturns: [{ data: { order: null } }] })).order).toBeUndefined();
    const long = returnNode(1, [], { refunds: pageOf([], 'r1') });
    const gone = await effectOf(shipped(0), { OrderReturns: [returned(long)], MoreReturnRefunds: [{ data: { node: null } }] });
    expect(gone.order).toBeUndefined();
  });
});

describe('a store that was connected before returns were asked for', () => {
  const denied: Answer = {
    data: { order: null },
    errors: [
      {
        message: 'Access denied for returns field. Required access: `read_returns` access scope.',
        extensions: { code: 'ACCESS_DENIED' },
      },
    ],
  };
  const request = () => {
    const lines: string[] = [];
    return { since: '2026-11-01T00:00:00.000Z', lines, log: (message: string) => lines.push(message) };
  };

  test('goes on with what refunds say, asks once, and tells what is missing and what to do', async () => {
    const order = shipped(1, { refunds: [refundNode(8, 'RETURN', [[1, 1]])] });
    const orders = pageOf([order, { ...order, id: orderId(2) }]);
    const shop = scriptedShop({ OrdersPage: [{ data: { orders } }], OrderReturns: [denied] });
    const asked = request();
    const pages = await gather(pullOrders(shop.session, asked));
    expect(pages.flat().map(({ items }) => items[0]?.effect.restocked)).toEqual([1, 1]);
    expect(shop.sent('OrderReturns')).toHaveLength(1);
    expect(asked.lines).toEqual([expect.stringMatching(/does not show returns.*connect the store again/)]);
  });

  test('is not taken for one when the platform refuses for another reason', async () => {
    const broken: Answer = { data: null, errors: [{ message: 'Oops', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] };
    const shop = scriptedShop({ OrdersPage: [{ data: { orders: pageOf([shipped(1)]) } }], OrderReturns: [broken] });
    const asked = request();
    expect(await thrownBy(gather(pullOrders(shop.session, asked)))).toBeInstanceOf(Error);
    expect(asked.lines).toEqual([]);
  });
});
