/** Pure: an order of the platform, with its cancellations and returns -> hub terms. */
import { exact } from '#base/money.ts';
import { amountIn } from '#connectors/figures.ts';
import type { OrderAddress, RemoteOrder, RemoteShipment } from '#connectors/order.ts';
import { broughtBack, isCompleted, isRefunded, type Reversal, stageOf } from '#connectors/tiktok_shop/orders/line-effect.ts';
import { unitsIn } from '#connectors/tiktok_shop/orders/line-goods.ts';
import { toItems } from '#connectors/tiktok_shop/orders/order-items.ts';
import type { Address, Cancellation, Line, Order, Return } from '#connectors/tiktok_shop/orders/order-schema.ts';
import { isoOfSeconds } from '#connectors/tiktok_shop/translate.ts';

export interface Reversals {
  cancellations: readonly Cancellation[];
  returns: readonly Return[];
}

export const noReversals: Reversals = { cancellations: [], returns: [] };

export function toOrder(order: Order, reversals: Reversals): RemoteOrder {
  const refunded = refundedOf(reversals);
  const payment = order.payment;
  // The order's own time moves with its status; what is called off, sent back or packed has a time of its own.
  const times = [
    ...[...reversals.cancellations, ...reversals.returns].map((one) => one.update_time),
    ...order.line_items.map((line) => line.rts_time ?? 0),
  ];
  return {
    id: order.id,
    number: order.id,
    nativeStatus: order.status,
    financialStatus: financialStatusOf(order, refunded),
    createdAt: isoOfSeconds(order.create_time ?? order.update_time),
    updatedAt: isoOfSeconds(Math.max(order.update_time, ...times)),
    cancelledAt: order.cancel_time ? isoOfSeconds(order.cancel_time) : null,
    cancelReason: order.cancel_reason || null,
    currency: payment?.currency || (order.line_items[0]?.currency ?? ''),
    totals: {
      subtotal: amountOf(payment?.sub_total),
      discount: plus(amountOf(payment?.seller_discount), amountOf(payment?.platform_discount)),
      shipping: amountOf(payment?.shipping_fee),
      tax: amountOf(payment?.tax),
      total: amountOf(payment?.total_amount),
      refunded,
    },
    buyer: {
      name: order.recipient_address?.name || order.buyer_nickname,
      email: order.buyer_email,
      phone: order.recipient_address?.phone_number ?? '',
    },
    shippingAddress: order.recipient_address ? toAddress(order.recipient_address) : null,
    note: order.buyer_message,
    tags: tagsOf(order),
    url: null,
    items: toItems(order, reversalsByLine(order, reversals)),
    shipments: toShipments(order),
    raw: order.raw,
  };
}

function financialStatusOf(order: Order, refunded: string): RemoteOrder['financialStatus'] {
  const cancelled = order.status === 'CANCELLED' || order.status === 'CANCEL';
  const delivered = order.status === 'DELIVERED' || order.status === 'COMPLETED';
  // Cash on delivery is paid at the door; a pre-order is charged shortly before its release.
  const waiting = order.status === 'UNPAID' || (order.status === 'ON_HOLD' && !order.paid_time);
  const paid = order.is_cod ? delivered : !waiting;
  if (cancelled) return order.paid_time || new exact(refunded).gt(0) ? 'refunded' : 'voided';
  if (!paid) return order.status === 'ON_HOLD' ? 'authorized' : 'pending';
  if (!new exact(refunded).gt(0)) return 'paid';
  return new exact(refunded).gte(amountOf(order.payment?.total_amount)) ? 'refunded' : 'partially_refunded';
}

function tagsOf(order: Order): string[] {
  const tags = [
    order.order_type === 'NORMAL' ? '' : order.order_type,
    order.is_cod ? 'COD' : '',
    order.is_sample_order ? 'SAMPLE' : '',
    order.is_replacement_order ? 'REPLACEMENT' : '',
    order.is_exchange_order ? 'EXCHANGE' : '',
    order.is_buyer_request_cancel ? 'BUYER_REQUESTS_CANCEL' : '',
  ];
  return tags.filter((tag) => tag !== '');
}

// ---- reversals -------------------------------------------------------------------------------------------------------

