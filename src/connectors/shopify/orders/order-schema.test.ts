import {
  execute,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isScalarType,
  parse,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { contractMissing, publishedSchema } from '#connectors/shopify/fixtures/published-contract.ts';
import { orderDocuments } from '#connectors/shopify/orders/order-documents.ts';
import { orderAnswers, restockType } from '#connectors/shopify/orders/order-schema.ts';

const schema = publishedSchema('2026-10');
if (schema === null) console.info(`Shopify order answers against the schema: ${contractMissing}`);

/** Any answer that the schema allows: `sparse` has null wherever it may stand below the root. */
function answerOf(published: GraphQLSchema, text: string, nodeType: string, sparse: boolean): unknown {
  const sampleOf = (type: GraphQLOutputType): unknown => {
    const bare = getNullableType(type);
    if (isListType(bare)) return [sampleOf(bare.ofType)];
    const named = getNamedType(bare);
    if (isEnumType(named)) return named.getValues()[0]?.value;
    if (isScalarType(named)) return { Int: 3, Float: 1.5, Boolean: true, DateTime: '2026-11-01T00:00:00Z' }[named.name] ?? 'text';
    return isInterfaceType(named) ? { __typename: nodeType } : {};
  };
  const { data, errors } = execute({
    schema: published,
    document: parse(text),
    variableValues: {
      id: 'a',
      ids: ['a'],
      first: 1,
      query: '',
      personal: true,
      fulfillment: { lineItemsByFulfillmentOrder: [] },
    },
    fieldResolver: (_source, _args, _context, { returnType, path }) =>
      sparse && path.prev !== undefined && !isNonNullType(returnType) ? null : sampleOf(returnType),
    typeResolver: (value) => (value as { __typename: string }).__typename,
  }) as { data: unknown; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

const cases = [
  ['ordersPage', 'ordersPage', ''],
  ['ordersByIds', 'ordersByIds', 'Order'],
  ['moreOrderLines', 'moreOrderLines', ''],
  ['orderParts', 'orderParts', ''],
  ['partsByIds', 'partsByIds', 'Fulfillment'],
  ['partsByIds', 'partsByIds', 'Refund'],
  ['morePartLines', 'moreFulfillmentLines', 'Fulfillment'],
  ['morePartLines', 'moreRefundLines', 'Refund'],
  ['orderReturns', 'orderReturns', ''],
  ['moreReturnRefunds', 'moreReturnRefunds', 'Return'],
  ['moreReverseOrders', 'moreReverseOrders', 'Return'],
  ['moreReverseLines', 'moreReverseLines', 'ReverseFulfillmentOrder'],
  ['fulfillmentOrders', 'fulfillmentOrders', ''],
  ['moreAssignedLines', 'moreAssignedLines', ''],
  ['ship', 'ship', ''],
] as const;

describe.skipIf(schema === null)('every answer that the published schema allows is understood', () => {
  test.each(cases)('of %s (%s %s)', (document, shape, nodeType) => {
    for (const sparse of [false, true]) {
      const answer = answerOf(schema as GraphQLSchema, orderDocuments[document].text, nodeType, sparse);
      const parsed = orderAnswers[shape].safeParse(answer);
      expect(parsed.error?.issues ?? []).toEqual([]);
      // An order that is not understood is told apart, and would pass as well.
      expect(JSON.stringify(parsed.data)).not.toContain('"unreadable"');
      // A part of a union that lets everything else pass would hide it.
      if (document === 'partsByIds') expect(JSON.stringify(parsed.data)).toContain('LineItems');
      if (document === 'ordersByIds') expect(JSON.stringify(parsed.data)).toContain('updatedAt');
    }
  });

  test('and every way of a restock', () => {
    const words = schema?.getType('RefundLineItemRestockType')?.toConfig() as { values: object } | undefined;
    expect(Object.keys(words?.values ?? {}).toSorted()).toEqual(restockType.options.toSorted());
  });
});
