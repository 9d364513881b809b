/** What the brake holds besides rules: a stated rate, the locations that feed a store, a location closed or made the default. */
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { type LocationChange, openLocation } from '#listings/change-location.ts';
import { receiveStock } from '#listings/post-stock.ts';
import { updateStore } from '#stores/change-store.ts';
import { listRates, stateRate } from '#stores/state-rate.ts';
import { changeStoreUnderBrake } from '#sync/brake.ts';
import { listAppliedChangeSets, listPendingChangeSets } from '#sync/change-sets.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import { changeLocationUnderBrake, previewLocation } from '#sync/location-brake.ts';
import { previewRules } from '#sync/preview-rules.ts';
import { previewRate, stateRateUnderBrake } from '#sync/rate-brake.ts';
import { previewUndo, undoChangeSet } from '#sync/undo-change-set.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  expect(await itemsOffTheirLedger(world)).toEqual([]);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
});

const waiting = () => world.within(listPendingChangeSets);
const only = async () => {
  const [one, ...others] = await waiting();
  if (one === undefined || others.length > 0) throw new Error(`${others.length + (one === undefined ? 0 : 1)} change-sets wait`);
  return one;
};
const decide = (id: string, decision: 'approved' | 'discarded') => decideChangeSet(world.hub, world.actor, id, decision);
const newestApplied = async () => (await world.within((tx) => listAppliedChangeSets(tx, world.clock.now())))[0]?.id ?? '';
const undo = (id: string) => undoChangeSet(world.hub, world.actor, id);
const undoPreview = (id: string) => world.within((tx) => previewUndo(world.hub, tx, id));
const brakeAt = (brakeListings: number) => updateStore(world.hub, world.actor, world.otherId, { settings: { brakeListings } });
const there = async () => {
  await settle(world, world.otherId);
  return ['a*', 'b*'].map((name) => world.other.good(name));
};
const pricesThere = async () => (await there()).map(({ price }) => price);
const quantitiesThere = async () => (await there()).map(({ quantity }) => quantity);
/** What nothing may have touched while something waits: every figure that stores should show. */
const wanted = () =>
  world.rows(sql`select l.listing_id, l.desired, l.rules_version from listing_levels l where organization_id = ${world.organizationId}
    union all select l.listing_id, l.desired::text::numeric, l.rules_version from listing_prices l where organization_id = ${world.organizationId} order by 1, 2`);

