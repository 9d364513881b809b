import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { WriteResult } from '#connectors/connector.ts';
import { PlatformUnavailable, RateLimited } from '#connectors/errors.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { requestListingSync } from '#sync/request-sync.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const begin = worlds();

const count = async (world: TwoStores, sourceVariantId: string, counted: number) =>
  void (await adjustStock(world.hub, world.actor, { variantId: await world.variantOf(sourceVariantId), counted }));

describe('a push', () => {
  test('a change of stock reaches the other store in one turn and is then known there', async () => {
    const world = await begin();
    await count(world, 'shirt', 3);
    expect(await world.level('shirt*')).toMatchObject({ desired: 3, remote: 5, eligible: true });
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(3);
    expect(await world.level('shirt*')).toMatchObject({ desired: 3, remote: 3, knowledge: 'known', eligible: false });
    expect(world.errors).toEqual([]);
  });

  test('a change of price reaches the other store', async () => {
    const world = await begin();
    await changeVariant(world.hub, world.actor, await world.variantOf('shirt'), { price: '12.5' });
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').price).toBe('12.50');
    expect(await world.price('shirt*')).toMatchObject({ knowledge: 'known', eligible: false });
  });

  test('what is true already is neither read nor written', async () => {
    const world = await begin();
    await world.turn(world.otherId);
    const calls = world.other.calls.length;
    await world.turn(world.otherId);
    expect(world.other.calls.slice(calls).map((call) => call.operation)).toEqual([]);
  });

  test('a refused value is not sent again, and the next change is', async () => {
    const world = await begin();
    world.other.next('pushQuantities', async (writes) =>
      writes.map(
        (write): WriteResult => ({
          writeId: write.writeId,
          outcome: 'refused',
          refusal: { code: 'campaign', parameters: { campaign: '11.11' } },
        }),
      ),
    );
    await count(world, 'shirt', 3);
    await world.turn(world.otherId);
    expect(await world.level('shirt*')).toMatchObject({
      knowledge: 'known',
      refused_for: '3',
      eligible: false,
      refusal: { code: 'campaign' },
    });
    await world.turn(world.otherId);
    expect(world.other.callsOf('pushQuantities')).toBe(1);
    await count(world, 'shirt', 2);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(2);
    expect(await world.level('shirt*')).toMatchObject({ refused_for: null, refusal: null, eligible: false });
  });

  test('half of a call that is refused does not hold the other half back, and a write without a result counts as lost', async () => {
    const world = await begin({ goods: [{ variantId: 'a' }, { variantId: 'b' }, { variantId: 'c' }] });
    world.other.next('pushQuantities', async (writes, proceed) =>
      proceed().flatMap((result, at): WriteResult[] => {
        const name = writes[at]?.ref.listing.variantId;
        if (name === 'c*') return [];
        return name === 'b*'
          ? [{ writeId: result.writeId, outcome: 'refused', refusal: { code: 'campaign', parameters: {} } }]
          : [result];
      }),
    );
    for (const name of ['a', 'b', 'c']) await count(world, name, 1);
    await world.turn(world.otherId);
    expect(await world.level('a*')).toMatchObject({ remote: 1, knowledge: 'known' });
    expect(await world.level('b*')).toMatchObject({ refused_for: '1', knowledge: 'known' });
    expect(await world.level('c*')).toMatchObject({ knowledge: 'unknown', lost_value: 1 });
  });

  test('compare-and-set: a stale write is not applied; the level is read and written anew', async () => {
    const world = await begin({ other: { compareAndSet: true } });
    await count(world, 'shirt', 8);
    world.other.good('shirt*').quantity = 4;
    await world.turn(world.otherId);
    expect(world.other.callsOf('pushQuantities')).toBe(2);
    expect(world.other.callsOf('readLevels')).toBe(1);
    expect(world.other.good('shirt*').quantity).toBe(8);
    expect(await world.level('shirt*')).toMatchObject({ remote: 8, knowledge: 'known', eligible: false });
  });
});

