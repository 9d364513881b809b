/** Which orders an app is shown, and by what they are found. */

import {
  currentTotal,
  type Fulfillment,
  type FulfillmentOrder,
  financialStatus,
  fulfillmentStatus,
  orderName,
  type Refund,
  type ShopOrder,
} from '#connectors/shopify/sandbox/orders/order.ts';
import type { ReverseOrder, ShopReturn } from '#connectors/shopify/sandbox/orders/returns.ts';
import type { RequestContext } from '#connectors/shopify/sandbox/request-context.ts';
import { requestError } from '#connectors/shopify/sandbox/request-context.ts';
import { type Predicate, parseSearch, type SearchFields } from '#connectors/shopify/sandbox/search.ts';
import type { SortKey } from '#connectors/shopify/sandbox/sorted-view.ts';

/** Without `read_all_orders` an app sees the orders of the last 60 days [https://shopify.dev/docs/api/usage/access-scopes]. */
const windowMilliseconds = 60 * 86_400_000;

export function isShown(order: ShopOrder, { scopes, shop }: RequestContext): boolean {
  return scopes.has('read_all_orders') || order.createdAt >= shop.clock.now() - windowMilliseconds;
}

/** Null when there is none, or none that the app is shown. */
export function shown<T extends ShopOrder | Fulfillment | FulfillmentOrder | Refund | ShopReturn | ReverseOrder>(
  found: T | undefined,
  context: RequestContext,
): T | null {
  if (found === undefined) return null;
  return isShown('order' in found ? found.order : found, context) ? found : null;
}

/**
 * Fulfilment orders of the seller's own locations need their own scope; the other two scopes show what this shop has
 * none of.
 */
export const seesFulfillmentOrders = ({ scopes }: RequestContext): boolean =>
  scopes.has('read_merchant_managed_fulfillment_orders');

/** Personal fields need the platform's approval of the app [https://shopify.dev/docs/apps/launch/protected-customer-data]. */
export function demandApproval({ shop }: RequestContext, what: string): void {
  if (shop.personalFields) return;
  throw requestError(
    `This app is not approved to ${what}. See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.`,
    'ACCESS_DENIED',
  );
}

function statusesOf(order: ShopOrder): string[] {
  if (order.cancelledAt !== null) return ['cancelled', ...(order.closedAt === null ? ['not_closed'] : ['closed'])];
  return order.closedAt === null ? ['open', 'not_closed'] : ['closed'];
}

const fulfillmentWords = {
  UNFULFILLED: ['unfulfilled', 'unshipped'],
  PARTIALLY_FULFILLED: ['partial', 'unfulfilled'],
  FULFILLED: ['fulfilled', 'shipped'],
};

const orderSearch: SearchFields<ShopOrder> = {
  words: (order) => [orderName(order), order.buyer.firstName, order.buyer.lastName, order.buyer.email, ...order.tags].join(' '),
  fields: {
    id: { kind: 'id', of: (order) => order.id },
    // "#1001" and "1001" both find the order.
    name: { kind: 'text', of: (order) => [orderName(order), String(order.number)] },
    created_at: { kind: 'time', of: (order) => order.createdAt },
    processed_at: { kind: 'time', of: (order) => order.createdAt },
    updated_at: { kind: 'time', of: (order) => order.updatedAt },
    status: { kind: 'text', of: statusesOf },
    financial_status: { kind: 'text', of: (order) => financialStatus(order) },
    fulfillment_status: { kind: 'text', of: (order) => fulfillmentWords[fulfillmentStatus(order)] },
    email: { kind: 'text', of: (order) => order.buyer.email },
    customer_id: { kind: 'id', of: (order) => order.buyer.id },
    sku: { kind: 'text', of: (order) => order.lines.map(({ sku }) => sku) },
    tag: { kind: 'text', of: (order) => order.tags },
    test: { kind: 'boolean', of: () => false },
  },
};

export function orderPredicate(query: string | null | undefined, context: RequestContext): Predicate<ShopOrder> {
  const wanted = parseSearch(query, orderSearch, context.shop.clock.now());
  return (order) => isShown(order, context) && (wanted === null || wanted(order));
}

/** The others of the platform's sort keys are refused. */
export const orderKeys: Readonly<Record<string, SortKey<ShopOrder>>> = {
  CREATED_AT: { name: 'CREATED_AT', valueOf: (order) => order.createdAt },
  PROCESSED_AT: { name: 'PROCESSED_AT', valueOf: (order) => order.createdAt },
  UPDATED_AT: { name: 'UPDATED_AT', valueOf: (order) => order.updatedAt },
  ORDER_NUMBER: { name: 'ORDER_NUMBER', valueOf: (order) => order.number },
  ID: { name: 'ID', valueOf: () => 0 },
  CUSTOMER_NAME: { name: 'CUSTOMER_NAME', valueOf: ({ buyer }) => `${buyer.lastName} ${buyer.firstName}` },
  TOTAL_PRICE: { name: 'TOTAL_PRICE', valueOf: (order) => order.original.shop.toNumber() },
  CURRENT_TOTAL_PRICE: { name: 'CURRENT_TOTAL_PRICE', valueOf: (order) => currentTotal(order).shop.toNumber() },
};
