/** The connector's orders against the practice shop's: what is read must always be what buyers and staff did. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { Session } from '#connectors/connector.ts';
import { PlatformUnavailable, RateLimited } from '#connectors/errors.ts';
import type { RemoteOrder, ShipmentWrite } from '#connectors/order.ts';
import type { PracticeOrder } from '#connectors/practice.ts';
import { practiceKinds } from '#connectors/practice-registry.ts';
import { tiktokShop } from '#connectors/tiktok_shop/connector.ts';
import { createTikTokShopSandbox, type TikTokShopSandboxOptions } from '#connectors/tiktok_shop/sandbox.ts';

const startMilliseconds = Date.UTC(2026, 10, 20, 10);
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const shop of open.splice(0)) await shop.close();
});

/** A shop with 50 shirts and 50 cups, and the connector's side of a conversation with it, in one process. */
function openStreet(options: Partial<TikTokShopSandboxOptions> = {}) {
  const clock = { now: () => new Date(startMilliseconds) };
  const shop = createTikTokShopSandbox({
    ...{ shop: 'street', region: 'US', baseUrl: 'http://127.0.0.1:1', timeScale: 1, clock, deliver: async () => 200 },
    ...options,
  });
  open.push(shop);
  shop.control.unlimited(true);
  shop.control.add(['SHIRT', 'CUP'].map((sku) => ({ title: `The ${sku}`, variants: [{ sku, price: '10.00', quantity: 50 }] })));
  let aheadSeconds = 0;
  const advance = (seconds: number): void => {
    aheadSeconds += seconds;
    shop.control.advanceClock(seconds);
  };
  const access = shop.control.access();
  const http: Session['http'] = {
    send: async ({ method, url, headers = {}, body }) => {
      try {
        const answer = await shop.handle(new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }));
        return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
      } catch (cause) {
        throw new PlatformUnavailable('No answer', { mayHaveApplied: true, cause });
      }
    },
    stream: () => Promise.reject(new Error('nothing is streamed')),
    learn: () => undefined,
  };
  const session: Session = {
    http,
    app: present(practiceKinds.tiktok_shop, 'tiktok_shop').app(access),
    baseUrl: 'http://127.0.0.1:1',
    now: () => new Date(startMilliseconds + aheadSeconds * 1000),
    credentials: {
      scheme: 'oauth2',
      scopes: [],
      secrets: {
        access_token: access.access_token ?? '',
        shop_cipher: access.shop_cipher ?? '',
        shop_region: access.region ?? '',
      },
    },
  };
  const idOf = (sku: string) => present(shop.control.goods().find((good) => good.sku === sku)?.variantId, sku);
  const [shirt, cup] = [idOf('SHIRT'), idOf('CUP')];
  const people = present(shop.control.orders, 'orders');
  const buy = (units: number, more: Parameters<typeof people.place>[1] = {}, variantId = shirt): string =>
    present(people.place([{ variantId, units }], more), 'an order');
  const read = async (id: string): Promise<RemoteOrder> => present((await tiktokShop.orders.read(session, [id]))[0], 'an order');
  const pull = async (since: Date): Promise<RemoteOrder[]> =>
    (await Array.fromAsync(tiktokShop.orders.pull(session, { since: since.toISOString(), log: () => undefined }))).flat();
  return { shop, session, shirt, cup, people, buy, read, pull, advance };
}
type Street = ReturnType<typeof openStreet>;

/** "AWAITING_SHIPMENT paid 1 0 0": status, payment, reserved, shipped, restocked of its first item. */
async function said({ read }: Street, id: string): Promise<string> {
  const { nativeStatus, financialStatus, items } = await read(id);
  const { reserved, shipped, restocked } = present(items[0], 'an item').effect;
  return [nativeStatus, financialStatus, reserved, shipped, restocked].join(' ');
}

const shipmentOf = (street: Street, orderId: string, units: number, number: string): ShipmentWrite => ({
  writeId: '0199a1c2-0000-7000-8000-000000000001',
  orderId,
  items: [{ itemId: street.shirt, quantity: units }],
  tracking: { number, carrier: 'USPS', url: null },
  notifyBuyer: false,
});

