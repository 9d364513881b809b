/** The brake's share: what changes more than a part of a store waits, however small the store's number leaves it. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { openLocation } from '#listings/change-location.ts';
import { updateStore } from '#stores/change-store.ts';
import { stateRate } from '#stores/state-rate.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { changeStoreUnderBrake } from '#sync/brake.ts';
import { listPendingChangeSets } from '#sync/change-sets.ts';
import { changeLocationUnderBrake } from '#sync/location-brake.ts';
import { changeOrganizationRulesUnderBrake } from '#sync/organization-brake.ts';
import { stateRateUnderBrake } from '#sync/rate-brake.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import type { TwoStores, TwoStoresOptions } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  expect(await itemsOffTheirLedger(world)).toEqual([]);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
});

/** Goods with 5 of each, all of them linked. */
const begin = async (goods: number, options: TwoStoresOptions = {}) => {
  const of = Array.from({ length: goods }, (_, at) => ({ variantId: `good ${String(at).padStart(2, '0')}`, quantity: 5 }));
  world = await beginWorld({ ...options, goods: of });
  await settle(world, world.otherId);
};
const save = (settings: Partial<StoreSettings>) => changeStoreUnderBrake(world.hub, world.actor, world.otherId, { settings });
const sellNothing = { stockRule: { buffer: 1000, percent: 100, cap: null } };
const waiting = () => world.within(listPendingChangeSets);
const held = { code: 'brake_pending' };

describe('a store of more than ten listings', () => {
  test('is not zeroed whole without a question, though it has fewer listings than the number', async () => {
    await begin(12);
    await expect(save(sellNothing)).rejects.toMatchObject({ ...held, message: expect.stringContaining('12 of them to 0') });
    expect(await waiting()).toMatchObject([{ cause: 'rules', summary: { listings: 12, zeroed: 12 } }]);
    await settle(world, world.otherId);
    expect(world.other.good('good 00*').quantity).toBe(5);
  });

  test('is asked about what all stores follow too', async () => {
    await begin(12);
    await expect(changeOrganizationRulesUnderBrake(world.hub, world.actor, sellNothing)).rejects.toMatchObject(held);
  });

  test('is asked about a rate', async () => {
    await begin(12, { other: { currency: 'EUR' } });
    await stateRate(world.hub, world.actor, { base: 'USD', quote: 'EUR', rate: '0.5' });
    await settle(world, world.otherId);
    const rate = { base: 'USD', quote: 'EUR', rate: '0.6' };
    await expect(stateRateUnderBrake(world.hub, world.actor, rate)).rejects.toMatchObject(held);
  });

  test('is asked about a location', async () => {
    await begin(12);
    const barn = await openLocation(world.hub, world.actor, { name: 'Barn' });
    const message = expect.stringContaining('12 quantities');
    await expect(save({ locationIds: [barn] })).rejects.toMatchObject({ ...held, message });
    const change = changeLocationUnderBrake(world.hub, world.actor, barn, { isDefault: true });
    await expect(change).rejects.toMatchObject({ ...held, message });
  });

  test('may be changed whole where its share is 100 %, or none', async () => {
    for (const brakePercent of [100, null]) {
      await begin(12);
      await updateStore(world.hub, world.actor, world.otherId, { settings: { brakePercent } });
      await save(sellNothing);
      expect(await waiting()).toEqual([]);
    }
  });

  test('that was connected before there was a share has half', async () => {
    await begin(12);
    await world.rows(sql`update stores set settings = settings - 'brakePercent' where organization_id = ${world.organizationId}`);
    await expect(save(sellNothing)).rejects.toMatchObject(held);
  });
});

test('a store of ten listings is changed whole: no share of so few is a question', async () => {
  await begin(10);
  await updateStore(world.hub, world.actor, world.otherId, { settings: { brakePercent: 1 } });
  await save(sellNothing);
  expect(await waiting()).toEqual([]);
});
