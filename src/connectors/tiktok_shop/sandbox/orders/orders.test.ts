import { describe, expect, test } from 'vitest';
import { ordersOf, placed, stocked } from '#connectors/tiktok_shop/sandbox/orders/test-orders.ts';
import { type CallOptions, call, idsOf, startMilliseconds } from '#connectors/tiktok_shop/sandbox/practice-caller.ts';
import type { TikTokShopSandbox } from '#connectors/tiktok_shop/sandbox.ts';

describe('the life of an order', () => {
  test('units leave the stock when the order is placed, paid or not, and are committed until they are shipped', async () => {
    const { shop, skuId, quantity, ask, read } = stocked();
    const committed = async () => {
      const { data } = await call(shop, 'POST', '/product/202309/inventory/search', { body: { sku_ids: [skuId] } });
      const [sku] = (data.inventory[0]?.skus ?? []) as unknown as { total_committed_quantity: number }[];
      return sku?.total_committed_quantity;
    };
    const id = placed(shop, skuId, 3, { paid: false });
    expect([quantity(), await committed(), (await read(id)).status]).toEqual([9, 3, 'UNPAID']);
    ordersOf(shop).pay(id);
    expect([quantity(), (await read(id)).status]).toEqual([9, 'AWAITING_SHIPMENT']);
    ordersOf(shop).ship(id, [{ variantId: skuId, units: 2 }]);
    expect([await committed(), (await read(id)).status]).toEqual([1, 'PARTIALLY_SHIPPING']);
    ordersOf(shop).ship(id);
    expect([quantity(), await committed(), (await read(id)).status]).toEqual([9, 0, 'AWAITING_COLLECTION']);
    for (const { id: parcel } of (await read(id)).packages) shop.sellerCenter.moveParcel(parcel, 'FULFILLING');
    expect((await read(id)).status).toBe('IN_TRANSIT');
    expect((await ask('GET', '/order/202507/orders', { query: { ids: `${id},1` } })).data.orders).toHaveLength(1);
  });

  test('every unit is a line of its own, and ids are beyond what a number can hold', async () => {
    const { shop, skuId, otherId, read } = stocked();
    const id = ordersOf(shop).place([
      { variantId: skuId, units: 2 },
      { variantId: otherId, units: 1 },
    ]);
    const order = await read(id ?? '');
    expect(order.line_items.map(({ sku_id }) => sku_id)).toEqual([skuId, skuId, otherId]);
    expect(new Set(order.line_items.map(({ id }) => id)).size).toBe(3);
    expect(order.payment.total_amount).toBe('320000');
    for (const one of [order.id, ...order.line_items.map(({ id }) => id)]) expect(Number.isSafeInteger(Number(one))).toBe(false);
  });

  test('more than there is, or something off sale, is not sold', () => {
    const { shop, skuId, otherId, quantity } = stocked();
    const { orders } = shop.control;
    expect(orders?.place([{ variantId: skuId, units: 13 }])).toBeNull();
    const both = [
      { variantId: skuId, units: 12 },
      { variantId: skuId, units: 1 },
    ];
    expect(orders?.place(both)).toBeNull();
    shop.sellerCenter.setStatus(idsOf(shop, 'SHIRT-RED-S').productId, 'SELLER_DEACTIVATED');
    expect(orders?.place([{ variantId: otherId, units: 1 }])).toBeNull();
    expect(() => orders?.place([])).toThrow('one line');
    expect(() => orders?.place([{ variantId: skuId, units: 0.5 }])).toThrow('whole');
    expect(() => orders?.place([{ variantId: skuId, units: 1 }], { currency: 'EUR' })).toThrow('EUR');
    expect([quantity(), orders?.list()]).toEqual([12, []]);
  });

  test('a paid order may be held first; nobody sees its recipient until it is let go', async () => {
    const { shop, skuId, read } = stocked({ holdSeconds: 3600, timeScale: 1 });
    const id = placed(shop, skuId);
    const held = await read(id);
    expect([held.status, held.recipient_address]).toEqual(['ON_HOLD', undefined]);
    expect(() => ordersOf(shop).ship(id)).toThrow('ON_HOLD');
    shop.control.advanceClock(3600);
    await expect.poll(async () => (await read(id)).status).toBe('AWAITING_SHIPMENT');
    expect((await read(id)).recipient_address).toMatchObject({ region_code: 'US' });
    await shop.close();
  });

  test('an order that is not paid in time is called off by the platform, and its units are on sale again', async () => {
    const { shop, skuId, quantity, ask, read } = stocked({ unpaidSeconds: 1800, timeScale: 1 });
    const id = placed(shop, skuId, 2, { paid: false });
    const inTime = placed(shop, skuId, 1, { paid: false });
    ordersOf(shop).pay(inTime);
    expect((await read(id)).status).toBe('UNPAID');
    shop.control.advanceClock(1800);
    await expect.poll(async () => (await read(id)).status).toBe('CANCELLED');
    expect([quantity(), (await read(inTime)).status]).toEqual([11, 'AWAITING_SHIPMENT']);
    expect(() => ordersOf(shop).pay(id)).toThrow('CANCELLED');
    const { data } = await ask('POST', '/return_refund/202309/cancellations/search', { body: { order_ids: [id] } });
    expect(data.cancellations).toMatchObject([{ role: 'SYSTEM', should_replenish_stock: true }]);
    expect(data.cancellations[0]).not.toHaveProperty('refund_amount');
    await shop.close();
  });

  test('a cancellation puts units on sale again unless it says otherwise; of shipped ones only those not collected yet', async () => {
    const { shop, skuId, quantity, ask, read } = stocked();
    ordersOf(shop).cancel(placed(shop, skuId, 2));
    expect(quantity()).toBe(12);
    ordersOf(shop).cancel(placed(shop, skuId, 2), { restock: false });
    expect(quantity()).toBe(10);
    const shipped = placed(shop, skuId, 2);
    const parcel = ordersOf(shop).ship(shipped, [{ variantId: skuId, units: 1 }]);
    ordersOf(shop).cancel(shipped);
    expect([quantity(), (await read(shipped)).status]).toEqual([9, 'AWAITING_COLLECTION']);
    expect((await read(shipped)).line_items.map(({ display_status }) => display_status)).toEqual([
      'AWAITING_COLLECTION',
      'CANCELLED',
    ]);
    ordersOf(shop).cancel(shipped);
    expect([quantity(), (await read(shipped)).status]).toEqual([10, 'CANCELLED']);
    expect(() => ordersOf(shop).cancel(shipped)).toThrow('Nothing');
    const { data } = await ask('POST', '/return_refund/202309/cancellations/search', { body: { order_ids: [shipped] } });
    expect(data.cancellations.map(({ cancel_line_items: lines }) => lines.length)).toEqual([1, 1]);
    expect(parcel).toMatch(/^\d{19}$/);
  });

  test('what is returned is on sale again, what the buyer keeps is not, and neither moves the time of the order', async () => {
    const { shop, skuId, quantity, ask, read } = stocked();
    const id = placed(shop, skuId, 4);
    ordersOf(shop).ship(id, [{ variantId: skuId, units: 3 }]);
    shop.sellerCenter.moveParcel((await read(id)).packages[0]?.id ?? '', 'COMPLETED');
    const before = (await read(id)).update_time;
    shop.control.advanceClock(60);
    const wanted = [
      { variantId: skuId, units: 1, restock: true },
      { variantId: skuId, units: 2, restock: false },
    ];
    ordersOf(shop).refund(id, wanted);
    expect([quantity(), (await read(id)).update_time - before]).toEqual([9, 0]);
    const { data } = await ask('POST', '/return_refund/202309/returns/search', { body: { order_ids: [id] } });
    expect(data.return_orders.map((one) => [one.return_type, one.return_line_items.length])).toEqual([
      ['RETURN_AND_REFUND', 1],
      ['REFUND', 2],
    ]);
    // The fourth was never shipped: it is cancelled.
    ordersOf(shop).refund(id, [{ variantId: skuId, units: 1, restock: true }]);
    expect([quantity(), (await read(id)).status]).toEqual([10, 'DELIVERED']);
    expect(() => ordersOf(shop).refund(id, [{ variantId: skuId, units: 1, restock: true }])).toThrow('only 0');
    expect(ordersOf(shop).list()[0]?.lines).toEqual([{ variantId: skuId, ordered: 4, cancelled: 1, shipped: 3, returned: 1 }]);
  });

  test('an order cannot be edited, and may have been placed in the past', async () => {
    const { shop, skuId, read } = stocked();
    const id = placed(shop, skuId, 1, { placedAt: '2026-10-01T08:00:00Z' });
    expect(() => ordersOf(shop).edit(id, { variantId: skuId, units: 2 })).toThrow('no edits');
    expect(() => placed(shop, skuId, 1, { placedAt: 'yesterday' })).toThrow('moment');
    const order = await read(id);
    expect([order.create_time, order.update_time]).toEqual([Date.UTC(2026, 9, 1, 8) / 1000, startMilliseconds / 1000]);
  });

  test('a purchase is an order', () => {
    const { shop, skuId } = stocked();
    expect(shop.control.sell(skuId, 2)).toBe(true);
    expect(ordersOf(shop).list()).toMatchObject([{ status: 'AWAITING_SHIPMENT', total: '240000.00', lines: [{ ordered: 2 }] }]);
  });
});

