/** The connector's orders against the practice shop's: what is read must always be what buyers and staff did. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import type { Session } from '#connectors/connector.ts';
import { PlatformUnavailable, RateLimited } from '#connectors/errors.ts';
import type { RemoteOrder, ShipmentWrite } from '#connectors/order.ts';
import { practiceKinds } from '#connectors/practice-registry.ts';
import { shopify } from '#connectors/shopify/connector.ts';
import { createShopifySandbox, type ShopifySandboxOptions } from '#connectors/shopify/sandbox.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const shop of open.splice(0)) await shop.close();
});

/** A shop with 50 shirts and 50 cups, and the connector's side of a conversation with it, in one process. */
function openStreet(options: Partial<ShopifySandboxOptions> = {}) {
  const baseUrl = 'http://127.0.0.1:1';
  const shop = createShopifySandbox({ shop: 'street', baseUrl, deliver: async () => 200, ...options });
  open.push(shop);
  if (options.capacity === undefined) shop.control.unlimited(true);
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
    app: present(practiceKinds.shopify, 'shopify').app(access),
    baseUrl,
    now: () => new Date(Date.now() + aheadSeconds * 1000),
    credentials: {
      scheme: 'access_token',
      scopes: [],
      secrets: { shop: access.shop ?? '', access_token: access.accessToken ?? '' },
    },
  };
  const idOf = (sku: string) => present(shop.control.goods().find((good) => good.sku === sku)?.variantId, sku);
  const [shirt, cup] = [idOf('SHIRT'), idOf('CUP')];
  const people = present(shop.control.orders, 'orders');
  const buy = (units: number, more: Parameters<typeof people.place>[1] = {}, variantId = shirt): string =>
    present(people.place([{ variantId, units }], more), 'an order');
  const read = async (id: string): Promise<RemoteOrder> => present((await shopify.orders.read(session, [id]))[0], 'an order');
  const pull = async (since: Date): Promise<RemoteOrder[]> =>
    (await Array.fromAsync(shopify.orders.pull(session, { since: since.toISOString(), log: () => undefined }))).flat();
  return { shop, session, shirt, cup, people, buy, read, pull, advance };
}
type Street = ReturnType<typeof openStreet>;

/** "UNFULFILLED paid 1 0 0": status, payment, reserved, shipped, restocked of its first item. */
async function said({ read }: Street, id: string): Promise<string> {
  const { nativeStatus, financialStatus, items } = await read(id);
  const { reserved, shipped, restocked } = present(items[0], 'an item').effect;
  return [nativeStatus, financialStatus, reserved, shipped, restocked].join(' ');
}

async function shipmentOf(street: Street, orderId: string, units: number, number: string): Promise<ShipmentWrite> {
  const { items } = await street.read(orderId);
  return {
    writeId: newId(),
    orderId,
    items: [{ itemId: present(items[0], 'an item').id, quantity: units }],
    tracking: number === '' ? null : { number, carrier: 'usps', url: null },
    notifyBuyer: false,
  };
}

