import { stringify } from 'csv-stringify/sync';
import { neutraliseCell } from '#catalog/csv/formula-cells.ts';
import { type CsvLink, type LinkColumn, linkColumns } from '#listings/csv/csv-link.ts';

/**
 * The links CSV, a line of text for every link; readLinkCsv makes the same links of it (`line` aside). Text that a
 * spreadsheet would run as a formula gets an apostrophe: see catalog/csv/formula-cells.ts.
 */
export async function* writeLinkCsv(
  links: AsyncIterable<CsvLink> | Iterable<CsvLink>,
  options: { byteOrderMark?: boolean } = {},
): AsyncGenerator<string> {
  yield (options.byteOrderMark === true ? '\uFEFF' : '') + line([...linkColumns]);
  for await (const link of links) {
    const cells = cellsOf(link);
    yield line(linkColumns.map((column) => cells[column]));
  }
}

const line = (cells: string[]): string => stringify([cells], { record_delimiter: '\n', quoted_match: /[\r\n\t;|]|^\s|\s$/ });

function cellsOf(link: CsvLink): Record<LinkColumn, string> {
  return {
    store: neutraliseCell(link.store),
    platform_product_id: neutraliseCell(link.platformProductId),
    platform_variant_id: neutraliseCell(link.platformVariantId),
    platform_sku: neutraliseCell(link.platformSku),
    title: neutraliseCell(link.title),
    variant_id: link.variantId ?? '',
    variant_sku: neutraliseCell(link.variantSku),
    status: link.status,
    sync_price: switchCell(link.syncPrice),
    sync_inventory: switchCell(link.syncInventory),
  };
}

function switchCell(value: boolean | null): string {
  if (value === null) return '';
  return value ? 'TRUE' : 'FALSE';
}
