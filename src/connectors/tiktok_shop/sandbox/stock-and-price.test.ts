import { describe, expect, test } from 'vitest';
import { call, cup, idsOf, openShop, shirt, startMilliseconds } from '#connectors/tiktok_shop/sandbox/practice-caller.ts';
import type { TikTokShopSandbox, TikTokShopSandboxOptions } from '#connectors/tiktok_shop/sandbox.ts';

function stocked(options: Partial<TikTokShopSandboxOptions> = {}) {
  const shop = openShop(options);
  shop.control.add([shirt, cup]);
  const { productId, skuId } = idsOf(shop, 'SHIRT-RED-S');
  return { shop, productId, skuId, otherSkuId: idsOf(shop, 'SHIRT-RED-M').skuId, foreignSkuId: idsOf(shop, 'CUP').skuId };
}

const quantityOf = (shop: TikTokShopSandbox, skuId: string) =>
  shop.control.goods().find(({ variantId }) => variantId === skuId)?.quantity;
const priceOf = (shop: TikTokShopSandbox, skuId: string) =>
  shop.control.goods().find(({ variantId }) => variantId === skuId)?.price;

const setStock = (shop: TikTokShopSandbox, productId: string, skus: unknown) =>
  call(shop, 'POST', `/product/202309/products/${productId}/inventory/update`, { body: { skus } });
const setPrice = (shop: TikTokShopSandbox, productId: string, skus: unknown) =>
  call(shop, 'POST', `/product/202309/products/${productId}/prices/update`, { body: { skus } });
const vnd = (id: string, amount: string) => ({ id, price: { amount, currency: 'VND' } });

