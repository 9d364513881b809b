import { pipeline, Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { present } from '#base/assert.ts';
import { CsvFault, csvIssue, type ReportIssue } from '#catalog/csv/csv-issues.ts';
import { csvLimits } from '#catalog/csv/csv-product.ts';
import { type CsvEncoding, decodeText } from '#catalog/csv/decode-text.ts';
import { restoreCell } from '#catalog/csv/formula-cells.ts';

export interface CsvRow {
  /** The line of the file on which the row begins, from 1: a quoted value may run over several lines. */
  line: number;
  cells: readonly string[];
}

/** Filled in while the file is read: the encoding with its first bytes, the delimiter with its first line. */
export interface CsvFormat {
  encoding: CsvEncoding | null;
  delimiter: string | null;
}

const delimiters = [',', ';', '\t', '|'] as const;
const lineEnds = ['\r\n', '\n', '\r'].map((end) => Buffer.from(end));
const headCharacters = 64 * 1024;

/**
 * The rows of a CSV, the header first, one at a time: memory does not grow with the file. Lines may end in CRLF, LF or CR;
 * blank lines and lines of blank cells are passed over. The delimiter is the one that makes the most of the first line's
 * columns `known` (lower case): European Excel writes semicolons.
 * A row with too few or too many cells, or with a NUL, is reported and left out. Throws CsvFault where the rest cannot be read.
 */
export async function* readTable(
  source: AsyncIterable<Uint8Array>,
  known: ReadonlySet<string>,
  format: CsvFormat,
  report: ReportIssue,
): AsyncGenerator<CsvRow> {
  let header: readonly string[] = [];
  let short: CsvRow | null = null;
  const shortIssue = (row: CsvRow, code: 'row_short' | 'row_cut_off') =>
    csvIssue(row.line, null, code, { found: row.cells.length, expected: header.length });
  const reading: Reading = { line: 1, fault: null };
  let rows = 0;
  for await (const row of parseRows(source, known, format, reading)) {
    if (++rows > csvLimits.rows) throw new CsvFault(csvIssue(row.line, null, 'rows_too_many', { limit: csvLimits.rows }));
    if (row.cells.every((cell) => cell.trim() === '')) continue;
    if (short !== null) report(shortIssue(short, 'row_short'));
    short = null;
    if (header.length === 0) header = row.cells;
    const width = header.length;
    if (row.cells.length < width) short = row;
    else if (row.cells.length > width) {
      const delimiter = format.delimiter === '\t' ? 'tab' : (format.delimiter ?? ',');
      report(csvIssue(row.line, null, 'row_long', { found: row.cells.length, expected: width, delimiter }));
    } else if (reportNul(row, header, report)) yield row;
  }
  if (short !== null) report(shortIssue(short, reading.fault === null ? 'row_cut_off' : 'row_short'));
  if (reading.fault !== null) throw reading.fault;
  if (header.length === 0) throw new CsvFault(csvIssue(1, null, 'file_empty'));
}

/** PostgreSQL cannot store a NUL in text. Whether the row is free of them. */
function reportNul(row: CsvRow, header: readonly string[], report: ReportIssue): boolean {
  const bad = row.cells.findIndex((cell) => cell.includes('\0'));
  if (bad !== -1) report(csvIssue(row.line, restoreCell(header[bad] ?? '').trim() || null, 'nul_character'));
  return bad === -1;
}

/** Where the parser is, and what stopped it. */
interface Reading {
  line: number;
  fault: CsvFault | null;
}

async function* parseRows(
  source: AsyncIterable<Uint8Array>,
  known: ReadonlySet<string>,
  format: CsvFormat,
  reading: Reading,
): AsyncGenerator<CsvRow> {
  const text = decodeText(source, (encoding) => {
    format.encoding = encoding;
  });
  const head = await readHead(text);
  format.delimiter = detectDelimiter(head.text, known);
  const lineOf = new WeakMap<readonly string[], number>();
  const parser = parse({
    delimiter: format.delimiter,
    record_delimiter: lineEnds,
    relax_column_count: true,
    max_record_size: csvLimits.lineBytes,
    skip_records_with_error: true,
    on_skip: (error) => {
      reading.fault ??= new CsvFault(explainSyntax(error, reading.line), { cause: error });
      return undefined;
    },
    // Lines are counted here, because the parser's own figure counts a CRLF inside quotes twice.
    on_record: (cells) => {
      if (reading.fault !== null) return null;
      lineOf.set(cells, reading.line);
      reading.line += 1 + lineBreaksIn(cells);
      return cells;
    },
  });
  // The error that ends the pipeline is thrown by the loop below: the parser is destroyed with it.
  pipeline(Readable.from(untilFault(head, text, reading)), parser, () => undefined);
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      yield { line: present(lineOf.get(cells), 'line of a row'), cells };
    }
  } finally {
    // The stream closes its source some time after it is destroyed; a caller that stops early must find it closed.
    await text.return(undefined);
  }
}

/** A fault ends the text quietly instead of as a stream error, which would throw away rows that are parsed already. */
async function* untilFault(head: Head, text: AsyncGenerator<string>, reading: Reading): AsyncGenerator<string> {
  try {
    yield head.text;
    if (head.ended) return;
    for await (const piece of text) {
      if (reading.fault !== null) return;
      yield piece;
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvFault)) throw thrown;
    reading.fault ??= thrown;
  }
}

interface Head {
  text: string;
  ended: boolean;
}

/** The text up to the end of the first line that says anything, without stopping `text` for the reader that follows. */
async function readHead(text: AsyncGenerator<string>): Promise<Head> {
  let head = '';
  while (head.length < headCharacters && !/[\r\n]/.test(head.trimStart())) {
    const next = await text.next();
    if (next.done) return { text: head, ended: true };
    head += next.value;
  }
  return { text: head, ended: false };
}

function detectDelimiter(head: string, known: ReadonlySet<string>): string {
  const line = head.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  const score = (delimiter: string): number =>
    line.split(delimiter).filter((cell) => known.has(cell.replaceAll('"', '').trim().toLowerCase())).length;
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of delimiters) {
    const points = score(delimiter);
    if (points > best.score) best = { delimiter, score: points };
  }
  return best.delimiter;
}

function explainSyntax(error: CsvError | undefined, line: number): ReturnType<typeof csvIssue> {
  if (error?.code === 'CSV_QUOTE_NOT_CLOSED') return csvIssue(line, null, 'quote_not_closed');
  if (error?.code === 'CSV_MAX_RECORD_SIZE') {
    return csvIssue(line, null, 'line_too_long', { megabytes: csvLimits.lineBytes / 1024 / 1024 });
  }
  return csvIssue(line, null, 'quote_misplaced');
}

function lineBreaksIn(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) {
    if (cell.includes('\n') || cell.includes('\r')) breaks += cell.match(/\r\n?|\n/g)?.length ?? 0;
  }
  return breaks;
}
