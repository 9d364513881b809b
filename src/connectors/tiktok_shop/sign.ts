import { createHmac } from 'node:crypto';

export interface SignedParts {
  /** Without the host: /product/202309/products/1. */
  path: string;
  /** Values as they are, not percent-encoded. */
  query: Readonly<Record<string, string>>;
  /** The exact text that is sent. */
  body?: string;
  contentType?: string;
}

/**
 * The `sign` parameter: hex HMAC-SHA256, keyed with the app secret, over secret + path + every query parameter as key+value in
 * the order of the keys + body + secret. `sign` and `access_token` are left out; so is a multipart body. Source: partner
 * documentation, "Sign your API request".
 */
export function signRequest(secret: string, parts: SignedParts): string {
  const parameters = Object.keys(parts.query)
    .filter((key) => key !== 'sign' && key !== 'access_token')
    .sort()
    .map((key) => `${key}${parts.query[key] ?? ''}`)
    .join('');
  const multipart = parts.contentType?.toLowerCase().startsWith('multipart/form-data') ?? false;
  const body = multipart ? '' : (parts.body ?? '');
  return createHmac('sha256', secret).update(`${secret}${parts.path}${parameters}${body}${secret}`).digest('hex');
}
