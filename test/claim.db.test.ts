/** What a turn takes in hand, and what it leaves until what is wanted has been worked out anew. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { priceLevels, quantityLevels } from '#listings/level-rows.ts';
import { takeLease } from '#stores/lease.ts';
import { claimDue } from '#sync/claim.ts';
import type { TwoStores } from './two-stores.ts';
import { workerWith } from './worker-with.ts';
import { settle, worlds } from './worlds.ts';

const begin = worlds();

const workerOf = async (world: TwoStores) =>
  await workerWith(world, present(await world.within((tx) => takeLease(tx, world.otherId)), 'the lease'));

/** Of each good five were shown at both stores, and so many are counted now. */
async function start(counts: Readonly<Record<string, number>> = { more: 7, less: 2 }): Promise<TwoStores> {
  const world = await begin({ goods: Object.keys(counts).map((variantId) => ({ variantId })) });
  await settle(world, world.otherId);
  for (const [name, counted] of Object.entries(counts))
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf(name), counted });
  return world;
}

test('a figure by older rules is lowered, for that is safe; it is neither raised nor repriced', async () => {
  const world = await start();
  await world.rows(sql`update product_variants set price = 11 where organization_id = ${world.organizationId}`);
  await world.rows(sql`update listing_prices set desired = 11, eligible = true where store_id = ${world.otherId}`);
  const worker = await workerOf(world);
  worker.store.rulesVersion++;
  const taken = await claimDue(worker, quantityLevels, 10);
  expect(taken.map(({ write }) => write?.value)).toEqual([2]);
  expect(await claimDue(worker, priceLevels, 10)).toEqual([]);
  worker.store.rulesVersion--;
  expect((await claimDue(worker, quantityLevels, 10)).map(({ write }) => write?.value)).toEqual([7]);
  expect(await claimDue(worker, priceLevels, 10)).toHaveLength(2);
});

test('a figure that has become another by the passing of time is not sent as it was', async () => {
  const world = await start();
  const { id } = await world.level('more*');
  const changesAt = (at: Date) => world.rows(sql`update listing_levels set next_change_at = ${at} where id = ${id}`);
  const worker = await workerOf(world);
  await changesAt(world.clock.now());
  expect((await claimDue(worker, quantityLevels, 10)).map(({ write }) => write?.value)).toEqual([2]);
  await changesAt(new Date(world.clock.now().getTime() + 1));
  expect((await claimDue(worker, quantityLevels, 10)).map(({ write }) => write?.value)).toEqual([7]);
});

test('zeros go first, then what is lowered; a fifth is added for what is raised, which is never starved', async () => {
  const world = await start({ few: 1, less: 2, lesser: 3, least: 0, none: 0, more: 7, most: 9 });
  const worker = await workerOf(world);
  const next = async (atMost: number) =>
    (await claimDue(worker, quantityLevels, atMost)).map(({ write }) => write?.value).toSorted();
  expect(await next(2)).toEqual([0, 0, 7]);
  expect(await next(2)).toEqual([1, 2, 9]);
  expect(await next(2)).toEqual([3]);
});
