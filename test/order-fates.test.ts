/** What orders live through on each platform, in its own words, goes by the table of statuses. */
import { expect, test } from 'vitest';
import type { OrderStatus } from '#connectors/order.ts';
import { shopify } from '#connectors/shopify/connector.ts';
import { tiktokShop } from '#connectors/tiktok_shop/connector.ts';
import { transitionBy } from '#orders/orders.ts';

const ofShopify: Readonly<Record<string, OrderStatus>> = shopify.manifest.orders.statuses;
const ofTiktok: Readonly<Record<string, OrderStatus>> = tiktokShop.manifest.orders.statuses;

const fates: readonly [string, Readonly<Record<string, OrderStatus>>, readonly string[]][] = [
  [
    'paid, shipped in parts, delivered',
    ofShopify,
    ['PAYMENT_PENDING', 'UNFULFILLED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'DELIVERED'],
  ],
  ['held, released, cancelled', ofShopify, ['UNFULFILLED', 'ON_HOLD', 'UNFULFILLED', 'CANCELLED']],
  ['its payment voided', ofShopify, ['UNFULFILLED', 'PAYMENT_VOIDED', 'CANCELLED']],
  ['its shipment called off', ofShopify, ['FULFILLED', 'UNFULFILLED', 'FULFILLED']],
  ['goods added after it was shipped', ofShopify, ['FULFILLED', 'PARTIALLY_FULFILLED', 'FULFILLED']],
  ['sent back and restocked', ofShopify, ['FULFILLED', 'RESTOCKED']],
  [
    'bought, held, shipped, completed',
    ofTiktok,
    ['UNPAID', 'ON_HOLD', 'AWAITING_SHIPMENT', 'AWAITING_COLLECTION', 'IN_TRANSIT', 'DELIVERED', 'COMPLETED'],
  ],
  ['shipped in parts', ofTiktok, ['AWAITING_SHIPMENT', 'PARTIALLY_SHIPPING', 'AWAITING_COLLECTION']],
  ['nobody paid', ofTiktok, ['UNPAID', 'CANCELLED']],
  ['cancelled while it is held', ofTiktok, ['ON_HOLD', 'CANCELLED']],
];

test.each(fates)('an order that is %s goes by the table', (_, statuses, words) => {
  const path = words.map((word) => statuses[word]);
  const steps = path.slice(1).map((to, at) => [path[at], to] as const);
  // Two of the platform's words may mean the same here; one that it does not have means nothing.
  const unusual = steps.filter(
    ([from, to]) => from === undefined || to === undefined || (from !== to && transitionBy(from, to) === null),
  );
  expect(unusual).toEqual([]);
});
