/** What returns show: which units, and what became of them. */
import { gid } from '#connectors/shopify/sandbox/ids.ts';
import { pageOfOwn } from '#connectors/shopify/sandbox/orders/resolve-orders.ts';
import type { ReturnItem, ReverseLine, ReverseOrder, ShopReturn } from '#connectors/shopify/sandbox/orders/returns.ts';
import type { PageArguments } from '#connectors/shopify/sandbox/paging.ts';
import type { RequestContext, Resolvers } from '#connectors/shopify/sandbox/request-context.ts';

const none = () => 0;
const all = (item: ReturnItem) => item.quantity;

export const returnResolvers: Resolvers = {
  Return: {
    closedAt: (one: ShopReturn) => one.createdAt,
    id: (one: ShopReturn) => gid('Return', one.id),
    refunds: (one: ShopReturn, args: PageArguments, context: RequestContext) => pageOfOwn(one.refunds, args, context),
    returnLineItems: (one: ShopReturn, args: PageArguments, context: RequestContext) => pageOfOwn(one.items, args, context),
    reverseFulfillmentOrders: (one: ShopReturn, args: PageArguments, context: RequestContext) =>
      pageOfOwn(one.reverseOrders, args, context),
    status: () => 'CLOSED',
    totalQuantity: (one: ShopReturn) => one.items.reduce((sum, { quantity }) => sum + quantity, 0),
  },
  ReturnLineItem: {
    fulfillmentLineItem: (item: ReturnItem) => item.shipped,
    id: (item: ReturnItem) => gid('ReturnLineItem', item.id),
    processableQuantity: none,
    processedQuantity: all,
    refundableQuantity: (item: ReturnItem) => item.quantity - item.refunded,
    refundedQuantity: (item: ReturnItem) => item.refunded,
    unprocessedQuantity: none,
  },
  ReverseFulfillmentOrder: {
    id: (one: ReverseOrder) => gid('ReverseFulfillmentOrder', one.id),
    lineItems: (one: ReverseOrder, args: PageArguments, context: RequestContext) => pageOfOwn(one.lines, args, context),
    status: () => 'CLOSED',
  },
  ReverseFulfillmentOrderLineItem: {
    dispositions: (line: ReverseLine) => [line.disposition],
    fulfillmentLineItem: (line: ReverseLine) => line.shipped,
    id: (line: ReverseLine) => gid('ReverseFulfillmentOrderLineItem', line.id),
    totalQuantity: (line: ReverseLine) => line.quantity,
  },
  ReverseFulfillmentOrderDisposition: {
    id: ({ id }: ReverseLine['disposition']) => gid('ReverseFulfillmentOrderDisposition', id),
  },
};
