/** "Why is this 12.50?" tells since when, by whom and by which document the price and each rule are what they are. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { importCatalog } from '#listings/catalog-file/import-catalog.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { decideDrift } from '#listings/decide-drifts.ts';
import { explainListing } from '#listings/explain-listing.ts';
import { updateListing } from '#listings/link-listing.ts';
import { updateStore } from '#stores/change-store.ts';
import { stateRate } from '#stores/state-rate.ts';
import { changeStoreUnderBrake } from '#sync/brake.ts';
import { listAppliedChangeSets, listPendingChangeSets } from '#sync/change-sets.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import { keepImport } from '#sync/keep-import.ts';
import { changeOrganizationRulesUnderBrake } from '#sync/organization-brake.ts';
import { undoChangeSet } from '#sync/undo-change-set.ts';
import type { Good } from './fake-shop.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const begin = worlds();
let world: TwoStores;
let listingId: string;

beforeEach(async () => {
  world = await begin();
  await settle(world, world.otherId);
  listingId = (await world.price('shirt*')).listing_id;
  world.clock.advance(60);
});

const now = () => world.clock.now().toISOString();
const explained = () => explainListing(world.hub, world.actor, listingId);
/** The parameters of the first step of a kind. */
const told = async (code: string, of: 'price' | 'quantity' = 'price') =>
  (await explained())[of].steps.find((step) => step.code === code)?.parameters ?? {};
const reprice = async (price: string) => changeVariant(world.hub, world.actor, await world.variantOf('shirt'), { price });
const markup = (percent: number) => ({
  priceRule: { steps: [{ kind: 'percent' as const, percent }], rounding: { kind: 'none' as const } },
});
async function edit(storeId: string, good: Good, price: string): Promise<void> {
  good.price = price;
  const { productId } = good;
  await world.tell(storeId, [
    { kind: 'level_changed', productId, inventoryId: null, locationId: null },
    { kind: 'product_changed', productId },
  ]);
  await settle(world, storeId);
}

/** Imports a file with the product's price, and returns how it can be undone. */
async function load(price: string, jobId: string): Promise<string> {
  const [row] = await world.rows<{ handle: string }>(sql`select coalesce(nullif(handle, ''), id::text) as handle from products`);
  const path = join(tmpdir(), `${newId()}.csv`);
  onTestFinished(() => rm(path, { force: true }));
  await writeFile(path, `Handle,Title,Variant Price\n${row?.handle},Shirt,${price}\n`);
  await importCatalog(world.hub, world.actor, path, { jobId, keeper: keepImport(world.hub, world.actor) });
  const [kept] = await world.within((tx) => listAppliedChangeSets(tx, world.clock.now()));
  return kept?.id ?? '';
}

const byHand = () => ({ changedAt: now(), type: 'hand', documentKind: '', documentId: '', by: 'owner' });

describe("the master's price", () => {
  test('came with the first pull of the source store, and follows what is changed there', async () => {
    const adopted = { type: 'adoption', documentKind: 'store', documentId: world.sourceId, store: expect.stringMatching(/./) };
    const first = await told('base_price');
    expect(first).toMatchObject(adopted);
    expect(first).not.toHaveProperty('by');
    await edit(world.sourceId, world.source.good('shirt'), '12.00');
    const second = await told('base_price');
    expect(second).toMatchObject(adopted);
    expect(String(second.changedAt) > String(first.changedAt)).toBe(true);
  });

  test('was set by a person, then; saved as it is, it holds since before', async () => {
    await reprice('12.00');
    const set = byHand();
    expect(await told('base_price')).toEqual({ currency: 'USD', ...set });
    world.clock.advance(60);
    await reprice('12.0');
    await changeVariant(world.hub, world.actor, await world.variantOf('shirt'), { barcode: '123' });
    expect(await told('base_price')).toMatchObject(set);
  });

  test('came with an import, named by its job; what the file does not change holds since before; undone, by the undo', async () => {
    const jobId = newId();
    const kept = await load('11.00', jobId);
    const imported = { ...byHand(), type: 'import', documentKind: 'sync_job', documentId: jobId };
    expect(await told('base_price')).toMatchObject(imported);
    world.clock.advance(60);
    await load('11.00', newId());
    expect(await told('base_price')).toMatchObject(imported);
    await undoChangeSet(world.hub, world.actor, kept);
    const undone = { type: 'undo', documentKind: 'change_set', documentId: kept };
    expect(await told('base_price')).toMatchObject({ ...byHand(), ...undone });
  });

  test('from before it was kept is told without it, and an import from before can still be undone', async () => {
    const kept = await load('11.00', newId());
    await world.rows(sql`update product_variants set price_set = null`);
    expect(await told('base_price')).toEqual({ currency: 'USD' });
    await undoChangeSet(world.hub, world.actor, kept);
    expect((await explained()).price.steps[0]).toMatchObject({ amount: '10.0000', parameters: { type: 'undo' } });
  });
});

