/** What fulfilment orders and fulfilments show, and how they are found. */
import { gid, idOf } from '#connectors/shopify/sandbox/ids.ts';
import { address } from '#connectors/shopify/sandbox/orders/buyer-address.ts';
import {
  cancelFulfillment,
  createFulfillment,
  updateOrder,
  updateTracking,
} from '#connectors/shopify/sandbox/orders/fulfillment-mutations.ts';
import { bagTimes, moneyBag } from '#connectors/shopify/sandbox/orders/money-bag.ts';
import {
  type Fulfillment,
  type FulfillmentOrder,
  type FulfillmentOrderLine,
  fulfillmentOrderStatus,
  orderName,
} from '#connectors/shopify/sandbox/orders/order.ts';
import { pageOfOwn } from '#connectors/shopify/sandbox/orders/resolve-orders.ts';
import { isShown, seesFulfillmentOrders, shown } from '#connectors/shopify/sandbox/orders/visible-orders.ts';
import { type PageArguments, pageOf } from '#connectors/shopify/sandbox/paging.ts';
import { type RequestContext, type Resolvers, requestError } from '#connectors/shopify/sandbox/request-context.ts';
import type { Location } from '#connectors/shopify/sandbox/shop-state.ts';

type Item = Fulfillment['items'][number];

const itemMoney = ({ part, quantity }: Item, _: unknown, { shop }: RequestContext) =>
  moneyBag(bagTimes(part.line.unitPrice, quantity), shop.identity.currency, part.line.order.currency);

const fulfillment = {
  deliveredAt: () => null,
  displayStatus: (one: Fulfillment) => (one.cancelled ? 'CANCELED' : 'FULFILLED'),
  fulfillmentLineItems: (one: Fulfillment, args: PageArguments, context: RequestContext) => pageOfOwn(one.items, args, context),
  fulfillmentOrders: (one: Fulfillment, args: PageArguments, context: RequestContext) => {
    const sources = seesFulfillmentOrders(context) ? new Set(one.items.map(({ part }) => part.source)) : [];
    return pageOfOwn([...sources], args, context);
  },
  id: (one: Fulfillment) => gid('Fulfillment', one.id),
  legacyResourceId: (one: Fulfillment) => one.id,
  requiresShipping: (one: Fulfillment) => one.items.some(({ part }) => part.line.variant.item.requiresShipping),
  service: (one: Fulfillment) => ({
    handle: 'manual',
    id: gid('FulfillmentService', one.location.id),
    inventoryManagement: false,
    location: one.location,
    serviceName: 'Manual',
    trackingSupport: false,
    type: 'MANUAL',
  }),
  status: (one: Fulfillment) => (one.cancelled ? 'CANCELLED' : 'SUCCESS'),
  totalQuantity: (one: Fulfillment) => one.items.reduce((sum, { quantity }) => sum + quantity, 0),
  trackingInfo: (one: Fulfillment, args: { first?: number | null }) => one.tracking.slice(0, args.first ?? undefined),
};

/** What may be done with it; this shop does those that create a fulfilment, and shows the others as the platform does. */
const actionsOf = (one: FulfillmentOrder): string[] => {
  const status = fulfillmentOrderStatus(one);
  if (status === 'OPEN') return ['CREATE_FULFILLMENT', 'REPORT_PROGRESS', 'MOVE', 'HOLD', 'SPLIT'];
  return status === 'IN_PROGRESS' ? ['CREATE_FULFILLMENT', 'REPORT_PROGRESS', 'HOLD'] : [];
};

