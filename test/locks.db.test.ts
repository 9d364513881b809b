/** A platform that refuses to lower a quantity goes on selling it: its units are kept from every other store. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import type { Refusal } from '#connectors/errors.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { freeForSales } from '#listings/holds.ts';
import { levelsOffTheirCauses } from './causes.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const begin = worlds();
let world: TwoStores;
const refusal: Refusal = { code: 'campaign', parameters: {}, keepsUnits: true };
let locked = 0;

async function start(): Promise<void> {
  world = await begin({ goods: [{ variantId: 'shirt', quantity: 10 }] });
  locked = 0;
}

/** A campaign holds units: the next write below them is refused. */
function lock(units: number): void {
  locked = units;
  if (units > 0) world.other.next('pushQuantities', refuse);
}

const refuse: Parameters<TwoStores['other']['next']>[1] = async (writes, proceed) => {
  const asked = writes as readonly { writeId: string; quantity: number }[];
  if (asked.every(({ quantity }) => quantity >= locked)) return proceed();
  return asked.map(({ writeId }) => ({ writeId, outcome: 'refused' as const, refusal })) as never;
};

async function count(counted: number): Promise<void> {
  await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted });
  for (const id of [world.otherId, world.sourceId, world.otherId]) await world.turn(id);
}

const shown = () => [world.source.good('shirt').quantity, world.other.good('shirt*').quantity];
const holds = () => world.rows<{ units: number; reason: string }>(sql`select units, reason from listing_holds`);

afterEach(async () => {
  expect(await levelsOffTheirCauses(world), 'I5').toEqual([]);
});

describe('units that a campaign holds', () => {
  test('are kept from every other store, and stay for sale where they are', async () => {
    await start();
    lock(8);
    await count(6);
    expect(await holds()).toEqual([{ units: 10, reason: 'locked_by_platform' }]);
    expect(shown()).toEqual([0, 10]);
    expect(await world.level('shirt*')).toMatchObject({ desired: 6, remote: 10, refusal: { code: 'campaign' } });
  });

  test('are not given up for a sale: only what was held for that sale is', async () => {
    await start();
    lock(8);
    await count(6);
    const { listing_id: listingId } = await world.level('shirt*');
    const left = await world.within((tx) => freeForSales(tx, [{ listingId, place: '', units: 4 }]));
    expect(left.map(({ units }) => units)).toEqual([4]);
    expect(await holds()).toEqual([{ units: 10, reason: 'locked_by_platform' }]);
  });

  test('are asked for again from time to time, and are for sale everywhere once they are given up', async () => {
    await start();
    lock(8);
    await count(6);
    lock(8);
    world.clock.advance(901);
    await world.turn(world.otherId);
    await world.turn(world.sourceId);
    expect([await holds(), shown()]).toEqual([[{ units: 10, reason: 'locked_by_platform' }], [0, 10]]);
    lock(0);
    world.clock.advance(901);
    for (const id of [world.otherId, world.sourceId]) await world.turn(id);
    expect([await holds(), shown()]).toEqual([[], [6, 6]]);
    const told = await world.rows<{ event: string }>(
      sql`select event from sync_logs where event like 'units_%' order by created_at, id`,
    );
    expect(told.map(({ event }) => event)).toEqual(['units_locked', 'units_given_up']);
  });

  test('are for sale everywhere again when there are enough for all', async () => {
    await start();
    lock(8);
    await count(6);
    await count(25);
    await world.turn(world.sourceId);
    expect([await holds(), shown()]).toEqual([[], [25, 25]]);
  });

  test('any other refusal holds nothing', async () => {
    await start();
    world.other.next('pushQuantities', async (writes) =>
      writes.map(({ writeId }) => ({ writeId, outcome: 'refused' as const, refusal: { code: 'odd', parameters: {} } })),
    );
    await count(6);
    expect([await holds(), shown()]).toEqual([[], [6, 10]]);
  });
});
