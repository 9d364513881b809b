/** The stock ledger for a spreadsheet, in the list's order. */
import { stringify } from 'csv-stringify/sync';
import { neutraliseCell } from '#catalog/csv/formula-cells.ts';
import type { Page, PageRequest } from '#db/page.ts';
import { listLocations } from '#inventory/list-inventory.ts';
import type { LedgerSort } from '#inventory/list-ledger.ts';
import { type HistoryFilter, type HistoryLine, listStockHistory } from '#orders/stock-history.ts';
import type { Auth } from '#organizations/auth.ts';
import type { Hub } from '#stores/hub.ts';

const linesPerBatch = 1000;
const columns = [
  ...['at', 'type', 'document', 'document_id', 'taken_back', 'order', 'product', 'variant', 'sku', 'location'],
  ...['on_hand', 'reserved', 'note', 'by', 'store'],
];

/** The file as it is read, a batch in a transaction of its own. Lines never change: each is in it once. */
export async function* exportStockHistory(
  hub: Hub,
  auth: Auth,
  organizationId: string,
  filter: HistoryFilter,
  sort: LedgerSort,
): AsyncGenerator<string> {
  const locations = await hub.db.inOrganization(organizationId, (tx) => listLocations(tx));
  const nameOf = new Map(locations.map(({ id, name }) => [id, name]));
  yield `\uFEFF${row(columns)}`;
  let after: PageRequest['after'] = null;
  do {
    const asked = { limit: linesPerBatch, after };
    const page: Page<HistoryLine> = await listStockHistory(hub, auth, organizationId, filter, asked, sort);
    if (page.items.length > 0) yield page.items.map((line) => row(cellsOf(line, nameOf.get(line.locationId) ?? ''))).join('');
    after = page.next;
  } while (after !== null);
}

function cellsOf(line: HistoryLine, location: string): string[] {
  const names = [line.orderNumber ?? '', line.productTitle, line.variantTitle, line.sku, location];
  return [
    ...[line.createdAt.toISOString(), line.type, line.documentKind ?? '', line.documentId ?? ''],
    line.document === 'undone' ? 'true' : '',
    ...names.map(neutraliseCell),
    ...[line.delta, line.reservedDelta].map(String),
    ...[line.note ?? '', line.who ?? '', line.storeName ?? ''].map(neutraliseCell),
  ];
}

const row = (cells: readonly string[]): string =>
  stringify([[...cells]], { record_delimiter: '\n', quoted_match: /[\r\n\t;|]|^\s|\s$/ });
