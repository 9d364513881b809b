import { describe, expect, test } from 'vitest';
import { PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import type { ShipmentWrite } from '#connectors/order.ts';
import { bundleLine, type Raw, rawLine, rawOrder, sentLine } from '#connectors/tiktok_shop/fixtures/order-samples.ts';
import { type Answer, type Script, scriptedStore } from '#connectors/tiktok_shop/fixtures/scripted-store.ts';
import { carriers, ship } from '#connectors/tiktok_shop/orders/ship.ts';

const orderId = '576461413038785752';
const itemId = '1729592969712207013';
const detail = 'GET /order/202507/orders';
const create = `POST /fulfillment/202309/orders/${orderId}/packages`;
const shipParcel = (id: string) => `POST /fulfillment/202309/packages/${id}/ship`;
const providers = 'GET /logistics/202309/delivery_options/7091146663229654785/shipping_providers';
const known: Script = {
  [providers]: [
    {
      data: {
        shipping_providers: [
          { id: '7117858858072016686', name: 'USPS' },
          { id: '71178588580720166', name: 'J&T Express' },
        ],
      },
    },
  ],
};
const made: Answer = { data: { order_id: orderId, order_line_item_ids: ['1'], package_id: '1152' } };
const shows = (more: Raw): Answer => ({ data: { orders: [rawOrder(more)] } });
const write = (more: Partial<ShipmentWrite> = {}): ShipmentWrite => ({
  writeId: '0199a1c2-0000-7000-8000-000000000001',
  orderId,
  items: [{ itemId, quantity: 1 }],
  tracking: { number: ' 1Z999 ', carrier: 'usps', url: null },
  notifyBuyer: true,
  ...more,
});
const opened = (script: Script, region = 'US') => scriptedStore({ ...known, ...script }, { shop_region: region });

describe('a seller who names lines', () => {
  test('ships as many open lines of the item as were sent, with the platform’s id of the carrier', async () => {
    const lines = [sentLine('1', 'P1', 'T1'), rawLine('2'), rawLine('3'), rawLine('4', { sku_id: '5' })];
    const { session, sentTo } = opened({
      [detail]: [shows({ status: 'PARTIALLY_SHIPPING', line_items: lines })],
      [create]: [made],
    });
    expect(await ship(session, write())).toEqual({ outcome: 'applied', shipmentId: '1152' });
    expect(sentTo(create.slice(5)).map(({ body }) => body)).toEqual([
      { order_line_item_ids: ['2'], shipping_provider_id: '7117858858072016686', tracking_number: '1Z999' },
    ]);
  });

  test('ships a line that has its number already and is open still', async () => {
    const planned = rawLine('1', { package_id: 'P1', tracking_number: '1Z999' });
    const { session, sentTo } = opened({ [detail]: [shows({ line_items: [planned] })], [create]: [made] });
    expect(await ship(session, write())).toEqual({ outcome: 'applied', shipmentId: '1152' });
    expect(sentTo(create.slice(5))).toHaveLength(1);
  });

  test.each(['US', 'GB', 'de', 'JP'])('so in %s', async (region) => {
    const { session } = opened({ [detail]: [shows({})], [create]: [made] }, region);
    expect(await ship(session, write())).toMatchObject({ outcome: 'applied' });
  });
});

describe('a virtual bundle', () => {
  const set = { 11: 2, 12: 1 };
  const line_items = [
    bundleLine('1', set),
    rawLine('2', { sku_id: '11' }),
    bundleLine('3', set),
    { ...bundleLine('4', set), ...sentLine('4', 'P1', 'T1'), sku_id: '9000' },
  ];
  const order = shows({ status: 'PARTIALLY_SHIPPING', line_items });
  const items = (one: number, other: number) => [
    { itemId: '9000:11', quantity: one },
    { itemId: '9000:12', quantity: other },
  ];

  test('is shipped by its own line, with all its goods', async () => {
    for (const [wanted, ids] of [
      [items(2, 1), ['1']],
      [items(4, 2), ['1', '3']],
      [
        [...items(2, 1), { itemId: '11', quantity: 1 }],
        ['1', '2'],
      ],
    ] as const) {
      const { session, sentTo } = opened({ [detail]: [order], [create]: [made] });
      expect(await ship(session, write({ items: wanted }))).toMatchObject({ outcome: 'applied' });
      expect(sentTo(create.slice(5))[0]?.body).toMatchObject({ order_line_item_ids: ids });
    }
  });

  test('is not shipped in parts, nor more often than it is open, and the seller is told which', async () => {
    const end = async (wanted: ShipmentWrite['items']) => {
      const { session, seen } = opened({ [detail]: [order] });
      const result = await ship(session, write({ items: wanted }));
      expect(seen.every(({ method }) => method === 'GET')).toBe(true);
      return result;
    };
    const inParts = { outcome: 'refused', refusal: { code: 'bundle_in_parts', parameters: { bundle: 'Tea set' } } };
    expect(await end(items(1, 1))).toMatchObject(inParts);
    expect(await end(items(2, 0))).toMatchObject(inParts);
    expect(await end(items(6, 3))).toMatchObject({ refusal: { code: 'units_not_open', parameters: { units: 6 } } });
  });

  test('that a lost call has shipped is found by its goods', async () => {
    const sent = { ...bundleLine('1', set), ...sentLine('1', 'P7', '1Z999'), sku_id: '9000' };
    const { session } = opened({ [detail]: [shows({ status: 'PARTIALLY_SHIPPING', line_items: [sent, rawLine('2')] })] });
    expect(await ship(session, write({ items: items(2, 1) }))).toEqual({ outcome: 'applied', shipmentId: 'P7' });
  });
});

describe('elsewhere', () => {
  const parcel = (id: string, packageId: string, more: Raw = {}) =>
    rawLine(id, { package_id: packageId, package_status: 'TO_FULFILL', ...more });
  const split = [parcel('1', 'P1'), parcel('2', 'P2'), parcel('3', 'P2'), parcel('4', 'P2', { sku_id: '5' })];

  test('the package that holds exactly these goods is shipped', async () => {
    const { session, sentTo } = opened({ [detail]: [shows({ line_items: split })], [shipParcel('P2')]: [{ data: {} }] }, 'VN');
    const items = [
      { itemId: '5', quantity: 1 },
      { itemId, quantity: 2 },
    ];
    expect(await ship(session, write({ items }))).toEqual({ outcome: 'applied', shipmentId: 'P2' });
    expect(sentTo(shipParcel('P2').slice(5)).map(({ body }) => body)).toEqual([
      { self_shipment: { shipping_provider_id: '7117858858072016686', tracking_number: '1Z999' } },
    ]);
  });

  test.each<[string, readonly Raw[], number]>([
    ['parcel_differs', split, 3],
    ['parcel_missing', [rawLine('1')], 1],
  ])('%s: parts of packages, or what is in none, cannot be', async (code, line_items, quantity) => {
    const { session } = opened({ [detail]: [shows({ line_items })] }, 'VN');
    expect(await ship(session, write({ items: [{ itemId, quantity }] }))).toMatchObject({
      outcome: 'refused',
      refusal: { code },
    });
  });
});

describe('a call whose answer was lost', () => {
  const sent = shows({ status: 'PARTIALLY_SHIPPING', line_items: [sentLine('1', 'P1', '1Z999'), rawLine('2')] });

  test('leaves open whether the parcel was made', async () => {
    const { session } = opened({ [detail]: [shows({})], [create]: [{ silence: true }] });
    const lost = ship(session, write());
    await expect(lost).rejects.toThrow(PlatformUnavailable);
    await expect(lost).rejects.toMatchObject({ mayHaveApplied: true });
  });

  test('is found again by its number and goods, and not made twice', async () => {
    const { session, seen } = opened({ [detail]: [sent] });
    expect(await ship(session, write())).toEqual({ outcome: 'applied', shipmentId: 'P1' });
    expect(seen).toHaveLength(1);
  });

  test('is found again where the order first did not show it: "already shipped" is not the last word', async () => {
    const already: Answer = { fault: { code: 21011020, message: 'These orders are already shipped.' } };
    const { session, sentTo } = opened({
      [detail]: [shows({ line_items: [rawLine('1'), rawLine('2')] }), sent],
      [create]: [already],
    });
    expect(await ship(session, write())).toEqual({ outcome: 'applied', shipmentId: 'P1' });
    expect(sentTo(create.slice(5))).toHaveLength(1);
  });

  test('is not mistaken for a parcel with other goods or another number', async () => {
    for (const line of [sentLine('1', 'P1', '1Z000'), sentLine('1', 'P1', '1Z999', { sku_id: '5' })]) {
      const line_items = [line, rawLine('2')];
      const { session } = opened({ [detail]: [shows({ status: 'PARTIALLY_SHIPPING', line_items })], [create]: [made] });
      expect(await ship(session, write())).toEqual({ outcome: 'applied', shipmentId: '1152' });
    }
  });
});

describe('a shipment is refused, and nothing is sent', () => {
  test.each<[string, Raw, Partial<ShipmentWrite>]>([
    ['order_not_shippable', { status: 'UNPAID' }, {}],
    ['order_not_shippable', { status: 'ON_HOLD' }, {}],
    ['order_not_shippable', { status: 'CANCELLED' }, {}],
    ['fulfilled_by_platform', { fulfillment_type: 'FULFILLMENT_BY_TIKTOK' }, {}],
    ['carrier_of_platform', { shipping_type: 'TIKTOK' }, {}],
    ['tracking_needed', {}, { tracking: null }],
    ['tracking_needed', {}, { tracking: { number: ' ', carrier: 'USPS', url: null } }],
    ['units_not_open', {}, { items: [{ itemId, quantity: 2 }] }],
    ['units_not_open', {}, { items: [{ itemId: 'none', quantity: 1 }] }],
    ['carrier_unknown', {}, { tracking: { number: '1', carrier: 'Pigeon Post', url: null } }],
    ['carrier_unknown', { delivery_option_id: '' }, {}],
  ])('%s: %j %j', async (code, order, more) => {
    const { session, seen } = opened({ [detail]: [shows(order)] });
    expect(await ship(session, write(more))).toMatchObject({ outcome: 'refused', refusal: { code } });
    expect(seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('order_gone: there is no such order', async () => {
    const { session } = opened({ [detail]: [{ data: { orders: [] } }] });
    expect(await ship(session, write())).toMatchObject({ outcome: 'refused', refusal: { code: 'order_gone' } });
  });
});

describe('what the platform says against a shipment', () => {
  const against = async (code: number, message: string) => {
    const { session } = opened({ [detail]: [shows({})], [create]: [{ fault: { code, message } }] });
    return await ship(session, write());
  };

  test.each([
    [21011022, 'Invalid tracking number or provider ID. Please double check and try again.'],
    [21008044, 'Package item has after-sale request, please process the after-sale request first.'],
    [36009004, 'Invalid parameter. tracking_number'],
  ])('%i is told in its own words', async (code, message) => {
    expect(await against(code, message)).toEqual({
      outcome: 'refused',
      refusal: { code: 'shipment_refused', parameters: { message }, answer: expect.objectContaining({ code: String(code) }) },
    });
  });

  test('is an outage, a throttle or a fault of the whole store where it is one', async () => {
    await expect(against(21001008, 'System process error, please try again later.')).rejects.toThrow(PlatformUnavailable);
    await expect(against(36009002, 'Too many requests')).rejects.toThrow(RateLimited);
    await expect(against(105005, 'Access denied')).rejects.toThrow(Refused);
  });
});

describe('carriers', () => {
  test('are those of the order’s delivery option, by the platform’s ids', async () => {
    const { session } = opened({ [detail]: [shows({})] });
    expect(await carriers(session, orderId)).toEqual([
      { code: '7117858858072016686', name: 'USPS' },
      { code: '71178588580720166', name: 'J&T Express' },
    ]);
  });

  test.each<[string, Raw]>([
    ['the platform chooses them', { shipping_type: 'TIKTOK' }],
    ['the platform ships', { fulfillment_type: 'FULFILLMENT_BY_TIKTOK' }],
    ['the option is not told', { delivery_option_id: '' }],
  ])('are none where %s', async (_, order) => {
    const { session } = opened({ [detail]: [shows(order)] });
    expect(await carriers(session, orderId)).toEqual([]);
  });

  test('are found by name as people write it', async () => {
    const { session, sentTo } = opened({ [detail]: [shows({})], [create]: [made] });
    await ship(session, write({ tracking: { number: '1', carrier: 'j&t  express', url: null } }));
    expect(sentTo(create.slice(5))[0]?.body).toMatchObject({ shipping_provider_id: '71178588580720166' });
  });
});
