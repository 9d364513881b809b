/** What products, variants and their media show. */
import { currencyExponent } from '#base/money.ts';
import { gid } from '#connectors/shopify/sandbox/ids.ts';
import { type PageArguments, pageOf, writeCursor } from '#connectors/shopify/sandbox/paging.ts';
import type { RequestContext, Resolvers } from '#connectors/shopify/sandbox/request-context.ts';
import {
  type Product,
  type ProductOption,
  type ShopImage,
  totalAvailable,
  type Variant,
  variantTitle,
} from '#connectors/shopify/sandbox/shop-state.ts';
import type { SortKey } from '#connectors/shopify/sandbox/sorted-view.ts';

export const productKeys: Readonly<Record<string, SortKey<Product>>> = {
  ID: { name: 'ID', valueOf: () => 0 },
  TITLE: { name: 'TITLE', valueOf: (product) => product.title.toLowerCase() },
  VENDOR: { name: 'VENDOR', valueOf: (product) => product.vendor.toLowerCase() },
  CREATED_AT: { name: 'CREATED_AT', valueOf: (product) => product.createdAt },
  UPDATED_AT: { name: 'UPDATED_AT', valueOf: (product) => product.updatedAt },
};

export const variantKeys: Readonly<Record<string, SortKey<Variant>>> = {
  ID: { name: 'ID', valueOf: () => 0 },
  POSITION: { name: 'POSITION', valueOf: (variant) => variant.position },
  TITLE: { name: 'TITLE', valueOf: (variant) => variantTitle(variant).toLowerCase() },
};

/** Images keep the order in which they stand; their ids ascend with it. */
const imageKey: SortKey<ShopImage> = { name: 'POSITION', valueOf: () => 0 };

/** Decimal writes no needless zeros: "12.5", "12.0". */
export function moneyOf(amount: string, currency: string): { amount: string; currencyCode: string } {
  const plain = amount.includes('.') ? amount.replace(/0+$/, '').replace(/\.$/, '.0') : `${amount}.0`;
  return { amount: currencyExponent(currency) === 0 ? `${amount}.0` : plain, currencyCode: currency };
}

function sortVariants(product: Product, sortKey: string): { rows: readonly Variant[]; key: SortKey<Variant> } {
  const key = variantKeys[sortKey] ?? { name: 'POSITION', valueOf: (variant: Variant) => variant.position };
  if (key.name === 'POSITION') return { rows: product.variants, key };
  return {
    rows: product.variants.toSorted((a, b) =>
      key.valueOf(a) < key.valueOf(b) ? -1 : key.valueOf(a) > key.valueOf(b) ? 1 : a.position - b.position,
    ),
    key,
  };
}

const priceBounds = (product: Product, currency: string) => {
  const prices = product.variants.map((variant) => variant.price).sort((a, b) => Number(a) - Number(b));
  return { minVariantPrice: moneyOf(prices[0] ?? '0', currency), maxVariantPrice: moneyOf(prices.at(-1) ?? '0', currency) };
};

const plainText = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

const imageFields = (image: ShopImage) => ({
  altText: image.alt,
  height: 1200,
  width: 1200,
  id: gid('ImageSource', image.id),
  url: image.url,
});

