/**
 * Deliveries: HMAC-SHA256 over the raw bytes, base64. Ids in the body have 64 bits and are read as text.
 * https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse as parseLossless } from 'lossless-json';
import { z } from 'zod';
import type { AppCredentials, IncomingWebhook, WebhookDelivery, WebhookHint } from '#connectors/connector.ts';
import { MalformedResponse } from '#connectors/errors.ts';

/** Whether one of the apps signed these bytes: during a rotation two secrets of an app are in use. Constant time per app. */
export function verify(webhook: IncomingWebhook, apps: readonly AppCredentials[]): boolean {
  const given = Buffer.from(webhook.headers['x-shopify-hmac-sha256'] ?? '', 'utf8');
  let genuine = false;
  for (const { clientSecret } of apps) {
    // Anybody can sign with the empty secret of an app that was half entered.
    if (clientSecret === '') continue;
    const right = Buffer.from(createHmac('sha256', clientSecret).update(webhook.body).digest('base64'), 'utf8');
    if (given.length === right.length && timingSafeEqual(given, right)) genuine = true;
  }
  return genuine;
}

/** The digits of an id; null for anything else, which only matters where a topic needs one. */
const digits = z
  .unknown()
  .optional()
  .transform((value) => {
    const text = String(value);
    return /^\d+$/.test(text) ? text : null;
  });
const units = z
  .unknown()
  .optional()
  .transform((value) => (/^-?\d{1,9}$/.test(String(value)) ? Number(String(value)) : null));
const name = z.string().nullish();
const payload = z.looseObject({
  id: digits,
  inventory_item_id: digits,
  location_id: digits,
  available: units,
  order_id: digits,
  order_edit: z.looseObject({ order_id: digits }).nullish(),
  admin_graphql_api_id: name,
  myshopify_domain: name,
  shop_domain: name,
});
type Payload = z.infer<typeof payload>;

/**
 * What a verified delivery says. The shop stands in a header, which the signature does not cover; where the signed body
 * names it too, both must agree. Throws MalformedResponse for any other shape than the documented one.
 */
export function parse(webhook: IncomingWebhook): WebhookDelivery {
  const { headers } = webhook;
  const body = bodyOf(webhook);
  const topic = headers['x-shopify-topic'] ?? '';
  const shop = (headers['x-shopify-shop-domain'] ?? '').toLowerCase();
  if (topic === '' || shop === '') throw new MalformedResponse('A webhook names no topic or no shop');
  const signed = (body.myshopify_domain ?? body.shop_domain ?? shop).toLowerCase();
  if (signed !== shop) throw new MalformedResponse(`A webhook for ${shop.slice(0, 100)} was signed for another shop`);
  const triggeredAt = headers['x-shopify-triggered-at'];
  return {
    deliveryId: headers['x-shopify-webhook-id'] ?? null,
    platformStoreId: shop,
    topic,
    occurredAt: triggeredAt === undefined || Number.isNaN(Date.parse(triggeredAt)) ? null : triggeredAt,
    hints: [hintOf(topic, body)],
  };
}

function bodyOf(webhook: IncomingWebhook): Payload {
  const text = new TextDecoder().decode(webhook.body);
  try {
    return payload.parse(parseLossless(text));
  } catch (cause) {
    throw new MalformedResponse('A webhook has an unknown shape', { body: text.slice(0, 2000) }, cause);
  }
}

function hintOf(topic: string, body: Payload): WebhookHint {
  switch (topic) {
    case 'products/create':
    case 'products/update':
      return { kind: 'product_changed', productId: gid('Product', body.id, topic) };
    case 'products/delete':
      return { kind: 'product_deleted', productId: gid('Product', body.id, topic) };
    case 'inventory_levels/update':
    case 'inventory_levels/connect':
    case 'inventory_levels/disconnect': {
      const locationId = gid('Location', body.location_id, topic);
      const inventoryId = gid('InventoryItem', body.inventory_item_id, topic);
      // Each change of an available quantity is told of, our own writes too.
      const told = topic === 'inventory_levels/update' && body.available !== null ? { quantity: body.available } : {};
      return { kind: 'level_changed', productId: null, inventoryId, locationId, ...told };
    }
    case 'inventory_items/update':
      return { kind: 'level_changed', productId: null, inventoryId: gid('InventoryItem', body.id, topic), locationId: null };
    case 'orders/create':
    case 'orders/updated':
    case 'orders/paid':
    case 'orders/cancelled':
    case 'orders/fulfilled':
    case 'orders/partially_fulfilled':
    case 'orders/delete':
      return { kind: 'order_changed', orderId: gid('Order', body.id, topic) };
    case 'orders/edited':
      return { kind: 'order_changed', orderId: gid('Order', body.order_edit?.order_id ?? null, topic) };
    case 'refunds/create':
    case 'fulfillments/create':
    case 'fulfillments/update':
      return { kind: 'order_changed', orderId: gid('Order', body.order_id, topic) };
    case 'app/uninstalled':
      return { kind: 'authorization_ended' };
    case 'bulk_operations/finish':
      return { kind: 'bulk_finished', operationId: required(body.admin_graphql_api_id, topic) };
    case 'customers/data_request':
    case 'customers/redact':
    case 'shop/redact':
      return { kind: 'compliance', request: topic };
    default:
      return { kind: 'other' };
  }
}

const gid = (kind: string, id: string | null, topic: string) => `gid://shopify/${kind}/${required(id, topic)}`;

function required(id: string | null | undefined, topic: string): string {
  if (id === null || id === undefined) throw new MalformedResponse(`A webhook of ${topic} names no id`);
  return id;
}