describe('an order', () => {
  test('is placed, paid, shipped by staff in two parcels', async () => {
    const street = openStreet();
    const { buy, people, shirt, read } = street;
    const id = buy(3, { paid: false, note: 'Ring twice', buyer: 'Ada Byron' });
    expect(await said(street, id)).toBe('PAYMENT_PENDING pending 3 0 0');
    people.pay(id);
    expect(await said(street, id)).toBe('UNFULFILLED paid 3 0 0');
    people.ship(id, [{ variantId: shirt, units: 1 }]);
    expect(await said(street, id)).toBe('PARTIALLY_FULFILLED paid 2 1 0');
    people.ship(id);
    expect(await said(street, id)).toBe('FULFILLED paid 0 3 0');
    const order = await read(id);
    expect(order).toMatchObject({ note: 'Ring twice', buyer: { name: 'Ada Byron' }, currency: 'USD' });
    expect(order.items[0]).toMatchObject({ variantId: shirt, sku: 'SHIRT', unitPrice: '10.00', locationId: expect.any(String) });
    expect(order.shipments.map(({ items }) => items[0]?.quantity)).toEqual([1, 2]);
  });

  test('that is edited keeps, loses and gains lines', async () => {
    const street = openStreet();
    const { buy, people, shirt, cup, read } = street;
    const id = buy(3);
    people.edit(id, { variantId: shirt, units: 1 });
    people.edit(id, { variantId: cup, units: 2 });
    const wants = async () =>
      (await read(id)).items.map(({ variantId, effect }) => [variantId === cup ? 'cup' : 'shirt', effect.reserved]);
    expect(await wants()).toEqual([
      ['shirt', 1],
      ['cup', 2],
    ]);
    people.edit(id, { variantId: shirt, units: 0 });
    people.edit(id, { variantId: cup, units: 5 });
    const units = (await wants()).reduce((sum, [what, reserved]) => sum + (what === 'cup' ? Number(reserved) : 0), 0);
    expect(units).toBe(5);
    expect((await wants())[0]).toEqual(['shirt', 0]);
  });

  test('refunded before it is shipped frees what is put back on sale, and uses up the rest', async () => {
    const street = openStreet();
    const id = street.buy(5);
    street.people.refund(id, [{ variantId: street.shirt, units: 1, restock: true }]);
    expect(await said(street, id)).toBe('UNFULFILLED partially_refunded 4 0 0');
    street.people.refund(id, [{ variantId: street.shirt, units: 2, restock: false }]);
    expect(await said(street, id)).toBe('UNFULFILLED partially_refunded 2 2 0');
    street.people.ship(id);
    expect(await said(street, id)).toMatch(/FULFILLED partially_refunded 0 4 0/);
  });

  test('refunded after it was shipped comes back, or stays with the buyer', async () => {
    const street = openStreet();
    const id = street.buy(3);
    street.people.ship(id);
    street.people.refund(id, [{ variantId: street.shirt, units: 1, restock: true }]);
    expect(await said(street, id)).toBe('FULFILLED partially_refunded 0 3 1');
    street.people.refund(id, [{ variantId: street.shirt, units: 2, restock: false }]);
    expect(await said(street, id)).toBe('FULFILLED refunded 0 3 1');
    expect((await street.read(id)).totals).toMatchObject({ refunded: (await street.read(id)).totals.total });
  });

  test('sent back without a refund is on sale again, and its refund brings it back no second time', async () => {
    const street = openStreet();
    const { people, shirt, shop } = street;
    const onSale = () => shop.control.goods()[0]?.quantity;
    const id = street.buy(5);
    people.ship(id, [{ variantId: shirt, units: 4 }]);
    present(people.takeBack, 'returns')(id, [
      { variantId: shirt, units: 2, restock: true },
      { variantId: shirt, units: 1, restock: false },
    ]);
    expect(await said(street, id)).toBe('PARTIALLY_FULFILLED paid 1 4 2');
    expect(onSale()).toBe(47);
    // For the units of the return, and for the one that the buyer still has.
    for (const restock of [true, false]) people.refund(id, [{ variantId: shirt, units: 1, restock }]);
    people.refund(id, [{ variantId: shirt, units: 2, restock: true }]);
    expect(await said(street, id)).toBe('PARTIALLY_FULFILLED partially_refunded 1 4 3');
    expect(onSale()).toBe(48);
  });

  test('of a store that does not show returns is read by its refunds alone', async () => {
    const street = openStreet({ scopes: shopify.manifest.scopes.filter((scope) => scope !== 'read_returns') });
    const { people, shirt } = street;
    const id = street.buy(3);
    people.ship(id);
    present(people.takeBack, 'returns')(id, [{ variantId: shirt, units: 1, restock: true }]);
    people.refund(id, [{ variantId: shirt, units: 2, restock: true }]);
    expect(await said(street, id)).toMatch(/0 3 2$/);
  });

  test('of a buyer with another currency is in the shop’s own money, its refunds too', async () => {
    const { buy, people, shirt, read } = openStreet();
    const id = buy(3, { currency: 'JPY' });
    people.refund(id, [{ variantId: shirt, units: 1, restock: true }]);
    const { currency, totals, items } = await read(id);
    expect([currency, totals.total, totals.refunded, items[0]?.unitPrice]).toEqual(['USD', '30.00', '10.00', '10.00']);
  });

  test('that is called off gives its units back, or uses them up', async () => {
    const street = openStreet();
    const [sold, spoilt] = [street.buy(2), street.buy(2)];
    street.people.cancel(sold);
    street.people.cancel(spoilt, { restock: false });
    expect([await said(street, sold), await said(street, spoilt)]).toEqual([
      'CANCELLED refunded 0 0 0',
      'CANCELLED refunded 0 2 0',
    ]);
    expect((await street.read(sold)).cancelledAt).not.toBeNull();
  });

  test('with more lines, shipments and refunds than a first look shows is read whole', async () => {
    const street = openStreet();
    const { shop, people, read } = street;
    const variants = Array.from({ length: 45 }, (_, at) => ({
      optionValues: [`${at}`],
      sku: `TILE-${at}`,
      price: '2.00',
      quantity: 9,
    }));
    shop.control.add([{ title: 'Tile', options: ['Shape'], variants }]);
    const tiles = shop.control.goods().filter(({ sku }) => sku.startsWith('TILE'));
    const id = present(people.place(tiles.map(({ variantId }) => ({ variantId, units: 3 }))), 'an order');
    for (let parcel = 0; parcel < 2; parcel++)
      people.ship(
        id,
        tiles.map(({ variantId }) => ({ variantId, units: 1 })),
      );
    for (const { variantId } of tiles.slice(0, 4)) people.ship(id, [{ variantId, units: 1 }]);
    for (const { variantId } of tiles.slice(0, 3)) people.refund(id, [{ variantId, units: 2, restock: true }]);
    people.refund(
      id,
      tiles.slice(10).map(({ variantId }) => ({ variantId, units: 1, restock: true })),
    );
    const order = await read(id);
    expect(order.items).toHaveLength(45);
    expect(order.shipments).toHaveLength(6);
    const sum = (of: 'reserved' | 'shipped' | 'restocked') => order.items.reduce((total, { effect }) => total + effect[of], 0);
    const inStock = shop.control
      .goods()
      .filter(({ sku }) => sku.startsWith('TILE'))
      .reduce((total, { quantity }) => total + quantity, 0);
    expect(inStock).toBe(45 * 9 - sum('reserved') - sum('shipped') + sum('restocked'));
    expect(sum('shipped')).toBe(94);
  });
});

