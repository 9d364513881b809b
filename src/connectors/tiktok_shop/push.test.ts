import { describe, expect, test } from 'vitest';
import type { PriceWrite, QuantityWrite, Session } from '#connectors/connector.ts';
import { CredentialsExpired, MalformedResponse, PlatformUnavailable, RateLimited, TooLate } from '#connectors/errors.ts';
import { type Answer, fixture, type Seen, scriptedStore } from '#connectors/tiktok_shop/fixtures/scripted-store.ts';
import { pushPrices } from '#connectors/tiktok_shop/push-prices.ts';
import { canonicalQuantity, pushQuantities } from '#connectors/tiktok_shop/push-quantities.ts';

const update = 'POST /product/202309/products/1/inventory/update';
const stock = 'POST /product/202309/inventory/search';
const prices = 'POST /product/202309/products/1/prices/update';
const done: Answer = { data: {} };

const write = (sku: string, quantity: number, productId = '1', locationId = '7272'): QuantityWrite => ({
  writeId: `w-${sku}-${locationId}`,
  ref: { listing: { productId, variantId: sku, inventoryId: null }, locationId },
  quantity,
  replaces: null,
});
const priced = (sku: string, amount: string, currency = 'VND', productId = '1'): PriceWrite => ({
  writeId: `w-${sku}`,
  listing: { productId, variantId: sku, inventoryId: null },
  price: { amount, currency },
});
const failed = (skuId: string, code: number, message: string): Answer => ({
  data: {
    errors: [
      {
        code: 12052990,
        message: 'Check failed',
        detail: { sku_id: skuId, extra_errors: [{ code, message, warehouse_id: '7272' }] },
      },
    ],
  },
});
const skusOf = ({ body }: Seen) => (body as { skus: { id: string }[] }).skus;

