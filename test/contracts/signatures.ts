/** The platforms' signatures once more, written from their published rules alone: neither the connectors' code nor the stores'. */
import { createHmac } from 'node:crypto';

/** Shopify, OAuth callback: hex, over the sorted, form-encoded query without `hmac` and `signature`. */
export function shopifyCallbackHmac(secret: string, query: URLSearchParams): string {
  const rest = new URLSearchParams([...query].filter(([name]) => name !== 'hmac' && name !== 'signature'));
  rest.sort();
  return createHmac('sha256', secret).update(rest.toString()).digest('hex');
}

/** Shopify, webhooks: base64, over the raw body. */
export const shopifyWebhookHmac = (secret: string, body: string): string =>
  createHmac('sha256', secret).update(body).digest('base64');

/** TikTok Shop, API: hex, over secret, path, sorted parameters without `sign` and `access_token`, the body unless multipart, secret. */
export function tiktokSign(
  secret: string,
  path: string,
  query: Iterable<[string, string]>,
  body: string,
  multipart = false,
): string {
  const pairs = [...query].filter(([name]) => name !== 'sign' && name !== 'access_token').map(([name, value]) => name + value);
  const message = [secret, path, ...pairs.sort(), multipart ? '' : body, secret].join('');
  return createHmac('sha256', secret).update(message).digest('hex');
}

/** TikTok Shop, webhooks: hex, over app key and raw body. */
export const tiktokWebhookSign = (key: string, secret: string, body: string): string =>
  createHmac('sha256', secret).update(`${key}${body}`).digest('hex');
