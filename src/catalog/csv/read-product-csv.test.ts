import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.ts';
import { collect, csvBytes, inPieces, table } from '#catalog/csv/csv-fixtures.ts';
import { describeIssue } from '#catalog/csv/csv-issues.ts';
import type { CsvProduct } from '#catalog/csv/csv-product.ts';
import { checkProductCsv, readProductCsv } from '#catalog/csv/read-product-csv.ts';

const legacy = [
  'Handle',
  'Title',
  'Option1 Name',
  'Option1 Value',
  'Variant SKU',
  'Variant Inventory Qty',
  'Variant Price',
  'Image Src',
];
const mug = { Handle: 'mug', Title: 'Mug', 'Option1 Name': 'Size', 'Option1 Value': 'S', 'Variant Price': '9.50' };
const largeMug = { Handle: 'mug', 'Option1 Value': 'L', 'Variant Price': '11' };

const cups = (count: number) => Array.from({ length: count }, (_, i) => ({ Handle: `cup-${i}`, Title: `Cup ${i}` }));
const read = (text: string): Promise<CsvProduct[]> => collect(readProductCsv(csvBytes(text)));
const sentences = async (text: string): Promise<string[]> => (await checkProductCsv(csvBytes(text))).issues.map(describeIssue);
const only = async (text: string): Promise<CsvProduct> => {
  const products = await read(text);
  expect(products).toHaveLength(1);
  return products[0] as CsvProduct;
};

describe('reading products', () => {
  test('the lines of a handle become one product with its variants and images', async () => {
    const image = { Handle: 'mug', 'Image Src': 'https://images.example/2.jpg' };
    const product = await only(table(legacy, [{ ...mug, 'Image Src': 'https://images.example/1.jpg' }, largeMug, image]));
    expect(product).toMatchObject({
      line: 2,
      handle: 'mug',
      title: 'Mug',
      optionNames: ['Size'],
      status: 'active',
      published: true,
    });
    expect(product.variants.map((v) => [v.line, v.optionValues, v.price])).toEqual([
      [2, ['S'], '9.50'],
      [3, ['L'], '11'],
    ]);
    expect(product.images).toEqual([
      { src: 'https://images.example/1.jpg', position: 1, alt: '' },
      { src: 'https://images.example/2.jpg', position: 2, alt: '' },
    ]);
  });

  test('the newer column names mean the same as the legacy ones', async () => {
    const product = await only(
      table(
        [
          'Title',
          'URL handle',
          'Description',
          'Published on online store',
          'Status',
          'SKU',
          'Price',
          'Compare-at price',
          'Charge tax',
          'Inventory tracker',
          'Inventory quantity',
          'Continue selling when out of stock',
          'Weight value (grams)',
          'Product image URL',
        ],
        [
          {
            Title: 'Mug',
            'URL handle': 'mug',
            Description: '<p>Blue</p>',
            'Published on online store': 'FALSE',
            Status: 'Draft',
            SKU: 'M-1',
            Price: '9',
            'Compare-at price': '12',
            'Charge tax': 'TRUE',
            'Inventory tracker': 'shopify',
            'Inventory quantity': '4',
            'Continue selling when out of stock': 'CONTINUE',
            'Weight value (grams)': '250.5',
            'Product image URL': 'https://images.example/m.jpg',
          },
        ],
      ),
    );
    expect(product).toMatchObject({ handle: 'mug', bodyHtml: '<p>Blue</p>', published: false, status: 'draft' });
    expect(product.variants[0]).toMatchObject({
      sku: 'M-1',
      price: '9',
      compareAtPrice: '12',
      taxable: true,
      tracker: 'shopify',
      quantity: 4,
      policy: 'continue',
      grams: 250.5,
    });
    expect(product.images).toHaveLength(1);
  });

  test('"Title" with "Default Title" is a product without options', async () => {
    const product = await only(table(legacy, [{ ...mug, 'Option1 Name': 'Title', 'Option1 Value': 'Default Title' }]));
    expect(product.optionNames).toEqual([]);
    expect(product.variants[0]?.optionValues).toEqual([]);
  });

  test('blank cells are null where a number is meant, and absent columns say nothing', async () => {
    const text = table(['Handle', 'Title', 'Variant Price'], [{ Handle: 'mug', Title: 'Mug' }]);
    expect((await only(text)).variants[0]).toMatchObject({ price: null, quantity: null, grams: null, requiresShipping: true });
    expect((await checkProductCsv(csvBytes(text))).fields).toEqual(['handle', 'title', 'price']);
  });

  test('columns that are not modelled are kept at the product, or at the variant', async () => {
    const columns = [
      ...legacy,
      'Google Shopping / Condition',
      'Price / Vietnam',
      'Fit (product.metafields.custom.fit)',
      '__proto__',
    ];
    const extra = { 'Google Shopping / Condition': 'new', 'Price / Vietnam': '200000', ['__proto__']: 'x' };
    const product = await only(
      table(columns, [
        { ...mug, ...extra },
        { ...largeMug, 'Google Shopping / Condition': 'used' },
      ]),
    );
    expect(Object.entries(product.extra)).toEqual([
      ['Google Shopping / Condition', 'new'],
      ['__proto__', 'x'],
    ]);
    expect(product.variants.map((v) => v.extra)).toEqual([
      { 'Price / Vietnam': '200000' },
      { 'Google Shopping / Condition': 'used' },
    ]);
  });

  test('tags are split, trimmed, and kept once', async () => {
    const product = await only(table([...legacy, 'Tags'], [{ ...mug, Tags: ' a, b,,a , c d' }]));
    expect(product.tags).toEqual(['a', 'b', 'c d']);
  });

  test('product values and images repeated on every line are not a second product value or image', async () => {
    const image = { 'Image Src': 'https://images.example/1.jpg' };
    const product = await only(
      table(legacy, [
        { ...mug, ...image },
        { ...largeMug, ...image, Title: 'Mug', 'Option1 Name': 'Size' },
      ]),
    );
    expect(product.variants).toHaveLength(2);
    expect(product.images).toHaveLength(1);
  });

  test('an apostrophe written before a formula is taken away, a bare formula stays text', async () => {
    expect((await only(table(legacy, [{ ...mug, Title: "'=1+1" }]))).title).toBe('=1+1');
    expect((await only(table(legacy, [{ ...mug, Title: '=1+1' }]))).title).toBe('=1+1');
    expect((await only(table(legacy, [{ ...mug, Title: "'t Hooft" }]))).title).toBe("'t Hooft");
  });
});

