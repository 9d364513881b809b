import { describe, expect, test } from 'vitest';
import { collect, csvBytes, table } from '#catalog/csv/csv-fixtures.ts';
import { describeIssue } from '#catalog/csv/csv-issues.ts';
import { checkProductCsv, readProductCsv } from '#catalog/csv/read-product-csv.ts';

const columns = [
  ...['Handle', 'Title', 'Tags', 'Published', 'Status', 'Option1 Name', 'Option1 Value', 'Option2 Name', 'Option2 Value'],
  ...[
    'Variant SKU',
    'Variant Grams',
    'Variant Inventory Qty',
    'Variant Inventory Policy',
    'Variant Price',
    'Variant Weight Unit',
  ],
  ...['Variant Barcode', 'Image Src', 'Image Position', 'Image Alt Text', 'Google Shopping / Condition'],
];
const small = { Handle: 'mug', Title: 'Mug', 'Option1 Name': 'Size', 'Option1 Value': 'S', 'Variant Price': '9.50' };
const large = { Handle: 'mug', 'Option1 Value': 'L', 'Variant Price': '11' };
const cup = { Handle: 'cup', Title: 'Cup', 'Variant Price': '5' };

async function sentences(...rows: Record<string, string>[]): Promise<string[]> {
  const report = await checkProductCsv(csvBytes(table(columns, rows), 4096));
  expect(report.issueCount).toBe(report.issues.length);
  expect(report.whole).toBe(report.issueCount === 0);
  return report.issues.map(describeIssue);
}

test('a good file has no issue', async () => {
  expect(await sentences(small, large, cup)).toEqual([]);
});

describe('a cell that breaks its rule is reported with line, column, the value and the rule', () => {
  test.each([
    ['Variant Price', '1,299.00', 'A price must be a number such as 12.50; "1,299.00" is not: did you mean 1299.00?'],
    ['Variant Price', '12,50', 'A price must be a number such as 12.50; "12,50" is not: did you mean 12.50?'],
    ['Variant Price', '-1', 'A price cannot be below 0; "-1" is.'],
    ['Variant Price', 'NaN', 'A price must be a number such as 12.50; "NaN" is not'],
    ['Variant Inventory Qty', '1.5', 'A quantity must be a whole number such as 12; "1.5" is not.'],
    ['Variant Inventory Qty', '1,000', 'A quantity must be a whole number such as 12; "1,000" is not.'],
    ['Variant Inventory Qty', '1000000001', 'A quantity must lie between -1000000000 and 1000000000; "1000000001" does not.'],
    ['Variant Inventory Policy', 'maybe', 'Write one of: deny, continue; "maybe" is none of them.'],
    ['Variant Inventory Policy', 'constructor', 'Write one of: deny, continue; "constructor" is none of them.'],
    ['Variant Barcode', '8.93E+12', 'A spreadsheet has rounded this number to "8.93E+12", and its last digits are lost.'],
    ['Variant Grams', '-3', 'A weight must be a number of grams such as 250; "-3" is not.'],
    ['Variant Weight Unit', 'stone', 'Write one of: g, kg, lb, oz; "stone" is none of them.'],
    ['Published', 'perhaps', 'Write TRUE or FALSE; "perhaps" is neither.'],
    ['Status', 'gone', 'Write one of: active, draft, archived; "gone" is none of them.'],
    ['Image Src', 'photo.jpg', 'An image must be an address that begins with https:// or http://; "photo.jpg" is not.'],
    [
      'Image Src',
      'javascript:alert(1)',
      'An image must be an address that begins with https:// or http://; "javascript:alert(1)" is not.',
    ],
    ['Title', '👗'.repeat(5000), 'At most 255 characters are allowed; this has 5000. Shorten it.'],
    ['Title', ' ', 'The title is blank. The first line of each product needs a title.'],
    ['Tags', 't'.repeat(256), 'At most 255 characters are allowed; this has 256. Shorten it.'],
    ['Tags', Array.from({ length: 251 }, (_, i) => i).join(','), 'A product can have at most 250 tags; this has 251.'],
    ['Variant SKU', 'A\0B', 'This value contains an invisible character (NUL) that cannot be stored.'],
  ])('%s: %j', async (column, value, sentence) => {
    const found = await sentences(large, { ...small, Handle: 'jug', [column]: value });
    expect(found.filter((text) => text.startsWith(`Line 3, ${column}: ${sentence}`))).toHaveLength(1);
  });

  test('an image position must be a whole number from 1 on', async () => {
    const image = { 'Image Src': 'https://images.example/1.jpg', 'Image Position': '0' };
    expect(await sentences({ ...small, ...image })).toEqual([
      expect.stringMatching(/^Line 2, Image Position: .* from 1 on; "0" is not/),
    ]);
  });

  test('255 characters are allowed, counted as people count emoji of one sign', async () => {
    expect(await sentences({ ...small, Title: '👗'.repeat(255) })).toEqual([]);
  });

  test('a stock below zero is a fact, not a mistake', async () => {
    expect(await sentences({ ...small, 'Variant Inventory Qty': '-3' })).toEqual([]);
    const quantities = async (value: string) =>
      (await collect(readProductCsv(csvBytes(table(columns, [{ ...small, 'Variant Inventory Qty': value }]))))).map(
        (p) => p.variants[0]?.quantity,
      );
    expect(await quantities('-3')).toEqual([-3]);
    expect(await quantities('-0')).toEqual([0]);
  });
});

