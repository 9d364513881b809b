import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RemoteProduct } from '#connectors/connector.ts';
import { exportQueries } from '#connectors/shopify/documents.ts';
import {
  type Answer,
  gather,
  productNode,
  pullRequest,
  type Script,
  type Seen,
  scriptedShop,
  thrownBy,
} from '#connectors/shopify/fixtures/scripted-shop.ts';
import { pull } from '#connectors/shopify/pull.ts';

const files = {
  products: 'https://files.example/p',
  levels: 'https://files.example/l',
  variantImages: 'https://files.example/i',
};
type Kind = keyof typeof files;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const gid = (kind: string, n: number | string) => `gid://shopify/${kind}/${n}`;
type Line = Record<string, unknown>;
const { media: _media, variants: _variants, ...root } = productNode('') as { media: unknown; variants: { nodes: Line[] } } & Line;
const { media: _image, ...variantRoot } = (_variants.nodes[0] ?? {}) as Line;

const productLine = (n: number): Line => ({ ...root, id: gid('Product', n), title: `P${n}` });
const variantLine = (product: number, n: number): Line => ({
  ...variantRoot,
  id: gid('ProductVariant', n),
  inventoryItem: { id: gid('InventoryItem', n), tracked: true, unitCost: null, measurement: { weight: null } },
  __parentId: gid('Product', product),
});
const imageLine = (product: number, n: number): Line => ({
  id: gid('MediaImage', n),
  alt: '山川草木花鳥風月',
  image: { url: `https://images.example/${n}` },
  __parentId: gid('Product', product),
});
const levelLine = (item: number, location: number, available: number): Line => ({
  id: gid('InventoryLevel', `${location}?inventory_item_id=${item}`),
  location: { id: gid('Location', location) },
  quantities: [{ name: 'available', quantity: available }],
  __parentId: gid('InventoryItem', item),
});

const bytes = (lines: readonly Line[]) => new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
/** Chunks of seven bytes: in a row of letters of three bytes each, some cut goes through a letter. */
const chunked = (all: Uint8Array) =>
  Array.from({ length: Math.ceil(all.length / 7) }, (_, at) => all.subarray(at * 7, at * 7 + 7));

const operation = (kind: Kind, status: string, change: object = {}): Answer => ({
  data: {
    bulkOperation: {
      id: gid('BulkOperation', kind),
      status,
      errorCode: null,
      objectCount: '0',
      rootObjectCount: '0',
      url: null,
      ...change,
    },
  },
});

function shopOf(lines: Partial<Record<Kind, readonly Line[]>>, change: Script = {}, urls: Partial<Record<Kind, null>> = {}) {
  const kindOf = (query: unknown) => (Object.keys(exportQueries) as Kind[]).find((kind) => exportQueries[kind] === query);
  const roots = (kind: Kind) => (lines[kind] ?? []).filter((line) => !('__parentId' in line)).length;
  const started = ({ variables }: Seen): Answer => ({
    data: {
      bulkOperationRunQuery: {
        bulkOperation: { id: gid('BulkOperation', kindOf(variables.query) ?? ''), status: 'CREATED' },
        userErrors: [],
      },
    },
  });
  const status = ({ variables }: Seen): Answer => {
    const kind = String(variables.id).split('/').at(-1) as Kind;
    return operation(kind, 'COMPLETED', { rootObjectCount: String(roots(kind)), url: kind in urls ? null : files[kind] });
  };
  const script: Script = {
    ProductsCount: [{ data: { productsCount: { count: 1000 } } }],
    Currency: [{ data: { shop: { currencyCode: 'EUR' } } }],
    BulkRun: started,
    BulkStatus: status,
    BulkCancel: [{ data: { bulkOperationCancel: { bulkOperation: null, userErrors: [] } } }],
    ...change,
  };
  return scriptedShop(
    script,
    Object.fromEntries((Object.keys(files) as Kind[]).map((kind) => [files[kind], chunked(bytes(lines[kind] ?? []))])),
  );
}

async function pullAll(shop: ReturnType<typeof shopOf>, request = pullRequest()) {
  const work = gather(pull(shop.session, request)).then(
    (pages) => ({ pages }),
    (thrown: unknown) => ({ thrown }),
  );
  let end: Awaited<typeof work> | null = null;
  void work.then((settled) => {
    end = settled;
  });
  while (end === null) await vi.advanceTimersByTimeAsync(500);
  const settled = await work;
  if ('thrown' in settled) throw settled.thrown;
  return settled.pages;
}
const shape = (products: readonly RemoteProduct[]) =>
  Object.fromEntries(
    products.map(({ title, listings, images }) => [title, [listings.map(({ id }) => id.split('/').at(-1)), images.length]]),
  );

