import { expect, test } from 'vitest';
import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';
import { practiceCatalog } from '#catalog/csv/practice-catalog.ts';
import { similarGoods } from '#catalog/csv/similar-goods.ts';

const products = practiceCatalog();
const variants = products.flatMap((product) => product.variants);
const count = (test: (variant: CsvVariant) => boolean): number => variants.filter(test).length;

test('the practice catalog is the same on every call', () => {
  expect(practiceCatalog()).toEqual(products);
});

test('it is as large and as untidy as a real one', () => {
  expect(products.length).toBeGreaterThanOrEqual(60);
  expect(variants.length).toBeGreaterThanOrEqual(220);
  expect(count((v) => v.sku === '')).toBeGreaterThanOrEqual(20);
  expect(count((v) => v.tracker === '')).toBeGreaterThanOrEqual(5);
  expect(count((v) => v.policy === 'continue')).toBeGreaterThanOrEqual(5);
  expect(count((v) => v.quantity === 0 && v.tracker !== '')).toBeGreaterThanOrEqual(15);
  expect(count((v) => v.compareAtPrice !== null)).toBeGreaterThanOrEqual(20);
  expect(products.filter((p) => p.giftCard)).toHaveLength(1);
  expect(new Set(products.map((p) => p.status))).toEqual(new Set(['active', 'draft', 'archived']));
  expect(products.filter((p) => /[ạ-ỹđơư]/i.test(p.title)).length).toBeGreaterThanOrEqual(4);
  expect(products.filter((p) => /[\p{Script=Han}\p{Script=Katakana}]/u.test(p.title)).length).toBeGreaterThanOrEqual(4);
  expect(products.filter((p) => p.images.length > 1).length).toBeGreaterThanOrEqual(30);
});

test('handles, SKUs and barcodes are unique, prices exact, barcodes valid and from the in-shop range', () => {
  const unique = (values: string[]): boolean => new Set(values).size === values.length;
  expect(unique(products.map((p) => p.handle))).toBe(true);
  expect(unique(variants.map((v) => v.sku).filter((sku) => sku !== ''))).toBe(true);
  const barcodes = variants.map((v) => v.barcode).filter((barcode) => barcode !== '');
  expect(unique(barcodes)).toBe(true);
  for (const barcode of barcodes) {
    expect(barcode).toMatch(/^20\d{11}$/);
    expect([...barcode].reduce((sum, digit, i) => sum + Number(digit) * (i % 2 === 0 ? 1 : 3), 0) % 10).toBe(0);
  }
  for (const variant of variants) {
    expect(variant.price).toMatch(/^\d+\.\d\d$/);
    if (variant.compareAtPrice !== null) expect(Number(variant.compareAtPrice)).toBeGreaterThan(Number(variant.price));
  }
});

test('the same seed gives the same similar goods, another seed others; the originals are untouched', () => {
  expect(similarGoods(products, 7)).toEqual(similarGoods(products, 7));
  expect(similarGoods(products, 7)).not.toEqual(similarGoods(products, 8));
  const first = similarGoods(products, 7).products[0] as CsvProduct;
  first.tags.push('changed');
  first.images.pop();
  expect(products).toEqual(practiceCatalog());
});

test.each([1, 2, 3])(
  'seed %i: every variant has exactly one similar good, of the same options and price, and the decoys have none',
  (seed) => {
    const similar = similarGoods(products, seed);
    const find = (all: readonly CsvProduct[], handle: string): CsvProduct => all.find((p) => p.handle === handle) as CsvProduct;
    expect(similar.truth).toHaveLength(similar.products.flatMap((p) => p.variants).length);
    const linked = similar.truth.flatMap(({ same }) => (same === null ? [] : [`${same.handle}/${same.variant}`]));
    expect(new Set(linked).size).toBe(linked.length);
    expect(linked).toHaveLength(variants.length);
    for (const { handle, variant, same } of similar.truth) {
      const theirs = find(similar.products, handle).variants[variant] as CsvVariant;
      if (same === null) expect(find(similar.products, handle).title).toMatch(/\(Set of 3\)$/);
      else {
        const ours = find(products, same.handle).variants[same.variant] as CsvVariant;
        expect([theirs.optionValues, theirs.price]).toEqual([ours.optionValues, ours.price]);
        expect(['', ours.sku]).toContain(theirs.sku);
      }
    }
    expect(similar.truth.filter(({ same }) => same === null)).toHaveLength(2);
  },
);

test('similar goods are in another order, under other handles, with titles in other words, and some SKUs', () => {
  const similar = similarGoods(products, 1);
  const originals = new Map(products.map((p) => [p.handle, p]));
  expect(similar.products.filter((p) => originals.has(p.handle))).toEqual([]);
  const pairs = similar.truth.flatMap(({ handle, same }) => (same === null ? [] : [[handle, same.handle] as const]));
  const order = [...new Set(pairs.map(([, ours]) => ours))];
  expect(order).not.toEqual([...originals.keys()]);
  const titles = new Map(similar.products.map((p) => [p.handle, p.title]));
  const retitled = [...new Map(pairs)].filter(([theirs, ours]) => titles.get(theirs) !== originals.get(ours)?.title);
  expect(retitled.length).toBeGreaterThan(products.length / 3);
  const skus = similar.products.flatMap((p) => p.variants.map((v) => v.sku));
  expect(skus.filter((sku) => sku !== '').length).toBeGreaterThan(variants.length / 4);
  expect(skus.filter((sku) => sku === '').length).toBeGreaterThan(variants.length / 5);
});