describe('a write without an answer', () => {
  const lost = async (world: TwoStores, applied: boolean) => {
    world.other.next('pushQuantities', async (_, proceed) => {
      if (applied) proceed();
      throw new PlatformUnavailable('no answer', { mayHaveApplied: true });
    });
    await count(world, 'shirt', 3);
    await world.turn(world.otherId);
  };

  test.each([true, false])(
    'is neither read nor written while it may still be applied; then it is read (applied: %s)',
    async (applied) => {
      const world = await begin();
      await lost(world, applied);
      expect(await world.level('shirt*')).toMatchObject({ knowledge: 'unknown', lost_value: 3 });
      await count(world, 'shirt', 2);
      world.clock.advance(59);
      await world.turn(world.otherId);
      expect(world.other.callsOf('readLevels')).toBe(0);
      expect(world.other.callsOf('pushQuantities')).toBe(1);
      world.clock.advance(2);
      await world.turn(world.otherId);
      expect(world.other.callsOf('readLevels')).toBe(1);
      expect(world.other.good('shirt*').quantity).toBe(2);
      expect(await world.level('shirt*')).toMatchObject({ knowledge: 'known', lost_value: null, remote: 2 });
    },
  );

  test('that is applied late is seen by the reading that follows', async () => {
    const world = await begin();
    await lost(world, false);
    world.clock.advance(30);
    world.other.good('shirt*').quantity = 3;
    await count(world, 'shirt', 7);
    world.clock.advance(31);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(7);
  });

  test('asked to sync now, it still waits for the lost write', async () => {
    const world = await begin();
    await lost(world, false);
    await requestListingSync(world.hub, world.actor, (await world.level('shirt*')).listing_id);
    world.clock.advance(10);
    await world.turn(world.otherId);
    expect(world.other.callsOf('readLevels')).toBe(0);
  });

  test('the store is due again when the lost write can no longer apply, not sooner', async () => {
    const world = await begin();
    await lost(world, false);
    world.clock.advance(20);
    const dueAt = await world.turn(world.otherId);
    expect(dueAt).toBeInstanceOf(Date);
    const waitSeconds = ((dueAt as Date).getTime() - world.clock.now().getTime()) / 1000;
    expect(waitSeconds).toBeGreaterThan(35);
    expect(waitSeconds).toBeLessThanOrEqual(40);
  });
});

describe('what fails in our own code', () => {
  test.each(['pushQuantities', 'readLevels'] as const)('ends the turn, and is made good by a later one: %s', async (call) => {
    const world = await begin();
    await count(world, 'shirt', 3);
    if (call === 'readLevels') await world.hint(world.otherId, world.other.good('shirt*'));
    world.other.next(call, async () => {
      throw new TypeError('our own');
    });
    await expect(world.turn(world.otherId)).rejects.toThrow('our own');
    expect(world.other.good('shirt*').quantity).toBe(5);
    world.clock.advance(61);
    await settle(world, world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(3);
  });
});

describe('throttling and silence', () => {
  test('after a throttle answer nothing is sent before the time, whoever wakes the store; then everything is', async () => {
    const goods = Array.from({ length: 60 }, (_, at) => ({ variantId: `g${at}` }));
    const world = await begin({ goods, other: { limits: { quantitiesPerCall: 1 } } });
    for (const good of goods) await count(world, good.variantId, 1);
    world.other.next('pushQuantities', async () => {
      throw new RateLimited(20);
    });
    const dueAt = await world.turn(world.otherId);
    expect(dueAt).toEqual(new Date(world.clock.now().getTime() + 20_000));
    // Calls that were under way side by side may have ended; none began afterwards.
    const sent = world.other.callsOf('pushQuantities');
    expect(sent).toBeLessThanOrEqual(24);
    world.clock.advance(10);
    await world.turn(world.otherId);
    expect(world.other.callsOf('pushQuantities')).toBe(sent);
    world.clock.advance(11);
    await world.turn(world.otherId);
    expect(goods.map((good) => world.other.good(`${good.variantId}*`).quantity)).toEqual(goods.map(() => 1));
    // Not applied is certain: nothing had to be read.
    expect(world.other.callsOf('readLevels')).toBe(0);
  });

  test('eight calls that fail side by side are one failure of the store', async () => {
    const goods = Array.from({ length: 8 }, (_, at) => ({ variantId: `g${at}` }));
    const world = await begin({ goods, other: { limits: { quantitiesPerCall: 1 } } });
    for (const good of goods) {
      await count(world, good.variantId, 1);
      world.other.next('pushQuantities', async () => {
        throw new PlatformUnavailable('connection refused', { mayHaveApplied: false });
      });
    }
    await world.turn(world.otherId);
    const [row] = await world.rows<{ failures: number }>(
      sql`select consecutive_failures as failures from stores where id = ${world.otherId}`,
    );
    expect(row?.failures).toBe(1);
  });
});
