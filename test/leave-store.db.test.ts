/** A store is left: with every linked quantity at 0, or with what is true at that moment; and what nobody knows is told. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { disconnect } from '#http/verbs/disconnect.ts';
import { readQuantitiesThere } from '#listings/read-quantities-there.ts';
import { pauseStore } from '#stores/change-store.ts';
import { setClosing } from '#stores/close-store.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
const worlds: TwoStores[] = [];
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const world of worlds.splice(0)) {
    expect(await itemsOffTheirLedger(world)).toEqual([]);
    await world.close();
  }
});
afterAll(() => database.drop());

async function settle(world: TwoStores): Promise<void> {
  for (let round = 0; round < 3; round++) for (const id of [world.otherId, world.sourceId]) await world.turn(id);
}

async function begin(): Promise<TwoStores> {
  const world = await twoStores(database);
  worlds.push(world);
  await settle(world);
  world.clock.advance(60);
  return world;
}

const shownAt = ({ source, other }: TwoStores) => [source.good('shirt').quantity, other.good('shirt*').quantity];
const there = (world: TwoStores) => world.within((tx) => readQuantitiesThere(tx, world.otherId));
const leave = (world: TwoStores, left: 'leave' | 'zero') => disconnect(world.hub, world.actor, world.otherId, left);
const close = (world: TwoStores, closing: boolean, id = world.otherId) => setClosing(world.hub, world.actor, id, closing);
const settingsOf = async (world: TwoStores) =>
  (
    await world.rows<{ status: string; closing: string | null }>(
      sql`select status, settings->>'closing' as closing from stores where id = ${world.otherId}`,
    )
  )[0];

test('a store that is closing is sent 0 for everything linked, the stock and the other store keep theirs, and only then it is left', async () => {
  const world = await begin();
  const before = await there(world);
  expect(before).toMatchObject({ right: before.linked, onTheWay: 0 });
  await close(world, true);
  expect(await there(world)).toMatchObject({ right: 0, onTheWay: before.linked });
  await expect(leave(world, 'zero')).rejects.toMatchObject({ code: 'conflict' });
  expect((await settingsOf(world))?.status).toBe('active');
  await settle(world);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
  expect([...shownAt(world), await world.onHand('shirt')]).toEqual([5, 0, 5]);
  expect(await leave(world, 'zero')).toMatchObject({ right: before.linked, onTheWay: 0 });
  expect(await settingsOf(world)).toEqual({ status: 'disconnected', closing: null });
});

test('what is raised there while the store is closing is 0 again', async () => {
  const world = await begin();
  await close(world, true);
  await settle(world);
  world.other.good('shirt*').quantity = 7;
  await world.rows(sql`update listing_levels set knowledge = 'unknown', eligible = true where store_id = ${world.otherId}`);
  await settle(world);
  expect([...shownAt(world), await world.onHand('shirt')]).toEqual([5, 0, 5]);
});

test('who thinks better of it has the quantities back', async () => {
  const world = await begin();
  await close(world, true);
  await settle(world);
  await close(world, false);
  await settle(world);
  expect(shownAt(world)).toEqual([5, 5]);
  await expect(leave(world, 'zero')).rejects.toThrow('were not set to 0 yet');
});

test('left as it is, with something still on the way: nobody is kept from leaving, and it is told', async () => {
  const world = await begin();
  await world.rows(sql`update listing_levels set knowledge = 'unknown' where store_id = ${world.otherId}`);
  const left = await leave(world, 'leave');
  expect(left).toMatchObject({ right: 0, onTheWay: left.linked });
  expect((await settingsOf(world))?.status).toBe('disconnected');
  expect(world.wakes).toContain(`${world.organizationId}/${world.otherId}`);
});

test('left as it is, what is due is sent first', async () => {
  const world = await begin();
  await world.rows(sql`update listing_levels set knowledge = 'unknown', eligible = true where store_id = ${world.otherId}`);
  world.other.good('shirt*').quantity = 1;
  const leaving = leave(world, 'leave');
  await settle(world);
  const left = await leaving;
  expect(left).toMatchObject({ right: left.linked, onTheWay: 0 });
  expect(shownAt(world)).toEqual([5, 5]);
});

test('a store that was left is not paused: it is disconnected still', async () => {
  const world = await begin();
  await leave(world, 'leave');
  await expect(pauseStore(world.hub, world.actor, world.otherId)).rejects.toMatchObject({ code: 'store_disconnected' });
  expect((await settingsOf(world))?.status).toBe('disconnected');
});

test('the store that owns the stock, and one that nothing can be sent to, cannot be closed', async () => {
  const world = await begin();
  await expect(close(world, true, world.sourceId)).rejects.toThrow('counts stock of yours');
  await world.rows(sql`update stores set status = 'paused' where id = ${world.otherId}`);
  await expect(close(world, true)).rejects.toThrow('Nothing can be sent');
  await world.rows(
    sql`update stores set status = 'active', settings = settings || '{"syncInventory": false}' where id = ${world.otherId}`,
  );
  await expect(close(world, true)).rejects.toThrow('Quantities are not sent');
  await world.rows(sql`update stores set settings = settings || '{"syncInventory": true}' where id = ${world.otherId}`);
  await settle(world);
  expect(shownAt(world)).toEqual([5, 5]);
});
