/** What orders, their lines, buyers and refunds show, and how they are found. */
import { gid, idOf } from '#connectors/shopify/sandbox/ids.ts';
import { address } from '#connectors/shopify/sandbox/orders/buyer-address.ts';
import { type Bag, bagTimes, moneyBag, noMoney } from '#connectors/shopify/sandbox/orders/money-bag.ts';
import {
  currentQuantity,
  currentTotal,
  financialStatus,
  fulfillmentStatus,
  lineTotal,
  netPayment,
  type OrderLine,
  openUnits,
  orderName,
  outstandingOf,
  type Payment,
  type Refund,
  receivedOf,
  refundedOf,
  refundItemMoney,
  refundMoney,
  type ShopBuyer,
  type ShopOrder,
  totalOf,
  unfulfilledQuantity,
} from '#connectors/shopify/sandbox/orders/order.ts';
import { statusUrl } from '#connectors/shopify/sandbox/orders/order-payloads.ts';
import {
  demandApproval,
  orderKeys,
  orderPredicate,
  seesFulfillmentOrders,
  shown,
} from '#connectors/shopify/sandbox/orders/visible-orders.ts';
import { type PageArguments, pageOf } from '#connectors/shopify/sandbox/paging.ts';
import {
  type FieldResolver,
  type RequestContext,
  type Resolvers,
  requestError,
} from '#connectors/shopify/sandbox/request-context.ts';
import { countOf } from '#connectors/shopify/sandbox/resolve-queries.ts';
import type { SortKey } from '#connectors/shopify/sandbox/sorted-view.ts';

/** In the order in which they were made, as the platform gives them. */
const inPlace: SortKey<{ id: string }> = { name: 'ID', valueOf: () => 0 };

/** A page of a list that belongs to one object. */
export const pageOfOwn = <T extends { id: string }>(rows: readonly T[], args: PageArguments, { bulk }: RequestContext) =>
  pageOf(rows, inPlace, args, bulk);

const firstOf = <T>(rows: readonly T[], first: number | null | undefined): readonly T[] =>
  first == null ? rows : rows.slice(0, Math.max(0, first));

const money = (bag: Bag, order: ShopOrder, { shop }: RequestContext) => moneyBag(bag, shop.identity.currency, order.currency);

const orderMoney =
  (of: (order: ShopOrder) => Bag): FieldResolver =>
  (order: ShopOrder, _: unknown, context: RequestContext) =>
    money(of(order), order, context);
const lineMoney =
  (of: (line: OrderLine) => Bag): FieldResolver =>
  (line: OrderLine, _: unknown, context: RequestContext) =>
    money(of(line), line.order, context);
const nothing = orderMoney(() => noMoney);

/** A personal field of an order or a customer. */
const personal =
  <T>(field: string, of: (source: T) => unknown): FieldResolver =>
  (source: T, _: unknown, context: RequestContext) => {
    demandApproval(context, `use the ${field} field`);
    return of(source);
  };

const addressOf = ({ buyer }: ShopOrder): ShopBuyer => buyer;
const fullName = ({ firstName, lastName }: ShopBuyer): string => `${firstName} ${lastName}`.trim();
const unitsOf = (order: ShopOrder, of: (line: OrderLine) => number): number =>
  order.lines.reduce((sum, line) => sum + of(line), 0);

const orderAmounts = {
  currentCartDiscountAmountSet: nothing,
  currentShippingPriceSet: nothing,
  currentSubtotalPriceSet: orderMoney(currentTotal),
  currentTotalDiscountsSet: nothing,
  currentTotalDutiesSet: () => null,
  currentTotalPriceSet: orderMoney(currentTotal),
  currentTotalTaxSet: nothing,
  netPaymentSet: orderMoney(netPayment),
  originalTotalPriceSet: orderMoney((order) => order.original),
  subtotalPriceSet: orderMoney(totalOf),
  totalCapturableSet: nothing,
  totalDiscountsSet: nothing,
  totalOutstandingSet: orderMoney(outstandingOf),
  totalPriceSet: orderMoney(totalOf),
  totalReceivedSet: orderMoney(receivedOf),
  totalRefundedSet: orderMoney(refundedOf),
  totalRefundedShippingSet: nothing,
  totalShippingPriceSet: nothing,
  totalTaxSet: nothing,
  totalTipReceivedSet: nothing,
};

