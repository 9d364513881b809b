import { describe, expect, test } from 'vitest';
import { costOf, pointsAtMost } from '#connectors/shopify/cost.ts';
import { documents, exportQueries, itemsPerCloserLook, productsPerPage } from '#connectors/shopify/documents.ts';
import { contractMissing, documentFaults, publishedSchema } from '#connectors/shopify/fixtures/published-contract.ts';
import { ordersPerPage, partsPerCall } from '#connectors/shopify/orders/order-documents.ts';

const versions = ['2026-07', '2026-10'];
const absent = publishedSchema('2026-10') === null;
if (absent) console.info(`Shopify documents against the schema: ${contractMissing}`);

const ids = (count: number) => Array.from({ length: count }, (_, at) => `gid://shopify/Node/${at}`);

/** The largest variables that the connector sends. */
const largest: Readonly<Record<string, Record<string, unknown>>> = {
  productsPage: { first: productsPerPage },
  productsByIds: { ids: ids(productsPerPage) },
  allLevels: { ids: ids(itemsPerCloserLook) },
  levelsAt: { ids: ids(100) },
  prices: { ids: ids(100) },
  ordersPage: { first: ordersPerPage },
  ordersByIds: { ids: ids(ordersPerPage) },
  partsByIds: { ids: ids(partsPerCall) },
};

describe.skipIf(absent)('on the published schema', () => {
  const texts = [...Object.entries(documents).map(([name, { text }]) => [name, text]), ...Object.entries(exportQueries)];

  test.each(versions)('of %s every document is valid and uses no deprecated field', (version) => {
    const schema = publishedSchema(version);
    if (schema === null) throw new Error(`admin_${version} is missing`);
    const faults = texts.flatMap(([name, text]) => documentFaults(schema, text ?? '').map((fault) => `${name}: ${fault}`));
    expect(faults).toEqual([]);
  });

  test('a misspelt field would be found', () => {
    const schema = publishedSchema('2026-10');
    if (schema === null) throw new Error('the schema is missing');
    expect(documentFaults(schema, '{ shop { nome } }')).toHaveLength(1);
    expect(documentFaults(schema, '{ currentBulkOperation { id } }')).toHaveLength(1);
  });
});

describe('cost', () => {
  test.each(Object.entries(documents))('of %s stays under what one call may take', (name, { text }) => {
    const points = costOf(text, largest[name] ?? {});
    expect(points).toBeGreaterThan(0);
    expect(points).toBeLessThanOrEqual(pointsAtMost);
  });

  test('is an object 1, a connection itself and its page size times an item, a mutation 10', () => {
    expect(costOf('query A { shop { id name } }', {})).toBe(1);
    expect(costOf('query B { locations(first: 50) { nodes { id } pageInfo { hasNextPage } } }', {})).toBe(52);
    expect(costOf('query C($first: Int) { a(first: $first) { nodes { b(first: 3) { nodes { id } } } } }', { first: 10 })).toBe(
      51,
    );
    expect(costOf('query D($ids: [ID!]!) { nodes(ids: $ids) { id ... on A { b { id } } } }', { ids: ids(7) })).toBe(14);
    expect(costOf('query F { order(id: 1) { refunds(first: 3) { id a { b } } } }', {})).toBe(7);
    expect(costOf('mutation E { a { b { id } userErrors { message } } }', {})).toBe(11);
  });

  test('grows with the ids that are asked for, so that a single product reserves an eighth of a page', () => {
    const one = costOf(documents.productsByIds.text, { ids: ids(1) });
    expect(costOf(documents.productsByIds.text, { ids: ids(8) }) - 1).toBe((one - 1) * 8);
  });
});

test('exports nest two connections deep at most and have five at most', () => {
  for (const text of Object.values(exportQueries)) {
    const connections = text.match(/edges/g) ?? [];
    expect(connections.length).toBeLessThanOrEqual(5);
    let depth = 0;
    let deepest = 0;
    for (const [word] of text.matchAll(/edges|\{|\}/g)) {
      if (word === 'edges') deepest = Math.max(deepest, depth);
      else depth += word === '{' ? 1 : -1;
    }
    // Each nested connection adds its own braces: field, edges, node.
    expect(deepest).toBeLessThanOrEqual(2 + 3);
  }
});