const fulfillmentOrder = {
  assignedLocation: (one: FulfillmentOrder) => one.location,
  deliveryMethod: (one: FulfillmentOrder) => ({ id: gid('DeliveryMethod', one.id), methodType: 'SHIPPING' }),
  fulfillAt: (one: FulfillmentOrder) => one.createdAt,
  fulfillmentHolds: () => [],
  fulfillments: (one: FulfillmentOrder, args: PageArguments, context: RequestContext) =>
    pageOfOwn(
      one.order.fulfillments.filter(({ items }) => items.some(({ part }) => part.source.id === one.id)),
      args,
      context,
    ),
  id: (one: FulfillmentOrder) => gid('FulfillmentOrder', one.id),
  lineItems: (one: FulfillmentOrder, args: PageArguments, context: RequestContext) => pageOfOwn(one.lines, args, context),
  orderId: (one: FulfillmentOrder) => gid('Order', one.order.id),
  orderName: (one: FulfillmentOrder) => orderName(one.order),
  orderProcessedAt: (one: FulfillmentOrder) => one.order.createdAt,
  requestStatus: () => 'UNSUBMITTED',
  status: fulfillmentOrderStatus,
  supportedActions: (one: FulfillmentOrder) => actionsOf(one).map((action) => ({ action, externalUrl: null })),
};

const fulfillmentOrderLine = {
  id: (part: FulfillmentOrderLine) => gid('FulfillmentOrderLineItem', part.id),
  inventoryItemId: (part: FulfillmentOrderLine) => gid('InventoryItem', part.line.variant.item.id),
  lineItem: (part: FulfillmentOrderLine) => part.line,
  productTitle: (part: FulfillmentOrderLine) => part.line.title,
  remainingQuantity: (part: FulfillmentOrderLine) => part.remaining,
  requiresShipping: (part: FulfillmentOrderLine) => part.line.variant.item.requiresShipping,
  sku: (part: FulfillmentOrderLine) => (part.line.sku === '' ? null : part.line.sku),
  totalQuantity: (part: FulfillmentOrderLine) => part.remaining + part.fulfilled,
  variant: (part: FulfillmentOrderLine, _: unknown, { shop }: RequestContext) =>
    shop.state.variants.get(part.line.variant.id) ?? null,
  variantTitle: (part: FulfillmentOrderLine) => part.line.variantTitle,
  vendor: (part: FulfillmentOrderLine) => part.line.vendor,
};

type ListArguments = PageArguments & { includeClosed: boolean; query?: string | null; sortKey: string };

const fulfillmentOrders = (_: unknown, args: ListArguments, context: RequestContext) => {
  if (args.query != null && args.query !== '')
    throw requestError('This practice shop does not filter fulfillment orders', 'BAD_REQUEST');
  const byUpdate = args.sortKey === 'UPDATED_AT';
  const rank = (one: FulfillmentOrder): number => (byUpdate ? one.updatedAt : 0);
  const rows = [...context.shop.orders.fulfillmentOrders.values()].filter(
    (one) =>
      seesFulfillmentOrders(context) &&
      isShown(one.order, context) &&
      (args.includeClosed || !['CLOSED', 'CANCELLED'].includes(fulfillmentOrderStatus(one))),
  );
  // Ids ascend, and the sort is stable.
  return pageOf(
    rows.sort((a, b) => rank(a) - rank(b)),
    { name: args.sortKey, valueOf: rank },
    args,
    context.bulk,
  );
};

export const fulfillmentResolvers: Resolvers = {
  QueryRoot: {
    fulfillment: (_: unknown, args: { id: string }, context: RequestContext) =>
      shown(context.shop.orders.fulfillments.get(idOf('Fulfillment', args.id) ?? ''), context),
    fulfillmentOrder: (_: unknown, args: { id: string }, context: RequestContext) =>
      seesFulfillmentOrders(context)
        ? shown(context.shop.orders.fulfillmentOrders.get(idOf('FulfillmentOrder', args.id) ?? ''), context)
        : null,
    fulfillmentOrders,
  },
  Mutation: {
    fulfillmentCancel: cancelFulfillment,
    fulfillmentCreate: createFulfillment,
    fulfillmentTrackingInfoUpdate: updateTracking,
    orderUpdate: updateOrder,
  },
  Fulfillment: fulfillment,
  FulfillmentLineItem: {
    discountedTotalSet: itemMoney,
    id: (item: Item) => gid('FulfillmentLineItem', item.id),
    lineItem: (item: Item) => item.part.line,
    originalTotalSet: itemMoney,
  },
  FulfillmentOrder: fulfillmentOrder,
  FulfillmentOrderAssignedLocation: {
    countryCode: () => address.countryCodeV2,
    location: (location: Location) => location,
  },
  FulfillmentOrderLineItem: fulfillmentOrderLine,
};
