import { shownAmount } from '#connectors/tiktok_shop/sandbox/amounts.ts';
import {
  type BundlePart,
  type ShopImage,
  type ShopProduct,
  type ShopSku,
  unitsOf,
  type Warehouse,
} from '#connectors/tiktok_shop/sandbox/goods.ts';

/** What the answers show of the shop's goods. */
export interface ViewSettings {
  currency: string;
  region: string;
  /** The sales warehouses, in the order of a SKU's stock. */
  warehouses: readonly Warehouse[];
}

/** An entry of Search Products: the key properties only, and of a local seller's price only `tax_exclusive_price`. */
export function searchEntry(product: ShopProduct, settings: ViewSettings): object {
  return {
    audit: auditOf(product),
    create_time: product.createSeconds,
    has_draft: false,
    id: product.id,
    is_not_for_sale: false,
    recommended_categories: [],
    sales_regions: [settings.region],
    skus: product.skus.map((sku) => ({
      id: sku.id,
      inventory: inventoryOf(sku, settings),
      ...listPriceOf(sku, settings),
      price: { currency: settings.currency, tax_exclusive_price: shownAmount(sku.price) },
      seller_sku: sku.sellerSku,
      status_info: { status: 'NORMAL' },
    })),
    status: product.status,
    title: product.title,
    update_time: product.updateSeconds,
  };
}

/** The answer of Get Product. */
export function productDetail(product: ShopProduct, settings: ViewSettings): object {
  return {
    audit: auditOf(product),
    ...(product.brand === '' ? {} : { brand: { id: '7273019489648756485', name: product.brand } }),
    category_chains: [{ id: '601693', is_leaf: true, local_name: 'Practice goods', parent_id: '0' }],
    create_time: product.createSeconds,
    description: product.descriptionHtml,
    has_draft: false,
    id: product.id,
    is_not_for_sale: false,
    main_images: product.images.map(imageOf),
    ...(product.packageGrams === null
      ? {}
      : { package_weight: { unit: 'KILOGRAM', value: String(product.packageGrams / 1000) } }),
    product_attributes: [],
    product_status: product.status === 'PENDING' || product.status === 'FAILED' ? 'INITIAL' : product.status,
    skus: product.skus.map((sku) => detailSku(sku, settings)),
    status: product.status,
    title: product.title,
    update_time: product.updateSeconds,
  };
}

function detailSku(sku: ShopSku, settings: ViewSettings): object {
  const amount = shownAmount(sku.price);
  return {
    id: sku.id,
    ...(sku.barcode === '' ? {} : { identifier_code: { code: sku.barcode, type: codeTypes[sku.barcode.length] ?? 'GTIN' } }),
    inventory: inventoryOf(sku, settings),
    ...listPriceOf(sku, settings),
    price: { currency: settings.currency, sale_price: amount, tax_exclusive_price: amount },
    sales_attributes: sku.attributes.map((attribute) => ({
      id: attribute.id,
      name: attribute.name,
      ...(attribute.image === null ? {} : { sku_img: imageOf(attribute.image) }),
      value_id: attribute.valueId,
      value_name: attribute.value,
    })),
    seller_sku: sku.sellerSku,
    status_info: { status: 'NORMAL' },
    ...(sku.parts.length === 0 ? {} : { combined_skus: sku.parts.map((part) => combinedSku(part, settings)) }),
  };
}

const combinedSku = ({ sku, units }: BundlePart, settings: ViewSettings): object => ({
  inventory: inventoryOf(sku, settings),
  product_id: sku.product.id,
  sku_count: units,
  sku_id: sku.id,
  title: sku.product.title,
});

const codeTypes: Readonly<Record<number, string>> = { 10: 'ISBN', 12: 'UPC', 13: 'EAN', 14: 'GTIN' };

/** An entry of Inventory Search: a product with those of its SKUs that were asked for. */
export function inventoryEntry(productId: string, skus: readonly ShopSku[], settings: ViewSettings): object {
  return {
    product_id: productId,
    skus: skus.map((sku) => ({
      id: sku.id,
      seller_sku: sku.sellerSku,
      ...campaignOf(sku),
      total_available_quantity: unitsOf(sku),
      total_committed_quantity: sku.committed.reduce((sum, units) => sum + units, 0),
      warehouse_inventory: settings.warehouses.map((warehouse, index) => ({
        available_quantity: sku.stock[index] ?? 0,
        committed_quantity: sku.committed[index] ?? 0,
        warehouse_id: warehouse.id,
      })),
    })),
  };
}

/** How the available units are distributed, where a campaign has some of them. */
function campaignOf(sku: ShopSku): object {
  const held = Math.min(sku.campaignUnits, unitsOf(sku));
  if (held === 0) return {};
  return {
    total_available_inventory_distribution: {
      campaign_inventory: [{ campaign_name: 'Practice campaign', quantity: held }],
      creator_inventory: [],
      in_shop_inventory: { quantity: unitsOf(sku) - held },
    },
  };
}

/** Not applicable to what is a draft, frozen or deactivated. Source: `audit.status` of Get Product. */
function auditOf(product: ShopProduct): object {
  const status = { PENDING: 'AUDITING', FAILED: 'FAILED', ACTIVATE: 'APPROVED' }[product.status as string] ?? 'NONE';
  return { pre_approved_reasons: [], status };
}

function inventoryOf(sku: ShopSku, settings: ViewSettings): object[] {
  return settings.warehouses.map((warehouse, index) => ({ quantity: sku.stock[index] ?? 0, warehouse_id: warehouse.id }));
}

function listPriceOf(sku: ShopSku, settings: ViewSettings): object {
  return sku.listPrice === null ? {} : { list_price: { amount: shownAmount(sku.listPrice), currency: settings.currency } };
}

function imageOf(image: ShopImage): object {
  return { height: 1200, thumb_urls: [image.url], uri: image.uri, urls: [image.url], width: 1200 };
}
