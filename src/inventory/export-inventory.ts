/** Stock for a spreadsheet, in the list's order: as it stands, or as a sheet to count by. */
import { stringify } from 'csv-stringify/sync';
import { neutraliseCell } from '#catalog/csv/formula-cells.ts';
import type { Page, PageRequest } from '#db/page.ts';
import {
  type InventoryFilter,
  type InventoryRow,
  type InventorySort,
  listInventory,
  listLocations,
} from '#inventory/list-inventory.ts';
import type { Hub } from '#stores/hub.ts';

const rowsPerBatch = 2000;
const columns = [
  'sku',
  'product',
  'variant',
  'location',
  'on_hand',
  'reserved',
  'available',
  'reorder_point',
  'reorder_quantity',
];
/** What is counted goes beside what is booked; the file can be uploaded as it is. */
const sheetColumns = ['sku', 'product', 'variant', 'location', 'booked', 'counted'];

/**
 * The file as it is read, a batch in a transaction of its own. A sheet leaves out what has no SKU: its count could not be
 * told from another's.
 */
export async function* exportInventory(
  hub: Hub,
  organizationId: string,
  filter: InventoryFilter,
  sort: InventorySort,
  sheet: boolean,
): AsyncGenerator<string> {
  const locations = await hub.db.inOrganization(organizationId, (tx) => listLocations(tx));
  const nameOf = new Map(locations.map(({ id, name }) => [id, name]));
  yield `\uFEFF${line(sheet ? sheetColumns : columns)}`;
  let after: PageRequest['after'] = null;
  do {
    const page: Page<InventoryRow> = await hub.db.inOrganization(organizationId, (tx) =>
      listInventory(tx, filter, { limit: rowsPerBatch, after }, sort),
    );
    const rows = sheet ? page.items.filter(({ sku }) => sku !== '') : page.items;
    if (rows.length > 0) yield rows.map((row) => line(cellsOf(row, nameOf.get(row.locationId) ?? '', sheet))).join('');
    after = page.next;
  } while (after !== null);
}

function cellsOf(row: InventoryRow, location: string, sheet: boolean): string[] {
  const names = [row.sku, row.productTitle, row.variantTitle, location].map(neutraliseCell);
  if (sheet) return [...names, String(row.onHand), ''];
  return [...names, ...[row.onHand, row.reserved, row.available, row.reorderPoint, row.reorderQuantity].map(String)];
}

const line = (cells: readonly string[]): string =>
  stringify([[...cells]], { record_delimiter: '\n', quoted_match: /[\r\n\t;|]|^\s|\s$/ });
