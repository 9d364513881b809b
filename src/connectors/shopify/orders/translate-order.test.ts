import { describe, expect, test } from 'vitest';
import { fulfillmentNode, gidOf, lineId, lineNode, orderId, orderNode, pageOf } from '#connectors/shopify/fixtures/orders.ts';
import { publishedSchema } from '#connectors/shopify/fixtures/published-contract.ts';
import { scriptedShop } from '#connectors/shopify/fixtures/scripted-shop.ts';
import { nativeStatusOf, orderStatuses } from '#connectors/shopify/orders/native-status.ts';
import { readOrders } from '#connectors/shopify/orders/pull-orders.ts';

const translated = async (change: object = {}, baseUrl: string | null = null) => {
  const { session } = scriptedShop({ OrdersByIds: [{ data: { nodes: [orderNode(1, change)] } }] });
  // A practice store is at another address; the scripted one answers at Shopify's only.
  const http = {
    ...session.http,
    send: (request: Parameters<typeof session.http.send>[0]) =>
      session.http.send({ ...request, url: request.url.replace(baseUrl ?? 'none://', 'https://clay-and-co.myshopify.com') }),
  };
  const [order] = await readOrders({ ...session, http, baseUrl }, [orderId(1)]);
  if (order === undefined) throw new Error('There is no order');
  return order;
};

describe('an order in hub terms', () => {
  test('has number, times, money, buyer and address', async () => {
    expect(await translated({ note: 'Ring twice', phone: '+33 9' })).toMatchObject({
      id: orderId(1),
      number: '#1001',
      nativeStatus: 'UNFULFILLED',
      financialStatus: 'paid',
      createdAt: '2026-11-19T08:00:00Z',
      updatedAt: '2026-11-20T08:00:00Z',
      cancelledAt: null,
      currency: 'EUR',
      totals: { subtotal: '24.00', discount: '0.00', shipping: '4.90', tax: '4.82', total: '28.90', refunded: '0.00' },
      buyer: { name: 'Ana Ortiz', email: 'ana@example.com', phone: '+33 9' },
      shippingAddress: { name: 'Ana Ortiz', line1: '1 High Street', line2: '', region: '', countryCode: 'FR' },
      note: 'Ring twice',
      tags: ['vip'],
      url: 'https://clay-and-co.myshopify.com/admin/orders/1',
    });
  });

  test('of a practice store has no address at Shopify', async () => {
    expect((await translated({}, 'http://127.0.0.1:4000')).url).toBeNull();
  });

  test('that nobody ships has no address, and a buyer from the bill', async () => {
    expect(await translated({ shippingAddress: null })).toMatchObject({
      shippingAddress: null,
      buyer: { name: 'Ana Bill', phone: '' },
    });
  });

  test.each([
    ['JPY', '1200.0', '1200'],
    ['VND', '250000.0', '250000'],
    ['IDR', '99000.0', '99000.00'],
    ['KWD', '12.5', '12.500'],
    ['EUR', '0.125', '0.125'],
    ['EUR', 'a lot', '0.00'],
  ])('has amounts in the digits of %s: %s is %s', async (currencyCode, amount, wanted) => {
    const lineItems = pageOf([lineNode(1, { price: amount })]);
    const order = await translated({ currencyCode, lineItems, totalPriceSet: { shopMoney: { amount } } });
    expect([order.totals.total, order.items[0]?.unitPrice]).toEqual([wanted, wanted]);
  });

  test('has lines with what they cost in all, and those that are no listing without one', async () => {
    const lines = [
      lineNode(1, { quantity: 3, price: '10.00', discounts: ['1.50', '0.25'] }),
      lineNode(2, { variant: null }),
      lineNode(3, { giftCard: true }),
    ];
    const { items } = await translated({ lineItems: pageOf(lines) });
    expect(items[0]).toMatchObject({
      id: lineId(1),
      productId: gidOf('Product', 1),
      variantId: gidOf('ProductVariant', 1),
      sku: 'SKU-1',
      title: 'Bowl',
      variantTitle: 'Large',
      quantity: 3,
      unitPrice: '10.00',
      discount: '1.75',
      fulfilledBy: 'seller',
    });
    expect(items.slice(1).map(({ productId, variantId, effect }) => [productId, variantId, effect.reserved])).toEqual([
      [null, null, 1],
      [null, null, 1],
    ]);
  });

  test('has its shipments, cancelled ones too, which ship nothing', async () => {
    const order = await translated({
      displayFulfillmentStatus: 'PARTIALLY_FULFILLED',
      lineItems: pageOf([lineNode(1, { quantity: 3, unfulfilled: 2 })]),
      fulfillments: [fulfillmentNode(5, [[1, 1]])],
    });
    expect(order.shipments).toEqual([
      {
        id: gidOf('Fulfillment', 5),
        createdAt: '2026-11-20T09:00:00Z',
        carrier: 'UPS',
        trackingNumber: '1Z5',
        trackingUrl: 'https://track.example/1Z5',
        cancelled: false,
        items: [{ itemId: lineId(1), quantity: 1 }],
      },
    ]);
    const cancelled = await translated({
      fulfillments: [fulfillmentNode(5, [[1, 1]], { status: 'CANCELLED', trackingInfo: [] })],
    });
    expect(cancelled.shipments[0]).toMatchObject({ cancelled: true, carrier: '', trackingNumber: '', trackingUrl: null });
    expect(cancelled.items[0]?.effect).toEqual({ reserved: 1, shipped: 0, restocked: 0 });
  });

  test('that is cancelled says when and why, and wants nothing', async () => {
    const cancelledAt = '2026-11-20T07:00:00Z';
    const order = await translated({ cancelledAt, cancelReason: 'FRAUD', displayFinancialStatus: 'VOIDED' });
    expect(order).toMatchObject({ nativeStatus: 'CANCELLED', financialStatus: 'voided', cancelledAt, cancelReason: 'FRAUD' });
    expect(order.items[0]?.effect).toEqual({ reserved: 0, shipped: 0, restocked: 0 });
  });
});

