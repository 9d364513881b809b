import { describe, expect, test } from 'vitest';
import { MalformedResponse, PlatformUnavailable } from '#connectors/errors.ts';
import type { ShipmentWrite } from '#connectors/order.ts';
import {
  assignedNode,
  fulfillmentNode,
  gidOf,
  lineId,
  lineNode,
  orderId,
  orderNode,
  pageOf,
} from '#connectors/shopify/fixtures/orders.ts';
import { type Answer, scriptedShop, thrownBy } from '#connectors/shopify/fixtures/scripted-shop.ts';
import { ship } from '#connectors/shopify/orders/ship.ts';

const made: Answer = {
  data: { fulfillmentCreate: { fulfillment: { id: gidOf('Fulfillment', 9), status: 'SUCCESS' }, userErrors: [] } },
};
const ours = '019aa0b0-0000-7000-8000-000000000000';
const oursAt = new Date(0x019aa0b00000);
const minutesLater = (minutes: number) => new Date(oursAt.getTime() + minutes * 60_000).toISOString();

const write = (change: Partial<ShipmentWrite> = {}): ShipmentWrite => ({
  writeId: ours,
  orderId: orderId(1),
  items: [{ itemId: lineId(1), quantity: 2 }],
  tracking: { number: ' 1Z9 ', carrier: 'ups', url: null },
  notifyBuyer: true,
  ...change,
});
const lines = pageOf([lineNode(1, { quantity: 3 }), lineNode(2, { quantity: 3 })]);
const shopWith = (assigned: readonly object[], order: object | null = {}, answers: readonly Answer[] = [made]) =>
  scriptedShop({
    OrdersByIds: [{ data: { nodes: [order === null ? null : orderNode(1, { lineItems: lines, ...order })] } }],
    FulfillmentOrders: [{ data: { order: { id: orderId(1), fulfillmentOrders: pageOf(assigned) } } }],
    Ship: answers,
  });
const open = [
  assignedNode(1, 7, [
    [1, 3],
    [2, 3],
  ]),
];
const codeOf = (result: Awaited<ReturnType<typeof ship>>) =>
  result.outcome === 'refused' ? result.refusal.code : result.outcome;

describe('a shipment', () => {
  test('names the units of fulfillment orders, the carrier as the platform spells it, and whether the buyer is told', async () => {
    const shop = shopWith(open);
    expect(await ship(shop.session, write())).toEqual({ outcome: 'applied', shipmentId: gidOf('Fulfillment', 9) });
    expect(shop.sent('Ship').map(({ variables }) => variables)).toEqual([
      {
        fulfillment: {
          lineItemsByFulfillmentOrder: [
            {
              fulfillmentOrderId: gidOf('FulfillmentOrder', 1),
              fulfillmentOrderLineItems: [{ id: gidOf('FulfillmentOrderLineItem', 101), quantity: 2 }],
            },
          ],
          notifyCustomer: true,
          trackingInfo: { number: '1Z9', company: 'UPS' },
        },
      },
    ]);
    expect(shop.sent('Ship')[0]?.request.repeatable).toBe(false);
  });

  test('without a number carries none, and with an address and a carrier of its own both as they are', async () => {
    const bare = shopWith(open);
    await ship(bare.session, write({ tracking: null, notifyBuyer: false }));
    expect(bare.sent('Ship')[0]?.variables.fulfillment).not.toHaveProperty('trackingInfo');
    const own = shopWith(open);
    await ship(own.session, write({ tracking: { number: 'A1', carrier: ' Anna on her bike ', url: 'https://anna.example/A1' } }));
    expect(own.sent('Ship')[0]?.variables.fulfillment).toMatchObject({
      trackingInfo: { number: 'A1', company: 'Anna on her bike', url: 'https://anna.example/A1' },
    });
  });

  test('takes its units from several fulfillment orders of one location, and none that cannot be fulfilled', async () => {
    const shop = shopWith([
      assignedNode(1, 7, [[1, 1]]),
      assignedNode(2, 8, [
        [1, 3],
        [2, 3],
      ]),
      assignedNode(3, 8, [[2, 3]], { status: 'ON_HOLD', supportedActions: [{ action: 'RELEASE_HOLD' }] }),
      assignedNode(4, 7, [
        [1, 1],
        [2, 2],
      ]),
    ]);
    const items = [
      { itemId: lineId(1), quantity: 2 },
      { itemId: lineId(2), quantity: 2 },
    ];
    expect(codeOf(await ship(shop.session, write({ items })))).toBe('applied');
    expect(shop.sent('Ship')[0]?.variables.fulfillment).toMatchObject({
      lineItemsByFulfillmentOrder: [
        { fulfillmentOrderId: gidOf('FulfillmentOrder', 1), fulfillmentOrderLineItems: [{ quantity: 1 }] },
        { fulfillmentOrderId: gidOf('FulfillmentOrder', 4), fulfillmentOrderLineItems: [{ quantity: 1 }, { quantity: 2 }] },
      ],
    });
  });

  test('that cannot be is refused with the reason, and nothing is sent', async () => {
    const held = { status: 'ON_HOLD', supportedActions: [{ action: 'RELEASE_HOLD' }] };
    const four = [{ itemId: lineId(1), quantity: 4 }];
    const crowd = Array.from({ length: 600 }, (_, at) => [at, 1] as const);
    const cases = [
      ['order_gone', open, null, {}],
      ['order_cancelled', open, { cancelledAt: '2026-11-20T07:00:00Z' }, {}],
      ['units_not_open', open, {}, { items: four }],
      ['units_not_open', [], {}, {}],
      ['shipment_on_hold', [assignedNode(1, 7, [[1, 3]], held)], {}, {}],
      ['shipment_at_several_locations', [assignedNode(1, 7, [[1, 2]]), assignedNode(2, 8, [[1, 2]])], {}, { items: four }],
      [
        'shipment_too_large',
        [assignedNode(1, 7, crowd)],
        {},
        { items: crowd.map(([line]) => ({ itemId: lineId(line), quantity: 1 })) },
      ],
    ] as const;
    for (const [code, assigned, order, change] of cases) {
      const shop = shopWith(assigned, order);
      expect(codeOf(await ship(shop.session, write(change)))).toBe(code);
      expect(shop.sent('Ship')).toEqual([]);
    }
    const result = await ship(shopWith(open).session, write({ items: four }));
    expect(result).toMatchObject({ refusal: { parameters: { sku: 'SKU-1', units: 4 } } });
  });

  test('that the platform refuses is refused in its words', async () => {
    const userErrors = [{ field: ['fulfillment'], message: 'Fulfillment order 1 has an unfulfillable status= closed.' }];
    const shop = shopWith(open, {}, [{ data: { fulfillmentCreate: { fulfillment: null, userErrors } } }]);
    expect(await ship(shop.session, write())).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'shipment_refused', parameters: { detail: userErrors[0]?.message } },
    });
    const mute = shopWith(open, {}, [{ data: { fulfillmentCreate: { fulfillment: null, userErrors: [] } } }]);
    expect(await thrownBy(ship(mute.session, write()))).toBeInstanceOf(MalformedResponse);
  });
});