describe('an order', () => {
  test('is placed, paid, shipped by staff in two parcels, delivered', async () => {
    const street = openStreet();
    const { buy, people, shop, shirt, read } = street;
    const id = buy(3, { paid: false, note: 'Ring twice', buyer: 'Ada' });
    expect(await said(street, id)).toBe('UNPAID pending 3 0 0');
    people.pay(id);
    expect(await said(street, id)).toBe('AWAITING_SHIPMENT paid 3 0 0');
    people.ship(id, [{ variantId: shirt, units: 1 }]);
    expect(await said(street, id)).toBe('PARTIALLY_SHIPPING paid 2 1 0');
    people.ship(id);
    expect(await said(street, id)).toBe('AWAITING_COLLECTION paid 0 3 0');
    const order = await read(id);
    expect(order).toMatchObject({ note: 'Ring twice', buyer: { name: 'Ada' }, currency: 'USD', totals: { total: '30' } });
    expect(order.shipments.map(({ items, carrier }) => [carrier, items[0]?.quantity])).toEqual([
      ['USPS', 1],
      ['USPS', 2],
    ]);
    for (const parcel of order.shipments) shop.sellerCenter.moveParcel(parcel.id, 'COMPLETED');
    expect(await said(street, id)).toBe('DELIVERED paid 0 3 0');
  });

  test('that is not paid in time gives its units back', async () => {
    const street = openStreet({ unpaidSeconds: 1800 });
    const id = street.buy(2, { paid: false });
    street.advance(1800);
    await expect.poll(() => said(street, id)).toBe('CANCELLED voided 0 0 0');
  });

  test('on hold keeps its units, and who is to receive it to itself', async () => {
    const street = openStreet({ holdSeconds: 3600 });
    const id = street.buy(1);
    expect(await said(street, id)).toBe('ON_HOLD paid 1 0 0');
    expect((await street.read(id)).shippingAddress).toBeNull();
    street.advance(3600);
    await expect.poll(() => said(street, id)).toBe('AWAITING_SHIPMENT paid 1 0 0');
    expect((await street.read(id)).shippingAddress).toMatchObject({ countryCode: 'US', city: 'Practice City' });
  });

  test('that the buyer calls off before or after shipping is arranged gives its units back', async () => {
    const street = openStreet();
    const { buy, people } = street;
    const [before, after] = [buy(2), buy(2)];
    people.cancel(before);
    people.ship(after);
    expect(await said(street, after)).toBe('AWAITING_COLLECTION paid 0 2 0');
    people.cancel(after);
    expect([await said(street, before), await said(street, after)]).toEqual([
      'CANCELLED refunded 0 0 0',
      'CANCELLED refunded 0 0 0',
    ]);
    expect((await street.read(after)).shipments).toMatchObject([{ cancelled: true }]);
  });

  test('of which the rest is called off keeps what was shipped; what is not to be sold again is used up', async () => {
    const street = openStreet();
    const { buy, people, shirt } = street;
    const [sold, spoilt] = [buy(3), buy(3)];
    for (const id of [sold, spoilt]) people.ship(id, [{ variantId: shirt, units: 1 }]);
    people.cancel(sold);
    people.cancel(spoilt, { restock: false });
    expect([await said(street, sold), await said(street, spoilt)]).toEqual([
      'AWAITING_COLLECTION partially_refunded 0 1 0',
      'AWAITING_COLLECTION partially_refunded 0 3 0',
    ]);
    expect((await street.read(sold)).totals.refunded).toBe('20');
  });

  test('comes back in part: sent back, or paid back and kept', async () => {
    const street = openStreet();
    const { buy, people, shirt } = street;
    const id = buy(3);
    people.ship(id);
    people.refund(id, [{ variantId: shirt, units: 1, restock: true }]);
    expect(await said(street, id)).toBe('DELIVERED partially_refunded 0 3 1');
    people.refund(id, [{ variantId: shirt, units: 2, restock: false }]);
    expect(await said(street, id)).toBe('DELIVERED refunded 0 3 1');
  });

  test('of 64 bit keeps every digit of its ids', async () => {
    const street = openStreet();
    const id = street.buy(1);
    expect(id).toMatch(/^\d{18,}$/);
    expect(await street.read(id)).toMatchObject({ id, items: [{ variantId: street.shirt }] });
  });
});

