import { expect, test } from 'vitest';
import { CostBucket } from '#connectors/shopify/sandbox/cost.ts';
import { at, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';
import { ShopClock } from '#connectors/shopify/sandbox/shop-clock.ts';

const fixed = { now: () => 1_800_000_000_000 };
const cost = (body: unknown) => at<{ requestedQueryCost: number; actualQueryCost: number | null }>(body, 'extensions.cost');

test.each([
  ['a scalar of one object', '{ shop { name } }', 1, 1],
  ['a connection: 2 plus its page', '{ products(first: 10) { nodes { id } } }', 12, 3],
  ['the same through edges', '{ products(first: 10) { edges { cursor node { id } } pageInfo { hasNextPage } } }', 12, 3],
  [
    'nested connections multiply',
    '{ products(first: 10) { nodes { variants(first: 5) { nodes { id } } } } }',
    2 + 10 * (1 + 2 + 5),
    2 + 1 + 2 + 2,
  ],
  [
    'an interface costs its dearest selection',
    '{ products(first: 1) { nodes { media(first: 2) { nodes { preview { image { url } } ... on MediaImage { image { url } } } } } } }',
    2 + 1 + 2 + 2 * (1 + 2 + 1),
    2 + 1 + 2 + 4,
  ],
  ['each id of nodes', '{ nodes(ids: ["gid://shopify/Product/1", "gid://shopify/Product/2"]) { id } }', 2, 0],
  [
    'a mutation: 10',
    'mutation { productDelete(input: { id: "gid://shopify/Product/1" }) { deletedProductId userErrors { field } } }',
    10,
    10,
  ],
])('%s', async (_, query, requested, actual) => {
  const { graphql } = shopUnderTest([shirt()], fixed);
  const { body } = await graphql(query);
  expect(cost(body)).toMatchObject({
    requestedQueryCost: requested,
    actualQueryCost: actual,
    throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 2000 - actual, restoreRate: 100 },
  });
});

test('a query above 1000 points is refused before it runs', async () => {
  const { graphql } = shopUnderTest([shirt()]);
  const { body } = await graphql('{ products(first: 100) { nodes { variants(first: 100) { nodes { id } } } } }');
  expect(at(body, 'errors.0.extensions')).toMatchObject({ code: 'MAX_COST_EXCEEDED', cost: 2 + 100 * 103, maxCost: 1000 });
  expect(body).not.toHaveProperty('data');
});

test('a short bucket answers THROTTLED in the documented shape, applies nothing, and refills by the second', async () => {
  const { graphql, shop } = shopUnderTest([shirt()], { ...fixed, capacity: 1000, restorePerSecond: 50 });
  const page = '{ products(first: 250) { nodes { id title variants(first: 1) { nodes { id } } } } }';
  const documents = Array.from({ length: 250 }, () => shirt());
  shop.control.add(documents);
  const first = await graphql('{ products(first: 249) { nodes { variants(first: 1) { nodes { id } } } } }');
  expect(cost(first.body)).toMatchObject({ requestedQueryCost: 998, actualQueryCost: 998 });
  const short = await graphql('mutation ($id: ID!) { productDelete(input: { id: $id }) { deletedProductId } }', {
    id: shop.control.goods()[0]?.productId,
  });
  expect(short.status).toBe(200);
  expect(short.body).toEqual({
    errors: [
      { message: 'Throttled', extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' } },
    ],
    extensions: {
      cost: {
        requestedQueryCost: 10,
        actualQueryCost: null,
        throttleStatus: { maximumAvailable: 1000, currentlyAvailable: 2, restoreRate: 50 },
      },
    },
  });
  expect(shop.control.goods()).toHaveLength(502);
  expect(shop.control.counters()).toMatchObject({ requests: 2, throttled: 1 });
  shop.control.advanceClock(1);
  expect(cost((await graphql('{ shop { name } }')).body)).toMatchObject({ throttleStatus: { currentlyAvailable: 51 } });
  shop.control.unlimited(true);
  expect(at<unknown[]>((await graphql(page)).body, 'data.products.nodes')).toHaveLength(250);
  shop.control.unlimited(false);
  expect(at((await graphql(page)).body, 'errors.0.extensions.code')).toBe('MAX_COST_EXCEEDED');
});

test('the bucket never holds more than its capacity and never refills backwards', () => {
  const clock = new ShopClock(fixed.now);
  const bucket = new CostBucket(clock, 100, 10);
  expect(bucket.take(60)).toBe(true);
  expect(bucket.take(60)).toBe(false);
  clock.advance(2);
  expect(bucket.take(60)).toBe(true);
  clock.advance(1000);
  expect(bucket.available()).toBe(100);
  bucket.giveBack(50);
  expect(bucket.available()).toBe(100);
});