const order = {
  ...orderAmounts,
  billingAddress: personal('billingAddress', addressOf),
  billingAddressMatchesShippingAddress: () => true,
  canMarkAsPaid: (one: ShopOrder) => one.cancelledAt === null && outstandingOf(one).shop.gt(0),
  cancelReason: (one: ShopOrder) => (one.cancelledAt === null ? null : 'CUSTOMER'),
  cancellation: (one: ShopOrder) => (one.cancelledAt === null ? null : { staffNote: null }),
  closed: (one: ShopOrder) => one.closedAt !== null,
  confirmed: () => true,
  currencyCode: (_: unknown, __: unknown, { shop }: RequestContext) => shop.identity.currency,
  currentSubtotalLineItemsQuantity: (one: ShopOrder) => unitsOf(one, currentQuantity),
  currentTaxLines: () => [],
  customAttributes: () => [],
  customer: (one: ShopOrder, _: unknown, context: RequestContext) => {
    demandApproval(context, 'access the Customer object');
    return one.buyer;
  },
  customerLocale: () => 'en',
  discountCodes: () => [],
  displayAddress: personal('displayAddress', addressOf),
  displayFinancialStatus: financialStatus,
  displayFulfillmentStatus: fulfillmentStatus,
  email: personal('email', (one: ShopOrder) => one.buyer.email),
  estimatedTaxes: () => false,
  fulfillable: (one: ShopOrder) => openUnits(one) > 0,
  fulfillmentOrders: (one: ShopOrder, args: PageArguments, context: RequestContext) =>
    pageOfOwn(seesFulfillmentOrders(context) ? one.fulfillmentOrders : [], args, context),
  fulfillments: (one: ShopOrder, args: { first?: number | null }) => firstOf(one.fulfillments, args.first),
  fulfillmentsCount: (one: ShopOrder) => ({ count: one.fulfillments.length, precision: 'EXACT' }),
  fullyPaid: (one: ShopOrder) => !outstandingOf(one).shop.gt(0),
  id: (one: ShopOrder) => gid('Order', one.id),
  legacyResourceId: (one: ShopOrder) => one.id,
  lineItems: (one: ShopOrder, args: PageArguments, context: RequestContext) => pageOfOwn(one.lines, args, context),
  name: orderName,
  paymentGatewayNames: () => ['bogus'],
  phone: personal('phone', (one: ShopOrder) => one.buyer.phone),
  presentmentCurrencyCode: (one: ShopOrder) => one.currency,
  processedAt: (one: ShopOrder) => one.createdAt,
  refundable: (one: ShopOrder) => netPayment(one).shop.gt(0),
  refunds: (one: ShopOrder, args: { first?: number | null }) => firstOf(one.refunds, args.first),
  requiresShipping: (one: ShopOrder) => one.lines.some(({ variant }) => variant.item.requiresShipping),
  restockable: (one: ShopOrder) => unitsOf(one, currentQuantity) > 0,
  returnStatus: (one: ShopOrder) => (one.returns.length === 0 ? 'NO_RETURN' : 'RETURNED'),
  returns: (one: ShopOrder, args: PageArguments, context: RequestContext) => pageOfOwn(one.returns, args, context),
  shippingAddress: personal('shippingAddress', addressOf),
  shippingLines: (_: ShopOrder, args: PageArguments, context: RequestContext) => pageOfOwn([], args, context),
  sourceName: () => 'web',
  statusPageUrl: (one: ShopOrder, _: unknown, { shop }: RequestContext) => statusUrl(one, shop.identity),
  subtotalLineItemsQuantity: (one: ShopOrder) => unitsOf(one, (line) => line.quantity - line.removed),
  taxExempt: () => false,
  taxLines: () => [],
  taxesIncluded: () => false,
  test: () => false,
  transactions: (one: ShopOrder, args: { first?: number | null }) => firstOf(one.payments, args.first),
  unpaid: (one: ShopOrder) => receivedOf(one).shop.isZero(),
};

const here = <T>(line: OrderLine, { shop }: RequestContext, value: T): T | null =>
  shop.state.variants.has(line.variant.id) ? value : null;

const lineItem = {
  currentQuantity,
  customAttributes: () => [],
  discountAllocations: () => [],
  discountedTotalSet: lineMoney(lineTotal),
  discountedUnitPriceAfterAllDiscountsSet: lineMoney((line) => line.unitPrice),
  discountedUnitPriceSet: lineMoney((line) => line.unitPrice),
  fulfillableQuantity: unfulfilledQuantity,
  fulfillmentStatus: (line: OrderLine) =>
    line.fulfilled === 0 ? 'unfulfilled' : unfulfilledQuantity(line) > 0 ? 'partial' : 'fulfilled',
  id: (line: OrderLine) => gid('LineItem', line.id),
  isGiftCard: (line: OrderLine) => line.variant.product.giftCard,
  merchantEditable: (line: OrderLine) => unfulfilledQuantity(line) > 0,
  name: (line: OrderLine) => [line.title, line.variantTitle ?? ''].filter((part) => part !== '').join(' - '),
  nonFulfillableQuantity: (line: OrderLine) => line.quantity - unfulfilledQuantity(line) - line.fulfilled,
  originalTotalSet: lineMoney(lineTotal),
  originalUnitPriceSet: lineMoney((line) => line.unitPrice),
  product: (line: OrderLine, _: unknown, context: RequestContext) => here(line, context, line.variant.product),
  refundableQuantity: currentQuantity,
  requiresShipping: (line: OrderLine) => line.variant.item.requiresShipping,
  restockable: (line: OrderLine) => currentQuantity(line) > 0,
  sku: (line: OrderLine) => (line.sku === '' ? null : line.sku),
  taxLines: () => [],
  taxable: (line: OrderLine) => line.variant.taxable,
  totalDiscountSet: lineMoney(() => noMoney),
  unfulfilledDiscountedTotalSet: lineMoney((line) => bagTimes(line.unitPrice, unfulfilledQuantity(line))),
  unfulfilledOriginalTotalSet: lineMoney((line) => bagTimes(line.unitPrice, unfulfilledQuantity(line))),
  unfulfilledQuantity,
  variant: (line: OrderLine, _: unknown, context: RequestContext) => here(line, context, line.variant),
  vendor: (line: OrderLine) => (line.vendor === '' ? null : line.vendor),
};

