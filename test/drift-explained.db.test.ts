/** Orders that are told of only after a difference was settled, and what a decision about one leaves alone. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { decideDrift } from '#listings/decide-drifts.ts';
import { begin, decide, edit, only, orderHint, sale, settle, shownAt, told, wait } from './drifting.ts';

describe('an order that is told of when its units have been given up already', () => {
  test('more than a week later, is a sale of its own', async () => {
    const world = await begin({ quantity: 'store' });
    const soldAt = world.clock.now();
    await edit(world, { quantity: 3 });
    await wait(world);
    world.clock.advance(8 * 86_400);
    sale(world, 2, soldAt);
    await orderHint(world);
    await wait(world);
    expect((await told(world))[0]).toEqual(['quantity', 5, 3, 'edited', 'taken_over']);
  });

  test.each(['hub', 'store', 'ask'] as const)('explains them, and is counted once; policy %s', async (policy) => {
    const world = await begin({ quantity: policy });
    const soldAt = world.clock.now();
    await edit(world, { quantity: 3 });
    await wait(world);
    sale(world, 2, soldAt);
    await orderHint(world);
    await wait(world);
    expect((await told(world))[0]).toEqual(['quantity', 3, 3, 'missed_order', 'explained']);
    const [row] = await world.rows<{ available: number }>(sql`select (on_hand - reserved) as available from inventory_items`);
    expect(row?.available).toBe(3);
    expect(shownAt(world)).toEqual([3, 3]);
  });

  test('placed after the difference was seen explains nothing', async () => {
    const world = await begin({ quantity: 'store' });
    await edit(world, { quantity: 3 });
    await wait(world);
    world.other.good('shirt*').quantity -= 1;
    sale(world, 1);
    await orderHint(world);
    await wait(world);
    expect(await told(world)).toContainEqual(['quantity', 5, 3, 'edited', 'taken_over']);
    expect(shownAt(world)).toEqual([2, 2]);
  });

  test('explains of what was lowered there what it sold, and neither what was raised nor a price', async () => {
    const world = await begin({ price: 'store' });
    const soldAt = world.clock.now();
    world.clock.advance(5);
    await edit(world, { quantity: 9 });
    await edit(world, { price: '8.00' });
    await edit(world, { quantity: 3 });
    await wait(world);
    const price = ['price', 10, 8, 'edited', 'taken_over'];
    const raised = ['quantity', 5, 9, 'edited', 'put_back'];
    expect((await told(world)).toSorted()).toEqual([price, ['quantity', 5, 3, 'edited', 'put_back'], raised]);
    sale(world, 1, soldAt);
    await orderHint(world);
    await wait(world);
    expect((await told(world)).toSorted()).toEqual([price, ['quantity', 4, 3, 'missed_order', 'put_back'], raised]);
    expect(world.other.good('shirt*').price).toBe('8.00');
  });

  test('leaves nothing to decide about it', async () => {
    const world = await begin({ quantity: 'ask' });
    const soldAt = world.clock.now();
    await edit(world, { quantity: 3 });
    await wait(world);
    sale(world, 2, soldAt);
    await orderHint(world);
    await wait(world);
    await expect(decide(world, 'take_over')).rejects.toThrow('Orders have explained');
    expect(shownAt(world)).toEqual([3, 3]);
  });
});

describe('what is decided about one difference', () => {
  test('a price, is not outdated by a quantity that was changed there since', async () => {
    const world = await begin({ price: 'ask' });
    await edit(world, { price: '8.00' });
    const price = await only(world);
    await edit(world, { quantity: 9 });
    await decideDrift(world.hub, world.actor, price, 'take_over');
    await settle(world);
    expect(world.other.good('shirt*').price).toBe('8.00');
    expect((await told(world)).toSorted()).toEqual([
      ['price', 10, 8, 'edited', 'taken_over'],
      ['quantity', 5, 9, 'edited', 'put_back'],
    ]);
  });

  test('is not told otherwise by a later reading that agrees', async () => {
    const world = await begin({ price: 'store' });
    await edit(world, { price: '8.00' });
    await world.rows(sql`update listing_prices set knowledge = 'unknown', eligible = true where store_id = ${world.otherId}`);
    await settle(world);
    expect(await world.price('shirt*')).toMatchObject({ knowledge: 'known', remote: '8.0000' });
    expect(await told(world)).toEqual([['price', 10, 8, 'edited', 'taken_over']]);
  });

  test('a quantity, gives no units free that a campaign holds', async () => {
    const world = await begin({ quantity: 'ask' });
    await edit(world, { quantity: 2 });
    await wait(world, 90);
    await world.rows(sql`
      insert into listing_holds (organization_id, id, listing_id, store_id, variant_id, units, reason, until, created_at)
      select organization_id, ${newId()}, listing_id, store_id, variant_id, 1, 'locked_by_platform', until, created_at from listing_holds`);
    await decide(world, 'put_back');
    const left = await world.rows<{ reason: string }>(sql`select reason from listing_holds`);
    expect(left).toEqual([{ reason: 'locked_by_platform' }]);
    await world.rows(sql`delete from listing_holds`);
    await world.rows(sql`update stores set rules_version = rules_version + 1`);
    await settle(world);
    expect(shownAt(world)).toEqual([5, 5]);
  });
});
