import type { FieldIssue } from '#base/errors.ts';
import { AppError } from '#base/errors.ts';

/** What is wrong with a file, where, and what to do. `message` is the sentence without the place. */
export interface CsvIssue {
  line: number;
  /** The column's name in the file; null when the whole line or file is meant. */
  column: string | null;
  code: CsvIssueCode;
  parameters: Readonly<Record<string, string>>;
  message: string;
}

export type ReportIssue = (issue: CsvIssue) => void;

/** Every sentence about a CSV, with its {parameters}. */
export const csvMessages = {
  file_empty: 'The file is empty. Export it again and upload the new one.',
  file_is_workbook: 'This is an Excel workbook, not a CSV. In Excel choose Save as, "CSV UTF-8", and upload that file.',
  file_is_compressed: 'The file is compressed (gzip). Unpack it and upload the CSV that is inside.',
  file_is_utf32: 'The file is in UTF-32, which is not supported. Save it as "CSV UTF-8".',
  encoding_not_utf8:
    'The text near "{near}" is not UTF-8: the file was probably saved as Windows-1252 ("CSV" instead of "CSV UTF-8" in Excel). Save it as "CSV UTF-8", so that accents and symbols survive.',
  encoding_cut_off: 'The file ends in the middle of a character: it is probably cut off. Export it again, as "CSV UTF-8".',
  encoding_broken_utf16: 'The UTF-16 text is broken here: the file was probably cut off. Export it again.',
  quote_not_closed:
    'A quote (") is opened on this line and never closed: the file is probably cut off. Export it again, or close the quote.',
  quote_misplaced:
    'A quote (") stands in the middle of a value. Put the whole value in quotes and double each quote inside it: "12"" pipe".',
  line_too_long: 'This line is longer than {megabytes} MB: a quote (") that is opened here is probably never closed.',
  rows_too_many:
    'The file goes on after {limit} rows, which is as many as a spreadsheet holds. Split it into several files, each with the first line.',
  row_cut_off: 'The last line has {found} of {expected} columns: the file is probably cut off. Export it again.',
  row_short: 'This line has {found} columns, the header has {expected}. Add the missing separators, or export the file again.',
  row_long:
    'This line has {found} columns, the header has {expected}. Put values that contain the separator "{delimiter}" in quotes.',
  nul_character: 'This value contains an invisible character (NUL) that cannot be stored. Delete the value and type it again.',
  header_wrong:
    'The first line does not name the columns that are expected ({expected}). It says: {found}. Start from an exported file.',
  header_missing:
    'The column "{missing}" is missing. The first line says: {found}. Add the column, or start from an exported file.',
  header_repeated: 'Two columns say the same thing: "{first}" and "{second}". Delete one of them.',
  column_unnamed: 'There is a value in a column that has no name in the first line. Name the column or delete the value.',
  handle_missing: 'The handle is blank. Every line needs the handle of its product.',
  handle_repeated:
    'The handle "{handle}" was already used from line {line} on, with another product between. Put all lines of a product together.',
  title_missing: 'The title is blank. The first line of each product needs a title.',
  text_too_long: 'At most {limit} characters are allowed; this has {length}. Shorten it.',
  differs_from_first: 'This differs from line {line}, where the product begins. Write it there only, or the same everywhere.',
  option_name_missing: 'There is an option value without its option name. Write the name on the first line of the product.',
  option_value_missing: 'The option "{option}" has no value on this line. Every variant needs a value for each option.',
  options_too_many: 'A product can have at most {limit} options. Delete this one.',
  variant_without_option:
    'This line has a price, SKU or stock, but the product has no options, so it cannot have a second variant. Add option names and values.',
  variant_repeated: 'The variant "{variant}" stands on line {line} already. Delete one, or change an option value.',
  variants_too_many: 'A product can have at most {limit} variants. Split it into several products.',
  images_too_many: 'A product can have at most {limit} images. Delete some.',
  image_url_missing: 'There is an image position or text without an image. Add the address of the image, or delete this value.',
  url_wrong: 'An image must be an address that begins with https:// or http://; "{value}" is not.',
  row_says_nothing: 'This line has neither option values nor an image. Delete it.',
  value_without_variant:
    'This line holds only an image, so this value belongs to no variant. Move it to the line of a variant, or to the first line of the product.',
  boolean_wrong: 'Write TRUE or FALSE; "{value}" is neither.',
  choice_wrong: 'Write one of: {choices}; "{value}" is none of them.',
  amount_wrong: '{problem}',
  amount_negative: 'A price cannot be below 0; "{value}" is.',
  amount_out_of_range:
    'A price has at most {digits} digits before the point and {decimals} after it; "{value}" has more. Shorten it.',
  quantity_wrong: 'A quantity must be a whole number such as 12; "{value}" is not.',
  quantity_out_of_range: 'A quantity must lie between -{limit} and {limit}; "{value}" does not.',
  grams_wrong: 'A weight must be a number of grams such as 250; "{value}" is not.',
  position_wrong: 'An image position must be a whole number from 1 on; "{value}" is not.',
  tags_too_many: 'A product can have at most {limit} tags; this has {found}.',
  value_missing: 'This value is blank, but needed.',
  id_repeated: 'The same listing ("{listing}" of store "{store}") stands on line {line} already. Delete one of them.',
  link_target_missing: 'A linked listing needs the variant that it is linked to: fill in variant_id or variant_sku.',
  number_rounded:
    'A spreadsheet has rounded this number to "{value}", and its last digits are lost. Export the file again and format the column as text before saving.',
  sku_unknown: 'No variant has the SKU "{sku}". Correct it, or delete the line.',
  sku_ambiguous: '{count} variants have the SKU "{sku}". Give each its own SKU, or count them under Inventory.',
  sku_repeated: 'The SKU "{sku}" was counted on line {line} already. Add the two counts up on one line.',
  bundle_count_ignored:
    '{bundle} is a bundle: how many there are follows from what it is made of. The count {value} was ignored. Count {components} instead.',
  bundle_counts_more: '{count} more counts of bundles were ignored.',
  lines_too_many: 'A counted list can have at most {limit} lines. Split it.',
  id_wrong: 'This must be an id as it stands in an exported file; "{value}" is not.',
} as const;