describe('a shipment of ours', () => {
  test('goes in parts where lines are named', async () => {
    const street = openStreet();
    const id = street.buy(3);
    for (const [units, number] of [
      [1, 'A1'],
      [2, 'A2'],
    ] as const)
      expect(await tiktokShop.orders.ship(street.session, shipmentOf(street, id, units, number))).toMatchObject({
        outcome: 'applied',
      });
    const { shipments, nativeStatus } = await street.read(id);
    expect([nativeStatus, shipments.map(({ trackingNumber, items }) => [trackingNumber, items[0]?.quantity])]).toEqual([
      'AWAITING_COLLECTION',
      [
        ['A1', 1],
        ['A2', 2],
      ],
    ]);
  });

  test('is the whole package elsewhere', async () => {
    const street = openStreet({ region: 'VN' });
    const id = street.buy(2);
    const by = (units: number) => ({
      ...shipmentOf(street, id, units, 'V1'),
      tracking: { number: 'V1', carrier: 'giao hang nhanh', url: null },
    });
    expect(await tiktokShop.orders.ship(street.session, by(1))).toMatchObject({ refusal: { code: 'parcel_differs' } });
    expect(await tiktokShop.orders.ship(street.session, by(2))).toMatchObject({ outcome: 'applied' });
    expect(await said(street, id)).toBe('AWAITING_COLLECTION paid 0 2 0');
  });

  test.each(['timeout_after', 'cut_answer', 'apply_late'] as const)('whose answer is lost (%s) is made once', async (kind) => {
    const street = openStreet();
    const id = street.buy(2);
    const write = shipmentOf(street, id, 1, 'A1');
    street.shop.control.fault({ kind, match: 'fulfillment', seconds: 0.05 });
    await expect(tiktokShop.orders.ship(street.session, write)).rejects.toThrow(PlatformUnavailable);
    await expect.poll(async () => (await street.read(id)).shipments.length).toBe(1);
    const again = await tiktokShop.orders.ship(street.session, write);
    const { shipments } = await street.read(id);
    expect(again).toEqual({ outcome: 'applied', shipmentId: shipments[0]?.id });
    expect(await said(street, id)).toBe('PARTIALLY_SHIPPING paid 1 1 0');
  });

  test('that never arrived, or was throttled, is made when it is sent again', async () => {
    const street = openStreet();
    const id = street.buy(2);
    const write = shipmentOf(street, id, 1, 'A1');
    street.shop.control.fault({ kind: 'timeout_before', match: 'fulfillment', seconds: 0.02 });
    await expect(tiktokShop.orders.ship(street.session, write)).rejects.toThrow(PlatformUnavailable);
    street.shop.control.fault({ kind: 'throttle', match: 'fulfillment' });
    await expect(tiktokShop.orders.ship(street.session, write)).rejects.toThrow(RateLimited);
    expect(await said(street, id)).toBe('AWAITING_SHIPMENT paid 2 0 0');
    expect(await tiktokShop.orders.ship(street.session, write)).toMatchObject({ outcome: 'applied' });
  });

  test('races with staff: what they shipped meanwhile is refused in words', async () => {
    const street = openStreet();
    const id = street.buy(1);
    street.people.ship(id);
    expect(await tiktokShop.orders.ship(street.session, shipmentOf(street, id, 1, 'A1'))).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'order_not_shippable', parameters: { status: 'AWAITING_COLLECTION' } },
    });
  });
});

