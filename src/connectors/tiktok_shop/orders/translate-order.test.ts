import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bundleLine,
  type Raw,
  rawCancellation,
  rawLine,
  rawOrder,
  rawReturn,
  readOrder,
  sentLine,
} from '#connectors/tiktok_shop/fixtures/order-samples.ts';
import { contractFile, contractMissing } from '#connectors/tiktok_shop/fixtures/published-contract.ts';
import { cancellationPage, isUnderstood, orderPage, returnPage } from '#connectors/tiktok_shop/orders/order-schema.ts';
import { noReversals, toOrder } from '#connectors/tiktok_shop/orders/translate-order.ts';

const translated = (more: Raw = {}, cancellations: readonly Raw[] = [], returns: readonly Raw[] = []) =>
  toOrder(readOrder(rawOrder(more)), {
    cancellations: cancellationPage.parse({ cancellations }).cancellations.filter(isUnderstood),
    returns: returnPage.parse({ return_orders: returns }).return_orders.filter(isUnderstood),
  });

const effects = (order: ReturnType<typeof toOrder>): string[] =>
  order.items.map(({ quantity, effect }) => `${quantity}: ${effect.reserved} ${effect.shipped} ${effect.restocked}`);

describe('the items of an order', () => {
  test('are its SKUs: every line is one unit, and ids stay text', () => {
    const order = translated({
      line_items: [rawLine('1'), rawLine('2'), rawLine('3', { sku_id: '1729592969712207014', sale_price: '10' })],
    });
    expect(order.items).toMatchObject([
      { id: '1729592969712207013', variantId: '1729592969712207013', productId: '1729582718312380123', quantity: 2 },
      { id: '1729592969712207014', quantity: 1, unitPrice: '12.5', discount: '2.5' },
    ]);
    expect(order.items[0]).toMatchObject({ sku: 'SHIRT-RED-S', title: 'Shirt', variantTitle: 'Red, S', discount: '0' });
  });

  test('may be no listing at all: a line without a SKU is an item by itself', () => {
    const gone = { sku_id: '', product_id: null, seller_sku: null };
    const order = translated({ line_items: [rawLine('1', gone), rawLine('2', gone)] });
    expect(order.items).toMatchObject([
      { id: 'line-1', variantId: null, productId: null, sku: '', quantity: 1 },
      { id: 'line-2', variantId: null, quantity: 1 },
    ]);
  });

  test('cost together what the buyer paid, a gift among them', () => {
    const order = translated({
      line_items: [rawLine('1'), rawLine('2', { sale_price: '11' }), rawLine('3', { original_price: '0', sale_price: '0' })],
    });
    expect(order.items[0]).toMatchObject({ quantity: 3, unitPrice: '12.5', discount: '14' });
  });

  test('say from which warehouse they go, and who ships them', () => {
    expect(translated().items[0]).toMatchObject({ locationId: '6955005333819123123', fulfilledBy: 'seller' });
    for (const fulfillment_type of ['FULFILLMENT_BY_TIKTOK', 'FULFILLMENT_BY_DILAYANI_TOKOPEDIA'])
      expect(translated({ fulfillment_type, warehouse_id: '' }).items[0]).toMatchObject({
        locationId: null,
        fulfilledBy: 'platform',
      });
  });

  test('want of the stock what their lines want: open, shipped, called off and sent back side by side', () => {
    const lines = [
      rawLine('1'),
      sentLine('2', 'P1', 'T1'),
      rawLine('3', { display_status: 'CANCELLED' }),
      sentLine('4', 'P1', 'T1', { display_status: 'COMPLETED' }),
    ];
    const more = { status: 'PARTIALLY_SHIPPING', line_items: lines };
    expect(effects(translated(more))).toEqual(['4: 1 2 0']);
    expect(effects(translated(more, [rawCancellation(['3'], { should_replenish_stock: false })]))).toEqual(['4: 1 3 0']);
    expect(effects(translated(more, [], [rawReturn(['4'])]))).toEqual(['4: 1 2 1']);
    // Neither a request that waits nor one that was withdrawn changes anything.
    const waiting = rawCancellation(['1'], { cancel_status: 'CANCELLATION_REQUEST_PENDING', should_replenish_stock: false });
    expect(effects(translated(more, [waiting], [rawReturn(['4'], { return_status: 'BUYER_SHIPPED_ITEM' })]))).toEqual([
      '4: 1 2 0',
    ]);
  });

  test('that come back without naming their line are as many as came back', () => {
    const line_items = ['1', '2', '3'].map((id) => sentLine(id, 'P1', 'T1', { display_status: 'COMPLETED' }));
    const sku = { sku_id: '1729592969712207013' };
    const more = { status: 'COMPLETED', line_items };
    expect(effects(translated(more, [], [rawReturn([], { return_line_items: [sku, sku] })]))).toEqual(['3: 0 3 2']);
    const twice = [rawReturn(['1']), rawReturn(['1'], { return_id: '9' })];
    expect(effects(translated(more, [], twice))).toEqual(['3: 0 3 1']);
    expect(effects(translated(more, [], [rawReturn(['of another order'])]))).toEqual(['3: 0 3 0']);
  });

  const statuses = ['UNPAID', 'AWAITING_SHIPMENT', 'AWAITING_COLLECTION', 'IN_TRANSIT', 'COMPLETED', 'CANCELLED', 'NEW'];
  const anyLine = fc.record({
    display_status: fc.constantFrom(...statuses),
    sku_id: fc.constantFrom('1', '2', ''),
    rts_time: fc.option(fc.integer({ min: 1, max: 9 })),
  });
  const entries = fc.array(
    fc.record({ order_line_item_id: fc.constantFrom('', '0', '1', '2'), sku_id: fc.constantFrom('1', '2') }),
    {
      maxLength: 4,
    },
  );

  test('never want more than was ordered, nor take back what did not leave', () => {
    fc.assert(
      fc.property(
        fc.array(anyLine, { maxLength: 6 }),
        fc.constantFrom(...statuses, 'PARTIALLY_SHIPPING', 'ON_HOLD'),
        entries,
        entries,
        fc.option(fc.boolean()),
        (lines, status, cancelled, returned, should_replenish_stock) => {
          const order = translated(
            { status, line_items: lines.map((line, at) => rawLine(String(at), line)), collection_time: 5 },
            [rawCancellation([], { cancel_line_items: cancelled, should_replenish_stock })],
            [rawReturn([], { return_line_items: returned })],
          );
          expect(order.items.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(lines.length);
          for (const { quantity, effect } of order.items) {
            for (const units of Object.values(effect)) expect(units).toBeGreaterThanOrEqual(0);
            expect(effect.reserved + effect.shipped).toBeLessThanOrEqual(quantity);
            expect(effect.restocked).toBeLessThanOrEqual(effect.shipped);
          }
        },
      ),
    );
  });
});

describe('a virtual bundle', () => {
  const units = (order: ReturnType<typeof toOrder>): string[] =>
    order.items.map(({ id, variantId, quantity, effect: { reserved, shipped, restocked } }) =>
      [id, variantId, `${quantity}: ${reserved} ${shipped} ${restocked}`].join(' '),
    );

  test('is an item for each of its goods, as many units as it has of them, beside the same good by itself', () => {
    const lines = [bundleLine('1', { 11: 2, 12: 1 }), bundleLine('2', { 11: 2, 12: 1 }), rawLine('3', { sku_id: '11' })];
    const order = translated({ line_items: lines });
    expect(units(order)).toEqual(['9000:11 11 4: 4 0 0', '9000:12 12 2: 2 0 0', '11 11 1: 1 0 0']);
    expect(order.items[0]).toMatchObject({ productId: 'P11', sku: 'S11', title: 'Tea set' });
  });

  test('is shipped, called off and sent back with all its goods, by the id of its line', () => {
    const lines = [
      bundleLine('1', { 11: 2, 12: 1 }),
      bundleLine('2', { 11: 2, 12: 1 }, { ...sentLine('2', 'P1', 'T1', { display_status: 'COMPLETED' }), sku_id: '9000' }),
      bundleLine('3', { 11: 2, 12: 1 }, { display_status: 'CANCELLED' }),
    ];
    const more = { status: 'PARTIALLY_SHIPPING', line_items: lines };
    expect(units(translated(more))).toEqual(['9000:11 11 6: 2 2 0', '9000:12 12 3: 1 1 0']);
    const order = translated(more, [rawCancellation(['3'], { should_replenish_stock: false })], [rawReturn(['2'])]);
    expect(units(order)).toEqual(['9000:11 11 6: 2 4 2', '9000:12 12 3: 1 2 1']);
    expect(order.shipments.map(({ items }) => items)).toEqual([
      [
        { itemId: '9000:11', quantity: 2 },
        { itemId: '9000:12', quantity: 1 },
      ],
    ]);
  });

  test('that names a good twice has it once, and a good without a number is there once', () => {
    const twice = bundleLine(
      '1',
      {},
      {
        combined_listing_skus: [{ sku_id: '11', sku_count: 1 }, { sku_id: '11', sku_count: 2 }, { sku_id: '12' }],
      },
    );
    expect(units(translated({ line_items: [twice] }))).toEqual(['9000:11 11 3: 3 0 0', '9000:12 12 1: 1 0 0']);
  });

  test('that does not name every one of its goods is its own SKU', () => {
    for (const combined_listing_skus of [
      null,
      [],
      [
        { sku_id: '11', sku_count: 1 },
        { sku_id: '', seller_sku: 'GONE' },
      ],
    ])
      expect(units(translated({ line_items: [bundleLine('1', {}, { combined_listing_skus })] }))).toEqual(['9000 9000 1: 1 0 0']);
  });

  test.each([
    ['USD', '10', '9.99', { 11: 2, 12: 1 }],
    ['VND', '100000', '99999', { 11: 1, 12: 1, 13: 5 }],
    ['USD', '0.01', '0.01', { 11: 3, 12: 4 }],
    ['IDR', '0', '0', { 11: 1, 12: 1 }],
  ])('costs in all what the buyer paid: %s %s, %s paid', (currency, original_price, sale_price, parts) => {
    const line = bundleLine('1', parts, { currency, original_price, sale_price });
    const { items } = translated({ payment: { currency }, line_items: [line, { ...line, id: '2' }] });
    const cost = items.reduce((sum, item) => sum + item.quantity * Number(item.unitPrice) - Number(item.discount), 0);
    expect(cost).toBeCloseTo(2 * Number(sale_price), 6);
    const digits = currency === 'VND' ? 0 : 2;
    for (const { unitPrice, discount } of items) {
      expect(unitPrice.split('.')[1]?.length ?? 0).toBeLessThanOrEqual(digits);
      expect(Number(discount)).toBeGreaterThanOrEqual(0);
    }
  });

  test('takes of each good what its lines hold, whatever has become of each', () => {
    const status = fc.constantFrom('UNPAID', 'AWAITING_SHIPMENT', 'AWAITING_COLLECTION', 'COMPLETED', 'CANCELLED');
    const goods = fc.dictionary(fc.constantFrom('11', '12', '13'), fc.integer({ min: 1, max: 4 }), { maxKeys: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(goods, status), { maxLength: 5 }), (bought) => {
        const line_items = bought.map(([parts, display_status], at) => bundleLine(String(at), parts, { display_status }));
        const { items } = translated({ status: 'PARTIALLY_SHIPPING', line_items });
        expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
        for (const good of ['11', '12', '13', '9000']) {
          const held = (of: string[]) =>
            bought.reduce((sum, [parts, its]) => {
              const own = good === '9000' && Object.keys(parts).length === 0 ? 1 : (parts[good] ?? 0);
              return sum + (of.includes(its) ? own : 0);
            }, 0);
          const its = items.filter(({ variantId }) => variantId === good).map(({ effect }) => effect);
          const sum = (of: 'reserved' | 'shipped') => its.reduce((total, effect) => total + effect[of], 0);
          expect([sum('reserved'), sum('shipped')]).toEqual([
            held(['UNPAID', 'AWAITING_SHIPMENT']),
            held(['AWAITING_COLLECTION', 'COMPLETED']),
          ]);
        }
      }),
    );
  });
});