describe('lines that do not fit together', () => {
  test('a handle that returns after another product is refused with both lines', async () => {
    expect(await sentences(small, cup, large)).toContainEqual(
      expect.stringMatching(/^Line 4, Handle: The handle "mug" was already used from line 2 on/),
    );
  });

  test('a line without handle is refused', async () => {
    expect(await sentences(small, { 'Option1 Value': 'L' })).toEqual([
      expect.stringMatching(/^Line 3, Handle: The handle is blank/),
    ]);
  });

  test('a product value that differs from the first line is refused', async () => {
    expect(await sentences(small, { ...large, Title: 'Beaker' })).toEqual([
      expect.stringMatching(/^Line 3, Title: This differs from line 2/),
    ]);
  });

  test('the same option values twice are refused with both lines', async () => {
    expect(await sentences(small, large, large)).toEqual([
      expect.stringMatching(/^Line 4, Option1 Value: The variant "L" stands on line 3/),
    ]);
  });

  test('a variant without its option value, or of a product without options, is refused', async () => {
    expect(await sentences(small, { Handle: 'mug', 'Variant SKU': 'M-L' })).toEqual([
      expect.stringMatching(/^Line 3, Option1 Value: The option "Size" has no value/),
    ]);
    expect(await sentences(cup, { Handle: 'cup', 'Variant SKU': 'C-2' })).toEqual([
      expect.stringMatching(/^Line 3: This line has a price, SKU/),
    ]);
    expect(await sentences({ ...small, 'Option2 Name': 'Color', 'Option2 Value': 'Red' }, large)).toEqual([
      expect.stringMatching(/^Line 3, Option2 Value: The option "Color" has no value/),
    ]);
  });

  test('an option value needs its option name, and the first option comes first', async () => {
    expect(await sentences({ ...small, 'Option2 Value': 'Red' })).toEqual([
      expect.stringMatching(/^Line 2, Option2 Name: There is an option value/),
    ]);
    const swapped = { ...cup, 'Option2 Name': 'Color', 'Option2 Value': 'Red' };
    expect(await sentences(swapped)).toContainEqual(expect.stringMatching(/^Line 2, Option1 Name: There is an option value/));
  });

  test('a line that is neither variant nor image, and an image text without image, are refused', async () => {
    expect(await sentences(small, { Handle: 'mug' })).toEqual([expect.stringMatching(/^Line 3: This line has neither/)]);
    const found = await sentences(small, { ...large, 'Image Alt Text': 'from above' });
    expect(found).toEqual([
      expect.stringMatching(/^Line 3, Image Alt Text: There is an image position or text without an image/),
    ]);
  });

  test('an image line may repeat defaults of a variant, but nothing that would be lost', async () => {
    const image = { Handle: 'mug', 'Image Src': 'https://images.example/1.jpg', 'Variant Weight Unit': 'kg' };
    expect(await sentences(small, image)).toEqual([]);
    expect(await sentences(small, { ...image, 'Google Shopping / Condition': 'new' })).toEqual([
      expect.stringMatching(/^Line 3, Google Shopping \/ Condition: This line holds only an image/),
    ]);
  });

  test('more than 2,048 variants, 250 images or 3 options are refused once', async () => {
    const variants = Array.from({ length: 2055 }, (_, i) => ({ ...large, 'Option1 Value': `L${i}` }));
    expect(await sentences(small, ...variants)).toEqual([
      expect.stringMatching(/^Line 2050: A product can have at most 2048 variants/),
    ]);
    const images = Array.from({ length: 255 }, (_, i) => ({ Handle: 'mug', 'Image Src': `https://images.example/${i}.jpg` }));
    expect(await sentences(small, ...images)).toEqual([
      expect.stringMatching(/^Line 253: A product can have at most 250 images/),
    ]);
    const report = await checkProductCsv(csvBytes('Handle,Title,Option4 Name\nmug,Mug,Colour\ncup,Cup,\n'));
    expect(report.issues.map(describeIssue)).toEqual([
      'Line 2, Option4 Name: A product can have at most 3 options. Delete this one.',
    ]);
  });

  test('a value under a column without a name is refused, a nameless empty column is not', async () => {
    const check = async (text: string) => (await checkProductCsv(csvBytes(text))).issues.map(describeIssue);
    expect(await check('Handle,Title,,\nmug,Mug,,\n')).toEqual([]);
    expect(await check('Handle,Title,,\nmug,Mug,,x\n')).toEqual([
      expect.stringMatching(/^Line 2, column 4: There is a value in a column/),
    ]);
  });
});

test('a hopeless file keeps 1,000 issues in order and counts the rest', async () => {
  const rows = Array.from({ length: 1500 }, (_, i) => ({ ...cup, Handle: `cup-${i}`, 'Variant Price': 'x' }));
  const report = await checkProductCsv(csvBytes(table(columns, rows), 65536));
  expect([report.whole, report.issueCount, report.issues.length, report.products]).toEqual([false, 1500, 1000, 1500]);
  expect(report.issues.at(-1)?.line).toBe(1001);
});
