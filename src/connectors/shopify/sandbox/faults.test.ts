import { describe, expect, test } from 'vitest';
import { at, type ShopUnderTest, shirt, shopUnderTest } from '#connectors/shopify/sandbox/practice-client.ts';

const cut = expect.objectContaining({ name: 'PracticeConnectionCut' });
const price =
  'mutation PricePush($p: ID!, $v: [ProductVariantsBulkInput!]!) { productVariantsBulkUpdate(productId: $p, variants: $v) { userErrors { message } } }';

const push = (t: ShopUnderTest, amount = '99') => {
  const good = t.shop.control.goods()[0];
  return t.graphql(price, { p: good?.productId, v: [{ id: good?.variantId, price: amount }] });
};
const priceNow = (t: ShopUnderTest) => t.shop.control.goods()[0]?.price;
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('request faults', () => {
  test('throttle: refused in the bucket’s shape, or with 429 and Retry-After where seconds are given; nothing applied', async () => {
    const t = shopUnderTest([shirt()]);
    t.shop.control.fault({ kind: 'throttle' });
    const short = await push(t);
    expect([short.status, at(short.body, 'errors.0.extensions.code')]).toEqual([200, 'THROTTLED']);
    t.shop.control.fault({ kind: 'throttle', seconds: 3 });
    const edge = await push(t);
    expect([edge.status, edge.headers.get('Retry-After')]).toEqual([429, '3.0']);
    expect(priceNow(t)).toBe('10.00');
    expect(t.shop.control.counters()).toMatchObject({ requests: 2, throttled: 2 });
    await push(t);
    expect(priceNow(t)).toBe('99.00');
  });

  test('server_error: 503 and no JSON, nothing applied, as often as asked, then cleared', async () => {
    const t = shopUnderTest([shirt()]);
    t.shop.control.fault({ kind: 'server_error', times: 2 });
    expect((await push(t)).status).toBe(503);
    const second = await push(t);
    expect(second.status).toBe(503);
    expect(second.body).toContain('<html>');
    expect(priceNow(t)).toBe('10.00');
    t.shop.control.fault({ kind: 'server_error', times: Number.POSITIVE_INFINITY });
    expect((await push(t)).status).toBe(503);
    t.shop.control.clearFaults();
    expect((await push(t)).status).toBe(200);
  });

  test.each([
    ['timeout_before', '10.00'],
    ['timeout_after', '99.00'],
  ] as const)('%s: hangs for its seconds by the shop’s clock, is cut, and the price is %s', async (kind, expected) => {
    const t = shopUnderTest([shirt()]);
    t.shop.control.fault({ kind, seconds: 60 });
    let over = false;
    const hanging = push(t).finally(() => {
      over = true;
    });
    const caught = expect(hanging).rejects.toEqual(cut);
    await turn();
    t.shop.control.advanceClock(59);
    await turn();
    expect(over).toBe(false);
    t.shop.control.advanceClock(1);
    await caught;
    expect(priceNow(t)).toBe(expected);
  });

  test('apply_late: cut at once, applied when its seconds are over', async () => {
    const t = shopUnderTest([shirt()]);
    t.shop.control.fault({ kind: 'apply_late', seconds: 60 });
    await expect(push(t)).rejects.toEqual(cut);
    t.shop.control.advanceClock(59);
    await turn();
    expect(priceNow(t)).toBe('10.00');
    t.shop.control.advanceClock(1);
    await turn();
    expect(priceNow(t)).toBe('99.00');
  });

  test('slow: the true answer, later; a read shows what stood there when it was asked', async () => {
    const t = shopUnderTest([shirt()]);
    t.shop.control.fault({ kind: 'slow', seconds: 60 });
    const slow = t.graphql('{ productVariants(first: 1) { nodes { price } } }');
    await turn();
    await push(t);
    t.shop.control.advanceClock(60);
    expect(at((await slow).body, 'data.productVariants.nodes.0.price')).toBe('10.00');
    expect(priceNow(t)).toBe('99.00');
  });

  test('expire_token: the token of that request stops working for good', async () => {
    const t = shopUnderTest([shirt()]);
    const old = t.shop.control.access().expiringAccessToken ?? '';
    t.shop.control.fault({ kind: 'expire_token' });
    for (let tries = 0; tries < 2; tries += 1)
      expect((await t.graphql('{ shop { name } }', {}, { token: old })).status).toBe(401);
    const fresh = t.shop.control.access().expiringAccessToken ?? '';
    expect((await t.graphql('{ shop { name } }', {}, { token: fresh })).status).toBe(200);
  });

  test('cut_answer: half of the body, then the connection breaks; applied', async () => {
    const t = shopUnderTest([shirt()]);
    t.shop.control.fault({ kind: 'cut_answer' });
    await expect(push(t)).rejects.toEqual(cut);
    expect(priceNow(t)).toBe('99.00');
    t.shop.control.fault({ kind: 'cut_answer' });
    const response = await t.shop.handle(new Request('http://shop.test/nowhere'));
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('{"errors":"');
    await expect(reader?.read()).rejects.toEqual(cut);
  });

  test('a fault waits for its operation: by operation name, root field or path', async () => {
    const t = shopUnderTest([shirt()]);
    for (const match of ['PricePush', 'productVariantsBulkUpdate', 'graphql.json']) {
      t.shop.control.fault({ kind: 'server_error', match });
      if (match !== 'graphql.json') expect((await t.graphql('{ shop { name } }')).status).toBe(200);
      expect((await push(t)).status).toBe(503);
    }
    t.shop.control.fault({ kind: 'throttle', match: 'access_token' });
    expect((await push(t)).status).toBe(200);
    const token = await t.shop.handle(new Request('http://shop.test/admin/oauth/access_token', { method: 'POST', body: '{}' }));
    expect(token.status).toBe(429);
  });

  test('closing the shop cuts what hangs and drops what was to be applied late', async () => {
    const t = shopUnderTest([shirt()]);
    t.shop.control.fault({ kind: 'apply_late', seconds: 60 });
    await expect(push(t)).rejects.toEqual(cut);
    t.shop.control.fault({ kind: 'timeout_before', seconds: 3600 });
    const hanging = expect(push(t)).rejects.toEqual(cut);
    await turn();
    await t.shop.close();
    await hanging;
    t.shop.control.advanceClock(60);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(priceNow(t)).toBe('10.00');
  });
});

test('traffic is recorded: what was asked, what was answered, and 0 where no answer came', async () => {
  const entries: unknown[] = [];
  const t = shopUnderTest([shirt()], { record: (entry) => entries.push(entry) });
  await t.graphql('query Hello { shop { name } }');
  t.shop.control.fault({ kind: 'apply_late' });
  await expect(push(t)).rejects.toEqual(cut);
  expect(entries).toMatchObject([
    {
      platform: 'shopify',
      direction: 'api',
      operation: 'Hello',
      method: 'POST',
      status: 200,
      responseBody: expect.stringContaining('"name":"practice"'),
      requestBody: expect.stringContaining('Hello'),
    },
    { operation: 'PricePush', status: 0, responseBody: '' },
  ]);
  await t.shop.close();
});
