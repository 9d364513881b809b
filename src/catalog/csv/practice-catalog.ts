import { type CsvImage, type CsvProduct, type CsvVariant, csvLimits } from '#catalog/csv/csv-product.ts';
import { optionSets, type PracticeGoodsLine, practiceGoods } from '#catalog/csv/practice-goods.ts';
import { seededRandom } from '#catalog/csv/seeded-random.ts';

/**
 * The catalog of the practice shop: the same products on every call, with all that makes real catalogs hard (no SKU,
 * uncounted and oversellable stock, zeros, a gift card, a free service, drafts, three scripts). Prices are in any currency
 * with two decimals. Images are placeholders at images.example, a name that belongs to nobody (RFC 2606).
 */
export function practiceCatalog(): CsvProduct[] {
  const products: CsvProduct[] = [];
  let line = 2;
  for (const [index, goods] of practiceGoods.entries()) {
    const product = productOf(goods, index, line);
    products.push(product);
    line += Math.max(product.variants.length, product.images.length);
  }
  return products;
}

const typeCodes: Readonly<Record<string, string>> = {
  ...{ Shirts: 'SH', Tops: 'TP', Dresses: 'DR', Trousers: 'TR', Shoes: 'FT', Accessories: 'AC', Necklaces: 'NK' },
  ...{ Earrings: 'ER', Rings: 'RG', Bracelets: 'BR', Kitchen: 'KT', Home: 'HM', Services: 'SV' },
};

function productOf(goods: PracticeGoodsLine, index: number, line: number): CsvProduct {
  const flags = new Set(goods.flags);
  const optionNames = optionSets[goods.options].map(([name]) => name);
  const combinations = combine(optionSets[goods.options].map(([, values]) => values));
  const images = imagesOf(goods, index);
  return {
    line,
    handle: goods.handle,
    title: goods.title,
    bodyHtml: `<p>${goods.description.replaceAll('&', '&amp;')}</p>`,
    vendor: goods.vendor,
    type: goods.type,
    tags: [goods.type.toLowerCase(), ...(flags.has('reduced') ? ['sale'] : []), ...(index % 7 === 0 ? ['bestseller'] : [])],
    published: !flags.has('draft') && !flags.has('archived'),
    status: flags.has('draft') ? 'draft' : flags.has('archived') ? 'archived' : 'active',
    optionNames,
    seoTitle: '',
    seoDescription: goods.description.slice(0, 160),
    giftCard: flags.has('gift_card'),
    category: '',
    images,
    variants: combinations.map((values, i) => variantOf(goods, index, line + i, i, values, images)),
    extra: {},
  };
}

function imagesOf(goods: PracticeGoodsLine, index: number): CsvImage[] {
  if (goods.type === 'Services') return [];
  return Array.from({ length: Math.min(1 + (index % 4), csvLimits.images) }, (_, i) => ({
    src: `https://images.example/practice/${goods.handle}-${i + 1}.jpg`,
    position: i + 1,
    alt: i === 0 ? goods.title : '',
  }));
}

function variantOf(
  goods: PracticeGoodsLine,
  index: number,
  line: number,
  place: number,
  optionValues: string[],
  images: readonly CsvImage[],
): CsvVariant {
  const flags = new Set(goods.flags);
  const random = seededRandom(index * 1000 + place);
  const price = goods.options === 'amount' ? Number(optionValues[0]) : goods.price + variantSurcharge(optionValues);
  const isService = goods.type === 'Services';
  const stock = random.below(10) === 0 ? 0 : 1 + random.below(40);
  return {
    line,
    optionValues,
    // One variant in thirteen lost its SKU, as happens when variants are added in a hurry.
    sku: flags.has('no_sku') || (index * 5 + place) % 13 === 12 ? '' : skuOf(goods, index, optionValues),
    grams: isService ? 0 : 50 + random.below(60) * 10,
    weightUnit: 'g',
    tracker: flags.has('untracked') ? '' : 'shopify',
    quantity: flags.has('untracked') || flags.has('sold_out') ? 0 : stock,
    policy: flags.has('oversellable') ? 'continue' : 'deny',
    fulfillmentService: flags.has('gift_card') ? 'gift_card' : 'manual',
    price: price.toFixed(2),
    compareAtPrice: flags.has('reduced') ? (Math.ceil(price * 1.25) - 0.01).toFixed(2) : null,
    requiresShipping: !isService,
    taxable: !flags.has('gift_card'),
    barcode: isService || index % 3 === 2 ? '' : inStoreBarcode(index * 100 + place),
    imageSrc: optionValues.length === 0 ? '' : (images[place % Math.max(images.length, 1)]?.src ?? ''),
    taxCode: '',
    costPerItem: isService ? null : (price * 0.42).toFixed(2),
    extra: {},
  };
}

function variantSurcharge(optionValues: readonly string[]): number {
  const surcharges: Readonly<Record<string, number>> = { XL: 2, Gold: 30, Double: 25, Linen: 40, '500 ml': 12, '1 l': 30 };
  return optionValues.reduce((sum, value) => sum + (Object.hasOwn(surcharges, value) ? (surcharges[value] ?? 0) : 0), 0);
}

function skuOf(goods: PracticeGoodsLine, index: number, optionValues: readonly string[]): string {
  const code = typeCodes[goods.type] ?? 'XX';
  const parts = optionValues.map((value) =>
    value
      .replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 3)
      .toUpperCase(),
  );
  return [code + String(index + 1).padStart(3, '0'), ...parts].join('-');
}

/** An EAN-13 of the range 200-299, which GS1 keeps for use inside a shop: never the number of somebody's real goods. */
function inStoreBarcode(number: number): string {
  const digits = `20${String(number).padStart(10, '0')}`;
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0);
  return digits + String((10 - (sum % 10)) % 10);
}

/** All combinations, the first list turning slowest: [[S], [L]] × [[Red], [Blue]] is S Red, S Blue, L Red, L Blue. */
function combine(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>((rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])), [[]]);
}