describe('what webhooks tell', () => {
  test('1 of every status, 4 of parcels, 11 of cancellations, 12 of returns; CANCELLED is spelt CANCEL there', async () => {
    const { shop, skuId, bodies } = stocked();
    const id = placed(shop, skuId, 1, { paid: false });
    ordersOf(shop).pay(id);
    ordersOf(shop).ship(id);
    ordersOf(shop).refund(id, [{ variantId: skuId, units: 1, restock: true }]);
    ordersOf(shop).cancel(placed(shop, skuId));
    const told = () =>
      bodies
        .filter(({ type }) => [1, 4, 11, 12].includes(type))
        .map(({ type, data }) => [type, data.order_status ?? data.cancel_status ?? data.return_status ?? 'parcel']);
    await expect.poll(() => told().length).toBe(10);
    expect(told()).toEqual([
      [1, 'UNPAID'],
      [1, 'AWAITING_SHIPMENT'],
      [1, 'AWAITING_COLLECTION'],
      [4, 'parcel'],
      [1, 'DELIVERED'],
      [4, 'parcel'],
      [12, 'RETURN_OR_REFUND_REQUEST_COMPLETE'],
      [1, 'AWAITING_SHIPMENT'],
      [1, 'CANCEL'],
      [11, 'CANCELLATION_REQUEST_COMPLETE'],
    ]);
  });
});