describe('a virtual bundle', () => {
  const wants = ({ items }: RemoteOrder): Record<string, number[]> =>
    Object.fromEntries(items.map(({ sku, effect: { reserved, shipped, restocked } }) => [sku, [reserved, shipped, restocked]]));

  test.each(['US', 'VN'])('is its goods, when it is bought, shipped by us and sent back (%s)', async (region) => {
    const street = openStreet({ region, currency: 'USD' });
    const { shop, session, shirt, cup, people, read } = street;
    const inSet = (variantId: string, units: number) => ({ variantId, units });
    const setId = shop.sellerCenter.bundle('SET', '25', [inSet(shirt, 2), inSet(cup, 1)]);
    const id = street.buy(2, {}, setId);
    const order = await read(id);
    expect(wants(order)).toEqual({ SHIRT: [4, 0, 0], CUP: [2, 0, 0] });
    expect(order.items.map(({ variantId }) => variantId)).toEqual([shirt, cup]);
    const half = order.items.map(({ id: itemId, quantity }) => ({ itemId, quantity: quantity / 2 }));
    const carrier = present((await tiktokShop.orders.carriers(session, id))[0], 'a carrier').code;
    const write = { ...shipmentOf(street, id, 1, 'A1'), tracking: { number: 'A1', carrier, url: null } };
    const [first] = half;
    expect(await tiktokShop.orders.ship(session, { ...write, items: [present(first, 'an item')] })).toMatchObject({
      refusal: { code: 'bundle_in_parts', parameters: { bundle: 'The bundle SET' } },
    });
    const items = region === 'US' ? half : half.map((one) => ({ ...one, quantity: one.quantity * 2 }));
    expect(await tiktokShop.orders.ship(session, { ...write, items })).toMatchObject({ outcome: 'applied' });
    expect(await tiktokShop.orders.ship(session, { ...write, items })).toMatchObject({ outcome: 'applied' });
    expect((await read(id)).shipments.map((one) => one.items)).toEqual([items]);
    people.refund(id, [{ variantId: setId, units: 1, restock: true }]);
    const [open, sent] = region === 'US' ? [1, 1] : [0, 2];
    expect(wants(await read(id))).toEqual({ SHIRT: [2 * open, 2 * sent, 2], CUP: [open, sent, 1] });
    expect(shop.control.goods().map(({ quantity }) => quantity)).toEqual([48, 49, 24]);
  });
});

describe('a campaign', () => {
  test('that holds units is told as the reason why a lower quantity is not taken', async () => {
    const { shop, session, shirt } = openStreet();
    const productId = present(shop.control.goods()[0], 'a good').productId;
    const push = (quantity: number) =>
      tiktokShop.pushQuantities(session, [
        {
          writeId: '1',
          ref: { listing: { productId, variantId: shirt, inventoryId: null }, locationId: '' },
          quantity,
          replaces: null,
        },
      ]);
    shop.control.lockForCampaign?.(shirt, 5);
    expect(await push(4)).toMatchObject([{ outcome: 'refused', refusal: { code: 'stock_in_campaign' } }]);
    expect(await push(5)).toMatchObject([{ outcome: 'applied' }]);
    shop.control.lockForCampaign?.(shirt, 0);
    expect(await push(0)).toMatchObject([{ outcome: 'applied' }]);
  });
});

