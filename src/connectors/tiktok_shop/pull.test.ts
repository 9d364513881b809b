import { describe, expect, test } from 'vitest';
import type { PullRequest } from '#connectors/connector.ts';
import { CredentialsExpired, MalformedResponse } from '#connectors/errors.ts';
import { type Answer, fixture, gather, type Script, scriptedStore } from '#connectors/tiktok_shop/fixtures/scripted-store.ts';
import { pull } from '#connectors/tiktok_shop/pull.ts';
import { readLevels, readPrices } from '#connectors/tiktok_shop/read.ts';

const search = 'POST /product/202502/products/search';
const stock = 'POST /product/202309/inventory/search';
const detailOf = (id: string) => `GET /product/202309/products/${id}`;
const detail = (id: string, change: object = {}): Answer => ({
  data: { ...(fixture('product-detail') as object), id, ...change },
});
const listed = (ids: readonly string[], next = '', status = 'ACTIVATE'): Answer => ({
  data: { products: ids.map((id) => ({ id, status })), total_count: 3, ...(next === '' ? {} : { next_page_token: next }) },
});
const gone: Answer = { fault: { code: 12052032, message: 'product not exist' } };

function request(change: Partial<PullRequest> = {}): PullRequest & { lines: string[] } {
  const lines: string[] = [];
  return { since: null, log: (message) => lines.push(message), lines, ...change };
}

describe('pulling everything', () => {
  test('walks all pages, reads every product whole, and sends no empty body', async () => {
    const store = scriptedStore({
      [search]: [listed(['1', '2'], 'more'), listed(['3'])],
      [detailOf('1')]: [detail('1')],
      [detailOf('2')]: [detail('2')],
      [detailOf('3')]: [detail('3')],
    });
    const pages = await gather(pull(store.session, request()));
    expect(pages.map((page) => page.products.map(({ id }) => id))).toEqual([['1', '2'], ['3']]);
    expect(pages[0]).toMatchObject({ totalProducts: 3, deletedProductIds: [] });
    const searches = store.sentTo('/product/202502/products/search');
    expect(searches.map(({ body }) => body)).toEqual([{ status: 'ALL' }, { status: 'ALL' }]);
    expect(searches.map(({ query }) => [query.page_size, query.page_token, query.shop_cipher])).toEqual([
      ['100', undefined, 'ROW_demoCipher'],
      ['100', 'more', 'ROW_demoCipher'],
    ]);
  });

  test('of an empty store is one empty page', async () => {
    expect(await gather(pull(scriptedStore({ [search]: [{ data: {} }] }).session, request()))).toEqual([
      { products: [], deletedProductIds: [], totalProducts: null },
    ]);
  });

  test('brings deactivated products, reports deleted ones, and leaves frozen ones as they were', async () => {
    const products = [
      { id: '1', status: 'SELLER_DEACTIVATED' },
      { id: '2', status: 'DELETED' },
      { id: '3', status: 'FREEZE' },
    ];
    const store = scriptedStore({
      [search]: [{ data: { products } }],
      [detailOf('1')]: [detail('1', { status: 'SELLER_DEACTIVATED' })],
    });
    const asked = request();
    const [page] = await gather(pull(store.session, asked));
    expect(page?.products).toMatchObject([{ id: '1', status: 'archived' }]);
    expect(page?.deletedProductIds).toEqual(['2']);
    expect(asked.lines).toHaveLength(1);
  });

  test('has a product that moved to the next page once per page', async () => {
    const store = scriptedStore({ [search]: [listed(['1', '1'])], [detailOf('1')]: [detail('1')] });
    expect((await gather(pull(store.session, request())))[0]?.products).toHaveLength(1);
  });

  test('stops when the pages run in a circle', async () => {
    const store = scriptedStore({ [search]: [listed([], 'again')] });
    await expect(gather(pull(store.session, request()))).rejects.toBeInstanceOf(MalformedResponse);
  });

  test('reads at most eight products at once', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => String(at + 1));
    let under = 0;
    let most = 0;
    const script: Script = { [search]: [listed(ids)], ...Object.fromEntries(ids.map((id) => [detailOf(id), [detail(id)]])) };
    const store = scriptedStore(script);
    const http = {
      ...store.session.http,
      send: async (one: Parameters<typeof store.session.http.send>[0]) => {
        most = Math.max(most, ++under);
        await new Promise((resolve) => setImmediate(resolve));
        under--;
        return await store.session.http.send(one);
      },
    };
    const [page] = await gather(pull({ ...store.session, http }, request()));
    expect(page?.products.map(({ id }) => id)).toEqual(ids);
    expect(most).toBe(8);
  });

  test('fails as a whole when the token is over: a short catalog is never a whole one', async () => {
    const store = scriptedStore({
      [search]: [listed(['1', '2'])],
      [detailOf('1')]: [detail('1')],
      [detailOf('2')]: [{ fault: { code: 105002, message: 'expired' } }],
    });
    await expect(gather(pull(store.session, request()))).rejects.toBeInstanceOf(CredentialsExpired);
  });

  test('with an answer of another shape is malformed', async () => {
    const store = scriptedStore({ [search]: [{ raw: { text: '{"code":0,"data":{"products":"none"}}' } }] });
    await expect(gather(pull(store.session, request()))).rejects.toBeInstanceOf(MalformedResponse);
  });
});