describe('pushing quantities', () => {
  test('sends one request per product, a SKU with all its warehouses in one entry', async () => {
    const store = scriptedStore({ [update]: [done], 'POST /product/202309/products/2/inventory/update': [done] });
    const results = await pushQuantities(store.session, [write('11', 3), write('21', 9, '2'), write('11', 4, '1', '7273')]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
    expect(store.sentTo('/product/202309/products/1/inventory/update')[0]?.body).toEqual({
      skus: [
        {
          id: '11',
          inventory: [
            { warehouse_id: '7272', quantity: 3 },
            { warehouse_id: '7273', quantity: 4 },
          ],
        },
      ],
    });
    expect(store.seen.every(({ request }) => request.repeatable === false)).toBe(true);
  });

  test('half a failed batch is half a success: failures are named per SKU although the request succeeds', async () => {
    const store = scriptedStore({ [update]: [failed('12', 12052097, 'The warehouse does not exist')] });
    const results = await pushQuantities(store.session, [write('11', 3), write('12', 4)]);
    expect(results[0]).toEqual({ writeId: 'w-11-7272', outcome: 'applied' });
    expect(results[1]).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'warehouse_unknown', parameters: { message: 'The warehouse does not exist' } },
    });
  });

  test('a failure that names no SKU leaves all in doubt but those that are named', async () => {
    const store = scriptedStore({ [update]: [{ data: { errors: [{ code: 12052990, message: 'Check failed' }] } }] });
    const results = await pushQuantities(store.session, [write('11', 3), write('12', 4)]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
  });

  test('0 is sent as it is; what is said against it is zero_refused, and nothing is deactivated', async () => {
    const store = scriptedStore({ [update]: [done, failed('11', 12019024, 'stock count invalid')] });
    expect(await pushQuantities(store.session, [write('11', 0)])).toMatchObject([{ outcome: 'applied' }]);
    expect(await pushQuantities(store.session, [write('11', 0)])).toMatchObject([
      { outcome: 'refused', refusal: { code: 'zero_refused' } },
    ]);
    expect(skusOf(store.seen[0] as Seen)).toEqual([{ id: '11', inventory: [{ warehouse_id: '7272', quantity: 0 }] }]);
    expect(store.seen).toHaveLength(2);
  });

  test('a request refused for one SKU is taken apart: the others are applied', async () => {
    const store = scriptedStore({
      [update]: (seen) =>
        skusOf(seen).some(({ id }) => id === '12') ? { fault: { code: 12019024, message: 'stock count invalid' } } : done,
    });
    const results = await pushQuantities(store.session, [write('11', 3), write('12', 0), write('13', 5)]);
    expect(results.map((one) => (one.outcome === 'refused' ? one.refusal.code : one.outcome))).toEqual([
      'applied',
      'zero_refused',
      'applied',
    ]);
  });

  test('a request that is throttled half-way through being taken apart leaves in doubt only what it was for', async () => {
    const store = scriptedStore({
      [update]: (seen) => {
        const ids = skusOf(seen).map(({ id }) => id);
        if (ids.length > 1) return { fault: { code: 12019024, message: 'stock count invalid' } };
        return ids[0] === '12' ? { raw: { status: 429 } } : done;
      },
    });
    const results = await pushQuantities(store.session, [write('11', 3), write('12', 4), write('13', 5)]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'unknown', 'applied']);
  });

  test('what holds for the whole product is not asked again per SKU', async () => {
    const store = scriptedStore({ [update]: [{ fault: { code: 12052032, message: 'product not exist' } }] });
    const results = await pushQuantities(store.session, [write('11', 3), write('12', 4)]);
    expect(results.map((one) => one.outcome === 'refused' && one.refusal.code)).toEqual(['product_gone', 'product_gone']);
    expect(store.seen).toHaveLength(1);
  });

  test('a SKU refused for missing warehouses is sent again with the others at what stands there', async () => {
    const store = scriptedStore({
      [update]: [failed('11', 12052037, 'incorrect or missing warehouse ids'), done],
      [stock]: [
        {
          data: {
            inventory: [
              {
                product_id: '1',
                skus: [
                  {
                    id: '11',
                    warehouse_inventory: [
                      { warehouse_id: '7272', available_quantity: 8 },
                      { warehouse_id: '7273', available_quantity: 6 },
                    ],
                  },
                ],
              },
            ],
          },
        },
      ],
    });
    const results = await pushQuantities(store.session, [write('11', 3), write('12', 1)]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect(store.sentTo('/product/202309/products/1/inventory/update')[1]?.body).toEqual({
      skus: [
        {
          id: '11',
          inventory: [
            { warehouse_id: '7272', quantity: 3 },
            { warehouse_id: '7273', quantity: 6 },
          ],
        },
      ],
    });
  });

  test('a warehouse that refuses its figure does not keep those of the others from being lowered', async () => {
    const at = new Map([
      ['7272', 8],
      ['7273', 6],
    ]);
    const levels = () => [...at].map(([warehouse_id, available_quantity]) => ({ warehouse_id, available_quantity }));
    const take = ({ body }: Seen): Answer => {
      const [{ inventory }] = (body as { skus: [{ inventory: { warehouse_id: string; quantity: number }[] }] }).skus;
      if (inventory.length < 2) return failed('11', 12052037, 'missing warehouse ids');
      if (inventory.some(({ quantity }) => quantity === 0)) return failed('11', 12052055, 'out of range [1, 99999]');
      for (const { warehouse_id, quantity } of inventory) at.set(warehouse_id, quantity);
      return done;
    };
    const store = scriptedStore({
      [update]: take,
      [stock]: () => ({ data: { inventory: [{ product_id: '1', skus: [{ id: '11', warehouse_inventory: levels() }] }] } }),
    });
    const results = await pushQuantities(store.session, [write('11', 0), write('11', 4, '1', '7273')]);
    expect(results).toMatchObject([{ outcome: 'refused', refusal: { code: 'zero_refused' } }, { outcome: 'applied' }]);
    expect([...at.values()]).toEqual([8, 4]);
  });

  test('what a campaign holds is not asked for by warehouse: it holds the sum of all', async () => {
    const locked = failed('11', 12052393, "Product locked for Promotion and stock can't be updated below current stock");
    const store = scriptedStore({ [update]: [locked] });
    const results = await pushQuantities(store.session, [write('11', 2), write('11', 4, '1', '7273')]);
    const refused = { outcome: 'refused', refusal: { code: 'stock_in_campaign', keepsUnits: true } };
    expect(results).toMatchObject([refused, refused]);
    expect(store.seen).toHaveLength(1);
  });

  test('an unrelated warehouse is never added to a SKU', async () => {
    const elsewhere = {
      data: {
        inventory: [
          { product_id: '1', skus: [{ id: '11', warehouse_inventory: [{ warehouse_id: '9999', available_quantity: 8 }] }] },
        ],
      },
    };
    const store = scriptedStore({
      [update]: [{ fault: { code: 12019028, message: 'Multiple warehouses detected' } }],
      [stock]: [elsewhere],
    });
    expect(await pushQuantities(store.session, [write('11', 3)])).toMatchObject([
      { outcome: 'refused', refusal: { code: 'warehouse_unknown' } },
    ]);
    expect(store.sentTo('/product/202309/products/1/inventory/update')).toHaveLength(1);
  });

  test('an automatically allocated SKU stays refused, without a second try', async () => {
    const same = {
      data: {
        inventory: [
          { product_id: '1', skus: [{ id: '11', warehouse_inventory: [{ warehouse_id: '7272', available_quantity: 8 }] }] },
        ],
      },
    };
    const store = scriptedStore({ [update]: [failed('11', 12052037, 'auto-allocated inventory')], [stock]: [same] });
    expect(await pushQuantities(store.session, [write('11', 3)])).toMatchObject([
      { outcome: 'refused', refusal: { code: 'warehouses_incomplete' } },
    ]);
    expect(store.sentTo('/product/202309/products/1/inventory/update')).toHaveLength(1);
  });

  test('an error after the first request leaves only its own SKUs in doubt', async () => {
    const store = scriptedStore({
      [update]: [failed('11', 12052037, 'missing warehouse ids')],
      [stock]: [{ fault: { code: 36009002, message: 'too many' } }],
    });
    const results = await pushQuantities(store.session, [write('11', 3), write('12', 1)]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'applied']);
  });

  test('what was refused, and was too late to be sent again, was not applied', async () => {
    const tooLate = (session: Session): Session => {
      const send: typeof session.http.send = async (request) => {
        if (request.url.includes('/inventory/search')) throw new TooLate(1);
        return await session.http.send(request);
      };
      return { ...session, http: { ...session.http, send } };
    };
    const refused = () => scriptedStore({ [update]: [failed('11', 12052037, 'missing warehouse ids')] });
    await expect(pushQuantities(tooLate(refused().session), [write('11', 3)])).rejects.toBeInstanceOf(TooLate);
    const results = await pushQuantities(tooLate(refused().session), [write('11', 3), write('12', 1)]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['not_taken', 'applied']);
  });

  test.each([
    [{ fault: { code: 105002, message: 'expired' } }, CredentialsExpired],
    [{ fault: { code: 36009002, message: 'too many' } }, RateLimited],
    [{ silence: true }, PlatformUnavailable],
    [{ raw: { status: 200, text: '{"code":0,"mess' } }, MalformedResponse],
  ] as const)('an error of the only request is thrown as it is (%#)', async (answer, kind) => {
    const store = scriptedStore({ [update]: [answer] });
    await expect(pushQuantities(store.session, [write('11', 3), write('12', 1)])).rejects.toBeInstanceOf(kind);
    expect(store.seen).toHaveLength(1);
  });

  test('a server error during a write may have applied it', async () => {
    const { session } = scriptedStore({ [update]: [{ raw: { status: 503, text: '' } }] });
    await expect(pushQuantities(session, [write('11', 3)])).rejects.toMatchObject({
      name: 'PlatformUnavailable',
      mayHaveApplied: true,
    });
  });

  test('one product without an answer does not hide the results of another', async () => {
    const store = scriptedStore({ [update]: [{ silence: true }], 'POST /product/202309/products/2/inventory/update': [done] });
    const results = await pushQuantities(store.session, [write('11', 3), write('21', 9, '2')]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'applied']);
  });

  test('of several failed products the error that leaves most in doubt is thrown', async () => {
    const store = scriptedStore({
      [update]: [{ fault: { code: 36009002, message: 'too many' } }],
      'POST /product/202309/products/2/inventory/update': [{ silence: true }],
    });
    await expect(pushQuantities(store.session, [write('11', 3), write('21', 9, '2')])).rejects.toBeInstanceOf(
      PlatformUnavailable,
    );
  });

  test('what stops the whole store refuses no value: it counts as an outage in which nothing was applied', async () => {
    for (const code of [106001, 105005, 36009033]) {
      const { session } = scriptedStore({ [update]: [{ fault: { code, message: 'no' } }] });
      await expect(pushQuantities(session, [write('11', 3)])).rejects.toMatchObject({
        name: 'PlatformUnavailable',
        mayHaveApplied: false,
      });
    }
  });

  test.each([
    [5, 5],
    [0, 0],
    [-3, 0],
    [2.9, 2],
    [99_999, 99_999],
    [100_000, 99_999],
  ])('%d is kept as %d', (quantity, kept) => {
    expect(canonicalQuantity(quantity)).toBe(kept);
    expect(canonicalQuantity(kept)).toBe(kept);
  });
});

