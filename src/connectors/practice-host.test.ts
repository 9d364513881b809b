import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { PracticeShop } from '#connectors/practice.ts';
import { type HostedPracticeShop, hostPracticeShop } from '#connectors/practice-host.ts';
import { createShopifySandbox } from '#connectors/shopify/sandbox.ts';
import { createTikTokShopSandbox } from '#connectors/tiktok_shop/sandbox.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function hosted(products = 1): Promise<HostedPracticeShop> {
  const host = await hostPracticeShop((baseUrl) => createShopifySandbox({ shop: 'practice', baseUrl }));
  open.push(() => host.close());
  host.shop.control.add(
    Array.from({ length: products }, (_, n) => ({ title: `Thing ${n}`, variants: [{ sku: `T-${n}`, price: '5', quantity: 3 }] })),
  );
  return host;
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

function graphql(host: HostedPracticeShop, query: string): Promise<Response> {
  const init = json('POST', { query });
  return fetch(`${host.baseUrl}/admin/api/2026-10/graphql.json`, {
    ...init,
    headers: { ...init.headers, 'X-Shopify-Access-Token': host.shop.control.access().accessToken ?? '' },
  });
}

/** A request whose path and headers are sent as they are: fetch would tidy them. */
function rawStatus(host: HostedPracticeShop, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(host.baseUrl, { path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });
}

