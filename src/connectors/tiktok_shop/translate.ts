/** Pure: what the platform shows -> hub terms. */
import { canonicalAmount, type Money } from '#base/money.ts';
import type { RemoteImage, RemoteLevel, RemoteListing, RemoteLocation, RemoteProduct } from '#connectors/connector.ts';
import { amountIn, unitsIn } from '#connectors/figures.ts';
import type { Image, Product, Sku, Warehouse } from '#connectors/tiktok_shop/schema.ts';

/**
 * ACTIVATE is on sale. DRAFT, PENDING and FAILED have not passed review; the rest were taken off sale. `status` joins review and
 * sale; it is left out for products that are listed only on an integrated platform (Tokopedia), whose own status counts then.
 */
const statuses: Readonly<Record<string, RemoteProduct['status']>> = {
  ACTIVATE: 'active',
  INITIAL: 'draft',
  DRAFT: 'draft',
  PENDING: 'draft',
  FAILED: 'draft',
  SELLER_DEACTIVATED: 'archived',
  PLATFORM_DEACTIVATED: 'archived',
  FREEZE: 'archived',
  DELETED: 'archived',
};

export function nativeStatus(product: Pick<Product, 'status' | 'product_status' | 'integrated_platform_statuses'>): string {
  return product.status || product.product_status || product.integrated_platform_statuses[0]?.status || '';
}

export function toProduct(product: Product): RemoteProduct {
  const native = nativeStatus(product);
  const skus = [...new Map(product.skus.map((sku) => [sku.id, sku])).values()];
  const weight = toWeight(product);
  return {
    id: product.id,
    title: product.title,
    descriptionHtml: product.description,
    vendor: product.brand?.name ?? '',
    productType:
      (product.category_chains.find((category) => category.is_leaf === true) ?? product.category_chains.at(-1))?.local_name ?? '',
    tags: [],
    handle: null,
    // An unknown status is not taken for "on sale".
    status: statuses[native] ?? 'draft',
    url: null,
    updatedAt: product.update_time ? isoOfSeconds(product.update_time) : null,
    images: toImages(product, skus),
    options: toOptions(skus),
    listings: skus.map((sku) => toListing(sku, native === 'ACTIVATE', weight)),
  };
}

function toListing(sku: Sku, onSale: boolean, weight: RemoteListing['weight']): RemoteListing {
  const options = sku.sales_attributes.map(({ name, value_name: value }) => ({ name, value }));
  const live = onSale && (sku.status_info?.status || 'NORMAL') === 'NORMAL';
  return {
    id: sku.id,
    inventoryId: null,
    sku: sku.seller_sku,
    barcode: sku.identifier_code?.code ?? '',
    title: options.map(({ value }) => value).join(' / '),
    options,
    price: toPrice(sku),
    compareAtPrice: sku.list_price ? toMoney(sku.list_price.amount, sku.list_price.currency) : null,
    cost: null,
    weight,
    imageIds: unique(sku.sales_attributes.flatMap(imagesOfAttribute).map(({ uri }) => uri)),
    // A virtual bundle has no count of its own: the platform works it out of its parts, and takes no other.
    stockPolicy: sku.combined_skus.length > 0 ? 'untracked' : 'tracked',
    state: live ? 'live' : 'inactive',
    levels: toLevels(sku),
  };
}

/**
 * What Update Price writes as `amount` is read back as tax_exclusive_price: the display price of local sellers, the price
 * before tax of global ones. sale_price is the same for local sellers and stands in where the other is missing.
 */
export function toPrice(sku: Pick<Sku, 'price'>): Money | null {
  if (!sku.price) return null;
  return toMoney(sku.price.tax_exclusive_price || sku.price.sale_price, sku.price.currency);
}

function toMoney(amount: string, currency: string): Money | null {
  if (amountIn(amount) === null || !/^[A-Z]{3}$/.test(currency)) return null;
  return { amount, currency };
}

/**
 * An amount as Update Price takes it: with the currency's digits, and without a fraction that says nothing. Currencies without
 * a subunit must be whole ("80000" VND), and markets such as Indonesia, which has one by ISO 4217, price in whole units.
 */
export function toAmount(price: Money): string {
  return canonicalAmount(price.amount, price.currency).replace(/\.0+$/, '');
}

function toLevels(sku: Sku): RemoteLevel[] {
  const levels = new Map<string, number>();
  for (const { warehouse_id: locationId, quantity } of sku.inventory) {
    const available = unitsIn(quantity ?? 0);
    if (locationId !== '' && available !== null) levels.set(locationId, available);
  }
  return [...levels].map(([locationId, available]) => ({ locationId, available }));
}

function toOptions(skus: readonly Sku[]): RemoteProduct['options'] {
  const values = new Map<string, Set<string>>();
  for (const { name, value_name: value } of skus.flatMap((sku) => sku.sales_attributes)) {
    const known = values.get(name);
    if (known === undefined) values.set(name, new Set([value]));
    else known.add(value);
  }
  return [...values].map(([name, all]) => ({ name, values: [...all] }));
}

function toImages(product: Product, skus: readonly Sku[]): RemoteImage[] {
  const all = [...product.main_images, ...skus.flatMap((sku) => sku.sales_attributes.flatMap(imagesOfAttribute))];
  const byId = new Map<string, RemoteImage>();
  for (const image of all) {
    const [url] = image.urls;
    // An image still being processed has no address yet.
    if (url === undefined || byId.has(image.uri)) continue;
    byId.set(image.uri, { id: image.uri, url, alt: '', width: image.width ?? null, height: image.height ?? null });
  }
  return [...byId.values()];
}

function imagesOfAttribute(attribute: Sku['sales_attributes'][number]): Image[] {
  return [...(attribute.sku_img ? [attribute.sku_img] : []), ...attribute.supplementary_sku_images].filter(
    ({ uri }) => uri !== '',
  );
}

const weightUnits: Readonly<Record<string, string>> = { KILOGRAM: 'kg', GRAM: 'g', POUND: 'lb', OUNCE: 'oz' };

function toWeight(product: Product): RemoteListing['weight'] {
  const unit = weightUnits[product.package_weight?.unit ?? ''];
  const value = Number(product.package_weight?.value || Number.NaN);
  return unit === undefined || !Number.isFinite(value) ? null : { value, unit };
}

/** Warehouses that goods are sold from; return warehouses hold no stock for sale. At most one is preferred, and one is if there is any. */
export function toLocations(warehouses: readonly Warehouse[]): RemoteLocation[] {
  const sales = warehouses.filter(({ type }) => type === '' || type === 'SALES_WAREHOUSE');
  const open = sales.filter(isOpen);
  const preferred =
    open.find(({ is_default }) => is_default === true) ??
    open[0] ??
    sales.find(({ is_default }) => is_default === true) ??
    sales[0];
  return sales.map((warehouse) => ({
    id: warehouse.id,
    name: warehouse.name || warehouse.id,
    active: isOpen(warehouse),
    preferred: warehouse === preferred,
  }));
}

/** RESTRICTED (holiday or order-limit mode) passes by itself, and its stock is still kept. */
const isOpen = ({ effect_status }: Warehouse): boolean => effect_status !== 'DISABLED';

export const isoOfSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString();

const unique = (values: readonly string[]): string[] => [...new Set(values)];
