import { createReadStream, existsSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect, inPieces } from '#catalog/csv/csv-fixtures.ts';
import type { CsvImage, CsvProduct, CsvVariant, WeightUnit } from '#catalog/csv/csv-product.ts';
import { practiceCatalog } from '#catalog/csv/practice-catalog.ts';
import { checkProductCsv, readProductCsv } from '#catalog/csv/read-product-csv.ts';
import { type WriteProductCsvOptions, writeProductCsv } from '#catalog/csv/write-product-csv.ts';

const productExtras = ['Google Shopping / Condition', 'Fit (product.metafields.custom.fit)', '=cmd'];
const variantExtras = ['Price / Vietnam', 'Variant Origin'];
const extraColumns = [...productExtras, ...variantExtras];

// Texts as sellers write them, and as attackers and accidents do: quotes, separators, line ends, formulas, any sign.
const sign = fc.oneof(
  fc.constantFrom('"', ',', ';', '\n', '\r', '\r\n', '\t', '=', '+', '-', '@', "'", ' ', 'a', 'ế', '👗', '漆'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((unit) => unit !== '\0'),
);
const text = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(''));
const name = text.map((value) => value.trim());
const filledName = name.filter((value) => value !== '');
const amount = fc.option(
  fc.tuple(fc.nat(99999), fc.nat(99)).map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`),
);
const url = fc.webUrl();

const extraOf = (columns: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(
    fc.constantFrom(...columns),
    text.filter((value) => value.trim() !== ''),
    { noNullPrototype: true },
  );

const variantOf = (optionValues: string[], extras: readonly string[]): fc.Arbitrary<CsvVariant> =>
  fc.record({
    line: fc.constant(0),
    optionValues: fc.constant(optionValues),
    sku: name,
    grams: fc.option(fc.nat(9_999_999).map((n) => n / 100)),
    weightUnit: fc.constantFrom<WeightUnit[]>('', 'g', 'kg', 'lb', 'oz'),
    tracker: fc.constantFrom('', 'shopify', 'depot'),
    quantity: fc.option(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((n) => n + 0)),
    policy: fc.constantFrom('deny', 'continue'),
    fulfillmentService: name,
    price: amount,
    compareAtPrice: amount,
    requiresShipping: fc.boolean(),
    taxable: fc.boolean(),
    barcode: name,
    imageSrc: fc.oneof(fc.constant(''), url),
    taxCode: name,
    costPerItem: amount,
    extra: extraOf(extras),
  });

const images: fc.Arbitrary<CsvImage[]> = fc.uniqueArray(
  fc.record({ src: url, position: fc.integer({ min: 1, max: 9 }), alt: text }),
  {
    maxLength: 5,
    selector: (image) => image.src,
  },
);

/** Option names with as many different combinations of values; "Title: Default Title" is the way to say "none". */
const options: fc.Arbitrary<{ names: string[]; combinations: string[][] }> = fc
  .uniqueArray(filledName, { maxLength: 3 })
  .chain((names) => {
    const values = fc.array(filledName, { minLength: names.length, maxLength: names.length });
    const several = {
      minLength: 1,
      maxLength: names.length === 0 ? 1 : 5,
      selector: (combination: string[]) => JSON.stringify(combination),
    };
    return fc.uniqueArray(values, several).map((combinations) => ({ names, combinations }));
  });

const product = options.chain(({ names, combinations }) =>
  fc.record({
    line: fc.constant(0),
    title: text.filter((value) => value.trim() !== ''),
    bodyHtml: text,
    vendor: text,
    type: text,
    tags: fc.uniqueArray(filledName.map((tag) => tag.replaceAll(',', ' ').trim()).filter((tag) => tag !== '')),
    published: fc.boolean(),
    status: fc.constantFrom<CsvProduct['status'][]>('active', 'draft', 'archived'),
    optionNames: fc.constant(names),
    seoTitle: text,
    seoDescription: text,
    giftCard: fc.boolean(),
    category: text,
    images,
    variants: fc.tuple(...combinations.map((values, i) => variantOf(values, i === 0 ? variantExtras : extraColumns))),
    extra: extraOf(productExtras),
  }),
);

const catalog: fc.Arbitrary<CsvProduct[]> = fc
  .uniqueArray(fc.tuple(filledName, product), { maxLength: 4, selector: ([handle]) => handle })
  .map((pairs) => pairs.map(([handle, rest]) => ({ ...rest, handle })));

const withoutLines = (products: readonly CsvProduct[]): CsvProduct[] =>
  products.map((p) => ({ ...p, line: 0, variants: p.variants.map((v) => ({ ...v, line: 0 })) }));

async function written(products: readonly CsvProduct[], options: WriteProductCsvOptions = { extraColumns }): Promise<string> {
  return (await collect(writeProductCsv(products, options))).join('');
}

const readBack = async (content: string): Promise<CsvProduct[]> =>
  withoutLines(await collect(readProductCsv(inPieces(Buffer.from(content), 1000))));

test('reading what was written gives the same products', async () => {
  await fc.assert(
    fc.asyncProperty(catalog, fc.boolean(), async (products, byteOrderMark) => {
      const content = await written(products, { extraColumns, byteOrderMark });
      expect(await readBack(content)).toEqual(products);
    }),
    { numRuns: 300 },
  );
});

test('no cell of a written file begins like a formula, numbers excepted', async () => {
  await fc.assert(
    fc.asyncProperty(catalog, async (products) => {
      for (const cell of parse(await written(products), { record_delimiter: ['\n'].map((end) => Buffer.from(end)) }).flat()) {
        if (!/^-?\d+(\.\d+)?$/.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
      }
    }),
    { numRuns: 100 },
  );
});

test('the practice catalog survives the way out and in', async () => {
  const products = practiceCatalog();
  expect(await readBack(await written(products))).toEqual(withoutLines(products));
});

describe('real exports', () => {
  const folder = '../shared/data';
  const absent = !existsSync(folder);
  if (absent) console.info(`skipped: ${folder} is not here (the platform's sample catalogs are not part of the repository)`);

  test.skipIf(absent).each(['shopify-apparel.csv', 'shopify-jewelery.csv'])(
    '%s written and read again equals its first reading',
    async (file) => {
      const path = `${folder}/${file}`;
      const report = await checkProductCsv(createReadStream(path));
      expect(report).toMatchObject({ whole: true, products: 20, generation: 'legacy' });
      const products = await collect(readProductCsv(createReadStream(path)));
      expect(await readBack(await written(products, { extraColumns: report.extraColumns }))).toEqual(withoutLines(products));
    },
  );
});

describe('what the format cannot hold is refused, not altered', () => {
  const good = practiceCatalog().find((p) => p.variants.length > 1 && p.optionNames.length === 1) as CsvProduct;
  test.each<[string, Partial<CsvProduct>]>([
    ['a comma, which separates tags', { tags: ['red, dark'] }],
    ['more than 3 options', { optionNames: ['a', 'b', 'c', 'd'] }],
    ['several variants but no options', { optionNames: [] }],
    ['no variants', { variants: [] }],
    ['no handle', { handle: ' ' }],
    ['one value for each option', { optionNames: ['Size', 'Color'] }],
    ['"Mine" is not among those to be written', { extra: { Mine: 'x' } }],
  ])('%s', async (reason, change) => {
    await expect(written([{ ...good, ...change }])).rejects.toThrow(reason);
  });

  test('an extra column cannot take the name of a modelled one', async () => {
    await expect(written([good], { extraColumns: ['sku'] })).rejects.toThrow('"sku" cannot be an extra column');
  });
});

test('the header is the legacy one', async () => {
  expect((await written([], {})).split(',').slice(0, 5)).toEqual([
    'Handle',
    'Title',
    'Body (HTML)',
    'Vendor',
    'Product Category',
  ]);
});
