/** An order as the API shows it. */
import { z } from 'zod';
import { amountText } from '#http/shapes.ts';
import type { ListedOrder } from '#orders/list-orders.ts';
import { orderStatuses } from '#orders/orders.ts';
import type { ShownOrder } from '#orders/read-order.ts';
import type { Hub } from '#stores/hub.ts';

export const orderStatus = z.enum(orderStatuses);
export const financialStatus = z.enum([
  'pending',
  'authorized',
  'partially_paid',
  'paid',
  'partially_refunded',
  'refunded',
  'voided',
]);

export const orderShape = z
  .object({
    id: z.uuid(),
    storeId: z.uuid(),
    storeName: z.string(),
    platform: z.string(),
    badge: z.string(),
    number: z.string(),
    status: orderStatus,
    nativeStatus: z.string(),
    financialStatus,
    placedAt: z.date(),
    updatedAt: z.date(),
    currency: z.string(),
    total: z.string(),
    itemCount: z.number().int(),
    unitCount: z.number().int(),
    unlinkedCount: z.number().int().describe('Items that take nothing off the stock until their listing is linked'),
    oversold: z.boolean(),
    shipmentRefused: z.boolean().describe('The platform refused the shipment that was reported last'),
    tags: z.array(z.string()),
    note: z.string(),
    buyerName: z.string().nullable().describe('Null for a viewer, and where it is not known'),
    url: z.string().nullable(),
    firstItems: z.array(z.object({ title: z.string(), variantTitle: z.string(), quantity: z.number().int() })),
  })
  .meta({ id: 'Order' });

const figures = { reserved: z.number().int(), shipped: z.number().int(), restocked: z.number().int() };

const item = z.object({
  id: z.uuid(),
  title: z.string(),
  variantTitle: z.string(),
  sku: z.string(),
  quantity: z.number().int(),
  unitPrice: z.string(),
  discount: z.string(),
  fulfilledBy: z.enum(['seller', 'platform']),
  wanted: z.object(figures).describe('What the newest snapshot wants of the stock'),
  toShip: z.number().int().describe('Units that can still be reported as shipped'),
  parked: z.enum(['unlinked', 'not_tracked', 'not_counted', 'owner_counts', 'platform_fulfils']).nullable(),
  parkedSentence: z.string().nullable(),
  oversoldUnits: z.number().int(),
  unitsInFirstCount: z
    .number()
    .int()
    .describe('Units that the first count of the variant contains, for the order is older: they are not taken off again'),
  vanished: z.boolean().describe('The order no longer has it'),
  listingId: z.uuid().nullable(),
  variantId: z.uuid().nullable(),
  productId: z.uuid().nullable(),
  imageUrl: z.string().nullable(),
  bookings: z.array(z.object({ locationId: z.uuid(), locationName: z.string(), ...figures })),
});

export const shipmentShape = z
  .object({
    id: z.uuid(),
    platformShipmentId: z.string().nullable(),
    carrier: z.string(),
    trackingNumber: z.string(),
    trackingUrl: z.string().nullable(),
    state: z
      .enum(['unsent', 'sent', 'unknown', 'done', 'refused', 'cancelled'])
      .describe('unknown: sent, and no answer came; the order is read before it is tried again'),
    refusalSentence: z.string().nullable(),
    items: z.array(z.object({ itemId: z.uuid().nullable(), title: z.string(), quantity: z.number().int() })),
    createdAt: z.date(),
    ours: z.boolean().describe('Reported here, not on the platform'),
  })
  .meta({ id: 'Shipment' });

export const carrier = z.object({ code: z.string(), name: z.string() });

const address = z.object({
  name: z.string(),
  company: z.string(),
  line1: z.string(),
  line2: z.string(),
  city: z.string(),
  region: z.string(),
  postalCode: z.string(),
  countryCode: z.string(),
  phone: z.string(),
});

const totals = z.object({
  subtotal: z.string(),
  discount: z.string(),
  shipping: z.string(),
  tax: z.string(),
  total: z.string(),
  refunded: z.string(),
});

export const orderDetail = orderShape
  .extend({
    cancelledAt: z.date().nullable(),
    cancelReason: z.string().nullable(),
    totals,
    buyer: z.object({ name: z.string(), email: z.string(), phone: z.string() }).nullable(),
    shippingAddress: address.nullable(),
    buyerNote: z.string(),
    platformTags: z.array(z.string()),
    reservationExpiredAt: z.date().nullable().describe('Nobody paid in time: what it reserved was given back'),
    items: z.array(item),
    shipments: z.array(shipmentShape),
    canShip: z.object({ possible: z.boolean(), why: z.string().nullable() }),
    carriers: z.array(carrier).nullable().describe('Null: any text will do. Else ask for the list at /carriers'),
  })
  .meta({ id: 'OrderDetail' });

export type OrderAnswer = z.output<typeof orderShape>;

export const showOrder = (hub: Hub, order: ListedOrder): OrderAnswer => ({
  ...order,
  badge: hub.connectors[order.platform]?.manifest.badge ?? '?',
  total: amountIn(order.currency)(order.total),
});

export function showDetail(hub: Hub, order: ShownOrder): z.output<typeof orderDetail> {
  const amount = amountIn(order.currency);
  const { subtotal, discount, shipping, tax, total, refunded } = order.totals;
  return {
    ...order,
    ...showOrder(hub, order),
    totals: {
      subtotal: amount(subtotal),
      discount: amount(discount),
      shipping: amount(shipping),
      tax: amount(tax),
      total: amount(total),
      refunded: amount(refunded),
    },
    items: order.items.map((one) => ({ ...one, unitPrice: amount(one.unitPrice), discount: amount(one.discount) })),
  };
}

const amountIn =
  (currency: string) =>
  (amount: string): string =>
    amountText(amount, currency) ?? amount;
