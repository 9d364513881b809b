/** What the sandbox's own tests use to talk to a shop: nothing of the connector. */
import type { PracticeOptions, PracticeProduct, PracticeShop } from '#connectors/practice.ts';
import { createShopifySandbox, type ShopifySandboxOptions } from '#connectors/shopify/sandbox.ts';

export interface Answer {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface ShopUnderTest {
  shop: PracticeShop;
  sent: { url: string; headers: Record<string, string>; body: string }[];
  graphql(
    query: string,
    variables?: Record<string, unknown>,
    options?: { token?: string; version?: string; signal?: AbortSignal },
  ): Promise<Answer>;
  /** Answers of the next webhook receivers; 200 when none is left. */
  receiverAnswers: number[];
}

export function shopUnderTest(
  products: readonly PracticeProduct[] = [],
  options: Partial<ShopifySandboxOptions> = {},
): ShopUnderTest {
  const sent: ShopUnderTest['sent'] = [];
  const receiverAnswers: number[] = [];
  const deliver: PracticeOptions['deliver'] = async (url, init) => {
    sent.push({ url, ...init });
    return receiverAnswers.shift() ?? 200;
  };
  const shop = createShopifySandbox({ shop: 'practice', baseUrl: 'http://shop.test', deliver, ...options });
  shop.control.add(products);
  return {
    shop,
    sent,
    receiverAnswers,
    async graphql(query, variables = {}, { token, version = '2026-10', signal } = {}) {
      const request = new Request(`http://shop.test/admin/api/${version}/graphql.json`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-Shopify-Access-Token': token ?? shop.control.access().accessToken ?? '',
        },
        body: JSON.stringify({ query, variables }),
        ...(signal === undefined ? {} : { signal }),
      });
      const response = await shop.handle(request);
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
    },
  };
}

export const shirt = (overrides: Partial<PracticeProduct> = {}): PracticeProduct => ({
  title: 'Green shirt',
  vendor: 'Acme',
  productType: 'Shirts',
  tags: ['summer'],
  options: ['Size'],
  images: [{ url: 'https://images.test/shirt.jpg', alt: 'A shirt' }],
  variants: [
    { optionValues: ['S'], sku: 'SHIRT-S', price: '10', quantity: 5, cost: '4.5' },
    { optionValues: ['M'], sku: 'SHIRT-M', price: '12.5', quantity: 0 },
  ],
  ...overrides,
});

/** What stands at a dotted path: `at(answer.body, 'data.products.nodes.0.id')`. Throws when the path leads nowhere. */
export function at<T = string>(body: unknown, path: string): T {
  let value: unknown = body;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(step in value))
      throw new Error(`No ${step} of ${path} in ${JSON.stringify(body)}`);
    value = Reflect.get(value, step);
  }
  return value as T;
}
