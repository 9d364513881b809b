import { orderName, type ShopOrder } from '#connectors/shopify/sandbox/orders/order.ts';
import type { OrderBook } from '#connectors/shopify/sandbox/orders/order-book.ts';
import type { ShopState } from '#connectors/shopify/sandbox/shop-state.ts';

/**
 * Staff delete an order for good, with all that belongs to it; no stock moves. "You can only delete specific order types.
 * Other orders you can cancel" (orderDelete in the Admin schema): which ones stands in the platform's help only, and there it
 * is those that are cancelled or archived (and test orders, of which this shop has none). Throws for any other.
 */
export function deleteOrder(state: ShopState, book: OrderBook, order: ShopOrder): void {
  if (order.cancelledAt === null && order.closedAt === null)
    throw new Error(`The order ${orderName(order)} is neither cancelled nor archived, and cannot be deleted`);
  book.orders.delete(order.id);
  for (const { id } of order.fulfillments) book.fulfillments.delete(id);
  for (const { id } of order.fulfillmentOrders) book.fulfillmentOrders.delete(id);
  for (const { id } of order.refunds) book.refunds.delete(id);
  for (const { id, reverseOrders } of order.returns) {
    book.returns.delete(id);
    for (const reverse of reverseOrders) book.reverseOrders.delete(reverse.id);
  }
  book.view.membershipChanged();
  state.announce({ topic: 'ORDERS_DELETE', orderId: order.id });
}
