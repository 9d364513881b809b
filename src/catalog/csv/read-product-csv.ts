import { ProductAssembler } from '#catalog/csv/assemble-product.ts';
import { knownProductColumns, type ProductField, type ProductHeader, parseProductHeader } from '#catalog/csv/csv-columns.ts';
import { CsvFault, type CsvIssue, IssueList, type ReportIssue, rejectFile } from '#catalog/csv/csv-issues.ts';
import type { CsvProduct } from '#catalog/csv/csv-product.ts';
import type { CsvEncoding } from '#catalog/csv/decode-text.ts';
import { type CsvFormat, readTable } from '#catalog/csv/read-table.ts';

/** What a whole reading of a file found, before anything of it is applied. */
export interface ProductCsvReport {
  /** True when the file may be applied: no issue at all. */
  whole: boolean;
  products: number;
  variants: number;
  images: number;
  /** The first issues, in the order of lines; `issueCount` counts all of them. */
  issues: CsvIssue[];
  issueCount: number;
  encoding: CsvEncoding | null;
  delimiter: string | null;
  generation: ProductHeader['generation'] | null;
  /** The modelled columns that the file has: an update must leave the others alone. */
  fields: ProductField[];
  /** Names of the columns that are kept in `extra`, in the file's order: what writeProductCsv needs to write them again. */
  extraColumns: string[];
}

const issuesKept = 1000;

/**
 * Reads all of a product CSV without applying it. Every problem is counted and the first `keepIssues` (1,000) are kept,
 * each with line, column and what to do. Throws only when the source itself cannot be read.
 */
export async function checkProductCsv(
  source: AsyncIterable<Uint8Array>,
  options: { keepIssues?: number } = {},
): Promise<ProductCsvReport> {
  const found = new IssueList(options.keepIssues ?? issuesKept);
  const reading: ProductReading = { format: { encoding: null, delimiter: null }, header: null };
  const totals = { products: 0, variants: 0, images: 0 };
  try {
    for await (const product of products(source, reading, found.add)) {
      totals.products += 1;
      totals.variants += product.variants.length;
      totals.images += product.images.length;
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvFault)) throw thrown;
    found.add(thrown.issue);
  }
  return {
    whole: found.count === 0,
    ...totals,
    issues: found.issues.sort((a, b) => a.line - b.line),
    issueCount: found.count,
    encoding: reading.format.encoding,
    delimiter: reading.format.delimiter,
    generation: reading.header?.generation ?? null,
    fields: [...(reading.header?.fields.keys() ?? [])],
    extraColumns: reading.header?.extras.map((column) => column.name) ?? [],
  };
}

/**
 * The products of a CSV, one by one, in bounded memory (one product, and every handle). Throws AppError `file_rejected` at
 * the first problem, so a caller that must apply all or nothing runs checkProductCsv first, or openProductCsv does it.
 */
export async function* readProductCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvProduct> {
  const reading: ProductReading = { format: { encoding: null, delimiter: null }, header: null };
  try {
    yield* products(source, reading, (issue) => {
      throw new CsvFault(issue);
    });
  } catch (thrown) {
    throw thrown instanceof CsvFault ? rejectFile([thrown.issue]) : thrown;
  }
}

interface ProductReading {
  format: CsvFormat;
  header: ProductHeader | null;
}

async function* products(
  source: AsyncIterable<Uint8Array>,
  reading: ProductReading,
  report: ReportIssue,
): AsyncGenerator<CsvProduct> {
  let assembler: ProductAssembler | null = null;
  for await (const row of readTable(source, knownProductColumns, reading.format, report)) {
    if (assembler === null) {
      const parsed = parseProductHeader(row.cells, row.line);
      if ('issue' in parsed) throw new CsvFault(parsed.issue);
      reading.header = parsed.header;
      assembler = new ProductAssembler(parsed.header, report);
      continue;
    }
    const finished = assembler.take(row);
    if (finished !== null) yield finished;
  }
  const last = assembler?.finish() ?? null;
  if (last !== null) yield last;
}