const customer = {
  defaultAddress: (buyer: ShopBuyer) => buyer,
  defaultEmailAddress: (buyer: ShopBuyer) => ({ emailAddress: buyer.email }),
  defaultPhoneNumber: (buyer: ShopBuyer) => ({ phoneNumber: buyer.phone }),
  displayName: fullName,
  id: (buyer: ShopBuyer) => gid('Customer', buyer.id),
  legacyResourceId: (buyer: ShopBuyer) => buyer.id,
  locale: () => 'en',
  tags: () => [],
  updatedAt: (buyer: ShopBuyer) => buyer.createdAt,
  verifiedEmail: () => true,
};

const mailingAddress = {
  ...Object.fromEntries(Object.entries(address).map(([name, value]) => [name, () => value])),
  coordinatesValidated: () => false,
  countryCode: () => address.countryCodeV2,
  formatted: (buyer: ShopBuyer, args: { withName?: boolean | null }) => [
    ...(args.withName === true ? [fullName(buyer)] : []),
    address.address1,
    `${address.city} ${address.provinceCode} ${address.zip}`,
    address.country,
  ],
  formattedArea: () => `${address.city} ${address.provinceCode}, ${address.country}`,
  id: (buyer: ShopBuyer) => gid('MailingAddress', buyer.addressId),
  name: fullName,
};

type RefundItem = Refund['items'][number];

const refundItem = {
  id: (item: RefundItem) => gid('RefundLineItem', item.id),
  lineItem: (item: RefundItem) => item.line,
  priceSet: (item: RefundItem, _: unknown, context: RequestContext) => money(item.line.unitPrice, item.line.order, context),
  restocked: (item: RefundItem) => item.restockType !== 'NO_RESTOCK',
  subtotalSet: (item: RefundItem, _: unknown, context: RequestContext) => money(refundItemMoney(item), item.line.order, context),
  totalTaxSet: (item: RefundItem, _: unknown, context: RequestContext) => money(noMoney, item.line.order, context),
};

const refund = {
  id: (one: Refund) => gid('Refund', one.id),
  legacyResourceId: (one: Refund) => one.id,
  processedAt: (one: Refund) => one.createdAt,
  refundLineItems: (one: Refund, args: PageArguments, context: RequestContext) => pageOfOwn(one.items, args, context),
  totalRefundedSet: (one: Refund, _: unknown, context: RequestContext) => money(refundMoney(one), one.order, context),
  transactions: (one: Refund, args: PageArguments, context: RequestContext) =>
    pageOfOwn(one.payment === null ? [] : [one.payment], args, context),
  updatedAt: (one: Refund) => one.createdAt,
};

const transaction = {
  amountSet: (one: Payment, _: unknown, context: RequestContext) => money(one.amount, one.order, context),
  formattedGateway: () => 'Bogus',
  gateway: () => 'bogus',
  id: (one: Payment) => gid('OrderTransaction', one.id),
  manualPaymentGateway: () => false,
  processedAt: (one: Payment) => one.createdAt,
  status: () => 'SUCCESS',
  test: () => false,
};

type ListArguments = PageArguments & { query?: string | null; sortKey: string };

const orders = (_: unknown, args: ListArguments, context: RequestContext) => {
  const key = orderKeys[args.sortKey];
  if (key === undefined) throw requestError(`This practice shop does not sort orders by ${args.sortKey}`, 'BAD_REQUEST');
  const rows = context.shop.orders.view.rows(key).filter(orderPredicate(args.query, context));
  return pageOf(rows, key, args, context.bulk);
};

export const orderResolvers: Resolvers = {
  QueryRoot: {
    order: (_: unknown, args: { id: string }, context: RequestContext) =>
      shown(context.shop.orders.orders.get(idOf('Order', args.id) ?? ''), context),
    orders,
    ordersCount: (_: unknown, args: { limit: number | null; query?: string | null }, context: RequestContext) =>
      countOf([...context.shop.orders.orders.values()].filter(orderPredicate(args.query, context)).length, args.limit),
    refund: (_: unknown, args: { id: string }, context: RequestContext) =>
      shown(context.shop.orders.refunds.get(idOf('Refund', args.id) ?? ''), context),
  },
  Order: order,
  LineItem: lineItem,
  Customer: customer,
  MailingAddress: mailingAddress,
  Refund: refund,
  RefundLineItem: refundItem,
  OrderTransaction: transaction,
};
