import { z } from 'zod';
import { shownAmount } from '#connectors/tiktok_shop/sandbox/amounts.ts';
import { type ApiCall, readBody, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import type { Cancellation, OrderLine, ShopReturn } from '#connectors/tiktok_shop/sandbox/orders/order.ts';
import { reasonText, skuName, sumOf } from '#connectors/tiktok_shop/sandbox/orders/order-view.ts';
import { answerPage, readPage } from '#connectors/tiktok_shop/sandbox/orders/paged-search.ts';

const unixSeconds = z.int().min(0);
const window = {
  create_time_ge: unixSeconds.optional(),
  create_time_lt: unixSeconds.optional(),
  update_time_ge: unixSeconds.optional(),
  update_time_lt: unixSeconds.optional(),
};
const texts = z.array(z.string()).optional();
const cancellationsBody = z.strictObject({
  ...window,
  order_ids: texts,
  cancel_ids: texts,
  buyer_user_ids: texts,
  cancel_status: texts,
  cancel_types: texts,
  locale: z.string().optional(),
});
const returnsBody = z.strictObject({
  ...window,
  order_ids: texts,
  return_ids: texts,
  buyer_user_ids: texts,
  return_status: texts,
  return_types: texts,
  arbitration_status: texts,
  seller_proposed_return_type: texts,
  locale: z.string().optional(),
});

interface Made {
  id: string;
  order: { id: string; buyer: { id: string } };
  seconds: number;
}

/** Search Cancellations: all of this shop are completed. */
export function searchCancellations(call: ApiCall, floor: ShopFloor): object {
  const body = readBody(call, cancellationsBody);
  const page = readPage(call.query, { least: 1, most: 50, sizeByDefault: 10, orderByDefault: 'ASC' });
  const found = floor.orders.cancellations.filter(
    (one) =>
      isAsked(one, body, body.cancel_ids) &&
      allows(body.cancel_status, 'CANCELLATION_REQUEST_COMPLETE') &&
      allows(body.cancel_types, typeOf(one)),
  );
  return answerPage(found, page, momentsOf, 'cancellations', (one) => cancellationEntry(one, floor.catalog.currency));
}

/** Search Returns: all of this shop are completed. */
export function searchReturns(call: ApiCall, floor: ShopFloor): object {
  const body = readBody(call, returnsBody);
  const page = readPage(call.query, { least: 10, most: 50, sizeByDefault: 10, orderByDefault: 'ASC' });
  const found = floor.orders.returns.filter(
    (one) =>
      isAsked(one, body, body.return_ids) &&
      allows(body.return_status, 'RETURN_OR_REFUND_REQUEST_COMPLETE') &&
      allows(body.return_types, one.type) &&
      body.arbitration_status === undefined &&
      body.seller_proposed_return_type === undefined,
  );
  return answerPage(found, page, momentsOf, 'return_orders', (one) => returnEntry(one, floor.catalog.currency));
}

const momentsOf = ({ seconds }: Made) => ({ create_time: seconds, update_time: seconds });

function isAsked(
  one: Made,
  body: z.infer<typeof cancellationsBody> | z.infer<typeof returnsBody>,
  ids: readonly string[] | undefined,
): boolean {
  const from = Math.max(body.create_time_ge ?? 0, body.update_time_ge ?? 0);
  const before = Math.min(body.create_time_lt ?? Number.POSITIVE_INFINITY, body.update_time_lt ?? Number.POSITIVE_INFINITY);
  return (
    allows(body.order_ids, one.order.id) &&
    allows(ids, one.id) &&
    allows(body.buyer_user_ids, one.order.buyer.id) &&
    one.seconds >= from &&
    one.seconds < before
  );
}

const allows = (values: readonly string[] | undefined, value: string): boolean => values === undefined || values.includes(value);

const typeOf = ({ role }: Cancellation): string => (role === 'BUYER' ? 'BUYER_CANCEL' : 'CANCEL');

/** `should_replenish_stock` is in no OpenAPI document; a shop of the platform was seen to answer it. */
function cancellationEntry(one: Cancellation, currency: string): object {
  return {
    cancel_id: one.id,
    cancel_line_items: one.lines.map((line, at) => ({
      cancel_line_item_id: one.lineIds[at] ?? '',
      order_line_item_id: line.id,
      product_name: line.sku.product.title,
      ...(one.paid ? { refund_amount: refundOf([line], currency) } : {}),
      seller_sku: line.sku.sellerSku,
      sku_id: line.sku.id,
      sku_name: skuName(line),
    })),
    cancel_reason: 'ecom_order_to_ship_canceled_reason_no_need',
    cancel_reason_text: reasonText,
    cancel_status: 'CANCELLATION_REQUEST_COMPLETE',
    cancel_type: typeOf(one),
    create_time: one.seconds,
    order_id: one.order.id,
    ...(one.paid ? { refund_amount: refundOf(one.lines, currency) } : {}),
    role: one.role,
    should_replenish_stock: one.replenish,
    update_time: one.seconds,
  };
}

function returnEntry(one: ShopReturn, currency: string): object {
  return {
    can_buyer_keep_item: one.type === 'REFUND',
    create_time: one.seconds,
    order_id: one.order.id,
    refund_amount: refundOf(one.lines, currency),
    return_id: one.id,
    return_line_items: one.lines.map((line, at) => ({
      order_line_item_id: line.id,
      product_name: line.sku.product.title,
      refund_amount: refundOf([line], currency),
      return_line_item_id: one.lineIds[at] ?? '',
      seller_sku: line.sku.sellerSku,
      sku_id: line.sku.id,
      sku_name: skuName(line),
    })),
    return_reason: 'ecom_order_delivered_refund_and_return_reason_damaged',
    return_reason_text: 'Package or product is damaged',
    return_status: 'RETURN_OR_REFUND_REQUEST_COMPLETE',
    return_type: one.type,
    role: 'BUYER',
    update_time: one.seconds,
  };
}

function refundOf(lines: readonly OrderLine[], currency: string): object {
  const total = shownAmount(sumOf(lines));
  return { currency, refund_shipping_fee: '0', refund_subtotal: total, refund_tax: '0', refund_total: total };
}
