import type { PracticeProduct } from '#connectors/practice.ts';
import { signOfRequest } from '#connectors/tiktok_shop/sandbox/request-signature.ts';
import {
  createTikTokShopSandbox,
  type TikTokShopSandbox,
  type TikTokShopSandboxOptions,
} from '#connectors/tiktok_shop/sandbox.ts';

/** For the tests of this folder: a shop whose time stands still until it is moved, and calls to it, signed by hand. */
export const startMilliseconds = Date.UTC(2026, 10, 1, 12);
export const baseUrl = 'http://127.0.0.1:4010';

export function openShop(options: Partial<TikTokShopSandboxOptions> = {}): TikTokShopSandbox {
  return createTikTokShopSandbox({
    shop: 'Lotus Tea',
    baseUrl,
    timeScale: 0.01,
    clock: { now: () => new Date(startMilliseconds) },
    deliver: async () => 200,
    ...options,
  });
}

export interface CallOptions {
  query?: Record<string, string>;
  /** An object is sent as JSON; a string as it is. */
  body?: unknown;
  /** What is signed in place of the body that is sent. */
  signedBody?: string;
  headers?: Record<string, string>;
  /** Query parameters taken away again before signing. */
  without?: readonly string[];
}

/** The fields that the tests read, of all answers together; in one answer most are absent. */
export interface AnswerData {
  access_token: string;
  access_token_expire_in: number;
  refresh_token: string;
  refresh_token_expire_in: number;
  granted_scopes: string[];
  next_page_token?: string;
  total_count: number;
  products: { id: string; status: string; title: string; update_time: number; skus: { id: string; seller_sku: string }[] }[];
  inventory: { product_id: string; skus: { id: string; total_available_quantity: number }[] }[];
  warehouses: { id: string; type: string; is_default: boolean }[];
  webhooks: { event_type: string; address: string }[];
  skus: { id: string; price: { sale_price: string } }[];
  status: string;
  update_time: number;
  errors?: {
    code: number;
    detail: { sku_id?: string; product_id?: string; extra_errors?: { code: number; warehouse_id?: string }[] };
  }[];
}

export interface Answer {
  status: number;
  code: number | undefined;
  message: string;
  data: AnswerData;
  text: string;
}

/** A signed request for a path, with the shop's cipher unless the path takes none. */
export function signedRequest(shop: TikTokShopSandbox, method: string, path: string, options: CallOptions = {}): Request {
  const access = shop.control.access();
  const query = new URLSearchParams({
    app_key: access.app_key ?? '',
    timestamp: String(Math.floor(startMilliseconds / 1000)),
    ...(path.startsWith('/authorization/') ? {} : { shop_cipher: access.shop_cipher ?? '' }),
    ...options.query,
  });
  for (const name of options.without ?? []) query.delete(name);
  const body = options.body === undefined ? '' : typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
  const sign = signOfRequest(access.app_secret ?? '', { path, query, body: options.signedBody ?? body });
  if (!query.has('sign') && options.without?.includes('sign') !== true) query.set('sign', sign);
  return new Request(`${baseUrl}${path}?${query}`, {
    method,
    headers: { 'x-tts-access-token': access.access_token ?? '', 'content-type': 'application/json', ...options.headers },
    ...(body === '' ? {} : { body }),
  });
}

export async function call(shop: TikTokShopSandbox, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  return readAnswer(await shop.handle(signedRequest(shop, method, path, options)));
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json') === true ? JSON.parse(text) : {};
  return { status: response.status, code: json.code, message: json.message ?? '', data: json.data, text };
}

export const shirt: PracticeProduct = {
  title: 'Linen shirt',
  descriptionHtml: '<p>Light.</p>',
  vendor: 'Lotus',
  images: [{ url: 'https://images.example/shirt.jpg' }],
  options: ['Color', 'Size'],
  variants: [
    {
      optionValues: ['Red', 'S'],
      sku: 'SHIRT-RED-S',
      barcode: '8934567890123',
      price: '80000',
      quantity: 43,
      grams: 200,
      imageUrl: 'https://images.example/red.jpg',
    },
    { optionValues: ['Red', 'M'], sku: 'SHIRT-RED-M', price: '85000', quantity: 7 },
  ],
};

export const cup: PracticeProduct = { title: 'Tea cup', variants: [{ sku: 'CUP', price: '120000', quantity: 12 }] };

/** The id of the first SKU with this seller SKU, and its product's. */
export function idsOf(shop: TikTokShopSandbox, sellerSku: string): { productId: string; skuId: string } {
  const good = shop.control.goods().find(({ sku }) => sku === sellerSku);
  if (good === undefined) throw new Error(`No SKU ${sellerSku}`);
  return { productId: good.productId, skuId: good.variantId };
}
