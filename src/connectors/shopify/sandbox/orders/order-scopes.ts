/** The access scopes of orders and fulfilments; see scopes.ts for their source and the test that holds them against it. */
type Scopes = Readonly<Record<string, readonly string[]>>;

const sellersOwn = [
  'read_assigned_fulfillment_orders',
  'read_merchant_managed_fulfillment_orders',
  'read_third_party_fulfillment_orders',
];
const fulfillmentOrders = [...sellersOwn, 'read_marketplace_fulfillment_orders'];
const orders = ['read_orders', 'read_marketplace_orders'];
const fulfillments = [...orders, ...fulfillmentOrders];
const returns = ['read_returns', 'read_marketplace_returns'];
const fulfilling = sellersOwn.map((scope) => scope.replace('read_', 'write_'));

export const orderScopesByType: Scopes = {
  Customer: ['read_customers'],
  CustomerEmailAddress: ['read_customers'],
  CustomerPhoneNumber: ['read_customers'],
  DeliveryMethod: ['read_orders', ...fulfillmentOrders],
  Fulfillment: fulfillments,
  FulfillmentHold: fulfillmentOrders,
  FulfillmentLineItem: orders,
  FulfillmentOrder: fulfillmentOrders,
  FulfillmentOrderAssignedLocation: fulfillmentOrders,
  FulfillmentOrderLineItem: sellersOwn,
  FulfillmentOrderSupportedAction: sellersOwn,
  FulfillmentTrackingInfo: fulfillments,
  LineItem: orders,
  Order: [...orders, 'read_quick_sale'],
  OrderCancellation: ['read_orders'],
  OrderTransaction: orders,
  Refund: orders,
  RefundLineItem: orders,
  Return: returns,
  ReturnLineItem: returns,
  ReverseFulfillmentOrder: returns,
  ReverseFulfillmentOrderDisposition: returns,
  ReverseFulfillmentOrderLineItem: returns,
};

export const orderScopesByField: Scopes = {
  'Mutation.fulfillmentCreate': fulfilling,
  'Mutation.fulfillmentTrackingInfoUpdate': fulfilling,
  'Mutation.orderUpdate': [
    'write_orders',
    'write_marketplace_orders',
    'write_quick_sale',
    'write_pos_staff_member_event_attribution_overrides',
  ],
  'QueryRoot.fulfillment': fulfillments,
  'QueryRoot.fulfillmentOrders': fulfillmentOrders,
  'QueryRoot.ordersCount': orders,
  'QueryRoot.refund': orders,
};
