import type { PracticeProduct, PracticeVariant } from '#connectors/practice.ts';
import { nearestAmount } from '#connectors/tiktok_shop/sandbox/amounts.ts';
import type { ProductStatus, SalesAttribute, ShopImage, ShopProduct, ShopSku } from '#connectors/tiktok_shop/sandbox/goods.ts';
import type { LongIds } from '#connectors/tiktok_shop/sandbox/long-ids.ts';

/** The most units that one warehouse holds of a SKU. Source: Update Inventory, "Valid range: [1, 99,999]". */
export const mostUnits = 99_999;

const statuses: Readonly<Record<NonNullable<PracticeProduct['status']>, ProductStatus>> = {
  active: 'ACTIVATE',
  draft: 'DRAFT',
  archived: 'SELLER_DEACTIVATED',
};

export interface IntakeSettings {
  ids: LongIds;
  currency: string;
  /** List prices exist in the United States only. */
  region: string;
  warehouses: number;
}

/**
 * A new product as the shop keeps it; all of a SKU's units lie in the default warehouse. What other shops may hold and
 * TikTok Shop may not is brought to the nearest that it may: a price of nothing to the currency's smallest unit, stock to
 * between 0 and 99,999, images beyond the ninth away; stock is always tracked.
 */
export function takeIn(product: PracticeProduct, seconds: number, settings: IntakeSettings): ShopProduct {
  if (product.variants.length === 0) throw new RangeError(`TikTok Shop: "${product.title}" needs at least one variant`);
  const kept: ShopProduct = {
    id: settings.ids.next(),
    title: product.title,
    descriptionHtml: product.descriptionHtml ?? '',
    brand: product.vendor ?? '',
    status: statuses[product.status ?? 'active'],
    images: (product.images ?? []).slice(0, 9).map((image) => imageOf(image.url, settings)),
    packageGrams: product.variants[0]?.grams ?? null,
    createSeconds: seconds,
    updateSeconds: seconds,
    promotion: null,
    skus: [],
  };
  for (const variant of product.variants) kept.skus.push(skuOf(kept, product.options ?? [], variant, settings));
  return kept;
}

function skuOf(product: ShopProduct, options: readonly string[], variant: PracticeVariant, settings: IntakeSettings): ShopSku {
  const price = nearestAmount(variant.price, settings.currency);
  const listed = settings.region === 'US' && variant.compareAtPrice !== undefined;
  return {
    id: settings.ids.next(),
    product,
    sellerSku: variant.sku ?? '',
    barcode: variant.barcode ?? '',
    price,
    listPrice: listed ? nearestAmount(variant.compareAtPrice ?? price, settings.currency) : null,
    attributes: options.map((name, index) => attributeOf(name, variant.optionValues?.[index] ?? '', index, variant, settings)),
    stock: Array.from({ length: settings.warehouses }, (_, index) =>
      index === 0 ? Math.min(mostUnits, Math.max(0, Math.trunc(variant.quantity))) : 0,
    ),
    committed: Array.from({ length: settings.warehouses }, () => 0),
    campaignUnits: 0,
    parts: [],
  };
}

/** The platform's own attribute "Color" has the id 100000 (sample of Get Product); custom ones get ids of their own. */
function attributeOf(
  name: string,
  value: string,
  index: number,
  variant: PracticeVariant,
  settings: IntakeSettings,
): SalesAttribute {
  return {
    id: name.toLowerCase() === 'color' ? '100000' : settings.ids.named(`attribute ${name}`, '72'),
    name,
    valueId: settings.ids.named(`value ${name} ${value}`, '73'),
    value,
    image: index === 0 && variant.imageUrl !== undefined ? imageOf(variant.imageUrl, settings) : null,
  };
}

function imageOf(url: string, settings: IntakeSettings): ShopImage {
  return { uri: `tos-alisg-i-aphluv4xwc-sg/${settings.ids.hex(`image ${url}`, 32)}`, url };
}

/** Throws unless a warehouse can hold so many units. */
export function checkUnits(units: number): void {
  if (!Number.isInteger(units) || units < 0 || units > mostUnits) {
    throw new RangeError(`A warehouse of TikTok Shop holds whole units from 0 to ${mostUnits}; ${units} is none`);
  }
}