describe('a status', () => {
  const status = (
    fulfilled: string,
    paid: string | null,
    more: { gateways?: string[]; shown?: string[]; cancelledAt?: string } = {},
  ) =>
    nativeStatusOf({
      cancelledAt: more.cancelledAt ?? null,
      displayFinancialStatus: paid,
      displayFulfillmentStatus: fulfilled,
      paymentGatewayNames: more.gateways ?? ['bogus'],
      shipments: (more.shown ?? []).map((displayStatus) => ({ displayStatus })),
    });

  test('is unpaid while the seller waits for money and has shipped nothing', () => {
    expect(status('UNFULFILLED', 'PENDING')).toBe('PAYMENT_PENDING');
    expect(status('ON_HOLD', 'EXPIRED')).toBe('PAYMENT_EXPIRED');
    expect(status('UNFULFILLED', 'VOIDED')).toBe('PAYMENT_VOIDED');
    expect(status('PARTIALLY_FULFILLED', 'PENDING')).toBe('PARTIALLY_FULFILLED');
    for (const paid of ['AUTHORIZED', 'PARTIALLY_PAID', 'PAID', 'REFUNDED', null])
      expect(status('UNFULFILLED', paid)).toBe('UNFULFILLED');
  });

  test('of cash on delivery is open: the money comes with the parcel', () => {
    for (const name of ['Cash on Delivery (COD)', 'cod', 'Thanh toán khi nhận hàng (COD)'])
      expect(status('UNFULFILLED', 'PENDING', { gateways: [name] })).toBe('UNFULFILLED');
    expect(status('UNFULFILLED', 'PENDING', { gateways: ['Codfish Bank'] })).toBe('PAYMENT_PENDING');
  });

  test('is delivered when everything was shipped and all parcels are there', () => {
    expect(status('FULFILLED', 'PAID', { shown: ['DELIVERED', 'PICKED_UP'] })).toBe('DELIVERED');
    expect(status('FULFILLED', 'PAID', { shown: ['DELIVERED', 'IN_TRANSIT'] })).toBe('FULFILLED');
    expect(status('PARTIALLY_FULFILLED', 'PAID', { shown: ['DELIVERED'] })).toBe('PARTIALLY_FULFILLED');
    expect(status('FULFILLED', 'PAID')).toBe('FULFILLED');
  });

  test('of a cancelled order is that, whatever else', () => {
    expect(status('FULFILLED', 'PENDING', { cancelledAt: '2026-11-20T07:00:00Z' })).toBe('CANCELLED');
  });

  const schema = publishedSchema('2026-10');
  if (schema === null) console.info('Shopify order statuses against the schema: not run, the published contract is absent');

  test.skipIf(schema === null)('is known for every fulfillment status of the published schema', () => {
    const words = (schema?.getType('OrderDisplayFulfillmentStatus')?.toConfig() as { values: object } | undefined)?.values ?? {};
    expect(Object.keys(words).length).toBeGreaterThan(8);
    expect(Object.keys(words).filter((word) => !Object.hasOwn(orderStatuses, word))).toEqual([]);
  });
});