describe('shapes of files that are all right', () => {
  test.each([
    ['CRLF', '\r\n'],
    ['LF', '\n'],
    ['CR', '\r'],
  ])('lines may end in %s, whatever the pieces; lines inside quotes are counted', async (_name, newline) => {
    const rows = [{ ...mug, Title: `Mug${newline}blue` }, largeMug, { ...mug, Handle: 'cup', Title: 'Cup' }];
    for (const size of [1, 2, 3, 64, 4096]) {
      const products = await collect(readProductCsv(csvBytes(table(legacy, rows, ',', newline), size)));
      expect(products.map((p) => [p.line, p.handle, p.variants.map((v) => v.line)])).toEqual([
        [2, 'mug', [2, 4]],
        [5, 'cup', [5]],
      ]);
      expect(products[0]?.title).toBe(`Mug${newline}blue`);
    }
  });

  test.each([';', '\t', '|'])('the separator %j is recognised by the column names', async (delimiter) => {
    const text = table(legacy, [mug], delimiter);
    expect((await only(text)).variants[0]?.price).toBe('9.50');
    expect((await checkProductCsv(csvBytes(text))).delimiter).toBe(delimiter);
  });

  test('blank lines, lines of commas and a missing last line end are passed over', async () => {
    const text = table(legacy, [mug, largeMug]).trimEnd();
    const [header, first, second] = text.split('\n') as [string, string, string];
    const product = await only(`\n${header}\n\n${first}\n,,,,,,,\n   \n${second}`);
    expect(product.variants.map((v) => v.line)).toEqual([4, 7]);
  });

  test.each(['utf-8', 'utf-16le', 'utf-16be'] as const)(
    '%s with and without byte order mark gives the same products',
    async (encoding) => {
      const text = table(legacy, [{ ...mug, Title: 'Áo dài 👗 漆器' }]);
      const encode = (content: string): Buffer => {
        if (encoding === 'utf-8') return Buffer.from(content);
        const little = Buffer.from(content, 'utf16le');
        return encoding === 'utf-16le' ? little : little.swap16();
      };
      for (const content of [text, `\uFEFF${text}`]) {
        for (const size of [1, 5, 5000]) {
          const products = await collect(readProductCsv(inPieces(encode(content), size)));
          expect(products.map((p) => p.title)).toEqual(['Áo dài 👗 漆器']);
        }
        expect((await checkProductCsv(inPieces(encode(content), 100))).encoding).toBe(encoding);
      }
    },
  );
});

