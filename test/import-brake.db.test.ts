/** A product file under the brake: what it would do to the stores is held by each store's own limits. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { importCatalog } from '#listings/catalog-file/import-catalog.ts';
import { changeComponents } from '#listings/change-bundle.ts';
import { updateStore } from '#stores/change-store.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let world: TwoStores;
afterEach(async () => {
  expect(await itemsOffTheirLedger(world)).toEqual([]);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
});

const nameOf = (at: number) => `good ${String(at).padStart(2, '0')}`;
/** Goods with 5 of each at 10.00, all of them linked. */
const begin = async (goods: number) => {
  world = await beginWorld({
    goods: Array.from({ length: goods }, (_, at) => ({ variantId: nameOf(at), sku: nameOf(at), quantity: 5 })),
  });
  await settle(world, world.otherId);
};
const brakes = async (settings: Partial<StoreSettings>) => {
  for (const id of [world.sourceId, world.otherId]) await updateStore(world.hub, world.actor, id, { settings });
};
const other = (settings: Partial<StoreSettings>) => updateStore(world.hub, world.actor, world.otherId, { settings });

/** A file of the first goods, each with this price and count. */
async function imported(goods: number, price: string, count: number, approved = false) {
  const stored = await world.rows<{ handle: string; title: string; sku: string }>(sql`
    select coalesce(nullif(p.handle, ''), p.id::text) as handle, p.title, v.sku from products p
    join product_variants v on v.organization_id = p.organization_id and v.product_id = p.id
    where p.organization_id = ${world.organizationId} order by v.sku limit ${goods}`);
  const lines = stored.map(({ handle, title, sku }) => `${handle},${title},Title,Default Title,${sku},${price},${count}`);
  const path = join(tmpdir(), `${newId()}.csv`);
  await writeFile(
    path,
    ['Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty', ...lines].join('\n'),
  );
  onTestFinished(() => rm(path));
  return await importCatalog(world.hub, world.actor, path, { approved });
}
const held = { code: 'brake_pending' };

test("is held by a store's number, whatever the others allow, and changes nothing", async () => {
  await begin(3);
  await other({ brakeListings: 2 });
  await expect(imported(3, '12.00', 0)).rejects.toMatchObject({
    ...held,
    message: expect.stringMatching(
      /6 prices and 6 quantities on your stores \(6 of them to 0\), more than the brake of Fake other/,
    ),
    effect: { listings: 6, repriced: 6, recounted: 6, zeroed: 6 },
  });
  await settle(world, world.otherId);
  expect(world.other.good('good 00*')).toMatchObject({ price: '10.00', quantity: 5 });
  expect(await world.onHand('good 00')).toBe(5);
});

test('goes through within the limits, and when somebody approved it', async () => {
  await begin(3);
  await brakes({ brakeListings: 2 });
  expect(await imported(2, '12.00', 4)).toMatchObject({ repriced: 2, recounted: 2 });
  expect(await imported(3, '13.00', 3, true)).toMatchObject({ repriced: 3, recounted: 3 });
  await settle(world, world.otherId);
  expect(world.other.good('good 02*')).toMatchObject({ price: '13.00', quantity: 3 });
});

test('is held by the share of a store', async () => {
  await begin(12);
  await expect(imported(12, '10.00', 0)).rejects.toMatchObject(held);
  await brakes({ brakePercent: null });
  expect(await imported(12, '10.00', 0)).toMatchObject({ recounted: 12 });
});

test('may change as much as a store allows, be it more than the default', async () => {
  await begin(12);
  await brakes({ brakeListings: 12, brakePercent: 100 });
  expect(await imported(12, '11.00', 5)).toMatchObject({ repriced: 12 });
});

test('is judged by what stores would show: where a rule says otherwise, nothing changes', async () => {
  await begin(3);
  await brakes({ brakeListings: 2 });
  await updateStore(world.hub, world.actor, world.otherId, {
    settings: { stockRule: { buffer: 0, percent: 100, cap: 1 }, brakeListings: 2 },
  });
  await updateStore(world.hub, world.actor, world.sourceId, { settings: { brakeListings: 3 } });
  await settle(world, world.otherId);
  expect(await imported(3, '10.00', 4)).toMatchObject({ recounted: 3 });
});

test('counts the bundles that follow from it', async () => {
  await begin(3);
  await changeComponents(world.hub, world.actor, await world.variantOf('good 02'), [
    { variantId: await world.variantOf('good 00'), units: 1 },
  ]);
  await brakes({ brakeListings: 1 });
  await expect(imported(1, '10.00', 2)).rejects.toMatchObject({ ...held, effect: { recounted: 4 } });
});
