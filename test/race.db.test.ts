/** Not deterministic on purpose: real connections, many writers and the turns of both stores, then the books are checked. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { lockItems } from '#inventory/book.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { linkInTransaction, unlinkListings } from '#listings/link-listing.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;
const names = Array.from({ length: 6 }, (_, at) => `g${at}`);
const writers = 8;
const rounds = 12;

beforeAll(async () => {
  database = await testDatabase();
  const calls = { limits: { quantitiesPerCall: 2, pricesPerCall: 2, levelsPerRead: 2 } };
  world = await twoStores(database, {
    goods: names.map((variantId) => ({ variantId, quantity: 500 })),
    other: calls,
    source: calls,
  });
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

test('I1, I5, I4: eight writers on shared variants beside the turns of both stores lose nothing and never stay locked', async () => {
  const variants = new Map(await Promise.all(names.map(async (name) => [name, await world.variantOf(name)] as const)));
  const booked = new Map(names.map((name) => [name, 500]));
  let writing = true;
  const write = async (writer: number) => {
    for (let round = 0; round < rounds; round++) {
      const name = names[(writer * 5 + round * 7) % names.length] ?? '';
      const variantId = variants.get(name) ?? '';
      if (round % 4 === 3 && writer % 2 === 0)
        await changeVariant(world.hub, world.actor, variantId, { price: `${10 + writer}.${10 + round}` });
      else {
        const delta = ((writer + round) % 5) - 2 || 3;
        await adjustStock(world.hub, world.actor, { variantId, delta });
        booked.set(name, (booked.get(name) ?? 0) + delta);
      }
    }
  };
  const relink = async () => {
    const [name = ''] = names;
    const { listing_id: listingId } = await world.level(`${name}*`);
    while (writing) {
      await unlinkListings(world.hub, world.actor, [listingId]);
      await world.within((tx) =>
        linkInTransaction(world.hub, tx, world.actor, [{ listingId, variantId: variants.get(name) ?? '' }], 'hand'),
      );
    }
  };
  const work = async (storeId: string) => {
    while (writing) {
      await world.turn(storeId);
      world.clock.advance(10);
    }
  };
  const beside = [work(world.otherId), work(world.otherId), work(world.sourceId), relink()];
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  writing = false;
  await Promise.all(beside);

  expect(await itemsOffTheirLedger(world)).toEqual([]);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
  for (const name of names) expect([name, await world.onHand(name)]).toEqual([name, booked.get(name)]);

  // Quiet: what the stores show is what the book says.
  for (const storeId of [world.sourceId, world.otherId, world.sourceId, world.otherId]) await world.turn(storeId);
  for (const name of names) {
    expect([name, world.source.good(name).quantity, world.other.good(`${name}*`).quantity]).toEqual([
      name,
      booked.get(name),
      booked.get(name),
    ]);
    expect(world.other.good(`${name}*`).price).toBe(world.source.good(name).price);
  }
  expect(world.errors).toEqual([]);
  // Deadlocks are retried; were the lock order wrong somewhere, there would be one every few writes.
  expect(world.hub.db.retried()).toBeLessThanOrEqual(3);
});

test('two transactions that lock the same variants in opposite order do not deadlock', async () => {
  const before = world.hub.db.retried();
  const [a, b] = [await world.variantOf('g1'), await world.variantOf('g2')];
  await Promise.all(
    Array.from({ length: 30 }, (_, at) => world.within((tx) => lockItems(tx, at % 2 === 0 ? [a, b, newId()] : [newId(), b, a]))),
  );
  expect(world.hub.db.retried()).toBe(before);
});

test('two who take the last units at the same moment: one gets them, the other is told', async () => {
  const variantId = await world.variantOf(names[1] ?? '');
  const take = () => adjustStock(world.hub, world.actor, { variantId, delta: -3 });
  for (let round = 0; round < 15; round++) {
    await adjustStock(world.hub, world.actor, { variantId, counted: 5 });
    const ends = await Promise.allSettled([take(), take(), take()]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  }
  expect(await itemsOffTheirLedger(world), 'I1').toEqual([]);
});
