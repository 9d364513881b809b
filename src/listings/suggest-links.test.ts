import { describe, expect, test } from 'vitest';
import { type Candidate, choose } from '#listings/suggest-links.ts';

const candidate = (listing: string, variant: string, change: Partial<Candidate> = {}): Candidate => ({
  listing_id: listing,
  store_id: 'store',
  product_title: 'Cotton T-Shirt',
  variant_title: '',
  listing_sku: '',
  image_url: null,
  options: [],
  reason: 'title',
  variant_id: variant,
  product_id: `product of ${variant}`,
  master_title: 'Cotton T-Shirt',
  master_variant: '',
  master_sku: '',
  option_values: [],
  ...change,
});

const chosen = (candidates: Candidate[], minScore = 0.5) =>
  choose(candidates, minScore).map(
    ({ listingId, variantId, reason, ambiguous }) => `${listingId} = ${variantId} by ${reason}${ambiguous ? ', ambiguous' : ''}`,
  );

describe('suggestions', () => {
  test('prefer the SKU, then the barcode, then the title', () => {
    expect(
      chosen([
        candidate('l', 'v', { reason: 'title' }),
        candidate('l', 'v', { reason: 'barcode' }),
        candidate('l', 'v', { reason: 'sku' }),
      ]),
    ).toEqual(['l = v by sku']);
  });

  test('by SKU are certain although another product has the very same title', () => {
    expect(chosen([candidate('l', 'v', { reason: 'sku' }), candidate('l', 'twin')])).toEqual(['l = v by sku']);
  });

  test('wait for a person when SKU and barcode name different variants', () => {
    expect(chosen([candidate('l', 'v', { reason: 'sku' }), candidate('l', 'w', { reason: 'barcode' })])).toEqual([
      'l = v by sku, ambiguous',
    ]);
  });

  test('wait for a person when two variants have the same SKU, or the same title', () => {
    expect(chosen([candidate('l', 'v', { reason: 'sku' }), candidate('l', 'w', { reason: 'sku' })])).toEqual([
      'l = v by sku, ambiguous',
    ]);
    expect(chosen([candidate('l', 'v'), candidate('l', 'w')])).toEqual(['l = v by title, ambiguous']);
  });

  test('propose a variant once within a store, and mark it when two listings fit it as well', () => {
    const both = [candidate('a', 'v', { reason: 'sku' }), candidate('b', 'v', { reason: 'sku' })];
    expect(chosen(both)).toEqual(['a = v by sku, ambiguous']);
  });

  test('propose a variant once for each store', () => {
    expect(chosen([candidate('a', 'v', { store_id: 'one' }), candidate('b', 'v', { store_id: 'two' })])).toEqual([
      'a = v by title',
      'b = v by title',
    ]);
  });

  test('of two listings and two variants that are all alike, none is certain', () => {
    const all = [
      candidate('a', 'v', { reason: 'sku' }),
      candidate('a', 'w', { reason: 'sku' }),
      candidate('b', 'v', { reason: 'sku' }),
      candidate('b', 'w', { reason: 'sku' }),
    ];
    expect(chosen(all).every((line) => line.endsWith('ambiguous'))).toBe(true);
  });

  test('a listing whose better variant is taken by title gets the next one only as ambiguous', () => {
    const far = { master_title: 'Cotton Shirt' };
    const lines = chosen([candidate('a', 'v'), candidate('b', 'v'), candidate('b', 'w', far)]);
    expect(lines).toEqual(['a = v by title, ambiguous', 'b = w by title, ambiguous']);
  });

  test('a variant that another listing has by SKU is out of question for one that only looks like it', () => {
    const lines = chosen([candidate('a', 'v', { reason: 'sku' }), candidate('b', 'v'), candidate('b', 'w')]);
    expect(lines).toEqual(['a = v by sku', 'b = w by title']);
  });

  test('never propose another size, however alike the titles', () => {
    const sized = (variant: string, size: string) =>
      candidate('l', variant, { options: [{ name: 'Size', value: 'M' }], option_values: [size] });
    expect(chosen([sized('small', 'S'), sized('medium', 'M')])).toEqual(['l = medium by title']);
    expect(chosen([sized('small', 'S')])).toEqual([]);
  });

  test('leave a pack of the very same title to a person', () => {
    expect(chosen([candidate('l', 'v', { product_title: 'Cotton T-Shirt (Set of 3)' })])).toEqual(['l = v by title, ambiguous']);
  });

  test('drop what is less alike than asked for', () => {
    const decoy = candidate('l', 'v', { master_title: 'Leather Belt' });
    expect(chosen([decoy])).toEqual([]);
    expect(chosen([candidate('l', 'v')], 0.98)).toEqual(['l = v by title']);
    expect(chosen([candidate('l', 'v')], 0.99)).toEqual([]);
  });
});