describe('pulling what changed', () => {
  test('asks from the moment on, in whole seconds rounded down', async () => {
    const store = scriptedStore({ [search]: [listed([])] });
    await gather(pull(store.session, request({ since: '2026-11-20T09:59:59.900Z' })));
    expect(store.seen[0]?.body).toEqual({ status: 'ALL', update_time_ge: Date.parse('2026-11-20T09:59:59Z') / 1000 });
  });
});

describe('pulling by id', () => {
  const skuOf = (id: string): Answer => ({
    data: { inventory: [{ product_id: id, skus: [{ id: '9', warehouse_inventory: [] }] }] },
  });

  test('reads these products alone; one that two readings do not know is deleted', async () => {
    const store = scriptedStore({
      [detailOf('1')]: [detail('1')],
      [detailOf('2')]: [gone],
      [stock]: [{ data: { inventory: [] } }],
    });
    const [page] = await gather(pull(store.session, request({ productIds: ['1', '2'] })));
    expect(page).toMatchObject({ products: [{ id: '1' }], deletedProductIds: ['2'], totalProducts: null });
  });

  test('does not take a frozen product for deleted, although its detail says that it does not exist', async () => {
    const store = scriptedStore({ [detailOf('2')]: [gone], [stock]: [skuOf('2')], [search]: [listed(['2'], '', 'FREEZE')] });
    const asked = request({ productIds: ['2'] });
    expect((await gather(pull(store.session, asked)))[0]).toMatchObject({ products: [], deletedProductIds: [] });
    expect(asked.lines).toHaveLength(1);
    expect(store.sentTo('/product/202502/products/search')[0]?.body).toEqual({ status: 'ALL', sku_ids: ['9'] });
  });

  test('takes a product that the search shows as deleted for deleted, and one whose detail says so', async () => {
    const store = scriptedStore({
      [detailOf('2')]: [gone],
      [detailOf('3')]: [detail('3', { status: 'DELETED' })],
      [stock]: [skuOf('2')],
      [search]: [listed(['2'], '', 'DELETED')],
    });
    expect((await gather(pull(store.session, request({ productIds: ['2', '3'] }))))[0]?.deletedProductIds).toEqual(['2', '3']);
  });

  test('concludes nothing from a refusal that it does not understand', async () => {
    const store = scriptedStore({ [detailOf('2')]: [{ fault: { code: 12059999, message: 'come back tomorrow' } }] });
    const asked = request({ productIds: ['2'] });
    expect((await gather(pull(store.session, asked)))[0]).toMatchObject({ products: [], deletedProductIds: [] });
    expect(asked.lines).toHaveLength(1);
  });
});

const ref = (variantId: string, locationId = '7272') => ({
  listing: { productId: '1', variantId, inventoryId: null },
  locationId,
});
const skuStock = (id: string, available: number) => ({
  id,
  warehouse_inventory: [{ warehouse_id: '7272', available_quantity: available, committed_quantity: 1 }],
});

