import { describe, expect, test } from 'vitest';
import { type Opened, ordersOf, placed, stocked } from '#connectors/tiktok_shop/sandbox/orders/test-orders.ts';

describe('shipping by the API', () => {
  const carrierOf = async ({ ask, read, shop, skuId }: Opened) => {
    const { delivery_option_id: option } = await read(placed(shop, skuId));
    const { data } = await ask('GET', `/logistics/202309/delivery_options/${option}/shipping_providers`);
    return data.shipping_providers[0]?.id ?? '';
  };

  test('lines become a parcel in the United States, once', async () => {
    const opened = stocked();
    const { shop, skuId, ask, read } = opened;
    const provider = await carrierOf(opened);
    const id = placed(shop, skuId, 2);
    const [first, second] = (await read(id)).line_items;
    const path = `/fulfillment/202309/orders/${id}/packages`;
    const body = { order_line_item_ids: [first?.id], shipping_provider_id: provider, tracking_number: '1Z999' };
    const { data } = await ask('POST', path, { body });
    const lines = (await read(id)).line_items;
    expect(lines.map((line) => [line.display_status, line.package_id, line.tracking_number])).toEqual([
      ['AWAITING_COLLECTION', data.package_id, '1Z999'],
      ['AWAITING_SHIPMENT', undefined, undefined],
    ]);
    expect((await ask('POST', path, { body })).code).toBe(21011020);
    const wrongs: [object, number][] = [
      [{ shipping_provider_id: '1' }, 21011022],
      [{ tracking_number: ' ' }, 21011022],
      [{ order_line_item_ids: ['1'] }, 21001001],
      [{ order_line_item_ids: [second?.id, second?.id] }, 21001001],
    ];
    for (const [wrong, code] of wrongs)
      expect((await ask('POST', path, { body: { ...body, order_line_item_ids: [second?.id], ...wrong } })).code).toBe(code);
    expect(ordersOf(shop).list().at(-1)?.shipments).toEqual([
      { id: data.package_id, carrier: 'USPS', trackingNumber: '1Z999', by: 'api' },
    ]);
  });

  test('elsewhere the package that is there is shipped, whole; making one is refused', async () => {
    const opened = stocked({ region: 'VN' });
    const { shop, skuId, ask, read } = opened;
    const provider = await carrierOf(opened);
    const id = placed(shop, skuId, 2);
    const before = await read(id);
    expect(before.line_items.map((line) => line.package_status)).toEqual(['TO_FULFILL', 'TO_FULFILL']);
    const line = { order_line_item_ids: [before.line_items[0]?.id], shipping_provider_id: provider, tracking_number: 'VN1' };
    expect((await ask('POST', `/fulfillment/202309/orders/${id}/packages`, { body: line })).code).toBe(21008106);
    const path = `/fulfillment/202309/packages/${before.packages[0]?.id}/ship`;
    expect((await ask('POST', path, { body: { handover_method: 'PICKUP' } })).code).toBe(21001001);
    const body = { self_shipment: { shipping_provider_id: provider, tracking_number: 'VN1' } };
    expect((await ask('POST', path, { body })).data).toEqual({});
    expect((await read(id)).status).toBe('AWAITING_COLLECTION');
    expect((await ask('POST', path, { body })).code).toBe(21011040);
    expect((await ask('POST', path.replace(/\d{19}/, '1'), { body })).code).toBe(21011028);
  });

  test('what is unpaid, on hold or cancelled cannot be shipped', async () => {
    const opened = stocked({ holdSeconds: 3600, timeScale: 1 });
    const { shop, skuId, ask, read } = opened;
    const provider = await carrierOf(opened);
    const unpaid = placed(shop, skuId, 1, { paid: false });
    const held = placed(shop, skuId);
    const gone = placed(shop, skuId);
    ordersOf(shop).cancel(gone);
    const codes: (number | undefined)[] = [];
    for (const id of [unpaid, held, gone]) {
      const line = (await read(id)).line_items[0]?.id;
      const body = { order_line_item_ids: [line], shipping_provider_id: provider, tracking_number: '1Z999' };
      codes.push((await ask('POST', `/fulfillment/202309/orders/${id}/packages`, { body })).code);
    }
    expect(codes).toEqual([21011003, 21011044, 21011041]);
    await shop.close();
  });

  test('what TikTok ships takes no carrier of the seller, and lists none', async () => {
    const { shop, skuId, ask, read } = stocked({ region: 'VN', shippingType: 'TIKTOK' });
    const id = placed(shop, skuId);
    const { packages, delivery_option_id: option } = await read(id);
    const [parcel] = packages;
    const providers = (of: string) => ask('GET', `/logistics/202309/delivery_options/${of}/shipping_providers`);
    expect([(await providers(option)).code, (await providers('1')).code]).toEqual([21008117, 21008116]);
    expect((await ask('POST', `/fulfillment/202309/packages/${parcel?.id}/ship`)).data).toEqual({});
    expect((await read(id)).line_items[0]?.tracking_number).toMatch(/^TT/);
  });
});
