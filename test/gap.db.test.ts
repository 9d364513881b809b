/**
 * After a gap (paused and resumed, disconnected and connected again) nothing that was known, asked or lost before counts: what
 * stands there is read before anything is written. Each store here is one that was not pulled since.
 */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { PlatformUnavailable } from '#connectors/errors.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { disconnectStore, pauseStore, resumeStore } from '#stores/change-store.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import type { TwoStores, TwoStoresOptions } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  expect(await itemsOffTheirLedger(world), 'I1').toEqual([]);
  expect(await levelsOffTheirCauses(world), 'I5').toEqual([]);
});

/** Five shirts. */
async function begin(options: TwoStoresOptions = {}): Promise<void> {
  world = await beginWorld(options);
  await settle(world, world.otherId);
  await settle(world, world.sourceId);
  world.clock.advance(60);
}

/** A pull would show most of what is missed without it. */
const asIfPulled = (storeId: string) =>
  world.rows(sql`update stores set last_pulled_at = ${world.clock.now()} where id = ${storeId}`);

/** While the store is paused this happens there, and nobody is told of it. */
async function inAPause(storeId: string, happens: () => void): Promise<void> {
  await pauseStore(world.hub, world.actor, storeId);
  happens();
  await resumeStore(world.hub, world.actor, storeId);
  await asIfPulled(storeId);
}

const adjust = async (delta: number) =>
  void (await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), delta }));

async function settleBoth(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    world.clock.advance(3);
    for (const id of [world.sourceId, world.otherId]) await settle(world, id);
  }
}

const standing = async () => [
  world.source.good('shirt').quantity,
  world.other.good('shirt*').quantity,
  await world.onHand('shirt'),
];
const sellTwo = () => {
  world.source.good('shirt').quantity -= 2;
};

describe('what was sold in a pause at the store that owns the count', () => {
  test('is taken over before a change of ours is sent there', async () => {
    await begin();
    await inAPause(world.sourceId, sellTwo);
    await adjust(1);
    await settleBoth();
    expect(await standing()).toEqual([4, 4, 4]);
  });

  test('is taken over, though a write was under way that was applied before it', async () => {
    await begin();
    await adjust(1);
    world.source.next('pushQuantities', async (_, proceed) => {
      const ends = proceed();
      await inAPause(world.sourceId, sellTwo);
      return ends;
    });
    await world.turn(world.sourceId);
    await settleBoth();
    expect(await standing()).toEqual([4, 4, 4]);
  });

  test('is taken over, though a reading was under way that began before it', async () => {
    await begin();
    await world.hint(world.sourceId, world.source.good('shirt'));
    world.source.next('readLevels', async (_, proceed) => {
      const found = proceed();
      await inAPause(world.sourceId, sellTwo);
      return found;
    });
    await world.turn(world.sourceId);
    await settleBoth();
    expect(await standing()).toEqual([3, 3, 3]);
  });
});

describe('connected again', () => {
  test('a call without an answer is not repeated: the platform may have forgotten its key, so what stands there is read', async () => {
    await begin({ source: { compareAndSet: true, keys: true } });
    await adjust(-1);
    world.source.next('pushQuantities', async (_, proceed) => {
      proceed();
      throw new PlatformUnavailable('No answer', { mayHaveApplied: true });
    });
    await world.turn(world.sourceId);
    await disconnectStore(world.hub, world.actor, world.sourceId);
    await world.connect('fake');
    await settleBoth();
    expect(world.source.callsOf('pushQuantities')).toBe(1);
    expect(await standing()).toEqual([4, 4, 4]);
  });

  test('what was refused before is sent once more: whatever was wrong may have been settled', async () => {
    await begin();
    world.other.next('pushQuantities', async (writes) =>
      writes.map(({ writeId }) => ({ writeId, outcome: 'refused', refusal: { code: 'gone', parameters: {} } })),
    );
    await adjust(-1);
    await settleBoth();
    expect(await standing()).toEqual([4, 5, 4]);
    await disconnectStore(world.hub, world.actor, world.otherId);
    await world.connect('fake_other');
    await settleBoth();
    expect(await standing()).toEqual([4, 4, 4]);
  });
});
