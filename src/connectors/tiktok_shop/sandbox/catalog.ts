import { exact, sameAmount } from '#base/money.ts';
import type { PracticeProduct, PracticeWrite } from '#connectors/practice.ts';
import {
  type BundlePart,
  bundlesIn,
  type Editor,
  isLive,
  type ProductStatus,
  type Promotion,
  type ShopEvent,
  type ShopProduct,
  type ShopSku,
  type StockState,
  unitsOf,
} from '#connectors/tiktok_shop/sandbox/goods.ts';
import { checkUnits, type IntakeSettings, takeIn } from '#connectors/tiktok_shop/sandbox/intake.ts';
import type { ShopClock } from '#connectors/tiktok_shop/sandbox/shop-clock.ts';

export interface CatalogSettings extends IntakeSettings {
  clock: ShopClock;
  /** At or below so many units a SKU counts as LOW_STOCK. */
  lowStockUnits: number;
  /** How long an audit takes, in seconds of the shop's time. */
  auditSeconds: number;
  announce(event: ShopEvent): void;
}

const stockRanks: Readonly<Record<StockState, number>> = { SUFFICIENT_STOCK: 2, LOW_STOCK: 1, OUT_OF_STOCK: 0 };

/**
 * All products of the shop, deleted ones too, and every change to them. A change of title, price, status or stock by the
 * seller (through the API or by hand) moves the product's update time; a buyer's purchase does not.
 */
export class ShopCatalog {
  readonly products: ShopProduct[] = [];
  readonly #productsById = new Map<string, ShopProduct>();
  readonly #skusById = new Map<string, ShopSku>();
  readonly #bundles: ShopSku[] = [];
  readonly #writes: PracticeWrite[] = [];
  readonly #settings: CatalogSettings;

  constructor(settings: CatalogSettings) {
    this.#settings = settings;
  }

  get currency(): string {
    return this.#settings.currency;
  }

  product(id: string): ShopProduct | undefined {
    return this.#productsById.get(id);
  }

  sku(id: string): ShopSku | undefined {
    return this.#skusById.get(id);
  }

  writes(): PracticeWrite[] {
    return [...this.#writes];
  }

  get writeCount(): number {
    return this.#writes.length;
  }

  /** A new product; one that goes live has passed its first audit. */
  add(product: PracticeProduct): ShopProduct {
    const kept = takeIn(product, this.#settings.clock.seconds(), this.#settings);
    this.products.push(kept);
    this.#productsById.set(kept.id, kept);
    for (const sku of kept.skus) this.#skusById.set(sku.id, sku);
    this.#settings.announce({ kind: 'product_created', product: kept });
    if (isLive(kept)) this.#settings.announce({ kind: 'audit_changed', product: kept, status: 'PRODUCT_FIRST_PASS_REVIEW' });
    return kept;
  }

  /**
   * A virtual bundle: what is sold of it is the SKUs that it is made of, and of it there is as much as they are enough for.
   * Source: Get Product, `combined_skus` and their `inventory`.
   */
  addBundle(product: Omit<PracticeProduct, 'variants'> & { sku: string; price: string }, parts: readonly BundlePart[]): ShopSku {
    if (parts.length === 0 || parts.some(({ sku, units }) => sku.parts.length > 0 || !Number.isInteger(units) || units < 1))
      throw new RangeError('A virtual bundle is made of whole units of goods that are no bundles');
    const { sku, price, ...rest } = product;
    const [made] = this.add({ ...rest, variants: [{ sku, price, quantity: 0 }] }).skus;
    if (made === undefined) throw new Error('The bundle was not made');
    made.parts = parts;
    made.stock = bundlesIn(parts);
    this.#bundles.push(made);
    return made;
  }

  setTitle(product: ShopProduct, title: string, editor: Editor): void {
    if (product.title === title) return;
    product.title = title;
    this.#touch(product);
    if (isLive(product)) this.#settings.announce({ kind: 'information_changed', product, field: 'title', editor });
  }

  /** Sets prices of SKUs of one product, told in one webhook. Amounts are kept ones; a write of the same amount is a write, too. */
  setPrices(product: ShopProduct, prices: readonly { sku: ShopSku; price: string }[], editor: Editor): void {
    let changed = false;
    for (const { sku, price } of prices) {
      changed ||= !sameAmount(sku.price, price);
      sku.price = price;
      if (sku.listPrice !== null && new exact(sku.listPrice).lt(price)) sku.listPrice = null;
      this.#write('price', sku, price, editor);
    }
    if (!changed) return;
    this.#touch(product);
    if (isLive(product)) this.#settings.announce({ kind: 'information_changed', product, field: 'others', editor });
  }

  /** Sets the units in each sales warehouse. Tells of it only when the SKU has dropped to low or no stock, as the platform does. */
  setStock(sku: ShopSku, stock: readonly number[], editor: Editor): void {
    for (const units of stock) checkUnits(units);
    if (sku.parts.length > 0) throw new Error('The stock of a virtual bundle is that of its goods');
    const before = this.#stockState(sku);
    sku.stock = [...stock];
    for (const bundle of this.#bundles) if (bundle.parts.some((part) => part.sku === sku)) bundle.stock = bundlesIn(bundle.parts);
    const after = this.#stockState(sku);
    this.#write('quantity', sku, String(unitsOf(sku)), editor);
    if (editor !== 'buyer') this.#touch(sku.product);
    if (stockRanks[after] < stockRanks[before]) this.#settings.announce({ kind: 'stock_dropped', sku, state: after });
  }

  /** Activation by the seller: pending until audited, then live. */
  submitForAudit(product: ShopProduct): void {
    this.#setStatus(product, 'PENDING');
    this.#settings.clock.later(this.#settings.auditSeconds, () => {
      if (product.status === 'PENDING') this.changeStatus(product, 'ACTIVATE');
    });
  }

  /** Changes the status, and with it what the audit says, which webhook 5 tells. */
  changeStatus(product: ShopProduct, status: ProductStatus): void {
    if (product.status === status) return;
    this.#setStatus(product, status);
    this.#settings.announce({ kind: 'audit_changed', product, status: 'PRODUCT_STATUS_CHANGED' });
  }

  setPromotion(product: ShopProduct, promotion: Promotion | null): void {
    product.promotion = promotion;
  }

  #setStatus(product: ShopProduct, status: ProductStatus): void {
    product.status = status;
    this.#touch(product);
  }

  #touch(product: ShopProduct): void {
    product.updateSeconds = this.#settings.clock.seconds();
  }

  #stockState(sku: ShopSku): StockState {
    const units = unitsOf(sku);
    if (units === 0) return 'OUT_OF_STOCK';
    return units <= this.#settings.lowStockUnits ? 'LOW_STOCK' : 'SUFFICIENT_STOCK';
  }

  #write(kind: PracticeWrite['kind'], sku: ShopSku, value: string, by: Editor): void {
    this.#writes.push({ at: this.#settings.clock.isoTime(), kind, variantId: sku.id, value, by });
  }
}
