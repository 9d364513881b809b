import { expect, test } from 'vitest';
import type { CsvProduct } from '#catalog/csv/csv-product.ts';
import { csvToPractice } from '#connectors/practice-catalog.ts';

const product: CsvProduct = {
  ...{ line: 2, handle: 'mug', title: 'Mug', bodyHtml: '<p>Blue</p>', vendor: 'Clay Yard', type: 'Kitchen', tags: ['sale'] },
  ...{ published: true, status: 'draft', optionNames: ['Size'], seoTitle: '', seoDescription: '', giftCard: false, category: '' },
  images: [
    { src: 'https://images.example/2.jpg', position: 2, alt: '' },
    { src: 'https://images.example/1.jpg', position: 1, alt: 'A mug' },
  ],
  variants: [
    {
      ...{
        line: 2,
        optionValues: ['S'],
        sku: 'M-S',
        grams: 300,
        weightUnit: 'g',
        tracker: 'shopify',
        quantity: 4,
        policy: 'deny',
      },
      ...{
        fulfillmentService: 'manual',
        price: '9.50',
        compareAtPrice: '12.00',
        requiresShipping: true,
        taxable: true,
        barcode: '1',
      },
      ...{ imageSrc: 'https://images.example/2.jpg', taxCode: '', costPerItem: '4.00', extra: {} },
    },
  ],
  extra: {},
};

test('a product is given with its images in their places and its variants', () => {
  expect(csvToPractice(product)).toEqual({
    ...{
      title: 'Mug',
      descriptionHtml: '<p>Blue</p>',
      vendor: 'Clay Yard',
      productType: 'Kitchen',
      tags: ['sale'],
      handle: 'mug',
    },
    status: 'draft',
    images: [{ url: 'https://images.example/1.jpg', alt: 'A mug' }, { url: 'https://images.example/2.jpg' }],
    options: ['Size'],
    variants: [
      {
        ...{ optionValues: ['S'], sku: 'M-S', barcode: '1', price: '9.50', compareAtPrice: '12.00', cost: '4.00', quantity: 4 },
        ...{ tracked: true, oversellable: false, grams: 300, imageUrl: 'https://images.example/2.jpg' },
      },
    ],
  });
});

test('what is blank is left out or zero; uncounted stock and gift cards are untracked; "continue" oversells', () => {
  const bare = {
    ...product.variants[0],
    tracker: '',
    quantity: null,
    price: null,
    compareAtPrice: null,
    costPerItem: null,
    grams: null,
  };
  const variant = { ...bare, imageSrc: '', policy: 'continue' } as CsvProduct['variants'][number];
  expect(csvToPractice({ ...product, variants: [variant] }).variants).toEqual([
    { optionValues: ['S'], sku: 'M-S', barcode: '1', price: '0.00', quantity: 0, tracked: false, oversellable: true },
  ]);
  expect(csvToPractice({ ...product, giftCard: true }).variants[0]?.tracked).toBe(false);
});
