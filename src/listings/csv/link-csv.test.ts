import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collect, csvBytes, table } from '#catalog/csv/csv-fixtures.ts';
import { describeIssue } from '#catalog/csv/csv-issues.ts';
import { type CsvLink, type LinkStatus, linkColumns } from '#listings/csv/csv-link.ts';
import { checkLinkCsv, readLinkCsv } from '#listings/csv/read-link-csv.ts';
import { writeLinkCsv } from '#listings/csv/write-link-csv.ts';

const uuid = '01890f1e-7b3c-7cc2-98c4-dc0c0c07398f';
const linked = {
  ...{
    store: 'Main shop',
    platform_product_id: '1',
    platform_variant_id: '11',
    platform_sku: 'M-S',
    title: 'Mug',
    variant_id: uuid,
  },
  ...{ variant_sku: 'MUG-S', status: 'linked', sync_price: 'TRUE', sync_inventory: 'FALSE' },
};

const sentences = async (...rows: Record<string, string>[]): Promise<string[]> =>
  (await checkLinkCsv(csvBytes(table(linkColumns, rows)))).issues.map(describeIssue);

const text = fc.array(fc.constantFrom('"', ',', ';', '\n', '\r', '=', '+', '-', '@', "'", ' ', 'a', 'ế', '👗'), { maxLength: 9 });
const name = text.map((signs) => signs.join('').trim());
const id = name.filter((value) => value !== '');
const link: fc.Arbitrary<CsvLink> = fc
  .record({
    ...{
      line: fc.constant(0),
      store: id,
      platformProductId: id,
      platformVariantId: id,
      platformSku: text.map((signs) => signs.join('')),
    },
    ...{ title: text.map((signs) => signs.join('')), variantId: fc.option(fc.uuid()), variantSku: name },
    status: fc.constantFrom<LinkStatus[]>('linked', 'unlinked', 'ignored'),
    ...{ syncPrice: fc.option(fc.boolean()), syncInventory: fc.option(fc.boolean()) },
  })
  .filter(({ status, variantId, variantSku }) => status !== 'linked' || variantId !== null || variantSku !== '');
const links = fc.uniqueArray(link, { selector: (l) => JSON.stringify([l.store, l.platformProductId, l.platformVariantId]) });

test('reading what was written gives the same links', async () => {
  await fc.assert(
    fc.asyncProperty(links, fc.boolean(), async (original, byteOrderMark) => {
      const content = (await collect(writeLinkCsv(original, { byteOrderMark }))).join('');
      const again = await collect(readLinkCsv(csvBytes(content, 500)));
      expect(again.map((l) => ({ ...l, line: 0 }))).toEqual(original);
    }),
    { numRuns: 200 },
  );
});

test('a line becomes a link; blank switches leave the setting as it is', async () => {
  const rows = [
    linked,
    {
      ...linked,
      platform_variant_id: '12',
      status: 'Ignored',
      variant_id: '',
      variant_sku: '',
      sync_price: '',
      sync_inventory: '',
    },
  ];
  const [first, second] = await collect(readLinkCsv(csvBytes(table(linkColumns, rows, ';', '\r\n'))));
  expect(first).toEqual({
    ...{
      line: 2,
      store: 'Main shop',
      platformProductId: '1',
      platformVariantId: '11',
      platformSku: 'M-S',
      title: 'Mug',
      variantId: uuid,
    },
    ...{ variantSku: 'MUG-S', status: 'linked', syncPrice: true, syncInventory: false },
  });
  expect(second).toMatchObject({ line: 3, status: 'ignored', variantId: null, syncPrice: null, syncInventory: null });
});

test('an unlinked line may keep the variant that it had', async () => {
  expect(await sentences({ ...linked, status: 'unlinked' })).toEqual([]);
});

describe('what is wrong is said with line, column and remedy', () => {
  test.each([
    [{ status: 'maybe' }, /^Line 2, status: Write one of: linked, unlinked, ignored; "maybe"/],
    [{ status: '' }, /^Line 2, status: This value is blank, but needed/],
    [{ store: ' ' }, /^Line 2, store: This value is blank, but needed/],
    [{ platform_variant_id: '' }, /^Line 2, platform_variant_id: This value is blank/],
    [
      { platform_variant_id: '1.72938E+18' },
      /^Line 2, platform_variant_id: A spreadsheet has rounded this number to "1.72938E\+18"/,
    ],
    [{ variant_id: '12' }, /^Line 2, variant_id: This must be an id .* "12" is not/],
    [{ variant_id: '', variant_sku: '' }, /^Line 2, variant_id: A linked listing needs the variant/],
    [{ sync_price: 'perhaps' }, /^Line 2, sync_price: Write TRUE or FALSE/],
    [{ title: 'a\0b' }, /^Line 2, title: This value contains an invisible character/],
  ])('%j', async (change, sentence) => {
    expect(await sentences({ ...linked, ...change })).toEqual([expect.stringMatching(sentence)]);
  });

  test('the same listing twice names both lines; the same id in another store is another listing', async () => {
    expect(await sentences(linked, { ...linked, store: 'Second shop' })).toEqual([]);
    expect(await sentences(linked, linked)).toEqual([
      expect.stringMatching(/^Line 3, platform_variant_id: The same listing \("11" of store "Main shop"\) stands on line 2/),
    ]);
  });

  test('a missing or repeated column, an unclosed quote and a cut-off line', async () => {
    const check = async (content: string) => (await checkLinkCsv(csvBytes(content))).issues.map(describeIssue);
    expect(await check('store,platform_product_id,status\na,1,linked\n')).toEqual([
      expect.stringMatching(/^Line 1: The column "platform_variant_id" is missing/),
    ]);
    expect(await check('store,Store\na,b\n')).toEqual([expect.stringMatching(/^Line 1, Store: Two columns say the same/)]);
    expect(await check('Handle,Price\na,b\n')).toEqual([expect.stringMatching(/^Line 1: The first line does not name/)]);
    expect(await check(`${table(linkColumns, [linked])}"Main`)).toEqual([expect.stringMatching(/^Line 3: A quote/)]);
    expect(await check(`${table(linkColumns, [linked])}Main shop,2`)).toEqual([expect.stringMatching(/^Line 3: .*cut off/)]);
  });
});

test('columns that mean nothing are named, not silently dropped', async () => {
  const report = await checkLinkCsv(csvBytes(table([...linkColumns, 'notes'], [{ ...linked, notes: 'x' }])));
  expect(report).toMatchObject({ whole: true, links: 1, ignoredColumns: ['notes'] });
});

test('all issues are counted, the first are kept, and good lines are still given', async () => {
  const bad = Array.from({ length: 20 }, (_, i) => ({ ...linked, platform_variant_id: `b${i}`, status: 'x' }));
  const report = await checkLinkCsv(csvBytes(table(linkColumns, [...bad, linked])), { keepIssues: 5 });
  expect([report.whole, report.issueCount, report.issues.length, report.links]).toEqual([false, 20, 5, 1]);
});

test('reading for use stops at the first problem with `file_rejected`', async () => {
  const content = table(linkColumns, [linked, { ...linked, platform_variant_id: '12', status: 'x' }]);
  await expect(collect(readLinkCsv(csvBytes(content)))).rejects.toMatchObject({
    code: 'file_rejected',
    issues: [{ path: 'Line 3, status' }],
  });
});
