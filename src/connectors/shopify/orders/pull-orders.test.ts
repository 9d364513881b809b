import { describe, expect, test } from 'vitest';
import { MalformedResponse, Refused } from '#connectors/errors.ts';
import type { UnreadableOrder } from '#connectors/order.ts';
import {
  assignedNode,
  fulfillmentNode,
  fulfillmentOrderNode,
  gidOf,
  lineId,
  lineNode,
  orderId,
  orderNode,
  pageOf,
  refundNode,
} from '#connectors/shopify/fixtures/orders.ts';
import {
  type Answer,
  gather,
  type Script,
  type Seen,
  scriptedShop,
  thrownBy,
} from '#connectors/shopify/fixtures/scripted-shop.ts';
import { ordersPerPage } from '#connectors/shopify/orders/order-documents.ts';
import { ordersPerWalk, pullOrders, readOrders } from '#connectors/shopify/orders/pull-orders.ts';

const since = '2026-11-01T00:00:00.000Z';
const request = () => {
  const lines: string[] = [];
  return { since, lines, log: (message: string) => lines.push(message) };
};
const page = (orders: unknown[], endCursor: string | null = null): Answer => ({ data: { orders: pageOf(orders, endCursor) } });
const pull = (script: Script) => {
  const shop = scriptedShop(script);
  return { shop, pages: gather(pullOrders(shop.session, request())) };
};
const only = async (order: object, script: Script = {}) => {
  const { shop, pages } = pull({ OrdersPage: [page([order])], ...script });
  const [one] = (await pages).flat();
  if (one === undefined) throw new Error('There is no order');
  return { order: one, shop };
};

describe('pulling orders', () => {
  test('asks for what changed since, by its time, page after page', async () => {
    const { shop, pages } = pull({ OrdersPage: [page([orderNode(1), orderNode(2)], 'c1'), page([orderNode(3)])] });
    expect((await pages).map((orders) => orders.map(({ number }) => number))).toEqual([['#1001', '#1002'], ['#1003']]);
    const query = `updated_at:>='${since}'`;
    expect(shop.sent('OrdersPage').map(({ variables }) => variables)).toEqual([
      { first: ordersPerPage, after: null, query, personal: true },
      { first: ordersPerPage, after: 'c1', query, personal: true },
    ]);
    expect(shop.sent('OrdersPage')[0]?.request).toMatchObject({ bucket: 'graphql', repeatable: true });
  });

  test('of a shop without orders brings none', async () => {
    expect(await pull({ OrdersPage: [page([])] }).pages).toEqual([]);
  });

  test('begins anew by time before a connection ends, and does not lose an order there', async () => {
    const start = Date.parse(since);
    const total = ordersPerWalk + 40;
    const at = (n: number) => new Date(start + n * 1000).toISOString();
    const answer = ({ variables }: Seen): Answer => {
      const from = String(variables.query).slice("updated_at:>='".length, -1);
      const first = variables.after === null ? Math.round((Date.parse(from) - start) / 1000) : Number(variables.after);
      const last = Math.min(total, first + ordersPerPage);
      const nodes = Array.from({ length: last - first }, (_, k) => orderNode(first + k, { updatedAt: at(first + k) }));
      return page(nodes, last < total ? String(last) : null);
    };
    const { shop, pages } = pull({ OrdersPage: answer });
    expect(new Set((await pages).flat().map(({ id }) => id)).size).toBe(total);
    const beginnings = shop.sent('OrdersPage').filter(({ variables }) => variables.after === null);
    expect(beginnings).toHaveLength(2);
  });

  test('that leads in a circle, or nowhere, is an error', async () => {
    expect(await thrownBy(pull({ OrdersPage: [page([orderNode(1)], 'c1')] }).pages)).toBeInstanceOf(MalformedResponse);
    const nowhere: Answer = { data: { orders: { nodes: [], pageInfo: { hasNextPage: true, endCursor: null } } } };
    expect(await thrownBy(pull({ OrdersPage: [nowhere] }).pages)).toBeInstanceOf(MalformedResponse);
  });

  test('notes a status that is not known, and shows the order', async () => {
    const shop = scriptedShop({ OrdersPage: [page([orderNode(1, { displayFulfillmentStatus: 'TELEPORTED' })])] });
    const asked = request();
    const [orders] = await gather(pullOrders(shop.session, asked));
    expect(orders?.[0]?.nativeStatus).toBe('TELEPORTED');
    expect(asked.lines).toHaveLength(1);
  });

  test('goes on without who bought where the app may not see that', async () => {
    const denied = (message: string): Answer => ({ data: null, errors: [{ message, extensions: { code: 'ACCESS_DENIED' } }] });
    const bare = { ...orderNode(1), email: undefined, phone: undefined, billingAddress: undefined, shippingAddress: undefined };
    const answer = ({ variables }: Seen): Answer =>
      variables.personal === true
        ? denied('This app is not approved to use the email field. See https://shopify.dev/…')
        : page([bare], variables.after === null ? 'c1' : null);
    const shop = scriptedShop({ OrdersPage: answer });
    const asked = request();
    const orders = (await gather(pullOrders(shop.session, asked))).flat();
    expect(orders[0]).toMatchObject({ buyer: { name: '', email: '', phone: '' }, shippingAddress: null });
    expect(orders[0]?.items[0]?.effect.reserved).toBe(1);
    // Once refused, it is not asked again.
    expect(shop.sent('OrdersPage').map(({ variables }) => variables.personal)).toEqual([true, false, false]);
    expect(asked.lines).toEqual([expect.stringContaining('not approved to use the email field')]);
    const none = pull({ OrdersPage: [denied('This app is not approved to access the Order object.')] });
    expect(await thrownBy(none.pages)).toBeInstanceOf(Refused);
    const scope = pull({ OrdersPage: [denied('Access denied for orders field. Required access: `read_orders` access scope.')] });
    expect(await thrownBy(scope.pages)).toMatchObject({ refusal: { code: 'scope_missing' } });
    expect(scope.shop.seen).toHaveLength(1);
  });
});

