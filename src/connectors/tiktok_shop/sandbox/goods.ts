/** The things that the practice shop keeps. Amounts are canonical decimal strings, moments whole Unix seconds. */
export type ProductStatus =
  | 'DRAFT'
  | 'PENDING'
  | 'FAILED'
  | 'ACTIVATE'
  | 'SELLER_DEACTIVATED'
  | 'PLATFORM_DEACTIVATED'
  | 'FREEZE'
  | 'DELETED';

export const productStatuses: readonly ProductStatus[] = [
  'DRAFT',
  'PENDING',
  'FAILED',
  'ACTIVATE',
  'SELLER_DEACTIVATED',
  'PLATFORM_DEACTIVATED',
  'FREEZE',
  'DELETED',
];

export interface ShopProduct {
  id: string;
  title: string;
  descriptionHtml: string;
  brand: string;
  status: ProductStatus;
  images: readonly ShopImage[];
  packageGrams: number | null;
  createSeconds: number;
  updateSeconds: number;
  /** A running campaign: it locks the price, and with `stockLocked` the stock cannot be lowered. */
  promotion: Promotion | null;
  skus: ShopSku[];
}

export interface Promotion {
  stockLocked: boolean;
}

export interface ShopImage {
  uri: string;
  url: string;
}

export interface ShopSku {
  id: string;
  product: ShopProduct;
  sellerSku: string;
  barcode: string;
  price: string;
  listPrice: string | null;
  attributes: readonly SalesAttribute[];
  /** One number for each sales warehouse, in the shop's order of warehouses. */
  stock: number[];
  /** Of each sales warehouse: units that orders hold, which are not among those of `stock`. */
  committed: number[];
  /** Units that a running campaign holds: the stock cannot be set below them. */
  campaignUnits: number;
  /** Of a virtual bundle, the SKUs that it is made of; empty for all others. It has no stock but theirs. */
  parts: readonly BundlePart[];
}

export interface BundlePart {
  sku: ShopSku;
  units: number;
}

/** The SKUs that lie on the shelf for one unit of this one. */
export const partsOf = (sku: ShopSku): readonly BundlePart[] => (sku.parts.length > 0 ? sku.parts : [{ sku, units: 1 }]);

/** Of each warehouse, how many bundles its goods are enough for. */
export const bundlesIn = (parts: readonly BundlePart[]): number[] =>
  (parts[0]?.sku.stock ?? []).map((_, place) =>
    Math.min(...parts.map(({ sku, units }) => Math.floor((sku.stock[place] ?? 0) / units))),
  );

export interface SalesAttribute {
  id: string;
  name: string;
  valueId: string;
  value: string;
  image: ShopImage | null;
}

export interface Warehouse {
  id: string;
  entityId: string;
  name: string;
  type: 'SALES_WAREHOUSE' | 'RETURN_WAREHOUSE';
  isDefault: boolean;
}

export type Editor = 'api' | 'person' | 'buyer';

export type StockState = 'SUFFICIENT_STOCK' | 'LOW_STOCK' | 'OUT_OF_STOCK';

/** What happened in the shop that its webhooks tell. */
export type ShopEvent =
  | { kind: 'product_created'; product: ShopProduct }
  | { kind: 'audit_changed'; product: ShopProduct; status: 'PRODUCT_FIRST_PASS_REVIEW' | 'PRODUCT_STATUS_CHANGED' }
  | { kind: 'information_changed'; product: ShopProduct; field: 'title' | 'others'; editor: Editor }
  | { kind: 'stock_dropped'; sku: ShopSku; state: StockState };

export function unitsOf(sku: ShopSku): number {
  return sku.stock.reduce((sum, units) => sum + units, 0);
}

export function isLive(product: ShopProduct): boolean {
  return product.status === 'ACTIVATE';
}
