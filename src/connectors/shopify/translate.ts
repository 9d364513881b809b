/** Native to hub terms. Pure. */
import type { Money } from '#base/money.ts';
import type { RemoteLevel, RemoteListing, RemoteLocation, RemoteProduct } from '#connectors/connector.ts';
import { amountIn, unitsIn } from '#connectors/figures.ts';
import { shopifyManifest } from '#connectors/shopify/manifest.ts';
import type { LevelNode, MediaNode, ProductNode, VariantNode } from '#connectors/shopify/schema.ts';

/** write_x implies read_x: the granted scopes with what they imply. */
export function impliedScopes(granted: readonly string[]): string[] {
  return [
    ...new Set(
      granted.flatMap((scope) => (scope.startsWith('write_') ? [scope, `read_${scope.slice('write_'.length)}`] : [scope])),
    ),
  ];
}

/** Wanted scopes that were not granted, implied ones counted as granted. */
export function missingScopes(wanted: readonly string[], granted: readonly string[]): string[] {
  const has = new Set(impliedScopes(granted));
  return wanted.filter((scope) => !has.has(scope));
}

/** A product with all of its variants and media, however many pages they came in. */
export function toProduct(
  product: ProductNode,
  variants: readonly VariantNode[],
  media: readonly MediaNode[],
  currency: string,
): RemoteProduct {
  const onlyDefault = hasNoOptions(product);
  return {
    id: product.id,
    title: product.title,
    descriptionHtml: product.descriptionHtml,
    vendor: product.vendor,
    productType: product.productType,
    tags: product.tags,
    handle: product.handle,
    // Unlisted products are sold by link: for stock and price they are as live as active ones.
    status: product.status === 'DRAFT' ? 'draft' : product.status === 'ARCHIVED' ? 'archived' : 'active',
    url: product.onlineStoreUrl ?? null,
    updatedAt: product.updatedAt,
    images: media.flatMap(({ id, alt, image }) =>
      image ? [{ id, url: image.url, alt: alt ?? '', width: image.width ?? null, height: image.height ?? null }] : [],
    ),
    options: onlyDefault
      ? []
      : product.options.map((option) => ({ name: option.name, values: option.optionValues.map((value) => value.name) })),
    listings: variants.map((variant) => toListing(product, variant, onlyDefault, currency)),
  };
}

/** The platform gives a product without options one option with this one value. */
function hasNoOptions({ options }: ProductNode): boolean {
  const [option, second] = options;
  return second === undefined && option?.optionValues.length === 1 && option.optionValues[0]?.name === 'Default Title';
}

function toListing(product: ProductNode, variant: VariantNode, onlyDefault: boolean, currency: string): RemoteListing {
  const { inventoryItem } = variant;
  const cost = inventoryItem.unitCost;
  const weight = inventoryItem.measurement?.weight;
  return {
    id: variant.id,
    inventoryId: inventoryItem.id,
    sku: variant.sku ?? '',
    barcode: variant.barcode ?? '',
    title: onlyDefault ? '' : variant.title,
    options: onlyDefault ? [] : variant.selectedOptions,
    price: toMoney(variant.price, currency),
    compareAtPrice: toMoney(variant.compareAtPrice, currency),
    cost: cost ? toMoney(cost.amount, cost.currencyCode) : null,
    weight: weight ? { value: weight.value, unit: weight.unit.toLowerCase() } : null,
    imageIds: variant.media?.nodes.map((node) => node.id) ?? [],
    stockPolicy: stockPolicyOf(product, variant),
    state: 'live',
    levels: toLevels(inventoryItem.inventoryLevels?.nodes ?? []),
  };
}

/** Null also for an amount that is none. */
export function toMoney(text: string | null | undefined, currency: string): Money | null {
  const amount = amountIn(text ?? '');
  return amount === null ? null : { amount, currency };
}

function stockPolicyOf(product: ProductNode, variant: VariantNode): RemoteListing['stockPolicy'] {
  if (product.isGiftCard) return 'gift_card';
  if (!variant.inventoryItem.tracked) return 'untracked';
  return variant.inventoryPolicy === 'CONTINUE' ? 'oversellable' : 'tracked';
}

export function toLevels(nodes: readonly LevelNode[]): RemoteLevel[] {
  return nodes.flatMap((level) => {
    const available = availableOf(level.quantities);
    return available === null ? [] : [{ locationId: level.location.id, available }];
  });
}

/** The units available; null when the answer does not name them, or names what no shelf holds. */
export function availableOf(quantities: readonly { name: string; quantity: number }[]): number | null {
  const named = quantities.find((one) => one.name === 'available');
  return named === undefined ? null : unitsIn(named.quantity);
}

/** The first active location that fulfils online orders is the one to feed. */
export function toLocations(
  nodes: readonly { id: string; name: string; isActive: boolean; fulfillsOnlineOrders: boolean }[],
): RemoteLocation[] {
  const preferred =
    nodes.find((node) => node.isActive && node.fulfillsOnlineOrders) ?? nodes.find((node) => node.isActive) ?? nodes[0];
  return nodes.map((node) => ({ id: node.id, name: node.name, active: node.isActive, preferred: node === preferred }));
}

/** The nearest quantity that the platform takes. */
export function canonicalQuantity(quantity: number): number {
  const { minimum, maximum } = shopifyManifest.quantity;
  return Math.min(maximum, Math.max(minimum, Math.trunc(quantity)));
}
