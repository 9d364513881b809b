/** The practice shop from the seller's side of the counter: look, edit, sell, and make it misbehave. */
import { parseAmount } from '#base/money.ts';
import type { PracticeControl, PracticeGood } from '#connectors/practice.ts';
import { addProduct, quantityLimit } from '#connectors/shopify/sandbox/add-products.ts';
import type { CostBucket } from '#connectors/shopify/sandbox/cost.ts';
import type { Faults } from '#connectors/shopify/sandbox/faults.ts';
import { gid, looseId } from '#connectors/shopify/sandbox/ids.ts';
import type { OrderBook } from '#connectors/shopify/sandbox/orders/order-book.ts';
import { practiceOrders } from '#connectors/shopify/sandbox/orders/practice-orders.ts';
import { type ShopState, totalAvailable, type Variant, variantTitle } from '#connectors/shopify/sandbox/shop-state.ts';
import type { SentWebhook, WebhookSender } from '#connectors/shopify/sandbox/webhooks-out.ts';

export interface ControlParts {
  state: ShopState;
  book: OrderBook;
  knowsCurrency(currency: string): boolean;
  faults: Faults;
  bucket: CostBucket;
  webhooks: WebhookSender;
  requests: { total: number; throttled: number };
  access(): Record<string, string>;
}

/** Beside the common controls: the latest webhook attempts, for the practice page. */
export interface ShopControl extends PracticeControl {
  recentWebhooks(): readonly SentWebhook[];
}

export function controlOf(parts: ControlParts): ShopControl {
  const { state, faults, bucket, webhooks, requests } = parts;
  const variantOf = (id: string): Variant => findVariant(state, id);
  const orders = practiceOrders({ state, book: parts.book, variantOf, knowsCurrency: parts.knowsCurrency });
  return {
    goods: () => [...state.variants.values()].map((variant) => goodOf(variant, state.currency)),
    edit(variantId, change) {
      editVariant(state, findVariant(state, variantId), change);
      state.commit();
    },
    add(products) {
      for (const product of products) addProduct(state, product);
      state.commit();
    },
    remove(productId) {
      const product = state.products.get(looseId('Product', productId));
      if (product === undefined) throw new Error(`There is no product ${productId}`);
      state.remove(product);
      state.commit();
    },
    sell: (variantId, units) => orders.place([{ variantId, units }]) !== null,
    orders,
    writes: () => state.writes,
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    counters: () => ({
      requests: requests.total,
      throttled: requests.throttled,
      writes: state.writes.length,
      webhooksSent: webhooks.counters.sent,
      webhooksFailed: webhooks.counters.failed,
    }),
    unlimited(on) {
      bucket.unlimited = on;
    },
    advanceClock: (seconds) => state.clock.advance(seconds),
    access: parts.access,
    recentWebhooks: () => webhooks.recent,
  };
}

function findVariant(state: ShopState, id: string): Variant {
  const variant = state.variants.get(looseId('ProductVariant', id));
  if (variant === undefined) throw new Error(`There is no variant ${id}`);
  return variant;
}

function editVariant(state: ShopState, variant: Variant, change: Parameters<PracticeControl['edit']>[1]): void {
  const price = change.price === undefined ? null : parseAmount(change.price);
  if (price !== null && 'problem' in price) throw new Error(price.problem);
  if (price?.amount.startsWith('-')) throw new Error('A price is not below zero');
  const { quantity } = change;
  if (quantity !== undefined && (!Number.isInteger(quantity) || Math.abs(quantity) > quantityLimit))
    throw new Error(`${quantity} is not a quantity`);
  if (change.title?.trim() === '') throw new Error('A product needs a title');

  if (change.tracked !== undefined) state.changeItem(variant.item, { tracked: change.tracked });
  if (price !== null) state.changeVariant(variant, { price: state.money(price.amount) }, 'person');
  if (quantity !== undefined) {
    // What is shown is the sum over the locations: the primary one takes the difference.
    const level = state.connectLevel(variant.item, state.primaryLocation);
    const elsewhere = activeLevels(variant).reduce((sum, other) => sum + (other === level ? 0 : other.available), 0);
    state.changeLevel(level, { available: quantity - elsewhere }, 'person');
  }
  if (change.title !== undefined) state.changeProduct(variant.product, { title: change.title });
}

const activeLevels = (variant: Variant) => [...variant.item.levels.values()].filter((level) => level.location.active);

function goodOf(variant: Variant, currency: string): PracticeGood {
  return {
    productId: gid('Product', variant.product.id),
    variantId: gid('ProductVariant', variant.id),
    title: variant.product.title,
    variantTitle: variantTitle(variant),
    sku: variant.item.sku,
    price: variant.price,
    currency,
    quantity: variant.item.tracked ? totalAvailable(variant.item) : untrackedCount(variant),
    tracked: variant.item.tracked,
    status: variant.product.status.toLowerCase(),
  };
}

const untrackedCount = (variant: Variant): number => activeLevels(variant).reduce((sum, level) => sum + level.available, 0);
