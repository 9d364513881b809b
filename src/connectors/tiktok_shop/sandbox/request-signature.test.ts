import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sameSign, signOfRequest, signOfWebhook } from '#connectors/tiktok_shop/sandbox/request-signature.ts';

const vectorFile = '../shared/contracts/tiktok_shop/sign-vectors.json';
const present = existsSync(vectorFile);
if (!present) console.warn(`Signature vectors not run: ${vectorFile} is absent`);

describe('the sign of a request', () => {
  test('is the HMAC of secret, path, sorted parameters, body and secret', () => {
    const query = new URLSearchParams({ timestamp: '5', app_key: 'k', sign: 'old', access_token: 'old' });
    const expected = createHmac('sha256', 's').update('s/papp_keyktimestamp5{"ă":1}s').digest('hex');
    expect(signOfRequest('s', { path: '/p', query, body: '{"ă":1}' })).toBe(expected);
  });

  test.skipIf(!present)('agrees with every published and computed vector', () => {
    const { request_vectors: vectors } = JSON.parse(readFileSync(vectorFile, 'utf8'));
    expect(vectors.length).toBeGreaterThan(5);
    for (const vector of vectors) {
      const query = new URLSearchParams(
        Object.entries(vector.query).map(([key, value]): [string, string] => [key, String(value)]),
      );
      const multipart = String(vector.ct ?? '').startsWith('multipart');
      expect(signOfRequest(vector.secret, { path: vector.path, query, body: vector.body ?? '', multipart }), vector.name).toBe(
        vector.sign,
      );
    }
  });

  test.skipIf(!present)('agrees with the webhook vectors', () => {
    const { webhook_vectors: vectors } = JSON.parse(readFileSync(vectorFile, 'utf8'));
    expect(vectors.length).toBeGreaterThan(0);
    for (const vector of vectors) {
      expect(signOfWebhook({ key: vector.app_key, secret: vector.app_secret }, vector.raw_body)).toBe(vector.authorization);
    }
  });

  test('two signs are the same only when every character is', () => {
    expect(sameSign('abcd', 'abcd')).toBe(true);
    expect(sameSign('abcd', 'abce')).toBe(false);
    expect(sameSign('abcd', 'abc')).toBe(false);
    expect(sameSign('', 'a')).toBe(false);
  });
});
