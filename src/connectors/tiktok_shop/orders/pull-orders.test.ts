import { describe, expect, test } from 'vitest';
import { MalformedResponse, PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import type { UnreadableOrder } from '#connectors/order.ts';
import {
  type Raw,
  rawCancellation,
  rawLine,
  rawOrder,
  rawReturn,
  sentLine,
} from '#connectors/tiktok_shop/fixtures/order-samples.ts';
import { type Answer, gather, type Script, type Seen, scriptedStore } from '#connectors/tiktok_shop/fixtures/scripted-store.ts';
import { pullOrders } from '#connectors/tiktok_shop/orders/pull-orders.ts';
import { readOrders } from '#connectors/tiktok_shop/orders/read-orders.ts';

const paths = {
  orders: 'POST /order/202309/orders/search',
  detail: 'GET /order/202507/orders',
  cancellations: 'POST /return_refund/202309/cancellations/search',
  returns: 'POST /return_refund/202309/returns/search',
  packages: 'POST /fulfillment/202309/packages/search',
} as const;
const nothing: Script = {
  [paths.cancellations]: [{ data: {} }],
  [paths.returns]: [{ data: { return_orders: [] } }],
  [paths.packages]: [{ data: {} }],
};
const since = '2023-11-14T22:13:20.000Z';
const begun = 1700000000;

const orderAt = (id: string, seconds: number, more: Raw = {}): Raw => rawOrder({ id, update_time: begun + seconds, ...more });

/** The search over these orders as the platform documents it: sorted by time, tokens that count from the start. */
const searchOver =
  (orders: () => readonly Raw[], size: number) =>
  ({ query, body }: Seen): Answer => {
    expect(query).toMatchObject({ sort_field: 'update_time', sort_order: 'ASC', page_size: '100' });
    const time = ({ update_time }: Raw) => Number(update_time);
    const from = (body as { update_time_ge: number }).update_time_ge;
    const sorted = orders()
      .filter((order) => time(order) >= from)
      .sort((a, b) => time(a) - time(b));
    const at = Number(query.page_token ?? 0);
    const more = at + size < sorted.length ? { next_page_token: String(at + size) } : {};
    return { data: { orders: sorted.slice(at, at + size), total_count: sorted.length, ...more } };
  };

const detailOf =
  (orders: () => readonly Raw[]) =>
  ({ query }: Seen): Answer => ({ data: { orders: orders().filter(({ id }) => query.ids?.split(',').includes(String(id))) } });

/** Cancellations or returns of the orders asked for, or changed since. */
const reversalsOver =
  (name: string, all: readonly Raw[]) =>
  ({ body }: Seen): Answer => {
    const { order_ids: ids, update_time_ge: from = 0 } = body as { order_ids?: string[]; update_time_ge?: number };
    const found = all.filter((one) => (ids?.includes(String(one.order_id)) ?? true) && Number(one.update_time) >= from);
    return { data: { [name]: found } };
  };

async function pulled(script: Script) {
  const store = scriptedStore({ ...nothing, ...script });
  const notes: unknown[] = [];
  const told: UnreadableOrder[] = [];
  const log = (message: string, details?: Record<string, unknown>) => notes.push([message, details]);
  const pages = await gather(pullOrders(store.session, { since, log, unreadable: (order) => told.push(order) }));
  return { ...store, pages, ids: pages.flat().map(({ id }) => id), notes, told };
}

describe('a reading of what changed', () => {
  test('begins at the moment asked for, oldest change first, and goes on by time from page to page', async () => {
    const orders = [orderAt('1', 5), orderAt('2', 0), orderAt('3', 9), orderAt('before', -1)];
    const { ids, sentTo } = await pulled({ [paths.orders]: searchOver(() => orders, 2) });
    expect(ids).toEqual(['2', '1', '1', '3']);
    expect(sentTo('/order/202309/orders/search').map(({ body, query }) => [body, query.page_token])).toEqual([
      [{ update_time_ge: begun }, undefined],
      [{ update_time_ge: begun + 5 }, undefined],
    ]);
  });

  test('gets through a second in which more orders changed than a page holds', async () => {
    const orders = Array.from({ length: 7 }, (_, at) => orderAt(String(at), at === 6 ? 4 : 3));
    const { ids } = await pulled({ [paths.orders]: searchOver(() => orders, 2) });
    expect(new Set(ids)).toEqual(new Set(['0', '1', '2', '3', '4', '5', '6']));
  });

  test('misses no order although one changes while pages are read', async () => {
    const orders = new Map(['1', '2', '3', '4'].map((id, at) => [id, orderAt(id, at)]));
    let calls = 0;
    const search = searchOver(() => [...orders.values()], 2);
    const { ids } = await pulled({
      [paths.orders]: (seen) => {
        const answer = search(seen);
        calls += 1;
        if (calls === 1) orders.set('1', orderAt('1', 8, { status: 'CANCELLED' }));
        return answer;
      },
    });
    expect(new Set(ids)).toEqual(new Set(['1', '2', '3', '4']));
    expect(ids.filter((id) => id === '1')).toHaveLength(2);
  });

  test('finds orders of which only a part was called off or sent back: their own time stands still', async () => {
    const old = (id: string, more: Raw) => orderAt(id, -9000, { status: 'COMPLETED', ...more });
    const orders = [
      old('1', { line_items: [rawLine('11', { display_status: 'CANCELLED' }), rawLine('12', { display_status: 'COMPLETED' })] }),
      old('2', { line_items: [rawLine('21', { display_status: 'COMPLETED' })] }),
      orderAt('3', 1),
    ];
    const { ids, pages, sentTo } = await pulled({
      [paths.orders]: searchOver(() => orders, 100),
      [paths.detail]: detailOf(() => orders),
      [paths.cancellations]: reversalsOver('cancellations', [
        rawCancellation(['11'], { order_id: '1', update_time: begun + 7 }),
        rawCancellation(['31'], { order_id: '3', update_time: begun + 7, cancel_status: 'CANCELLATION_REQUEST_PENDING' }),
      ]),
      [paths.returns]: reversalsOver('return_orders', [rawReturn(['21'], { order_id: '2', update_time: begun + 8 })]),
    });
    // What the search of orders shows is not read once more.
    expect(ids).toEqual(['3', '1', '2']);
    expect(sentTo('/order/202507/orders').map(({ query }) => query.ids)).toEqual(['1,2']);
    const [, one, two] = pages.flat();
    expect([one?.items[0]?.effect, two?.items[0]?.effect]).toEqual([
      { reserved: 0, shipped: 1, restocked: 0 },
      { reserved: 0, shipped: 1, restocked: 1 },
    ]);
    expect(one?.updatedAt).toBe(new Date((begun + 7) * 1000).toISOString());
  });

  test('finds an order that got one more parcel: PARTIALLY_SHIPPING it was before', async () => {
    const line = sentLine('11', 'P1', 'T1', { rts_time: begun + 6 });
    const orders = [orderAt('1', -9000, { status: 'PARTIALLY_SHIPPING', line_items: [line, rawLine('12')] }), orderAt('3', 1)];
    const { ids, pages, sentTo } = await pulled({
      [paths.orders]: searchOver(() => orders, 100),
      [paths.detail]: detailOf(() => orders),
      [paths.packages]: [{ data: { packages: [{ id: 'P1', update_time: begun + 6, orders: [{ id: '1' }, { id: '3' }] }] } }],
    });
    expect(ids).toEqual(['3', '1']);
    expect(sentTo('/fulfillment/202309/packages/search').map(({ body, query }) => [body, query.sort_field])).toEqual([
      [{ update_time_ge: begun }, 'update_time'],
    ]);
    expect(pages.flat()[1]).toMatchObject({
      updatedAt: new Date((begun + 6) * 1000).toISOString(),
      items: [{ effect: { reserved: 1, shipped: 1, restocked: 0 } }],
    });
  });

  test('asks for cancellations and returns only of orders that can have some', async () => {
    const orders = [
      orderAt('1', 1),
      orderAt('2', 2, { status: 'CANCELLED' }),
      orderAt('3', 3, { status: 'DELIVERED', line_items: [rawLine('31', { display_status: 'DELIVERED' })] }),
    ];
    const { sentTo } = await pulled({ [paths.orders]: searchOver(() => orders, 100) });
    const asked = (path: string) => sentTo(path).map(({ body }) => (body as { order_ids?: string[] }).order_ids ?? 'changed');
    expect(asked('/return_refund/202309/cancellations/search')).toEqual(['changed', ['2']]);
    expect(asked('/return_refund/202309/returns/search')).toEqual(['changed', ['3']]);
  });

  test('takes an order of an unknown status for open, and says so', async () => {
    const strange = orderAt('1', 1, { status: 'UNDER_REVIEW', line_items: [rawLine('11', { display_status: 'UNDER_REVIEW' })] });
    const { pages, notes } = await pulled({ [paths.orders]: [{ data: { orders: [strange] } }] });
    expect(pages.flat()).toMatchObject([{ nativeStatus: 'UNDER_REVIEW', items: [{ effect: { reserved: 1, shipped: 0 } }] }]);
    expect(notes).toEqual([[expect.stringContaining('shown as open'), { orders: [{ id: '1', status: 'UNDER_REVIEW' }] }]]);
  });

  test('tells an order of a strange shape apart from those of its page, and comes past it', async () => {
    const { status: _, ...odd } = orderAt('2', 2);
    const orders = [orderAt('1', 1), odd, orderAt('3', 3), orderAt('4', 4)];
    const { ids, told } = await pulled({ [paths.orders]: searchOver(() => orders, 2) });
    expect(new Set(ids)).toEqual(new Set(['1', '3', '4']));
    expect(told[0]).toMatchObject({ id: '2', updatedAt: String(begun + 2), raw: odd });
    expect(told[0]?.why).toMatch(/^status: /);
    const { session } = scriptedStore({ ...nothing, [paths.detail]: detailOf(() => orders) });
    const heard: UnreadableOrder[] = [];
    const read = await readOrders(session, ['1', '2'], { unreadable: (order) => heard.push(order) });
    expect([read.map(({ id }) => id), heard]).toEqual([['1'], [told[0]]]);
    await expect(readOrders(session, ['1', '2'])).rejects.toThrow(MalformedResponse);
  });

  test('tells an order apart of which a cancellation or a return is not understood: what it holds cannot be known', async () => {
    const orders = ['1', '2', '3'].map((id, at) => orderAt(id, at + 1, { status: 'CANCELLED' }));
    const { cancel_id: _, ...odd } = rawCancellation(['11'], { order_id: '2', update_time: begun + 9 });
    const { ids, told } = await pulled({
      [paths.orders]: searchOver(() => orders, 100),
      [paths.cancellations]: reversalsOver('cancellations', [odd, rawCancellation(['11'], { order_id: '1' })]),
    });
    expect([ids, told.map(({ id }) => id)]).toEqual([['1', '3'], ['2']]);
    expect(told[0]?.why).toContain('a cancellation or a return');
  });

  test('fails as a whole: a page that is throttled, lost or not understood is no end of the orders', async () => {
    const next = { data: { orders: [orderAt('1', 1), orderAt('2', 2)], next_page_token: 'more' } };
    const ends: [Answer, unknown][] = [
      [{ fault: { code: 36009002, message: 'too many requests' } }, RateLimited],
      [{ silence: true }, PlatformUnavailable],
      [{ fault: { code: 36009003, message: 'Internal error. Please try again.' } }, PlatformUnavailable],
      [{ fault: { code: 105005, message: 'Access denied' } }, Refused],
      [{ raw: { text: '{"code":0,"data":{"orders":{"id":"3"}}}' } }, MalformedResponse],
    ];
    for (const [answer, error] of ends) await expect(pulled({ [paths.orders]: [next, answer] })).rejects.toThrow(error as never);
  });
});

describe('reading orders by their ids', () => {
  test('gives those that there are, each once, with what was sent back of them', async () => {
    const orders = [
      rawOrder({ id: '1' }),
      rawOrder({ id: '2', status: 'COMPLETED', line_items: [rawLine('21', { display_status: 'COMPLETED' })] }),
    ];
    const { session, sentTo } = scriptedStore({
      ...nothing,
      [paths.detail]: detailOf(() => orders),
      [paths.returns]: reversalsOver('return_orders', [rawReturn(['21'], { order_id: '2' })]),
    });
    const read = await readOrders(session, ['1', '2', '2', '3']);
    expect(read.map(({ id, financialStatus }) => [id, financialStatus])).toEqual([
      ['1', 'paid'],
      ['2', 'partially_refunded'],
    ]);
    expect(sentTo('/order/202507/orders').map(({ query }) => query.ids)).toEqual(['1,2,3']);
    expect(await readOrders(session, [])).toEqual([]);
  });

  test('is not stopped by an order that is not this shop’s', async () => {
    const foreign: Answer = { fault: { code: 21008111, message: 'The order or package does not belong to the current seller.' } };
    const orders = ['1', '2', '4'].map((id) => rawOrder({ id }));
    const find = detailOf(() => orders);
    const { session } = scriptedStore({
      ...nothing,
      [paths.detail]: (seen) => (seen.query.ids?.split(',').includes('3') ? foreign : find(seen)),
    });
    expect((await readOrders(session, ['1', '2', '3', '4'])).map(({ id }) => id)).toEqual(['1', '2', '4']);
  });

  test('does not take a refusal for another reason, or a fault of the platform, for "there is none"', async () => {
    const ends: [number, string, unknown][] = [
      [10006402, 'permission denied', Refused],
      [10002014, 'Failed to get orders, If multiple retry have failed, please contact the platform', PlatformUnavailable],
      [36009002, 'Too many requests', RateLimited],
    ];
    for (const [code, message, error] of ends) {
      const { session } = scriptedStore({ ...nothing, [paths.detail]: [{ fault: { code, message } }] });
      await expect(readOrders(session, ['1', '2'])).rejects.toThrow(error as never);
    }
  });
});

describe('cancellations and returns', () => {
  test('are read to their last page', async () => {
    const order = orderAt('1', 1, { status: 'CANCELLED', line_items: [rawLine('11'), rawLine('12')] });
    const cancelled = (lineId: string) => rawCancellation([lineId], { order_id: '1', should_replenish_stock: false });
    const { session } = scriptedStore({
      ...nothing,
      [paths.detail]: detailOf(() => [order]),
      [paths.cancellations]: ({ query }) =>
        query.page_token === undefined
          ? { data: { cancellations: [cancelled('11')], next_page_token: 'second' } }
          : { data: { cancellations: [cancelled('12')] } },
    });
    const [read] = await readOrders(session, ['1']);
    expect(read?.items[0]?.effect).toEqual({ reserved: 0, shipped: 2, restocked: 0 });
  });

  test('whose pages run in a circle are an error', async () => {
    const { session } = scriptedStore({
      ...nothing,
      [paths.detail]: [{ data: { orders: [orderAt('1', 1, { status: 'CANCELLED' })] } }],
      [paths.cancellations]: [{ data: { cancellations: [], next_page_token: 'again' } }],
    });
    await expect(readOrders(session, ['1'])).rejects.toThrow(MalformedResponse);
  });
});