describe('pushing prices', () => {
  test('writes whole amounts for a currency without a subunit, one request per product', async () => {
    const store = scriptedStore({ [prices]: [done], 'POST /product/202309/products/2/prices/update': [done] });
    const results = await pushPrices(store.session, [
      priced('11', '80000.00'),
      priced('12', '1.5', 'USD'),
      priced('21', '9', 'VND', '2'),
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied']);
    expect(store.sentTo('/product/202309/products/1/prices/update')[0]?.text).toBe(
      '{"skus":[{"id":"11","price":{"amount":"80000","currency":"VND"}},{"id":"12","price":{"amount":"1.50","currency":"USD"}}]}',
    );
  });

  test.each([
    [12052038, 'Product price locked due to ongoing promotion.', 'in_promotion'],
    [12052901, 'product status invalid', 'product_not_active'],
    [12050001, 'SKU not found', 'sku_gone'],
    [12052073, 'The product price is invalid', 'price_refused'],
    [12050002, 'currency does not match', 'currency_wrong'],
    [12050003, 'quite another rule', 'platform_refused'],
  ])('%i (%s) is refused as %s', async (code, message, expected) => {
    const { session } = scriptedStore({ [prices]: [{ fault: { code, message } }] });
    expect(await pushPrices(session, [priced('11', '1')])).toMatchObject([
      { outcome: 'refused', refusal: { code: expected, answer: { code: String(code), message } } },
    ]);
  });

  test('one SKU in a promotion does not stop the others of its product', async () => {
    const store = scriptedStore({
      [prices]: (seen) => (skusOf(seen).some(({ id }) => id === '12') ? { fault: { code: 12052038, message: 'locked' } } : done),
    });
    const results = await pushPrices(store.session, [priced('11', '1'), priced('12', '2')]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'refused']);
  });

  test('one value that the gateway does not take does not stop the others of its product', async () => {
    const refusedByGateway = { fault: { code: 36009004, message: 'Invalid parameter. skus.0.price.amount', status: 400 } };
    const store = scriptedStore({
      [prices]: (seen) => (skusOf(seen).some(({ id }) => id === '12') ? refusedByGateway : done),
    });
    expect(await pushPrices(store.session, [priced('11', '1'), priced('12', '2')])).toMatchObject([
      { outcome: 'applied' },
      {
        outcome: 'refused',
        refusal: { code: 'price_refused', parameters: { message: 'Invalid parameter. skus.0.price.amount' } },
      },
    ]);
  });

  test('global sellers that ship from China to Japan or the United States set the display price', async () => {
    const china = {
      ...((fixture('warehouses') as { warehouses: object[] }).warehouses[2] ?? {}),
      sub_type: 'CB_DIRECT_SHIPPING_WAREHOUSE',
    };
    const script = { [prices]: [done], 'GET /logistics/202309/warehouses': [{ data: { warehouses: [china] } }] };
    const store = scriptedStore(script, { seller_type: 'CROSS_BORDER', shop_region: 'US' });
    await pushPrices(store.session, [priced('11', '12.50', 'USD')]);
    expect(store.sentTo('/product/202309/products/1/prices/update')[0]?.body).toEqual({
      skus: [{ id: '11', price: { sale_price: '12.50', currency: 'USD' } }],
    });
  });
});