describe('updating stock', () => {
  test('sets the number, with the warehouse named or, when there is only one, without', async () => {
    const { shop, productId, skuId, otherSkuId } = stocked();
    const warehouse_id = shop.control.access().warehouse_id;
    const answer = await setStock(shop, productId, [
      { id: skuId, inventory: [{ warehouse_id, quantity: 15 }] },
      { id: otherSkuId, inventory: [{ quantity: 99_999 }] },
    ]);
    expect(answer).toMatchObject({ status: 200, code: 0, data: {} });
    expect(answer.data.errors).toBeUndefined();
    expect([quantityOf(shop, skuId), quantityOf(shop, otherSkuId)]).toEqual([15, 99_999]);
    const at = new Date(startMilliseconds).toISOString();
    expect(shop.control.writes()).toEqual([
      { at, kind: 'quantity', variantId: skuId, value: '15', by: 'api' },
      { at, kind: 'quantity', variantId: otherSkuId, value: '99999', by: 'api' },
    ]);
  });

  test('fails SKU by SKU, with code 0 and the causes in data.errors, and sets the others', async () => {
    const { shop, productId, skuId, otherSkuId, foreignSkuId } = stocked();
    const { code, message, data } = await setStock(shop, productId, [
      { id: foreignSkuId, inventory: [{ quantity: 5 }] },
      { id: otherSkuId, inventory: [{ warehouse_id: '7068517275539719942', quantity: 5 }] },
      { id: skuId, inventory: [{ quantity: 5 }] },
    ]);
    expect({ code, message }).toEqual({ code: 0, message: 'Success' });
    expect(data.errors).toEqual([
      {
        code: 12052990,
        message: 'Check failed',
        detail: { sku_id: foreignSkuId, extra_errors: [{ code: 12052556, message: expect.any(String) }] },
      },
      {
        code: 12052990,
        message: 'Check failed',
        detail: {
          sku_id: otherSkuId,
          extra_errors: [{ code: 12052097, message: 'The warehouse does not exist', warehouse_id: '7068517275539719942' }],
        },
      },
    ]);
    expect([quantityOf(shop, skuId), quantityOf(shop, otherSkuId), quantityOf(shop, foreignSkuId)]).toEqual([5, 7, 12]);
    expect(shop.control.writes()).toHaveLength(1);
  });

  test('with two warehouses both must be named, once each, and none that does not sell', async () => {
    const { shop, productId, skuId } = stocked({ warehouses: 2 });
    const { data } = await call(shop, 'GET', '/logistics/202309/warehouses');
    const [first, second, returns] = data.warehouses.map(({ id }) => id);
    const causes = async (...inventory: object[]) =>
      (await setStock(shop, productId, [{ id: skuId, inventory }])).data.errors?.[0]?.detail.extra_errors?.map(
        ({ code }) => code,
      );
    expect(await causes({ warehouse_id: first, quantity: 4 })).toEqual([12019028]);
    expect(await causes({ quantity: 4 })).toEqual([12019028]);
    expect(await causes({ warehouse_id: first, quantity: 4 }, { warehouse_id: first, quantity: 4 })).toEqual([12052555]);
    expect(await causes({ warehouse_id: first, quantity: 4 }, { warehouse_id: returns, quantity: 4 })).toEqual([12052532]);
    expect(quantityOf(shop, skuId)).toBe(43);
    expect(await causes({ warehouse_id: second, quantity: 3 }, { warehouse_id: first, quantity: 4 })).toBeUndefined();
    expect(quantityOf(shop, skuId)).toBe(7);
    const read = await call(shop, 'POST', '/product/202309/inventory/search', { body: { sku_ids: [skuId] } });
    expect(read.data.inventory[0]?.skus[0]).toMatchObject({
      total_available_quantity: 7,
      warehouse_inventory: [
        { warehouse_id: first, available_quantity: 4 },
        { warehouse_id: second, available_quantity: 3 },
      ],
    });
  });

  test('takes 0, unless the shop is told to refuse it, and never more than 99,999 or less than 0', async () => {
    const cause = async (quantity: number, options: Partial<TikTokShopSandboxOptions> = {}) => {
      const { shop, productId, skuId } = stocked(options);
      return (await setStock(shop, productId, [{ id: skuId, inventory: [{ quantity }] }])).data.errors?.[0]?.detail
        .extra_errors?.[0]?.code;
    };
    expect(await cause(0)).toBeUndefined();
    expect(await cause(0, { refuseZero: true })).toBe(12052055);
    expect(await cause(1, { refuseZero: true })).toBeUndefined();
    expect(await cause(100_000)).toBe(12052055);
    expect(await cause(-1)).toBe(12052055);
  });

  test.each([
    ['a quantity as text', { quantity: '5' }],
    ['half a unit', { quantity: 0.5 }],
    ['a quantity beyond 32 bits', { quantity: 3_000_000_000 }],
    ['no quantity', {}],
    ['a misspelt field', { quantity: 5, warehouse: '1' }],
  ])('refuses the whole call for %s', async (_name, entry) => {
    const { shop, productId, skuId, otherSkuId } = stocked();
    const answer = await setStock(shop, productId, [
      { id: otherSkuId, inventory: [{ quantity: 1 }] },
      { id: skuId, inventory: [entry] },
    ]);
    expect(answer).toMatchObject({ status: 400, code: 36009004 });
    expect(shop.control.writes()).toEqual([]);
  });

  test('refuses the same SKU twice, a frozen and a deleted product; a draft and a hidden one are fine', async () => {
    const { shop, productId, skuId } = stocked();
    const entry = { id: skuId, inventory: [{ quantity: 5 }] };
    expect((await setStock(shop, productId, [entry, entry])).code).toBe(12052553);
    for (const status of ['FREEZE', 'DELETED'] as const) {
      shop.sellerCenter.setStatus(productId, status);
      expect((await setStock(shop, productId, [entry])).code).toBe(12019113);
    }
    for (const status of ['DRAFT', 'SELLER_DEACTIVATED', 'PENDING'] as const) {
      shop.sellerCenter.setStatus(productId, status);
      expect(await setStock(shop, productId, [entry])).toMatchObject({ code: 0, data: {} });
    }
  });

  test('a campaign that holds the stock refuses to give units up, and takes more', async () => {
    const { shop, productId, skuId } = stocked();
    shop.sellerCenter.setPromotion(productId, { stockLocked: true });
    const lower = await setStock(shop, productId, [{ id: skuId, inventory: [{ quantity: 42 }] }]);
    expect(lower.data.errors?.[0]?.detail.extra_errors?.[0]?.code).toBe(12052393);
    expect((await setStock(shop, productId, [{ id: skuId, inventory: [{ quantity: 44 }] }])).data.errors).toBeUndefined();
    expect(quantityOf(shop, skuId)).toBe(44);
  });
});

