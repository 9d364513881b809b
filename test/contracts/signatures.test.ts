import { expect, test } from 'vitest';
import { contractsPresent, readContract, sayAbsent } from '#test/contracts/contract-files.ts';
import { shopifyCallbackHmac, shopifyWebhookHmac, tiktokSign, tiktokWebhookSign } from '#test/contracts/signatures.ts';

sayAbsent('the signatures that judge recorded traffic against published vectors');

interface ShopifyVectors {
  shopify_oauth_query_hmac: { secret: string; message: string; hmac_hex: string }[];
  shopify_webhook_hmac: { secret: string; body: string; x_shopify_hmac_sha256: string }[];
}

interface TikTokVectors {
  request_vectors: {
    name: string;
    secret: string;
    path: string;
    query: Record<string, string | number>;
    body?: string;
    ct?: string;
    sign: string;
  }[];
  webhook_vectors: { app_key: string; app_secret: string; raw_body: string; authorization: string }[];
}

test.skipIf(!contractsPresent)('of Shopify are those of its published vectors', () => {
  const vectors = readContract<ShopifyVectors>('test-vectors-shopify-woocommerce-etsy.json');
  expect(vectors.shopify_oauth_query_hmac.length + vectors.shopify_webhook_hmac.length).toBeGreaterThanOrEqual(3);
  for (const { secret, message, hmac_hex: hmac } of vectors.shopify_oauth_query_hmac) {
    const query = new URLSearchParams(message);
    query.append('hmac', hmac);
    expect(shopifyCallbackHmac(secret, query)).toBe(hmac);
  }
  for (const { secret, body, x_shopify_hmac_sha256: hmac } of vectors.shopify_webhook_hmac)
    expect(shopifyWebhookHmac(secret, body)).toBe(hmac);
});

test.skipIf(!contractsPresent)('of TikTok Shop are those of its published vectors', () => {
  const { request_vectors: requests, webhook_vectors: webhooks } = readContract<TikTokVectors>('tiktok_shop/sign-vectors.json');
  expect(requests.length).toBeGreaterThanOrEqual(8);
  for (const { name, secret, path, query, body = '', ct = '', sign } of requests) {
    const pairs = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]);
    expect(tiktokSign(secret, path, pairs, body, ct.startsWith('multipart/')), name).toBe(sign);
  }
  for (const { app_key: key, app_secret: secret, raw_body: body, authorization } of webhooks)
    expect(tiktokWebhookSign(key, secret, body)).toBe(authorization);
});
