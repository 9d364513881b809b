/** A product file that counts a bundle: of a bundle there is what its components allow, whatever a file says. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { exportCatalog } from '#listings/catalog-file/export-catalog.ts';
import { importCatalog } from '#listings/catalog-file/import-catalog.ts';
import { changeComponents } from '#listings/change-bundle.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses } from './causes.ts';
import type { TwoStores } from './two-stores.ts';
import { settle, worlds } from './worlds.ts';

const beginWorld = worlds();
let folder: string;
let world: TwoStores;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storesync-bundles-'));
});
afterEach(async () => {
  expect(await itemsOffTheirLedger(world)).toEqual([]);
  expect(await levelsOffTheirCauses(world)).toEqual([]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Each set is two cups; the cups are counted as 9, and the set was as 1 before it became a bundle. */
const begin = async () => {
  world = await beginWorld({
    goods: [
      { variantId: 'cup', sku: 'CUP', quantity: 9 },
      { variantId: 'set', sku: 'SET', quantity: 1 },
    ],
  });
  await changeComponents(world.hub, world.actor, await world.variantOf('set'), [
    { variantId: await world.variantOf('cup'), units: 2 },
  ]);
  await settle(world, world.otherId);
};
async function exported(): Promise<string[][]> {
  let text = '';
  for await (const part of exportCatalog(world.hub, world.actor)) text += part;
  const lines = text.replace('\uFEFF', '').split(/\r?\n/);
  return lines.filter((line) => line !== '').map((line) => line.split(','));
}
async function imported(rows: readonly string[][]) {
  const path = join(folder, 'products.csv');
  await writeFile(path, rows.map((row) => row.join(',')).join('\n'));
  return await importCatalog(world.hub, world.actor, path);
}
const ledger = async (name: string) =>
  await world.rows(sql`select type, delta from inventory_transactions
    where organization_id = ${world.organizationId} and variant_id = ${await world.variantOf(name)} order by created_at, id`);

test('its count is ignored with a note that names the line, the bundle and what to count; nothing of it is booked', async () => {
  await begin();
  const before = { set: await ledger('set'), cup: await ledger('cup') };
  const [header = [], ...rows] = await exported();
  const [sku, quantity] = [header.indexOf('Variant SKU'), header.indexOf('Variant Inventory Qty')];
  const line = 2 + rows.findIndex((row) => row[sku] === 'SET');
  const counts: Record<string, string> = { SET: '77', CUP: '6' };
  const counted = rows.map((row) => row.with(quantity, counts[row[sku] ?? ''] ?? ''));
  const report = await imported([header, ...counted]);
  expect(report.notes).toEqual([
    `Line ${line}, Variant Inventory Qty: SET is a bundle: how many there are follows from what it is made of. The count 77 was ignored. Count CUP instead.`,
  ]);
  expect(report).toMatchObject({ recounted: 1 });
  expect(await ledger('set')).toEqual(before.set);
  expect(await ledger('cup')).toHaveLength(before.cup.length + 1);
  await settle(world, world.otherId);
  expect(world.other.good('set*').quantity).toBe(3);
});

test('is written without a count, so that importing what was exported says and changes nothing', async () => {
  await begin();
  const rows = await exported();
  const [header = []] = rows;
  const [sku, quantity] = [header.indexOf('Variant SKU'), header.indexOf('Variant Inventory Qty')];
  const written = Object.fromEntries(rows.slice(1).map((row) => [row[sku], row[quantity]]));
  expect(written).toEqual({ CUP: '9', SET: '' });
  expect(await imported(rows)).toMatchObject({ unchanged: 2, updated: 0, recounted: 0, notes: [] });
});
