/** Orders: read in every way, page by page where they are long, and shipped. */
import { expect } from 'vitest';
import { present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import type { RemoteOrder, ShipmentWrite } from '#connectors/order.ts';
import { shopify } from '#connectors/shopify/connector.ts';
import { endOf } from '#test/contracts/practice-session.ts';
import type { Recorder } from '#test/contracts/record.ts';
import { openShopify, type ShopifyCounter, sessionOf } from '#test/contracts/shopify/drive.ts';

const { orders } = shopify;

export const driveOrders = (recorder: Recorder): Promise<void> =>
  openShopify(recorder, {}, async (counter) => {
    const session = sessionOf(counter);
    const { control } = counter.shop;
    const people = present(control.orders, 'orders');
    // More lines than a page of a fulfillment order has.
    const variants = Array.from({ length: 45 }, (_, at) => ({
      optionValues: [`${at}`],
      sku: `TILE-${at}`,
      price: '2.00',
      quantity: 9,
    }));
    control.add([{ title: 'Tile', options: ['Shape'], variants }]);
    const tiles = control
      .goods()
      .filter(({ sku }) => sku.startsWith('TILE'))
      .map(({ variantId }) => ({ variantId, units: 3 }));
    const each = (units: number) => tiles.map((tile) => ({ ...tile, units }));
    const since = new Date(Date.now() - 60_000).toISOString();
    const long = present(people.place(tiles), 'an order');
    for (let parcel = 0; parcel < 3; parcel++) people.ship(long, parcel < 2 ? each(1) : each(1).slice(0, 4));
    for (let refund = 0; refund < 3; refund++)
      people.refund(
        long,
        each(1)
          .slice(10 * refund, 10 * refund + 8)
          .map((line) => ({ ...line, restock: true })),
      );
    const [unpaid, cancelled] = [{ paid: false }, {}].map((options) =>
      present(people.place(each(1).slice(0, 1), options), 'an order'),
    );
    people.cancel(present(cancelled, 'an order'));

    const pages = await Array.fromAsync(orders.pull(session, { since, log: () => undefined }));
    expect(new Set(pages.flat().map(({ id }) => id))).toEqual(new Set([long, unpaid, cancelled]));
    const order = present((await orders.read(session, [long]))[0], 'the long order');
    expect([order.items.length, order.shipments.length]).toEqual([45, 3]);
    const write = shipmentOf(order, 'A1');
    // The answer is lost; asked again it is found, and nothing is made twice.
    control.fault({ kind: 'timeout_after', match: 'fulfillmentCreate', seconds: 0.1 });
    expect(await endOf(orders.ship(session, write))).toBe('PlatformUnavailable');
    expect(await orders.ship(session, write)).toMatchObject({ outcome: 'applied' });
    expect((await orders.read(session, [long]))[0]?.shipments).toHaveLength(4);
    await driveReturns(counter);
  });

/** A return with more refunds, reverse orders and lines of these than a first look shows. */
async function driveReturns(counter: ShopifyCounter): Promise<void> {
  const session = sessionOf(counter);
  const { control } = counter.shop;
  const people = present(control.orders, 'orders');
  const variants = Array.from({ length: 12 }, (_, at) => ({
    optionValues: [`${at}`],
    sku: `BRICK-${at}`,
    price: '2.00',
    quantity: 9,
  }));
  control.add([{ title: 'Brick', options: ['Shape'], variants }]);
  const bricks = control
    .goods()
    .filter(({ sku }) => sku.startsWith('BRICK'))
    .map(({ variantId }) => ({ variantId, units: 3 }));
  const id = present(people.place(bricks), 'an order');
  for (let parcel = 0; parcel < 3; parcel++)
    people.ship(
      id,
      bricks.map((brick) => ({ ...brick, units: 1 })),
    );
  present(people.takeBack, 'returns')(
    id,
    bricks.map((brick) => ({ ...brick, restock: true })),
  );
  for (const { variantId } of bricks.slice(0, 6)) people.refund(id, [{ variantId, units: 1, restock: true }]);
  const order = present((await orders.read(session, [id]))[0], 'the order that came back');
  expect(order.items.map(({ effect }) => effect)).toEqual(bricks.map(() => ({ reserved: 0, shipped: 3, restocked: 3 })));
}

const shipmentOf = (order: RemoteOrder, number: string): ShipmentWrite => ({
  writeId: newId(),
  orderId: order.id,
  items: order.items.flatMap(({ id, effect }) => (effect.reserved > 0 ? [{ itemId: id, quantity: 1 }] : [])).slice(0, 1),
  tracking: { number, carrier: 'ups', url: 'https://track.example/A1' },
  notifyBuyer: true,
});
