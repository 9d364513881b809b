import { expect, test } from 'vitest';
import { changeDocumentOf, documentOf } from './explain-documents.ts';

const documents = { storeId: 's', productId: 'p', variantId: 'v', priceRule: 'store', stockRule: 'listing' } as const;

test.each([
  ['on_hand', { to: '/inventory', search: { variant: 'v' } }],
  ['base_price', { to: '/products', search: { product: 'p' } }],
  ['converted', { to: '/settings', hash: 'exchange-rates' }],
  ['markup_percent', { to: '/integrations', search: { settings: 's' } }],
  ['buffer', { to: '/product-links', search: { listing: 'l' } }],
  ['price_override', { to: '/product-links', search: { listing: 'l' } }],
  ['canonical', null],
])('the step %s leads to its document', (code, document) => {
  expect(documentOf({ code, parameters: {} }, 'l', documents)).toEqual(document);
});

test('a listing without a variant, and a store without rules, lead nowhere', () => {
  const none = { ...documents, productId: null, variantId: null, priceRule: 'none', stockRule: 'none' } as const;
  expect(['on_hand', 'base_price', 'buffer', 'rounded'].map((code) => documentOf({ code, parameters: {} }, 'l', none))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('a component leads to its own stock, not to that of the bundle', () => {
  expect(documentOf({ code: 'component', parameters: { variantId: 'cup' } }, 'l', documents)).toEqual({
    to: '/inventory',
    search: { variant: 'cup' },
  });
});

test('a change leads to its order, import, store or decision; the stock history tells of any other', () => {
  const change = (documentKind: string, documentId: string) =>
    changeDocumentOf({ code: 'reserved', amount: '-2', parameters: { documentKind, documentId } });
  expect(change('order', 'o')).toEqual({ to: '/orders', search: { view: 'all', order: 'o' } });
  expect(change('sync_job', 'j')).toEqual({ to: '/activity', search: { jobId: 'j' } });
  expect(change('store', 's')).toEqual({ to: '/integrations', search: { settings: 's' } });
  expect(change('change_set', 'c')).toEqual({ to: '/activity', search: {} });
  expect([change('receipt', 'r'), change('order', ''), change('', '')]).toEqual([null, null, null]);
});