describe('money', () => {
  test('is in the currency of the order, as it is written', () => {
    expect(translated()).toMatchObject({
      currency: 'USD',
      totals: { subtotal: '12.5', shipping: '3.99', tax: '1.08', discount: '0', total: '17.57', refunded: '0' },
    });
    const payment = { currency: 'VND', sub_total: '489000', seller_discount: '11000', platform_discount: '1000' };
    const lines = [rawLine('1', { currency: 'VND', original_price: '501000', sale_price: '489000' })];
    expect(translated({ payment: { ...payment, total_amount: '489000' }, line_items: lines })).toMatchObject({
      currency: 'VND',
      totals: { subtotal: '489000', discount: '12000', shipping: '0', tax: '0', total: '489000' },
      items: [{ unitPrice: '501000', discount: '12000' }],
    });
  });

  test('that is not told, or is no amount, is none', () => {
    const order = translated({
      payment: null,
      line_items: [rawLine('1', { currency: 'IDR', original_price: 'free', sale_price: null })],
    });
    expect([order.currency, order.totals.total, order.items[0]?.unitPrice]).toEqual(['IDR', '0', '0']);
  });

  test.each<[string, Raw, readonly Raw[], readonly Raw[]]>([
    ['pending', { status: 'UNPAID', paid_time: null }, [], []],
    ['authorized', { status: 'ON_HOLD', paid_time: '' }, [], []],
    ['paid', { status: 'ON_HOLD' }, [], []],
    ['paid', {}, [], []],
    ['pending', { is_cod: true, paid_time: null }, [], []],
    ['paid', { is_cod: true, status: 'DELIVERED' }, [], []],
    ['voided', { status: 'CANCELLED', paid_time: null }, [rawCancellation(['577086512123755123'])], []],
    ['refunded', { status: 'CANCELLED' }, [], []],
    ['partially_refunded', { status: 'COMPLETED' }, [], [rawReturn(['577086512123755123'])]],
    ['refunded', { status: 'COMPLETED' }, [], [rawReturn([], { refund_amount: { refund_total: '17.57' } })]],
    ['paid', { status: 'COMPLETED' }, [], [rawReturn([], { return_status: 'REFUND_OR_RETURN_REQUEST_REJECT' })]],
  ])('is %s (%j)', (expected, more, cancellations, returns) => {
    expect(translated(more, cancellations, returns).financialStatus).toBe(expected);
  });

  test('that was given back counts once it was', () => {
    const refund_amount = { currency: 'USD', refund_total: '12.5' };
    const one = rawCancellation(['1'], { refund_amount });
    const refunded = (cancellation: Raw) => translated({}, [cancellation], [rawReturn(['2'])]).totals.refunded;
    expect(refunded(one)).toBe('25');
    // "Success" says that the money is on its way.
    expect(refunded({ ...one, cancel_status: 'CANCELLATION_REQUEST_SUCCESS' })).toBe('12.5');
  });
});