describe('an order is whole', () => {
  test('with ten thousand lines', async () => {
    const some = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => lineNode(from + at));
    const moreLines = ({ variables }: Seen): Answer => {
      const from = Number(variables.after);
      const to = Math.min(10_000, from + 100);
      return { data: { order: { id: orderId(1), lineItems: pageOf(some(from, to), to < 10_000 ? String(to) : null) } } };
    };
    const node = orderNode(1, { lineItems: pageOf(some(0, 5), '5') });
    const { order, shop } = await only(node, { MoreOrderLines: moreLines });
    expect(order.items).toHaveLength(10_000);
    expect(order.items.at(-1)).toMatchObject({ id: lineId(9999), locationId: gidOf('Location', 7) });
    expect(shop.sent('MoreOrderLines')).toHaveLength(100);
  });

  test('with every shipment and refund, and every line of these', async () => {
    const lines = [
      lineNode(1, { quantity: 40, current: 31, unfulfilled: 5 }),
      lineNode(2, { quantity: 2, current: 1, unfulfilled: 0 }),
    ];
    const node = orderNode(1, {
      lineItems: pageOf(lines),
      fulfillments: [fulfillmentNode(1, [[1, 10]]), fulfillmentNode(2, [[1, 10]])],
      refunds: [refundNode(1, 'RETURN', [[1, 3]], 'r1')],
    });
    const moreLines = ({ variables: { id } }: Seen): Answer => {
      if (id === gidOf('Refund', 1)) {
        const refundLineItems = pageOf([{ lineItem: { id: lineId(1) }, quantity: 1, restockType: 'NO_RESTOCK' }]);
        return { data: { node: { id, refundLineItems } } };
      }
      return { data: { node: { id, fulfillmentLineItems: pageOf([{ lineItem: { id: lineId(2) }, quantity: 2 }]) } } };
    };
    const { order, shop } = await only(node, {
      OrderParts: [
        {
          data: {
            order: {
              id: orderId(1),
              fulfillments: [1, 2, 3, 4].map((id) => ({ id: gidOf('Fulfillment', id) })),
              refunds: [1, 2].map((id) => ({ id: gidOf('Refund', id) })),
            },
          },
        },
      ],
      PartsByIds: [
        {
          data: {
            nodes: [
              fulfillmentNode(3, [], { fulfillmentLineItems: pageOf([{ lineItem: { id: lineId(1) }, quantity: 10 }], 'f1') }),
              fulfillmentNode(4, [[1, 5]], { status: 'CANCELLED' }),
              refundNode(2, 'CANCEL', [[1, 5]]),
            ],
          },
        },
      ],
      MorePartLines: moreLines,
    });
    expect(order.items.map(({ effect }) => effect)).toEqual([
      { reserved: 5, shipped: 30, restocked: 3 },
      { reserved: 0, shipped: 2, restocked: 0 },
    ]);
    expect(order.shipments.map(({ id, cancelled }) => [id.split('/').at(-1), cancelled])).toEqual([
      ['1', false],
      ['2', false],
      ['3', false],
      ['4', true],
    ]);
    expect(shop.sent('PartsByIds')[0]?.variables.ids).toEqual([
      gidOf('Fulfillment', 3),
      gidOf('Fulfillment', 4),
      gidOf('Refund', 2),
    ]);
  });

  test('with the location of every line, though its fulfillment orders stand at several', async () => {
    const node = orderNode(1, {
      lineItems: pageOf([lineNode(1), lineNode(2), lineNode(3)]),
      fulfillmentOrders: pageOf([fulfillmentOrderNode(1, 7), fulfillmentOrderNode(2, 8)], 'o1'),
    });
    const { order } = await only(node, {
      FulfillmentOrders: [
        {
          data: {
            order: {
              id: orderId(1),
              fulfillmentOrders: pageOf(
                [assignedNode(1, 7, [[1, 1]]), assignedNode(2, 8, [[2, 0]], { status: 'CLOSED', lineItems: pageOf([], 'l1') })],
                'o2',
              ),
            },
          },
        },
        {
          data: {
            order: {
              id: orderId(1),
              fulfillmentOrders: pageOf([assignedNode(3, 9, [[2, 1]]), assignedNode(4, 6, [[3, 1]], { status: 'CANCELLED' })]),
            },
          },
        },
      ],
      MoreAssignedLines: [
        {
          data: {
            fulfillmentOrder: {
              id: 'x',
              lineItems: assignedNode(2, 8, [
                [2, 0],
                [3, 0],
              ]).lineItems,
            },
          },
        },
      ],
    });
    expect(order.items.map(({ locationId }) => locationId?.split('/').at(-1))).toEqual(['7', '9', '8']);
  });

  test('or left out: one that is deleted while it is read must not be shown in part', async () => {
    const long = orderNode(1, { lineItems: pageOf([lineNode(1)], 'l1') });
    const moved = orderNode(2, { fulfillments: [fulfillmentNode(1, []), fulfillmentNode(2, [])] });
    const { pages } = pull({
      OrdersPage: [page([long, moved, orderNode(3)])],
      MoreOrderLines: [{ data: { order: null } }],
      OrderParts: [{ data: { order: null } }],
    });
    expect((await pages).flat().map(({ number }) => number)).toEqual(['#1003']);
  });

  test('without a location where it is shipped by somebody whose fulfillment orders we do not see', async () => {
    const unseen = await only(orderNode(1, { fulfillmentOrders: pageOf([]) }));
    const deleted = await only(orderNode(1, { fulfillmentOrders: pageOf([fulfillmentOrderNode(1, null)]) }));
    expect([unseen, deleted].map(({ order }) => order.items[0]?.locationId)).toEqual([null, null]);
  });
});

