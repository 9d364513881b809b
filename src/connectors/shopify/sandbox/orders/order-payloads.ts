/** Bodies of the webhooks about orders: the REST-shaped documents of the platform's webhook reference. */
import { canonicalAmount } from '#base/money.ts';
import { gid } from '#connectors/shopify/sandbox/ids.ts';
import { address } from '#connectors/shopify/sandbox/orders/buyer-address.ts';
import { type Bag, bagSum, noMoney } from '#connectors/shopify/sandbox/orders/money-bag.ts';
import {
  currentQuantity,
  currentTotal,
  type Fulfillment,
  financialStatus,
  fulfillmentStatus,
  lineTotal,
  type OrderEdit,
  type OrderLine,
  orderName,
  outstandingOf,
  type Payment,
  type Refund,
  refundItemMoney,
  type ShopOrder,
  totalOf,
  unfulfilledQuantity,
} from '#connectors/shopify/sandbox/orders/order.ts';
import { secondsText } from '#connectors/shopify/sandbox/shop-clock.ts';
import type { ShopIdentity, ShopState } from '#connectors/shopify/sandbox/shop-state.ts';

export interface PayloadShop {
  identity: ShopIdentity;
  state: ShopState;
}

const moment = (milliseconds: number | null): string | null => (milliseconds === null ? null : secondsText(milliseconds));

const amounts = (bag: Bag, order: ShopOrder, { identity }: PayloadShop) => ({
  shop_money: { amount: canonicalAmount(bag.shop, identity.currency), currency_code: identity.currency },
  presentment_money: { amount: canonicalAmount(bag.presentment, order.currency), currency_code: order.currency },
});

/** Fields that this shop has no use for, as the platform sends them when they are unused. */
const unset = Object.fromEntries(
  (
    'app_id browser_ip cart_token checkout_token client_details company current_total_additional_fees_set ' +
    'current_total_duties_set device_id landing_site landing_site_ref location_id merchant_of_record_app_id ' +
    'original_total_additional_fees_set original_total_duties_set payment_terms po_number reference referring_site ' +
    'source_identifier source_url user_id'
  )
    .split(' ')
    .map((name) => [name, null]),
);
const empty = Object.fromEntries(
  'discount_applications discount_codes line_item_groups note_attributes returns shipping_lines tax_lines'
    .split(' ')
    .map((name) => [name, []]),
);
const off = Object.fromEntries(
  'buyer_accepts_marketing duties_included estimated_taxes tax_exempt taxes_included test'
    .split(' ')
    .map((name) => [name, false]),
);

export function orderPayload(order: ShopOrder, shop: PayloadShop): Record<string, unknown> {
  const { identity } = shop;
  const { buyer } = order;
  const status = fulfillmentStatus(order);
  return {
    ...unset,
    ...empty,
    ...off,
    id: BigInt(order.id),
    admin_graphql_api_id: gid('Order', order.id),
    cancel_reason: order.cancelledAt === null ? null : 'customer',
    cancelled_at: moment(order.cancelledAt),
    closed_at: moment(order.closedAt),
    confirmation_number: `P${order.number}`,
    confirmed: true,
    contact_email: buyer.email,
    created_at: secondsText(order.createdAt),
    currency: identity.currency,
    customer_locale: 'en',
    email: buyer.email,
    financial_status: financialStatus(order).toLowerCase(),
    fulfillment_status: { UNFULFILLED: null, PARTIALLY_FULFILLED: 'partial', FULFILLED: 'fulfilled' }[status],
    merchant_business_entity_id: Buffer.from(identity.id).toString('base64url'),
    name: orderName(order),
    note: order.note,
    number: order.number - 1000,
    order_number: order.number,
    order_status_url: statusUrl(order, identity),
    payment_gateway_names: ['bogus'],
    phone: buyer.phone,
    presentment_currency: order.currency,
    processed_at: secondsText(order.createdAt),
    source_name: 'web',
    tags: order.tags.join(', '),
    token: order.id,
    total_weight: order.lines.reduce((sum, line) => sum + grams(line) * line.quantity, 0),
    updated_at: secondsText(order.updatedAt),
    ...orderMoney(order, shop),
    billing_address: addressPayload(order),
    shipping_address: addressPayload(order),
    customer: customerPayload(order, identity),
    fulfillments: order.fulfillments.map((one) => shipmentInOrder(one, shop)),
    line_items: order.lines.map((line) => linePayload(line, shop)),
    refunds: order.refunds.map((one) => refundPayload(one, shop)),
  };
}

export const statusUrl = (order: ShopOrder, identity: ShopIdentity): string =>
  `https://${identity.domain}/${identity.id}/orders/${order.id}`;

