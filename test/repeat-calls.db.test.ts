/** A write without an answer, at the store that owns the count: the very same call is repeated, and tells what became of it. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { PlatformUnavailable, RateLimited } from '#connectors/errors.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { pauseStore, resumeStore } from '#stores/change-store.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const begin = worlds();
let world: TwoStores;
const lost = () => new PlatformUnavailable('No answer', { mayHaveApplied: true });

afterEach(async () => {
  expect(await itemsOffTheirLedger(world), 'I1').toEqual([]);
  expect(await levelsOffTheirCauses(world), 'I5').toEqual([]);
});

async function start(goods = ['shirt', 'hat']): Promise<void> {
  world = await begin({
    goods: goods.map((variantId) => ({ variantId, quantity: 4 })),
    source: { compareAndSet: true, keys: true },
  });
}

const adjust = async (name: string, delta: number) =>
  adjustStock(world.hub, world.actor, { variantId: await world.variantOf(name), delta });

async function settleAll(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    world.clock.advance(3);
    for (const id of [world.sourceId, world.otherId]) await settle(world, id);
  }
}

const standing = async (name = 'shirt') => [
  world.source.good(name).quantity,
  world.other.good(`${name}*`).quantity,
  await world.onHand(name),
];

describe('a lost write', () => {
  test('that was applied counts as applied, though the owner sold after it', async () => {
    await start();
    await adjust('shirt', -1);
    world.source.next('pushQuantities', async (_writes, proceed) => {
      proceed();
      world.source.good('shirt').quantity -= 1;
      throw lost();
    });
    await world.turn(world.sourceId);
    await settleAll();
    expect(await standing()).toEqual([2, 2, 2]);
  });

  test('that found another figure counts as not applied, though what stands there is just what it would have written', async () => {
    await start();
    await adjust('shirt', -1);
    world.source.next('pushQuantities', async (_writes, proceed) => {
      world.source.good('shirt').quantity -= 1;
      proceed();
      throw lost();
    });
    await world.turn(world.sourceId);
    expect(world.source.good('shirt').quantity).toBe(3);
    await settleAll();
    expect(await standing()).toEqual([2, 2, 2]);
  });

  test('that never arrived is applied by its repetition, once, whatever else was sold meanwhile', async () => {
    await start();
    await adjust('shirt', 3);
    world.source.next('pushQuantities', async () => {
      throw lost();
    });
    await world.turn(world.sourceId);
    world.source.good('shirt').quantity -= 1;
    await world.hint(world.sourceId, world.source.good('shirt'));
    await settleAll();
    expect(await standing()).toEqual([6, 6, 6]);
  });

  test.each([
    ['is repeated all the same', 60, [6, 6, 6]],
    ['is read after an hour, for its key may be forgotten: the lower count of two', 3700, [3, 3, 3]],
  ] as const)('at a store that is paused meanwhile %s', async (_, pausedSeconds, then) => {
    await start();
    await adjust('shirt', 3);
    world.source.next('pushQuantities', async () => {
      throw lost();
    });
    await world.turn(world.sourceId);
    await pauseStore(world.hub, world.actor, world.sourceId);
    world.source.good('shirt').quantity -= 1;
    world.clock.advance(pausedSeconds);
    await resumeStore(world.hub, world.actor, world.sourceId);
    await settleAll();
    expect(await standing()).toEqual(then);
  });

  test('of a worker that died is repeated by the next one with all that was sent with it', async () => {
    await start();
    await adjust('shirt', -1);
    await adjust('hat', -2);
    const calls: string[] = [];
    world.source.next('pushQuantities', async (writes, proceed) => {
      calls.push(JSON.stringify(writes));
      proceed();
      world.source.good('shirt').quantity -= 1;
      throw lost();
    });
    await world.turn(world.sourceId);
    // As a worker that died would have left them.
    await world.rows(sql`update listing_levels set knowledge = 'in_flight', write_id = lost_write_id, write_value = lost_value, write_call = lost_call,
      write_fence = 0, lost_call = null, lost_value = null, lost_write_id = null, eligible = false where lost_call is not null`);
    world.source.next('pushQuantities', async (writes, proceed) => {
      calls.push(JSON.stringify(writes));
      return proceed();
    });
    await settleAll();
    expect(calls).toHaveLength(2);
    expect(calls[1]).toBe(calls[0]);
    expect([await standing('shirt'), await standing('hat')]).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ]);
  });

  test('whose call is not whole any more is read instead, when it can no longer arrive', async () => {
    await start();
    await adjust('shirt', -1);
    await adjust('hat', -2);
    world.source.next('pushQuantities', async (_writes, proceed) => {
      proceed();
      throw lost();
    });
    await world.turn(world.sourceId);
    const { listing_id: hat } = await world.level('hat', world.sourceId);
    await world.rows(sql`delete from listing_levels where listing_id = ${hat}`);
    const before = world.source.callsOf('pushQuantities');
    world.clock.advance(120);
    await settleAll();
    expect(world.source.callsOf('pushQuantities')).toBe(before);
    expect(await standing('shirt')).toEqual([3, 3, 3]);
  });

  test('that is lost again and again is repeated under the same key, at ever longer intervals', async () => {
    await start();
    await adjust('shirt', -1);
    for (let time = 0; time < 3; time++)
      world.source.next('pushQuantities', async (_writes, proceed) => {
        proceed();
        throw lost();
      });
    for (let time = 0; time < 8; time++) {
      await world.turn(world.sourceId);
      world.clock.advance(20);
    }
    await settleAll();
    expect(await standing()).toEqual([3, 3, 3]);
    expect(await world.level('shirt', world.sourceId)).toMatchObject({ knowledge: 'known', lost_value: null });
  });

  test('one of whose figures was refused before, alone, is repeated with all that was sent with it', async () => {
    await start();
    await adjust('hat', -2);
    for (let time = 0; time < 12; time++) {
      world.source.next('pushQuantities', async () => {
        throw new RateLimited(1);
      });
      await world.turn(world.sourceId);
      world.clock.advance(30);
    }
    await adjust('shirt', -1);
    const calls: string[] = [];
    for (let time = 0; time < 2; time++)
      world.source.next('pushQuantities', async (writes) => {
        calls.push(JSON.stringify(writes));
        throw lost();
      });
    await world.turn(world.sourceId);
    world.clock.advance(2);
    await world.turn(world.sourceId);
    expect(JSON.parse(calls[0] ?? '')).toHaveLength(2);
    expect(calls[1]).toBe(calls[0]);
    world.source.good('shirt').quantity -= 1;
    for (let time = 0; time < 20; time++) await settleAll();
    expect([await standing('shirt'), await standing('hat')]).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ]);
  });

  test('whose repetitions are never answered is read in the end, and what is wanted is sent by another call', async () => {
    await start();
    await adjust('shirt', -1);
    const calls = new Set<string>();
    for (let time = 0; time < 40; time++)
      world.source.next('pushQuantities', async (writes, proceed) => {
        if (calls.size > 0 && !calls.has(JSON.stringify(writes))) return proceed();
        calls.add(JSON.stringify(writes));
        throw lost();
      });
    for (let time = 0; time < 24; time++) {
      await world.turn(world.sourceId);
      world.clock.advance(400);
    }
    await settleAll();
    expect(await standing()).toEqual([3, 3, 3]);
  });
});