describe('whatever buyers and staff do', () => {
  const acts = [
    'place',
    'placeUnpaid',
    'placeBundle',
    'pay',
    'cancel',
    'spoil',
    'ship',
    'shipOne',
    'deliver',
    'return',
    'refund',
    'wait',
  ] as const;

  /** The orders with which it can be done, going by what the shop shows; the shop may still refuse. */
  const isFit: Readonly<Record<(typeof acts)[number], (order: PracticeOrder) => boolean>> = {
    place: () => false,
    placeUnpaid: () => false,
    placeBundle: () => false,
    wait: () => false,
    pay: ({ status }) => status === 'UNPAID',
    cancel: ({ status }) => status !== 'CANCELLED',
    spoil: ({ status }) => status !== 'CANCELLED',
    ship: ({ status }) => status === 'AWAITING_SHIPMENT' || status === 'PARTIALLY_SHIPPING',
    shipOne: ({ status }) => status === 'AWAITING_SHIPMENT' || status === 'PARTIALLY_SHIPPING',
    deliver: ({ status, shipments }) => shipments.length > 0 && status !== 'DELIVERED' && status !== 'CANCELLED',
    return: ({ lines }) => lines.some(({ shipped, returned }) => shipped > returned),
    refund: ({ lines }) => lines.some(({ shipped, returned }) => shipped > returned),
  };

  function act({ people, shop, shirt, cup, advance }: Street, setId: string, what: (typeof acts)[number], at: number): void {
    if (what === 'wait') advance(at % 5);
    const first = { variantId: at % 3 === 0 ? cup : shirt, units: 1 + (at % 2) };
    if (what === 'place' || what === 'placeUnpaid')
      people.place([first, { variantId: shirt, units: 3 }], { paid: what === 'place' });
    if (what === 'placeBundle') people.place([{ variantId: setId, units: 1 + (at % 3) }, first]);
    const fit = people.list().filter(isFit[what]);
    const order = fit[at % Math.max(1, fit.length)];
    if (order === undefined) return;
    const line = present(order.lines.find(({ shipped, returned }) => shipped > returned) ?? order.lines[0], 'a line');
    try {
      if (what === 'pay') people.pay(order.id);
      // What nobody paid for cannot have been used up.
      else if (what === 'cancel' || (what === 'spoil' && order.status === 'UNPAID')) people.cancel(order.id);
      else if (what === 'spoil') people.cancel(order.id, { restock: false });
      else if (what === 'ship') people.ship(order.id);
      else if (what === 'shipOne') people.ship(order.id, [{ variantId: shirt, units: 1 }]);
      else if (what === 'deliver') for (const { id } of order.shipments) shop.sellerCenter.moveParcel(id, 'COMPLETED');
      else people.refund(order.id, [{ variantId: line.variantId, units: 1, restock: what === 'return' }]);
    } catch (thrown) {
      // A person who is refused has done nothing.
      if (!/Nothing|only \d+ units/.test(String(thrown))) throw thrown;
    }
  }

  test('the units on sale are those there were, less what the orders want; and a feed followed since the start says the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...acts), fc.nat({ max: 30 })), { minLength: 10, maxLength: 40 }),
        fc.constantFrom('US', 'VN'),
        fc.integer({ min: 1, max: 6 }),
        async (story, region, every) => {
          const street = openStreet({ region, currency: 'USD' });
          const { shirt, cup } = street;
          const made = [shirt, shirt, cup].map((variantId, part) => ({ variantId, units: part + 1 }));
          const setId = street.shop.sellerCenter.bundle('SET', '25', made);
          const followed = new Map<string, RemoteOrder>();
          let since = street.session.now();
          const follow = async (): Promise<void> => {
            const begun = street.session.now();
            for (const order of await street.pull(since)) {
              const before = followed.get(order.id);
              if (before === undefined || order.updatedAt >= before.updatedAt) followed.set(order.id, order);
            }
            since = begun;
          };
          for (const [step, [what, at]] of story.entries()) {
            act(street, setId, what, at);
            // Now and then two things happen in one second.
            if (at % 4 !== 0) street.advance(1);
            if (step % every === 0) await follow();
          }
          await follow();
          const ids = street.people.list().map(({ id }) => id);
          const now = await tiktokShop.orders.read(street.session, ids);
          expect(now.map(({ id }) => id)).toEqual(ids);
          expect(ids.map((id) => followed.get(id))).toEqual(now);
          expect(now.flatMap(({ items }) => items.map(({ variantId }) => variantId))).not.toContain(setId);
          for (const good of street.shop.control.goods().filter(({ variantId }) => variantId !== setId)) {
            const wanted = now
              .flatMap(({ items }) => items.filter(({ variantId }) => variantId === good.variantId))
              .reduce((sum, { effect }) => sum + effect.reserved + effect.shipped - effect.restocked, 0);
            expect(good.quantity).toBe(50 - wanted);
          }
          await street.shop.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
