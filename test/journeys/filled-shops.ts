/** Practice stores filled with the same goods under other names, and who is who. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert, present } from '#base/assert.ts';
import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';
import { openProductCsv } from '#catalog/csv/open-product-csv.ts';
import { similarGoods } from '#catalog/csv/similar-goods.ts';
import type { PracticeGood } from '#connectors/practice.ts';
import { csvToPractice } from '#connectors/practice-catalog.ts';
import type { Stage, StageShop } from '#test/journeys/stage.ts';

const dataFolder = new URL('../../../shared/data/', import.meta.url);

/** The path of a sample catalog that is not ours to keep here; null, with the reason printed, where it is absent. */
export function sampleCatalog(name: string): string | null {
  const path = fileURLToPath(new URL(name, dataFolder));
  if (existsSync(path)) return path;
  console.log(`Skipped: the sample catalog ${name} is not on this machine (looked for in ${fileURLToPath(dataFolder)}).`);
  return null;
}

export async function readCatalog(path: string): Promise<CsvProduct[]> {
  const file = await openProductCsv(path);
  try {
    const report = await file.check();
    assert(report.whole, `${path} is a whole catalog`);
    return await Array.fromAsync(file.products());
  } finally {
    await file.close();
  }
}

/** One variant of the catalog, where it stands in the source store. */
export interface Placed {
  product: CsvProduct;
  variant: CsvVariant;
  good: PracticeGood;
}

export interface Filled {
  catalog: readonly CsvProduct[];
  placed: readonly Placed[];
  /** Variant id in the other store -> the same thing in the source store; null for a decoy. */
  truth: ReadonlyMap<string, Placed | null>;
}

/** Fills the source with the catalog, and the other store with the same goods, shuffled and retitled, and two decoys. */
export function fillShops(stage: Stage, catalog: readonly CsvProduct[], seed: number): Filled {
  const placed = place(stage.source, catalog);
  const similar = similarGoods(catalog, seed);
  const copies = place(stage.other, similar.products);
  assert(copies.length === similar.truth.length, 'every copy has its truth');
  const key = (handle: string, variant: number) => `${handle}\n${variant}`;
  const byOrigin = new Map(
    placed.map((one) => [key(one.product.handle, one.product.variants.indexOf(one.variant)), one] as const),
  );
  const truth = new Map(
    copies.map((copy, at) => {
      const { handle, same } = present(similar.truth[at], 'the truth');
      assert(handle === copy.product.handle, 'the truth is told in the order of the goods');
      return [copy.good.variantId, same === null ? null : present(byOrigin.get(key(same.handle, same.variant)), 'the original')];
    }),
  );
  return { catalog, placed, truth };
}

/** Adds products, and finds each of their variants among the store's goods: both keep the order. */
function place(shop: StageShop, products: readonly CsvProduct[]): Placed[] {
  shop.control.add(products.map(csvToPractice));
  const goods = shop.control.goods();
  const variants = products.flatMap((product) => product.variants.map((variant) => ({ product, variant })));
  assert(goods.length === variants.length, `${shop.platform} holds every variant`);
  return variants.map(({ product, variant }, at) => {
    const good = present(goods[at], 'a good');
    assert(good.title === product.title, `${shop.platform} keeps the order of what was added`);
    return { product, variant, good };
  });
}

export const goodOf = (shop: StageShop, variantId: string): PracticeGood =>
  present(
    shop.control.goods().find((good) => good.variantId === variantId),
    `${variantId} in ${shop.platform}`,
  );
