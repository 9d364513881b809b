/** Bundles: of one there is as much as its scarcest component allows, and what is sold of it is taken from its components. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeComponents } from '#listings/change-bundle.ts';
import { explainListing } from '#listings/explain-listing.ts';
import { levelsOffTheirCauses } from './causes.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { expectBooks } from './expect-books.ts';
import { type OrderedItem, remoteOrder } from './remote-order.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
const worlds: TwoStores[] = [];
beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const world of worlds.splice(0)) {
    await expectBooks(world);
    await world.close();
  }
});
afterAll(() => database.drop());

/** A set of two cups and one pot: 9 cups and 5 pots make four. */
async function begin(): Promise<TwoStores> {
  const goods = [
    { variantId: 'cup', quantity: 9 },
    { variantId: 'pot', quantity: 5 },
    { variantId: 'set', quantity: 1 },
    { variantId: 'lid', quantity: 7 },
  ];
  const world = await twoStores(database, { goods, other: { orders: {} }, source: { orders: {}, compareAndSet: true } });
  worlds.push(world);
  await settle(world);
  await makeOf(world, 'set', { cup: 2, pot: 1 });
  await settle(world);
  world.clock.advance(60);
  return world;
}

async function makeOf(world: TwoStores, bundle: string, parts: Record<string, number>): Promise<void> {
  const components = await Promise.all(
    Object.entries(parts).map(async ([name, units]) => ({ variantId: await world.variantOf(name), units })),
  );
  await changeComponents(world.hub, world.actor, await world.variantOf(bundle), components);
}

async function settle(world: TwoStores): Promise<void> {
  for (let round = 0; round < 3; round++) for (const id of [world.otherId, world.sourceId]) await world.turn(id);
}

const count = async (world: TwoStores, name: string, counted: number) =>
  adjustStock(world.hub, world.actor, { variantId: await world.variantOf(name), counted });

async function order(world: TwoStores, at: 'source' | 'other', id: string, items: readonly OrderedItem[]): Promise<void> {
  world.clock.advance(2);
  const storeId = at === 'source' ? world.sourceId : world.otherId;
  world[at].orders.set(id, remoteOrder(id, world.clock.now(), items));
  await world.tell(storeId, [{ kind: 'order_changed', orderId: id }]);
  await settle(world);
}

const shown = ({ source, other }: TwoStores, name: string) => [source.good(name).quantity, other.good(`${name}*`).quantity];

async function availableOf(world: TwoStores, name: string): Promise<number | undefined> {
  const id = await world.variantOf(name);
  const rows = await world.rows<{ available: number }>(
    sql`select on_hand - reserved as available from inventory_items where variant_id = ${id}`,
  );
  return rows[0]?.available;
}

describe('of a bundle there is', () => {
  test('as much as the scarcest component allows, on every store', async () => {
    const world = await begin();
    expect(shown(world, 'set')).toEqual([4, 4]);
    await count(world, 'cup', 3);
    await settle(world);
    expect([shown(world, 'cup'), shown(world, 'set')]).toEqual([
      [3, 3],
      [1, 1],
    ]);
  });

  test('less by what is kept back of a component: it has probably been sold', async () => {
    const world = await begin();
    world.other.good('pot*').quantity = 2;
    await world.hint(world.otherId, world.other.good('pot*'));
    await settle(world);
    expect([shown(world, 'pot'), shown(world, 'set')]).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });

  test('what it was counted as itself when it is made of nothing any more', async () => {
    const world = await begin();
    await makeOf(world, 'set', {});
    await settle(world);
    expect(shown(world, 'set')).toEqual([1, 1]);
  });

  test('none while a component is not counted', async () => {
    const world = await begin();
    await world.rows(sql`insert into product_variants (organization_id, id, product_id, currency, created_at, updated_at)
      select organization_id, ${newId()}::uuid, product_id, 'USD', now(), now() from product_variants where id = ${await world.variantOf('lid')}`);
    const [uncounted] = await world.rows<{ id: string }>(
      sql`select id from product_variants v where not exists (select from inventory_items n where n.variant_id = v.id)`,
    );
    await changeComponents(world.hub, world.actor, await world.variantOf('set'), [{ variantId: uncounted?.id ?? '', units: 1 }]);
    expect(await world.level('set*')).toMatchObject({ desired: null, held_reason: 'not_counted' });
  });

  test('the right number when two components are lowered at the same moment', async () => {
    const world = await begin();
    for (let round = 0; round < 8; round++) {
      await Promise.all([count(world, 'cup', 9 - round), count(world, 'pot', 5 - (round % 5))]);
      expect(await levelsOffTheirCauses(world), 'I5').toEqual([]);
      const least = Math.min(Math.floor((9 - round) / 2), 5 - (round % 5));
      expect((await world.level('set*')).desired).toBe(least);
    }
  });
});

