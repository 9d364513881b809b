/**
 * Which access scope a type, field or mutation needs. Any one of the listed scopes is enough; `write_x` implies `read_x`.
 * Source: the "requires … access scope" notes of the Admin API reference, machine-readable as offline scopes of the schema
 * (scopes.test.ts holds this table against them).
 */
import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql';
import { orderScopesByField, orderScopesByType } from '#connectors/shopify/sandbox/orders/order-scopes.ts';
import type { RequestContext } from '#connectors/shopify/sandbox/request-context.ts';

export const scopesByType: Readonly<Record<string, readonly string[]>> = {
  ...orderScopesByType,
  InventoryAdjustmentGroup: ['read_inventory'],
  InventoryChange: ['read_inventory'],
  InventoryItem: ['read_inventory', 'read_products'],
  InventoryItemMeasurement: ['read_inventory', 'read_products'],
  InventoryLevel: ['read_inventory'],
  InventoryQuantity: ['read_inventory'],
  Location: ['read_locations', 'read_inventory', 'read_markets_home'],
  MediaImage: [
    'read_products',
    'read_files',
    'read_themes',
    'read_orders',
    'read_draft_orders',
    'read_images',
    'read_quick_sale',
  ],
  MediaPreviewImage: ['read_products', 'read_files', 'read_images'],
  Product: ['read_products'],
  ProductOption: ['read_products'],
  ProductOptionValue: ['read_products'],
  ProductPriceRangeV2: ['read_products'],
  ProductVariant: ['read_products'],
  ProductVariantsBulkUpdateUserError: ['read_products'],
};

const locationOnly = ['read_locations'];

export const scopesByField: Readonly<Record<string, readonly string[]>> = {
  ...orderScopesByField,
  'InventoryItem.duplicateSkuCount': ['read_inventory'],
  'InventoryItem.inventoryLevel': ['read_inventory'],
  'InventoryItem.inventoryLevels': ['read_inventory'],
  'InventoryItem.locationsCount': ['read_inventory'],
  'Location.address': locationOnly,
  'Location.createdAt': locationOnly,
  'Location.deactivatedAt': locationOnly,
  'Location.fulfillsOnlineOrders': locationOnly,
  'Location.hasActiveInventory': locationOnly,
  'Location.id': ['read_locations', 'read_inventory', 'read_markets_home'],
  'Location.inventoryLevel': locationOnly,
  'Location.inventoryLevels': locationOnly,
  'Location.isActive': locationOnly,
  'Location.isFulfillmentService': locationOnly,
  'Location.name': ['read_locations', 'read_markets_home'],
  'Location.shipsInventory': locationOnly,
  'Location.updatedAt': locationOnly,
  'Mutation.inventoryActivate': ['write_inventory'],
  'Mutation.inventoryAdjustQuantities': ['write_inventory'],
  'Mutation.inventoryItemUpdate': ['write_inventory'],
  'Mutation.inventorySetQuantities': ['write_inventory'],
  'Mutation.productDelete': ['write_products'],
  'Mutation.productUpdate': ['write_products'],
  'Mutation.productVariantsBulkUpdate': ['write_products'],
  'QueryRoot.productVariantsCount': ['read_products'],
  'QueryRoot.productsCount': ['read_products'],
  'QueryRoot.publications': ['read_publications'],
};

/** Everything that an app of the practice shop may ask for. */
export const knownScopes: ReadonlySet<string> = new Set(
  [
    'products',
    'inventory',
    'locations',
    'orders',
    'all_orders',
    'order_edits',
    'returns',
    'customers',
    'publications',
    'product_listings',
    'files',
    'fulfillments',
  ]
    .concat(['merchant_managed_fulfillment_orders', 'assigned_fulfillment_orders', 'third_party_fulfillment_orders'])
    .flatMap((name) => [`read_${name}`, `write_${name}`]),
);

/** With what each `write_` scope implies. */
export function withImplied(scopes: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const scope of scopes) {
    all.add(scope);
    if (scope.startsWith('write_')) all.add(scope.replace('write_', 'read_'));
  }
  return all;
}

/** As the platform reports a grant: `read_x` is left out where `write_x` is granted. */
export const reported = (scopes: Iterable<string>): string[] =>
  [...new Set(scopes)].filter((scope, _, all) => !(scope.startsWith('read_') && all.includes(scope.replace('read_', 'write_'))));

/** Puts the check in front of every field whose value needs a scope. */
export function guardAccess(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const needs = [scopesByField[`${type.name}.${field.name}`], scopesByType[nodeType(field.type)]].filter(
        (need) => need !== undefined,
      );
      if (needs.length > 0) guardField(field, needs);
    }
  }
}

function guardField(field: GraphQLField<unknown, RequestContext>, needs: readonly (readonly string[])[]): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info) => {
    for (const need of needs) demandScope(need, context, info.fieldName);
    return resolve(source, args, context, info);
  };
}

/** Throws ACCESS_DENIED unless one of the scopes was granted. */
export function demandScope(anyOf: readonly string[], context: RequestContext, fieldName: string): void {
  if (anyOf.some((scope) => context.scopes.has(scope))) return;
  const requiredAccess = `${anyOf
    .map((scope) => `\`${scope}\` access scope`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1')}.`;
  throw new GraphQLError(`Access denied for ${fieldName} field. Required access: ${requiredAccess}`, {
    extensions: { code: 'ACCESS_DENIED', documentation: 'https://shopify.dev/api/usage/access-scopes', requiredAccess },
  });
}

/** What a field gives: for a connection, its nodes. */
function nodeType(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  const nodes = isObjectType(named) && named.name.endsWith('Connection') ? named.getFields().nodes : undefined;
  return nodes === undefined ? named.name : getNamedType(nodes.type).name;
}
