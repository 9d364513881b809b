import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WriteResult } from '#connectors/connector.ts';
import { CredentialsExpired, PlatformUnavailable, RateLimited } from '#connectors/errors.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { pauseStore, resumeStore } from '#stores/change-store.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, type TwoStoresOptions, twoStores } from './two-stores.ts';

let database: TestDatabase;
const open: TwoStores[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  for (const world of open) await world.close();
  await database.drop();
});

async function begin(options?: TwoStoresOptions): Promise<TwoStores> {
  const world = await twoStores(database, options);
  open.push(world);
  return world;
}

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
    const { requestListingSync } = await import('#sync/request-sync.ts');
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

describe('throttling, silence and access', () => {
  test('after a throttle answer nothing is sent before the time, whoever wakes the store; then everything is', async () => {
    const goods = Array.from({ length: 30 }, (_, at) => ({ variantId: `g${at}` }));
    const world = await begin({ goods, other: { limits: { quantitiesPerCall: 1 } } });
    for (const good of goods) await count(world, good.variantId, 1);
    world.other.next('pushQuantities', async () => {
      throw new RateLimited(20);
    });
    const dueAt = await world.turn(world.otherId);
    expect(dueAt).toEqual(new Date(world.clock.now().getTime() + 20_000));
    // Calls that were under way side by side may have ended; none began afterwards.
    const sent = world.other.callsOf('pushQuantities');
    expect(sent).toBeLessThanOrEqual(8);
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

  test('expired access is renewed once, and the push goes on with the new token', async () => {
    const world = await begin();
    world.other.next('pushQuantities', async () => {
      throw new CredentialsExpired('token expired');
    });
    await count(world, 'shirt', 3);
    await world.turn(world.otherId);
    await world.turn(world.otherId);
    expect(world.other.callsOf('refresh')).toBe(1);
    expect(world.other.calls.filter((call) => call.operation === 'pushQuantities').map((call) => call.token)).toEqual([
      'token',
      'renewed-1',
    ]);
    expect(world.other.good('shirt*').quantity).toBe(3);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active', last_error_code: null });
  });

  test('several calls that find the access expired renew it once', async () => {
    const goods = Array.from({ length: 6 }, (_, at) => ({ variantId: `g${at}` }));
    const world = await begin({ goods, other: { limits: { quantitiesPerCall: 1 } } });
    for (const [at, good] of goods.entries()) {
      await count(world, good.variantId, 1);
      world.other.next('pushQuantities', async () => {
        await new Promise((resolve) => setTimeout(resolve, at * 40));
        throw new CredentialsExpired('token expired');
      });
    }
    await world.turn(world.otherId);
    await world.turn(world.otherId);
    expect(world.other.callsOf('refresh')).toBe(1);
    expect(goods.map((good) => world.other.good(`${good.variantId}*`).quantity)).toEqual(goods.map(() => 1));
    expect(await world.store(world.otherId)).toMatchObject({ status: 'active' });
  });

  test('renewed access that is refused at once is not renewed again: the seller must reconnect', async () => {
    const world = await begin();
    for (let at = 0; at < 5; at++) {
      world.other.next('pushQuantities', async () => {
        throw new CredentialsExpired('token revoked');
      });
    }
    await count(world, 'shirt', 3);
    for (let at = 0; at < 4; at++) await world.turn(world.otherId);
    expect(world.other.callsOf('refresh')).toBe(1);
    expect(world.other.callsOf('pushQuantities')).toBe(2);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'needs_reconnect', last_error_code: 'needs_reconnect' });
  });

  test('access that cannot be renewed stops the store, and nothing more is sent', async () => {
    const world = await begin();
    world.other.next('pushQuantities', async () => {
      throw new CredentialsExpired('revoked');
    });
    world.other.next('refresh', async () => {
      throw new CredentialsExpired('revoked');
    });
    await count(world, 'shirt', 3);
    await world.turn(world.otherId);
    await world.turn(world.otherId);
    expect(await world.store(world.otherId)).toMatchObject({ status: 'needs_reconnect' });
    expect(world.other.callsOf('pushQuantities')).toBe(1);
    const lines = await world.rows<{ event: string }>(
      sql`select event from sync_logs where store_id = ${world.otherId} and level = 'error'`,
    );
    expect(lines.map((line) => line.event)).toContain('needs_reconnect');
  });
});

