/**
 * What the practice shop holds, in memory: products with variants, one inventory item per variant, one level per item and
 * stocked location. Every change goes through a method here, which keeps the indexes, the timestamps, the list of writes
 * and the events (webhooks) in step. Events are collected and leave at `commit()`, once per request.
 */
import { assert } from '#base/assert.ts';
import { canonicalAmount } from '#base/money.ts';
import type { PracticeWrite } from '#connectors/practice.ts';
import { compareIds, gid, type IdSource } from '#connectors/shopify/sandbox/ids.ts';
import type { OrderEvent } from '#connectors/shopify/sandbox/orders/order.ts';
import type { ShopClock } from '#connectors/shopify/sandbox/shop-clock.ts';
import { SortedView } from '#connectors/shopify/sandbox/sorted-view.ts';

export interface ShopIdentity {
  id: string;
  name: string;
  /** something.myshopify.com */
  domain: string;
  currency: string;
  timezone: string;
  baseUrl: string;
  apiVersion: string;
  createdAt: number;
  updatedAt: number;
}

export interface Location {
  id: string;
  name: string;
  active: boolean;
  fulfillsOnlineOrders: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface ShopImage {
  id: string;
  url: string;
  alt: string | null;
  createdAt: number;
}

export interface ProductOption {
  id: string;
  name: string;
  values: { id: string; name: string }[];
}

export interface Product {
  id: string;
  title: string;
  descriptionHtml: string;
  vendor: string;
  productType: string;
  tags: string[];
  handle: string;
  status: 'ACTIVE' | 'ARCHIVED' | 'DRAFT' | 'UNLISTED';
  giftCard: boolean;
  seo: { title: string | null; description: string | null };
  createdAt: number;
  updatedAt: number;
  publishedAt: number | null;
  images: ShopImage[];
  options: ProductOption[];
  variants: Variant[];
}

export interface Variant {
  id: string;
  product: Product;
  item: InventoryItem;
  position: number;
  optionValues: string[];
  price: string;
  compareAtPrice: string | null;
  barcode: string | null;
  inventoryPolicy: 'CONTINUE' | 'DENY';
  taxable: boolean;
  image: ShopImage | null;
  createdAt: number;
  updatedAt: number;
}

export interface InventoryItem {
  id: string;
  variant: Variant;
  sku: string;
  tracked: boolean;
  cost: string | null;
  requiresShipping: boolean;
  weight: { value: number; unit: string };
  createdAt: number;
  updatedAt: number;
  /** By location id. */
  levels: Map<string, Level>;
}

/** on_hand = available + committed; the other states of the platform's inventory stay at zero here. */
export interface Level {
  item: InventoryItem;
  location: Location;
  available: number;
  committed: number;
  createdAt: number;
  updatedAt: number;
}

export type Writer = PracticeWrite['by'];

/** What happened, for the webhook sender. The subject is read when the event leaves, not later: retries repeat the original. */
export type ShopEvent =
  | { topic: 'PRODUCTS_CREATE' | 'PRODUCTS_UPDATE'; product: Product }
  | { topic: 'PRODUCTS_DELETE'; productId: string }
  | { topic: 'INVENTORY_LEVELS_UPDATE' | 'INVENTORY_LEVELS_CONNECT'; level: Level }
  | { topic: 'INVENTORY_ITEMS_CREATE' | 'INVENTORY_ITEMS_UPDATE'; item: InventoryItem }
  | { topic: 'INVENTORY_ITEMS_DELETE'; itemId: string }
  | { topic: 'LOCATIONS_UPDATE'; location: Location }
  | OrderEvent;

export class ShopState {
  readonly products = new Map<string, Product>();
  readonly variants = new Map<string, Variant>();
  readonly items = new Map<string, InventoryItem>();
  /** Lower-cased SKU to the variants that carry it: SKUs need not be unique. */
  readonly bySku = new Map<string, Set<Variant>>();
  readonly locations: readonly Location[];
  readonly ids: IdSource;
  readonly writes: PracticeWrite[] = [];
  readonly clock: ShopClock;
  readonly currency: string;
  readonly productView: SortedView<Product>;
  readonly variantView: SortedView<Variant>;

  #touchedProducts = new Set<Product>();
  #events: ShopEvent[] = [];
  readonly #emit: (event: ShopEvent) => void;

  constructor(clock: ShopClock, ids: IdSource, currency: string, emit: (event: ShopEvent) => void, branches = 0) {
    this.clock = clock;
    this.ids = ids;
    this.currency = currency;
    this.#emit = emit;
    const createdAt = clock.nowToTheSecond();
    const location = (name: string, active: boolean, fulfillsOnlineOrders: boolean): Location => ({
      id: ids.take(),
      name,
      active,
      fulfillsOnlineOrders,
      createdAt,
      updatedAt: createdAt,
    });
    // The primary location is neither the first by name nor the only one: a client must not take whichever comes first.
    this.locations = [
      location('Main warehouse', true, true),
      location('Back room', true, false),
      location('Closed branch', false, false),
      ...Array.from({ length: branches }, (_, at) => location(`Branch ${at + 1}`, true, false)),
    ];
    this.productView = new SortedView(() => this.products.values());
    this.variantView = new SortedView(() => this.variants.values());
  }

  get primaryLocation(): Location {
    const first = this.locations[0];
    assert(first !== undefined, 'a shop has locations');
    return first;
  }

  insert(product: Product): void {
    this.products.set(product.id, product);
    for (const variant of product.variants) {
      this.variants.set(variant.id, variant);
      this.items.set(variant.item.id, variant.item);
      this.#indexSku(variant);
      this.#events.push({ topic: 'INVENTORY_ITEMS_CREATE', item: variant.item });
    }
    this.#events.push({ topic: 'PRODUCTS_CREATE', product });
    this.#membershipChanged();
  }

