import { describe, expect, test } from 'vitest';
import { call, cup, idsOf, openShop, shirt, startMilliseconds } from '#connectors/tiktok_shop/sandbox/practice-caller.ts';
import type { TikTokShopSandbox } from '#connectors/tiktok_shop/sandbox.ts';

const now = Math.floor(startMilliseconds / 1000);

function search(shop: TikTokShopSandbox, body?: object, query: Record<string, string> = {}, movedSeconds = 0) {
  return call(shop, 'POST', '/product/202502/products/search', {
    query: { page_size: '100', timestamp: String(now + movedSeconds), ...query },
    ...(body === undefined ? {} : { body }),
  });
}

describe('product search', () => {
  test('pages through everything in order, each product once, with the total on every page', async () => {
    const shop = openShop();
    shop.control.add(Array.from({ length: 25 }, (_, index) => ({ ...cup, title: `Cup ${index}` })));
    const titles: string[] = [];
    let token: string | undefined;
    do {
      const { data } = await search(shop, undefined, { page_size: '10', ...(token === undefined ? {} : { page_token: token }) });
      expect(data.total_count).toBe(25);
      titles.push(...data.products.map(({ title }) => title));
      token = data.next_page_token;
    } while (token !== undefined);
    expect(titles).toEqual(Array.from({ length: 25 }, (_, index) => `Cup ${index}`));
  });

  test('a page that ends exactly with the products has no next page', async () => {
    const shop = openShop();
    shop.control.add([cup, cup]);
    expect((await search(shop, undefined, { page_size: '2' })).data.next_page_token).toBeUndefined();
  });

  test('shows what the platform shows: ids as strings beyond 2^53, prices without closing zeros', async () => {
    const shop = openShop({ region: 'US' });
    shop.control.add([{ title: 'Mug', variants: [{ sku: 'MUG', price: '19.90', compareAtPrice: '25', quantity: 3 }] }]);
    const { data } = await search(shop);
    expect(data.products).toEqual([
      {
        audit: { pre_approved_reasons: [], status: 'APPROVED' },
        create_time: now,
        has_draft: false,
        id: expect.stringMatching(/^\d{19}$/),
        is_not_for_sale: false,
        recommended_categories: [],
        sales_regions: ['US'],
        skus: [
          {
            id: expect.stringMatching(/^\d{19}$/),
            inventory: [{ quantity: 3, warehouse_id: expect.stringMatching(/^7\d{18}$/) }],
            list_price: { amount: '25', currency: 'USD' },
            price: { currency: 'USD', tax_exclusive_price: '19.9' },
            seller_sku: 'MUG',
            status_info: { status: 'NORMAL' },
          },
        ],
        status: 'ACTIVATE',
        title: 'Mug',
        update_time: now,
      },
    ]);
    expect(BigInt(data.products[0]?.id ?? 0)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  });

  test('neighbouring ids fall together for a reader that takes them for numbers', () => {
    const shop = openShop();
    shop.control.add([shirt]);
    const ids = shop.control.goods().map(({ variantId }) => variantId);
    expect(new Set(ids).size).toBe(2);
    expect(Math.abs(Number(ids[0]) - Number(ids[1]))).not.toBe(37);
  });

  test('filters by status, seller SKU, SKU id and times; ALL includes the deleted', async () => {
    const shop = openShop();
    shop.control.add([cup, { ...cup, title: 'Draft', status: 'draft' }, { ...cup, title: 'Hidden', status: 'archived' }, shirt]);
    const found = async (body: object, moved = 0) =>
      (await search(shop, body, {}, moved)).data.products.map(({ title }) => title);
    expect(await found({ status: 'DRAFT' })).toEqual(['Draft']);
    expect(await found({ status: 'SELLER_DEACTIVATED' })).toEqual(['Hidden']);
    expect(await found({ seller_skus: ['SHIRT-RED-M', 'NONE'] })).toEqual(['Linen shirt']);
    expect(await found({ sku_ids: [idsOf(shop, 'SHIRT-RED-S').skuId] })).toEqual(['Linen shirt']);
    expect(await found({ status: 'DRAFT', seller_skus: ['SHIRT-RED-M'] })).toEqual([]);
    shop.control.advanceClock(100);
    shop.control.edit(idsOf(shop, 'SHIRT-RED-S').skuId, { price: '90000' });
    shop.control.remove(idsOf(shop, 'CUP').productId);
    expect(await found({ update_time_ge: now + 100 }, 100)).toEqual(['Tea cup', 'Linen shirt']);
    expect(await found({ update_time_le: now + 99 }, 100)).toEqual(['Draft', 'Hidden']);
    expect(await found({ create_time_ge: now + 1 }, 100)).toEqual([]);
    expect(await found({ create_time_le: now }, 100)).toHaveLength(4);
    expect(await found({ status: 'DELETED' }, 100)).toEqual(['Tea cup']);
    expect(await found({ status: 'ALL' }, 100)).toHaveLength(4);
  });

  test.each([
    ['a page size of 0', {}, { page_size: '0' }, 12019109],
    ['a page size of 101', {}, { page_size: '101' }, 12019109],
    ['an invented page token', {}, { page_token: 'abc' }, 12019108],
    ['an unknown status', { status: 'LIVE' }, {}, 36009004],
    ['a misspelt filter', { sku_id: ['1'] }, {}, 36009004],
    ['a time as text', { update_time_ge: '5' }, {}, 36009004],
    ['a range upside down', { update_time_ge: 9, update_time_le: 5 }, {}, 12019119],
    ['eleven SKU ids', { sku_ids: Array(11).fill('1') }, {}, 12019087],
    ['eleven seller SKUs', { seller_skus: Array(11).fill('1') }, {}, 12019027],
  ])('refuses %s', async (_name, body, query, code) => {
    expect((await search(openShop(), body, query)).code).toBe(code);
  });

  test('a search limit refuses what is too wide', async () => {
    const shop = openShop({ searchLimit: 2 });
    shop.control.add([cup, cup, shirt]);
    expect((await search(shop)).code).toBe(12052180);
    expect((await search(shop, { seller_skus: ['CUP'] })).code).toBe(0);
  });
});

describe('product detail', () => {
  test('shows the whole product', async () => {
    const shop = openShop();
    shop.control.add([shirt]);
    const { productId } = idsOf(shop, 'SHIRT-RED-S');
    const { data } = await call(shop, 'GET', `/product/202309/products/${productId}`);
    const image = { height: 1200, width: 1200, uri: expect.stringMatching(/^tos-/) };
    expect(data).toMatchObject({
      id: productId,
      title: 'Linen shirt',
      description: '<p>Light.</p>',
      brand: { name: 'Lotus' },
      status: 'ACTIVATE',
      product_status: 'ACTIVATE',
      audit: { status: 'APPROVED' },
      main_images: [{ ...image, urls: ['https://images.example/shirt.jpg'] }],
      package_weight: { unit: 'KILOGRAM', value: '0.2' },
      skus: [
        {
          seller_sku: 'SHIRT-RED-S',
          identifier_code: { code: '8934567890123', type: 'EAN' },
          price: { currency: 'VND', sale_price: '80000', tax_exclusive_price: '80000' },
          sales_attributes: [
            { id: '100000', name: 'Color', value_name: 'Red', sku_img: { ...image, urls: ['https://images.example/red.jpg'] } },
            { name: 'Size', value_name: 'S' },
          ],
        },
        { seller_sku: 'SHIRT-RED-M', price: { sale_price: '85000' } },
      ],
    });
  });

  test('is refused for an unknown, a frozen and a deleted product', async () => {
    const shop = openShop();
    shop.control.add([cup, shirt]);
    const [frozen, deleted] = [idsOf(shop, 'CUP').productId, idsOf(shop, 'SHIRT-RED-S').productId];
    shop.sellerCenter.setStatus(frozen, 'FREEZE');
    shop.control.remove(deleted);
    expect(await call(shop, 'GET', '/product/202309/products/1729592969712207008')).toMatchObject({
      status: 200,
      code: 12052032,
    });
    for (const id of [frozen, deleted]) expect((await call(shop, 'GET', `/product/202309/products/${id}`)).code).toBe(12019113);
  });
});

describe('inventory search', () => {
  const path = '/product/202309/inventory/search';

  test('by product gives all its SKUs, by SKU those asked for, and leaves the unknown and deleted out', async () => {
    const shop = openShop();
    shop.control.add([shirt, cup]);
    const { productId, skuId } = idsOf(shop, 'SHIRT-RED-S');
    const byProduct = await call(shop, 'POST', path, { body: { product_ids: [productId, '1'] } });
    expect(byProduct.data.inventory).toMatchObject([
      { product_id: productId, skus: [{ id: skuId, total_available_quantity: 43 }, { total_available_quantity: 7 }] },
    ]);
    const bySku = await call(shop, 'POST', path, { body: { sku_ids: [skuId, '1', idsOf(shop, 'CUP').skuId] } });
    expect(bySku.data.inventory.map(({ skus }) => skus.map((sku) => sku.total_available_quantity))).toEqual([[43], [12]]);
    shop.control.remove(productId);
    expect((await call(shop, 'POST', path, { body: { sku_ids: [skuId] } })).data.inventory).toEqual([]);
  });

  test.each([
    ['nothing', {}, 36009004],
    ['products and SKUs at once', { product_ids: ['1'], sku_ids: ['1'] }, 36009004],
    ['101 products', { product_ids: Array(101).fill('1') }, 12019120],
    ['601 SKUs', { sku_ids: Array(601).fill('1') }, 36009004],
    ['ids as numbers', { sku_ids: [1] }, 36009004],
  ])('refuses %s', async (_name, body, code) => {
    expect((await call(openShop(), 'POST', path, { body })).code).toBe(code);
  });
});

test('the list of warehouses names each sales warehouse, and one for returns', async () => {
  const { data } = await call(openShop({ warehouses: 2 }), 'GET', '/logistics/202309/warehouses');
  expect(data.warehouses.map(({ type, is_default }) => [type, is_default])).toEqual([
    ['SALES_WAREHOUSE', true],
    ['SALES_WAREHOUSE', false],
    ['RETURN_WAREHOUSE', true],
  ]);
  expect(new Set(data.warehouses.map(({ id }) => id)).size).toBe(3);
});

test('a hundred thousand SKUs are held, paged through and found without delay', async () => {
  const shop = openShop();
  shop.control.unlimited(true);
  const variants = Array.from({ length: 10 }, (_, index) => ({
    optionValues: [`V${index}`],
    sku: `SKU-${index}`,
    price: '1000',
    quantity: index,
  }));
  shop.control.add(Array.from({ length: 10_000 }, (_, index) => ({ title: `Product ${index}`, options: ['Kind'], variants })));
  expect(shop.control.goods()).toHaveLength(100_000);
  const begun = performance.now();
  const seen = new Set<string>();
  for (let token: string | undefined = ''; token !== undefined; ) {
    const { data } = await search(shop, { status: 'ACTIVATE' }, token === '' ? {} : { page_token: token });
    for (const { skus } of data.products) for (const { id } of skus) seen.add(id);
    token = data.next_page_token;
  }
  expect(seen.size).toBe(100_000);
  expect(performance.now() - begun).toBeLessThan(10_000);
});
