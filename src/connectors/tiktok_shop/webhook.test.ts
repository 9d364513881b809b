import { createHmac } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AppCredentials, IncomingWebhook } from '#connectors/connector.ts';
import { MalformedResponse, Refused } from '#connectors/errors.ts';
import { tiktokShop } from '#connectors/tiktok_shop/connector.ts';
import { contractFile, contractMissing } from '#connectors/tiktok_shop/fixtures/published-contract.ts';
import { scriptedStore } from '#connectors/tiktok_shop/fixtures/scripted-store.ts';

const { verify, parse, list, register, unregister } = tiktokShop.webhooks;
const app: AppCredentials = { clientId: 'fake_app_key', clientSecret: 'fake_app_secret', extra: {} };
const other: AppCredentials = { clientId: 'other', clientSecret: 'other secret', extra: {} };
const order =
  '{"type":1,"shop_id":"7494726673780148744","timestamp":1664095733,"data":{"order_id":"576684019603311365","order_status":"AWAITING_SHIPMENT","update_time":1664095610}}';
const delivery = (body: string, authorization?: string): IncomingWebhook => ({
  body: new TextEncoder().encode(body),
  headers: { authorization },
});
const signed = (body: string, by = app) =>
  delivery(
    body,
    createHmac('sha256', by.clientSecret)
      .update(by.clientId + body)
      .digest('hex'),
  );

describe('a signature', () => {
  test('holds over app key and raw body: the published vector', () => {
    expect(verify(delivery(order, '21109834de72ec53c9959716d8514ae388ce1f123e5ffdcafc46713fcdf62b27'), [other, app])).toBe(true);
  });

  test.each([
    ['of another app', signed(order, other)],
    ['of another body', delivery(`${order} `, signed(order).headers.authorization)],
    ['that is cut', delivery(order, signed(order).headers.authorization?.slice(0, 63))],
    ['that is empty', delivery(order, '')],
    ['that is missing', delivery(order)],
    ['with a prefix', delivery(order, `Bearer ${signed(order).headers.authorization ?? ''}`)],
  ])('%s is refused', (_, webhook) => {
    expect(verify(webhook, [app])).toBe(false);
  });

  test('is refused without any app, and by an app without a secret', () => {
    expect(verify(signed(order), [])).toBe(false);
    const open = { ...app, clientSecret: '' };
    const forged = createHmac('sha256', '')
      .update(app.clientId + order)
      .digest('hex');
    expect(verify(delivery(order, forged), [open])).toBe(false);
  });

  test('is over bytes, not text: it holds for a body that is not UTF-8', () => {
    const body = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
    const authorization = createHmac('sha256', app.clientSecret).update(app.clientId).update(body).digest('hex');
    expect(verify({ body, headers: { authorization } }, [app])).toBe(true);
  });
});

