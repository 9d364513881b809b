/** A product whose variants nothing tells apart: its file names them, and importing that file changes nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportCatalog } from '#listings/catalog-file/export-catalog.ts';
import { importCatalog } from '#listings/catalog-file/import-catalog.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const begin = worlds();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storesync-export-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function exported(world: TwoStores): Promise<string> {
  let text = '';
  for await (const part of exportCatalog(world.hub, world.actor)) text += part;
  return text;
}
async function imported(world: TwoStores, text: string) {
  const path = join(folder, 'products.csv');
  await writeFile(path, text);
  return await importCatalog(world.hub, world.actor, path);
}
const unnamed = async (titles: readonly string[]) => {
  const goods = titles.map((_, at) => ({ variantId: `v${at}`, productId: 'p', sku: at === 3 ? '' : `sku-${at}` }));
  const world = await begin({ goods, linked: false });
  for (const [at, title] of titles.entries())
    await world.rows(
      sql`update product_variants set title = ${title}, position = ${at} where id = ${await world.variantOf(`v${at}`)}`,
    );
  return world;
};
const variants = (world: TwoStores) =>
  world.rows(
    sql`select id, title, sku, option_values, price, position from product_variants where organization_id = ${world.organizationId} order by position`,
  );

test('variants go by the option Title; those without a title of their own by SKU or number, those with the same one by number', async () => {
  const world = await unnamed(['Red', 'Red', '', '']);
  const lines = (await exported(world)).split('\n').filter((line) => line !== '');
  const [header = '', ...rows] = lines;
  const at = header.split(',').indexOf('Option1 Value');
  expect(rows.map((row) => row.split(',')[at])).toEqual(['Red', 'Red (2)', 'sku-2', 'Variant 4']);
  expect(rows[0]?.split(',')[header.split(',').indexOf('Option1 Name')]).toBe('Title');
});

test('importing what was exported changes nothing', async () => {
  const world = await unnamed(['Red', 'Red', '', ' =Blue ', 'Red (2)', 'x'.repeat(300)]);
  const before = await variants(world);
  const text = await exported(world);
  expect(await imported(world, text)).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: 1,
    variantsCreated: 0,
    repriced: 0,
    recounted: 0,
  });
  expect(await variants(world)).toEqual(before);
  expect(await exported(world)).toBe(text);
});

test('a price changed in the file changes that variant alone, and the next round is quiet again', async () => {
  const world = await unnamed(['Red', 'Red']);
  const text = (await exported(world))
    .split('\n')
    .map((line) => (line.includes('Red (2)') ? line.replace('10.00', '12.00') : line))
    .join('\n');
  expect(await imported(world, text)).toMatchObject({ updated: 1, variantsCreated: 0, repriced: 1 });
  const again = await exported(world);
  expect(await imported(world, again)).toMatchObject({ unchanged: 1, variantsCreated: 0 });
  expect(await variants(world)).toMatchObject([{ price: '10.0000' }, { price: '12.0000' }]);
});