const product = {
  category: () => null,
  defaultCursor: (one: Product) => writeCursor(0, one.id),
  description: (one: Product, args: { truncateAt?: number | null }) =>
    plainText(one.descriptionHtml).slice(0, args.truncateAt ?? undefined),
  featuredMedia: (one: Product) => one.images[0] ?? null,
  hasOnlyDefaultVariant: (one: Product) => one.options[0]?.name === 'Title' && one.options[0].values[0]?.name === 'Default Title',
  hasOutOfStockVariants: (one: Product) =>
    one.variants.some((variant) => variant.item.tracked && totalAvailable(variant.item) <= 0),
  id: (one: Product) => gid('Product', one.id),
  isGiftCard: (one: Product) => one.giftCard,
  legacyResourceId: (one: Product) => one.id,
  media: (one: Product, args: PageArguments, context: RequestContext) => pageOf(one.images, imageKey, args, context.bulk),
  mediaCount: (one: Product) => ({ count: one.images.length, precision: 'EXACT' }),
  onlineStorePreviewUrl: (one: Product, _: unknown, context: RequestContext) =>
    `https://${context.shop.identity.domain}/products_preview?preview_key=${one.id}`,
  onlineStoreUrl: (one: Product, _: unknown, context: RequestContext) =>
    one.publishedAt === null ? null : `https://${context.shop.identity.domain}/products/${one.handle}`,
  options: (one: Product, args: { first?: number | null }) =>
    one.options.slice(0, args.first ?? undefined).map((option, index) => ({ option, position: index + 1, product: one, index })),
  priceRangeV2: (one: Product, _: unknown, context: RequestContext) => priceBounds(one, context.shop.identity.currency),
  templateSuffix: () => null,
  totalInventory: (one: Product) => one.variants.reduce((sum, variant) => sum + totalAvailable(variant.item), 0),
  tracksInventory: (one: Product) => one.variants.some((variant) => variant.item.tracked),
  variants: (one: Product, args: PageArguments & { sortKey: string }, context: RequestContext) => {
    const { rows, key } = sortVariants(one, args.sortKey);
    return pageOf(rows, key, args, context.bulk);
  },
  variantsCount: (one: Product) => ({ count: one.variants.length, precision: 'EXACT' }),
};

const variant = {
  availableForSale: (one: Variant) => !one.item.tracked || one.inventoryPolicy === 'CONTINUE' || totalAvailable(one.item) > 0,
  defaultCursor: (one: Variant) => writeCursor(0, one.id),
  displayName: (one: Variant) => `${one.product.title} - ${variantTitle(one)}`,
  id: (one: Variant) => gid('ProductVariant', one.id),
  inventoryItem: (one: Variant) => one.item,
  inventoryQuantity: (one: Variant) => totalAvailable(one.item),
  legacyResourceId: (one: Variant) => one.id,
  media: (one: Variant, args: PageArguments, context: RequestContext) =>
    pageOf(one.image === null ? [] : [one.image], imageKey, args, context.bulk),
  selectedOptions: (one: Variant) =>
    one.product.options.map((option, index) => ({
      name: option.name,
      value: one.optionValues[index] ?? '',
      index,
      option,
      product: one.product,
    })),
  sku: (one: Variant) => (one.item.sku === '' ? null : one.item.sku),
  title: variantTitle,
};

interface ShownOption {
  option: ProductOption;
  position: number;
  product: Product;
  index: number;
}

export const catalogResolvers: Resolvers = {
  Product: product,
  ProductVariant: variant,
  ProductOption: {
    id: ({ option }: ShownOption) => gid('ProductOption', option.id),
    name: ({ option }: ShownOption) => option.name,
    values: ({ option }: ShownOption) => option.values.map((value) => value.name),
    optionValues: ({ option, product: owner, index }: ShownOption) =>
      option.values.map((value) => ({ value, product: owner, index })),
  },
  ProductOptionValue: {
    id: ({ value }: { value: { id: string } }) => gid('ProductOptionValue', value.id),
    name: ({ value }: { value: { name: string } }) => value.name,
    hasVariants: (shown: { value: { name: string }; product: Product; index: number }) =>
      shown.product.variants.some((one) => one.optionValues[shown.index] === shown.value.name),
  },
  SelectedOption: {
    optionValue: (selected: ShownOption & { value: string }) => ({
      value: selected.option.values.find((value) => value.name === selected.value),
      product: selected.product,
      index: selected.index,
    }),
  },
  MediaImage: {
    id: (image: ShopImage) => gid('MediaImage', image.id),
    image: imageFields,
    mediaContentType: () => 'IMAGE',
    mimeType: () => 'image/jpeg',
    preview: (image: ShopImage) => ({ image: imageFields(image), status: 'READY' }),
    status: () => 'READY',
    updatedAt: (image: ShopImage) => image.createdAt,
  },
};
