import { describe, expect, test } from 'vitest';
import { at, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';

describe('the seller’s side', () => {
  test('a sale lowers what is available and is refused beyond it, unless overselling is allowed', () => {
    const { shop } = shopUnderTest([shirt(), { title: 'Endless', variants: [{ price: '1', quantity: 1, oversellable: true }] }]);
    const [small, , endless] = shop.control.goods();
    expect(shop.control.sell(small?.variantId ?? '', 6)).toBe(false);
    expect(shop.control.sell(small?.variantId ?? '', 2)).toBe(true);
    expect(shop.control.sell(endless?.variantId ?? '', 3)).toBe(true);
    expect(shop.control.goods().map((good) => good.quantity)).toEqual([3, 0, -2]);
    // The oversold one is one write for the unit that was there and one for what was not.
    expect(shop.control.writes().map((write) => [write.by, write.value])).toEqual([
      ['buyer', '3'],
      ['buyer', '0'],
      ['buyer', '-2'],
    ]);
  });

  test('a sale of untracked goods moves no number', () => {
    const { shop } = shopUnderTest([{ title: 'Service', variants: [{ price: '1', quantity: 3, tracked: false }] }]);
    expect(shop.control.sell(shop.control.goods()[0]?.variantId ?? '', 5)).toBe(true);
    expect(shop.control.goods()[0]).toMatchObject({ quantity: 3, tracked: false });
    expect(shop.control.writes()).toEqual([]);
  });

  test('an edit changes what it names, by a person', () => {
    const { shop } = shopUnderTest([shirt()]);
    const [small] = shop.control.goods();
    shop.control.edit(small?.variantId ?? '', { price: '11', quantity: 2, title: 'Blue shirt' });
    expect(shop.control.goods()[0]).toMatchObject({ price: '11.00', quantity: 2, title: 'Blue shirt', sku: 'SHIRT-S' });
    expect(shop.control.writes().map((write) => `${write.by} ${write.kind} ${write.value}`)).toEqual([
      'person price 11.00',
      'person quantity 2',
    ]);
  });

  test.each([
    [{ price: 'cheap' }, 'A price must be a number'],
    [{ price: '-1' }, 'not below zero'],
    [{ quantity: 1.5 }, 'not a quantity'],
    [{ title: ' ' }, 'needs a title'],
  ])('the edit %j is refused whole', (change, problem) => {
    const { shop } = shopUnderTest([shirt()]);
    const before = shop.control.goods();
    expect(() => shop.control.edit(before[0]?.variantId ?? '', change)).toThrow(problem);
    expect(shop.control.goods()).toEqual(before);
  });

  test('unknown ids are refused', () => {
    const { shop } = shopUnderTest();
    expect(() => shop.control.edit('gid://shopify/ProductVariant/1', { price: '1' })).toThrow('no variant');
    expect(() => shop.control.sell('1', 1)).toThrow('no variant');
    expect(() => shop.control.remove('1')).toThrow('no product');
  });

  test('the bare number of a global id does as well', () => {
    const { shop } = shopUnderTest([shirt()]);
    expect(shop.control.sell(shop.control.goods()[0]?.variantId.split('/').at(-1) ?? '', 1)).toBe(true);
  });
});

describe('adding', () => {
  test.each([
    [
      'more than 2048 variants',
      {
        options: ['N'],
        variants: Array.from({ length: 2049 }, (_, n) => ({ optionValues: [String(n)], price: '1', quantity: 1 })),
      },
    ],
    ['no variant', { variants: [] }],
    [
      'more than 3 options',
      { options: ['A', 'B', 'C', 'D'], variants: [{ optionValues: ['1', '2', '3', '4'], price: '1', quantity: 1 }] },
    ],
    [
      'two variants alike',
      {
        options: ['A'],
        variants: [
          { optionValues: ['1'], price: '1', quantity: 1 },
          { optionValues: ['1'], price: '1', quantity: 1 },
        ],
      },
    ],
    [
      'several variants without options',
      {
        options: [],
        variants: [
          { price: '1', quantity: 1 },
          { price: '1', quantity: 1 },
        ],
      },
    ],
  ])('a product with %s is refused, as the platform would', (_, product) => {
    const { shop } = shopUnderTest();
    expect(() => shop.control.add([{ title: 'Bad', ...product }])).toThrow();
    expect(shop.control.goods()).toEqual([]);
  });
});

test('the same shop gets the same ids again, another shop others', () => {
  const idsOf = (name: string) =>
    shopUnderTest([shirt()], { shop: name })
      .shop.control.goods()
      .map((good) => good.variantId);
  expect(idsOf('one')).toEqual(idsOf('one'));
  expect(idsOf('one')).not.toEqual(idsOf('two'));
});

test('a shop name or currency that the platform has not is refused', () => {
  expect(() => shopUnderTest([], { shop: 'evil.example.com/' })).toThrow('not the name of a shop');
  expect(() => shopUnderTest([], { currency: 'XXX' })).toThrow('does not know the currency');
});

test('100 000 variants are added, listed, searched and paged in seconds', async () => {
  const { shop, graphql } = shopUnderTest();
  const began = performance.now();
  shop.control.add(
    Array.from({ length: 20_000 }, (_, p) => ({
      title: `Product ${p}`,
      options: ['Size'],
      variants: Array.from({ length: 5 }, (_, v) => ({
        optionValues: [`Size ${v}`],
        sku: `P${p}-V${v}`,
        price: '9.99',
        quantity: v,
      })),
    })),
  );
  expect(shop.control.goods()).toHaveLength(100_000);
  shop.control.unlimited(true);
  const found = await graphql(
    '{ productVariants(first: 5, query: "sku:p19999-v4") { nodes { sku } } productsCount(limit: null) { count precision } productVariantsCount(limit: null) { count precision } }',
  );
  expect(at(found.body, 'data')).toEqual({
    productVariants: { nodes: [{ sku: 'P19999-V4' }] },
    productsCount: { count: 20_000, precision: 'EXACT' },
    productVariantsCount: { count: 25_001, precision: 'AT_LEAST' },
  });
  const edited = shop.control.goods()[0]?.variantId ?? '';
  const page = 'query ($after: String) { productVariants(first: 250, after: $after) { nodes { id } pageInfo { endCursor } } }';
  const seen = new Set<string>();
  let after: string | null = null;
  for (let pages = 0; pages < 100; pages += 1) {
    const { body }: { body: unknown } = await graphql(page, { after });
    for (const { id } of at<{ id: string }[]>(body, 'data.productVariants.nodes')) seen.add(id);
    after = at(body, 'data.productVariants.pageInfo.endCursor');
    shop.control.edit(edited, { price: '8' });
  }
  expect(seen.size).toBe(25_000);
  expect(at((await graphql(page, { after })).body, 'errors.0.message')).toContain('25000');
  expect(performance.now() - began).toBeLessThan(15_000);
});
