/** Orders: read in every way, shipped by both calls, and everything that the platform says against a shipment. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { present } from '#base/assert.ts';
import type { Session } from '#connectors/connector.ts';
import type { RemoteOrder, ShipmentWrite } from '#connectors/order.ts';
import { tiktokShop } from '#connectors/tiktok_shop/connector.ts';
import { endOf } from '#test/contracts/practice-session.ts';
import type { Recorder } from '#test/contracts/record.ts';
import { openTikTokShop, products, sessionOf, type TikTokShopCounter } from '#test/contracts/tiktok_shop/drive.ts';

const { orders } = tiktokShop;

export async function driveOrders(recorder: Recorder): Promise<void> {
  await Promise.all([
    // There lines are named, elsewhere the platform's own packages.
    openTikTokShop(recorder, { region: 'US' }, trade),
    openTikTokShop(recorder, { region: 'VN' }, trade),
    openTikTokShop(recorder, { region: 'VN', shippingType: 'TIKTOK' }, leaveToPlatform),
  ]);
}

/** Buyers and staff of a shop that has `products` on sale. */
function streetOf({ shop }: TikTokShopCounter) {
  shop.control.add(products);
  const goods = shop.control.goods();
  const sku = (name: string) => present(goods.find((good) => good.sku === name)?.variantId, name);
  const people = present(shop.control.orders, 'orders');
  const buy = (units: number, options = {}): string =>
    present(people.place([{ variantId: sku('TEA-Red'), units }], options), 'an order');
  return { people, buy, red: sku('TEA-Red') };
}

const readOne = async (session: Session, id: string): Promise<RemoteOrder> =>
  present((await orders.read(session, [id]))[0], `the order ${id}`);

const shipmentOf = (order: RemoteOrder, units: number, number: string, carrier = ''): ShipmentWrite => ({
  writeId: randomUUID(),
  orderId: order.id,
  items: [{ itemId: present(order.items[0], 'an item').id, quantity: units }],
  tracking: { number, carrier, url: null },
  notifyBuyer: false,
});

async function trade(counter: TikTokShopCounter): Promise<void> {
  const session = sessionOf(counter);
  const { people, buy, red } = streetOf(counter);
  const since = new Date(Date.now() - 60_000).toISOString();
  const [unpaid, cancelled, returned, open] = [buy(1, { paid: false }), buy(1), buy(1), buy(1)];
  people.cancel(cancelled, { restock: false });
  people.ship(returned);
  people.refund(returned, [{ variantId: red, units: 1, restock: true }]);
  const pages = await Array.fromAsync(orders.pull(session, { since, log: () => undefined }));
  expect(new Set(pages.flat().map(({ id }) => id))).toEqual(new Set([unpaid, cancelled, returned, open]));
  const order = await readOne(session, open);
  const [carrier] = await orders.carriers(session, open);
  const write = shipmentOf(order, 1, 'VN1', present(carrier, 'a carrier').code);
  // The answer is lost; asked again it is found, and nothing is made twice.
  counter.shop.control.fault({ kind: 'timeout_after', match: 'fulfillment', seconds: 0.1 });
  expect(await endOf(orders.ship(session, write))).toBe('PlatformUnavailable');
  expect(await orders.ship(session, write)).toMatchObject({ outcome: 'applied' });
  expect((await readOne(session, open)).shipments).toHaveLength(1);
  const next = await readOne(session, buy(1));
  expect(await orders.ship(session, shipmentOf(next, 1, '7', carrier?.name))).toMatchObject({ outcome: 'applied' });
  counter.shop.control.edit(red, { quantity: 9 });
  const setId = counter.shop.sellerCenter.bundle('TEA-SET', '20.00', [{ variantId: red, units: 2 }]);
  const set = await readOne(session, present(people.place([{ variantId: setId, units: 1 }]), 'an order'));
  expect(set.items).toMatchObject([{ variantId: red, quantity: 2 }]);
  expect(await orders.ship(session, shipmentOf(set, 2, '8', carrier?.name))).toMatchObject({ outcome: 'applied' });
  const refused = { ...shipmentOf(await readOne(session, buy(1)), 1, 'x'.repeat(101), carrier?.code) };
  expect(await orders.ship(session, refused)).toMatchObject({ outcome: 'refused', refusal: { code: 'shipment_refused' } });
}

async function leaveToPlatform(counter: TikTokShopCounter): Promise<void> {
  const session = sessionOf(counter);
  const order = await readOne(session, streetOf(counter).buy(1));
  expect(await orders.carriers(session, order.id)).toEqual([]);
  const end = await orders.ship(session, shipmentOf(order, 1, '1', 'GHN'));
  expect(end).toMatchObject({ outcome: 'refused', refusal: { code: 'carrier_of_platform' } });
}