function orderMoney(order: ShopOrder, shop: PayloadShop): Record<string, unknown> {
  const { currency } = shop.identity;
  const total = totalOf(order);
  const current = currentTotal(order);
  const nothing = amounts(noMoney, order, shop);
  const text = (bag: Bag): string => canonicalAmount(bag.shop, currency);
  return {
    current_shipping_price_set: nothing,
    current_subtotal_price: text(current),
    current_subtotal_price_set: amounts(current, order, shop),
    current_total_discounts: text(noMoney),
    current_total_discounts_set: nothing,
    current_total_price: text(current),
    current_total_price_set: amounts(current, order, shop),
    current_total_tax: text(noMoney),
    current_total_tax_set: nothing,
    subtotal_price: text(total),
    subtotal_price_set: amounts(total, order, shop),
    total_cash_rounding_payment_adjustment_set: nothing,
    total_cash_rounding_refund_adjustment_set: nothing,
    total_discounts: text(noMoney),
    total_discounts_set: nothing,
    total_line_items_price: text(bagSum(order.lines.map(lineTotal))),
    total_line_items_price_set: amounts(bagSum(order.lines.map(lineTotal)), order, shop),
    total_outstanding: text(outstandingOf(order)),
    total_price: text(total),
    total_price_set: amounts(total, order, shop),
    total_shipping_price_set: nothing,
    total_tax: text(noMoney),
    total_tax_set: nothing,
    total_tip_received: text(noMoney),
  };
}

function addressPayload({ buyer }: ShopOrder): Record<string, unknown> {
  const { countryCodeV2, provinceCode, ...rest } = address;
  const named = { first_name: buyer.firstName, last_name: buyer.lastName, name: fullName(buyer), phone: buyer.phone };
  return {
    ...rest,
    ...named,
    company: null,
    latitude: null,
    longitude: null,
    country_code: countryCodeV2,
    province_code: provinceCode,
  };
}

const fullName = ({ firstName, lastName }: ShopOrder['buyer']): string => `${firstName} ${lastName}`.trim();

function customerPayload(order: ShopOrder, { currency }: ShopIdentity): Record<string, unknown> {
  const { buyer } = order;
  return {
    id: BigInt(buyer.id),
    admin_graphql_api_id: gid('Customer', buyer.id),
    created_at: secondsText(buyer.createdAt),
    updated_at: secondsText(buyer.createdAt),
    first_name: buyer.firstName,
    last_name: buyer.lastName,
    state: 'disabled',
    note: null,
    verified_email: true,
    multipass_identifier: null,
    tax_exempt: false,
    email: buyer.email,
    phone: buyer.phone,
    currency,
    tax_exemptions: [],
    default_address: {
      ...without(addressPayload(order), ['latitude', 'longitude']),
      id: BigInt(buyer.addressId),
      customer_id: BigInt(buyer.id),
      country_name: address.country,
      default: true,
    },
  };
}

const grams = ({ variant }: OrderLine): number => {
  const { value, unit } = variant.item.weight;
  return Math.round(value * ({ KILOGRAMS: 1000, OUNCES: 28.349523125, POUNDS: 453.59237 }[unit] ?? 1));
};

function linePayload(line: OrderLine, shop: PayloadShop, quantity = line.quantity): Record<string, unknown> {
  const { order, variant } = line;
  const exists = shop.state.variants.has(variant.id);
  const nothing = amounts(noMoney, order, shop);
  const shipped = line.fulfilled > 0;
  return {
    id: BigInt(line.id),
    admin_graphql_api_id: gid('LineItem', line.id),
    attributed_staffs: [],
    current_quantity: currentQuantity(line),
    fulfillable_quantity: unfulfilledQuantity(line),
    fulfillment_service: 'manual',
    fulfillment_status: shipped ? (unfulfilledQuantity(line) > 0 ? 'partial' : 'fulfilled') : null,
    gift_card: variant.product.giftCard,
    grams: grams(line),
    name: [line.title, line.variantTitle ?? ''].filter((part) => part !== '').join(' - '),
    price: canonicalAmount(line.unitPrice.shop, shop.identity.currency),
    price_set: amounts(line.unitPrice, order, shop),
    product_exists: exists,
    product_id: exists ? BigInt(variant.product.id) : null,
    properties: [],
    quantity,
    requires_shipping: variant.item.requiresShipping,
    sales_line_item_group_id: null,
    sku: line.sku,
    taxable: variant.taxable,
    title: line.title,
    total_discount: nothing.shop_money.amount,
    total_discount_set: nothing,
    variant_id: exists ? BigInt(variant.id) : null,
    variant_inventory_management: variant.item.tracked ? 'shopify' : null,
    variant_title: line.variantTitle,
    vendor: line.vendor,
    tax_lines: [],
    duties: [],
    discount_allocations: [],
  };
}

/** Who refunds in this shop. */
const staffId = 1n;

/** The published samples show less of a line where it stands below a fulfillment or a refund than in its order. */
const without = (payload: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(payload).filter(([name]) => !names.includes(name)));