describe('reading levels', () => {
  test('tells what is available at the warehouse, null where the SKU is not kept, and nothing of a SKU that is not mentioned', async () => {
    const store = scriptedStore({
      [stock]: [{ data: { inventory: [{ product_id: '1', skus: [skuStock('11', 7), skuStock('12', 0)] }] } }],
    });
    const asked = [ref('11'), ref('12'), ref('11', 'elsewhere'), ref('13')];
    expect(await readLevels(store.session, asked)).toEqual([
      { ref: asked[0], available: 7 },
      { ref: asked[1], available: 0 },
      { ref: asked[2], available: null },
    ]);
    expect(store.seen[0]?.body).toEqual({ sku_ids: ['11', '12', '13'] });
    expect(store.seen[0]?.request.repeatable).toBe(true);
  });

  test('asks for at most 600 SKUs at a time', async () => {
    const store = scriptedStore({
      [stock]: ({ body }) => ({
        data: { inventory: [{ product_id: '1', skus: (body as { sku_ids: string[] }).sku_ids.map((id) => skuStock(id, 1)) }] },
      }),
    });
    const refs = Array.from({ length: 1201 }, (_, at) => ref(String(at)));
    expect(await readLevels(store.session, refs)).toHaveLength(1201);
    expect(store.seen.map(({ body }) => (body as { sku_ids: string[] }).sku_ids.length)).toEqual([600, 600, 1]);
  });

  test('is not blinded by one SKU that the platform refuses', async () => {
    const store = scriptedStore({
      [stock]: ({ body }) => {
        const ids = (body as { sku_ids: string[] }).sku_ids;
        if (ids.includes('5')) return { fault: { code: 12052999, message: 'sku id does not exist: sku not exist' } };
        return { data: { inventory: [{ product_id: '1', skus: ids.map((id) => skuStock(id, 1)) }] } };
      },
    });
    const readings = await readLevels(
      store.session,
      ['1', '2', '3', '4', '5', '6', '7', '8'].map((id) => ref(id)),
    );
    expect(readings).toHaveLength(8);
    expect(readings.filter(({ available }) => available === null).map(({ ref: one }) => one.listing.variantId)).toEqual(['5']);
  });
});

describe('reading levels that the platform holds back', () => {
  test('a quantity of null is malformed, never 0: a source store would take the 0 for its stock', async () => {
    const text =
      '{"code":0,"data":{"inventory":[{"product_id":"1","skus":[{"id":"11","warehouse_inventory":[{"warehouse_id":"7272","available_quantity":null}]}]}]}}';
    const { session } = scriptedStore({ [stock]: [{ raw: { text } }] });
    await expect(readLevels(session, [ref('11')])).rejects.toBeInstanceOf(MalformedResponse);
  });

  const refusing = (refuses: (id: string) => boolean) =>
    scriptedStore({
      [stock]: ({ body }) => {
        const ids = (body as { sku_ids: string[] }).sku_ids;
        if (ids.some(refuses)) return { fault: { code: 12059999, message: 'come back tomorrow' } };
        return { data: { inventory: [{ product_id: '1', skus: ids.map((id) => skuStock(id, 1)) }] } };
      },
    });
  const refs = Array.from({ length: 100 }, (_, at) => ref(String(at)));

  test('one SKU refused for a reason that is not understood has no reading; the others have theirs', async () => {
    const readings = await readLevels(refusing((id) => id === '5').session, refs);
    expect(readings).toHaveLength(99);
    expect(readings.every(({ available }) => available === 1)).toBe(true);
  });

  test('a refusal that meets SKU after SKU is thrown after a few, not asked of each', async () => {
    const store = refusing(() => true);
    await expect(readLevels(store.session, refs)).rejects.toMatchObject({ refusal: { code: 'platform_refused' } });
    expect(store.seen.length).toBeLessThan(25);
    await expect(readLevels(refusing(() => true).session, [ref('1')])).rejects.toMatchObject({
      refusal: { code: 'platform_refused' },
    });
  });
});

describe('reading prices', () => {
  test('reads each product once; a missing SKU or product has no price', async () => {
    const store = scriptedStore({
      [detailOf('1')]: [detail('1')],
      [detailOf('2')]: [gone],
      [stock]: [{ data: { inventory: [] } }],
    });
    const listings = [
      { productId: '1', variantId: '1734000000000000201', inventoryId: null },
      { productId: '1', variantId: '1734000000000000202', inventoryId: null },
      { productId: '1', variantId: 'no such', inventoryId: null },
      { productId: '2', variantId: '3', inventoryId: null },
    ];
    expect((await readPrices(store.session, listings)).map(({ price }) => price?.amount ?? null)).toEqual([
      '120000',
      '125000',
      null,
      null,
    ]);
    expect(store.sentTo('/product/202309/products/1')).toHaveLength(1);
  });
});
