import { describe, expect, test } from 'vitest';
import { at, type ShopUnderTest, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';

const document = `mutation PricePush($productId: ID!, $variants: [ProductVariantsBulkInput!]!, $partial: Boolean = false) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: $partial) { productVariants { id price compareAtPrice } userErrors { field message code } } }`;

const prices = (t: ShopUnderTest) => t.shop.control.goods().map((good) => good.price);
const push = (t: ShopUnderTest, variants: object[], partial = false) =>
  t.graphql(document, { productId: t.shop.control.goods()[0]?.productId, variants, partial });

describe('productVariantsBulkUpdate', () => {
  test('sets prices in the shop’s currency and tells them', async () => {
    const t = shopUnderTest([shirt()]);
    const [small, medium] = t.shop.control.goods();
    const { body } = await push(t, [
      { id: small?.variantId, price: '19.9', compareAtPrice: '25' },
      { id: medium?.variantId, price: '7.005' },
    ]);
    expect(at(body, 'data.productVariantsBulkUpdate')).toEqual({
      productVariants: [
        { id: small?.variantId, price: '19.90', compareAtPrice: '25.00' },
        { id: medium?.variantId, price: '7.01', compareAtPrice: null },
      ],
      userErrors: [],
    });
    expect(t.shop.control.writes()).toMatchObject([
      { kind: 'price', value: '19.90', by: 'api' },
      { kind: 'price', value: '7.01', by: 'api' },
    ]);
  });

  test('a bad element stops all of them, unless partial updates are allowed', async () => {
    const t = shopUnderTest([shirt()]);
    const [small, medium] = t.shop.control.goods();
    const variants = [
      { id: small?.variantId, price: '20' },
      { id: medium?.variantId, price: '-1' },
    ];
    const whole = await push(t, variants);
    const error = {
      field: ['variants', '1', 'price'],
      code: 'GREATER_THAN_OR_EQUAL_TO',
      message: 'Price must be greater than or equal to 0',
    };
    expect(at(whole.body, 'data.productVariantsBulkUpdate')).toEqual({ productVariants: null, userErrors: [error] });
    expect(prices(t)).toEqual(['10.00', '12.50']);
    const partial = await push(t, variants, true);
    expect(at(partial.body, 'data.productVariantsBulkUpdate')).toEqual({
      productVariants: [{ id: small?.variantId, price: '20.00', compareAtPrice: null }],
      userErrors: [error],
    });
    expect(prices(t)).toEqual(['20.00', '12.50']);
  });

  test.each([
    ['a missing id', { price: '1' }, 'id', 'PRODUCT_VARIANT_ID_MISSING'],
    [
      'a variant that does not exist',
      { id: 'gid://shopify/ProductVariant/1', price: '1' },
      'id',
      'PRODUCT_VARIANT_DOES_NOT_EXIST',
    ],
    ['a price beyond all reason', { price: '1000000000000000' }, 'price', 'INVALID_INPUT'],
    ['no price at all', { price: null }, 'price', 'BLANK'],
    [
      'stock through variants',
      { inventoryQuantities: [{ availableQuantity: 1, locationId: 'gid://shopify/Location/1' }] },
      'inventoryQuantities',
      'NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE',
    ],
  ])('refuses %s', async (what, change, field, code) => {
    const t = shopUnderTest([shirt()]);
    const id = what === 'a missing id' ? {} : { id: t.shop.control.goods()[0]?.variantId };
    const { body } = await push(t, [{ ...id, ...change }]);
    expect(at(body, 'data.productVariantsBulkUpdate.userErrors')).toMatchObject([{ field: ['variants', '0', field], code }]);
    expect(prices(t)).toEqual(['10.00', '12.50']);
  });

  test('a variant of another product is refused, and so is an unknown product', async () => {
    const t = shopUnderTest([shirt(), shirt()]);
    const foreign = await push(t, [{ id: t.shop.control.goods()[2]?.variantId, price: '1' }]);
    expect(at(foreign.body, 'data.productVariantsBulkUpdate.userErrors.0.code')).toBe('PRODUCT_VARIANT_DOES_NOT_EXIST');
    const unknown = await t.graphql(document, { productId: 'gid://shopify/Product/1', variants: [] });
    expect(at(unknown.body, 'data.productVariantsBulkUpdate.userErrors.0.code')).toBe('PRODUCT_DOES_NOT_EXIST');
  });

  test('what is no decimal number never reaches the shop', async () => {
    const t = shopUnderTest([shirt()]);
    const { body } = await push(t, [{ id: t.shop.control.goods()[0]?.variantId, price: '1,299.00' }]);
    expect(at(body, 'errors.0.extensions.code')).toBe('INVALID_VARIABLE');
    expect(prices(t)).toEqual(['10.00', '12.50']);
  });

  test('a currency without cents rounds to whole units', async () => {
    const t = shopUnderTest([shirt()], { currency: 'VND' });
    await push(t, [{ id: t.shop.control.goods()[0]?.variantId, price: '129000.50' }]);
    expect(prices(t)).toEqual(['129001', '13']);
  });
});

test('productUpdate changes texts and status; productDelete removes the product with its variants', async () => {
  const t = shopUnderTest([shirt()]);
  const id = t.shop.control.goods()[0]?.productId;
  const updated = await t.graphql(
    'mutation ($p: ProductUpdateInput!) { productUpdate(product: $p) { product { title status publishedAt tags } userErrors { field message } } }',
    {
      p: { id, title: 'Blue shirt', status: 'DRAFT' },
    },
  );
  expect(at(updated.body, 'data.productUpdate.product')).toEqual({
    title: 'Blue shirt',
    status: 'DRAFT',
    publishedAt: null,
    tags: ['summer'],
  });
  const blank = await t.graphql('mutation ($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { field } } }', {
    p: { id, title: ' ' },
  });
  expect(at(blank.body, 'data.productUpdate.userErrors.0.field')).toEqual(['title']);
  const deleted = await t.graphql(
    'mutation ($id: ID!) { productDelete(input: { id: $id }) { deletedProductId userErrors { message } } }',
    { id },
  );
  expect(at(deleted.body, 'data.productDelete')).toEqual({ deletedProductId: id, userErrors: [] });
  expect(t.shop.control.goods()).toEqual([]);
  const again = await t.graphql(
    'mutation ($id: ID!) { productDelete(input: { id: $id }) { deletedProductId userErrors { field } } }',
    { id },
  );
  expect(at(again.body, 'data.productDelete')).toEqual({ deletedProductId: null, userErrors: [{ field: ['id'] }] });
});
