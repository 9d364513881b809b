import { expect, test } from 'vitest';
import { checkProductCsv, readProductCsv } from '#catalog/csv/read-product-csv.ts';

const megabyte = 1024 * 1024;
const lineOf = (i: number): string => `product-${i},Product ${i},${'x'.repeat(4000)},${i % 100}.50,${i % 7}\n`;

/** A file of so many megabytes, made as it is asked for, in pieces of 64 KB as a disk gives them; `pulled` counts. */
function generated(megabytes: number): { source: AsyncGenerator<Uint8Array>; pulled(): number; products(): number } {
  let pulled = 0;
  let products = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    let text = 'Handle,Title,Body (HTML),Variant Price,Variant Inventory Qty\n';
    while (pulled < megabytes * megabyte) {
      while (text.length < 64 * 1024) {
        text += lineOf(products);
        products += 1;
      }
      pulled += text.length;
      yield Buffer.from(text);
      text = '';
    }
  }
  return { source: source(), pulled: () => pulled, products: () => products };
}

test('50 MB are read product by product: never more than 1 MB ahead of the product in hand', async () => {
  const file = generated(50);
  let count = 0;
  let used = 0;
  let furthestAhead = 0;
  for await (const product of readProductCsv(file.source)) {
    used += lineOf(count).length;
    count += 1;
    furthestAhead = Math.max(furthestAhead, file.pulled() - used);
    if (count % 4000 === 0) expect(product.title).toBe(`Product ${count - 1}`);
  }
  expect(file.pulled()).toBeGreaterThanOrEqual(50 * megabyte);
  expect(count).toBe(file.products());
  expect(furthestAhead).toBeLessThan(megabyte);
});

test('a reader that stops stops the source', async () => {
  const file = generated(50);
  for await (const product of readProductCsv(file.source)) {
    expect(product.handle).toBe('product-0');
    break;
  }
  const pulledAtStop = file.pulled();
  await new Promise((resolve) => setImmediate(resolve));
  expect(file.pulled()).toBe(pulledAtStop);
  expect(pulledAtStop).toBeLessThan(megabyte);
  expect((await file.source.next()).done).toBe(true);
});

test('checking counts everything and keeps nothing of it', async () => {
  const file = generated(5);
  const report = await checkProductCsv(file.source);
  expect(report).toMatchObject({ whole: true, products: file.products(), variants: file.products(), issues: [] });
});
