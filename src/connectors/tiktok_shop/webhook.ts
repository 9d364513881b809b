/** What the platform calls us with. Source: partner documentation, "TikTok Shop webhooks". */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AppCredentials, IncomingWebhook, WebhookDelivery, WebhookHint } from '#connectors/connector.ts';
import { MalformedResponse } from '#connectors/errors.ts';
import { parseExactly } from '#connectors/tiktok_shop/exact-json.ts';
import { webhook as webhookSchema } from '#connectors/tiktok_shop/schema.ts';
import { isoOfSeconds } from '#connectors/tiktok_shop/translate.ts';

/** Deliveries carry a number; registrations name the same topic in words. */
const topics: Readonly<Record<number, string>> = {
  1: 'ORDER_STATUS_CHANGE',
  2: 'REVERSE_STATUS_UPDATE',
  3: 'RECIPIENT_ADDRESS_UPDATE',
  4: 'PACKAGE_UPDATE',
  5: 'PRODUCT_STATUS_CHANGE',
  6: 'SELLER_DEAUTHORIZATION',
  7: 'UPCOMING_AUTHORIZATION_EXPIRATION',
  11: 'CANCELLATION_STATUS_CHANGE',
  12: 'RETURN_STATUS_CHANGE',
  13: 'NEW_CONVERSATION',
  14: 'NEW_MESSAGE',
  15: 'PRODUCT_INFORMATION_CHANGE',
  16: 'PRODUCT_CREATION',
  18: 'PRODUCT_CATEGORY_CHANGE',
  27: 'INVENTORY_STATUS_CHANGE',
  33: 'NEW_MESSAGE_LISTENER',
  36: 'INVOICE_STATUS_CHANGE',
  37: 'PRODUCT_AUDIT_STATUS_CHANGE',
};

const aboutProduct: ReadonlySet<number> = new Set([5, 15, 16, 18, 37]);
const aboutOrder: ReadonlySet<number> = new Set([1, 2, 3, 4, 11, 12]);

/** Header `authorization` is hex HMAC-SHA256, keyed with the app secret, over app key + raw body. The body names no app: all are tried. */
export function verify(webhook: IncomingWebhook, apps: readonly AppCredentials[]): boolean {
  const given = (webhook.headers.authorization ?? '').trim();
  if (!/^[0-9a-f]{64}$/i.test(given)) return false;
  const signature = Buffer.from(given, 'hex');
  let valid = false;
  for (const { clientId, clientSecret } of apps) {
    const expected = createHmac('sha256', clientSecret).update(clientId).update(webhook.body).digest();
    // Every app is tried to the end, so that the time taken does not tell which one matched.
    if (timingSafeEqual(expected, signature) && clientSecret !== '') valid = true;
  }
  return valid;
}

/** Topics addressed to a seller or a creator, not to a shop, have an empty platformStoreId. Throws MalformedResponse. */
export function parse(webhook: IncomingWebhook): WebhookDelivery {
  const body = new TextDecoder().decode(webhook.body);
  const { type, data, ...frame } = readBody(body);
  return {
    deliveryId: frame.tts_notification_id ?? null,
    platformStoreId: frame.shop_id ?? data?.tts_shop_id ?? '',
    topic: topics[type] ?? `TYPE_${type}`,
    occurredAt: frame.timestamp ? isoOfSeconds(frame.timestamp) : null,
    hints: hintsOf(type, data),
  };
}

type Body = ReturnType<typeof webhookSchema.parse>;

function readBody(body: string): Body {
  try {
    return webhookSchema.parse(parseExactly(body));
  } catch (thrown) {
    throw new MalformedResponse('A webhook has not the documented shape', { body: body.slice(0, 2000) }, thrown);
  }
}

function hintsOf(type: number, data: Body['data']): WebhookHint[] {
  const productId = data?.product_id ?? null;
  if (type === 6) return [{ kind: 'authorization_ended' }];
  if (type === 7)
    return [{ kind: 'authorization_expiring', expiresAt: data?.expiration_time ? isoOfSeconds(data.expiration_time) : null }];
  if (aboutProduct.has(type) && productId !== null) return [{ kind: 'product_changed', productId }];
  // It names the SKU, but stock is kept under no id of its own: all levels of the product are read.
  if (type === 27 && productId !== null) return [{ kind: 'level_changed', productId, inventoryId: null, locationId: null }];
  if (aboutOrder.has(type)) {
    const inPackages = data?.package_list.flatMap((one) => one.order_id_list) ?? [];
    const orderIds = new Set([...(data?.order_id ? [data.order_id] : []), ...inPackages]);
    if (orderIds.size > 0) return [...orderIds].map((orderId) => ({ kind: 'order_changed', orderId }));
  }
  return [{ kind: 'other' }];
}
