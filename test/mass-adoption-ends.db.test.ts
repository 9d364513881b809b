/** How a question about very much at once ends without an answer to it, and what one person decides of it alone. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { openLocation } from '#listings/change-location.ts';
import { decideDrift } from '#listings/decide-drifts.ts';
import { explainListing } from '#listings/explain-listing.ts';
import { linkListings, unlinkListings } from '#listings/link-listing.ts';
import { disconnectStore, pauseStore, updateStore } from '#stores/change-store.ts';
import { decideDifference } from '#sync/decide-adoptions.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import { changeLocationUnderBrake } from '#sync/location-brake.ts';
import { expectBooks } from './expect-books.ts';
import {
  beginAdoption,
  both,
  cut,
  decideAll,
  figures,
  goodsOf,
  hints,
  limit,
  onHands,
  questions,
  waits,
} from './mass-adoption.ts';
import type { TwoStores, TwoStoresOptions } from './two-stores.ts';
import { worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  await expectBooks(world);
});

const all = (value: number | string, count = 4): (number | string)[] => Array.from({ length: count }, () => value);

async function ask(change: { quantity: number } | { price: string }, options: TwoStoresOptions = {}): Promise<void> {
  world = await beginAdoption(beginWorld, 4, options);
  await limit(world, world.sourceId, { brakeListings: 2 });
  await cut(world, 4, change);
  expect(await questions(world)).toHaveLength(1);
}

const held = () =>
  world.rows(sql`select 1 from listing_levels where held_reason = 'adoption_waits' and organization_id = ${world.organizationId}
    union all select 1 from listing_prices where held_reason = 'adoption_waits' and organization_id = ${world.organizationId}`);

const driftOf = async (variantId: string): Promise<string> => {
  const [row] = await world.rows<{ id: string }>(sql`
    select d.id from drifts d join listings i on i.organization_id = d.organization_id and i.id = d.listing_id
    where d.cause = 'too_many' and i.platform_variant_id = ${variantId} and d.organization_id = ${world.organizationId}`);
  return present(row, 'a drift').id;
};

const idOf = async (at: number) => (await world.level(`good ${at}`, world.sourceId)).listing_id;

describe('one of them alone', () => {
  test('is taken over, or put back; the question asks about the rest, and is void after the last', async () => {
    await ask({ quantity: 0 });
    await decideDifference(world.hub, world.actor, await driftOf('good 0'), 'take_over');
    await decideDifference(world.hub, world.actor, await driftOf('good 1'), 'put_back');
    expect(await questions(world)).toMatchObject([{ summary: { listings: 2, zeroed: 2 } }]);
    await both(world);
    expect(await onHands(world)).toEqual([0, 5, 5, 5]);
    expect(figures(world, 'source', 'quantity')).toEqual([0, 5, 0, 0]);
    await decideDifference(world.hub, world.actor, await driftOf('good 0'), 'put_back');
    // As a client of the engine itself would: the store's next turn looks after the question.
    for (const at of [2, 3]) await decideDrift(world.hub, world.actor, await driftOf(`good ${at}`), 'put_back');
    await both(world);
    expect([await questions(world), figures(world, 'source', 'quantity')]).toEqual([[], all(5)]);
  });

  test('is taken over once, though all of them are at the same moment', async () => {
    await ask({ quantity: 0 });
    const ids = await Promise.all([0, 1, 2, 3].map((at) => driftOf(`good ${at}`)));
    await Promise.allSettled([
      ...ids.map((id) => decideDifference(world.hub, world.actor, id, 'take_over')),
      decideAll(world, 'approved'),
    ]);
    await both(world);
    expect([await onHands(world), await questions(world)]).toEqual([all(0), []]);
  });

  test('of the prices is the master’s where it is taken over, and may be taken back', async () => {
    await ask({ price: '99.00' });
    await decideDifference(world.hub, world.actor, await driftOf('good 0'), 'take_over');
    await decideDifference(world.hub, world.actor, await driftOf('good 1'), 'put_back');
    await both(world);
    expect(figures(world, 'other', 'price')).toEqual(['99.00', '10.00', '10.00', '10.00']);
    expect(figures(world, 'source', 'price')).toEqual(['99.00', '10.00', '99.00', '99.00']);
    const own = sql`select 1 from listings where settings ? 'priceOverride' and organization_id = ${world.organizationId}`;
    expect(await world.rows(own)).toEqual([]);
    await decideDifference(world.hub, world.actor, await driftOf('good 0'), 'put_back');
    await both(world);
    expect(figures(world, 'other', 'price')).toEqual(all('10.00'));
  });

  test('is explained as waiting, with the reason', async () => {
    await ask({ quantity: 0 });
    const { quantity, price } = await explainListing(world.hub, world.actor, await idOf(0));
    expect(quantity).toMatchObject({ result: '5', heldReason: 'adoption_waits', pushed: { remote: '0' } });
    expect(price.heldReason).toBeNull();
    await decideAll(world, 'discarded');
    await cut(world, 4, { price: '99.00' });
    const again = await explainListing(world.hub, world.actor, await idOf(0));
    expect(again).toMatchObject({ quantity: { heldReason: null }, price: { heldReason: 'adoption_waits' } });
  });

  test('is no question any more where the listing is unlinked; linked again, ours is put back', async () => {
    await ask({ quantity: 0 });
    const ids = await Promise.all([0, 1, 2, 3].map(idOf));
    await unlinkListings(world.hub, world.actor, ids.slice(1));
    await both(world);
    expect(await questions(world)).toMatchObject([{ summary: { listings: 1 } }]);
    const variantId = await world.rows<{ id: string }>(
      sql`select variant_id as id from listings where platform_variant_id = 'good 1*' and organization_id = ${world.organizationId}`,
    );
    await linkListings(world.hub, world.actor, [{ listingId: ids[1] ?? '', variantId: variantId[0]?.id ?? '' }]);
    await unlinkListings(world.hub, world.actor, ids.slice(0, 1));
    await both(world);
    expect([await questions(world), await held(), figures(world, 'source', 'quantity')]).toEqual([[], [], [0, 5, 0, 0]]);
  });

  test('and all of it are decided while the store is paused', async () => {
    await ask({ quantity: 0 });
    await pauseStore(world.hub, world.actor, world.sourceId);
    for (const at of [0, 1, 2, 3]) await decideDifference(world.hub, world.actor, await driftOf(`good ${at}`), 'take_over');
    expect([await questions(world), await onHands(world)]).toEqual([[], all(0)]);
  });
});

describe('nothing is held for ever', () => {
  test('where another counts from now on, ours is put back', async () => {
    await ask({ quantity: 0 });
    const [main] = await world.rows<{ id: string }>(
      sql`select id from inventory_locations where is_default and organization_id = ${world.organizationId}`,
    );
    await changeLocationUnderBrake(world.hub, world.actor, present(main, 'the location').id, { ownerStoreId: null });
    await both(world);
    expect([await questions(world), await held(), figures(world, 'source', 'quantity')]).toEqual([[], [], all(5)]);
  });

  test('where prices come from another store', async () => {
    await ask({ price: '99.00' });
    await updateStore(world.hub, world.actor, world.otherId, { isSource: true });
    await both(world);
    expect([await questions(world), await held(), figures(world, 'source', 'price')]).toEqual([[], [], all('10.00')]);
  });

  test('where the listing is gone from the store', async () => {
    await ask({ quantity: 0 });
    world.source.goods.delete('good 0');
    await hints(world, []);
    await world.rows(sql`update stores set last_reconciled_at = null where organization_id = ${world.organizationId}`);
    world.clock.advance(301);
    await both(world);
    const rows = await world.rows(
      sql`select state from listings where platform_variant_id = 'good 0' and organization_id = ${world.organizationId}`,
    );
    expect(rows).toEqual([{ state: 'gone' }]);
    expect(await questions(world)).toMatchObject([{ summary: { zeroed: 3 } }]);
  });

  test('where what it counts is shown elsewhere', async () => {
    await ask({ quantity: 0 }, { source: { locations: ['depot', 'boutique'] } });
    await limit(world, world.sourceId, { remoteLocationId: 'boutique' });
    await both(world);
    expect([await waits(world), await questions(world)]).toEqual([all('quantity 5 0 put_back'), []]);
  });

  test('where the store has another currency', async () => {
    await ask({ price: '99.00' });
    world.source.setCurrency('EUR');
    world.clock.advance(301);
    await both(world);
    const [currency] = (await questions(world)).filter(({ cause }) => cause === 'currency');
    await decideChangeSet(world.hub, world.actor, present(currency, 'the currency').id, 'approved');
    await both(world);
    expect([await questions(world), await held()]).toEqual([[], []]);
  });

  test('where the store is disconnected it can only be discarded; connected again it is asked on', async () => {
    await ask({ quantity: 0 });
    await disconnectStore(world.hub, world.actor, world.sourceId);
    await expect(decideAll(world, 'approved')).rejects.toMatchObject({ code: 'conflict' });
    expect(await questions(world)).toHaveLength(1);
    await world.connect('fake');
    await both(world);
    expect([await questions(world), await onHands(world)]).toMatchObject([[{ summary: { zeroed: 4 } }], all(5)]);
    expect([(await held()).length, figures(world, 'source', 'quantity')]).toEqual([4, all(0)]);
    await disconnectStore(world.hub, world.actor, world.sourceId);
    await decideAll(world, 'discarded');
    expect([await questions(world), await held()]).toEqual([[], []]);
  });

  test('where it is connected anew all is read again, and waits on', async () => {
    await ask({ quantity: 0 });
    await world.connect('fake');
    await both(world);
    expect([(await held()).length, await onHands(world), await waits(world)]).toEqual([4, all(5), all('quantity 5 0 waiting')]);
    await cut(world, 4, { quantity: 5 });
    expect([await questions(world), await held()]).toEqual([[], []]);
  });
});

test('a location that a store counts which is not the source is judged by that store’s limit', async () => {
  world = await beginAdoption(beginWorld, 4, {
    source: { locations: ['home', 'stall'] },
    other: { locations: ['depot', 'boutique'], compareAndSet: true },
  });
  const at = (which: 'source' | 'other', place: string, units?: number): (number | undefined)[] =>
    goodsOf(world, 4, which).map((good) => {
      if (units !== undefined) good.elsewhere = { [place]: units };
      return good.elsewhere?.[place];
    });
  at('source', 'stall', 0);
  at('other', 'boutique', 7);
  await world.rows(sql`update stores set last_pulled_at = null, last_reconciled_at = null`);
  await both(world);
  const shop = await openLocation(world.hub, world.actor, { name: 'Shop' });
  await limit(world, world.sourceId, { locationMap: { stall: shop } });
  await limit(world, world.otherId, { locationMap: { boutique: shop }, brakeListings: 2 });
  await changeLocationUnderBrake(world.hub, world.actor, shop, { ownerStoreId: world.otherId });
  await both(world);
  expect(at('source', 'stall')).toEqual(all(7));
  at('other', 'boutique', 0);
  await hints(world, goodsOf(world, 4, 'other'), world.otherId);
  expect([at('source', 'stall'), at('other', 'boutique'), await waits(world)]).toEqual([
    all(7),
    all(0),
    all('quantity 7 0 waiting'),
  ]);
  expect(await questions(world)).toMatchObject([{ store_id: world.otherId, summary: { zeroed: 4 } }]);
  await decideAll(world, 'approved');
  await both(world);
  expect([at('source', 'stall'), figures(world, 'source', 'quantity'), figures(world, 'other', 'quantity')]).toEqual([
    all(0),
    all(5),
    all(5),
  ]);
});

test('a first pull is no adoption that counts, nor is what appears', async () => {
  world = await beginAdoption(beginWorld, 4);
  await limit(world, world.sourceId, { brakeListings: 2 });
  for (let at = 4; at < 9; at++) world.source.add({ variantId: `good ${at}`, quantity: 0, price: '5.00' });
  world.clock.advance(301);
  await both(world);
  await cut(world, 1, { price: '9.00' }, 6);
  expect(await questions(world)).toEqual([]);
});