describe('a stated rate', () => {
  const begin = async () => {
    world = await beginWorld({ other: { currency: 'EUR' }, goods: [{ variantId: 'a' }, { variantId: 'b' }] });
    await stateRate(world.hub, world.actor, { base: 'USD', quote: 'EUR', rate: '0.5' });
    await brakeAt(1);
    expect(await pricesThere()).toEqual(['5.00', '5.00']);
    world.clock.advance(60);
  };
  const state = (rate: string, quote = 'EUR') => stateRateUnderBrake(world.hub, world.actor, { base: 'USD', quote, rate });
  const rates = () => world.within(listRates);

  test('that would reprice more than the store allows waits, says what it is, and changes nothing until it is approved', async () => {
    await begin();
    const before = await wanted();
    await expect(state('0.6')).rejects.toMatchObject({
      code: 'brake_pending',
      message: expect.stringContaining('The rate 1 USD = 0.6 EUR would change 2 prices and 0 quantities'),
    });
    const one = await only();
    expect(one).toMatchObject({ storeId: null, cause: 'rate', summary: { listings: 2, repriced: 2, recounted: 0, zeroed: 0 } });
    expect(one.change).toMatchObject({ rate: { base: 'USD', quote: 'EUR', rate: '0.6' } });
    expect(await wanted()).toEqual(before);
    expect(await pricesThere()).toEqual(['5.00', '5.00']);
    expect(await rates()).toMatchObject([{ rate: '0.5' }]);
    const askedAt = world.clock.now();
    world.clock.advance(3600);
    await decide(one.id, 'approved');
    expect(await pricesThere()).toEqual(['6.00', '6.00']);
    expect(await rates()).toMatchObject([{ rate: '0.6' }]);
    // As old as what was said, not as its approval.
    expect(Number((await rates())[0]?.statedAt)).toBeLessThanOrEqual(askedAt.getTime());
  });

  test('discarded, leaves the rate as it was', async () => {
    await begin();
    await expect(state('0.6')).rejects.toMatchObject({ code: 'brake_pending' });
    await decide((await only()).id, 'discarded');
    expect(await pricesThere()).toEqual(['5.00', '5.00']);
    expect(await rates()).toMatchObject([{ rate: '0.5' }]);
  });

  test('that touches no more than the store allows goes at once, and is previewed without changing anything', async () => {
    await begin();
    await brakeAt(2);
    const before = await wanted();
    const asked = await world.within((tx) => previewRate(world.hub, tx, { base: 'USD', quote: 'EUR', rate: '0.7' }));
    expect(asked).toMatchObject({ listings: 2, repriced: 2, recounted: 0, rates: [{ base: 'USD', quote: 'EUR', rate: '0.7' }] });
    expect(asked.largest).toMatchObject([{ price: { before: '5.0000', after: '7.00' } }, {}]);
    expect(await rates()).toMatchObject([{ rate: '0.5' }]);
    expect(await wanted()).toEqual(before);
    await state('0.7');
    expect(await waiting()).toEqual([]);
    expect(await pricesThere()).toEqual(['7.00', '7.00']);
  });

  test('takes the place of what waits for the same pair, and of no other pair', async () => {
    await begin();
    await expect(state('0.6')).rejects.toMatchObject({ code: 'brake_pending' });
    const first = await only();
    await state('25400', 'VND');
    expect((await only()).id).toBe(first.id);
    await expect(state('0.7')).rejects.toMatchObject({ code: 'brake_pending' });
    await expect(decide(first.id, 'approved')).rejects.toMatchObject({ code: 'conflict' });
    expect((await only()).change).toMatchObject({ rate: { rate: '0.7' } });
    // As it is already: nothing has to wait, and nothing waits any more.
    await state('0.5');
    expect(await waiting()).toEqual([]);
    expect(await pricesThere()).toEqual(['5.00', '5.00']);
  });

  test('that has grown too old while it waited is not approved any more', async () => {
    await begin();
    await expect(state('0.6')).rejects.toMatchObject({ code: 'brake_pending' });
    const { id } = await only();
    world.clock.advance(30 * 86_400 + 1);
    await expect(decide(id, 'approved')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('30 days') });
    expect((await only()).id).toBe(id);
    await decide(id, 'discarded');
  });

  test('approved, can be undone once, after a preview; not when another was stated since', async () => {
    await begin();
    await expect(state('0.6')).rejects.toMatchObject({ code: 'brake_pending' });
    await decide((await only()).id, 'approved');
    expect(await pricesThere()).toEqual(['6.00', '6.00']);
    const id = await newestApplied();
    expect(await undoPreview(id)).toMatchObject({
      problem: null,
      rows: null,
      rules: { repriced: 2, largest: [{ price: { before: '6.0000', after: '5.00' } }, {}] },
    });
    expect(await rates()).toMatchObject([{ rate: '0.6' }]);
    await undo(id);
    expect(await pricesThere()).toEqual(['5.00', '5.00']);
    await expect(undo(id)).rejects.toMatchObject({ code: 'conflict' });
    await brakeAt(2);
    await state('0.7');
    const later = await newestApplied();
    world.clock.advance(1);
    await state('0.8');
    expect((await undoPreview(later)).problem).toContain('stated anew');
    await expect(undo(later)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('the locations that feed stores', () => {
  let [main, barn] = ['', ''];
  /** 5 of each at the default location, 3 of each in the barn: the other store sells 8, the source store 5. */
  const begin = async () => {
    world = await beginWorld({
      goods: [
        { variantId: 'a', quantity: 5 },
        { variantId: 'b', quantity: 5 },
      ],
    });
    barn = await openLocation(world.hub, world.actor, { name: 'Barn' });
    const [found] = await world.rows<{ id: string }>(
      sql`select id from inventory_locations where organization_id = ${world.organizationId} and is_default`,
    );
    main = found?.id ?? '';
    const lines = await Promise.all(['a', 'b'].map(async (name) => ({ variantId: await world.variantOf(name), units: 3 })));
    await receiveStock(world.hub, world.actor, { locationId: barn, note: '', lines });
    await brakeAt(1);
    expect(await quantitiesThere()).toEqual([8, 8]);
    await settle(world, world.sourceId);
  };
  const feed = (locationIds: readonly string[] | null) =>
    changeStoreUnderBrake(world.hub, world.actor, world.otherId, { settings: { locationIds } });
  const change = (id: string, what: LocationChange) => changeLocationUnderBrake(world.hub, world.actor, id, what);
  const locations = () =>
    world.rows(
      sql`select name, is_default, is_active from inventory_locations where organization_id = ${world.organizationId} order by created_at, id`,
    );

  test('chosen otherwise for a store wait, are approved, and are undone', async () => {
    await begin();
    const before = await wanted();
    const asked = await world.within((tx) =>
      previewRules(world.hub, tx, { scope: { storeId: world.otherId }, patch: { locationIds: [barn] } }),
    );
    expect(asked).toMatchObject({ recounted: 2, repriced: 0, largest: [{ quantity: { before: 8, after: 3 } }, {}] });
    await expect(feed([barn])).rejects.toMatchObject({ code: 'brake_pending' });
    const one = await only();
    expect(one).toMatchObject({ storeId: world.otherId, cause: 'rules', summary: { recounted: 2, zeroed: 0 } });
    expect(one.change).toEqual({ patch: { settings: { locationIds: [barn] } } });
    expect(await wanted()).toEqual(before);
    expect(await quantitiesThere()).toEqual([8, 8]);
    await decide(one.id, 'approved');
    expect(await quantitiesThere()).toEqual([3, 3]);
    const id = await newestApplied();
    expect((await undoPreview(id)).rules).toMatchObject({ recounted: 2, largest: [{ quantity: { before: 3, after: 8 } }, {}] });
    await undo(id);
    expect(await quantitiesThere()).toEqual([8, 8]);
  });

  test('chosen otherwise together with a rule are judged with it', async () => {
    await begin();
    const settings = { locationIds: [barn], stockRule: { buffer: 3, percent: 100, cap: null } };
    await expect(changeStoreUnderBrake(world.hub, world.actor, world.otherId, { settings })).rejects.toMatchObject({
      code: 'brake_pending',
      message: expect.stringContaining('2 of them to 0'),
    });
  });

  test('discarded, or chosen as they are, change nothing', async () => {
    await begin();
    await expect(feed([barn])).rejects.toMatchObject({ code: 'brake_pending' });
    await feed(null);
    expect(await waiting()).toEqual([]);
    await expect(feed([main])).rejects.toMatchObject({ code: 'brake_pending' });
    await decide((await only()).id, 'discarded');
    expect(await quantitiesThere()).toEqual([8, 8]);
  });

  test('one that would be closed waits with the rest of what was asked, is approved, and is opened again by undoing', async () => {
    await begin();
    const before = await wanted();
    const asked = await world.within((tx) => previewLocation(world.hub, tx, barn, { isActive: false }));
    expect(asked).toMatchObject({ recounted: 2, repriced: 0, largest: [{ quantity: { before: 8, after: 5 } }, {}] });
    await expect(change(barn, { isActive: false, name: 'Old barn' })).rejects.toMatchObject({
      code: 'brake_pending',
      message: expect.stringContaining('Closing Barn would change 0 prices and 2 quantities'),
    });
    const one = await only();
    expect(one).toMatchObject({ storeId: null, cause: 'location', summary: { recounted: 2, zeroed: 0 } });
    expect(one.change).toMatchObject({ location: { id: barn, name: 'Barn', change: { isActive: false } } });
    expect(await locations()).toMatchObject([{}, { name: 'Barn', is_active: true }]);
    expect(await wanted()).toEqual(before);
    await decide(one.id, 'approved');
    expect(await quantitiesThere()).toEqual([5, 5]);
    expect(await locations()).toMatchObject([{}, { name: 'Old barn', is_active: false }]);
    const id = await newestApplied();
    expect(await undoPreview(id)).toMatchObject({ problem: null, rules: { recounted: 2 } });
    expect(await locations()).toMatchObject([{}, { is_active: false }]);
    await undo(id);
    expect(await quantitiesThere()).toEqual([8, 8]);
    expect(await locations()).toMatchObject([{}, { name: 'Old barn', is_active: true }]);
  });

  test('another default one waits, and the former is the default again after undoing', async () => {
    await begin();
    await updateStore(world.hub, world.actor, world.sourceId, { settings: { brakeListings: 1 } });
    await settle(world, world.sourceId);
    await expect(change(barn, { isDefault: true })).rejects.toMatchObject({
      code: 'brake_pending',
      message: expect.stringContaining('Making Barn the default location would change 0 prices and 2 quantities'),
    });
    expect(await locations()).toMatchObject([{ is_default: true }, { is_default: false }]);
    const one = await only();
    await decide(one.id, 'approved');
    expect(await locations()).toMatchObject([{ is_default: false }, { is_default: true }]);
    const id = await newestApplied();
    expect(await undoPreview(id)).toMatchObject({ problem: null });
    await undo(id);
    expect(await locations()).toMatchObject([{ is_default: true }, { is_default: false }]);
  });

  test('another who counts one waits, is approved, and is who it was after undoing', async () => {
    await begin();
    await updateStore(world.hub, world.actor, world.sourceId, { settings: { brakeListings: 1 } });
    await settle(world, world.sourceId);
    const owner = async () =>
      (
        await world.rows<{ owner: string | null }>(sql`select owner_store_id as owner from inventory_locations where is_default`)
      )[0]?.owner;
    const asked = await world.within((tx) => previewLocation(world.hub, tx, main, { ownerStoreId: null }));
    expect(asked).toMatchObject({ recounted: 2, largest: [{ quantity: { before: 5, after: 8 } }, {}] });
    await expect(change(main, { ownerStoreId: null })).rejects.toMatchObject({
      code: 'brake_pending',
      message: expect.stringContaining('Changing who counts Main would change 0 prices and 2 quantities'),
    });
    expect(await owner()).toBe(world.sourceId);
    await decide((await only()).id, 'approved');
    expect(await owner()).toBeNull();
    await settle(world, world.sourceId);
    const id = await newestApplied();
    expect(await undoPreview(id)).toMatchObject({ problem: null, rules: { recounted: 2 } });
    await undo(id);
    expect(await owner()).toBe(world.sourceId);
  });

  test('of two that wait to be the default the newer counts; one that was closed and opened again waits no longer', async () => {
    await begin();
    await updateStore(world.hub, world.actor, world.sourceId, { settings: { brakeListings: 1 } });
    await settle(world, world.sourceId);
    await expect(change(barn, { isDefault: true })).rejects.toMatchObject({ code: 'brake_pending' });
    const attic = await openLocation(world.hub, world.actor, { name: 'Attic' });
    await expect(change(attic, { isDefault: true })).rejects.toMatchObject({ code: 'brake_pending' });
    expect((await only()).change).toMatchObject({ location: { name: 'Attic' } });
    await expect(change(barn, { isActive: false })).rejects.toMatchObject({ code: 'brake_pending' });
    expect(await waiting()).toHaveLength(2);
    await change(barn, { isActive: true });
    expect((await only()).change).toMatchObject({ location: { name: 'Attic' } });
  });

  test('that cannot be what was asked any more are not approved, and are told so', async () => {
    await begin();
    await brakeAt(100);
    await change(barn, { isDefault: true });
    await change(main, { isDefault: true });
    await brakeAt(1);
    await settle(world, world.otherId);
    await expect(change(barn, { isActive: false })).rejects.toMatchObject({ code: 'brake_pending' });
    const { id } = await only();
    await undo(await newestApplied());
    await expect(decide(id, 'approved')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('default location stays open'),
    });
    expect((await only()).id).toBe(id);
    await decide(id, 'discarded');
    await brakeAt(100);
    await expect(change(main, { isActive: false, name: 'Barn' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await locations()).toMatchObject([{ is_active: true }, { is_default: true }]);
  });

  test('that somebody has changed since are not undone', async () => {
    await begin();
    await brakeAt(100);
    await change(barn, { isActive: false });
    const id = await newestApplied();
    await change(barn, { isActive: true });
    expect((await undoPreview(id)).problem).toContain('changed since');
    await expect(undo(id)).rejects.toMatchObject({ code: 'conflict' });
    // A name is no change that stores follow: nothing is kept, nothing is asked.
    const kept = await newestApplied();
    await change(barn, { name: 'Loft', priority: 4 });
    expect(await newestApplied()).toBe(kept);
  });
});