const untouched: Reversal = { cancelled: null, cameBack: false };

/** What cancellations and returns say of each line. An entry that names no line means one of its SKU that nothing is said of yet. */
function reversalsByLine(order: Order, { cancellations, returns }: Reversals): Map<string, Reversal> {
  const said = new Map(order.line_items.map((line): [string, Reversal] => [line.id, untouched]));
  const lineOf = (entry: { order_line_item_id: string; sku_id: string }, isFree: (line: Line) => boolean): string | undefined =>
    entry.order_line_item_id ||
    order.line_items.find((line) => line.sku_id === entry.sku_id && entry.sku_id !== '' && isFree(line))?.id;
  for (const cancellation of cancellations.filter(isCompleted)) {
    for (const entry of cancellation.cancel_line_items) {
      const lineId = lineOf(entry, (line) => stageOf(line, order) === 'cancelled' && said.get(line.id)?.cancelled === null);
      const before = said.get(lineId ?? '');
      if (lineId !== undefined && before !== undefined) said.set(lineId, { ...before, cancelled: cancellation });
    }
  }
  for (const entry of returns.filter(broughtBack).flatMap((one) => one.return_line_items)) {
    const lineId = lineOf(entry, (line) => stageOf(line, order) === 'sent' && said.get(line.id)?.cameBack === false);
    const before = said.get(lineId ?? '');
    if (lineId !== undefined && before !== undefined) said.set(lineId, { ...before, cameBack: true });
  }
  return said;
}

// ---- shipments ---------------------------------------------------------------------------------------------------

/** Parcels whose shipping is arranged; before that a package is a plan. A line that names none is in the order's one parcel. */
function toShipments(order: Order): RemoteShipment[] {
  const arranged = order.line_items.filter((line) => stageOf(line, order) === 'sent' || line.rts_time);
  return [...Map.groupBy(arranged, (line) => line.package_id || order.id)].map(([id, lines]) => {
    const named = lines.find((line) => line.shipping_provider_name !== '');
    const tracked = lines.find((line) => line.tracking_number !== '');
    const items = [...unitsIn(lines)].map(([itemId, quantity]) => ({ itemId, quantity }));
    const at = lines.find((line) => line.rts_time)?.rts_time;
    return {
      id,
      createdAt: isoOfSeconds(at ?? order.rts_time ?? order.collection_time ?? order.create_time ?? order.update_time),
      carrier: named?.shipping_provider_name ?? order.shipping_provider,
      trackingNumber: tracked?.tracking_number ?? '',
      trackingUrl: null,
      cancelled: lines.every((line) => stageOf(line, order) === 'cancelled'),
      items,
    };
  });
}

// ---- money and places --------------------------------------------------------------------------------------------

/** '0' for an amount that is absent, or none. */
const amountOf = (text: string | undefined): string => (text === undefined ? '0' : (amountIn(text) ?? '0'));

const plus = (one: string, other: string): string => new exact(one).plus(other).toFixed();

function refundedOf({ cancellations, returns }: Reversals): string {
  const completed = [
    ...cancellations.filter(({ cancel_status: status }) => status === 'CANCELLATION_REQUEST_COMPLETE'),
    ...returns.filter(isRefunded),
  ];
  return completed.reduce((sum, one) => plus(sum, amountOf(one.refund_amount?.refund_total)), '0');
}

function toAddress(address: Address): OrderAddress {
  const district = (level: string, names: RegExp) =>
    (
      address.district_info.find((one) => names.test(one.address_level_name)) ??
      address.district_info.find((one) => one.address_level === level)
    )?.address_name ?? '';
  const lines = [address.address_line1 || address.address_detail, address.address_line2].filter((one) => one !== '');
  const rest = [...lines.slice(1), address.address_line3, address.address_line4].filter((one) => one !== '');
  return {
    name: address.name,
    company: '',
    line1: lines[0] ?? address.full_address,
    line2: rest.join(', '),
    city: address.post_town || district('L2', /city|district|municipality/i),
    region: district('L1', /state|province|region/i),
    postalCode: address.postal_code,
    countryCode: /^[A-Z]{2}$/.test(address.region_code) ? address.region_code : '',
    phone: address.phone_number,
  };
}