describe('searching', () => {
  const path = '/order/202309/orders/search';

  test('goes by the time of the last change, page by page, both ends as documented', async () => {
    const { shop, skuId, ask } = stocked();
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) {
      ids.push(placed(shop, skuId));
      shop.control.advanceClock(10);
    }
    const begun = startMilliseconds / 1000;
    const query = { page_size: '2', sort_field: 'update_time', sort_order: 'ASC' };
    const body = { update_time_ge: begun + 10, update_time_lt: begun + 40 };
    const first = await ask('POST', path, { query, body });
    expect([first.data.orders.map(({ id }) => id), first.data.total_count]).toEqual([[ids[1], ids[2]], 3]);
    const more = await ask('POST', path, { query: { ...query, page_token: first.data.next_page_token ?? '' }, body });
    expect([more.data.orders.map(({ id }) => id), more.data.next_page_token]).toEqual([[ids[3]], undefined]);
    const newest = await ask('POST', path, { query: { page_size: '1' } });
    expect(newest.data.orders[0]?.id).toBe(ids[4]);
  });

  test.each<[string, string, CallOptions]>([
    ['no page size', path, {}],
    ['a page too large', path, { query: { page_size: '101' } }],
    ['a strange page token', path, { query: { page_size: '10', page_token: 'AAAA' } }],
    ['a strange order', path, { query: { page_size: '10', sort_order: 'UP' } }],
    ['a status that there is not', path, { query: { page_size: '10' }, body: { order_status: 'SHIPPED' } }],
    ['a field that there is not', path, { query: { page_size: '10' }, body: { update_time_le: 1 } }],
    ['a time in words', path, { query: { page_size: '10' }, body: { update_time_ge: '1' } }],
    ['packages by pages too large', '/fulfillment/202309/packages/search', { query: { page_size: '51' } }],
    [
      'packages of a status that there is not',
      '/fulfillment/202309/packages/search',
      { query: { page_size: '9' }, body: { package_status: 'TO_FULFILL' } },
    ],
    ['returns by pages too small', '/return_refund/202309/returns/search', { query: { page_size: '9' } }],
    ['cancellations by pages too large', '/return_refund/202309/cancellations/search', { query: { page_size: '51' } }],
  ])('%s is refused', async (_, where, options) => {
    expect((await stocked().ask('POST', where, options)).code).toBe(36009004);
  });

  test('no orders are shown without the permission, and at most 50 at once', async () => {
    const { ask } = stocked({ scopes: ['seller.product.basic'] });
    expect((await ask('POST', path, { query: { page_size: '10' } })).code).toBe(105005);
    const ids = Array.from({ length: 51 }, (_, at) => String(at)).join(',');
    expect((await stocked().ask('GET', '/order/202507/orders', { query: { ids } })).code).toBe(36009004);
  });
});

