/** A store that owns figures and shows 0, or other prices, for very much at once: nothing of it is taken over without a question. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { priceLevels, quantityLevels } from '#listings/level-rows.ts';
import { takeLease } from '#stores/lease.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { claimDue } from '#sync/claim.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import { previewChangeSet } from '#sync/preview-change-set.ts';
import { bookReadings } from '#sync/readings.ts';
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
import type { TwoStores } from './two-stores.ts';
import { workerWith } from './worker-with.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  await expectBooks(world);
});

const begin = async (goods: number, settings: Partial<StoreSettings> = {}, options = {}) => {
  world = await beginAdoption(beginWorld, goods, options);
  await limit(world, world.sourceId, settings);
};
const all = (value: number | string, count = 4): (number | string)[] => Array.from({ length: count }, () => value);
const few = { brakeListings: 2 };

describe('quantities that the store which counts them shows as 0', () => {
  test('are not taken over when they are too many, over several pages: nothing is sent anywhere', async () => {
    await begin(4, { brakeListings: 1 }, { source: { limits: { levelsPerRead: 2 } } });
    await cut(world, 4, { quantity: 0 });
    expect([await onHands(world), figures(world, 'other', 'quantity')]).toEqual([all(5), all(5)]);
    expect(figures(world, 'source', 'quantity'), 'ours is not put back either').toEqual(all(0));
    expect(await questions(world)).toMatchObject([
      { cause: 'adoption', store_id: world.sourceId, summary: { listings: 4, zeroed: 4, repriced: 0, zeroedBefore: 0 } },
    ]);
    expect(await waits(world)).toEqual(all('quantity 5 0 waiting'));
    expect(world.source.callsOf('pushQuantities')).toBe(0);
  });

  test('are held past what recomputes them, and past what the store is asked again', async () => {
    await begin(4, few);
    await cut(world, 4, { quantity: 0 });
    await world.rows(sql`update stores set rules_version = rules_version + 1`);
    await hints(world, goodsOf(world, 4));
    expect(await world.level('good 0', world.sourceId)).toMatchObject({ held_reason: 'adoption_waits', desired: 5, remote: 0 });
    expect(await waits(world)).toEqual(all('quantity 5 0 waiting'));
    expect(world.source.callsOf('pushQuantities')).toBe(0);
  });

  test('are taken over as far as the hour has room for them, and the question tells of these', async () => {
    await begin(4, few, { source: { limits: { levelsPerRead: 1 } } });
    await cut(world, 4, { quantity: 0 });
    expect((await onHands(world)).sort()).toEqual([0, 0, 5, 5]);
    expect(await questions(world)).toMatchObject([{ summary: { zeroed: 2, zeroedBefore: 2 } }]);
  });

  test('are taken over while they are few: by number, and by share', async () => {
    await begin(12);
    await cut(world, 10, { quantity: 0 });
    expect([(await onHands(world)).filter((units) => units === 0).length, await questions(world)]).toEqual([10, []]);
    await cut(world, 1, { quantity: 0 }, 10);
    expect(await questions(world)).toMatchObject([{ summary: { zeroed: 1, zeroedBefore: 10 } }]);
  });

  test('join those that wait, and are not counted against the limit alone', async () => {
    await begin(30, {});
    for (const [from, count] of [
      [0, 11],
      [11, 11],
      [22, 3],
    ] as const)
      await cut(world, count, { quantity: 0 }, from);
    expect(await questions(world)).toMatchObject([{ summary: { zeroed: 14, zeroedBefore: 11 } }]);
  });

  test('leave all else of the page to be taken over: what was raised, and what is fewer but not gone', async () => {
    await begin(6, few);
    world.source.good('good 4').quantity = 9;
    world.source.good('good 5').quantity = 2;
    await cut(world, 4, { quantity: 0 });
    await hints(world, goodsOf(world, 6));
    expect(await onHands(world)).toEqual([...all(5), 9, 2]);
    expect(figures(world, 'other', 'quantity')).toEqual([...all(5), 9, 2]);
  });

  test('count once for a listing that is emptied again and again', async () => {
    await begin(4, few);
    for (const quantity of [0, 5, 0, 5, 0]) await cut(world, 1, { quantity });
    await cut(world, 1, { quantity: 0 }, 1);
    expect([await onHands(world), await questions(world)]).toEqual([[0, 0, 5, 5], []]);
    await cut(world, 1, { quantity: 0 }, 2);
    expect([await onHands(world), (await questions(world)).length]).toEqual([[0, 0, 5, 5], 1]);
  });

  test('are counted anew when an hour has passed', async () => {
    await begin(4, few);
    await cut(world, 2, { quantity: 0 });
    world.clock.advance(3601);
    await cut(world, 2, { quantity: 0 }, 2);
    expect([await onHands(world), await questions(world)]).toEqual([all(0), []]);
  });

  test('are counted page after page, whichever are booked at once', async () => {
    await begin(4, few);
    await world.rows(sql`update listing_levels set knowledge = 'unknown', eligible = true where store_id = ${world.sourceId}`);
    const worker = await workerWith(world, present(await world.within((tx) => takeLease(tx, world.sourceId)), 'the lease'));
    const claimed = await claimDue(worker, quantityLevels, 10);
    const page = (from: number) => claimed.slice(from, from + 2).map((one) => ({ claimed: one, value: 0 }));
    await Promise.all([bookReadings(worker, quantityLevels, page(0)), bookReadings(worker, quantityLevels, page(2))]);
    expect((await onHands(world)).sort()).toEqual([0, 0, 5, 5]);
    expect(await questions(world)).toMatchObject([{ summary: { zeroed: 2, zeroedBefore: 2 } }]);
  });

  test('change nothing where the reading was overtaken', async () => {
    await begin(4, few);
    await world.rows(sql`update listing_levels set knowledge = 'unknown', eligible = true where store_id = ${world.sourceId}`);
    const worker = await workerWith(world, present(await world.within((tx) => takeLease(tx, world.sourceId)), 'the lease'));
    const claimed = await claimDue(worker, quantityLevels, 10);
    await world.rows(sql`update listing_levels set read_fence = read_fence + 1 where store_id = ${world.sourceId}`);
    await bookReadings(
      worker,
      quantityLevels,
      claimed.map((one) => ({ claimed: one, value: 0 })),
    ); // fmt
    expect([await waits(world), await questions(world)]).toEqual([[], []]);
  });
});

describe('a question about them', () => {
  const ask = async () => {
    await begin(4, few);
    await cut(world, 4, { quantity: 0 });
  };

  test('shows examples with names, before and after', async () => {
    await ask();
    const [question] = await questions(world);
    const { largest, zeroed } = await world.within((tx) => previewChangeSet(world.hub, tx, present(question, 'a question').id));
    expect(zeroed).toBe(4);
    expect(largest).toHaveLength(4);
    expect(largest[0]).toMatchObject({
      productTitle: expect.stringMatching(/^Good good /),
      quantity: { before: 5, after: 0, moved: true },
      price: { before: '10.0000', after: '10.0000' },
    });
  });

  test('approved, takes all of them over, with the ledger and an audit line; what follows within the hour passes', async () => {
    await ask();
    await decideAll(world, 'approved');
    await both(world);
    expect([await onHands(world), figures(world, 'other', 'quantity'), await questions(world)]).toEqual([all(0), all(0), []]);
    expect(await waits(world)).toEqual(all('quantity 5 0 taken_over'));
    const lines = await world.rows(
      sql`select created_by, delta from inventory_transactions where type = 'adoption' and organization_id = ${world.organizationId}`,
    );
    expect(lines).toEqual(Array.from({ length: 4 }, () => ({ created_by: 'owner', delta: -5 })));
    const audited = sql`select 1 from audit_log where action = 'change_set.approved' and organization_id = ${world.organizationId}`;
    expect(await world.rows(audited)).toHaveLength(1);
    for (const units of [7, 0]) await cut(world, 4, { quantity: units });
    expect([await onHands(world), await questions(world)]).toEqual([all(0), []]);
    world.clock.advance(3601);
    for (const units of [7, 0]) await cut(world, 4, { quantity: units });
    expect([await onHands(world), (await questions(world)).length]).toEqual([all(7), 1]);
  });

  test('discarded, puts ours back there and counts anew', async () => {
    await ask();
    await decideAll(world, 'discarded');
    await both(world);
    expect([await onHands(world), figures(world, 'source', 'quantity'), await questions(world)]).toEqual([all(5), all(5), []]);
    expect(await waits(world)).toEqual(all('quantity 5 0 put_back'));
    world.clock.advance(1);
    await cut(world, 2, { quantity: 0 });
    expect([await onHands(world), await questions(world)]).toEqual([[0, 0, 5, 5], []]);
    await cut(world, 2, { quantity: 0 }, 2);
    expect((await questions(world)).length).toBe(1);
  });

  test('discarded, is not asked again for what had been taken over before', async () => {
    await begin(6, few);
    await cut(world, 2, { quantity: 0 });
    await cut(world, 2, { quantity: 0 }, 2);
    expect(await questions(world)).toMatchObject([{ summary: { zeroed: 2, zeroedBefore: 2 } }]);
    await decideAll(world, 'discarded');
    world.clock.advance(1);
    await cut(world, 2, { quantity: 0 }, 4);
    expect([await onHands(world), await questions(world)]).toEqual([[0, 0, 5, 5, 0, 0], []]);
  });

  test('is void once the store shows again what it did; what it shows anew is taken over', async () => {
    await ask();
    await cut(world, 3, { quantity: 5 });
    expect(await questions(world)).toMatchObject([{ summary: { listings: 1, zeroed: 1 } }]);
    await cut(world, 1, { quantity: 3 }, 3);
    expect([await questions(world), await onHands(world)]).toEqual([[], [5, 5, 5, 3]]);
    expect(await waits(world)).toEqual([
      'quantity 5 0 put_back',
      'quantity 5 0 put_back',
      'quantity 5 0 put_back',
      'quantity 5 3 taken_over',
    ]);
    expect(await world.level('good 0', world.sourceId)).toMatchObject({ held_reason: null, eligible: false });
  });

  test('that is void forgets nothing of what was taken over within the hour', async () => {
    await begin(6, few);
    await cut(world, 2, { quantity: 0 });
    await cut(world, 2, { quantity: 0 }, 2);
    await cut(world, 2, { quantity: 5 }, 2);
    expect([await onHands(world), await questions(world)]).toEqual([[0, 0, 5, 5, 5, 5], []]);
    world.clock.advance(1);
    await cut(world, 1, { quantity: 0 }, 4);
    expect(await questions(world)).toMatchObject([{ summary: { zeroed: 1, zeroedBefore: 2 } }]);
  });

  test('is decided by one person once', async () => {
    await ask();
    const [question] = await questions(world);
    const decide = () => decideChangeSet(world.hub, world.actor, question?.id ?? '', 'approved');
    const outcomes = await Promise.allSettled([decide(), decide()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await onHands(world)).toEqual(all(0));
  });
});

describe('prices of the source store', () => {
  test('wait as well, and follow what stands there; approved, they are the master’s', async () => {
    await begin(4, few);
    await cut(world, 4, { price: '99.00' });
    expect([figures(world, 'other', 'price'), await waits(world)]).toEqual([all('10.00'), all('price 10 99 waiting')]);
    expect(await questions(world)).toMatchObject([{ summary: { listings: 4, repriced: 4, zeroed: 0 } }]);
    await cut(world, 4, { price: '98.00' });
    expect(await waits(world)).toEqual(all('price 10 98 waiting'));
    expect(await world.price('good 0', world.sourceId)).toMatchObject({ held_reason: 'adoption_waits' });
    await decideAll(world, 'approved');
    await both(world);
    expect([figures(world, 'other', 'price'), await questions(world)]).toEqual([all('98.00'), []]);
    const set = await world.rows<{ by: string; kind: string }>(
      sql`select distinct price_set->>'by' as by, price_set->>'kind' as kind from product_variants where organization_id = ${world.organizationId}`,
    );
    expect(set).toEqual([{ by: 'owner', kind: 'adoption' }]);
  });

  test('discarded, are ours again there without another question', async () => {
    await begin(4, { ...few, priceApprovalPercent: 10 });
    await cut(world, 4, { price: '99.00' });
    await decideAll(world, 'discarded');
    await both(world);
    expect([figures(world, 'source', 'price'), figures(world, 'other', 'price')]).toEqual([all('10.00'), all('10.00')]);
    expect(await questions(world)).toEqual([]);
  });

  test('count once for a listing that is repriced again and again', async () => {
    await begin(4, few);
    for (const price of ['11.00', '12.00', '13.00', '14.00']) await cut(world, 1, { price });
    expect([figures(world, 'other', 'price')[0], await questions(world)]).toEqual(['14.00', []]);
  });

  test('that were 0 wait with examples as well', async () => {
    await begin(4, few);
    await cut(world, 4, { price: '0.00' });
    await decideAll(world, 'approved');
    await both(world);
    world.clock.advance(3601);
    await cut(world, 4, { price: '12.00' });
    const [question] = await questions(world);
    const { largest } = await world.within((tx) => previewChangeSet(world.hub, tx, present(question, 'a question').id));
    expect(largest.map(({ price }) => price)).toMatchObject(
      Array.from({ length: 4 }, () => ({ before: '0.0000', after: '12.0000' })),
    );
  });

  test('are asked about, whatever else somebody has approved for the store within the hour', async () => {
    await begin(4, { ...few, priceApprovalPercent: 20 });
    await changeVariant(world.hub, world.actor, await world.variantOf('good 0'), { price: '15.00' });
    await both(world);
    expect(await questions(world)).toMatchObject([{ cause: 'prices', summary: { repriced: 1 } }]);
    await decideAll(world, 'approved');
    await both(world);
    await cut(world, 3, { price: '11.00' }, 1);
    expect(await questions(world)).toMatchObject([{ cause: 'adoption', summary: { repriced: 3 } }]);
  });

  test('in a currency without minor units are no others for being told otherwise', async () => {
    const yen = { source: { currency: 'JPY' }, other: { currency: 'JPY' }, hub: { currency: 'JPY' } };
    await begin(4, few, yen);
    await cut(world, 4, { price: '10' });
    expect(await waits(world)).toEqual([]);
    await cut(world, 4, { price: '1200' });
    expect(await waits(world)).toEqual(all('price 10 1200 waiting'));
    await decideAll(world, 'approved');
    await both(world);
    expect(figures(world, 'other', 'price')).toEqual(all('1200'));
  });

  test('and its quantities are one question, each counted by itself', async () => {
    await begin(4, few);
    await cut(world, 4, { quantity: 0 });
    await cut(world, 2, { price: '11.00' });
    expect(figures(world, 'other', 'price')).toEqual(['11.00', '11.00', '10.00', '10.00']);
    await cut(world, 2, { price: '12.00' }, 2);
    expect(await questions(world)).toMatchObject([{ summary: { listings: 4, zeroed: 4, repriced: 2, repricedBefore: 2 } }]);
  });

  test('that are read while they wait are the store’s to change back', async () => {
    await begin(4, few);
    await cut(world, 4, { price: '99.00' });
    await cut(world, 4, { price: '10.00' });
    expect([await questions(world), await waits(world)]).toEqual([[], all('price 10 99 put_back')]);
    expect(await world.price('good 0', world.sourceId)).toMatchObject({ held_reason: null, eligible: false });
  });

  test('counted page after page, whichever are booked at once', async () => {
    await begin(4, few);
    await world.rows(sql`update listing_prices set knowledge = 'unknown', eligible = true where store_id = ${world.sourceId}`);
    const worker = await workerWith(world, present(await world.within((tx) => takeLease(tx, world.sourceId)), 'the lease'));
    const claimed = await claimDue(worker, priceLevels, 10);
    const page = (from: number) => claimed.slice(from, from + 2).map((one) => ({ claimed: one, value: '7.00' }));
    await Promise.all([bookReadings(worker, priceLevels, page(0)), bookReadings(worker, priceLevels, page(2))]);
    expect(await questions(world)).toMatchObject([{ summary: { repriced: 2, repricedBefore: 2 } }]);
  });
});

test('the store that is asked about is named in its own question alone', async () => {
  await begin(4, few);
  await limit(world, world.otherId, few);
  for (const good of goodsOf(world, 4, 'other')) good.quantity = 0;
  await hints(world, goodsOf(world, 4, 'other'), world.otherId);
  await settle(world, world.sourceId);
  expect(await questions(world), 'what does not own its figures has drift, and no question').toEqual([]);
});