describe('after a call that was lost', () => {
  const sent = (change: object = {}) => ({ fulfillments: [fulfillmentNode(9, [[1, 2]], change)] });

  test('the loss is told, and the call is not sent again by itself', async () => {
    const shop = shopWith(open, {}, [{ silence: true }]);
    expect(await thrownBy(ship(shop.session, write()))).toBeInstanceOf(PlatformUnavailable);
    expect(shop.sent('Ship')).toHaveLength(1);
  });

  test('a fulfillment with its number and its units is the one that it made', async () => {
    const shop = shopWith(open, sent());
    expect(await ship(shop.session, write())).toEqual({ outcome: 'applied', shipmentId: gidOf('Fulfillment', 9) });
    expect(shop.sent('Ship')).toEqual([]);
  });

  test('so is one that it made after the order was read, when the call is refused for it', async () => {
    const userErrors = [{ field: ['fulfillment'], message: 'Invalid fulfillment order line item quantity requested.' }];
    const shop = scriptedShop({
      OrdersByIds: [{}, sent()].map((order) => ({ data: { nodes: [orderNode(1, { lineItems: lines, ...order })] } })),
      FulfillmentOrders: [{ data: { order: { id: orderId(1), fulfillmentOrders: pageOf(open) } } }],
      Ship: [{ data: { fulfillmentCreate: { fulfillment: null, userErrors } } }],
    });
    expect(await ship(shop.session, write())).toEqual({ outcome: 'applied', shipmentId: gidOf('Fulfillment', 9) });
  });

  test.each([
    ['another number', { trackingInfo: [{ company: 'UPS', number: '1Z8', url: null }] }],
    ['other units', { fulfillmentLineItems: pageOf([{ lineItem: { id: lineId(1) }, quantity: 1 }]) }],
    ['the status of a cancelled one', { status: 'CANCELLED' }],
  ])('one with %s is not', async (_, change) => {
    const shop = shopWith(open, sent(change));
    expect(codeOf(await ship(shop.session, write()))).toBe('applied');
    expect(shop.sent('Ship')).toHaveLength(1);
  });

  test('without a number only a younger one is, and none where the id does not tell its time', async () => {
    const numberless = { trackingInfo: [] };
    const cases = [
      [ours, minutesLater(1), 0],
      [ours, minutesLater(-1), 0],
      [ours, minutesLater(-10), 1],
      ['b54557e4-bdd9-4b37-8a5f-bf7d70bcd043', minutesLater(1), 1],
    ] as const;
    for (const [writeId, createdAt, calls] of cases) {
      const shop = shopWith(open, sent({ ...numberless, createdAt }));
      await ship(shop.session, write({ writeId, tracking: null }));
      expect(shop.sent('Ship')).toHaveLength(calls);
    }
  });
});