describe('an order', () => {
  test('is as new as the newest thing that is said of it', () => {
    expect(translated().updatedAt).toBe('2023-11-14T22:15:00.000Z');
    expect(translated({}, [rawCancellation(['1'])], [rawReturn(['2'])]).updatedAt).toBe('2023-11-14T22:28:20.000Z');
  });

  test('shows who is to receive it where the platform does', () => {
    const recipient_address = {
      name: 'David Kong',
      phone_number: '(+1)213-***-1234',
      address_line1: '5800 Bristol Pkwy',
      address_line2: 'Suite 100',
      postal_code: '95110',
      region_code: 'US',
      district_info: [
        { address_level: 'L1', address_level_name: 'state', address_name: 'California' },
        { address_level: 'L2', address_level_name: 'county', address_name: 'Los Angeles County' },
        { address_level: 'L3', address_level_name: 'city', address_name: 'Culver City' },
      ],
    };
    expect(translated({ recipient_address })).toMatchObject({
      buyer: { name: 'David Kong', email: 'v2b2V5@chat.seller.tiktok.com', phone: '(+1)213-***-1234' },
      shippingAddress: {
        line1: '5800 Bristol Pkwy',
        line2: 'Suite 100',
        city: 'Culver City',
        region: 'California',
        postalCode: '95110',
        countryCode: 'US',
      },
    });
    // Not available under UNPAID and ON_HOLD; and where it cannot be read, the sale counts all the same.
    for (const hidden of [undefined, null, '[REDACTED]'])
      expect(translated({ recipient_address: hidden })).toMatchObject({
        shippingAddress: null,
        buyer: { name: 'user213123', phone: '' },
      });
  });

  test('tells what is special about it', () => {
    expect(translated().tags).toEqual([]);
    const special = { order_type: 'PRE_ORDER', is_cod: true, is_sample_order: true, is_buyer_request_cancel: true };
    expect(translated(special).tags).toEqual(['PRE_ORDER', 'COD', 'SAMPLE', 'BUYER_REQUESTS_CANCEL']);
    const cancelled = translated({ status: 'CANCELLED', cancel_time: 1700000200, cancel_reason: 'Pricing error' });
    expect(cancelled).toMatchObject({ cancelledAt: '2023-11-14T22:16:40.000Z', cancelReason: 'Pricing error' });
  });

  test('keeps the platform’s own object whole', () => {
    expect(translated({ seller_note: 'Fragile' }).raw).toMatchObject({ seller_note: 'Fragile', order_type: 'NORMAL' });
  });
});