describe('a shipment of ours', () => {
  test('goes in parts, each with its number, under the name that the platform knows', async () => {
    const street = openStreet();
    const id = street.buy(3);
    for (const [units, number] of [
      [1, 'A1'],
      [2, 'A2'],
    ] as const)
      expect(await shopify.orders.ship(street.session, await shipmentOf(street, id, units, number))).toMatchObject({
        outcome: 'applied',
      });
    const { shipments, nativeStatus } = await street.read(id);
    expect([
      nativeStatus,
      shipments.map(({ trackingNumber, carrier, items }) => [trackingNumber, carrier, items[0]?.quantity]),
    ]).toEqual([
      'FULFILLED',
      [
        ['A1', 'USPS', 1],
        ['A2', 'USPS', 2],
      ],
    ]);
  });

  test('of two units without a number, and again of two, makes two shipments', async () => {
    const street = openStreet();
    const id = street.buy(4);
    street.people.ship(id, [{ variantId: street.shirt, units: 2 }]);
    street.advance(600);
    const later = { ...(await shipmentOf(street, id, 2, '')), writeId: uuidAt(street.session.now()) };
    expect(await shopify.orders.ship(street.session, later)).toMatchObject({ outcome: 'applied' });
    expect((await street.read(id)).shipments).toHaveLength(2);
    expect(await shopify.orders.ship(street.session, later)).toMatchObject({ outcome: 'applied' });
    expect((await street.read(id)).shipments).toHaveLength(2);
  });

  test.each(['timeout_after', 'cut_answer', 'apply_late'] as const)('whose answer is lost (%s) is made once', async (kind) => {
    const street = openStreet();
    const id = street.buy(2);
    for (const number of ['A1', '']) {
      const write = await shipmentOf(street, id, 1, number);
      street.shop.control.fault({ kind, match: 'fulfillmentCreate', seconds: 0.05 });
      const before = (await street.read(id)).shipments.length;
      await expect(shopify.orders.ship(street.session, write)).rejects.toThrow(/No answer|GraphQL/);
      await expect.poll(async () => (await street.read(id)).shipments.length).toBe(before + 1);
      const again = await shopify.orders.ship(street.session, write);
      const { shipments } = await street.read(id);
      expect(again).toEqual({
        outcome: 'applied',
        shipmentId: shipments.find(({ trackingNumber }) => trackingNumber === number)?.id,
      });
      expect(shipments).toHaveLength(before + 1);
    }
  });

  test('that never arrived, or was throttled, is made when it is sent again', async () => {
    const street = openStreet();
    const id = street.buy(2);
    const write = await shipmentOf(street, id, 1, 'A1');
    street.shop.control.fault({ kind: 'timeout_before', match: 'fulfillmentCreate', seconds: 0.02 });
    await expect(shopify.orders.ship(street.session, write)).rejects.toThrow(PlatformUnavailable);
    street.shop.control.fault({ kind: 'throttle', match: 'fulfillmentCreate' });
    await expect(shopify.orders.ship(street.session, write)).rejects.toThrow(RateLimited);
    expect(await said(street, id)).toBe('UNFULFILLED paid 2 0 0');
    expect(await shopify.orders.ship(street.session, write)).toMatchObject({ outcome: 'applied' });
  });

  test('races with staff: what they shipped meanwhile is refused in words', async () => {
    const street = openStreet();
    const id = street.buy(1);
    const write = await shipmentOf(street, id, 1, 'A1');
    street.people.ship(id);
    expect(await shopify.orders.ship(street.session, write)).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'units_not_open', parameters: { sku: 'SHIRT', units: 1 } },
    });
  });
});

