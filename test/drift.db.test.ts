/** What somebody changes on a store that does not own the figure: put back, taken over or asked about, and why it happened. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import { RateLimited } from '#connectors/errors.ts';
import { decideDrift } from '#listings/decide-drifts.ts';
import { unlinkListings } from '#listings/link-listing.ts';
import { begin, decide, drifts, edit, only, orderHint, sale, settle, shownAt, told, wait } from './drifting.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';

describe('a quantity that was raised there', () => {
  test.each(['hub', 'store', 'ask'] as const)('is put back at once, whatever the policy: %s', async (policy) => {
    const world = await begin({ quantity: policy });
    await edit(world, { quantity: 9 });
    expect(shownAt(world)).toEqual([5, 5]);
  });

  test('is noted as put back where ours counts', async () => {
    const world = await begin();
    await edit(world, { quantity: 9 });
    expect(await told(world)).toEqual([['quantity', 5, 9, 'edited', 'put_back']]);
  });

  test('is the new count everywhere where the store counts, once orders had their time', async () => {
    const world = await begin({ quantity: 'store' });
    await edit(world, { quantity: 9 });
    expect(await told(world)).toEqual([['quantity', 5, 9, 'edited', 'seen']]);
    await wait(world);
    expect(await told(world)).toEqual([['quantity', 5, 9, 'edited', 'taken_over']]);
    expect([await world.onHand('shirt'), ...shownAt(world)]).toEqual([9, 9, 9]);
  });

  test('by a cancellation there is explained by its order, and not counted twice', async () => {
    const world = await begin({ quantity: 'store' });
    sale(world, 2);
    world.other.good('shirt*').quantity = 3;
    await orderHint(world);
    expect(shownAt(world)).toEqual([3, 3]);
    world.clock.advance(5);
    // The platform gives the units back, and tells nobody of the order: it is found when orders are read.
    const cancelled = remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: 2, effect: { reserved: 0 } }]);
    world.other.orders.set('A', cancelled);
    await edit(world, { quantity: 5 });
    await wait(world);
    expect(await told(world)).toEqual([]);
    expect([await world.onHand('shirt'), ...shownAt(world)]).toEqual([5, 5, 5]);
  });

  test('is not taken over while the orders cannot be read that would explain it', async () => {
    const world = await begin({ quantity: 'store' });
    sale(world, 2);
    world.other.good('shirt*').quantity = 3;
    await orderHint(world);
    world.clock.advance(5);
    const cancelled = remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*', quantity: 2, effect: { reserved: 0 } }]);
    world.other.orders.set('A', cancelled);
    for (const seconds of [30, 5])
      world.other.next('pullOrders', async () => {
        throw new RateLimited(seconds);
      });
    await edit(world, { quantity: 5 });
    world.clock.advance(31);
    await settle(world);
    expect(await told(world)).toEqual([['quantity', 3, 5, 'edited', 'seen']]);
    await wait(world);
    expect(await told(world)).toEqual([]);
    expect([await world.onHand('shirt'), ...shownAt(world)]).toEqual([5, 5, 5]);
  });

  test('waits for a person who says what is right, and can say otherwise later', async () => {
    const world = await begin({ quantity: 'ask' });
    await edit(world, { quantity: 9 });
    await wait(world);
    expect(await told(world)).toEqual([['quantity', 5, 9, 'edited', 'waiting']]);
    await decide(world, 'take_over');
    await settle(world);
    expect([await world.onHand('shirt'), ...shownAt(world)]).toEqual([9, 9, 9]);
    await expect(decide(world, 'take_over')).rejects.toMatchObject({ code: 'conflict' });
    await decide(world, 'put_back');
    await settle(world);
    expect([await world.onHand('shirt'), ...shownAt(world)]).toEqual([5, 5, 5]);
  });
});

test('what was changed there again since, or is linked no more, is not decided any more', async () => {
  const world = await begin({ quantity: 'ask' });
  await edit(world, { quantity: 9 });
  await wait(world);
  const first = await only(world);
  await decide(world, 'put_back');
  await settle(world);
  await edit(world, { quantity: 8 });
  await wait(world);
  const second = present(
    (await drifts(world)).find(({ state }) => state === 'waiting'),
    'a second drift',
  );
  const takeOver = (id: string) => decideDrift(world.hub, world.actor, id, 'take_over');
  await expect(takeOver(first)).rejects.toMatchObject({ code: 'conflict' });
  await unlinkListings(world.hub, world.actor, [(await world.level('shirt*')).listing_id]);
  await expect(takeOver(second.id)).rejects.toMatchObject({ code: 'conflict' });
  expect(await world.onHand('shirt')).toBe(5);
});

describe('a quantity that was lowered there, and no order explains it', () => {
  /** From now on, and until so many seconds have passed, the store shows no orders. */
  const showsNoOrders = ({ other, clock }: TwoStores, seconds: number): void => {
    const until = clock.now().getTime() + seconds * 1000;
    const busy = async (): Promise<never> => {
      throw new RateLimited((until - clock.now().getTime()) / 1000);
    };
    other.next('pullOrders', busy);
  };

  test('is held until orders could be read, however long the store shows none', async () => {
    const world = await begin();
    sale(world, 2);
    showsNoOrders(world, 50);
    await edit(world, { quantity: 3 });
    await wait(world, 45);
    expect(shownAt(world)).toEqual([3, 3]);
    await wait(world, 30);
    expect(shownAt(world)).toEqual([3, 3]);
    expect(await world.onHand('shirt')).toBe(5);
    expect(await told(world)).toEqual([]);
  });

  test('is held no longer than ten minutes by a store that shows no orders at all', async () => {
    const world = await begin();
    showsNoOrders(world, 3600);
    await edit(world, { quantity: 3 });
    world.clock.advance(500);
    await settle(world);
    expect(world.source.good('shirt').quantity).toBe(3);
    world.clock.advance(150);
    await settle(world);
    expect(world.source.good('shirt').quantity).toBe(5);
  });

  test('is held from every store first, then put back where ours counts', async () => {
    const world = await begin();
    await edit(world, { quantity: 2 });
    expect(shownAt(world)).toEqual([2, 2]);
    expect(await told(world)).toEqual([]);
    await wait(world);
    expect(await told(world)).toEqual([['quantity', 5, 2, 'edited', 'put_back']]);
    expect([await world.onHand('shirt'), ...shownAt(world)]).toEqual([5, 5, 5]);
    expect(await world.rows(sql`select id from listing_holds`), 'no hold stays behind').toEqual([]);
  });

  test('is the new count where the store counts', async () => {
    const world = await begin({ quantity: 'store' });
    await edit(world, { quantity: 2 });
    await wait(world);
    expect(await told(world)).toEqual([['quantity', 5, 2, 'edited', 'taken_over']]);
    expect([await world.onHand('shirt'), ...shownAt(world)]).toEqual([2, 2, 2]);
  });

  test.each([
    ['put_back', [5, 5, 5]],
    ['take_over', [2, 2, 2]],
  ] as const)('stays held where a person is asked, until they say: %s', async (decision, then) => {
    const world = await begin({ quantity: 'ask' });
    await edit(world, { quantity: 2 });
    await wait(world, 90);
    expect(await told(world)).toEqual([['quantity', 5, 2, 'edited', 'waiting']]);
    expect(shownAt(world)).toEqual([2, 2]);
    await decide(world, decision);
    await settle(world);
    expect([await world.onHand('shirt'), ...shownAt(world)]).toEqual(then);
  });
});