const catalog = [productLine(1), variantLine(1, 11), imageLine(1, 91), variantLine(1, 12), productLine(2), variantLine(2, 21)];
const whole = { P1: [['11', '12'], 1], P2: [['21'], 0] };

describe('an export', () => {
  test('is a catalog with levels, images and costs, as by pages', async () => {
    const shop = shopOf({
      products: catalog,
      levels: [{ id: gid('InventoryItem', 11) }, levelLine(11, 1, 4), levelLine(11, 2, -1), { id: gid('InventoryItem', 12) }],
      variantImages: [{ id: gid('ProductVariant', 11) }, { id: gid('MediaImage', 91), __parentId: gid('ProductVariant', 11) }],
    });
    const [page] = await pullAll(shop);
    expect(page).toMatchObject({ totalProducts: 1000, deletedProductIds: [] });
    expect(shape(page?.products ?? [])).toEqual(whole);
    expect(page?.products[0]?.images[0]?.alt).toBe('山川草木花鳥風月');
    expect(page?.products[0]?.listings[0]).toMatchObject({
      price: { amount: '19.90', currency: 'EUR' },
      imageIds: [gid('MediaImage', 91)],
      levels: [
        { locationId: gid('Location', 1), available: 4 },
        { locationId: gid('Location', 2), available: -1 },
      ],
    });
    expect(page?.products[0]?.listings[1]).toMatchObject({ levels: [], imageIds: [] });
  });

  test.each([
    ['reversed', catalog.toReversed()],
    [
      'with all products first',
      [...catalog.filter((line) => !('__parentId' in line)), ...catalog.filter((line) => '__parentId' in line)],
    ],
    [
      'interleaved',
      [catalog[1], catalog[4], catalog[0], catalog[5], catalog[3], catalog[2]].filter((line) => line !== undefined),
    ],
  ])('%s is the same catalog: no product is ever shown with a part of its variants', async (_, lines) => {
    const pages = await pullAll(shopOf({ products: lines }));
    const products = pages.flatMap((page) => page.products);
    expect(products).toHaveLength(2);
    const sorted = Object.fromEntries(
      Object.entries(shape(products)).map(([title, [ids, images]]) => [title, [(ids as string[]).toSorted(), images]]),
    );
    expect(sorted).toEqual(whole);
  });

  test('of many products comes in pages of 250, and products without children come too', async () => {
    const pages = await pullAll(shopOf({ products: Array.from({ length: 600 }, (_, n) => productLine(n)) }));
    expect(pages.map(({ products }) => products.length)).toEqual([250, 250, 100]);
  });

  test('of products with many variants ends a page at about a thousand of them', async () => {
    const lines = Array.from({ length: 5 }, (_, n) => [
      productLine(n),
      ...Array.from({ length: 400 }, (_unused, variant) => variantLine(n, n * 1000 + variant)),
    ]);
    const pages = await pullAll(shopOf({ products: lines.flat() }));
    expect(pages.map(({ products }) => products.length)).toEqual([3, 2]);
  });

  test('sends no token to the host of its files', async () => {
    const shop = shopOf({ products: catalog });
    await pullAll(shop);
    expect(shop.streamed.map(({ url }) => url)).toEqual([files.products, files.levels, files.variantImages, files.products]);
    expect(JSON.stringify(shop.streamed)).not.toContain('shpat_token');
  });

  test('with children of a product that it lacks has that product read by itself', async () => {
    const shop = shopOf(
      { products: [...catalog, variantLine(3, 31)] },
      { ProductsByIds: [{ data: { shop: { currencyCode: 'EUR' }, nodes: [productNode(gid('Product', 3))] } }] },
    );
    const pages = await pullAll(shop);
    expect(pages.at(-1)?.products.map(({ id }) => id)).toEqual([gid('Product', 3)]);
    expect(shop.sent('ProductsByIds')[0]?.variables).toEqual({ ids: [gid('Product', 3)] });
  });

  test('of nothing has no file', async () => {
    expect(await pullAll(shopOf({}, {}, { products: null, levels: null, variantImages: null }))).toEqual([]);
  });

  test('whose file is cut off hands on nothing', async () => {
    const shop = shopOf(
      { products: catalog },
      {
        BulkStatus: ['products', 'levels', 'variantImages'].map((kind) =>
          operation(kind as Kind, 'COMPLETED', { rootObjectCount: '3', url: files[kind as Kind] }),
        ),
      },
    );
    expect(await thrownBy(pullAll(shop))).toMatchObject({
      name: 'PlatformUnavailable',
      message: expect.stringContaining('2 of 3'),
    });
  });

  test('with a line that is no JSON is malformed, and the line is kept', async () => {
    const shop = shopOf({ products: catalog });
    const broken = {
      ...shop.session.http,
      stream: async () =>
        (async function* () {
          yield new TextEncoder().encode('{"id":"gid://x","ti');
        })(),
    };
    const pages = gather(pull({ ...shop.session, http: broken }, pullRequest()));
    expect(await thrownBy(pages)).toMatchObject({ name: 'MalformedResponse', answer: { body: '{"id":"gid://x","ti' } });
  });
});

