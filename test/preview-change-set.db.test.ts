/** What waits for a person is shown in examples, whatever it is of: from what, to what. */
import { expect, test } from 'vitest';
import { openLocation } from '#listings/change-location.ts';
import { updateStore } from '#stores/change-store.ts';
import { stateRate } from '#stores/state-rate.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { changeStoreUnderBrake } from '#sync/brake.ts';
import { countAppliedChangeSets, countPendingChangeSets, listPendingChangeSets } from '#sync/change-sets.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import { changeLocationUnderBrake } from '#sync/location-brake.ts';
import { changeOrganizationRulesUnderBrake } from '#sync/organization-brake.ts';
import { previewChangeSet } from '#sync/preview-change-set.ts';
import { stateRateUnderBrake } from '#sync/rate-brake.ts';
import { levelsOffTheirCauses } from './causes.ts';
import type { TwoStores, TwoStoresOptions } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
const begin = async (options: TwoStoresOptions = {}) => {
  world = await beginWorld({ ...options, goods: ['a', 'b'].map((variantId) => ({ variantId, sku: variantId, quantity: 5 })) });
  for (const id of [world.sourceId, world.otherId])
    await updateStore(world.hub, world.actor, id, { settings: { brakeListings: 1 } });
  await settle(world, world.otherId);
};
const held = { code: 'brake_pending' };
const only = async () => (await world.within(listPendingChangeSets))[0]?.id ?? '';
const preview = async (id?: string) => {
  const changeSetId = id ?? (await only());
  return await world.within((tx) => previewChangeSet(world.hub, tx, changeSetId));
};
const save = (settings: Partial<StoreSettings>) => changeStoreUnderBrake(world.hub, world.actor, world.otherId, { settings });
const markup = { priceRule: { steps: [{ kind: 'percent' as const, percent: 10 }], rounding: { kind: 'none' as const } } };

test('rules of a store and of the organization', async () => {
  await begin();
  await expect(save(markup)).rejects.toMatchObject(held);
  expect(await preview()).toMatchObject({
    ...{ listings: 2, repriced: 2 },
    largest: [{ storeId: world.otherId, sku: 'a', price: { before: '10.0000', after: '11.00' } }, { sku: 'b' }],
  });
  await decideChangeSet(world.hub, world.actor, await only(), 'discarded');
  const stockRule = { buffer: 9, percent: 100, cap: null };
  await expect(changeOrganizationRulesUnderBrake(world.hub, world.actor, { stockRule })).rejects.toMatchObject(held);
  expect(await preview()).toMatchObject({ zeroed: 2, largest: [{ quantity: { before: 5, after: 0 } }, {}] });
});

test('a sale to come, as it will be when it begins', async () => {
  await begin();
  const sale = {
    name: '',
    off: { kind: 'percent' as const, percent: 20 },
    startsAt: '2090-01-01T00:00',
    endsAt: '2090-01-02T00:00',
  };
  await expect(save({ priceRule: { steps: [], rounding: { kind: 'none' }, sales: [sale] } })).rejects.toMatchObject(held);
  expect((await preview()).largest).toMatchObject([{ price: { before: '10.0000', after: '8.00' } }, {}]);
});

test('a rate, and a location', async () => {
  await begin({ other: { currency: 'EUR' } });
  await stateRate(world.hub, world.actor, { base: 'USD', quote: 'EUR', rate: '0.5' });
  await settle(world, world.otherId);
  world.clock.advance(60);
  const rate = stateRateUnderBrake(world.hub, world.actor, { base: 'USD', quote: 'EUR', rate: '0.6' });
  await expect(rate).rejects.toMatchObject(held);
  expect((await preview()).largest).toMatchObject([{ currency: 'EUR', price: { before: '5.0000', after: '6.00' } }, {}]);
  await decideChangeSet(world.hub, world.actor, await only(), 'discarded');
  const barn = await openLocation(world.hub, world.actor, { name: 'Barn' });
  await expect(save({ locationIds: [barn] })).rejects.toMatchObject(held);
  expect((await preview()).largest).toMatchObject([{ quantity: { before: 5, after: 0 } }, {}]);
  await decideChangeSet(world.hub, world.actor, await only(), 'discarded');
  const change = changeLocationUnderBrake(world.hub, world.actor, barn, { isDefault: true });
  await expect(change).rejects.toMatchObject(held);
  expect((await preview()).largest.length).toBeGreaterThan(1);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
});

test('decided, there is nothing to preview; how many wait and were applied is counted', async () => {
  await begin();
  await expect(save(markup)).rejects.toMatchObject(held);
  const id = await only();
  const counts = () =>
    world.within(async (tx) => [await countPendingChangeSets(tx), await countAppliedChangeSets(tx, world.clock.now())]);
  expect(await counts()).toEqual([1, 0]);
  await decideChangeSet(world.hub, world.actor, id, 'approved');
  expect(await counts()).toEqual([0, 1]);
  await expect(preview(id)).rejects.toMatchObject({ code: 'not_found' });
});