test.each(['hub', 'store', 'ask'] as const)(
  'an ordinary sale is no difference, whatever is told of first; policy %s',
  async (policy) => {
    const world = await begin({ quantity: policy });
    const soldAt = world.clock.now();
    await edit(world, { quantity: 3 });
    sale(world, 2, soldAt);
    await orderHint(world);
    await wait(world);
    expect(await told(world)).toEqual([]);
    expect(shownAt(world)).toEqual([3, 3]);
    expect(await world.rows(sql`select id from listing_holds`)).toEqual([]);
  },
);

describe('a price that was changed there', () => {
  test('is put back and noted where ours counts', async () => {
    const world = await begin();
    await edit(world, { price: '99.00' });
    expect(world.other.good('shirt*').price).toBe('10.00');
    expect(await told(world)).toEqual([['price', 10, 99, 'edited', 'put_back']]);
  });

  test('stands on that listing alone where the store counts', async () => {
    const world = await begin({ price: 'store' });
    await edit(world, { price: '99.00' });
    await settle(world);
    expect(await told(world)).toEqual([['price', 10, 99, 'edited', 'taken_over']]);
    expect([world.source.good('shirt').price, world.other.good('shirt*').price]).toEqual(['10.00', '99.00']);
    expect(await world.price('shirt*')).toMatchObject({ eligible: false, held_reason: null });
    expect(world.other.callsOf('pushPrices')).toBe(0);
  });

  test('stands there while a person is asked, also when ours changes meanwhile; then what they say counts', async () => {
    const world = await begin({ price: 'ask' });
    await edit(world, { price: '99.00' });
    await world.rows(sql`update product_variants set price = 12`);
    await world.rows(sql`update stores set rules_version = rules_version + 1`);
    await settle(world);
    expect(world.other.good('shirt*').price).toBe('99.00');
    expect(await world.price('shirt*')).toMatchObject({ held_reason: 'drift_waits' });
    await edit(world, { price: '98.00' });
    expect(await told(world)).toEqual([['price', 10, 98, 'edited', 'waiting']]);
    await decide(world, 'put_back');
    await settle(world);
    expect(world.other.good('shirt*').price).toBe('12.00');
    await decide(world, 'take_over');
    await settle(world);
    expect(world.other.good('shirt*').price).toBe('98.00');
    await decide(world, 'put_back');
    await settle(world);
    expect(world.other.good('shirt*').price).toBe('12.00');
  });

  test('and is changed back there by hand, is a question no more', async () => {
    const world = await begin({ price: 'ask' });
    await edit(world, { price: '99.00' });
    await edit(world, { price: '10.00' });
    expect(await told(world)).toEqual([['price', 10, 99, 'edited', 'put_back']]);
    expect(await world.price('shirt*')).toMatchObject({ held_reason: null, eligible: false });
  });

  test('or not at all, for the store said yes and kept its own, says so', async () => {
    const world = await begin();
    await world.rows(sql`update product_variants set price = 12`);
    await world.rows(sql`update stores set rules_version = rules_version + 1`);
    world.other.next('pushPrices', async (writes) => writes.map(({ writeId }) => ({ writeId, outcome: 'applied' })));
    await settle(world);
    await edit(world, {});
    expect(await told(world)).toEqual([['price', 12, 10, 'ignored', 'put_back']]);
  });

  test('to what we wrote last, while ours is another by now, is called ours', async () => {
    const world = await begin({ price: 'ask' });
    const master = async (price: number) => {
      await world.rows(sql`update product_variants set price = ${price}`);
      await world.rows(sql`update stores set rules_version = rules_version + 1`);
      await settle(world);
    };
    await master(12);
    await edit(world, { price: '99.00' });
    await master(13);
    expect(await told(world)).toEqual([['price', 12, 99, 'edited', 'waiting']]);
    await edit(world, { price: '12.00' });
    expect(await told(world)).toEqual([['price', 12, 12, 'ours', 'waiting']]);
    expect(world.other.good('shirt*').price).toBe('12.00');
  });
});

test('nobody of another organization decides', async () => {
  const world = await begin();
  await edit(world, { quantity: 9 });
  const stranger = { ...world.actor, organizationId: newId() };
  await expect(decideDrift(world.hub, stranger, await only(world), 'take_over')).rejects.toMatchObject({ code: 'not_found' });
});
