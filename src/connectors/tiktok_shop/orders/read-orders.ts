import type { Session } from '#connectors/connector.ts';
import { Refused } from '#connectors/errors.ts';
import type { OrderRemarks, RemoteOrder } from '#connectors/order.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { type Order, orderPage, type ToldOrder } from '#connectors/tiktok_shop/orders/order-schema.ts';
import { readReversals } from '#connectors/tiktok_shop/orders/reversals.ts';
import { toOrder } from '#connectors/tiktok_shop/orders/translate-order.ts';
import { faultsOf } from '#connectors/tiktok_shop/refusals.ts';
import { tellUnreadable } from '#connectors/unreadable-order.ts';

/** At most 50 ids. Orders that the platform does not have are left out. */
export async function readOrders(
  session: Session,
  orderIds: readonly string[],
  remarks: OrderRemarks = {},
): Promise<RemoteOrder[]> {
  return await complete(session, await readDetails(session, [...new Set(orderIds)], remarks), remarks);
}

/** One id that is refused must not hide the others: halves find it in a few calls. */
export async function readDetails(session: Session, orderIds: readonly string[], remarks: OrderRemarks = {}): Promise<Order[]> {
  if (orderIds.length === 0) return [];
  try {
    const { data } = await call(session, {
      operation: operations.getOrders,
      query: { ids: orderIds.join(',') },
      answer: orderPage,
    });
    return readable(data.orders, remarks);
  } catch (thrown) {
    if (!(thrown instanceof Refused) || faultsOf(thrown).length === 0) throw thrown;
    if (orderIds.length === 1) {
      if (isUnknown(thrown)) return [];
      throw thrown;
    }
    const middle = Math.ceil(orderIds.length / 2);
    const first = await readDetails(session, orderIds.slice(0, middle), remarks);
    return [...first, ...(await readDetails(session, orderIds.slice(middle), remarks))];
  }
}

/** 21008111: "The order or package does not belong to the current seller." An id that is none at all has no code of its own. */
const isUnknown = ({ answer }: Refused): boolean =>
  answer.code === '21008111' || /not (exist|found)|invalid order/i.test(answer.message ?? '');

export function readable(told: readonly ToldOrder[], remarks: OrderRemarks): Order[] {
  return told.flatMap((one) => {
    if ('order' in one) return [one.order];
    tellUnreadable(one.unreadable, remarks);
    return [];
  });
}

/** Orders with what was called off or sent back of them. */
export async function complete(session: Session, orders: readonly Order[], remarks: OrderRemarks): Promise<RemoteOrder[]> {
  const reversals = await readReversals(session, orders);
  return orders.flatMap((order) => {
    const of = reversals.get(order.id) ?? null;
    if (of !== null) return [toOrder(order, of)];
    const why = 'a cancellation or a return of it is of another shape than documented';
    tellUnreadable({ id: order.id, updatedAt: String(order.update_time), why, raw: order.raw }, remarks);
    return [];
  });
}
