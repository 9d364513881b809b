import { z } from 'zod';
import { type ApiCall, readBody, type ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import { orderStatuses, type ShopOrder, statusOf } from '#connectors/tiktok_shop/sandbox/orders/order.ts';
import { orderEntry } from '#connectors/tiktok_shop/sandbox/orders/order-view.ts';
import { answerPage, type Page, readPage } from '#connectors/tiktok_shop/sandbox/orders/paged-search.ts';
import { refuseParameter } from '#connectors/tiktok_shop/sandbox/refusal.ts';

const unixSeconds = z.int().min(0);

const searchBody = z.strictObject({
  order_status: z.enum(orderStatuses).optional(),
  shipping_type: z.enum(['TIKTOK', 'SELLER']).optional(),
  buyer_user_id: z.string().optional(),
  is_buyer_request_cancel: z.boolean().optional(),
  warehouse_ids: z.array(z.string()).max(100).optional(),
  create_time_ge: unixSeconds.optional(),
  create_time_lt: unixSeconds.optional(),
  update_time_ge: unixSeconds.optional(),
  update_time_lt: unixSeconds.optional(),
});
type SearchBody = z.infer<typeof searchBody>;

/**
 * Get Order List, the newest first unless asked otherwise. A page token says where the next page begins: an order that moves
 * in the list between two pages moves the others.
 */
export function searchOrders(call: ApiCall, floor: ShopFloor): object {
  const body = readBody(call, searchBody);
  const page = readPage(call.query, { least: 1, most: 100, sizeByDefault: null, orderByDefault: 'DESC' });
  const found = floor.orders.orders.filter((order) => matches(order, body, floor));
  return answerPage(found, page, momentsOf, 'orders', (order) => orderEntry(order, floor));
}

const momentsOf = (order: ShopOrder): Page['moments'] => ({
  create_time: order.createSeconds,
  update_time: order.updateSeconds,
});

function matches(order: ShopOrder, body: SearchBody, floor: ShopFloor): boolean {
  return (
    (body.order_status === undefined || body.order_status === statusOf(order)) &&
    (body.shipping_type === undefined || body.shipping_type === floor.orders.shippingType) &&
    (body.buyer_user_id === undefined || body.buyer_user_id === order.buyer.id) &&
    body.is_buyer_request_cancel !== true &&
    (body.warehouse_ids === undefined || body.warehouse_ids.includes(floor.view.warehouses[order.warehouse]?.id ?? '')) &&
    order.createSeconds >= (body.create_time_ge ?? 0) &&
    order.createSeconds < (body.create_time_lt ?? Number.POSITIVE_INFINITY) &&
    order.updateSeconds >= (body.update_time_ge ?? 0) &&
    order.updateSeconds < (body.update_time_lt ?? Number.POSITIVE_INFINITY)
  );
}

/** Get Order Detail: at most 50 ids, with commas between. Orders that the shop does not have are left out. */
export function getOrders(call: ApiCall, floor: ShopFloor): object {
  const ids = (call.query.get('ids') ?? '').split(',').filter((id) => id !== '');
  if (ids.length === 0 || ids.length > 50) refuseParameter('Invalid parameter. ids: from 1 to 50');
  const orders = [...new Set(ids)].flatMap((id) => floor.orders.order(id) ?? []);
  return { orders: orders.map((order) => orderEntry(order, floor)) };
}