describe('updating prices', () => {
  test('sets them and answers with empty data', async () => {
    const { shop, productId, skuId, otherSkuId } = stocked();
    const answer = await setPrice(shop, productId, [vnd(skuId, '90000'), vnd(otherSkuId, '91000')]);
    expect(answer).toMatchObject({ status: 200, code: 0 });
    expect(answer.data).toEqual({});
    expect([priceOf(shop, skuId), priceOf(shop, otherSkuId)]).toEqual(['90000', '91000']);
    expect(shop.control.writes().map(({ kind, value, by }) => [kind, value, by])).toEqual([
      ['price', '90000', 'api'],
      ['price', '91000', 'api'],
    ]);
    const { data } = await call(shop, 'GET', `/product/202309/products/${productId}`);
    expect(data.skus[0]?.price.sale_price).toBe('90000');
  });

  test.each([
    ['decimals of a currency that has none', '80000.00', 12052012],
    ['thousands separators', '80,000', 12052012],
    ['a leading zero', '080000', 12052012],
    ['a sign', '-5', 12052012],
    ['nothing', '', 12052012],
    ['zero', '0', 12052073],
  ])('refuses %s', async (_name, amount, code) => {
    const { shop, productId, skuId } = stocked();
    expect((await setPrice(shop, productId, [vnd(skuId, amount)])).code).toBe(code);
    expect(priceOf(shop, skuId)).toBe('80000');
  });

  test('a currency with cents takes up to two decimals', async () => {
    const { shop, productId, skuId } = stocked({ region: 'US' });
    const usd = (amount: string) => [{ id: skuId, price: { amount, currency: 'USD' } }];
    expect((await setPrice(shop, productId, usd('19.9'))).code).toBe(0);
    expect(priceOf(shop, skuId)).toBe('19.90');
    expect((await setPrice(shop, productId, usd('19.999'))).code).toBe(12052012);
    expect((await setPrice(shop, productId, usd('0.00'))).code).toBe(12052073);
  });

  test('all or none: one bad SKU leaves the others as they were', async () => {
    const { shop, productId, skuId, foreignSkuId } = stocked();
    expect((await setPrice(shop, productId, [vnd(skuId, '1000'), vnd(foreignSkuId, '1000')])).code).toBe(12052557);
    expect(priceOf(shop, skuId)).toBe('80000');
    expect(shop.control.writes()).toEqual([]);
  });

  test('refuses another currency, no price, list prices, numbers and the same SKU twice', async () => {
    const { shop, productId, skuId } = stocked();
    const code = async (...skus: object[]) => (await setPrice(shop, productId, skus)).code;
    expect(await code({ id: skuId, price: { amount: '5', currency: 'USD' } })).toBe(12052084);
    expect(await code({ id: skuId })).toBe(12052571);
    expect(await code({ ...vnd(skuId, '5'), list_price: { amount: '9', currency: 'VND' } })).toBe(12052376);
    expect(await code({ id: skuId, price: { amount: 5, currency: 'VND' } })).toBe(36009004);
    expect(await code(vnd(skuId, '5'), vnd(skuId, '5'))).toBe(12052553);
    expect(await code()).toBe(36009004);
  });

  test('refuses a product that is not live, and one in a running promotion', async () => {
    const { shop, productId, skuId } = stocked();
    shop.sellerCenter.setPromotion(productId, { stockLocked: false });
    expect((await setPrice(shop, productId, [vnd(skuId, '5')])).code).toBe(12052038);
    shop.sellerCenter.setPromotion(productId, null);
    for (const status of ['DRAFT', 'PENDING', 'SELLER_DEACTIVATED', 'FREEZE'] as const) {
      shop.sellerCenter.setStatus(productId, status);
      expect((await setPrice(shop, productId, [vnd(skuId, '5')])).code).toBe(12019113);
    }
    shop.sellerCenter.setStatus(productId, 'ACTIVATE');
    expect((await setPrice(shop, productId, [vnd(skuId, '5')])).code).toBe(0);
  });

  test('an unknown product is refused', async () => {
    const { shop, skuId } = stocked();
    expect((await setPrice(shop, '1729592969712207008', [vnd(skuId, '5')])).code).toBe(12052032);
  });
});

