import { describe, expect, test } from 'vitest';
import { at, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    title: `Thing ${String(index).padStart(3, '0')}`,
    variants: [{ sku: `T-${index}`, price: '1', quantity: index }],
  }));

const pageQuery = `query ($first: Int, $after: String, $last: Int, $before: String, $reverse: Boolean, $query: String, $sortKey: ProductSortKeys) {
  products(first: $first, after: $after, last: $last, before: $before, reverse: $reverse, query: $query, sortKey: $sortKey) {
    nodes { id title } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

const titles = (body: unknown): string[] => at<{ title: string }[]>(body, 'data.products.nodes').map((node) => node.title);

describe('paging', () => {
  test('walking the pages gives every product once, in both directions', async () => {
    const { graphql } = shopUnderTest(many(25));
    const walked: string[] = [];
    let after: string | null = null;
    do {
      const { body }: { body: unknown } = await graphql(pageQuery, { first: 7, after, sortKey: 'TITLE' });
      walked.push(...titles(body));
      after = at<boolean>(body, 'data.products.pageInfo.hasNextPage') ? at(body, 'data.products.pageInfo.endCursor') : null;
    } while (after !== null);
    expect(walked).toEqual(many(25).map((product) => product.title));

    const { body } = await graphql(pageQuery, { last: 3, reverse: true, sortKey: 'TITLE' });
    expect(titles(body)).toEqual(['Thing 002', 'Thing 001', 'Thing 000']);
    const back = await graphql(pageQuery, {
      last: 2,
      before: at(body, 'data.products.pageInfo.startCursor'),
      reverse: true,
      sortKey: 'TITLE',
    });
    expect(titles(back.body)).toEqual(['Thing 004', 'Thing 003']);
  });

  test('a cursor stays good while products are edited, added and removed: nothing unchanged is skipped or repeated', async () => {
    const { graphql, shop } = shopUnderTest(many(6), { now: () => 1_800_000_000_000 });
    const first = await graphql(pageQuery, { first: 3, sortKey: 'UPDATED_AT' });
    shop.control.advanceClock(60);
    shop.control.edit(shop.control.goods()[1]?.variantId ?? '', { price: '9' });
    shop.control.remove(shop.control.goods()[2]?.productId ?? '');
    shop.control.add([{ title: 'New', variants: [{ price: '1', quantity: 1 }] }]);
    const second = await graphql(pageQuery, {
      first: 10,
      after: at(first.body, 'data.products.pageInfo.endCursor'),
      sortKey: 'UPDATED_AT',
    });
    expect(titles(first.body)).toEqual(['Thing 000', 'Thing 001', 'Thing 002']);
    expect(titles(second.body)).toEqual(['Thing 003', 'Thing 004', 'Thing 005', 'Thing 001', 'New']);
  });

  test.each([
    [{ first: 251 }, 'first cannot exceed 250'],
    [{ first: -1 }, 'first cannot be less than zero'],
    [{}, 'you must provide one of first or last'],
    [{ first: 1, last: 1 }, 'providing both first and last is not supported'],
    [{ first: 1, after: 'nonsense' }, 'Invalid cursor for current pagination sort.'],
    [{ first: 1, query: 'colour:green' }, 'Invalid search query: the filter "colour" is not known here'],
    [{ first: 1, query: 'updated_at:>=yesterday' }, 'Invalid search query: "yesterday" is not a moment'],
    [{ first: 1, query: 'title:"open' }, 'Invalid search query: a quotation mark is not closed'],
  ])('%j is refused', async (variables, message) => {
    const { graphql } = shopUnderTest(many(2));
    expect(at((await graphql(pageQuery, variables)).body, 'errors.0.message')).toBe(message);
  });

  test('a page size is demanded of nested connections too, even where there is nothing to show', async () => {
    const { graphql } = shopUnderTest();
    const { body } = await graphql('{ products(first: 1) { nodes { variants { nodes { id } } } } }');
    expect(at(body, 'errors.0.message')).toBe('you must provide one of first or last');
  });
});

describe('search', () => {
  const products = [
    shirt({ tags: ['summer', 'sale'] }),
    shirt({
      title: 'Red hat',
      status: 'draft',
      vendor: 'Hats & Co',
      options: [],
      variants: [{ sku: 'HAT 1', barcode: '400', price: '1', quantity: 1 }],
    }),
    shirt({ title: 'Green hat', status: 'archived', options: [], variants: [{ sku: 'HAT-2', price: '1', quantity: 1 }] }),
  ];
  test.each([
    ['green', ['Green shirt', 'Green hat']],
    ['green hat', ['Green hat']],
    ['title:"red hat"', ['Red hat']],
    ['title:gre*', ['Green shirt', 'Green hat']],
    ['status:draft,archived', ['Red hat', 'Green hat']],
    ['-status:active', ['Red hat', 'Green hat']],
    ['NOT status:active AND green', ['Green hat']],
    ['sku:SHIRT-M OR sku:"HAT 1"', ['Green shirt', 'Red hat']],
    ['(sku:SHIRT-M OR sku:HAT-2) AND vendor:Acme', ['Green shirt', 'Green hat']],
    ['tag:sale', ['Green shirt']],
    ["vendor:'Hats & Co'", ['Red hat']],
    ['barcode:400', ['Red hat']],
    ['updated_at:>=2020-01-01T00:00:00Z', ['Green shirt', 'Red hat', 'Green hat']],
    ["updated_at:<'2020-01-01T00:00:00Z'", []],
    ['', ['Green shirt', 'Red hat', 'Green hat']],
  ])('%s', async (query, found) => {
    const { graphql } = shopUnderTest(products);
    expect(titles((await graphql(pageQuery, { first: 10, query })).body)).toEqual(found);
  });

  test('updated_at compares to the second, >= including and > excluding it', async () => {
    const { graphql } = shopUnderTest(many(1), { now: () => Date.UTC(2026, 0, 1, 12, 0, 0, 900) });
    const count = async (query: string) => titles((await graphql(pageQuery, { first: 9, query })).body).length;
    expect(await count('updated_at:>=2026-01-01T12:00:00Z')).toBe(1);
    expect(await count('updated_at:>2026-01-01T12:00:00Z')).toBe(0);
    expect(await count('updated_at:<=2026-01-01T12:00:00Z')).toBe(1);
  });

  test('ids are found by number, by list and by range, to the last digit', async () => {
    const { graphql, shop } = shopUnderTest(products);
    const ids = [...new Set(shop.control.goods().map((good) => good.productId.split('/').at(-1)))];
    const found = async (query: string) => titles((await graphql(pageQuery, { first: 9, query })).body);
    expect(await found(`id:${ids[1]}`)).toEqual(['Red hat']);
    expect(await found(`id:>=${ids[1]}`)).toEqual(['Red hat', 'Green hat']);
    expect(await found(`id:>${ids[1]}`)).toEqual(['Green hat']);
    expect(await found(`id:${BigInt(ids[1] ?? 0) + 1n}`)).toEqual([]);
  });

  test('variants are found by SKU in whatever case, all that share it', async () => {
    const { graphql, shop } = shopUnderTest([shirt(), shirt()]);
    const { body } = await graphql(
      '{ productVariants(first: 10, query: "sku:shirt-s") { nodes { sku product { title } } } productVariantsCount(query: "sku:SHIRT-M") { count precision } }',
    );
    expect(at(body, 'data.productVariants.nodes')).toEqual(
      Array.from({ length: 2 }, () => ({ sku: 'SHIRT-S', product: { title: 'Green shirt' } })),
    );
    expect(at(body, 'data.productVariantsCount')).toEqual({ count: 2, precision: 'EXACT' });
    expect(shop.control.goods()).toHaveLength(4);
  });
});

test('a product shows its options, media, variants, money and stock as the platform writes them', async () => {
  const { graphql, shop } = shopUnderTest([shirt()], { currency: 'EUR' });
  const { body } = await graphql(
    `query ($id: ID!) { product(id: $id) { legacyResourceId handle status isGiftCard hasOnlyDefaultVariant totalInventory tracksInventory onlineStoreUrl variantsCount { count }
      options { name position optionValues { name hasVariants } } media(first: 5) { nodes { __typename alt mediaContentType preview { image { url } } } }
      variants(first: 1) { nodes { title displayName price compareAtPrice inventoryQuantity selectedOptions { name value } inventoryItem { unitCost { amount currencyCode } tracked measurement { weight { value unit } } } } } } }`,
    { id: shop.control.goods()[0]?.productId },
  );
  expect(at(body, 'data.product')).toMatchObject({
    handle: 'green-shirt',
    status: 'ACTIVE',
    isGiftCard: false,
    hasOnlyDefaultVariant: false,
    totalInventory: 5,
    tracksInventory: true,
    onlineStoreUrl: 'https://practice.myshopify.com/products/green-shirt',
    variantsCount: { count: 2 },
    options: [
      {
        name: 'Size',
        position: 1,
        optionValues: [
          { name: 'S', hasVariants: true },
          { name: 'M', hasVariants: true },
        ],
      },
    ],
    media: {
      nodes: [
        {
          __typename: 'MediaImage',
          alt: 'A shirt',
          mediaContentType: 'IMAGE',
          preview: { image: { url: 'https://images.test/shirt.jpg' } },
        },
      ],
    },
    variants: {
      nodes: [
        {
          title: 'S',
          displayName: 'Green shirt - S',
          price: '10.00',
          compareAtPrice: null,
          inventoryQuantity: 5,
          selectedOptions: [{ name: 'Size', value: 'S' }],
          inventoryItem: {
            unitCost: { amount: '4.5', currencyCode: 'EUR' },
            tracked: true,
            measurement: { weight: { value: 0, unit: 'GRAMS' } },
          },
        },
      ],
    },
  });
});

test('ids lie beyond 2^53, so that a client that reads them as numbers is found out', () => {
  const { shop } = shopUnderTest([shirt()]);
  expect(BigInt(shop.control.goods()[0]?.variantId.split('/').at(-1) ?? 0)).toBeGreaterThan(2n ** 53n);
});

test('nodes gives each object by its own type, and null for what is not there', async () => {
  const { graphql, shop } = shopUnderTest([shirt()]);
  const { productId, variantId } = shop.control.goods()[0] ?? { productId: '', variantId: '' };
  const { body } = await graphql(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Product { title } ... on ProductVariant { price } } }',
    {
      ids: [variantId, 'gid://shopify/Product/1', productId],
    },
  );
  expect(at(body, 'data.nodes')).toEqual([
    { __typename: 'ProductVariant', id: variantId, price: '10.00' },
    null,
    { __typename: 'Product', id: productId, title: 'Green shirt' },
  ]);
});

test('inactive locations come only when asked for; the primary one is not the first by name', async () => {
  const { graphql } = shopUnderTest();
  const names = async (query: string) =>
    at<{ name: string }[]>((await graphql(query)).body, 'data.locations.nodes').map((node) => node.name);
  expect(await names('{ locations(first: 9) { nodes { name } } }')).toEqual(['Back room', 'Main warehouse']);
  expect(await names('{ locations(first: 9, includeInactive: true) { nodes { name } } }')).toEqual([
    'Back room',
    'Closed branch',
    'Main warehouse',
  ]);
});

test('a field that the platform has not is refused in its words', async () => {
  const { graphql } = shopUnderTest();
  const { status, body } = await graphql('{ shop { nickname } }');
  expect(status).toBe(200);
  expect(at(body, 'errors.0')).toMatchObject({
    message: "Field 'nickname' doesn't exist on type 'Shop'",
    extensions: { code: 'undefinedField' },
  });
});

test.each([
  ['2026-10', 200, '2026-10'],
  ['2026-07', 200, '2026-07'],
  ['2025-10', 200, '2026-07'],
  ['2027-01', 404, null],
  ['unstable', 404, null],
  ['2026-11', 404, null],
])('version %s: %i, served as %s', async (version, status, served) => {
  const answer = await shopUnderTest().graphql('{ shop { name } }', {}, { version });
  expect([answer.status, answer.headers.get('X-Shopify-API-Version')]).toEqual([status, served]);
});

test('a stranger’s token gets the documented 401', async () => {
  const { status, body } = await shopUnderTest().graphql('{ shop { name } }', {}, { token: 'shpat_wrong' });
  expect(status).toBe(401);
  expect(body).toEqual({ errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' });
});
