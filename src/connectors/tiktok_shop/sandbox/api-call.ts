import type { z } from 'zod';
import type { Authorization } from '#connectors/tiktok_shop/sandbox/authorization.ts';
import type { ShopCatalog } from '#connectors/tiktok_shop/sandbox/catalog.ts';
import type { ViewSettings } from '#connectors/tiktok_shop/sandbox/catalog-view.ts';
import type { ShopProduct, Warehouse } from '#connectors/tiktok_shop/sandbox/goods.ts';
import type { OrderBook } from '#connectors/tiktok_shop/sandbox/orders/order-book.ts';
import { codes, PlatformRefusal, refuseParameter } from '#connectors/tiktok_shop/sandbox/refusal.ts';
import type { ShopClock } from '#connectors/tiktok_shop/sandbox/shop-clock.ts';
import type { WebhookSubscriptions } from '#connectors/tiktok_shop/sandbox/webhook-subscriptions.ts';

/** The shop behind the gateway: all that an endpoint may look at and change. */
export interface ShopFloor {
  shop: { id: string; name: string; region: string; code: string; cipher: string };
  clock: ShopClock;
  catalog: ShopCatalog;
  orders: OrderBook;
  view: ViewSettings;
  returnWarehouse: Warehouse;
  authorization: Authorization;
  subscriptions: WebhookSubscriptions;
  rules: FloorRules;
}

export interface FloorRules {
  /** Whether Update Inventory refuses 0. The documented range begins at 1; what the platform does with 0 is not documented. */
  refuseZero: boolean;
  /** Most results that a search may have before it must be narrowed; Infinity for no such limit. */
  searchLimit: number;
}

/** A call that has passed the gateway. */
export interface ApiCall {
  /** Values of the path's parameters. */
  path: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The exact text. */
  body: string;
}

/** The parsed body; an absent one counts as an empty object. Throws PlatformRefusal naming the first field that is wrong. */
export function readBody<T>(call: ApiCall, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(call.body === '' ? {} : parseJson(call.body));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return refuseParameter(
    `Invalid parameter. ${issue === undefined ? '' : `${issue.path.join('.') || 'body'}: ${issue.message}`}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PlatformRefusal(
      codes.badFormat,
      'Invalid request format. The request body format must be `application/json` for structured data or `multipart/form-data` for binary files.',
    );
  }
}

/** The product that the path names; throws PlatformRefusal when the shop has none, or it is frozen or deleted. */
export function productOfPath(call: ApiCall, floor: ShopFloor): ShopProduct {
  const product = floor.catalog.product(call.path.product_id ?? '');
  if (product === undefined) throw new PlatformRefusal(codes.productUnknown, 'Product not found');
  if (product.status === 'FREEZE' || product.status === 'DELETED') {
    throw new PlatformRefusal(codes.badStatus, `Product status is invalid: ${product.status}`);
  }
  return product;
}
