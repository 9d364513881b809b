import { describe, expect, test } from 'vitest';
import { fixture } from '#connectors/tiktok_shop/fixtures/scripted-store.ts';
import { product as productSchema, warehouses } from '#connectors/tiktok_shop/schema.ts';
import { toAmount, toLocations, toPrice, toProduct } from '#connectors/tiktok_shop/translate.ts';

const detail = fixture('product-detail') as Record<string, unknown>;
const translated = (change: Record<string, unknown> = {}) => toProduct(productSchema.parse({ ...detail, ...change }));

describe('a product', () => {
  test('brings all SKUs, deactivated ones too, with options, title, price, barcode, weight and levels', () => {
    const product = translated();
    expect(product).toMatchObject({
      id: '1734000000000000101',
      title: 'Áo thun Sóng Biển',
      vendor: 'Sóng',
      productType: 'Áo thun',
      status: 'active',
      updatedAt: new Date(1795000000_000).toISOString(),
      options: [
        { name: 'Màu', values: ['Đỏ', 'Xanh'] },
        { name: 'Cỡ', values: ['S'] },
      ],
    });
    expect(product.listings).toHaveLength(2);
    expect(product.listings[0]).toEqual({
      id: '1734000000000000201',
      inventoryId: null,
      sku: 'SONG-RED-S',
      barcode: '8930000000017',
      title: 'Đỏ / S',
      options: [
        { name: 'Màu', value: 'Đỏ' },
        { name: 'Cỡ', value: 'S' },
      ],
      price: { amount: '120000', currency: 'VND' },
      compareAtPrice: null,
      cost: null,
      weight: { value: 0.25, unit: 'kg' },
      imageIds: ['tos/red'],
      stockPolicy: 'tracked',
      state: 'live',
      levels: [
        { locationId: '7272000000000000001', available: 43 },
        { locationId: '7272000000000000002', available: 5 },
      ],
    });
    expect(product.listings[1]).toMatchObject({ sku: '', state: 'inactive', levels: [{ available: 0 }] });
  });

  test('a virtual bundle is not counted there: the platform works it out of its parts', () => {
    const [first, ...others] = detail.skus as object[];
    const product = translated({ skus: [{ ...first, combined_skus: [{ sku_id: '1734000000000000999' }] }, ...others] });
    expect(product.listings.map(({ stockPolicy }) => stockPolicy)).toEqual(['untracked', 'tracked']);
  });

  test('brings every image once, those of SKUs too, and none that has no address yet', () => {
    expect(translated().images.map(({ id }) => id)).toEqual(['tos/main-1', 'tos/main-2', 'tos/red']);
  });

  test.each([
    ['ACTIVATE', 'active', 'live'],
    ['DRAFT', 'draft', 'inactive'],
    ['PENDING', 'draft', 'inactive'],
    ['FAILED', 'draft', 'inactive'],
    ['SELLER_DEACTIVATED', 'archived', 'inactive'],
    ['PLATFORM_DEACTIVATED', 'archived', 'inactive'],
    ['A_STATUS_OF_NEXT_YEAR', 'draft', 'inactive'],
  ])('that is %s becomes %s and its SKUs %s', (status, expected, state) => {
    const product = translated({ status });
    expect([product.status, product.listings[0]?.state]).toEqual([expected, state]);
  });

  test('that is listed only on an integrated platform takes the status from there', () => {
    const only = {
      status: undefined,
      product_status: undefined,
      integrated_platform_statuses: [{ platform: 'TOKOPEDIA', status: 'ACTIVATE' }],
    };
    expect(translated(only).status).toBe('active');
  });

  test('of a draft with nothing in it is still a product', () => {
    expect(toProduct(productSchema.parse({ id: 1734, skus: null, main_images: null }))).toMatchObject({
      id: '1734',
      title: '',
      listings: [],
      images: [],
    });
  });

  test('whose answer names a SKU twice has it once', () => {
    const skus = detail.skus as object[];
    expect(translated({ skus: [...skus, skus[0]] }).listings).toHaveLength(2);
  });
});

describe('a price', () => {
  test('is read where Update Price writes it, not from the display price of a global seller', () => {
    expect(toPrice({ price: { currency: 'MYR', tax_exclusive_price: '30.00', sale_price: '33.50' } })).toEqual({
      amount: '30.00',
      currency: 'MYR',
    });
  });

  test('that is missing or no number is null', () => {
    expect(toPrice({ price: null })).toBeNull();
    expect(toPrice({ price: { currency: 'VND', tax_exclusive_price: '', sale_price: '' } })).toBeNull();
    expect(toPrice({ price: { currency: 'VND', tax_exclusive_price: '1,000', sale_price: '' } })).toBeNull();
  });

  test.each([
    ['80000', 'VND', '80000'],
    ['80000.40', 'VND', '80000'],
    ['1299', 'JPY', '1299'],
    ['50000.00', 'IDR', '50000'],
    ['12.5', 'USD', '12.50'],
    ['12.00', 'USD', '12'],
    ['100', 'USD', '100'],
  ])('%s %s is sent as %s', (amount, currency, sent) => {
    expect(toAmount({ amount, currency })).toBe(sent);
  });
});

describe('warehouses', () => {
  const { warehouses: all } = warehouses.parse(fixture('warehouses'));

  test('that take returns are no locations; the default sales warehouse is preferred', () => {
    const locations = toLocations(all);
    expect(locations.map(({ id, active, preferred }) => [id, active, preferred])).toEqual([
      ['7272000000000000002', true, false],
      ['7272000000000000001', true, true],
      ['7272000000000000003', false, false],
    ]);
  });

  test('always have exactly one preferred, a closed default notwithstanding', () => {
    const closedDefault = all.map((one) => (one.id === '7272000000000000001' ? { ...one, effect_status: 'DISABLED' } : one));
    expect(toLocations(closedDefault).filter(({ preferred }) => preferred)).toMatchObject([{ id: '7272000000000000002' }]);
    expect(toLocations(all.slice(3)).filter(({ preferred }) => preferred)).toHaveLength(1);
    expect(toLocations([])).toEqual([]);
  });

  test('on holiday still keep stock', () => {
    const restricted = all.map((one) => ({ ...one, effect_status: 'RESTRICTED' }));
    expect(toLocations(restricted).every(({ active }) => active)).toBe(true);
  });
});
