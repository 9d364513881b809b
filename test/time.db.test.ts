/** Time is a cause: what becomes something else at a moment is recomputed at that moment, by itself. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { changeVariant } from '#listings/change-variant.ts';
import { linkListings } from '#listings/link-listing.ts';
import { updateStore } from '#stores/change-store.ts';
import { stateRate } from '#stores/state-rate.ts';
import type { TwoStores } from './two-stores.ts';
import { worldsAndOwner } from './worlds.ts';

const { begin, asOwner } = worldsAndOwner();
const daySeconds = 86_400;

/** The other store prices in euros, by a rate of half, and is looked at by itself only once a week. */
async function converting(goods = [{ variantId: 'shirt' }]): Promise<TwoStores> {
  const world = await begin({ other: { currency: 'EUR' }, goods, linked: false });
  const links = await world.rows<{ listingId: string; variantId: string }>(sql`
    select i.id as "listingId", s.variant_id as "variantId" from listings i join listings s on s.organization_id = i.organization_id
      and s.store_id = ${world.sourceId} and i.platform_variant_id = s.platform_variant_id || '*' where i.store_id = ${world.otherId}`);
  await linkListings(world.hub, world.actor, links);
  await updateStore(world.hub, world.actor, world.otherId, { settings: { syncIntervalSeconds: 604_800 } });
  await stateRate(world.hub, world.actor, { base: 'USD', quote: 'EUR', rate: '0.5' });
  await world.turn(world.otherId);
  return world;
}
const reprice = async (world: TwoStores, price: string) =>
  changeVariant(world.hub, world.actor, await world.variantOf('shirt'), { price });

describe('a stated rate that becomes too old', () => {
  test('makes the store due at that very moment, and its prices are held from then on without anybody doing anything', async () => {
    const world = await converting();
    expect(world.other.good('shirt*').price).toBe('5.00');
    world.clock.advance(30 * daySeconds - 5);
    await world.turn(world.otherId);
    const { next_run_at } = await world.store(world.otherId);
    const inMs = next_run_at.getTime() - world.clock.now().getTime();
    expect(inMs).toBeGreaterThan(4000);
    expect(inMs).toBeLessThanOrEqual(5002);
    expect(await world.price('shirt*')).toMatchObject({ held_reason: null, desired: '5.0000' });
    world.clock.advance(6);
    await world.turn(world.otherId);
    expect(await world.price('shirt*')).toMatchObject({
      held_reason: 'stale_rate',
      desired: null,
      next_change_at: null,
      eligible: false,
    });
    expect((await world.store(world.otherId)).next_run_at.getTime()).toBeGreaterThan(world.clock.now().getTime() + 60_000);
  });

  test('keeps a price that was not sent in time from being sent at all', async () => {
    const world = await converting();
    world.clock.advance(30 * daySeconds - 5);
    await world.turn(world.otherId);
    await reprice(world, '40.00');
    expect(await world.price('shirt*')).toMatchObject({ desired: '20.0000', eligible: true });
    world.clock.advance(6);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').price).toBe('5.00');
  });

  test('stated anew, prices go on by the new one and the moment moves with it', async () => {
    const world = await converting();
    world.clock.advance(31 * daySeconds);
    await world.turn(world.otherId);
    await stateRate(world.hub, world.actor, { base: 'USD', quote: 'EUR', rate: '0.6' });
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').price).toBe('6.00');
    const { next_change_at } = await world.price('shirt*');
    expect((next_change_at as Date).getTime()).toBe(world.clock.now().getTime() + 30 * daySeconds * 1000 + 1);
  });

  test('is found by an index and drained in chunks, all of them in one turn', async () => {
    const goods = Array.from({ length: 1100 }, (_, at) => ({ variantId: `good-${at}` }));
    const world = await converting(goods);
    await asOwner('analyze listing_prices, listing_levels');
    const plan = await world.rows<{ 'QUERY PLAN': string }>(sql`explain select l.id from listing_prices l
      where l.organization_id = ${world.organizationId} and l.store_id = ${world.otherId} and l.next_change_at <= ${world.clock.now()}`);
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('listing_prices_next_change');
    world.clock.advance(31 * daySeconds);
    await world.turn(world.otherId);
    const held = await world.rows(
      sql`select held_reason, count(*)::int as n from listing_prices where store_id = ${world.otherId} group by 1`,
    );
    expect(held).toEqual([{ held_reason: 'stale_rate', n: 1100 }]);
  });
});