export type CsvIssueCode = keyof typeof csvMessages;

export function csvIssue(
  line: number,
  column: string | null,
  code: CsvIssueCode,
  parameters: Record<string, string | number> = {},
): CsvIssue {
  const shown = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, shorten(String(value))]));
  const message = csvMessages[code].replace(/\{(\w+)\}/g, (whole, name: string) => shown[name] ?? whole);
  return { line, column, code, parameters: shown, message };
}

/** The whole sentence: "Line 12, Variant Price: …". */
export function describeIssue(issue: CsvIssue): string {
  return `${placeOf(issue)}: ${issue.message}`;
}

function placeOf(issue: CsvIssue): string {
  return issue.column === null ? `Line ${issue.line}` : `Line ${issue.line}, ${issue.column}`;
}

/** A problem after which the rest of the file cannot be read. */
export class CsvFault extends Error {
  readonly issue: CsvIssue;

  constructor(issue: CsvIssue, options?: ErrorOptions) {
    super(describeIssue(issue), options);
    this.name = 'CsvFault';
    this.issue = issue;
  }
}

/** Issues as they are found: all are counted, the first `keep` are kept, so that a hopeless file fits in memory. */
export class IssueList {
  readonly issues: CsvIssue[] = [];
  count = 0;
  readonly #keep: number;

  constructor(keep: number) {
    this.#keep = keep;
  }

  readonly add = (issue: CsvIssue): void => {
    this.count += 1;
    if (this.issues.length < this.#keep) this.issues.push(issue);
  };
}

/** The error for a file that is not whole: nothing of it was applied. */
export function rejectFile(issues: readonly CsvIssue[], count: number = issues.length): AppError {
  const first = issues[0];
  const more = count > 1 ? ` There ${count === 2 ? 'is 1 more problem' : `are ${count - 1} more problems`}.` : '';
  const sentence = first === undefined ? 'The file cannot be read.' : describeIssue(first);
  return new AppError('file_rejected', `Nothing was imported. ${sentence}${more}`, { issues: issues.map(asFieldIssue) });
}

function asFieldIssue(issue: CsvIssue): FieldIssue {
  return { path: placeOf(issue), message: issue.message };
}

/** Values of a file can be long: a message shows their beginning. */
function shorten(value: string): string {
  const characters = [...value.slice(0, 400)];
  return value.length <= 400 && characters.length <= 200 ? value : `${characters.slice(0, 200).join('')}…`;
}
