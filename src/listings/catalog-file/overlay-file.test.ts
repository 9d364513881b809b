import { describe, expect, test } from 'vitest';
import type { CsvProduct, CsvVariant } from '#catalog/csv/csv-product.ts';
import { type Given, overlayProduct, overlayVariant, sameProduct, sameVariant } from '#listings/catalog-file/overlay-file.ts';

const variant: CsvVariant = {
  line: 2,
  optionValues: ['M'],
  sku: 'SHIRT-M',
  grams: 210,
  weightUnit: 'g',
  tracker: 'shopify',
  quantity: 4,
  policy: 'deny',
  fulfillmentService: 'manual',
  price: '20.00',
  compareAtPrice: '25.00',
  requiresShipping: true,
  taxable: true,
  barcode: '4006381333931',
  imageSrc: 'https://cdn.example/m.jpg',
  taxCode: 'P0000000',
  costPerItem: '8.00',
  extra: { 'Variant Note': 'kept' },
};

const product: CsvProduct = {
  line: 2,
  handle: 'shirt',
  title: 'Shirt',
  bodyHtml: '<p>Linen</p>',
  vendor: 'Loom',
  type: 'Shirts',
  tags: ['linen'],
  published: true,
  status: 'draft',
  optionNames: ['Size'],
  seoTitle: 'A shirt',
  seoDescription: '',
  giftCard: false,
  category: 'Apparel',
  images: [{ src: 'https://cdn.example/1.jpg', position: 1, alt: 'Front' }],
  variants: [variant],
  extra: { Google: 'kept' },
};

/** What a reader makes of a file that has no other columns than these. */
const blankVariant: CsvVariant = {
  ...{ line: 9, optionValues: [], sku: '', grams: null, weightUnit: '', tracker: '', quantity: null, policy: 'deny' },
  ...{ fulfillmentService: '', price: '30.00', compareAtPrice: null, requiresShipping: true, taxable: true, barcode: '' },
  ...{ imageSrc: '', taxCode: '', costPerItem: null, extra: {} },
};
const blankProduct: CsvProduct = {
  ...{ line: 9, handle: 'shirt', title: 'Linen Shirt', bodyHtml: '', vendor: '', type: '', tags: [], published: true },
  ...{ status: 'active', optionNames: [], seoTitle: '', seoDescription: '', giftCard: false, category: '', images: [] },
  ...{ variants: [blankVariant], extra: {} },
};

describe('a column that the file does not have says nothing', () => {
  const given: Given = new Set(['handle', 'title', 'price']);

  test('of a product', () => {
    const after = overlayProduct(product, blankProduct, given);
    expect(after).toEqual({ ...product, line: 9, title: 'Linen Shirt', variants: [blankVariant] });
  });

  test('of a variant', () => {
    expect(overlayVariant(variant, blankVariant, given)).toEqual({ ...variant, line: 9, price: '30.00', quantity: null });
  });
});

test('a blank cell empties a text, and leaves a price, a cost and a weight as they are', () => {
  const given: Given = new Set(['sku', 'price', 'compareAtPrice', 'costPerItem', 'grams', 'variantImage']);
  const after = overlayVariant(variant, { ...blankVariant, price: null }, given);
  expect(after).toMatchObject({ sku: '', imageSrc: '', compareAtPrice: null, price: '20.00', costPerItem: '8.00', grams: 210 });
});

describe('sameness', () => {
  test('does not mind the line, the order of extra columns, the writing of an amount, or the count', () => {
    expect(sameProduct(product, { ...product, line: 7, variants: [] })).toBe(true);
    const written = { ...variant, line: 7, quantity: 99, price: '20', compareAtPrice: '25.0000' };
    expect(sameVariant({ ...variant, extra: { a: '1', b: '2' } }, { ...written, extra: { b: '2', a: '1' } })).toBe(true);
  });

  test.each([
    { sku: 'OTHER' },
    { price: '20.01' },
    { compareAtPrice: null },
    { grams: 211 },
    { policy: 'continue' as const },
    { extra: {} },
  ])('minds %o of a variant', (change) => {
    expect(sameVariant(variant, { ...variant, ...change })).toBe(false);
  });

  test.each([{ title: 'Other' }, { tags: [] }, { images: [] }, { status: 'active' as const }, { extra: {} }])(
    'minds %o of a product',
    (change) => {
      expect(sameProduct(product, { ...product, ...change })).toBe(false);
    },
  );
});