describe('the price of a link alone', () => {
  test('was set by hand there, or taken over from its store on a word', async () => {
    await updateListing(world.hub, world.actor, listingId, { settings: { priceOverride: '9.00' } });
    expect(await told('price_override')).toEqual({ currency: 'USD', level: 'listing', ...byHand() });
    await updateListing(world.hub, world.actor, listingId, { settings: { priceOverride: null } });
    await updateStore(world.hub, world.actor, world.otherId, { settings: { drift: { quantity: 'hub', price: 'ask' } } });
    await settle(world, world.otherId);
    await edit(world.otherId, world.other.good('shirt*'), '13.00');
    const [drift] = await world.rows<{ id: string }>(sql`select id from drifts`);
    await decideDrift(world.hub, world.actor, drift?.id ?? '', 'take_over');
    expect(await told('price_override')).toMatchObject({
      ...byHand(),
      ...{ type: 'adoption', documentKind: 'store', documentId: world.otherId, store: expect.stringMatching(/./) },
    });
  });
});

describe('each step of a rule', () => {
  test('tells at which level it stands and since when, the nearest one', async () => {
    await changeOrganizationRulesUnderBrake(world.hub, world.actor, markup(10));
    expect(await told('markup_percent')).toEqual({ percent: 10, level: 'organization', ...byHand() });
    world.clock.advance(60);
    await updateStore(world.hub, world.actor, world.otherId, {
      settings: { ...markup(20), stockRule: { buffer: 1, percent: 100, cap: null } },
    });
    const ofStore = byHand();
    expect(await told('markup_percent')).toEqual({ percent: 20, level: 'store', ...ofStore });
    expect(await told('buffer', 'quantity')).toEqual({ units: 1, level: 'store', ...ofStore });
    world.clock.advance(60);
    await updateListing(world.hub, world.actor, listingId, { settings: markup(30) });
    expect(await told('markup_percent')).toEqual({ percent: 30, level: 'listing', ...byHand() });
    world.clock.advance(60);
    // Another setting, and the same rule once more, leave the rules as they are.
    await updateListing(world.hub, world.actor, listingId, { settings: { priceRule: null, syncIntervalSeconds: 60 } });
    await updateStore(world.hub, world.actor, world.otherId, { settings: { ...markup(20), brakeListings: 7 } });
    expect(await told('markup_percent')).toEqual({ percent: 20, level: 'store', ...ofStore });
  });

  test('that waited for an approval names the change, and one that was undone the change that was', async () => {
    await updateStore(world.hub, world.actor, world.otherId, { settings: { brakeListings: 0 } });
    const held = changeStoreUnderBrake(world.hub, world.actor, world.otherId, { settings: markup(10) });
    await expect(held).rejects.toMatchObject({ code: 'brake_pending' });
    const [waiting] = await world.within((tx) => listPendingChangeSets(tx));
    const id = waiting?.id ?? '';
    await decideChangeSet(world.hub, world.actor, id, 'approved');
    const approved = { type: 'change_set', documentKind: 'change_set', documentId: id, by: 'owner', changedAt: now() };
    expect(await told('markup_percent')).toEqual({ percent: 10, level: 'store', ...approved });
    await updateStore(world.hub, world.actor, world.otherId, { settings: { brakeListings: 100 } });
    await changeStoreUnderBrake(world.hub, world.actor, world.otherId, { settings: markup(20) });
    const [applied] = await world.within((tx) => listAppliedChangeSets(tx, world.clock.now()));
    world.clock.advance(60);
    await undoChangeSet(world.hub, world.actor, applied?.id ?? '');
    const undone = { type: 'undo', documentKind: 'change_set', documentId: applied?.id, by: 'owner', changedAt: now() };
    expect(await told('markup_percent')).toEqual({ percent: 10, level: 'store', ...undone });
  });

  test('of a stated rate tells who stated it', async () => {
    await world.rows(sql`update listing_prices set currency = 'EUR' where listing_id = ${listingId}`);
    await stateRate(world.hub, world.actor, { base: 'USD', quote: 'EUR', rate: '0.9' });
    expect(await told('converted')).toMatchObject({ by: 'owner', statedAt: now() });
  });
});
