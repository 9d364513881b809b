import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '#catalog/csv/csv-fixtures.ts';
import { openProductCsv } from '#catalog/csv/open-product-csv.ts';

const good = 'Handle,Title,Variant Price\nmug,Mug,9\ncup,Cup,5\n';
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storesync-csv-'));
  path = join(folder, 'products.csv');
});
afterEach(() => rm(folder, { recursive: true }));

test('a whole file is checked, then read; it can be read again', async () => {
  await writeFile(path, good);
  const file = await openProductCsv(path);
  expect(file.bytes).toBe(good.length);
  expect(await file.check()).toMatchObject({ whole: true, products: 2 });
  for (let pass = 0; pass < 2; pass += 1) expect((await collect(file.products())).map((p) => p.handle)).toEqual(['mug', 'cup']);
  await file.close();
});

test('of a file that is not whole not one product is given', async () => {
  await writeFile(path, `${good}jug,Jug,x\nbowl,Bowl,y\n`);
  const file = await openProductCsv(path);
  expect(await file.check()).toMatchObject({ whole: false, issueCount: 2 });
  await expect(file.products().next()).rejects.toMatchObject({
    code: 'file_rejected',
    message: expect.stringMatching(/^Nothing was imported\. Line 4, Variant Price: .*There is 1 more problem/),
  });
  await file.close();
});

test('products cannot be read before the check', async () => {
  await writeFile(path, good);
  const file = await openProductCsv(path);
  await expect(file.products().next()).rejects.toThrow('check() the file');
  await file.close();
});

test('a file that was changed after the check is refused before its first product', async () => {
  await writeFile(path, good);
  const file = await openProductCsv(path);
  await file.check();
  await appendFile(path, 'jug,Jug,3\n');
  await expect(file.products().next()).rejects.toMatchObject({ code: 'conflict' });
  await file.close();
});

test('a file that is changed during the second pass is refused at its end', async () => {
  await writeFile(path, good);
  const file = await openProductCsv(path);
  await file.check();
  const products = file.products();
  await products.next();
  await appendFile(path, 'jug,Jug,3\n');
  await expect(collect(products)).rejects.toMatchObject({ code: 'conflict' });
  await file.close();
});

test('another file given the same name meanwhile does not matter', async () => {
  await writeFile(path, good);
  const file = await openProductCsv(path);
  await file.check();
  await writeFile(`${path}.new`, 'Handle,Title\nother,Other\n');
  await rename(`${path}.new`, path);
  expect((await collect(file.products())).map((p) => p.handle)).toEqual(['mug', 'cup']);
  await file.close();
});

test('a reader that stops early leaves the file usable', async () => {
  await writeFile(path, good);
  const file = await openProductCsv(path);
  await file.check();
  for await (const product of file.products()) {
    expect(product.handle).toBe('mug');
    break;
  }
  expect(await collect(file.products())).toHaveLength(2);
  await file.close();
});
