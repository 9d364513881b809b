/** What the shop in memory shows of its goods when it is pulled. */
import type { PullPage, PullRequest, RemoteProduct } from '#connectors/connector.ts';
import type { Good } from './fake-shop.ts';

interface Shown {
  currency: string;
  locations: readonly string[];
}

export function pageOf(goods: readonly Good[], wire: Shown, request: PullRequest): PullPage {
  const chosen = goods.filter((good) => {
    // What the shop tells no moment of, it shows each time.
    const changed = request.since === null || good.updatedAt === null || good.updatedAt >= request.since;
    return !good.gone && changed && (request.productIds?.includes(good.productId) ?? true);
  });
  const products = [...new Set(chosen.map((good) => good.productId))].map((id) =>
    productOf(
      id,
      chosen.filter((good) => good.productId === id),
      wire,
    ),
  );
  const present = new Set(products.map((product) => product.id));
  return {
    products,
    deletedProductIds: (request.productIds ?? []).filter((id) => !present.has(id)),
    totalProducts: products.length,
  };
}

function productOf(id: string, goods: readonly Good[], { currency, locations }: Shown): RemoteProduct {
  return {
    id,
    title: goods[0]?.title ?? '',
    descriptionHtml: '',
    vendor: '',
    productType: '',
    tags: [],
    handle: null,
    status: 'active',
    url: null,
    updatedAt: goods[0]?.updatedAt ?? null,
    images: [],
    options: [],
    listings: goods.map((good) => ({
      id: good.variantId,
      inventoryId: null,
      sku: good.sku,
      barcode: '',
      title: '',
      options: [],
      price: priceOf(good, currency),
      compareAtPrice: null,
      cost: null,
      weight: null,
      imageIds: [],
      stockPolicy: good.tracked ? 'tracked' : 'untracked',
      state: 'live',
      levels: good.tracked ? levelsOf(good, locations) : [],
    })),
  };
}

const levelsOf = (good: Good, [main = '']: readonly string[]) => [
  { locationId: main, available: good.quantity },
  ...Object.entries(good.elsewhere ?? {}).map(([locationId, available]) => ({ locationId, available })),
];

export const priceOf = (good: Good, currency: string) => (good.price === '' ? null : { amount: good.price, currency });
