/** What a bulk change was before can be put back, once, for as long as nothing else touched it. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { importCatalog } from '#listings/catalog-file/import-catalog.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { linkListings, unlinkListings } from '#listings/link-listing.ts';
import { updateStore } from '#stores/change-store.ts';
import { changeStoreUnderBrake } from '#sync/brake.ts';
import { listAppliedChangeSets } from '#sync/change-sets.ts';
import { decideChangeSet } from '#sync/decide-change-set.ts';
import { keepImport } from '#sync/keep-import.ts';
import { linkMany } from '#sync/link-many.ts';
import { maintain } from '#sync/maintenance.ts';
import { changeOrganizationRulesUnderBrake } from '#sync/organization-brake.ts';
import { previewUndo, undoChangeSet } from '#sync/undo-change-set.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
const begin = async () => {
  world = await beginWorld({
    goods: [
      { variantId: 'a', sku: 'A' },
      { variantId: 'b', sku: 'B' },
    ],
  });
  await settle(world, world.otherId);
};
afterEach(async () => {
  expect(await itemsOffTheirLedger(world)).toEqual([]);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
});

const applied = () => world.within((tx) => listAppliedChangeSets(tx, world.clock.now()));
const newest = async () => (await applied())[0]?.id ?? '';
const undo = (id: string) => undoChangeSet(world.hub, world.actor, id);
const preview = (id: string) => world.within((tx) => previewUndo(world.hub, tx, id));
const markup = (percent: number) => ({
  priceRule: { steps: [{ kind: 'percent' as const, percent }], rounding: { kind: 'none' as const } },
});
const save = (percent: number) => changeStoreUnderBrake(world.hub, world.actor, world.otherId, { settings: markup(percent) });
const pricesThere = async () => {
  await settle(world, world.otherId);
  return ['a*', 'b*'].map((name) => world.other.good(name).price);
};

test("a store's rules go back to what they were, after a preview, once", async () => {
  await begin();
  await save(10);
  expect(await pricesThere()).toEqual(['11.00', '11.00']);
  const id = await newest();
  expect(await preview(id)).toMatchObject({
    problem: null,
    rules: { repriced: 2, largest: [{ price: { before: '11.0000', after: '10.00' } }, {}] },
  });
  await undo(id);
  expect(await pricesThere()).toEqual(['10.00', '10.00']);
  await expect(undo(id)).rejects.toMatchObject({ code: 'conflict' });
  expect((await preview(id)).problem).toContain('undone');
  expect(await applied()).toMatchObject([{ id, undoneBy: world.actor.userId }]);
});

test('rules that are saved as they were leave nothing to undo', async () => {
  await begin();
  await save(10);
  const id = await newest();
  await save(10);
  expect(await applied()).toMatchObject([{ id }]);
});

test('what the brake held is undone like anything else, once it was approved', async () => {
  await begin();
  await updateStore(world.hub, world.actor, world.otherId, { settings: { brakeListings: 1 } });
  await expect(save(10)).rejects.toMatchObject({ code: 'brake_pending' });
  expect(await applied()).toEqual([]);
  const [waiting] = await world.rows<{ id: string }>(
    sql`select id from change_sets where status = 'pending' and organization_id = ${world.organizationId}`,
  );
  await decideChangeSet(world.hub, world.actor, waiting?.id ?? '', 'approved');
  expect(await pricesThere()).toEqual(['11.00', '11.00']);
  await undo(await newest());
  expect(await pricesThere()).toEqual(['10.00', '10.00']);
});

test('rules that somebody has changed since stay as they are', async () => {
  await begin();
  await save(10);
  const first = await newest();
  await save(20);
  await expect(undo(first)).rejects.toMatchObject({ code: 'conflict' });
  await undo(await newest());
  expect(await pricesThere()).toEqual(['11.00', '11.00']);
  await undo(first);
  expect(await pricesThere()).toEqual(['10.00', '10.00']);
});

test("the organization's rules are held by the brake of a store, approved, and undone", async () => {
  await begin();
  await updateStore(world.hub, world.actor, world.otherId, { settings: { brakeListings: 1 } });
  await expect(changeOrganizationRulesUnderBrake(world.hub, world.actor, markup(10))).rejects.toMatchObject({
    code: 'brake_pending',
  });
  expect(await pricesThere()).toEqual(['10.00', '10.00']);
  const [waiting] = await world.rows<{ id: string }>(
    sql`select id from change_sets where status = 'pending' and organization_id = ${world.organizationId}`,
  );
  await decideChangeSet(world.hub, world.actor, waiting?.id ?? '', 'approved');
  expect(await pricesThere()).toEqual(['11.00', '11.00']);
  const id = await newest();
  expect((await preview(id)).rules).toMatchObject({ repriced: 2 });
  await undo(id);
  expect(await pricesThere()).toEqual(['10.00', '10.00']);
});

test('a sale to come is judged by what it will do when it begins', async () => {
  await begin();
  await updateStore(world.hub, world.actor, world.otherId, { settings: { brakeListings: 1 } });
  const sale = {
    name: '',
    off: { kind: 'percent' as const, percent: 20 },
    startsAt: '2090-01-01T00:00',
    endsAt: '2090-01-02T00:00',
  };
  const priceRule = { steps: [], rounding: { kind: 'none' as const }, sales: [sale] };
  await expect(changeStoreUnderBrake(world.hub, world.actor, world.otherId, { settings: { priceRule } })).rejects.toMatchObject({
    code: 'brake_pending',
  });
});

async function imported(text: string): Promise<string> {
  const path = join(tmpdir(), `${newId()}.csv`);
  await writeFile(path, text);
  onTestFinished(() => rm(path));
  await importCatalog(world.hub, world.actor, path, { keeper: keepImport(world.hub, world.actor), approved: true });
  return await newest();
}
const handles = async () =>
  world.rows<{ handle: string; sku: string }>(sql`
    select coalesce(nullif(p.handle, ''), p.id::text) as handle, v.sku from products p join product_variants v on v.organization_id = p.organization_id and v.product_id = p.id
    where p.organization_id = ${world.organizationId} order by v.sku`);
const file = async (prices: readonly string[], counts: readonly number[]) => {
  const goods = await handles();
  const lines = goods.map(({ handle, sku }, at) => `${handle},New ${sku},Title,Default Title,${sku},${prices[at]},${counts[at]}`);
  return ['Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty', ...lines].join('\n');
};
const catalog = async () =>
  world.rows(sql`select p.title, v.sku, v.price::float8 as price from products p join product_variants v
    on v.organization_id = p.organization_id and v.product_id = p.id where p.organization_id = ${world.organizationId} order by v.sku`);

test('an import is put back as one: prices, titles and counts, and every store follows', async () => {
  await begin();
  const before = await catalog();
  const id = await imported(await file(['20.00', '30.00'], [9, 5]));
  expect(await pricesThere()).toEqual(['20.00', '30.00']);
  expect(world.other.good('a*').quantity).toBe(9);
  const { rows } = await preview(id);
  expect(rows).toMatchObject({ restorable: 4, counts: 1, touchedSince: 0 });
  expect(rows?.examples).toHaveLength(2);
  // Two are sold meanwhile: the count goes back by what the import changed it by.
  await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('a'), delta: -2 });
  await undo(id);
  expect(await catalog()).toEqual(before);
  expect(await pricesThere()).toEqual(['10.00', '10.00']);
  expect(await world.onHand('a')).toBe(3);
  expect(world.other.good('a*').quantity).toBe(3);
});

test('what somebody has changed since an import stays, and the rest is put back', async () => {
  await begin();
  const id = await imported(await file(['20.00', '30.00'], [5, 5]));
  world.clock.advance(1);
  await changeVariant(world.hub, world.actor, await world.variantOf('b'), { price: '33.00' });
  expect((await preview(id)).rows).toMatchObject({ restorable: 3, touchedSince: 1, counts: 0 });
  await undo(id);
  expect(await pricesThere()).toEqual(['10.00', '33.00']);
});

test('an import that changes nothing leaves nothing to undo', async () => {
  await begin();
  await imported(await file(['20.00', '30.00'], [5, 5]));
  const once = await applied();
  await imported(await file(['20.00', '30.00'], [5, 5]));
  expect(await applied()).toEqual(once);
});

test('after thirty days nothing of it is kept', async () => {
  await begin();
  const id = await imported(await file(['20.00', '30.00'], [5, 5]));
  world.clock.advance(31 * 86_400);
  await maintain(world.hub);
  expect(await applied()).toEqual([]);
  expect(await world.rows(sql`select from change_set_items where organization_id = ${world.organizationId}`)).toEqual([]);
  await expect(undo(id)).rejects.toMatchObject({ code: 'conflict' });
});

test('links that were made at once are taken away at once, but not those that somebody has changed since', async () => {
  await begin();
  const link = async (name: string, variant: string) => ({
    listingId: (await world.level(`${name}*`)).listing_id,
    variantId: await world.variantOf(variant),
  });
  await unlinkListings(world.hub, world.actor, [(await link('a', 'a')).listingId]);
  await linkMany(world.hub, world.actor, [await link('a', 'a'), await link('b', 'a')]);
  const id = await newest();
  expect((await preview(id)).rows).toMatchObject({ restorable: 2, touchedSince: 0, counts: 0 });
  await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('a'), counted: 8 });
  await pricesThere();
  expect(world.other.good('b*').quantity).toBe(8);
  await undo(id);
  await pricesThere();
  expect(await world.level('a*')).toMatchObject({ desired: null, eligible: false });
  // Linked to its own again, which has five.
  expect(world.other.good('b*').quantity).toBe(5);
  expect(world.other.good('a*').quantity).toBe(8);
  await linkMany(world.hub, world.actor, [await link('a', 'a'), await link('b', 'a')]);
  const again = await newest();
  await linkListings(world.hub, world.actor, [await link('b', 'b')]);
  expect((await preview(again)).rows).toMatchObject({ restorable: 1, touchedSince: 1 });
});
