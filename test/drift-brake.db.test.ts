/** Very much that a store shows otherwise, whose changes count by its setting; and what waits where the link is no more. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { decideDrift } from '#listings/decide-drifts.ts';
import { linkListings, unlinkListings } from '#listings/link-listing.ts';
import { type ListedDrift, listDrifts } from '#listings/list-drifts.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { expectBooks } from './expect-books.ts';
import { beginAdoption, both, figures, goodsOf, hints, limit, onHands } from './mass-adoption.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(() => expectBooks(world));

/** Four goods, 5 of each for 10.00; the other store's settings. */
async function begin(settings: Partial<StoreSettings>): Promise<void> {
  world = await beginAdoption(beginWorld, 4);
  await limit(world, world.otherId, settings);
  await both(world);
}

/** Goods of the other store are changed there. */
async function edit(change: { quantity: number } | { price: string }, count: number, from = 0): Promise<void> {
  const goods = goodsOf(world, count, 'other', from);
  for (const good of goods) Object.assign(good, change);
  await hints(world, goods, world.otherId);
}

/** As long as orders are waited for, in steps: whatever is due meanwhile is done. */
async function wait(): Promise<void> {
  for (let step = 0; step < 12; step++) {
    world.clock.advance(5);
    await both(world);
  }
}

const drifts = async (): Promise<ListedDrift[]> =>
  (await world.hub.db.inOrganization(world.organizationId, (tx) => listDrifts(tx, {}, { limit: 50, after: null }))).items;
const states = async (): Promise<string[]> => (await drifts()).map(({ state }) => state).sort();
const alarms = async (): Promise<string[]> =>
  (
    await world.rows<{ message: string }>(
      sql`select message from sync_logs where organization_id = ${world.organizationId} and event = 'adoption_held'`,
    )
  ).map(({ message }) => message);
const holds = () => world.rows(sql`select 1 from listing_holds where organization_id = ${world.organizationId}`);
const listingOf = async (at: number) => (await world.level(`good ${at}*`)).listing_id;

describe('a store whose quantities count by its setting, and that shows 0 for very much', () => {
  const settings: Partial<StoreSettings> = { drift: { quantity: 'store' }, brakeListings: 2 };

  test('is asked about: nothing is taken over, the units stay held, and the alarm says so once', async () => {
    await begin(settings);
    await edit({ quantity: 0 }, 4);
    await wait();
    expect(await states()).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
    expect(await onHands(world)).toEqual([5, 5, 5, 5]);
    expect(figures(world, 'source', 'quantity'), 'held from all').toEqual([0, 0, 0, 0]);
    expect(await alarms()).toEqual([expect.stringContaining('shows 0 for very many listings at once')]);
    const [first, second] = await drifts();
    await decideDrift(world.hub, world.actor, first?.id ?? '', 'put_back');
    await decideDrift(world.hub, world.actor, second?.id ?? '', 'take_over');
    await both(world);
    expect((await onHands(world)).sort()).toEqual([0, 5, 5, 5]);
    expect(figures(world, 'source', 'quantity').sort()).toEqual([0, 0, 0, 5]);
  });

  test('is taken over while it is few', async () => {
    await begin(settings);
    await edit({ quantity: 0 }, 2);
    await wait();
    expect(await states()).toEqual(['taken_over', 'taken_over']);
    expect(await onHands(world)).toEqual([0, 0, 5, 5]);
    expect(await alarms()).toEqual([]);
  });

  test('is counted with what was taken over within the hour, and not with what was before', async () => {
    await begin(settings);
    await edit({ quantity: 0 }, 2);
    await wait();
    await edit({ quantity: 0 }, 1, 2);
    await wait();
    expect(await states()).toEqual(['taken_over', 'taken_over', 'waiting']);
    world.clock.advance(3600);
    await both(world);
    await edit({ quantity: 0 }, 1, 3);
    await wait();
    expect(await states()).toEqual(['taken_over', 'taken_over', 'taken_over', 'waiting']);
  });

  test('is too much of what is linked, however many listings the store has beside', async () => {
    world = await beginAdoption(beginWorld, 12);
    for (let at = 0; at < 20; at++) world.other.add({ variantId: `linked to nothing ${at}` });
    await limit(world, world.otherId, { drift: { quantity: 'store' } });
    world.clock.advance(301);
    await both(world);
    await edit({ quantity: 0 }, 11);
    await wait();
    expect(new Set(await states())).toEqual(new Set(['waiting']));
  });

  test('is not counted for what is fewer but not gone, nor for what it has sold', async () => {
    await begin(settings);
    await edit({ quantity: 3 }, 1);
    for (const at of [1, 2, 3]) {
      const now = world.clock.now();
      const order = remoteOrder(`order ${at}`, now, [{ variantId: `good ${at}*`, quantity: 5 }]);
      world.other.orders.set(`order ${at}`, order);
    }
    await edit({ quantity: 0 }, 3, 1);
    await wait();
    expect(await states()).toEqual(['taken_over']);
    expect(await onHands(world)).toEqual([3, 5, 5, 5]);
    expect(figures(world, 'source', 'quantity')).toEqual([3, 0, 0, 0]);
  });
});

