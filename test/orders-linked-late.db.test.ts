/**
 * A listing is linked whose orders came while it was not: they are booked then, and explain a figure that is lower by just
 * their units. None of these is kept back a second time.
 */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { forgetNewLinks, noteNewLinks, readNewLinks } from '#listings/new-links.ts';
import { expectBooks } from './expect-books.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  await expectBooks(world);
});

/** Five shirts; the other store's listing of them is not linked. Its orders are told of some seconds after the sale. */
const begin = async () => {
  world = await beginWorld({ linked: false, other: { orders: { feedLagSeconds: 30 } } });
  await world.turn(world.sourceId);
  await world.turn(world.otherId);
  world.clock.advance(60);
};
const there = () => world.other.good('shirt*');
function sell(id: string, quantity: number): void {
  there().quantity -= quantity;
  world.other.orders.set(id, remoteOrder(id, world.clock.now(), [{ variantId: 'shirt*', quantity }]));
}
async function tellOf(id: string): Promise<void> {
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: id }]);
  await world.turn(world.otherId);
}
const held = async () => {
  const [row] = await world.rows<{ units: number }>(
    sql`select coalesce(sum(units), 0)::int as units from listing_holds where organization_id = ${world.organizationId}`,
  );
  return present(row, 'holds').units;
};
/** Its items wait for a link (one that has just been made counts), or for something else. */
async function parkAs(reason: 'unlinked' | 'not_counted'): Promise<void> {
  await world.rows(sql`update order_items set parked = ${reason} where organization_id = ${world.organizationId}`);
  if (reason === 'unlinked') await world.within((tx) => noteNewLinks(tx, [world.otherId], world.clock.now()));
}
const turns = async () => {
  for (const id of [world.otherId, world.sourceId, world.otherId, world.sourceId]) await world.turn(id);
};
const shown = () => [world.source.good('shirt').quantity, there().quantity];
const drifts = () => world.rows(sql`select cause, state from drifts where organization_id = ${world.organizationId}`);

describe('linked after its order came', () => {
  test('the figure that was known before the sale, and is read lower now, is explained by it: nothing is held', async () => {
    await begin();
    sell('A', 2);
    await tellOf('A');
    world.clock.advance(5);
    await world.link('shirt*', 'shirt');
    await world.hint(world.otherId, there());
    await turns();
    expect(await held()).toBe(0);
    expect(shown()).toEqual([3, 3]);
    expect(await drifts()).toEqual([]);
  });

  test('a hold that was made before the order could be booked ends with its booking', async () => {
    await begin();
    sell('A', 2);
    await tellOf('A');
    world.clock.advance(301);
    await world.link('shirt*', 'shirt');
    await world.hint(world.otherId, there());
    // Linked within a turn, the figure may be read before what is parked is looked at again.
    await parkAs('not_counted');
    await world.turn(world.otherId);
    expect(await held()).toBe(2);
    await parkAs('unlinked');
    world.clock.advance(5);
    await world.turn(world.otherId);
    expect(await held()).toBe(0);
    // At once for every store, not when the hold would have ended.
    expect(await world.level('shirt', world.sourceId)).toMatchObject({ desired: 3 });
    await turns();
    expect(shown()).toEqual([3, 3]);
  });

  test('a hold that was made before the sale is of other units, and stays', async () => {
    await begin();
    const placedAt = new Date(world.clock.now().getTime() + 20_000).toISOString();
    const order = remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*' }], { createdAt: placedAt });
    world.other.orders.set('A', order);
    await tellOf('A');
    await parkAs('not_counted');
    await world.link('shirt*', 'shirt');
    there().quantity -= 1;
    await world.hint(world.otherId, there());
    await world.turn(world.otherId);
    expect(await held()).toBe(1);
    // Its unit was put there anew before the figure was read again.
    world.clock.advance(30);
    await world.hint(world.otherId, there());
    await world.turn(world.otherId);
    await parkAs('unlinked');
    await world.turn(world.otherId);
    expect(await held()).toBe(1);
    await turns();
    expect(shown()).toEqual([3, 3]);
  });

  test('what is missing beyond its units stays held', async () => {
    await begin();
    sell('A', 2);
    await tellOf('A');
    there().quantity -= 1;
    world.clock.advance(5);
    await world.link('shirt*', 'shirt');
    await world.hint(world.otherId, there());
    await turns();
    expect(await held()).toBe(1);
    expect(shown()).toEqual([2, 2]);
  });

  test('an order whose units the known figure contains already explains no later loss', async () => {
    await begin();
    const cap = world.other.add({ variantId: 'cap*', quantity: 3 });
    world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'cap*', quantity: 2 }]));
    world.clock.advance(301);
    await world.turn(world.otherId);
    expect(await world.level('cap*')).toMatchObject({ remote: 3 });
    cap.quantity -= 1;
    world.clock.advance(5);
    await world.link('cap*', 'shirt');
    await world.hint(world.otherId, cap);
    await turns();
    expect(await held()).toBe(1);
    expect([world.source.good('shirt').quantity, cap.quantity]).toEqual([2, 2]);
  });

  test('its other items, which were booked when it came, explain nothing a second time', async () => {
    await begin();
    await world.link('shirt*', 'shirt');
    await turns();
    const cap = world.other.add({ variantId: 'cap*', quantity: 3 });
    world.source.add({ variantId: 'cap', quantity: 3 });
    world.clock.advance(301);
    await turns();
    const items = [{ variantId: 'shirt*' }, { variantId: 'cap*' }];
    there().quantity -= 1;
    cap.quantity -= 1;
    world.other.orders.set('A', remoteOrder('A', world.clock.now(), items));
    await tellOf('A');
    there().quantity -= 1;
    await world.hint(world.otherId, there());
    await turns();
    expect(await held()).toBe(1);
    await world.link('cap*', 'cap');
    await turns();
    expect(await held()).toBe(1);
    expect(shown()).toEqual([3, 3]);
  });
});

test('a link that is made while the new ones are being looked through is not forgotten with them', async () => {
  await begin();
  const note = () => world.within((tx) => noteNewLinks(tx, [world.otherId], world.clock.now()));
  const read = () => world.within((tx) => readNewLinks(tx, world.otherId));
  await note();
  const looked = await read();
  await note();
  await world.within((tx) => forgetNewLinks(tx, world.otherId, looked));
  const left = await read();
  expect(left).toHaveLength(1);
  expect(looked).not.toContain(left[0]);
});
