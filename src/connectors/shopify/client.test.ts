import { describe, expect, test } from 'vitest';
import { CredentialsExpired, MalformedResponse, PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import { allPages, ask, shopOf } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { type Answer, scriptedShop, thrownBy } from '#connectors/shopify/fixtures/scripted-shop.ts';
import { answers } from '#connectors/shopify/schema.ts';

const ok = { shop: { currencyCode: 'EUR' } };
const failing = (code: string, data?: unknown): Answer => ({
  ...(data === undefined ? {} : { data }),
  errors: [{ message: `It was ${code}`, extensions: { code } }],
});
const throttleStatus = { maximumAvailable: 2000, currentlyAvailable: 40, restoreRate: 100 };

const read = (answer: Answer) => ask(scriptedShop({ Currency: [answer] }).session, documents.currency, {}, answers.currency);
const input = { name: 'available', reason: 'correction', quantities: [] };
const write = (answer: Answer) =>
  ask(scriptedShop({ SetQuantities: [answer] }).session, documents.setQuantities, { input, key: 'K' }, answers.setQuantities);

describe('a request', () => {
  test('goes to the shop at the pinned version, with its estimated cost; only a query may be repeated', async () => {
    const shop = scriptedShop({
      Currency: [{ data: ok }],
      RemoveWebhook: [{ data: { webhookSubscriptionDelete: { userErrors: [] } } }],
    });
    await ask(shop.session, documents.currency, {}, answers.currency);
    await ask(shop.session, documents.removeWebhook, { id: 'gid://shopify/WebhookSubscription/1' }, answers.removeWebhook);
    expect(shop.seen.map(({ request }) => [request.url, request.bucket, request.cost, request.repeatable])).toEqual([
      ['https://clay-and-co.myshopify.com/admin/api/2026-10/graphql.json', 'graphql', 1, true],
      ['https://clay-and-co.myshopify.com/admin/api/2026-10/graphql.json', 'graphql', 10, false],
    ]);
  });

  test('to a practice store takes the same path at its address', async () => {
    const urls: string[] = [];
    const { session } = scriptedShop({});
    const http = {
      ...session.http,
      send: async (request: { url: string }) => {
        urls.push(request.url);
        return { status: 401, headers: {}, text: '' };
      },
    };
    await thrownBy(ask({ ...session, http, baseUrl: 'http://127.0.0.1:9' }, documents.currency, {}, answers.currency));
    expect(urls).toEqual(['http://127.0.0.1:9/admin/api/2026-10/graphql.json']);
  });

  test.each([
    'clay.myshopify.com.evil.example',
    'evil.example/clay.myshopify.com',
    'clay.myshopify.io',
    'a@b.myshopify.com',
    '-a.myshopify.com',
    '',
  ])('never goes to %j', (name) => {
    expect(() => shopOf(name)).toThrow(Refused);
  });

  test('takes a name as a person writes it', () => {
    expect(shopOf(' Clay-And_Co.MyShopify.com ')).toBe('clay-and_co.myshopify.com');
  });
});

describe('an answer', () => {
  test('tells the bucket what is left, throttled or not', async () => {
    const shop = scriptedShop({
      Currency: [{ data: ok, cost: { requestedQueryCost: 1, throttleStatus } }, failing('THROTTLED')],
    });
    await ask(shop.session, documents.currency, {}, answers.currency);
    await thrownBy(ask(shop.session, documents.currency, {}, answers.currency));
    expect(shop.learned).toEqual([{ bucket: 'graphql', available: 40, capacity: 2000, refillPerSecond: 100 }]);
  });

  test.each([200, 429])(
    'of throttling with status %i says how long to wait: what is short, by the restore rate',
    async (status) => {
      const throttled = {
        ...failing('THROTTLED'),
        status,
        cost: { requestedQueryCost: 540, actualQueryCost: null, throttleStatus },
      };
      const thrown = await thrownBy(read(throttled));
      expect(thrown).toBeInstanceOf(RateLimited);
      expect(thrown).toMatchObject({ retryAfterSeconds: 5, answer: { requestId: 'R1', code: 'THROTTLED' } });
    },
  );

  test('of status 429 without a cost is waited for as its header asks', async () => {
    const thrown = await thrownBy(
      read({ raw: { status: 429, headers: { 'retry-after': '7.5' }, text: '{"errors":"Exceeded"}' } }),
    );
    expect(thrown).toMatchObject({ name: 'RateLimited', retryAfterSeconds: 7.5 });
    expect(await thrownBy(read({ raw: { status: 429 } }))).toMatchObject({ retryAfterSeconds: 2 });
  });

  test.each([
    ['a missing scope', failing('ACCESS_DENIED'), 'scope_missing'],
    ['a query that is too dear', failing('MAX_COST_EXCEEDED'), 'query_too_costly'],
    ['anything else', failing('BAD_REQUEST'), 'request_refused'],
    ['status 402', { raw: { status: 402 } }, 'shop_frozen'],
    ['status 403', { raw: { status: 403 } }, 'app_forbidden'],
    ['status 404', { raw: { status: 404, text: '{"errors":"Not Found"}' } }, 'shop_not_found'],
    ['status 423', { raw: { status: 423 } }, 'shop_locked'],
    ['a shop that moved', { raw: { status: 301 } }, 'request_refused'],
  ] as const)('of %s is a refusal with its code', async (_, answer, code) => {
    expect(await thrownBy(read(answer))).toMatchObject({ name: 'Refused', refusal: { code } });
  });

  test('of status 401 means that the token has ended', async () => {
    const text = '{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}';
    expect(await thrownBy(read({ raw: { status: 401, text } }))).toBeInstanceOf(CredentialsExpired);
  });

  test.each([{ raw: { status: 503, text: '<html>' } }, failing('INTERNAL_SERVER_ERROR', { inventorySetQuantities: null })])(
    'of a failing platform (%j) leaves open whether a write was applied, and a read applied nothing',
    async (answer) => {
      const written = await thrownBy(write(answer));
      expect(written).toBeInstanceOf(PlatformUnavailable);
      expect(written).toMatchObject({ mayHaveApplied: true });
      expect(await thrownBy(read(answer))).toMatchObject({ name: 'PlatformUnavailable', mayHaveApplied: false });
    },
  );

  test.each(['', '<html>', '[]', '{"data":{}}', '{"data":{"shop":{"currencyCode":5}}}'])(
    'of another shape (%j) is malformed, and kept',
    async (text) => {
      const thrown = await thrownBy(read({ raw: { text } }));
      expect(thrown).toBeInstanceOf(MalformedResponse);
      expect(thrown).toMatchObject({ answer: { body: text } });
    },
  );

  test('with data and errors: a read has failed, for a null may be the error’s', async () => {
    expect(await thrownBy(read(failing('ACCESS_DENIED', ok)))).toMatchObject({ refusal: { code: 'scope_missing' } });
  });

  test('with data and errors: a write that has its payload has run, and its userErrors tell how', async () => {
    const userErrors = [{ field: ['input'], message: 'no', code: 'INVALID_REASON' }];
    expect(await write(failing('INTERNAL_SERVER_ERROR', { inventorySetQuantities: { userErrors } }))).toEqual({
      inventorySetQuantities: { userErrors },
    });
  });

  test('never puts the token into an error', async () => {
    const thrown = await thrownBy(read({ raw: { status: 500, text: 'oops' } }));
    expect(JSON.stringify(thrown) + String(thrown)).not.toContain('shpat_token');
  });
});

describe('pages', () => {
  const page = (nodes: number[], endCursor: string | null, hasNextPage: boolean) => ({
    nodes,
    pageInfo: { hasNextPage, endCursor },
  });

  test('are followed to the last', async () => {
    const asked: string[] = [];
    const all = await allPages(page([1], 'a', true), async (after) => {
      asked.push(after);
      return after === 'a' ? page([2], 'b', true) : page([3], 'c', false);
    });
    expect([all, asked]).toEqual([
      [1, 2, 3],
      ['a', 'b'],
    ]);
  });

  test('that run in a circle, or lead nowhere, are malformed rather than endless', async () => {
    expect(await thrownBy(allPages(page([1], 'a', true), async () => page([1], 'a', true)))).toBeInstanceOf(MalformedResponse);
    expect(await thrownBy(allPages(page([1], null, true), async () => page([1], 'a', false)))).toBeInstanceOf(MalformedResponse);
  });

  test('of a thing that vanished half-way are no list at all', async () => {
    expect(await allPages(page([1], 'a', true), async () => null)).toBeNull();
  });
});
