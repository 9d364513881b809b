import { describe, expect, test } from 'vitest';
import type { LevelRef } from '#connectors/connector.ts';
import {
  type Answer,
  gather,
  listing,
  productNode,
  pullRequest,
  type Script,
  type Seen,
  scriptedShop,
  thrownBy,
} from '#connectors/shopify/fixtures/scripted-shop.ts';
import { readLevels, readPrices } from '#connectors/shopify/levels.ts';
import { pull } from '#connectors/shopify/pull.ts';

const eur = { shop: { currencyCode: 'EUR' } };
const gid = (n: number) => `gid://shopify/Product/${n}`;
const page = (nodes: unknown[], endCursor: string | null = null) => ({
  data: { ...eur, products: { nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } } },
});
const counted = (count: number) => [{ data: { productsCount: { count } } }];
const fixtureProduct = productNode(gid(1)) as { variants: { nodes: Record<string, unknown>[] }; media: { nodes: unknown[] } };
const [firstVariant] = fixtureProduct.variants.nodes;
const variant = (n: number, change: object = {}) => ({ ...firstVariant, id: `gid://shopify/ProductVariant/${n}`, ...change });
const more = (nodes: unknown[], endCursor: string | null = null) => ({
  nodes,
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
});
/** Answers each asked id with a node of its own. */
const eachId =
  (node: (id: string) => unknown) =>
  ({ variables }: Seen): Answer => ({ data: { ...eur, nodes: (variables.ids as string[]).map(node) } });
const idsOf = (pages: { products: readonly { id: string }[] }[]) => pages.map(({ products }) => products.map(({ id }) => id));

describe('pulling by pages', () => {
  test('walks all of them and tells how many products there are', async () => {
    const shop = scriptedShop({
      ProductsCount: counted(3),
      ProductsPage: [page([productNode(gid(1)), productNode(gid(2))], 'c1'), page([productNode(gid(3))])],
    });
    const pages = await gather(pull(shop.session, pullRequest()));
    expect(idsOf(pages)).toEqual([[gid(1), gid(2)], [gid(3)]]);
    expect(pages[0]).toMatchObject({ totalProducts: 3, deletedProductIds: [] });
    expect(shop.sent('ProductsPage').map(({ variables }) => variables)).toEqual([
      { first: 8, after: null, query: null },
      { first: 8, after: 'c1', query: null },
    ]);
  });

  test('asks only for what changed since, however much that is: an export would show everything', async () => {
    const shop = scriptedShop({ ProductsCount: counted(5000), ProductsPage: [page([productNode(gid(1))])] });
    await gather(pull(shop.session, pullRequest({ since: '2026-11-01T00:00:00.000Z' })));
    expect(shop.sent('ProductsPage')[0]?.variables.query).toBe("updated_at:>='2026-11-01T00:00:00.000Z'");
  });

  test('brings every variant and image of a product, however many pages they take', async () => {
    const node = productNode(gid(1), { variants: more([variant(1)], 'v1'), media: more(fixtureProduct.media.nodes, 'm1') });
    const script: Script = {
      ProductsCount: counted(1),
      ProductsPage: [page([node])],
      MoreVariants: [
        { data: { product: { id: gid(1), variants: more([variant(2)], 'v2') } } },
        { data: { product: { id: gid(1), variants: more([variant(3)]) } } },
      ],
      MoreMedia: [
        {
          data: {
            product: {
              id: gid(1),
              media: more([{ id: 'gid://shopify/MediaImage/9', image: { url: 'https://images.example/9.jpg' } }]),
            },
          },
        },
      ],
    };
    const shop = scriptedShop(script);
    const [only] = await gather(pull(shop.session, pullRequest()));
    expect(only?.products[0]?.listings.map(({ id }) => id.split('/').at(-1))).toEqual(['1', '2', '3']);
    expect(only?.products[0]?.images.map(({ id }) => id.split('/').at(-1))).toEqual(['501', '9']);
    expect(shop.sent('MoreVariants').map(({ variables }) => variables.after)).toEqual(['v1', 'v2']);
  });

  test('leaves out a product that was deleted while its variants were read, rather than show it with a part of them', async () => {
    const node = productNode(gid(1), { variants: more([variant(1)], 'v1') });
    const script: Script = {
      ProductsCount: counted(2),
      ProductsPage: [page([node, productNode(gid(2))])],
      MoreVariants: [{ data: { product: null } }],
    };
    expect(idsOf(await gather(pull(scriptedShop(script).session, pullRequest())))).toEqual([[gid(2)]]);
  });

  test('asks more closely about an item that stands at more locations than the first look shows', async () => {
    const level = (n: number) => ({
      location: { id: `gid://shopify/Location/${n}` },
      quantities: [{ name: 'available', quantity: n }],
    });
    const inventoryItem = {
      ...(firstVariant?.inventoryItem as object),
      id: 'gid://shopify/InventoryItem/7',
      inventoryLevels: { nodes: [1, 2, 3].map(level) },
    };
    const node = productNode(gid(1), { variants: more([variant(1, { inventoryItem })]) });
    const script: Script = {
      ProductsCount: counted(1),
      ProductsPage: [page([node])],
      AllLevels: [
        { data: { nodes: [{ id: 'gid://shopify/InventoryItem/7', inventoryLevels: more([1, 2, 3, 4].map(level), 'l4') }] } },
      ],
      MoreLevels: [{ data: { inventoryItem: { id: 'gid://shopify/InventoryItem/7', inventoryLevels: more([level(5)]) } } }],
    };
    const [only] = await gather(pull(scriptedShop(script).session, pullRequest()));
    expect(only?.products[0]?.listings[0]?.levels.map(({ available }) => available)).toEqual([1, 2, 3, 4, 5]);
  });

  test('stops at pages that run in a circle', async () => {
    const shop = scriptedShop({ ProductsCount: counted(2), ProductsPage: [page([productNode(gid(1))], 'c1')] });
    expect(await thrownBy(gather(pull(shop.session, pullRequest())))).toMatchObject({ name: 'MalformedResponse' });
  });

  test('hands on the pages before an error', async () => {
    const shop = scriptedShop({
      ProductsCount: counted(9),
      ProductsPage: [page([productNode(gid(1))], 'c1'), { raw: { status: 503 } }],
    });
    const pages = pull(shop.session, pullRequest());
    expect((await pages.next()).value).toMatchObject({ products: [{ id: gid(1) }] });
    expect(await thrownBy(pages.next())).toMatchObject({ name: 'PlatformUnavailable' });
  });
});

