/** From where on a store's catalog is asked for: what has changed since the newest change that was seen, and a little before. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { PullRequest } from '#connectors/connector.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const beginWorld = worlds();

const iso = (world: TwoStores, seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000).toISOString();

/** The next pull by the store's interval, which is none of everything. */
async function pull(world: TwoStores): Promise<string | null> {
  world.clock.advance(301);
  await world.turn(world.otherId);
  const asked = world.other.calls.filter(({ operation }) => operation === 'pull').at(-1);
  return (present(asked, 'a pull').input as PullRequest).since;
}

const titles = async (world: TwoStores) =>
  (
    await world.rows<{ title: string }>(
      sql`select product_title as title from listings where store_id = ${world.otherId} order by platform_variant_id`,
    )
  ).map(({ title }) => title);

test('a change that the platform shows late, with a moment from before the newest one seen, is pulled all the same', async () => {
  const world = await beginWorld({ goods: [{ variantId: 'hat' }, { variantId: 'shirt' }] });
  const seen = iso(world, 100);
  Object.assign(world.other.good('hat*'), { title: 'Cap', updatedAt: seen });
  await pull(world);
  expect(await titles(world)).toEqual(['Cap', 'Good shirt*']);
  // Changed while that pull ran, and found by no search until now.
  Object.assign(world.other.good('shirt*'), { title: 'Blouse', updatedAt: new Date(Date.parse(seen) - 60_000).toISOString() });
  const since = await pull(world);
  expect(Date.parse(seen) - Date.parse(since ?? '')).toBe(120_000);
  expect(await titles(world)).toEqual(['Cap', 'Blouse']);
});

test('a product of the future does not hide the changes of today', async () => {
  const world = await beginWorld({ goods: [{ variantId: 'hat' }, { variantId: 'shirt' }] });
  Object.assign(world.other.good('hat*'), { title: 'Cap', updatedAt: iso(world, 30 * 86_400) });
  await pull(world);
  expect(await titles(world)).toEqual(['Cap', 'Good shirt*']);
  Object.assign(world.other.good('shirt*'), { title: 'Blouse', updatedAt: iso(world, 200) });
  await pull(world);
  expect(await titles(world)).toEqual(['Cap', 'Blouse']);
});
