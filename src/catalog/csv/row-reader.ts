import { parseAmount } from '#base/money.ts';
import { type CsvIssueCode, csvIssue, type ReportIssue } from '#catalog/csv/csv-issues.ts';
import { csvLimits } from '#catalog/csv/csv-product.ts';
import { restoreCell } from '#catalog/csv/formula-cells.ts';
import type { CsvRow } from '#catalog/csv/read-table.ts';

interface Column {
  index: number;
  name: string;
}

/**
 * Reads the cells of one row by field. A cell that breaks its rule is reported with line and column, and reads as blank,
 * so that one pass finds every problem of a file.
 */
export class RowReader<Field extends string> {
  readonly line: number;
  readonly #cells: readonly string[];
  readonly #columns: ReadonlyMap<Field, Column>;
  readonly #report: ReportIssue;

  constructor(row: CsvRow, columns: ReadonlyMap<Field, Column>, report: ReportIssue) {
    this.line = row.line;
    this.#cells = row.cells;
    this.#columns = columns;
    this.#report = report;
  }

  /** Whether the file has this column at all. */
  has(field: Field): boolean {
    return this.#columns.has(field);
  }

  issue(field: Field | null, code: CsvIssueCode, parameters: Record<string, string | number> = {}): void {
    const column = field === null ? null : (this.#columns.get(field)?.name ?? field);
    this.#report(csvIssue(this.line, column, code, parameters));
  }

  /** The cell as it is, '' when the column is absent. */
  raw(field: Field): string {
    const column = this.#columns.get(field);
    return column === undefined ? '' : restoreCell(this.#cells[column.index] ?? '');
  }

  isBlank(field: Field): boolean {
    return this.raw(field).trim() === '';
  }

  /** The text with its outer spaces gone, of at most `limit` characters (code points). */
  name(field: Field, limit: number = csvLimits.textLength): string {
    return this.#limited(field, this.raw(field).trim(), limit);
  }

  /**
   * A name that may be a long number: an id, a barcode. Spreadsheets make 1.23457E+18 of those; the digits are gone, so it
   * would name something else, or nothing.
   */
  longNumber(field: Field): string {
    const value = this.name(field);
    if (!/^\d(?:[.,]\d+)?E\+\d+$/i.test(value)) return value;
    this.issue(field, 'number_rounded', { value });
    return '';
  }

  /** The text as it is, of at most `limit` characters. */
  text(field: Field, limit: number = csvLimits.textLength): string {
    return this.#limited(field, this.raw(field), limit);
  }

  #limited(field: Field, text: string, limit: number): string {
    if (text.length <= limit) return text;
    const length = [...text].length;
    if (length <= limit) return text;
    this.issue(field, 'text_too_long', { limit, length });
    return '';
  }

  /** TRUE or FALSE, whatever the case. */
  boolean(field: Field, otherwise: { blank: boolean; absent: boolean }): boolean {
    const value = this.raw(field).trim();
    if (value === '') return this.has(field) ? otherwise.blank : otherwise.absent;
    const lower = value.toLowerCase();
    if (lower === 'true' || lower === 'yes' || lower === '1') return true;
    if (lower === 'false' || lower === 'no' || lower === '0') return false;
    this.issue(field, 'boolean_wrong', { value });
    return otherwise.blank;
  }

  /** One of a few words, whatever the case; `meanings` maps each accepted word, in lower case. */
  choice<Choice extends string>(field: Field, meanings: Readonly<Record<string, Choice>>, blank: Choice): Choice {
    const value = this.raw(field).trim();
    if (value === '') return blank;
    const lower = value.toLowerCase();
    const meaning = Object.hasOwn(meanings, lower) ? meanings[lower] : undefined;
    if (meaning !== undefined) return meaning;
    this.issue(field, 'choice_wrong', { value, choices: [...new Set(Object.values(meanings))].join(', ') });
    return blank;
  }

  /** A decimal string of at least 0; null when blank. */
  amount(field: Field): string | null {
    const value = this.raw(field).trim();
    if (value === '') return null;
    const parsed = parseAmount(value);
    if ('problem' in parsed) {
      this.issue(field, 'amount_wrong', { problem: parsed.problem });
      return null;
    }
    if (parsed.amount.startsWith('-')) {
      this.issue(field, 'amount_negative', { value });
      return null;
    }
    const [whole = '', fraction = ''] = parsed.amount.split('.');
    const { amountDigits: digits, amountDecimals: decimals } = csvLimits;
    if (whole.replace(/^0+/, '').length > digits || fraction.replace(/0+$/, '').length > decimals) {
      this.issue(field, 'amount_out_of_range', { value, digits, decimals });
      return null;
    }
    return parsed.amount;
  }

  /** A whole number, which may be below 0 (a store may have oversold); null when blank. */
  quantity(field: Field): number | null {
    const value = this.raw(field).trim();
    if (value === '') return null;
    if (!/^-?\d+$/.test(value)) {
      this.issue(field, 'quantity_wrong', { value });
      return null;
    }
    const quantity = Number(value);
    if (Math.abs(quantity) > csvLimits.quantity) {
      this.issue(field, 'quantity_out_of_range', { value, limit: csvLimits.quantity });
      return null;
    }
    return quantity === 0 ? 0 : quantity;
  }

  /** Grams, with up to six decimals; null when blank. */
  grams(field: Field): number | null {
    const value = this.raw(field).trim();
    if (value === '') return null;
    if (/^\d{1,9}(?:\.\d{1,6})?$/.test(value)) return Number(value);
    this.issue(field, 'grams_wrong', { value });
    return null;
  }

  /** An image's place, from 1 on; null when blank. */
  position(field: Field): number | null {
    const value = this.raw(field).trim();
    if (value === '') return null;
    if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
    this.issue(field, 'position_wrong', { value });
    return null;
  }

  /** An http(s) address, which also keeps `javascript:` and files of somebody's disk out; '' when blank. */
  url(field: Field): string {
    const value = this.raw(field).trim();
    if (value === '' || (/^https?:\/\//i.test(value) && URL.canParse(value))) return value;
    this.issue(field, 'url_wrong', { value });
    return '';
  }
}
