/** Orders, shipments, refunds and fulfillment orders: only the fields that are read. */
import { z } from 'zod';
import type { UnreadableOrder } from '#connectors/order.ts';
import { pageOf, userErrors } from '#connectors/shopify/schema.ts';
import { unreadableOrder } from '#connectors/unreadable-order.ts';

const money = z.object({ shopMoney: z.object({ amount: z.string() }) });
const thing = z.object({ id: z.string() });
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** The feed goes on from the newest one: a moment that is none would leave it nowhere. */
const moment = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no moment');

const line = z.object({
  id: z.string(),
  sku: text,
  title: text,
  variantTitle: text,
  quantity: z.int(),
  currentQuantity: z.int(),
  unfulfilledQuantity: z.int(),
  isGiftCard: z.boolean(),
  variant: thing.nullish(),
  product: thing.nullish(),
  originalUnitPriceSet: money,
  discountAllocations: z.array(z.object({ allocatedAmountSet: money })),
});
export type Line = z.infer<typeof line>;

/** What is shipped or refunded of a line. */
const partLine = z.object({ lineItem: thing, quantity: z.int().nullish() });

const fulfillment = z.object({
  id: z.string(),
  createdAt: z.string(),
  status: z.string(),
  displayStatus: text,
  trackingInfo: z.array(z.object({ company: text, number: text, url: z.string().nullish() })),
  fulfillmentLineItems: pageOf(partLine),
});
export type Fulfillment = z.infer<typeof fulfillment>;

export const restockType = z.enum(['NO_RESTOCK', 'CANCEL', 'RETURN', 'LEGACY_RESTOCK']);
export type RestockType = z.infer<typeof restockType>;

const refundLine = partLine.extend({ restockType });
const refund = z.object({ id: z.string(), refundLineItems: pageOf(refundLine) });
export type Refund = z.infer<typeof refund>;

/** The fulfillment line is null where the platform does not know which one came back. */
const reverseLine = z.object({
  id: z.string(),
  totalQuantity: z.int(),
  fulfillmentLineItem: z.object({ lineItem: thing }).nullish(),
  dispositions: z.array(z.object({ type: z.string(), quantity: z.int() })),
});
export type ReverseLine = z.infer<typeof reverseLine>;
const reverseOrder = z.object({ id: z.string(), status: z.string(), lineItems: pageOf(reverseLine) });
export type ReverseOrder = z.infer<typeof reverseOrder>;
const returned = z.object({
  id: z.string(),
  status: z.string(),
  refunds: pageOf(thing),
  reverseFulfillmentOrders: pageOf(reverseOrder),
});
export type ReturnNode = z.infer<typeof returned>;

const address = z.object({
  name: text,
  company: text,
  address1: text,
  address2: text,
  city: text,
  provinceCode: text,
  zip: text,
  countryCodeV2: text,
  phone: text,
});

const location = z.object({ location: thing.nullish() });

const order = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: moment,
  updatedAt: moment,
  cancelledAt: moment.nullish(),
  cancelReason: z.string().nullish(),
  displayFinancialStatus: z.string().nullish(),
  displayFulfillmentStatus: z.string(),
  returnStatus: z.string(),
  currencyCode: z.string(),
  paymentGatewayNames: z.array(z.string()),
  note: text,
  tags: z.array(z.string()),
  email: text,
  phone: text,
  billingAddress: address.pick({ name: true, phone: true }).nullish(),
  shippingAddress: address.nullish(),
  subtotalPriceSet: money.nullish(),
  totalDiscountsSet: money.nullish(),
  totalShippingPriceSet: money.nullish(),
  totalTaxSet: money.nullish(),
  totalPriceSet: money,
  totalRefundedSet: money,
  lineItems: pageOf(line),
  fulfillments: z.array(fulfillment),
  refunds: z.array(refund),
  fulfillmentOrders: pageOf(z.object({ id: z.string(), status: z.string(), assignedLocation: location })),
});
/** As a first look shows it, with the first of its lines, shipments and refunds. */
export type OrderNode = z.infer<typeof order>;

/** Told apart one by one: an order of a strange shape hides none of those beside it. */
export type ToldOrder = { node: OrderNode } | { unreadable: UnreadableOrder };
const toldOrder = z.unknown().transform((raw): ToldOrder => {
  const parsed = order.safeParse(raw);
  return parsed.success ? { node: parsed.data } : { unreadable: unreadableOrder(raw, 'updatedAt', parsed.error) };
});

const assignedLine = z.object({ id: z.string(), lineItem: thing, remainingQuantity: z.int(), totalQuantity: z.int() });
const fulfillmentOrder = z.object({
  id: z.string(),
  status: z.string(),
  supportedActions: z.array(z.object({ action: z.string() })),
  assignedLocation: location,
  lineItems: pageOf(assignedLine),
});
export type FulfillmentOrderNode = z.infer<typeof fulfillmentOrder>;
export type AssignedLine = z.infer<typeof assignedLine>;

// An id of something else than what was asked for comes back as that thing, of which only the id was asked for.
const other = z.strictObject({ id: z.string() });

export const orderAnswers = {
  ordersPage: z.object({ orders: pageOf(toldOrder) }),
  ordersByIds: z.object({ nodes: z.array(z.union([other, toldOrder]).nullable()) }),
  moreOrderLines: z.object({ order: z.object({ lineItems: pageOf(line) }).nullable() }),
  orderParts: z.object({ order: z.object({ fulfillments: z.array(thing), refunds: z.array(thing) }).nullable() }),
  partsByIds: z.object({ nodes: z.array(z.union([fulfillment, refund, other]).nullable()) }),
  moreFulfillmentLines: z.object({ node: z.object({ fulfillmentLineItems: pageOf(partLine) }).nullable() }),
  moreRefundLines: z.object({ node: z.object({ refundLineItems: pageOf(refundLine) }).nullable() }),
  orderReturns: z.object({ order: z.object({ returns: pageOf(returned) }).nullable() }),
  moreReturnRefunds: z.object({ node: z.object({ refunds: pageOf(thing) }).nullable() }),
  moreReverseOrders: z.object({ node: z.object({ reverseFulfillmentOrders: pageOf(reverseOrder) }).nullable() }),
  moreReverseLines: z.object({ node: z.object({ lineItems: pageOf(reverseLine) }).nullable() }),
  fulfillmentOrders: z.object({ order: z.object({ fulfillmentOrders: pageOf(fulfillmentOrder) }).nullable() }),
  moreAssignedLines: z.object({ fulfillmentOrder: z.object({ lineItems: pageOf(assignedLine) }).nullable() }),
  ship: z.object({
    fulfillmentCreate: z
      .object({ fulfillment: z.object({ id: z.string(), status: z.string() }).nullable(), userErrors })
      .nullable(),
  }),
};
