/** Pages of a long pull, or of an export, come late: what a hint has brought meanwhile is newer. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { takeLease } from '#stores/lease.ts';
import { pullProducts } from '#sync/pull.ts';
import type { TwoStores } from './two-stores.ts';
import { workerWith } from './worker-with.ts';
import { worlds } from './worlds.ts';

const beginWorld = worlds();
const [before, after] = ['2026-05-01T10:00:00Z', '2026-05-01T10:00:01Z'];

const titles = async (world: TwoStores) =>
  (
    await world.rows<{ title: string; state: string }>(
      sql`select product_title as title, state from listings order by product_title`,
    )
  ).map(({ title, state }) => `${title} ${state}`);

describe.each(['source', 'other'] as const)('at the %s store', (which) => {
  test('an older page does not overwrite what a newer one has shown, nor take away what only that one had', async () => {
    const world = await beginWorld({ goods: [{ variantId: 'shirt', title: 'Shirt' }] });
    const [shop, storeId] = which === 'source' ? [world.source, world.sourceId] : [world.other, world.otherId];
    const [good] = [...shop.goods.values()];
    const shirt = present(good, 'the shirt');
    const worker = await workerWith(world, present(await world.within((tx) => takeLease(tx, storeId)), 'the lease'));
    Object.assign(shirt, { title: 'Blouse', updatedAt: after });
    const large = shop.add({ variantId: 'large', productId: shirt.productId, title: 'Blouse', updatedAt: after });
    await pullProducts(worker, [shirt.productId]);
    const newest = await titles(world);
    expect(newest).toEqual(['Blouse live', 'Blouse live', 'Shirt live']);
    Object.assign(shirt, { title: 'Shirt', updatedAt: before });
    large.gone = true;
    await pullProducts(worker, [shirt.productId]);
    expect(await titles(world)).toEqual(newest);
    shirt.updatedAt = after;
    await pullProducts(worker, [shirt.productId]);
    expect(await titles(world), 'of the same second, the last word counts').toEqual(['Blouse gone', 'Shirt live', 'Shirt live']);
  });
});

test('a page that tells of several changes locks their levels at once: in any order two would wait for each other', async () => {
  const world = await beginWorld({ goods: [{ variantId: 'shirt' }, { variantId: 'hat' }] });
  const worker = await workerWith(world, present(await world.within((tx) => takeLease(tx, world.otherId)), 'the lease'));
  const [shirt, hat] = [world.other.good('shirt*'), world.other.good('hat*')];
  // What is edited is compared with what is known; what is counted no longer is computed anew. What is wrong is told after the test.
  for (const [edited, other] of [
    [shirt, hat],
    [hat, shirt],
  ]) {
    Object.assign(present(edited, 'one'), { tracked: true, quantity: 17 });
    Object.assign(present(other, 'the other'), { tracked: false });
    await pullProducts(worker, [shirt.productId, hat.productId]);
    expect(await world.level(present(edited, 'one').variantId)).toMatchObject({ knowledge: 'unknown' });
    expect(await world.level(present(other, 'the other').variantId)).toMatchObject({ held_reason: 'not_tracked' });
    Object.assign(present(other, 'the other'), { tracked: true });
    await pullProducts(worker, [shirt.productId, hat.productId]);
  }
});
