import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { at, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';
import { contractText, hasContract } from '#connectors/shopify/sandbox/published-contract.ts';
import { schema } from '#connectors/shopify/sandbox/schema.ts';
import { reported, scopesByField, scopesByType, withImplied } from '#connectors/shopify/sandbox/scopes.ts';

interface PublishedScope {
  type: 'type' | 'field';
  typeName: string;
  fieldName?: string;
  offlineScopes: string[];
}

test.skipIf(!hasContract('admin_2026-10.json.gz'))(
  'the scope of every type and field that the shop serves is the published one',
  () => {
    const { offline_scopes } = JSON.parse(contractText('admin_2026-10.json.gz')) as {
      offline_scopes: { items: PublishedScope[] };
    };
    const theirs: Record<string, string[]> = {};
    for (const { type, typeName, fieldName, offlineScopes } of offline_scopes.items) {
      const served = schema.getType(typeName);
      if (!isObjectType(served) || offlineScopes.length === 0) continue;
      if (type === 'type') theirs[typeName] = offlineScopes;
      else if (fieldName !== undefined && served.getFields()[fieldName] !== undefined)
        theirs[`${typeName}.${fieldName}`] = offlineScopes;
    }
    expect({ ...scopesByType, ...scopesByField }).toEqual(theirs);
  },
);

test('a field without its scope is refused by path, and the rest of the answer still comes', async () => {
  const { graphql, shop } = shopUnderTest([shirt()], { scopes: ['read_products'] });
  const variantId = shop.control.goods()[0]?.variantId;
  const { body } = await graphql(
    'query ($id: ID!) { productVariant(id: $id) { sku inventoryItem { sku inventoryLevel(locationId: "gid://shopify/Location/1") { id } } } }',
    {
      id: variantId,
    },
  );
  expect(at(body, 'data.productVariant.sku')).toBe('SHIRT-S');
  expect(at(body, 'data.productVariant.inventoryItem.inventoryLevel')).toBeNull();
  expect(body).toMatchObject({
    errors: [
      {
        message: 'Access denied for inventoryLevel field. Required access: `read_inventory` access scope.',
        path: ['productVariant', 'inventoryItem', 'inventoryLevel'],
        extensions: { code: 'ACCESS_DENIED', requiredAccess: '`read_inventory` access scope.' },
      },
    ],
  });
});

test('a mutation without its write scope is refused and changes nothing', async () => {
  const { graphql, shop } = shopUnderTest([shirt()], { scopes: ['read_products', 'read_inventory'] });
  const { productId, variantId } = shop.control.goods()[0] ?? { productId: '', variantId: '' };
  const { body } = await graphql(
    'mutation ($p: ID!, $v: [ProductVariantsBulkInput!]!) { productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { message } } }',
    { p: productId, v: [{ id: variantId, price: '1' }] },
  );
  expect(at(body, 'errors.0.extensions.code')).toBe('ACCESS_DENIED');
  expect(shop.control.goods()[0]?.price).toBe('10.00');
});

test('nodes asks for the scope of what it finds', async () => {
  const { graphql, shop } = shopUnderTest([shirt()], { scopes: ['read_inventory'] });
  const { body } = await graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: [shop.control.goods()[0]?.productId],
  });
  expect(at(body, 'errors.0.extensions.code')).toBe('ACCESS_DENIED');
});

test('write_x implies read_x, and a grant is reported without what is implied', () => {
  expect(withImplied(['write_products'])).toEqual(new Set(['write_products', 'read_products']));
  expect(reported(['read_products', 'write_products', 'read_locations'])).toEqual(['write_products', 'read_locations']);
});