describe('an order of a shape that is not understood', () => {
  const odd = { ...orderNode(2), returnStatus: 7, displayFulfillmentStatus: null };
  const beside = async (script: Script) => {
    const told: UnreadableOrder[] = [];
    const shop = scriptedShop(script);
    const pages = await gather(pullOrders(shop.session, { ...request(), unreadable: (order) => told.push(order) }));
    return { told, numbers: pages.flat().map(({ number }) => number) };
  };

  test('is told apart from those of its page, with what is wrong with it and not with what stands there', async () => {
    const pages = [page([orderNode(1), odd], 'c1'), page([orderNode(3)])];
    const { told, numbers } = await beside({ OrdersPage: pages });
    expect(numbers).toEqual(['#1001', '#1003']);
    expect(told).toMatchObject([{ id: orderId(2), updatedAt: orderNode(2).updatedAt, raw: odd }]);
    expect(told[0]?.why).toMatch(/^displayFulfillmentStatus: .*; returnStatus: /);
    const shop = scriptedShop({ OrdersByIds: [{ data: { nodes: [odd, null, orderNode(1)] } }] });
    const listener = { unreadable: (order: UnreadableOrder) => void told.push(order) };
    const read = await readOrders(shop.session, [orderId(2), orderId(4), orderId(1)], listener);
    expect([read.map(({ number }) => number), told[1]]).toEqual([['#1001'], told[0]]);
  });

  test('is one too whose further parts are not understood, and one without a moment or without an id', async () => {
    const long = orderNode(1, { lineItems: pageOf([lineNode(1)], 'more') });
    const none = { data: { order: { lineItems: { nodes: 7 } } } };
    const timeless = orderNode(2, { updatedAt: 'soon' });
    const nameless = { ...orderNode(3), id: null };
    const orders = [long, timeless, nameless, 'no order', orderNode(4)];
    const { told, numbers } = await beside({ OrdersPage: [page(orders)], MoreOrderLines: [none] });
    expect(numbers).toEqual(['#1004']);
    expect(told.map(({ id }) => id).toSorted()).toEqual(['', '', orderId(1), orderId(2)]);
  });

  test('makes the answer malformed where nobody listens; so does a page that is none, whoever listens', async () => {
    expect(await thrownBy(pull({ OrdersPage: [page([orderNode(1), odd])] }).pages)).toBeInstanceOf(MalformedResponse);
    const shop = scriptedShop({ OrdersByIds: [{ data: { nodes: [odd] } }] });
    expect(await thrownBy(readOrders(shop.session, [orderId(2)]))).toBeInstanceOf(MalformedResponse);
    expect(await thrownBy(beside({ OrdersPage: [{ data: { orders: { nodes: [orderNode(1)] } } }] }))).toBeInstanceOf(
      MalformedResponse,
    );
  });
});