describe('an export that does not come to its end', () => {
  const cancelled = (shop: ReturnType<typeof shopOf>) =>
    shop.sent('BulkCancel').map(({ variables }) => String(variables.id).split('/').at(-1));

  test.each([
    ['FAILED', 'TIMEOUT', 'PlatformUnavailable', 'FAILED (TIMEOUT)'],
    ['EXPIRED', null, 'PlatformUnavailable', 'EXPIRED'],
    ['CANCELED', null, 'PlatformUnavailable', 'CANCELED'],
    ['FAILED', 'ACCESS_DENIED', 'Refused', 'scope_missing'],
  ])(
    'because it %s (%s) says so, takes nothing of its partial file, and cancels the others',
    async (status, errorCode, name, words) => {
      const shop = shopOf(
        { products: catalog },
        { BulkStatus: [operation('products', status, { errorCode, url: files.products })] },
      );
      expect(await thrownBy(pullAll(shop))).toMatchObject({ name, message: expect.stringContaining(words) });
      expect(shop.streamed).toEqual([]);
      expect(cancelled(shop)).toEqual(['products', 'levels', 'variantImages']);
    },
  );

  test('is watched while it runs, and the log tells', async () => {
    const running = operation('products', 'RUNNING', { objectCount: '7' });
    const done = (kind: Kind) => operation(kind, 'COMPLETED', { url: files[kind] });
    const request = pullRequest();
    const shop = shopOf(
      { products: catalog },
      { BulkStatus: [running, running, done('products'), done('levels'), done('variantImages')] },
    );
    await pullAll(shop, request);
    expect(request.lines).toEqual(['waiting for an export']);
  });

  test('within an hour is cancelled', async () => {
    const shop = shopOf({ products: catalog }, { BulkStatus: [operation('products', 'RUNNING')] });
    expect(await thrownBy(pullAll(shop))).toMatchObject({ message: expect.stringContaining('longer than 3600 s') });
    expect(cancelled(shop)).toContain('products');
    expect(shop.sent('BulkStatus').length).toBeLessThan(1000);
  });

  test('because others run waits for its turn, and gives up with a reason', async () => {
    const busy: Answer = {
      data: {
        bulkOperationRunQuery: { bulkOperation: null, userErrors: [{ field: null, message: 'limit', code: 'LIMIT_REACHED' }] },
      },
    };
    const shop = shopOf({ products: catalog }, { BulkRun: [busy] });
    expect(await thrownBy(pullAll(shop))).toMatchObject({ name: 'Refused', refusal: { code: 'export_busy' } });
    expect(shop.sent('BulkRun')).toHaveLength(25);
  });

  test('because it is refused says the platform’s words', async () => {
    const refused: Answer = {
      data: {
        bulkOperationRunQuery: {
          bulkOperation: null,
          userErrors: [{ field: ['query'], message: 'Invalid query', code: 'INVALID' }],
        },
      },
    };
    const shop = shopOf({ products: catalog }, { BulkRun: [refused] });
    expect(await thrownBy(pullAll(shop))).toMatchObject({
      refusal: { code: 'export_refused', parameters: { detail: 'Invalid query' } },
    });
  });

  test('because the work is stopped ends at once', async () => {
    const shop = shopOf({ products: catalog }, { BulkStatus: [operation('products', 'RUNNING')] });
    const stop = new AbortController();
    const work = gather(pull({ ...shop.session, signal: stop.signal }, pullRequest()));
    const thrown = thrownBy(work);
    await vi.advanceTimersByTimeAsync(1000);
    stop.abort();
    expect(await thrown).toMatchObject({ name: 'PlatformUnavailable', message: 'Stopped', mayHaveApplied: false });
  });
});
