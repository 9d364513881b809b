/**
 * The part of the Admin API schema that the practice shop speaks: SDL files plus the connections, which all look alike.
 * Built once and shared by every shop; what differs between shops travels in the request's context.
 */
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isScalarType,
  Kind,
  valueFromASTUntyped,
} from 'graphql';
import { fulfillmentResolvers } from '#connectors/shopify/sandbox/orders/resolve-fulfillments.ts';
import { orderResolvers } from '#connectors/shopify/sandbox/orders/resolve-orders.ts';
import { returnResolvers } from '#connectors/shopify/sandbox/orders/resolve-returns.ts';
import type { RequestContext, Resolvers } from '#connectors/shopify/sandbox/request-context.ts';
import { bulkResolvers } from '#connectors/shopify/sandbox/resolve-bulk.ts';
import { catalogResolvers } from '#connectors/shopify/sandbox/resolve-catalog.ts';
import { inventoryResolvers } from '#connectors/shopify/sandbox/resolve-inventory.ts';
import { productMutationResolvers } from '#connectors/shopify/sandbox/resolve-product-mutations.ts';
import { queryResolvers } from '#connectors/shopify/sandbox/resolve-queries.ts';
import { webhookResolvers } from '#connectors/shopify/sandbox/resolve-webhooks.ts';
import { guardAccess } from '#connectors/shopify/sandbox/scopes.ts';
import { secondsText } from '#connectors/shopify/sandbox/shop-clock.ts';

const connections = [
  'BulkOperation',
  'Fulfillment',
  'FulfillmentLineItem',
  'FulfillmentOrder',
  'FulfillmentOrderLineItem',
  'InventoryItem',
  'InventoryLevel',
  'LineItem',
  'Location',
  'Media',
  'Order',
  'OrderTransaction',
  'Product',
  'ProductVariant',
  'Publication',
  'Refund',
  'RefundLineItem',
  'Return',
  'ReturnLineItemType',
  'ReverseFulfillmentOrder',
  'ReverseFulfillmentOrderLineItem',
  'ShippingLine',
  'WebhookSubscription',
];

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The SDL as served; the test holds it against the platform's. */
export const schemaText: string = [
  read('./schema-queries.graphql'),
  read('./schema-catalog.graphql'),
  read('./schema-enums.graphql'),
  read('./schema-mutations.graphql'),
  read('./schema-orders.graphql'),
  read('./schema-fulfillments.graphql'),
  read('./schema-order-enums.graphql'),
  read('./schema-order-mutations.graphql'),
  ...connections.map(
    (node) =>
      `type ${node}Connection { edges: [${node}Edge!]! nodes: [${node}!]! pageInfo: PageInfo! }\ntype ${node}Edge { cursor: String! node: ${node}! }`,
  ),
].join('\n');

const resolvers: readonly Resolvers[] = [
  queryResolvers,
  catalogResolvers,
  inventoryResolvers,
  productMutationResolvers,
  webhookResolvers,
  bulkResolvers,
  orderResolvers,
  fulfillmentResolvers,
  returnResolvers,
];

export const schema: GraphQLSchema = assemble();

function assemble(): GraphQLSchema {
  const built = buildSchema(schemaText);
  for (const table of resolvers) {
    for (const [typeName, fields] of Object.entries(table)) {
      const type = built.getType(typeName);
      if (!isObjectType(type)) throw new Error(`Resolvers for ${typeName}, which is no object type of the schema`);
      for (const [name, resolve] of Object.entries(fields)) {
        const field = type.getFields()[name];
        if (field === undefined) throw new Error(`A resolver for ${typeName}.${name}, which is no field of the schema`);
        field.resolve = resolve as GraphQLFieldResolver<unknown, RequestContext>;
      }
    }
  }
  for (const [name, only] of Object.entries({ Media: 'MediaImage', ReturnLineItemType: 'ReturnLineItem' })) {
    const type = built.getType(name);
    if (isInterfaceType(type)) type.resolveType = () => only;
  }
  guardAccess(built);
  coerceScalars(built);
  return built;
}

/** Moments travel inside as milliseconds; the platform writes them to the second, in UTC. */
function coerceScalars(built: GraphQLSchema): void {
  const dateTime = built.getType('DateTime');
  if (isScalarType(dateTime)) dateTime.coerceOutputValue = (value) => secondsText(Number(value));
  for (const name of ['Money', 'Decimal']) {
    const type = built.getType(name);
    if (!isScalarType(type)) throw new Error(`The schema has no scalar ${name}`);
    type.coerceInputValue = (value) => decimalText(name, value);
    type.coerceInputLiteral = (node) => {
      if (node.kind !== Kind.STRING && node.kind !== Kind.INT && node.kind !== Kind.FLOAT)
        throw invalid(name, valueFromASTUntyped(node));
      return decimalText(name, node.value);
    };
  }
}

/** Amounts stay text: a float would round them. */
function decimalText(name: string, value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d{1,30}(\.\d{1,30})?$/.test(text)) throw invalid(name, value);
  return text;
}

const invalid = (name: string, value: unknown): GraphQLError =>
  new GraphQLError(`${name} cannot represent ${JSON.stringify(value)}: expected a decimal string such as "12.50"`);
