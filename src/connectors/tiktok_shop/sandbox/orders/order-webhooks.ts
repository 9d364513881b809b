/** What webhooks 1, 4, 11 and 12 say. Source: the samples of these webhooks. */
import {
  type Cancellation,
  type Parcel,
  type ShopOrder,
  type ShopReturn,
  statusOf,
} from '#connectors/tiktok_shop/sandbox/orders/order.ts';
import type { WebhookMessage } from '#connectors/tiktok_shop/sandbox/webhook-message.ts';

/** The webhook spells CANCEL what the API spells CANCELLED. */
export function statusMessage(order: ShopOrder): WebhookMessage {
  const status = statusOf(order);
  return message(1, 'ORDER_STATUS_CHANGE', {
    order_id: order.id,
    order_status: status === 'CANCELLED' ? 'CANCEL' : status,
    is_on_hold_order: order.wasHeld,
    update_time: order.updateSeconds,
  });
}

/** The sample shows a combined parcel only; DEFAULT is what the package's own detail calls one that is neither combined nor split. */
export function packageMessage(order: ShopOrder, parcel: Parcel): WebhookMessage {
  return message(4, 'PACKAGE_UPDATE', {
    sc_type: 'DEFAULT',
    role_type: 'ROLE_USER',
    package_list: [{ package_id: parcel.id, order_id_list: [order.id] }],
    update_time: parcel.updateSeconds,
  });
}

export function cancellationMessage(cancellation: Cancellation): WebhookMessage {
  return message(11, 'CANCELLATION_STATUS_CHANGE', {
    order_id: cancellation.order.id,
    cancellations_role: cancellation.role,
    cancel_status: 'CANCELLATION_REQUEST_COMPLETE',
    cancel_id: cancellation.id,
    create_time: cancellation.seconds,
  });
}

export function returnMessage(made: ShopReturn): WebhookMessage {
  return message(12, 'RETURN_STATUS_CHANGE', {
    order_id: made.order.id,
    return_role: 'BUYER',
    return_type: made.type,
    return_status: 'RETURN_OR_REFUND_REQUEST_COMPLETE',
    return_id: made.id,
    create_time: made.seconds,
    update_time: made.seconds,
  });
}

const message = (type: number, topic: string, data: object): WebhookMessage => ({ type, topic, data: JSON.stringify(data) });