describe('the platform’s protocol over real HTTP', () => {
  test('is answered, with its status and headers', async () => {
    const host = await hosted();
    const response = await graphql(host, '{ products(first: 1) { nodes { title } } }');
    expect(response.headers.get('X-Shopify-API-Version')).toBe('2026-10');
    expect(await response.json()).toMatchObject({ data: { products: { nodes: [{ title: 'Thing 0' }] } } });
    expect((await fetch(`${host.baseUrl}/nowhere`)).status).toBe(404);
  });

  test('a bulk file of many megabytes streams to its last byte, from the address in the answer', async () => {
    const host = await hosted(30_000);
    host.shop.control.unlimited(true);
    await graphql(
      host,
      'mutation { bulkOperationRunQuery(query: "{ products { nodes { id title variants { nodes { id sku price } } } } }") { userErrors { message } } }',
    );
    let url: string | null = null;
    await expect
      .poll(
        async () => {
          const { data } = (await (await graphql(host, '{ currentBulkOperation { status url } }')).json()) as {
            data: { currentBulkOperation: { status: string; url: string | null } };
          };
          url = data.currentBulkOperation.url;
          return data.currentBulkOperation.status;
        },
        { timeout: 15_000 },
      )
      .toBe('COMPLETED');
    const file = await fetch(url ?? '');
    const text = await file.text();
    expect(text.length).toBe(Number(file.headers.get('Content-Length')));
    expect(text.trimEnd().split('\n')).toHaveLength(60_000);
  });

  test('webhooks arrive by real POSTs', async () => {
    const host = await hosted();
    const received: { topic: unknown; body: string }[] = [];
    const receiver = createServer((incoming, outgoing) => {
      let body = '';
      incoming.on('data', (chunk) => {
        body += chunk;
      });
      incoming.on('end', () => {
        received.push({ topic: incoming.headers['x-shopify-topic'], body });
        outgoing.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    open.push(() => new Promise((resolve) => receiver.close(() => resolve())));
    const uri = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
    await graphql(
      host,
      `mutation { webhookSubscriptionCreate(topic: INVENTORY_LEVELS_UPDATE, webhookSubscription: { uri: "${uri}" }) { userErrors { message } } }`,
    );
    await fetch(
      `${host.baseUrl}/practice/edit`,
      json('POST', { variantId: host.shop.control.goods()[0]?.variantId, quantity: 9 }),
    );
    await expect.poll(() => received.length).toBe(1);
    expect(received[0]?.topic).toBe('inventory_levels/update');
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ available: 9 });
    const state = (await (await fetch(`${host.baseUrl}/practice/state`)).json()) as object;
    expect(state).toMatchObject({
      webhooks: [{ topic: 'inventory_levels/update', status: 200, url: uri }],
      counters: { webhooksSent: 1, webhooksFailed: 0 },
    });
  });
});

describe('faults over real HTTP', () => {
  const addFault = (host: HostedPracticeShop, fault: object) => fetch(`${host.baseUrl}/practice/faults`, json('POST', fault));

  test('a cut connection ends without an answer', async () => {
    const host = await hosted();
    expect((await addFault(host, { kind: 'timeout_before', seconds: 0.02 })).status).toBe(200);
    await expect(graphql(host, '{ shop { name } }')).rejects.toThrow('fetch failed');
    expect((await graphql(host, '{ shop { name } }')).status).toBe(200);
  });

  test('a cut answer breaks in the middle of its body', async () => {
    const host = await hosted();
    await addFault(host, { kind: 'cut_answer' });
    const response = await graphql(host, '{ shop { name } }');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('until cleared means until cleared', async () => {
    const host = await hosted();
    await addFault(host, { kind: 'server_error', times: null, match: 'graphql' });
    for (let tries = 0; tries < 3; tries += 1) expect((await graphql(host, '{ shop { name } }')).status).toBe(503);
    await fetch(`${host.baseUrl}/practice/faults`, { method: 'DELETE' });
    expect((await graphql(host, '{ shop { name } }')).status).toBe(200);
  });

  test('a hanging request does not keep the host from closing', async () => {
    const host = await hosted();
    await addFault(host, { kind: 'timeout_before', seconds: 3600 });
    const hanging = expect(graphql(host, '{ shop { name } }')).rejects.toThrow('fetch failed');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await open.pop()?.();
    await hanging;
  });

  test('a failure of the shop itself is a 500 that says so, not a dead host', async () => {
    const broken = {
      platform: 'broken',
      handle: async () => {
        throw new TypeError('a bug');
      },
      close: async () => {},
    } as unknown as PracticeShop;
    const host = await hostPracticeShop(() => broken);
    open.push(() => host.close());
    const response = await fetch(`${host.baseUrl}/anything`);
    expect([response.status, await response.text()]).toEqual([500, 'The practice shop failed: a bug\n']);
  });
});

describe('the control API', () => {
  test('state gives goods, counters, and the writes since an index; search and limit narrow the goods', async () => {
    const host = await hosted(3);
    const state = async (query = '') =>
      (await (await fetch(`${host.baseUrl}/practice/state${query}`)).json()) as { goods: { variantId: string }[]; next: number };
    const first = await state();
    expect(first).toMatchObject({ platform: 'shopify', found: 3, total: 3, next: 0, writes: [] });
    const variantId = first.goods[0]?.variantId;
    await fetch(`${host.baseUrl}/practice/edit`, json('POST', { variantId, price: '6', quantity: 4 }));
    expect(await (await fetch(`${host.baseUrl}/practice/sell`, json('POST', { variantId, units: 1 }))).json()).toEqual({
      sold: true,
    });
    expect(await (await fetch(`${host.baseUrl}/practice/sell`, json('POST', { variantId, units: 9 }))).json()).toEqual({
      sold: false,
    });
    expect(await state('?since=2&search=t-0')).toMatchObject({
      found: 1,
      next: 3,
      writes: [{ by: 'buyer', value: '3' }],
      goods: [{ price: '6.00', quantity: 3 }],
    });
    expect((await state('?limit=2')).goods).toHaveLength(2);
  });

  test('buyers and staff do with orders what the shop lets them; state shows the newest first', async () => {
    const host = await hostPracticeShop((baseUrl) => createTikTokShopSandbox({ shop: 'practice', baseUrl, region: 'US' }));
    open.push(() => host.close());
    host.shop.control.add([{ title: 'Cup', variants: [{ sku: 'CUP', price: '5', quantity: 3 }] }]);
    const post = async (path: string, body: object) => {
      const answer = await fetch(`${host.baseUrl}/practice/orders${path}`, json('POST', body));
      return (await answer.json()) as { orderId?: string | null; shipmentId?: string; ok?: boolean; error?: string };
    };
    const state = async () =>
      (await (await fetch(`${host.baseUrl}/practice/state`)).json()) as {
        orders: { id: string; lines: object[]; status: string }[];
      };
    const variantId = host.shop.control.goods()[0]?.variantId ?? '';
    expect((await state()).orders).toEqual([]);
    const { orderId: first } = await post('', { lines: [{ variantId, units: 2 }], paid: false, buyer: 'Ada' });
    expect((await post('', { lines: [{ variantId, units: 2 }] })).orderId).toBeNull();
    expect((await post('/ship', { orderId: first })).error).toContain('UNPAID');
    expect(await post('/pay', { orderId: first })).toEqual({ ok: true });
    expect((await post('/ship', { orderId: first, lines: [{ variantId, units: 1 }] })).shipmentId).toMatch(/^\d+$/);
    const { orderId: second } = await post('', { lines: [{ variantId, units: 1 }] });
    expect((await state()).orders.map(({ id }) => id)).toEqual([second, first]);
    await post('/cancel', { orderId: first });
    await post('/refund', { orderId: first, lines: [{ variantId, units: 1, restock: true }] });
    expect((await state()).orders[1]).toMatchObject({
      status: 'DELIVERED',
      lines: [{ name: 'Cup', ordered: 2, cancelled: 1, shipped: 1, returned: 1 }],
    });
    expect(host.shop.control.goods()[0]?.quantity).toBe(2);
    expect((await post('/cancel', { orderId: 'none' })).error).toContain('none');
    expect((await post('', { lines: [] })).error).toContain('lines');
  });

  test('what was shipped is taken back without money, and refunded later; where a return is a refund, that is said', async () => {
    const shopify = await hosted();
    const tiktok = await hostPracticeShop((baseUrl) => createTikTokShopSandbox({ shop: 'practice', baseUrl }));
    open.push(() => tiktok.close());
    tiktok.shop.control.add([{ title: 'Cup', variants: [{ sku: 'CUP', price: '5', quantity: 3 }] }]);
    const takenBack = async ({ baseUrl, shop }: HostedPracticeShop) => {
      const post = async (path: string, body: object) =>
        (await (await fetch(`${baseUrl}/practice/orders${path}`, json('POST', body))).json()) as Record<string, string>;
      const lines = [{ variantId: shop.control.goods()[0]?.variantId ?? '', units: 1, restock: true }];
      const { orderId } = await post('', { lines: lines.map(({ variantId, units }) => ({ variantId, units })) });
      await post('/ship', { orderId });
      const answers = [await post('/take-back', { orderId, lines }), await post('/take-back', { orderId, lines })];
      const state = (await (await fetch(`${baseUrl}/practice/state`)).json()) as { takesBack: boolean; orders: object[] };
      return { answers, refund: () => post('/refund', { orderId, lines }), ...state };
    };
    const there = await takenBack(shopify);
    expect(there).toMatchObject({
      takesBack: true,
      orders: [{ lines: [{ shipped: 1, returned: 1 }] }],
      answers: [{ ok: true }, { error: expect.stringContaining('fewer units') }],
    });
    expect(await there.refund()).toEqual({ ok: true });
    const refused = { error: 'On this platform what is sent back is refunded at once' };
    expect(await takenBack(tiktok)).toMatchObject({ takesBack: false, answers: [refused, refused] });
  });

  test('an order is edited where the platform knows that, and a campaign holds units where it knows that', async () => {
    const shopify = await hosted();
    const tiktok = await hostPracticeShop((baseUrl) => createTikTokShopSandbox({ shop: 'practice', baseUrl }));
    open.push(() => tiktok.close());
    tiktok.shop.control.add([{ title: 'Cup', variants: [{ sku: 'CUP', price: '5', quantity: 3 }] }]);
    const tried = async ({ baseUrl, shop }: HostedPracticeShop) => {
      const post = async (path: string, body: object) =>
        (await (await fetch(`${baseUrl}/practice/${path}`, json('POST', body))).json()) as Record<string, string>;
      const variantId = shop.control.goods()[0]?.variantId ?? '';
      const { orderId } = await post('orders', { lines: [{ variantId, units: 1 }] });
      const edited = await post('orders/edit', { orderId, variantId, units: 2 });
      const held = await post('campaign', { variantId, units: 2 });
      const state = (await (await fetch(`${baseUrl}/practice/state`)).json()) as { campaigns: boolean; orders: object[] };
      return { edited, held, ...state };
    };
    const refused = { error: 'This platform knows no campaigns' };
    expect(await tried(shopify)).toMatchObject({
      ...{ edited: { ok: true }, held: refused, campaigns: false },
      orders: [{ lines: [{ ordered: 2 }] }],
    });
    expect(await tried(tiktok)).toMatchObject({
      ...{ edited: { error: expect.any(String) }, held: { ok: true }, campaigns: true },
      orders: [{ lines: [{ ordered: 1 }] }],
    });
  });

  test('the clock, the limits and the credentials can be had', async () => {
    const host = await hosted();
    const { expiringAccessToken } = (await (await fetch(`${host.baseUrl}/practice/access`)).json()) as {
      expiringAccessToken: string;
    };
    expect((await fetch(`${host.baseUrl}/practice/clock`, json('POST', { seconds: 3600 }))).status).toBe(200);
    const init = json('POST', { query: '{ shop { name } }' });
    const response = await fetch(`${host.baseUrl}/admin/api/2026-10/graphql.json`, {
      ...init,
      headers: { ...init.headers, 'X-Shopify-Access-Token': expiringAccessToken },
    });
    expect(response.status).toBe(401);
    const dear = '{ products(first: 250) { nodes { variants(first: 250) { nodes { id } } } } }';
    expect(await (await graphql(host, dear)).json()).toHaveProperty('errors');
    await fetch(`${host.baseUrl}/practice/unlimited`, json('POST', { on: true }));
    expect(await (await graphql(host, dear)).json()).not.toHaveProperty('errors');
  });

  test.each([
    ['/practice/edit', { variantId: 'gid://shopify/ProductVariant/1', price: '1' }, 'There is no variant'],
    ['/practice/edit', { variantId: 5 }, 'variantId'],
    ['/practice/sell', { variantId: 'x', units: 0 }, 'units'],
    ['/practice/faults', { kind: 'earthquake' }, 'kind'],
    ['/practice/faults', { kind: 'slow', often: 2 }, 'often'],
    ['/practice/clock', { seconds: -1 }, 'seconds'],
  ])('%s with %j is refused in words', async (path, body, words) => {
    const host = await hosted();
    const response = await fetch(`${host.baseUrl}${path}`, json('POST', body));
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain(words);
  });

  test('a page elsewhere reaches it neither by a plain form nor by another name for this machine', async () => {
    const host = await hosted();
    const form = await fetch(`${host.baseUrl}/practice/edit`, {
      method: 'POST',
      body: JSON.stringify({ variantId: 'x' }),
      headers: { 'Content-Type': 'text/plain' },
    });
    expect(form.status).toBe(415);
    expect(await rawStatus(host, '/practice/access', { Host: 'evil.example.com' })).toBe(421);
    expect(await rawStatus(host, '/practice/access', {})).toBe(200);
  });

  test('a target that names another host stays on this one', async () => {
    const host = await hosted();
    expect(await rawStatus(host, '//evil.example.com/practice/access', {})).toBe(404);
  });
});

test('the page comes with a policy that lets nothing else in', async () => {
  const host = await hosted();
  const response = await fetch(`${host.baseUrl}/practice`);
  expect(response.headers.get('Content-Type')).toContain('text/html');
  expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
  expect(await response.text()).toContain('<title>Practice shop</title>');
});

test('a port that is taken is refused, and a shop that cannot be made leaves no server behind', async () => {
  const host = await hosted();
  const port = Number(new URL(host.baseUrl).port);
  await expect(hostPracticeShop(() => host.shop, { port })).rejects.toThrow('EADDRINUSE');
  const failing = () => {
    throw new Error('no shop');
  };
  await open.pop()?.();
  await expect(hostPracticeShop(failing, { port })).rejects.toThrow('no shop');
  const again = await hostPracticeShop((baseUrl) => createShopifySandbox({ shop: 'practice', baseUrl }), { port });
  open.push(() => again.close());
  expect(again.baseUrl).toBe(`http://127.0.0.1:${port}`);
});