describe('reading orders by id', () => {
  test('leaves out what is gone, what is no order, and asks for each once', async () => {
    const nodes = [orderNode(1), null, { id: gidOf('Product', 3) }];
    const shop = scriptedShop({ OrdersByIds: [{ data: { nodes } }] });
    const ids = [orderId(1), orderId(2), gidOf('Product', 3), orderId(1)];
    expect((await readOrders(shop.session, ids)).map(({ id }) => id)).toEqual([orderId(1)]);
    expect(shop.seen[0]?.variables.ids).toEqual(ids.slice(0, 3));
  });

  test('says which do not exist: an explicit nothing for the id, and no thing of another kind', async () => {
    const nodes = [orderNode(1), null, { id: gidOf('Product', 3) }];
    const shop = scriptedShop({ OrdersByIds: [{ data: { nodes } }] });
    const gone: string[] = [];
    await readOrders(shop.session, [orderId(1), orderId(2), gidOf('Product', 3)], { gone: (id) => gone.push(id) });
    expect(gone).toEqual([orderId(2)]);
  });

  test('takes an answer with fewer things than were asked for as no answer', async () => {
    const shop = scriptedShop({ OrdersByIds: [{ data: { nodes: [] } }] });
    expect(await thrownBy(readOrders(shop.session, [orderId(1)]))).toBeInstanceOf(MalformedResponse);
  });
});