describe('a delivery', () => {
  test('names the shop, the moment and what to read again; without a notification id it has none', () => {
    expect(parse(delivery(order))).toEqual({
      deliveryId: null,
      platformStoreId: '7494726673780148744',
      topic: 'ORDER_STATUS_CHANGE',
      occurredAt: new Date(1664095733_000).toISOString(),
      hints: [{ kind: 'order_changed', orderId: '576684019603311365' }],
    });
  });

  test('keeps every digit of an id written as a bare number beyond 2^53', () => {
    const body =
      '{"type":5,"tts_notification_id":7327112393057371911,"shop_id":7494049642642441621,"timestamp":1644412885,"data":{"product_id":576486316948490001,"status":"DELETED"}}';
    expect(parse(delivery(body))).toMatchObject({
      deliveryId: '7327112393057371911',
      platformStoreId: '7494049642642441621',
      hints: [{ kind: 'product_changed', productId: '576486316948490001' }],
    });
  });

  test('with empty ids has none: deliveries without an id are not repeats of each other', () => {
    expect(parse(delivery('{"type":19,"tts_notification_id":"","shop_id":"","data":{"tts_shop_id":"7"}}'))).toMatchObject({
      deliveryId: null,
      platformStoreId: '7',
    });
    expect(parse(delivery('{"type":5,"shop_id":"1","data":{"product_id":""}}')).hints).toEqual([{ kind: 'other' }]);
  });

  test('of an unknown type is stored as such, and does nothing', () => {
    expect(parse(delivery('{"type":99,"shop_id":"1","data":{}}'))).toMatchObject({
      topic: 'TYPE_99',
      hints: [{ kind: 'other' }],
      occurredAt: null,
    });
  });

  test.each([
    '',
    'null',
    '[]',
    '{"type":',
    '{"shop_id":"1"}',
    '{"type":5,"data":{"product_id":{"a":1}}}',
    '{"type":null,"shop_id":"1"}',
    '{"type":"","shop_id":"1"}',
  ])('that is not of the documented shape is malformed: %s', (body) => {
    expect(() => parse(delivery(body))).toThrow(MalformedResponse);
  });

  const samples = '../shared/contracts/tiktok_shop/webhooks';
  if (!existsSync(samples)) console.warn(`Sample deliveries ${contractMissing}`);

  test.skipIf(!existsSync(samples))('of every published sample can be read, and the ones that matter say what changed', () => {
    const read = (name: string) => parse(delivery(contractFile(`webhooks/${name}`) ?? ''));
    for (const name of readdirSync(samples)) expect(read(name).hints.length, name).toBeGreaterThan(0);
    expect(read('5-product-status-change.json').hints).toEqual([{ kind: 'product_changed', productId: '576486316948490000' }]);
    expect(read('15-product-information-change.json').hints).toEqual([{ kind: 'product_changed', productId: '123456789' }]);
    expect(read('16-product-creation.json').hints).toEqual([{ kind: 'product_changed', productId: '576486316948490000' }]);
    expect(read('27-inventory-status-change.json').hints).toEqual([
      { kind: 'level_changed', productId: '732357708734418520388', inventoryId: null, locationId: null },
    ]);
    expect(read('6-seller-deauthorization.json')).toMatchObject({
      platformStoreId: '7494049642642441621',
      hints: [{ kind: 'authorization_ended' }],
    });
    expect(read('7-upcoming-authorization-expiration.json').hints).toEqual([
      { kind: 'authorization_expiring', expiresAt: new Date(1627587506_000).toISOString() },
    ]);
    expect(read('4-package-update.json').hints).toEqual([
      { kind: 'order_changed', orderId: '152523' },
      { kind: 'order_changed', orderId: '532123' },
    ]);
    for (const name of [
      '1-order-status-change',
      '3-recipient-address-update',
      '11-cancellation-status-change',
      '12-return-status-change',
    ]) {
      const orderId = /"order_id":\s*"(\d+)"/.exec(contractFile(`webhooks/${name}.json`) ?? '')?.[1];
      expect(read(`${name}.json`).hints, name).toEqual([{ kind: 'order_changed', orderId }]);
    }
    expect(read('3-recipient-address-update.json').deliveryId).toBeNull();
    expect(read('19-size-chart-change.json').platformStoreId).toBe('');
  });
});

describe('registrations', () => {
  const url = 'https://hub.example/webhooks/tiktok_shop';
  const path = '/event/202309/webhooks';

  test('are listed, set and removed by event type', async () => {
    const store = scriptedStore({
      [`GET ${path}`]: [
        {
          data: { total_count: 1, webhooks: [{ address: url, event_type: 'PRODUCT_CREATION', create_time: 1, update_time: 2 }] },
        },
      ],
      [`PUT ${path}`]: [{ data: {} }],
      [`DELETE ${path}`]: [{ data: {} }],
    });
    expect(await list(store.session)).toEqual([{ id: 'PRODUCT_CREATION', topic: 'PRODUCT_CREATION', url }]);
    const made = await register(store.session, 'PRODUCT_STATUS_CHANGE', url);
    expect(made).toEqual({ id: 'PRODUCT_STATUS_CHANGE', topic: 'PRODUCT_STATUS_CHANGE', url });
    await unregister(store.session, made);
    expect(store.seen.map(({ body }) => body)).toEqual([
      undefined,
      { address: url, event_type: 'PRODUCT_STATUS_CHANGE' },
      { event_type: 'PRODUCT_STATUS_CHANGE' },
    ]);
  });

  test('of an address that the platform does not take are refused in words', async () => {
    const { session } = scriptedStore({
      [`PUT ${path}`]: [{ fault: { code: 12000001, message: 'address must not contain a port' } }],
    });
    for (const address of [url, `https://hub.example/${'x'.repeat(255)}`]) {
      const thrown = await register(session, 'PRODUCT_CREATION', address).catch((reason: unknown) => reason);
      expect(thrown).toBeInstanceOf(Refused);
      expect((thrown as Refused).refusal.code).toBe('webhook_refused');
    }
  });
});
