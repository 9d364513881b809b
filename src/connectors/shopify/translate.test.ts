import { describe, expect, test } from 'vitest';
import { fixture, productNode } from '#connectors/shopify/fixtures/scripted-shop.ts';
import { fullProductNode } from '#connectors/shopify/schema.ts';
import { canonicalQuantity, impliedScopes, missingScopes, toLocations, toProduct } from '#connectors/shopify/translate.ts';

const parsed = (change: object = {}) => fullProductNode.parse({ ...(JSON.parse(fixture('product.json')) as object), ...change });
const translated = (node = parsed()) => toProduct(node, node.variants.nodes, node.media.nodes, 'EUR');

describe('a product', () => {
  test('keeps its ids of 64 bits, texts, images and options', () => {
    expect(translated()).toMatchObject({
      id: 'gid://shopify/Product/9007199254740993101',
      title: 'River Mug',
      handle: 'river-mug',
      status: 'active',
      url: 'https://clay-and-co.example/products/river-mug',
      updatedAt: '2026-11-20T09:30:00Z',
      tags: ['kitchen', 'gift'],
      images: [
        {
          id: 'gid://shopify/MediaImage/501',
          url: 'https://images.example/river-blue.jpg',
          alt: 'Blue mug',
          width: 1200,
          height: 900,
        },
      ],
      options: [{ name: 'Glaze', values: ['Blue', 'Ash'] }],
    });
  });

  test('has each variant with its price, cost, weight and levels, below zero too', () => {
    expect(translated().listings).toEqual([
      {
        id: 'gid://shopify/ProductVariant/9007199254740993201',
        inventoryId: 'gid://shopify/InventoryItem/9007199254740993301',
        sku: 'MUG-B',
        barcode: '4006381333931',
        title: 'Blue',
        options: [{ name: 'Glaze', value: 'Blue' }],
        price: { amount: '19.90', currency: 'EUR' },
        compareAtPrice: { amount: '24.00', currency: 'EUR' },
        cost: { amount: '7.5', currency: 'EUR' },
        weight: { value: 0.4, unit: 'kilograms' },
        imageIds: ['gid://shopify/MediaImage/501'],
        stockPolicy: 'tracked',
        state: 'live',
        levels: [
          { locationId: 'gid://shopify/Location/1', available: 12 },
          { locationId: 'gid://shopify/Location/2', available: -2 },
        ],
      },
      expect.objectContaining({
        sku: '',
        barcode: '',
        compareAtPrice: null,
        cost: null,
        weight: null,
        imageIds: [],
        levels: [],
        stockPolicy: 'oversellable',
      }),
    ]);
  });

  test.each([
    ['ACTIVE', 'active'],
    ['UNLISTED', 'active'],
    ['DRAFT', 'draft'],
    ['ARCHIVED', 'archived'],
  ])('that is %s there is %s here', (status, expected) => {
    expect(translated(parsed({ status })).status).toBe(expected);
  });

  test('without options shows neither the made-up option nor its title', () => {
    const node = parsed({ options: [{ name: 'Title', optionValues: [{ name: 'Default Title' }] }] });
    const product = translated(node);
    expect([product.options, product.listings[0]?.options, product.listings[0]?.title]).toEqual([[], [], '']);
  });

  test('of which the fixture is a copy keeps the given id', () => {
    expect(fullProductNode.parse(productNode('gid://shopify/Product/2')).id).toBe('gid://shopify/Product/2');
  });
});

describe('the stock policy', () => {
  const policyOf = (isGiftCard: boolean, tracked: boolean, inventoryPolicy: string) => {
    const node = JSON.parse(fixture('product.json')) as { variants: { nodes: { inventoryItem: object }[] } };
    const nodes = node.variants.nodes
      .slice(0, 1)
      .map((variant) => ({ ...variant, inventoryPolicy, inventoryItem: { ...variant.inventoryItem, tracked } }));
    return translated(parsed({ isGiftCard, variants: { ...node.variants, nodes } })).listings[0]?.stockPolicy;
  };

  test.each([
    [true, true, 'DENY', 'gift_card'],
    [true, false, 'CONTINUE', 'gift_card'],
    [false, false, 'DENY', 'untracked'],
    [false, false, 'CONTINUE', 'untracked'],
    [false, true, 'CONTINUE', 'oversellable'],
    [false, true, 'DENY', 'tracked'],
  ])('of gift card %s, tracked %s, %s is %s', (gift, tracked, policy, expected) => {
    expect(policyOf(gift, tracked, policy)).toBe(expected);
  });
});

describe('scopes', () => {
  test('to write imply those to read', () => {
    expect(impliedScopes(['write_products', 'read_orders', 'read_products'])).toEqual([
      'write_products',
      'read_products',
      'read_orders',
    ]);
  });

  test('that are wanted and not granted are named', () => {
    const wanted = ['read_products', 'write_products', 'read_inventory', 'read_orders'];
    expect(missingScopes(wanted, ['write_products', 'read_inventory'])).toEqual(['read_orders']);
    expect(missingScopes(wanted, ['read_products'])).toEqual(['write_products', 'read_inventory', 'read_orders']);
  });
});

describe('locations', () => {
  const location = (id: string, isActive: boolean, fulfillsOnlineOrders: boolean) => ({
    id,
    name: id,
    isActive,
    fulfillsOnlineOrders,
  });

  test.each([
    [
      'the first active one that fulfils online orders',
      [location('a', false, true), location('b', true, false), location('c', true, true), location('d', true, true)],
      'c',
    ],
    ['an active one', [location('a', false, true), location('b', true, false)], 'b'],
    ['the only one', [location('a', false, false)], 'a'],
  ])('feed %s, and exactly one', (_, nodes, expected) => {
    const preferred = toLocations(nodes).filter((one) => one.preferred);
    expect(preferred.map(({ id }) => id)).toEqual([expected]);
  });

  test('may be none', () => {
    expect(toLocations([])).toEqual([]);
  });
});

test('a quantity that the platform does not take becomes the nearest that it does', () => {
  expect([0, -5, 7, 2_000_000_000, -2_000_000_000, 1e15].map(canonicalQuantity)).toEqual([0, -5, 7, 1e9, -1e9, 1e9]);
});