/** A UUID of version 7 of that moment. */
function uuidAt(moment: Date): string {
  const hex = moment.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
}

test('a walk over many pages through the shop keeps within its points', async () => {
  const street = openStreet({ capacity: 2000, restorePerSecond: 100 });
  const ids = Array.from({ length: 12 }, () => street.buy(1));
  const since = new Date(Date.now() - 60_000);
  expect(new Set((await street.pull(since)).map(({ id }) => id))).toEqual(new Set(ids));
});

describe('whatever buyers and staff do', () => {
  const acts = [
    'place',
    'placeUnpaid',
    'pay',
    'cancel',
    'spoil',
    'ship',
    'shipOne',
    'return',
    'refund',
    'sendBack',
    'discard',
    'edit',
    'wait',
  ] as const;

  /** Does it if the shop lets it: a person who is refused has done nothing. */
  function act({ people, shirt, cup, advance }: Street, what: (typeof acts)[number], at: number): void {
    const all = people.list();
    const order = all[at % Math.max(1, all.length)];
    const line = { variantId: at % 3 === 0 ? cup : shirt, units: 1 + (at % 2) };
    if (what === 'wait') advance(at % 5);
    if (what === 'place' || what === 'placeUnpaid') {
      people.place([line, { variantId: shirt, units: 1 }], { paid: what === 'place' });
      return;
    }
    if (what === 'wait' || order === undefined) return;
    try {
      if (what === 'pay') people.pay(order.id);
      else if (what === 'cancel') people.cancel(order.id);
      else if (what === 'spoil') people.cancel(order.id, { restock: false });
      else if (what === 'ship') people.ship(order.id);
      else if (what === 'shipOne') people.ship(order.id, [{ variantId: shirt, units: 1 }]);
      else if (what === 'edit') people.edit(order.id, { ...line, units: at % 4 });
      else if (what === 'sendBack' || what === 'discard')
        present(people.takeBack, 'returns')(order.id, [{ ...line, restock: what === 'sendBack' }]);
      else people.refund(order.id, [{ ...line, units: 1, restock: what === 'return' }]);
    } catch (thrown) {
      if (!(thrown instanceof Error) || thrown.constructor !== Error) throw thrown;
    }
  }

  test('the units on sale are those there were, less what the orders want; and a feed followed since the start says the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...acts), fc.nat({ max: 30 })), { minLength: 5, maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        async (story, every) => {
          const street = openStreet();
          const followed = new Map<string, RemoteOrder>();
          let since = street.session.now();
          const follow = async (): Promise<void> => {
            const begun = street.session.now();
            // The shop's clock tells whole seconds, as the platform's does.
            for (const order of await street.pull(new Date(since.getTime() - 2000))) followed.set(order.id, order);
            since = begun;
          };
          for (const [step, [what, at]] of story.entries()) {
            act(street, what, at);
            if (step % every === 0) await follow();
          }
          await follow();
          const ids = street.people.list().map(({ id }) => id);
          const now = await shopify.orders.read(street.session, ids);
          expect(now.map(({ id }) => id)).toEqual(ids);
          expect(ids.map((id) => followed.get(id))).toEqual(now);
          for (const good of street.shop.control.goods()) {
            const wanted = now
              .flatMap(({ items }) => items.filter(({ variantId }) => variantId === good.variantId))
              .reduce((sum, { effect }) => sum + effect.reserved + effect.shipped - effect.restocked, 0);
            expect(good.quantity).toBe(50 - wanted);
          }
          await street.shop.close();
        },
      ),
      { numRuns: 30 },
    );
  });
});