describe('a bundle that is sold', () => {
  test('takes its components, and lowers whatever else is made of them', async () => {
    const world = await begin();
    world.other.good('set*').quantity -= 1;
    await order(world, 'other', 'A', [{ variantId: 'set*' }]);
    expect([await availableOf(world, 'cup'), await availableOf(world, 'pot')]).toEqual([7, 4]);
    expect([shown(world, 'cup'), shown(world, 'pot'), shown(world, 'set')]).toEqual([
      [7, 7],
      [4, 4],
      [3, 3],
    ]);
  });

  test('on the store that owns the count takes them too: its figure of the bundle is not that of the components', async () => {
    const world = await begin();
    world.source.good('set').quantity -= 2;
    await order(world, 'source', 'A', [{ variantId: 'set', quantity: 2 }]);
    expect([await availableOf(world, 'cup'), await availableOf(world, 'pot')]).toEqual([5, 3]);
    expect([shown(world, 'cup'), shown(world, 'pot'), shown(world, 'set')]).toEqual([
      [5, 5],
      [3, 3],
      [2, 2],
    ]);
  });

  test('keeps what it was made of then, whatever it is made of later', async () => {
    const world = await begin();
    world.other.good('set*').quantity -= 1;
    await order(world, 'other', 'A', [{ variantId: 'set*' }]);
    await makeOf(world, 'set', { lid: 1 });
    await order(world, 'other', 'A', [{ variantId: 'set*', effect: { reserved: 0, shipped: 1 } }]);
    expect([await world.onHand('cup'), await world.onHand('pot'), await world.onHand('lid')]).toEqual([7, 4, 7]);
    await order(world, 'other', 'B', [{ variantId: 'set*' }]);
    expect(await availableOf(world, 'lid')).toBe(6);
  });

  test('and is more than there is, says by how many', async () => {
    const world = await begin();
    await order(world, 'other', 'A', [{ variantId: 'set*', quantity: 6 }]);
    expect(await world.rows(sql`select oversold_units from order_items`)).toEqual([{ oversold_units: 2 }]);
  });
});

test('its number says which components it comes from', async () => {
  const world = await begin();
  const { listing_id: id } = await world.level('set*');
  const { quantity } = await explainListing(world.hub, world.actor, id);
  expect(quantity.result).toBe('4');
  expect(
    quantity.steps
      .filter(({ code }) => code === 'component')
      .map(({ amount, parameters }) => [amount, parameters.units, parameters.available]),
  ).toEqual(
    expect.arrayContaining([
      ['4', 2, 9],
      ['5', 1, 5],
    ]),
  );
});

describe('it cannot be made', () => {
  test('of itself, of a bundle, twice of the same, when it is part of one, or of what is not there', async () => {
    const world = await begin();
    const invalid = { code: 'invalid_input' };
    await expect(makeOf(world, 'lid', { lid: 1 })).rejects.toMatchObject(invalid);
    await expect(makeOf(world, 'lid', { set: 1 })).rejects.toMatchObject(invalid);
    await expect(makeOf(world, 'cup', { lid: 1 })).rejects.toMatchObject(invalid);
    const cup = { variantId: await world.variantOf('cup'), units: 1 };
    const lid = await world.variantOf('lid');
    await expect(changeComponents(world.hub, world.actor, lid, [cup, cup])).rejects.toMatchObject(invalid);
    const nowhere = { variantId: newId(), units: 1 };
    await expect(changeComponents(world.hub, world.actor, lid, [nowhere])).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.rows(sql`select id from product_variants where is_bundle`)).toHaveLength(1);
  });
});