describe('pulling by ids', () => {
  test('says which no longer exist, and of nothing else that it is deleted', async () => {
    const nodes = [productNode(gid(1)), null, { id: 'gid://shopify/Collection/3' }];
    const shop = scriptedShop({ ProductsByIds: [{ data: { ...eur, nodes } }] });
    const [only] = await gather(pull(shop.session, pullRequest({ productIds: [gid(1), gid(2), 'gid://shopify/Collection/3'] })));
    expect(only?.products.map(({ id }) => id)).toEqual([gid(1)]);
    expect(only?.deletedProductIds).toEqual([gid(2)]);
  });

  test('takes a short answer for malformed, not for deletions', async () => {
    const shop = scriptedShop({ ProductsByIds: [{ data: { ...eur, nodes: [null] } }] });
    expect(await thrownBy(gather(pull(shop.session, pullRequest({ productIds: [gid(1), gid(2)] }))))).toMatchObject({
      name: 'MalformedResponse',
    });
  });

  test('takes an answer with errors for failed, not for deletions', async () => {
    const answer = {
      data: { ...eur, nodes: [null] },
      errors: [{ message: 'no', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    };
    const shop = scriptedShop({ ProductsByIds: [answer] });
    expect(await thrownBy(gather(pull(shop.session, pullRequest({ productIds: [gid(1)] }))))).toMatchObject({
      name: 'PlatformUnavailable',
    });
  });

  test('asks for eight at a time, each once', async () => {
    const shop = scriptedShop({
      ProductsByIds: eachId((id) => productNode(id)),
    });
    const productIds = [...Array.from({ length: 9 }, (_, n) => gid(n)), gid(0)];
    expect(idsOf(await gather(pull(shop.session, pullRequest({ productIds })))).map((ids) => ids.length)).toEqual([8, 1]);
  });
});

describe('reading', () => {
  const ref = (item: number, location: number): LevelRef => ({
    listing: listing(1, item),
    locationId: `gid://shopify/Location/${location}`,
  });

  test('levels takes a call per location, and what is not stocked there is null', async () => {
    const stocked = (id: string) => ({ quantities: [{ name: 'available', quantity: Number(id.at(-1)) - 2 }] });
    const shop = scriptedShop({
      LevelsAt: eachId((id) => (id.endsWith('/9') ? null : { id, inventoryLevel: id.endsWith('/3') ? null : stocked(id) })),
    });
    const refs = [ref(1, 1), ref(2, 1), ref(2, 2), ref(3, 2), ref(9, 2)];
    const readings = await readLevels(shop.session, refs);
    expect(new Map(readings.map((reading) => [reading.ref, reading.available]))).toEqual(
      new Map([
        [refs[0], -1],
        [refs[1], 0],
        [refs[2], 0],
        [refs[3], null],
        [refs[4], null],
      ]),
    );
    expect(shop.sent('LevelsAt').map(({ variables }) => variables.location)).toEqual([
      'gid://shopify/Location/1',
      'gid://shopify/Location/2',
    ]);
  });

  test('levels and prices goes in calls of a hundred', async () => {
    const shop = scriptedShop({
      LevelsAt: eachId(() => null),
      Prices: eachId((id) => ({ id, price: '5.00', compareAtPrice: null })),
    });
    const many = Array.from({ length: 101 }, (_, n) => n);
    expect(
      await readLevels(
        shop.session,
        many.map((n) => ref(n, 1)),
      ),
    ).toHaveLength(101);
    expect(
      await readPrices(
        shop.session,
        many.map((n) => listing(1, n)),
      ),
    ).toHaveLength(101);
    expect(shop.seen.map(({ variables }) => (variables.ids as string[]).length)).toEqual([100, 1, 100, 1]);
  });

  test('prices carry the shop’s currency; a variant that is gone has none', async () => {
    const nodes = [{ id: listing(1, 1).variantId, price: '19.90', compareAtPrice: '24.00' }, null];
    const shop = scriptedShop({ Prices: [{ data: { ...eur, nodes } }] });
    expect(await readPrices(shop.session, [listing(1, 1), listing(1, 2)])).toMatchObject([
      { price: { amount: '19.90', currency: 'EUR' }, compareAtPrice: { amount: '24.00', currency: 'EUR' } },
      { price: null, compareAtPrice: null },
    ]);
  });
});