const orderOnly = ['attributed_staffs', 'sales_line_item_group_id'];

/** As it stands in its order: without the buyer, who stands there already. */
function shipmentInOrder(fulfillment: Fulfillment, shop: PayloadShop): Record<string, unknown> {
  const payload = without(fulfillmentPayload(fulfillment, shop), ['email', 'destination']);
  const lines = fulfillment.items.map(({ part, quantity }) => without(linePayload(part.line, shop, quantity), orderOnly));
  return { ...payload, origin_address: {}, line_items: lines };
}

/** Without tracking the platform leaves its fields null, though its own schema of the sample calls them text. */
export function fulfillmentPayload(fulfillment: Fulfillment, shop: PayloadShop): Record<string, unknown> {
  const { order, tracking } = fulfillment;
  const numbers = tracking.flatMap(({ number }) => number ?? []);
  const urls = tracking.flatMap(({ url }) => url ?? []);
  return {
    id: BigInt(fulfillment.id),
    admin_graphql_api_id: gid('Fulfillment', fulfillment.id),
    order_id: BigInt(order.id),
    status: fulfillment.cancelled ? 'cancelled' : 'success',
    created_at: secondsText(fulfillment.createdAt),
    service: 'manual',
    updated_at: secondsText(fulfillment.updatedAt),
    tracking_company: tracking[0]?.company ?? null,
    shipment_status: null,
    location_id: BigInt(fulfillment.location.id),
    origin_address: null,
    email: order.buyer.email,
    destination: addressPayload(order),
    line_items: fulfillment.items.map(({ part, quantity }) => linePayload(part.line, shop, quantity)),
    tracking_number: numbers[0] ?? null,
    tracking_numbers: numbers,
    tracking_url: urls[0] ?? null,
    tracking_urls: urls,
    receipt: {},
    name: fulfillment.name,
  };
}

export function refundPayload(refund: Refund, shop: PayloadShop): Record<string, unknown> {
  const { order } = refund;
  const nothing = amounts(noMoney, order, shop);
  return {
    id: BigInt(refund.id),
    admin_graphql_api_id: gid('Refund', refund.id),
    order_id: BigInt(order.id),
    created_at: secondsText(refund.createdAt),
    processed_at: secondsText(refund.createdAt),
    note: '',
    user_id: staffId,
    duties: [],
    total_duties_set: nothing,
    return:
      refund.return === null ? null : { id: BigInt(refund.return.id), admin_graphql_api_id: gid('Return', refund.return.id) },
    restock: refund.items.some(({ restockType }) => restockType !== 'NO_RESTOCK'),
    order_adjustments: [],
    refund_shipping_lines: [],
    refund_line_items: refund.items.map((item) => ({
      id: BigInt(item.id),
      quantity: item.quantity,
      line_item_id: BigInt(item.line.id),
      location_id: item.location === null ? null : BigInt(item.location.id),
      restock_type: item.restockType.toLowerCase(),
      subtotal: refundItemMoney(item).shop.toNumber(),
      total_tax: 0,
      subtotal_set: amounts(refundItemMoney(item), order, shop),
      total_tax_set: nothing,
      line_item: without(linePayload(item.line, shop), [...orderOnly, 'current_quantity']),
    })),
    transactions: refund.payment === null ? [] : [transactionPayload(refund.payment, shop)],
  };
}

const transactionPayload = (payment: Payment, { identity }: PayloadShop): Record<string, unknown> => ({
  ...Object.fromEntries(
    'message authorization location_id user_id parent_id device_id error_code amount_rounding'
      .split(' ')
      .map((name) => [name, null]),
  ),
  id: BigInt(payment.id),
  admin_graphql_api_id: gid('OrderTransaction', payment.id),
  order_id: BigInt(payment.order.id),
  kind: payment.kind.toLowerCase(),
  gateway: 'bogus',
  status: 'success',
  created_at: secondsText(payment.createdAt),
  processed_at: secondsText(payment.createdAt),
  test: false,
  source_name: 'web',
  receipt: {},
  amount: canonicalAmount(payment.amount.shop, identity.currency),
  currency: identity.currency,
  payment_id: `${orderName(payment.order)}.1`,
  manual_payment_gateway: false,
});

export function editPayload({ id, order, line, delta, committedAt }: OrderEdit): Record<string, unknown> {
  const change = [{ id: BigInt(line.id), delta: Math.abs(delta) }];
  return {
    order_edit: {
      id: BigInt(id),
      app_id: null,
      created_at: secondsText(committedAt),
      committed_at: secondsText(committedAt),
      notify_customer: false,
      order_id: BigInt(order.id),
      staff_note: '',
      user_id: null,
      line_items: { additions: delta > 0 ? change : [], removals: delta < 0 ? change : [] },
      discounts: { line_item: { additions: [], removals: [] } },
      shipping_lines: { additions: [], removals: [] },
    },
  };
}