describe('a campaign', () => {
  const update = (shop: TikTokShopSandbox, quantity: number) => {
    const { productId, skuId } = idsOf(shop, 'CUP');
    const body = { skus: [{ id: skuId, inventory: [{ quantity }] }] };
    return call(shop, 'POST', `/product/202309/products/${productId}/inventory/update`, { body });
  };

  test('does not let the stock be set below what it holds, until it ends', async () => {
    const { shop, skuId, quantity } = stocked();
    shop.control.lockForCampaign?.(skuId, 5);
    const refused = await update(shop, 4);
    expect(refused.data.errors?.[0]?.detail.extra_errors?.[0]?.code).toBe(12052393);
    expect((await update(shop, 5)).data).toEqual({});
    shop.control.sell(skuId, 2);
    // Three of the five are left: what buyers took is not held any more.
    expect((await update(shop, 2)).data.errors).toHaveLength(1);
    expect((await update(shop, 3)).data).toEqual({});
    shop.control.lockForCampaign?.(skuId, 0);
    expect((await update(shop, 0)).data).toEqual({});
    expect(quantity()).toBe(0);
  });
});

describe('a virtual bundle', () => {
  const opened = () => {
    const one = stocked();
    const { shop, skuId, otherId } = one;
    const parts = [
      { variantId: skuId, units: 5 },
      { variantId: otherId, units: 1 },
    ];
    const setId = shop.sellerCenter.bundle('SET', '50', parts);
    const left = () =>
      [skuId, otherId, setId].map((id) => shop.control.goods().find(({ variantId }) => variantId === id)?.quantity ?? NaN);
    return { ...one, setId, parts, left };
  };

  test('is there as often as its goods allow, and takes and gives back theirs', () => {
    const { shop, setId, skuId, left } = opened();
    const orders = ordersOf(shop);
    const [cups = NaN, shirts = NaN, sets] = left();
    expect([cups, sets]).toEqual([12, 2]);
    const id = placed(shop, setId, 2);
    expect(left()).toEqual([cups - 10, shirts - 2, 0]);
    expect(orders.place([{ variantId: setId, units: 1 }])).toBeNull();
    orders.cancel(id);
    expect(left()).toEqual([cups, shirts, 2]);
    // The goods of a bundle and the same goods by themselves are one stock.
    expect(
      orders.place([
        { variantId: setId, units: 2 },
        { variantId: skuId, units: 3 },
      ]),
    ).toBeNull();
    const sold = placed(shop, setId);
    orders.ship(sold);
    orders.refund(sold, [{ variantId: setId, units: 1, restock: true }]);
    expect(left()).toEqual([cups, shirts, 2]);
  });

  test('is one line for each unit, and names what it is made of; so does its product', async () => {
    const { shop, setId, skuId, otherId, read, ask } = opened();
    const order = await read(placed(shop, setId, 2));
    expect(order.line_items).toHaveLength(2);
    const [line] = order.line_items as unknown as Record<string, unknown>[];
    const sku_ids = [
      { sku_id: skuId, sku_count: 5 },
      { sku_id: otherId, sku_count: 1 },
    ];
    expect(line).toMatchObject({ sku_id: setId, seller_sku: 'SET', combined_listing_skus: sku_ids });
    const { data } = await ask('GET', `/product/202309/products/${line?.product_id}`);
    expect(data).toMatchObject({ skus: [{ id: setId, combined_skus: sku_ids }] });
  });

  test('is off sale with one of its goods, and has no stock of its own to set', async () => {
    const { shop, setId, skuId, ask } = opened();
    const product = (id: string) => shop.control.goods().find(({ variantId }) => variantId === id)?.productId ?? '';
    const body = { skus: [{ id: setId, inventory: [{ quantity: 9 }] }] };
    const { data } = await ask('POST', `/product/202309/products/${product(setId)}/inventory/update`, { body });
    expect(data).toMatchObject({ errors: [{ detail: { sku_id: setId } }] });
    expect(() => shop.control.edit(setId, { quantity: 9 })).toThrow('that of its goods');
    shop.sellerCenter.setStatus(product(skuId), 'SELLER_DEACTIVATED');
    expect(ordersOf(shop).place([{ variantId: setId, units: 1 }])).toBeNull();
  });
});
