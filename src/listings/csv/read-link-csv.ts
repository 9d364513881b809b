import { isUuid } from '#base/ids.ts';
import { CsvFault, type CsvIssue, csvIssue, IssueList, type ReportIssue, rejectFile } from '#catalog/csv/csv-issues.ts';
import { restoreCell } from '#catalog/csv/formula-cells.ts';
import { type CsvFormat, type CsvRow, readTable } from '#catalog/csv/read-table.ts';
import { RowReader } from '#catalog/csv/row-reader.ts';
import { type CsvLink, type LinkColumn, type LinkStatus, linkColumns } from '#listings/csv/csv-link.ts';

/** What a whole reading of a links file found, before anything of it is applied. */
export interface LinkCsvReport {
  /** True when the file may be applied: no issue at all. */
  whole: boolean;
  links: number;
  /** The first issues, in the order of lines; `issueCount` counts all of them. */
  issues: CsvIssue[];
  issueCount: number;
  delimiter: string | null;
  /** Columns of the file that mean nothing here. */
  ignoredColumns: string[];
}

const issuesKept = 1000;
const required = ['store', 'platform_product_id', 'platform_variant_id', 'status'] as const satisfies readonly LinkColumn[];
const statuses: Readonly<Record<string, LinkStatus>> = { linked: 'linked', unlinked: 'unlinked', ignored: 'ignored' };

/** Reads all of a links CSV without applying it: every problem is counted, the first `keepIssues` (1,000) are kept. */
export async function checkLinkCsv(
  source: AsyncIterable<Uint8Array>,
  options: { keepIssues?: number } = {},
): Promise<LinkCsvReport> {
  const found = new IssueList(options.keepIssues ?? issuesKept);
  const reading = newReading();
  let count = 0;
  try {
    for await (const _link of links(source, reading, found.add)) count += 1;
  } catch (thrown) {
    if (!(thrown instanceof CsvFault)) throw thrown;
    found.add(thrown.issue);
  }
  return {
    whole: found.count === 0,
    links: count,
    issues: found.issues.sort((a, b) => a.line - b.line),
    issueCount: found.count,
    delimiter: reading.format.delimiter,
    ignoredColumns: reading.ignoredColumns,
  };
}

/** The links of a CSV, one by one. Throws AppError `file_rejected` at the first problem: run checkLinkCsv first. */
export async function* readLinkCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvLink> {
  try {
    yield* links(source, newReading(), (issue) => {
      throw new CsvFault(issue);
    });
  } catch (thrown) {
    throw thrown instanceof CsvFault ? rejectFile([thrown.issue]) : thrown;
  }
}

interface LinkReading {
  format: CsvFormat;
  ignoredColumns: string[];
}

const newReading = (): LinkReading => ({ format: { encoding: null, delimiter: null }, ignoredColumns: [] });

type Columns = ReadonlyMap<LinkColumn, { index: number; name: string }>;

async function* links(source: AsyncIterable<Uint8Array>, reading: LinkReading, report: ReportIssue): AsyncGenerator<CsvLink> {
  let columns: Columns | null = null;
  const lineByListing = new Map<string, number>();
  for await (const row of readTable(source, new Set(linkColumns), reading.format, report)) {
    if (columns === null) {
      columns = parseHeader(row, reading);
      continue;
    }
    let clean = true;
    const link = readLink(row, columns, (issue) => {
      clean = false;
      report(issue);
    });
    const listing = JSON.stringify([link.store, link.platformProductId, link.platformVariantId]);
    const twin = lineByListing.get(listing);
    if (clean && twin !== undefined) {
      const named = { listing: link.platformVariantId, store: link.store, line: twin };
      report(csvIssue(row.line, 'platform_variant_id', 'id_repeated', named));
      clean = false;
    }
    lineByListing.set(listing, twin ?? row.line);
    if (clean) yield link;
  }
}

function parseHeader(row: CsvRow, reading: LinkReading): Columns {
  const columns = new Map<LinkColumn, { index: number; name: string }>();
  for (const [index, cell] of row.cells.entries()) {
    const name = restoreCell(cell).trim();
    const column = linkColumns.find((known) => known === name.toLowerCase());
    const twin = column === undefined ? undefined : columns.get(column);
    if (twin !== undefined) throw new CsvFault(csvIssue(row.line, name, 'header_repeated', { first: twin.name, second: name }));
    if (column !== undefined) columns.set(column, { index, name });
    else if (name !== '') reading.ignoredColumns.push(name);
  }
  const found = row.cells.filter((cell) => cell.trim() !== '').join(', ');
  if (columns.size === 0)
    throw new CsvFault(csvIssue(row.line, null, 'header_wrong', { expected: linkColumns.join(', '), found }));
  const missing = required.find((column) => !columns.has(column));
  if (missing !== undefined) throw new CsvFault(csvIssue(row.line, null, 'header_missing', { missing, found }));
  return columns;
}

function readLink(source: CsvRow, columns: Columns, report: ReportIssue): CsvLink {
  const row = new RowReader(source, columns, report);
  for (const column of required) if (row.isBlank(column)) row.issue(column, 'value_missing');
  const variantId = row.raw('variant_id').trim();
  if (variantId !== '' && !isUuid(variantId)) row.issue('variant_id', 'id_wrong', { value: variantId });
  const link: CsvLink = {
    line: row.line,
    store: row.name('store'),
    platformProductId: row.longNumber('platform_product_id'),
    platformVariantId: row.longNumber('platform_variant_id'),
    platformSku: row.text('platform_sku'),
    title: row.raw('title'),
    variantId: variantId === '' ? null : variantId.toLowerCase(),
    variantSku: row.name('variant_sku'),
    status: row.choice('status', statuses, 'unlinked'),
    syncPrice: readSwitch(row, 'sync_price'),
    syncInventory: readSwitch(row, 'sync_inventory'),
  };
  if (link.status === 'linked' && variantId === '' && link.variantSku === '') row.issue('variant_id', 'link_target_missing');
  return link;
}

function readSwitch(row: RowReader<LinkColumn>, column: LinkColumn): boolean | null {
  return row.isBlank(column) ? null : row.boolean(column, { blank: false, absent: false });
}