test('prices that count by the store’s setting, and are very many at once, wait and stand there', async () => {
  await begin({ drift: { price: 'store' }, brakeListings: 2 });
  await edit({ price: '1.00' }, 4);
  await wait();
  expect(await states()).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
  expect(figures(world, 'other', 'price')).toEqual(['1.00', '1.00', '1.00', '1.00']);
  for (const { id } of await drifts()) await decideDrift(world.hub, world.actor, id, 'put_back');
  await both(world);
  expect(figures(world, 'other', 'price')).toEqual(['10.00', '10.00', '10.00', '10.00']);
});

describe('what waits for a decision, of a listing that is linked no more', () => {
  test('holds no units for ever: they are free when orders have had their time', async () => {
    await begin({ drift: { quantity: 'ask' } });
    await edit({ quantity: 0 }, 1);
    await wait();
    expect(await states()).toEqual(['waiting']);
    await unlinkListings(world.hub, world.actor, [await listingOf(0)]);
    await both(world);
    expect(await holds(), 'until orders have been read').toHaveLength(1);
    await wait();
    expect(await holds()).toEqual([]);
    expect(await states()).toEqual(['put_back']);
    expect(world.source.good('good 0').quantity).toBe(5);
  });

  test('is no question of a price any more; linked to something else, that one’s price is sent', async () => {
    await begin({ drift: { price: 'ask' } });
    await edit({ price: '99.00' }, 1);
    expect(await states()).toEqual(['waiting']);
    const listingId = await listingOf(0);
    await unlinkListings(world.hub, world.actor, [listingId]);
    await both(world);
    expect(await states()).toEqual(['put_back']);
    await linkListings(world.hub, world.actor, [{ listingId, variantId: await world.variantOf('good 1') }]);
    await both(world);
    expect(world.other.good('good 0*').price).toBe('10.00');
    await edit({ price: '98.00' }, 1);
    expect((await drifts()).map(({ state, canDecide }) => [state, canDecide])).toEqual([
      ['waiting', true],
      ['put_back', false],
    ]);
  });

  test('linked to something else at once, neither holds a price nor stands in the way of the next difference', async () => {
    await begin({ drift: { price: 'ask', quantity: 'ask' } });
    await edit({ price: '99.00' }, 1);
    const listingId = await listingOf(0);
    await linkListings(world.hub, world.actor, [{ listingId, variantId: await world.variantOf('good 1') }]);
    await both(world);
    expect(world.other.good('good 0*').price).toBe('10.00');
    expect(await states()).toEqual(['put_back']);
  });
});
