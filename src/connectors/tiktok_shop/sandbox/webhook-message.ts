import { type ShopEvent, unitsOf } from '#connectors/tiktok_shop/sandbox/goods.ts';

/** A webhook's number, its topic, and `data` as JSON text. */
export interface WebhookMessage {
  type: number;
  topic: string;
  data: string;
}

/** What a webhook says of something that happened. Source: the pages of webhooks 5, 15, 16 and 27. */
export function messageOfEvent(event: ShopEvent, seconds: number, lowStockUnits: number): WebhookMessage {
  switch (event.kind) {
    case 'product_created':
      return {
        type: 16,
        topic: 'PRODUCT_CREATION',
        data: withNumericProductId({ product_id: event.product.id, product_types: [], update_time: seconds }),
      };
    case 'audit_changed':
      return {
        type: 5,
        topic: 'PRODUCT_STATUS_CHANGE',
        data: withNumericProductId({
          product_id: event.product.id,
          status: event.status,
          suspended_reason: '',
          update_time: seconds,
        }),
      };
    case 'information_changed':
      return {
        type: 15,
        topic: 'PRODUCT_INFORMATION_CHANGE',
        data: JSON.stringify({
          product_id: event.product.id,
          change_source: event.editor === 'api' ? 'OPEN_API' : 'SELLER_CENTER',
          changed_fields: [event.field],
          update_time: seconds,
        }),
      };
    case 'stock_dropped': {
      const units = unitsOf(event.sku);
      return {
        type: 27,
        topic: 'INVENTORY_STATUS_CHANGE',
        data: JSON.stringify({
          product_id: event.sku.product.id,
          sku_id: event.sku.id,
          trigger_reason: { alert_type: 'REALTIME', low_stock_threshold: lowStockUnits },
          current_inventory_status: event.state,
          inventory_distribution: {
            total_quantity: units,
            available_quantity: units,
            creator_reserved_quantity: 0,
            campaign_reserved_quantity: 0,
            committed_quantity: 0,
          },
          update_time: seconds,
        }),
      };
    }
  }
}

export function deauthorizationMessage(shopId: string): WebhookMessage {
  const message = `Shop_id ${shopId} is deauthorized from your APP by merchant.`;
  return { type: 6, topic: 'SELLER_DEAUTHORIZATION', data: JSON.stringify({ message }) };
}

export function expiryMessage(shopId: string, notice: { days: number; endSeconds: number }): WebhookMessage {
  const message = `Authorization of shop_id ${shopId} is expiring in ${notice.days} days. Please direct the merchant to re-authorize.`;
  return {
    type: 7,
    topic: 'UPCOMING_AUTHORIZATION_EXPIRATION',
    data: JSON.stringify({ message, expiration_time: String(notice.endSeconds) }),
  };
}

/**
 * Webhooks 5 and 16 write the product's id as a bare number above 2^53, which JSON.parse would round. That is how the
 * platform's samples have it, so practice has it, too.
 */
function withNumericProductId(data: { product_id: string } & Record<string, unknown>): string {
  return JSON.stringify(data).replace(/"product_id":"(\d+)"/, '"product_id":$1');
}
