/**
 * Deliveries: HMAC-SHA256 over the raw bytes, base64. Ids in the body have 64 bits and are read as text.
 * https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse as parseLossless } from 'lossless-json';
import { z } from 'zod';
import type { AppCredentials, IncomingWebhook, Session, WebhookDelivery, WebhookHint, WebhookRegistration } from '#connectors/connector.ts';
import { MalformedResponse, Refused } from '#connectors/errors.ts';
import { ask } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { answers } from '#connectors/shopify/schema.ts';

export function verify(webhook: IncomingWebhook, apps: readonly AppCredentials[]): boolean {
  const given = Buffer.from(webhook.headers['x-shopify-hmac-sha256'] ?? '', 'utf8');
  let genuine = false;
  for (const app of apps) {
    const right = Buffer.from(createHmac('sha256', app.clientSecret).update(webhook.body).digest('base64'), 'utf8');
    // Every secret is tried, whichever fits: during a rotation two are in use.
    if (given.length === right.length && timingSafeEqual(given, right)) genuine = true;
  }
  return genuine;
}

const text = z
  .unknown()
  .optional()
  .transform((value) => (value === null || value === undefined ? null : String(value)));
const payload = z.looseObject({
  id: text,
  admin_graphql_api_id: text,
  inventory_item_id: text,
  location_id: text,
});

export function parse(webhook: IncomingWebhook): WebhookDelivery {
  const { headers } = webhook;
  const topic = headers['x-shopify-topic'] ?? '';
  const shop = headers['x-shopify-shop-domain'] ?? '';
  let body: z.infer<typeof payload>;
  try {
    body = payload.parse(parseLossless(new TextDecoder().decode(webhook.body)));
  } catch (cause) {
    throw new MalformedResponse('A webhook has an unknown shape', { body: new TextDecoder().decode(webhook.body.slice(0, 2000)) }, cause);
  }
  if (topic === '' || shop === '') throw new MalformedResponse('A webhook names no topic or no shop');
  return {
    deliveryId: headers['x-shopify-webhook-id'] ?? null,
    platformStoreId: shop.toLowerCase(),
    topic,
    occurredAt: headers['x-shopify-triggered-at'] ?? null,
    hints: [hintOf(topic, body)],
  };
}

function hintOf(topic: string, body: z.infer<typeof payload>): WebhookHint {
  const gid = (kind: string, id: string | null) => (id === null ? null : `gid://shopify/${kind}/${id}`);
  const productId = body.admin_graphql_api_id?.startsWith('gid://shopify/Product/') ? body.admin_graphql_api_id : gid('Product', body.id);
  switch (topic) {
    case 'products/create':
    case 'products/update':
      return productId === null ? { kind: 'other' } : { kind: 'product_changed', productId };
    case 'products/delete':
      return productId === null ? { kind: 'other' } : { kind: 'product_deleted', productId };
    case 'inventory_levels/update':
    case 'inventory_levels/connect':
    case 'inventory_levels/disconnect':
      return { kind: 'level_changed', productId: null, inventoryId: gid('InventoryItem', body.inventory_item_id), locationId: gid('Location', body.location_id) };
    case 'inventory_items/update':
      return { kind: 'level_changed', productId: null, inventoryId: gid('InventoryItem', body.id), locationId: null };
    case 'app/uninstalled':
      return { kind: 'authorization_ended' };
    case 'bulk_operations/finish':
      return body.admin_graphql_api_id === null ? { kind: 'other' } : { kind: 'bulk_finished', operationId: body.admin_graphql_api_id };
    case 'customers/data_request':
    case 'customers/redact':
    case 'shop/redact':
      return { kind: 'compliance', request: topic };
    default:
      return topic.startsWith('orders/') && body.id !== null ? { kind: 'order_changed', orderId: `gid://shopify/Order/${body.id}` } : { kind: 'other' };
  }
}

export async function list(session: Session): Promise<WebhookRegistration[]> {
  const found: WebhookRegistration[] = [];
  for (let after: string | null = null; ; ) {
    const page: typeof answers.webhooks._output = await ask(session, documents.webhooks, { after }, answers.webhooks);
    found.push(...page.webhookSubscriptions.nodes.map(({ id, topic, uri }) => ({ id, topic, url: uri })));
    if (!page.webhookSubscriptions.pageInfo.hasNextPage) return found;
    after = page.webhookSubscriptions.pageInfo.endCursor;
  }
}

export async function register(session: Session, topic: string, url: string): Promise<WebhookRegistration> {
  const { webhookSubscriptionCreate } = await ask(session, documents.addWebhook, { topic, webhook: { uri: url, format: 'JSON' } }, answers.addWebhook);
  const made = webhookSubscriptionCreate?.webhookSubscription;
  if (made === undefined || made === null) {
    throw new Refused({ code: 'webhook_refused', parameters: { topic, detail: webhookSubscriptionCreate?.userErrors.map((error) => error.message).join('; ') ?? '' } });
  }
  return { id: made.id, topic: made.topic, url: made.uri };
}

export async function unregister(session: Session, registration: WebhookRegistration): Promise<void> {
  await ask(session, documents.removeWebhook, { id: registration.id }, answers.anything);
}
