import fc from 'fast-check';
import { expect, test } from 'vitest';
import { neutraliseCell, restoreCell } from '#catalog/csv/formula-cells.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', 'a', ' ', '＝') }),
);

test('restoring a neutralised text gives the text, for every text', () => {
  fc.assert(fc.property(text, (original) => restoreCell(neutraliseCell(original)) === original));
});

test('no neutralised text begins with a formula character', () => {
  fc.assert(fc.property(text, (original) => !/^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(neutraliseCell(original))));
});

test.each([
  ['=HYPERLINK("http://x")', `'=HYPERLINK("http://x")`],
  ['-2+3', "'-2+3"],
  ["'=1", "''=1"],
  ["'t Hooft", "'t Hooft"],
  ['a=b', 'a=b'],
  ['', ''],
])('%j is written as %j', (original, written) => {
  expect(neutraliseCell(original)).toBe(written);
});
