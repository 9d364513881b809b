/** A platform that refuses to lower a quantity goes on selling it: its units are kept from every other store. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import type { Refusal } from '#connectors/errors.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { explainListing } from '#listings/explain-listing.ts';
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

  test('are explained as held by the campaign, apart from what was probably sold', async () => {
    await start();
    lock(8);
    await count(6);
    const { listing_id: listingId } = await world.level('shirt', world.sourceId);
    const { listing_id: there } = await world.level('shirt*');
    const until = new Date(world.clock.now().getTime() + 60_000);
    await world.rows(sql`
      insert into listing_holds (organization_id, id, listing_id, store_id, variant_id, units, reason, until, created_at)
      select organization_id, ${newId()}, id, store_id, variant_id, 1, 'unexplained_drop', ${until}, ${world.clock.now()}
      from listings where id = ${there}`);
    const { quantity } = await explainListing(world.hub, world.actor, listingId);
    const [tried] = await world.rows<{ until: Date }>(sql`select until from listing_holds where reason = 'locked_by_platform'`);
    const held = { store: expect.stringMatching(/./), storeId: world.otherId, since: expect.stringMatching(/Z$/) };
    expect(quantity.steps.filter(({ code }) => code === 'held_units')).toEqual([
      {
        ...{ code: 'held_units', amount: '-1' },
        parameters: { ...held, reason: 'unexplained_drop', until: until.toISOString() },
      },
      {
        ...{ code: 'held_units', amount: '-10' },
        parameters: { ...held, reason: 'locked_by_platform', triedAt: tried?.until.toISOString() },
      },
    ]);
    // The store that holds them sells them: nothing is kept from it.
    const own = await explainListing(world.hub, world.actor, there);
    expect(own.quantity.steps.map(({ code, amount }) => [code, amount])).toContainEqual(['held_units', '-1']);
    expect(own.quantity.steps.filter(({ code }) => code === 'held_units')).toHaveLength(1);
    await world.rows(sql`delete from listing_holds where reason = 'unexplained_drop'`);
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

  test('are counted apart from what was probably sold there', async () => {
    await start();
    lock(8);
    await count(6);
    const until = new Date(world.clock.now().getTime() + 3_600_000);
    await world.rows(sql`
      insert into listing_holds (organization_id, id, listing_id, store_id, variant_id, units, reason, until, created_at)
      select organization_id, ${newId()}, id, store_id, variant_id, 1, 'unexplained_drop', ${until}, ${world.clock.now()}
      from listings where id = ${(await world.level('shirt*')).listing_id}`);
    lock(8);
    world.clock.advance(901);
    await world.turn(world.otherId);
    expect((await holds()).map(({ reason, units }) => `${reason} ${units}`).sort()).toEqual([
      'locked_by_platform 10',
      'unexplained_drop 1',
    ]);
    await world.rows(sql`delete from listing_holds where reason = 'unexplained_drop'`);
    await count(7);
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
