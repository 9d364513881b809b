import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The sign that the platform expects on a call: hex HMAC-SHA256, keyed with the app's secret, over
 * secret + path + sorted (key + value) + raw body + secret. `sign` and `access_token` do not take part, nor does a
 * multipart body. Source: partner.tiktokshop.com "Sign your API request".
 */
export function signOfRequest(
  secret: string,
  request: { path: string; query: URLSearchParams; body: string; multipart?: boolean },
): string {
  const pairs = [...request.query].filter(([key]) => key !== 'sign' && key !== 'access_token');
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const parameters = pairs.map(([key, value]) => key + value).join('');
  const body = request.multipart === true ? '' : request.body;
  return hmac(secret, secret + request.path + parameters + body + secret);
}

/** The Authorization header of a webhook: hex HMAC-SHA256, keyed with the app's secret, over app key + raw body. */
export function signOfWebhook(app: { key: string; secret: string }, body: string): string {
  return hmac(app.secret, app.key + body);
}

export function sameSign(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function hmac(key: string, message: string): string {
  return createHmac('sha256', key).update(message, 'utf8').digest('hex');
}
