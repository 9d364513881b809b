import { describe, expect, test } from 'vitest';
import { contractFile, contractMissing } from '#connectors/tiktok_shop/fixtures/published-contract.ts';
import { signRequest } from '#connectors/tiktok_shop/sign.ts';

interface Vectors {
  request_vectors: {
    name: string;
    secret: string;
    path: string;
    query: Record<string, string | number>;
    body?: string;
    ct?: string;
    sign: string;
  }[];
}

const file = contractFile('sign-vectors.json');
if (file === null) console.warn(`Published signatures ${contractMissing}`);

describe('signatures', () => {
  test("reproduce the platform's own worked example", () => {
    const sign = signRequest('e59af819cc', {
      path: '/authorization/202309/shops',
      query: { timestamp: '1623812664', app_key: '29a39d' },
    });
    expect(sign).toBe('b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8');
  });

  test('cover a JSON body in UTF-8, but not a multipart body', () => {
    const framed = { app_key: '29a39d', timestamp: '1623812664' };
    const json = {
      path: '/product/202309/products',
      query: { ...framed, shop_cipher: 'ROW_demoCipher' },
      body: '{"title":"Nhẫn vàng 18K đính kim cương"}',
    };
    expect(signRequest('e59af819cc', json)).toBe('3a695972be8353894df972de0354b92983edb19c742942c46ddb46f97c946ee4');
    const multipart = {
      path: '/product/202309/images/upload',
      query: framed,
      body: '--x\r\n...\r\n--x--',
      contentType: 'multipart/form-data; boundary=x',
    };
    expect(signRequest('e59af819cc', multipart)).toBe('2f292aaeecc6a6ce8c7240771265c3342b343f27ef91271fe72a9452d74fa844');
  });

  test('leave out a sign and an access token that stand in the query', () => {
    const query = { app_key: '29a39d', timestamp: '1623812664', sign: 'stale', access_token: 'TTP_x' };
    expect(signRequest('e59af819cc', { path: '/authorization/202309/shops', query })).toBe(
      'b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8',
    );
  });

  test.skipIf(file === null)(
    'reproduce every published and computed vector, UTF-8, multipart and stale parameters included',
    () => {
      const { request_vectors: vectors } = JSON.parse(file ?? '') as Vectors;
      expect(vectors.length).toBeGreaterThanOrEqual(8);
      for (const { name, secret, path, query, body, ct, sign } of vectors) {
        const texts = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)]));
        const parts = {
          path,
          query: texts,
          ...(body === undefined ? {} : { body }),
          ...(ct === undefined ? {} : { contentType: ct }),
        };
        expect(signRequest(secret, parts), name).toBe(sign);
      }
    },
  );

  test('cover every byte of the body', () => {
    const sign = (body: string) => signRequest('s', { path: '/p', query: {}, body });
    expect(sign('{"a":1}')).not.toBe(sign('{"a": 1}'));
  });
});