describe('the update time', () => {
  test('moves with stock and price set by the seller, not with a purchase', async () => {
    const { shop, productId, skuId } = stocked();
    const begun = Math.floor(startMilliseconds / 1000);
    const moved = async (seconds: number, act: () => unknown) => {
      shop.control.advanceClock(seconds);
      await act();
      const timestamp = String(Math.floor(startMilliseconds / 1000) + elapsed(seconds));
      const { data } = await call(shop, 'GET', `/product/202309/products/${productId}`, { query: { timestamp } });
      return data.update_time - begun;
    };
    let total = 0;
    const elapsed = (seconds: number) => {
      total += seconds;
      return total;
    };
    expect(await moved(10, () => shop.control.sell(skuId, 1))).toBe(0);
    expect(await moved(10, () => setStock(shop, productId, [{ id: skuId, inventory: [{ quantity: 3 }] }]))).toBe(20);
    expect(await moved(10, () => setPrice(shop, productId, [vnd(skuId, '80000')]))).toBe(20);
    expect(await moved(10, () => shop.control.edit(skuId, { price: '81000' }))).toBe(40);
  });
});

describe('activating and deactivating', () => {
  const path = '/product/202309/products';
  const act = (shop: TikTokShopSandbox, verb: 'activate' | 'deactivate', product_ids: string[]) =>
    call(shop, 'POST', `${path}/${verb}`, { body: { product_ids } });
  const statusOf = (shop: TikTokShopSandbox, id: string) =>
    shop.control.goods().find(({ productId }) => productId === id)?.status;

  test('a deactivated product is hidden; activated again it is pending, and live after its audit', async () => {
    const { shop, productId } = stocked({ timeScale: 1, auditSeconds: 60 });
    expect((await act(shop, 'deactivate', [productId])).data).toEqual({});
    expect(statusOf(shop, productId)).toBe('SELLER_DEACTIVATED');
    expect((await act(shop, 'activate', [productId])).data).toEqual({});
    expect(statusOf(shop, productId)).toBe('PENDING');
    shop.control.advanceClock(60);
    await expect.poll(() => statusOf(shop, productId)).toBe('ACTIVATE');
    await shop.close();
  });

  test('failures come one by one, and the rest is done', async () => {
    const { shop, productId } = stocked();
    const down = await act(shop, 'deactivate', ['1', productId]);
    expect(down.data.errors).toEqual([{ code: 12052048, message: expect.any(String), detail: { product_id: '1' } }]);
    expect(statusOf(shop, productId)).toBe('SELLER_DEACTIVATED');
    expect((await act(shop, 'deactivate', [productId])).data.errors).toHaveLength(1);
    const up = await act(shop, 'activate', [idsOf(shop, 'CUP').productId]);
    expect(up.data.errors?.[0]).toMatchObject({ code: 12052990, detail: { extra_errors: [{ code: 12019113 }] } });
    await shop.close();
  });

  test('at most 20 at a time', async () => {
    const ids = Array.from({ length: 21 }, (_, index) => String(index));
    expect((await act(openShop(), 'activate', ids)).code).toBe(12019120);
    expect((await act(openShop(), 'activate', [])).code).toBe(36009004);
  });
});
