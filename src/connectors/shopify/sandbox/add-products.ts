/** Turns what a test, the demo or a person adds into products as the platform keeps them. */
import type { PracticeProduct, PracticeVariant } from '#connectors/practice.ts';
import type {
  InventoryItem,
  Product,
  ProductOption,
  ShopImage,
  ShopState,
  Variant,
} from '#connectors/shopify/sandbox/shop-state.ts';

/** 2048 variants and 3 options a product [https://shopify.dev/docs/api/usage/limits]. */
const variantLimit = 2048;
const optionLimit = 3;
export const quantityLimit = 1_000_000_000;

/** Throws when the platform itself would not hold such a product. */
export function addProduct(state: ShopState, given: PracticeProduct): Product {
  const { ids, clock } = state;
  const options = optionsOf(state, given);
  const now = clock.nowToTheSecond();
  const status = given.status ?? 'active';
  const product: Product = {
    id: ids.take(),
    title: given.title,
    descriptionHtml: given.descriptionHtml ?? '',
    vendor: given.vendor ?? '',
    productType: given.productType ?? '',
    tags: [...(given.tags ?? [])],
    handle: given.handle ?? slug(given.title),
    status: status === 'active' ? 'ACTIVE' : status === 'draft' ? 'DRAFT' : 'ARCHIVED',
    giftCard: given.productType?.toLowerCase() === 'gift card',
    seo: { title: null, description: null },
    createdAt: now,
    updatedAt: now,
    publishedAt: status === 'active' ? now : null,
    images: (given.images ?? []).map((image) => imageOf(state, image.url, image.alt ?? null)),
    options,
    variants: [],
  };
  given.variants.forEach((variant, index) => {
    product.variants.push(variantOf(state, product, variant, index + 1));
  });
  state.insert(product);
  return product;
}

/** A product without options has one, called Title, with the value Default Title. */
function optionsOf(state: ShopState, given: PracticeProduct): ProductOption[] {
  const { variants } = given;
  if (given.title.trim() === '') throw new Error('A product needs a title');
  if (variants.length === 0 || variants.length > variantLimit)
    throw new Error(`A product has 1 to ${variantLimit} variants, not ${variants.length}`);
  const width = Math.max(...variants.map((variant) => variant.optionValues?.length ?? 0));
  const names = given.options ?? Array.from({ length: width }, (_, index) => `Option ${index + 1}`);
  if (names.length > optionLimit) throw new Error(`A product has at most ${optionLimit} options, not ${names.length}`);
  if (names.length === 0) {
    if (variants.length > 1) throw new Error('Several variants need options to tell them apart');
    return [{ id: state.ids.take(), name: 'Title', values: [{ id: state.ids.take(), name: 'Default Title' }] }];
  }
  const seen = new Set<string>();
  for (const { optionValues } of variants) {
    if (optionValues?.length !== names.length) throw new Error(`Each variant needs a value for each of ${names.join(', ')}`);
    const together = JSON.stringify(optionValues);
    if (seen.has(together)) throw new Error(`Two variants are both ${optionValues.join(' / ')}`);
    seen.add(together);
  }
  return names.map((name, index) => {
    const values = new Set(variants.map((variant) => variant.optionValues?.[index] ?? ''));
    return { id: state.ids.take(), name, values: [...values].map((value) => ({ id: state.ids.take(), name: value })) };
  });
}

function variantOf(state: ShopState, product: Product, given: PracticeVariant, position: number): Variant {
  const now = product.createdAt;
  if (!Number.isInteger(given.quantity) || Math.abs(given.quantity) > quantityLimit)
    throw new Error(`${given.quantity} is not a quantity`);
  const item: Omit<InventoryItem, 'variant'> = {
    id: state.ids.take(),
    sku: given.sku ?? '',
    tracked: given.tracked ?? true,
    cost: given.cost === undefined ? null : state.money(given.cost),
    requiresShipping: true,
    weight: { value: given.grams ?? 0, unit: 'GRAMS' },
    createdAt: now,
    updatedAt: now,
    levels: new Map(),
  };
  const variant: Omit<Variant, 'item'> = {
    id: state.ids.take(),
    product,
    position,
    optionValues: [...(given.optionValues ?? ['Default Title'])],
    price: state.money(given.price),
    compareAtPrice: given.compareAtPrice === undefined ? null : state.money(given.compareAtPrice),
    barcode: given.barcode ?? null,
    inventoryPolicy: given.oversellable === true ? 'CONTINUE' : 'DENY',
    taxable: true,
    image: given.imageUrl === undefined ? null : variantImage(state, product, given.imageUrl),
    createdAt: now,
    updatedAt: now,
  };
  // The two refer to each other.
  const joined = Object.assign(variant, { item: item as InventoryItem });
  joined.item.variant = joined;
  const location = state.primaryLocation;
  joined.item.levels.set(location.id, {
    item: joined.item,
    location,
    available: given.quantity,
    committed: 0,
    createdAt: now,
    updatedAt: now,
  });
  return joined;
}

function variantImage(state: ShopState, product: Product, url: string): ShopImage {
  const known = product.images.find((image) => image.url === url);
  if (known !== undefined) return known;
  const added = imageOf(state, url, null);
  product.images.push(added);
  return added;
}

const imageOf = (state: ShopState, url: string, alt: string | null): ShopImage => ({
  id: state.ids.take(),
  url,
  alt,
  createdAt: state.clock.nowToTheSecond(),
});

const slug = (title: string): string =>
  title
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
