import { present } from '#base/assert.ts';
import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';
import { type SeededRandom, seededRandom } from '#catalog/csv/seeded-random.ts';

/** The goods of a second shop of the same seller, and what is truly the same, to hold a matching against. */
export interface SimilarGoods {
  products: CsvProduct[];
  /** One entry for every variant of `products`, decoys included. */
  truth: SimilarGood[];
}

export interface SimilarGood {
  handle: string;
  /** Index into the product's variants. */
  variant: number;
  /** The same thing in the first shop; null for a decoy: something else with nearly the same title. */
  same: { handle: string; variant: number } | null;
}

/**
 * What the same seller would have typed into another platform: every product once, in another order, with handles of its
 * own, titles in other words, options in another order; SKUs are kept for about two products in three and blank for the
 * others (a blank SKU stays blank), barcodes are gone. Two decoys are added: near-titles that must not be linked.
 * The same seed gives the same goods. `products` is not changed.
 */
export function similarGoods(products: readonly CsvProduct[], seed: number): SimilarGoods {
  const random = seededRandom(seed);
  const goods: SimilarGoods = { products: [], truth: [] };
  const sources = random.shuffled(products);
  const decoys = new Set(sources.filter(isOrdinary).slice(0, 2));
  for (const source of sources) {
    addSame(goods, source, random);
    if (decoys.has(source)) addDecoy(goods, source);
  }
  return goods;
}

const isOrdinary = (product: CsvProduct): boolean =>
  product.status === 'active' && !product.giftCard && product.images.length > 0;

function addSame(goods: SimilarGoods, source: CsvProduct, random: SeededRandom): void {
  const handle = `item-${String(goods.products.length + 1).padStart(4, '0')}`;
  const keepsSku = random.below(3) > 0;
  const order = random.shuffled(source.variants.map((_, i) => i));
  const variants = order.map((i) => {
    const variant = present(source.variants[i], 'variant');
    return {
      ...variant,
      sku: keepsSku ? variant.sku : '',
      barcode: '',
      optionValues: [...variant.optionValues],
      extra: { ...variant.extra },
    };
  });
  goods.products.push({ ...copyOf(source), handle, title: retitle(source, random), variants });
  for (const [variant, original] of order.entries()) {
    goods.truth.push({ handle, variant, same: { handle: source.handle, variant: original } });
  }
}

/** A pack of three of the same name is another thing at another price: linking it would sell stock that is not there. */
function addDecoy(goods: SimilarGoods, source: CsvProduct): void {
  const handle = `item-${String(goods.products.length + 1).padStart(4, '0')}`;
  const first = present(source.variants[0], 'first variant');
  const variant: CsvVariant = {
    ...first,
    optionValues: [],
    sku: '',
    barcode: '',
    quantity: 5,
    price: ((Number(first.price) || 10) * 2.7).toFixed(2),
  };
  goods.products.push({ ...copyOf(source), handle, title: `${source.title} (Set of 3)`, optionNames: [], variants: [variant] });
  goods.truth.push({ handle, variant: 0, same: null });
}

function copyOf(source: CsvProduct): CsvProduct {
  return { ...structuredClone(source), line: 0, seoDescription: '' };
}

/** The title as another person would write it. Only whole words move: scripts without spaces keep their order. */
function retitle(product: CsvProduct, random: SeededRandom): string {
  const words = product.title.split(' ');
  const swapped = words.length > 2 ? [...words.slice(1), present(words[0], 'first word')].join(' ') : product.title;
  const titles = [
    product.title,
    product.title.toUpperCase(),
    product.title.toLowerCase(),
    `${product.vendor} ${product.title}`,
    `New! ${product.title}`,
    `${product.title} - ${product.vendor}`,
    swapped,
  ];
  return present(titles[random.below(titles.length)], 'a title');
}