  remove(product: Product): void {
    this.products.delete(product.id);
    this.#touchedProducts.delete(product);
    for (const variant of product.variants) {
      this.variants.delete(variant.id);
      this.items.delete(variant.item.id);
      this.#unindexSku(variant);
      this.#events.push({ topic: 'INVENTORY_ITEMS_DELETE', itemId: variant.item.id });
    }
    this.#events.push({ topic: 'PRODUCTS_DELETE', productId: product.id });
    this.#membershipChanged();
  }

  changeProduct(product: Product, change: Partial<Omit<Product, 'id' | 'variants'>>): void {
    Object.assign(product, change);
    this.#touch(product);
  }

  changeVariant(
    variant: Variant,
    change: Partial<Pick<Variant, 'price' | 'compareAtPrice' | 'barcode' | 'inventoryPolicy' | 'taxable'>>,
    by: Writer,
  ): void {
    Object.assign(variant, change);
    variant.updatedAt = this.clock.nowToTheSecond();
    if (change.price !== undefined) this.#record('price', variant, change.price, by);
    this.#touch(variant.product);
  }

  changeItem(
    item: InventoryItem,
    change: Partial<Pick<InventoryItem, 'sku' | 'tracked' | 'cost' | 'requiresShipping' | 'weight'>>,
  ): void {
    this.#unindexSku(item.variant);
    Object.assign(item, change);
    this.#indexSku(item.variant);
    item.updatedAt = this.clock.nowToTheSecond();
    this.#events.push({ topic: 'INVENTORY_ITEMS_UPDATE', item });
    this.#touch(item.variant.product);
  }

  /** The level, made at zero when the item was not stocked there yet. */
  connectLevel(item: InventoryItem, location: Location): Level {
    const existing = item.levels.get(location.id);
    if (existing !== undefined) return existing;
    const now = this.clock.nowToTheSecond();
    const level: Level = { item, location, available: 0, committed: 0, createdAt: now, updatedAt: now };
    item.levels.set(location.id, level);
    this.#events.push({ topic: 'INVENTORY_LEVELS_CONNECT', level });
    return level;
  }

  changeLocation(location: Location, change: { name: string }): void {
    Object.assign(location, change);
    location.updatedAt = this.clock.nowToTheSecond();
    this.#events.push({ topic: 'LOCATIONS_UPDATE', location });
  }

  /** A stock change also touches the product: the platform fires products/update for it. */
  changeLevel(level: Level, change: { available: number; committed?: number }, by: Writer): void {
    level.available = change.available;
    level.committed = change.committed ?? level.committed;
    level.updatedAt = this.clock.nowToTheSecond();
    level.item.variant.updatedAt = level.updatedAt;
    this.#record('quantity', level.item.variant, String(change.available), by);
    this.#events.push({ topic: 'INVENTORY_LEVELS_UPDATE', level });
    this.#touch(level.item.variant.product);
  }

  /** What is promised changes and what may be sold does not: units leave the shelf, or are promised again after all. */
  changeCommitted(level: Level, committed: number): void {
    level.committed = committed;
    level.updatedAt = this.clock.nowToTheSecond();
    this.#events.push({ topic: 'INVENTORY_LEVELS_UPDATE', level });
  }

  /** Of a room that keeps its own objects in this shop. */
  announce(event: OrderEvent): void {
    this.#events.push(event);
  }

  /** Lets the events of one request go: one for each level and one for each product, however often they changed. */
  commit(): void {
    const events = this.#events;
    const products = this.#touchedProducts;
    this.#events = [];
    this.#touchedProducts = new Set();
    const told = new Set<Level>();
    for (const event of events) {
      if (event.topic === 'INVENTORY_LEVELS_UPDATE') {
        if (told.has(event.level)) continue;
        told.add(event.level);
      }
      this.#emit(event);
    }
    for (const product of products) this.#emit({ topic: 'PRODUCTS_UPDATE', product });
  }

  money(amount: string): string {
    return canonicalAmount(amount, this.currency);
  }

  #record(kind: PracticeWrite['kind'], variant: Variant, value: string, by: Writer): void {
    this.writes.push({
      at: new Date(this.clock.now()).toISOString(),
      kind,
      variantId: gid('ProductVariant', variant.id),
      value,
      by,
    });
  }

  #touch(product: Product): void {
    product.updatedAt = this.clock.nowToTheSecond();
    this.#touchedProducts.add(product);
    this.productView.orderChanged();
    this.variantView.orderChanged();
  }

  #membershipChanged(): void {
    this.productView.membershipChanged();
    this.variantView.membershipChanged();
  }

  #indexSku(variant: Variant): void {
    const key = variant.item.sku.toLowerCase();
    const holders = this.bySku.get(key);
    if (holders === undefined) this.bySku.set(key, new Set([variant]));
    else holders.add(variant);
  }

  #unindexSku(variant: Variant): void {
    const key = variant.item.sku.toLowerCase();
    const holders = this.bySku.get(key);
    holders?.delete(variant);
    if (holders?.size === 0) this.bySku.delete(key);
  }
}

/** What may be sold of it over all active locations; the platform shows zero for what it does not track. */
export function totalAvailable(item: InventoryItem): number {
  if (!item.tracked) return 0;
  let total = 0;
  for (const level of item.levels.values()) if (level.location.active) total += level.available;
  return total;
}

export const variantTitle = (variant: Variant): string => variant.optionValues.join(' / ');

export const byId = <T extends { id: string }>(a: T, b: T): number => compareIds(a.id, b.id);
