/** A counted list: `sku` and `counted`, one line a variant. Every problem is told by its line, and then nothing is applied. */
import { CsvFault, type CsvIssue, csvIssue, IssueList, rejectFile } from '#catalog/csv/csv-issues.ts';
import { restoreCell } from '#catalog/csv/formula-cells.ts';
import { type CsvFormat, readTable } from '#catalog/csv/read-table.ts';

export interface CountedLine {
  line: number;
  sku: string;
  counted: number;
}

const columns = ['sku', 'counted'] as const;
const linesAtMost = 100_000;
const largestFigure = 1_000_000_000;

/** Throws AppError 'file_rejected' with the issues of all lines. */
export async function readStocktakeCsv(source: AsyncIterable<Uint8Array>): Promise<CountedLine[]> {
  const found = new IssueList(1000);
  const lines: CountedLine[] = [];
  const format: CsvFormat = { encoding: null, delimiter: null };
  let places: number[] | null = null;
  try {
    for await (const row of readTable(source, new Set(columns), format, found.add)) {
      if (places === null) {
        places = columns.map((column) => row.cells.findIndex((cell) => cell.trim().toLowerCase() === column));
        for (const [at, place] of places.entries())
          if (place === -1)
            throw new CsvFault(csvIssue(1, null, 'header_missing', { missing: columns[at] ?? '', found: row.cells.join(', ') }));
        continue;
      }
      const [sku = '', counted = ''] = places.map((place) => restoreCell(row.cells[place] ?? '').trim());
      if (sku === '') found.add(csvIssue(row.line, 'sku', 'value_missing'));
      else if (counted === '') found.add(csvIssue(row.line, 'counted', 'value_missing'));
      else if (!/^\d+$/.test(counted)) found.add(csvIssue(row.line, 'counted', 'quantity_wrong', { value: counted }));
      else if (Number(counted) > largestFigure)
        found.add(csvIssue(row.line, 'counted', 'quantity_out_of_range', { value: counted, limit: largestFigure }));
      else lines.push({ line: row.line, sku, counted: Number(counted) });
      if (lines.length > linesAtMost) throw new CsvFault(csvIssue(row.line, null, 'lines_too_many', { limit: linesAtMost }));
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvFault)) throw thrown;
    found.add(thrown.issue);
  }
  if (found.count > 0) throw rejectFile(found.issues.sort((a: CsvIssue, b: CsvIssue) => a.line - b.line));
  return lines;
}
