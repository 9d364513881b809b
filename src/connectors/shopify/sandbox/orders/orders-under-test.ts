/** What the tests of orders share: a shop with two things on sale, and its orders as the API shows them. */
import type { PracticeOrders } from '#connectors/practice.ts';
import { at, type ShopUnderTest, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';
import type { ShopifySandboxOptions } from '#connectors/shopify/sandbox.ts';

export interface Opened extends ShopUnderTest {
  orders: PracticeOrders;
  /** Five units, not sold beyond them. */
  small: string;
  /** None, but sold beyond that. */
  medium: string;
  order(id: string, fields: string): Promise<Record<string, unknown>>;
  /** available, committed and on_hand at the main warehouse. */
  stock(variantId: string): Promise<[number, number, number]>;
  /** What was told since it was asked last. */
  heard(): Promise<{ topic: string; body: Record<string, unknown> }[]>;
}

const topics = [
  'ORDERS_CREATE ORDERS_UPDATED ORDERS_PAID ORDERS_CANCELLED ORDERS_DELETE ORDERS_EDITED ORDERS_FULFILLED ORDERS_PARTIALLY_FULFILLED',
  'REFUNDS_CREATE FULFILLMENTS_CREATE FULFILLMENTS_UPDATE INVENTORY_LEVELS_UPDATE',
].flatMap((line) => line.split(' '));

export async function openedShop(options: Partial<ShopifySandboxOptions> = {}, listened = topics): Promise<Opened> {
  const product = shirt({
    variants: [
      { optionValues: ['S'], sku: 'SHIRT-S', price: '10', quantity: 5 },
      { optionValues: ['M'], sku: 'SHIRT-M', price: '12.5', quantity: 0, oversellable: true },
    ],
  });
  const opened = shopUnderTest([product], options);
  const { shop, graphql, sent } = opened;
  const idOf = (sku: string): string => shop.control.goods().find((good) => good.sku === sku)?.variantId ?? '';
  for (const topic of listened) {
    const subscribe =
      'mutation ($topic: WebhookSubscriptionTopic!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: "https://hub.test/hook" }) { userErrors { message } } }';
    await graphql(subscribe, { topic });
  }
  let seen = 0;
  return {
    ...opened,
    orders: shop.control.orders,
    small: idOf('SHIRT-S'),
    medium: idOf('SHIRT-M'),
    async order(id, fields) {
      const { body } = await graphql(`query ($id: ID!) { order(id: $id) { ${fields} } }`, { id });
      return at(body, 'data.order');
    },
    async stock(id) {
      const { body } = await graphql(
        'query ($id: ID!) { productVariant(id: $id) { inventoryItem { inventoryLevels(first: 1) { nodes { quantities(names: ["available", "committed", "on_hand"]) { quantity } } } } } }',
        { id },
      );
      const quantities = at<{ quantity: number }[]>(body, 'data.productVariant.inventoryItem.inventoryLevels.nodes.0.quantities');
      const [available = NaN, committed = NaN, onHand = NaN] = quantities.map(({ quantity }) => quantity);
      return [available, committed, onHand];
    },
    async heard() {
      // Deliveries leave on their own: a turn of the event loop lets them all go.
      await new Promise((resolve) => setImmediate(resolve));
      const fresh = sent.slice(seen).map(({ headers, body }) => ({
        topic: headers['X-Shopify-Topic'] ?? '',
        body: JSON.parse(body) as Record<string, unknown>,
      }));
      seen = sent.length;
      return fresh;
    },
  };
}

/** The id of a new order; throws when it is not taken. */
export function placed({ orders }: Opened, variantId: string, units = 1, options = {}): string {
  const id = orders.place([{ variantId, units }], options);
  if (id === null) throw new Error('The order was not taken');
  return id;
}