describe('what stores say', () => {
  test('I1: a count edited at the source store goes into the ledger and on to the other store', async () => {
    const world = await begin();
    world.source.good('shirt').quantity = 9;
    await world.hint(world.sourceId, world.source.good('shirt'));
    await world.turn(world.sourceId);
    expect(await world.onHand('shirt')).toBe(9);
    const lines = await world.rows<{ type: string; delta: number }>(
      sql`select type, delta from inventory_transactions where organization_id = ${world.organizationId} order by created_at, id`,
    );
    expect(lines).toEqual([
      { type: 'baseline', delta: 5 },
      { type: 'adoption', delta: 4 },
    ]);
    expect(world.wakes).toContain(`${world.organizationId}/${world.otherId}`);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(9);
    expect(world.source.callsOf('pushQuantities')).toBe(0);
  });

  test('a price edited at the source store becomes the master price', async () => {
    const world = await begin();
    world.source.good('shirt').price = '14.00';
    world.clock.advance(301);
    await world.turn(world.sourceId);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').price).toBe('14.00');
    expect(world.source.callsOf('pushPrices')).toBe(0);
  });

  test("another store's edit is drift: it is read and set back, and the book does not move", async () => {
    const world = await begin();
    world.other.good('shirt*').quantity = 40;
    await world.hint(world.otherId, world.other.good('shirt*'));
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(5);
    expect(await world.onHand('shirt')).toBe(5);
    const lines = await world.rows<{ event: string }>(sql`select event from sync_logs where store_id = ${world.otherId}`);
    expect(lines.map((line) => line.event)).toContain('quantity_drift');
  });

  test('the echo of our own push changes nothing', async () => {
    const world = await begin();
    await count(world, 'shirt', 3);
    await world.turn(world.sourceId);
    await world.hint(world.sourceId, world.source.good('shirt'));
    await world.turn(world.sourceId);
    expect(await world.onHand('shirt')).toBe(3);
    expect(world.source.callsOf('pushQuantities')).toBe(1);
  });

  test('a reading that was overtaken by a hint is dropped, and the level is read again', async () => {
    const world = await begin();
    world.other.good('shirt*').quantity = 40;
    await world.hint(world.otherId, world.other.good('shirt*'));
    world.other.next('readLevels', async (_, proceed) => {
      const readings = proceed();
      world.other.good('shirt*').quantity = 5;
      const { lockLevels, quantityLevels, saveLevels } = await import('#listings/level-rows.ts');
      const { afterEvent } = await import('#listings/level-state.ts');
      await world.within(async (tx) => {
        const rows = await lockLevels(tx, quantityLevels, sql`l.store_id = ${world.otherId}`);
        const doubted = rows.map((row) => ({ ...row, level: afterEvent(row.level, { kind: 'doubted' }, quantityLevels.same) }));
        await saveLevels(tx, quantityLevels, doubted, world.clock.now());
      });
      return readings;
    });
    await world.turn(world.otherId);
    expect(world.other.callsOf('readLevels')).toBe(2);
    expect(world.other.callsOf('pushQuantities')).toBe(0);
    expect(await world.level('shirt*')).toMatchObject({ remote: 5, knowledge: 'known' });
  });

  test.each([
    { title: 'it was applied', shows: 8, onHand: 8 },
    { title: 'it was not', shows: 5, onHand: 8 },
    { title: 'something else happened as well: the larger loss is believed', shows: 6, onHand: 6 },
  ])('a lost write on the source store, $title: nothing of ours is mistaken for an edit', async ({ shows, onHand }) => {
    const world = await begin();
    world.source.next('pushQuantities', async () => {
      throw new PlatformUnavailable('no answer', { mayHaveApplied: true });
    });
    await count(world, 'shirt', 8);
    await world.turn(world.sourceId);
    world.source.good('shirt').quantity = shows;
    world.clock.advance(61);
    await world.turn(world.sourceId);
    expect(await world.onHand('shirt')).toBe(onHand);
    expect(world.source.good('shirt').quantity).toBe(onHand);
    expect(await world.level('shirt', world.sourceId)).toMatchObject({ knowledge: 'known', desired: onHand, remote: onHand });
  });

  test('a hint about a listing that a page is just bringing is not lost', async () => {
    const world = await begin();
    world.source.add({ variantId: 'hat', quantity: 5 });
    world.source.next('pull', async (_, proceed) => {
      const pages = proceed();
      world.source.good('hat').quantity = 4;
      await world.hint(world.sourceId, world.source.good('hat'));
      for (let waited = 0; waited < 100; waited++) {
        const waiting = await world.rows(
          sql`select 1 from webhook_events where store_id = ${world.sourceId} and processed_at is null`,
        );
        if (waiting.length === 0) return pages;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('the hint was not taken in hand while the pull ran');
    });
    world.clock.advance(301);
    await world.turn(world.sourceId);
    await world.turn(world.sourceId);
    expect(await world.onHand('hat')).toBe(4);
  });
});

describe('people and processes', () => {
  test('a store paused during its turn is left alone from then on, and resuming reads before it writes', async () => {
    const world = await begin({ goods: [{ variantId: 'a' }, { variantId: 'b' }] });
    await count(world, 'a', 1);
    world.other.next('pushQuantities', async (_, proceed) => {
      const results = proceed();
      await pauseStore(world.hub, world.actor, world.otherId);
      await count(world, 'b', 1);
      return results;
    });
    await world.turn(world.otherId);
    expect(world.other.callsOf('pushQuantities')).toBe(1);
    expect(world.other.good('b*').quantity).toBe(5);
    world.other.good('b*').quantity = 9;
    await resumeStore(world.hub, world.actor, world.otherId);
    await world.turn(world.otherId);
    expect(world.other.callsOf('readLevels')).toBeGreaterThan(0);
    expect(world.other.good('b*').quantity).toBe(1);
  });

  test('work made while a turn ends makes the store due at once', async () => {
    const world = await begin();
    await world.turn(world.otherId);
    const before = await world.store(world.otherId);
    expect(before.next_run_at.getTime()).toBeGreaterThan(world.clock.now().getTime());
    const [turn] = await Promise.all([world.turn(world.otherId), count(world, 'shirt', 2)]);
    const { next_run_at } = await world.store(world.otherId);
    const done = world.other.good('shirt*').quantity === 2;
    expect(turn).not.toBe('busy');
    expect(done || next_run_at.getTime() <= world.clock.now().getTime()).toBe(true);
  });
});