describe('the shipments', () => {
  const other = { sku_id: '1729592969712207014' };

  test('are its parcels once shipping is arranged; before that a package is a plan', () => {
    const planned = rawLine('9', { package_id: 'P3', package_status: 'TO_FULFILL' });
    const { shipments } = translated({
      status: 'PARTIALLY_SHIPPING',
      line_items: [
        sentLine('1', 'P1', 'T1'),
        sentLine('2', 'P2', 'T2'),
        sentLine('3', 'P1', 'T1', other),
        sentLine('4', 'P1', 'T1'),
        planned,
      ],
    });
    expect(shipments).toEqual([
      {
        id: 'P1',
        createdAt: '2023-11-14T22:21:40.000Z',
        carrier: 'USPS',
        trackingNumber: 'T1',
        trackingUrl: null,
        cancelled: false,
        items: [
          { itemId: '1729592969712207013', quantity: 2 },
          { itemId: '1729592969712207014', quantity: 1 },
        ],
      },
      expect.objectContaining({ id: 'P2', trackingNumber: 'T2', items: [{ itemId: '1729592969712207013', quantity: 1 }] }),
    ]);
    expect(translated().shipments).toEqual([]);
  });

  test('that were called off say so', () => {
    const called = sentLine('1', 'P1', 'T1', { display_status: 'CANCELLED', package_status: 'CANCELLED' });
    expect(translated({ status: 'CANCELLED', line_items: [called] }).shipments).toMatchObject([{ id: 'P1', cancelled: true }]);
  });
});