describe('files that are refused', () => {
  test('an empty file, and one of blank lines, is said to be empty', async () => {
    for (const text of ['', '\n\n', '\uFEFF'])
      expect(await sentences(text)).toEqual([expect.stringContaining('Line 1: The file is empty')]);
  });

  test('a quote that is never closed names the line where the row begins', async () => {
    const text = `${table(legacy, [mug])}cup,"Cup\nblue,,,,\n`;
    expect(await sentences(text)).toEqual([expect.stringMatching(/^Line 3: A quote \("\) is opened .* cut off/)]);
  });

  test('a quote in the middle of a value is explained; what stands before is still checked', async () => {
    const text = `${table(legacy, [{ ...mug, 'Variant Price': 'x' }])}cup,12" cup,,,,,,\nmug2,,,,,,,\n`;
    expect(await sentences(text)).toEqual([
      expect.stringMatching(/^Line 2, Variant Price/),
      expect.stringMatching(/^Line 3: A quote \("\) stands in the middle/),
    ]);
  });

  test('an unclosed quote swallows at most one row limit, not the file', async () => {
    let pulled = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${table(legacy, [mug])}cup,"`);
      for (; pulled < 64; pulled += 1) yield Buffer.alloc(1024 * 1024, 'x');
    }
    const report = await checkProductCsv(endless());
    expect(report.issues.map(describeIssue)).toEqual([expect.stringMatching(/^Line 3: This line is longer than 4 MB/)]);
    expect(pulled).toBeLessThan(12);
  });

  test('a file without any line end is refused, in one piece or many, without reading it all into one line', async () => {
    for (const size of [65536, 32 * 1024 * 1024]) {
      const report = await checkProductCsv(inPieces(Buffer.alloc(32 * 1024 * 1024, 'x'), size));
      expect(report.issues.map((issue) => issue.code)).toEqual(['line_too_long']);
    }
  });

  test('a last row with missing columns is a cut-off file, an earlier one a short row, an extra cell a long one', async () => {
    const whole = table(legacy, [mug]);
    expect(await sentences(`${whole}cup,Cup,`)).toEqual([
      expect.stringMatching(/^Line 3: The last line has 3 of 8 columns: .*cut off/),
    ]);
    expect(await sentences(`${whole}cup,Cup\ncup,Cup,,,,,,,x\n`)).toEqual([
      expect.stringMatching(/^Line 3: This line has 2 columns, the header has 8/),
      expect.stringMatching(/^Line 4: This line has 9 columns, the header has 8/),
    ]);
  });

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('Windows-1252 (lines ending in %s) is refused with the line, the place and the remedy', async (_name, newline) => {
    const good = Buffer.from(table(legacy, cups(200), ',', newline));
    const bytes = Buffer.concat([good, Buffer.from(`cafe,Caf\xe9 cup,,,,,,${newline}`, 'latin1'), good]);
    for (const size of [1, 3, 100, 2500, 65536]) {
      const report = await checkProductCsv(inPieces(bytes, size));
      expect(report.issues.map((issue) => [issue.line, issue.code])).toEqual([[202, 'encoding_not_utf8']]);
      expect(report.issues[0]?.message).toMatch(/is not UTF-8: .*Windows-1252.*"CSV UTF-8"/);
    }
    expect((await checkProductCsv(inPieces(bytes, 65536))).issues[0]?.message).toContain('Caf\uFFFD cup');
  });

  test('a file that ends in the middle of a character is cut off', async () => {
    const bytes = Buffer.from(`${table(legacy, [mug])}cup,Ca\u0300\u{1F457}`).subarray(0, -2);
    expect((await checkProductCsv(inPieces(bytes, 9))).issues.map((issue) => issue.code)).toContain('encoding_cut_off');
    const utf16 = Buffer.from(`\uFEFF${table(legacy, [mug])}`, 'utf16le').subarray(0, -1);
    expect((await checkProductCsv(inPieces(utf16, 9))).issues.map((issue) => issue.code)).toContain('encoding_broken_utf16');
  });

  test('a workbook and UTF-32 are recognised', async () => {
    const code = async (...bytes: number[]) =>
      (await checkProductCsv(inPieces(Uint8Array.from([...bytes, 1, 2, 3]), 2))).issues[0]?.code;
    expect(await code(0x50, 0x4b, 3, 4)).toBe('file_is_workbook');
    expect(await code(0xd0, 0xcf, 0x11, 0xe0)).toBe('file_is_workbook');
    expect(await code(0xff, 0xfe, 0, 0)).toBe('file_is_utf32');
  });

  test('wrong headers say what is missing and what stands there', async () => {
    expect(await sentences('name,amount\na,1\n')).toEqual([
      expect.stringMatching(/^Line 1: The first line does not name .*name, amount/),
    ]);
    expect(await sentences('Title,Variant Price\nMug,1\n')).toEqual([
      expect.stringMatching(/^Line 1: The column "Handle" is missing/),
    ]);
    expect(await sentences('Handle,Title,title\na,b,c\n')).toEqual([expect.stringContaining('"Title" and "title"')]);
    expect(await sentences('Handle,URL handle,Title\na,b,c\n')).toEqual([expect.stringContaining('"Handle" and "URL handle"')]);
    expect(await sentences('Handle,Title,Mine,mine\na,b,c,d\n')).toEqual([expect.stringContaining('"Mine" and "mine"')]);
  });

  test('reading for use refuses with `file_rejected` at the first problem, and says that nothing was imported', async () => {
    const error = await read(table(legacy, [{ ...mug, 'Variant Price': 'free' }])).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'file_rejected', issues: [{ path: 'Line 2, Variant Price' }] });
    expect((error as AppError).message).toMatch(/^Nothing was imported\. Line 2, Variant Price: /);
  });

  test.each([1, 500])(
    'an error of the source itself, after %i products, is passed on and not taken for a bad file',
    async (count) => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield* csvBytes(table(legacy, cups(count)), 100);
        throw new Error('disk gone');
      }
      await expect(checkProductCsv(broken())).rejects.toThrow('disk gone');
      await expect(collect(readProductCsv(broken()))).rejects.toThrow('disk gone');
    },
  );
});