const captures = contractFile('captures.json');
if (captures === null) console.warn(`Captured orders ${contractMissing}`);

test.skipIf(captures === null)('orders, cancellations and returns of a real shop are understood', () => {
  const data = (id: string): unknown => {
    const all = JSON.parse(captures ?? '').captures as { id: string; response_body: { data: unknown } }[];
    return all.find((one) => one.id === id)?.response_body.data;
  };
  const cancellations = cancellationPage.parse(data('search_cancellations')).cancellations.filter(isUnderstood);
  const returns = returnPage.parse(data('search_returns')).return_orders.filter(isUnderstood);
  expect([cancellations.length, returns.length]).toEqual([1, 1]);
  for (const id of ['order_search', 'order_detail']) {
    const [told] = orderPage.parse(data(id)).orders;
    if (told === undefined || !('order' in told)) throw new Error(`No order in ${id}`);
    expect(toOrder(told.order, { ...noReversals, cancellations })).toMatchObject({
      id: '577958834469439754',
      nativeStatus: 'CANCELLED',
      financialStatus: 'voided',
      currency: 'VND',
      totals: { total: '657000' },
      shippingAddress: null,
      items: [
        {
          variantId: '1729700293904534135',
          sku: 'DEMO02-450',
          unitPrice: '168000',
          quantity: 1,
          effect: { reserved: 0, shipped: 0, restocked: 0 },
        },
      ],
    });
  }
});
