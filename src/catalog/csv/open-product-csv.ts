import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '#base/errors.ts';
import { rejectFile } from '#catalog/csv/csv-issues.ts';
import type { CsvProduct } from '#catalog/csv/csv-product.ts';
import { checkProductCsv, type ProductCsvReport, readProductCsv } from '#catalog/csv/read-product-csv.ts';

/** A product CSV on disk: read once to check all of it, then again to apply it. */
export interface ProductCsvFile {
  bytes: number;
  /** The first pass. */
  check(): Promise<ProductCsvReport>;
  /**
   * The second pass. Throws AppError `file_rejected` before the first product when check() has not found the file whole,
   * and `conflict` when the file was changed after check(): before the first product or, if it happens meanwhile, after
   * the last, so that the transaction around it is undone.
   */
  products(): AsyncGenerator<CsvProduct>;
  close(): Promise<void>;
}

/** Opens the file once, so that both passes read the same one even when its name is given to another meanwhile. */
export async function openProductCsv(path: string): Promise<ProductCsvFile> {
  const handle = await open(path, 'r');
  let report: ProductCsvReport | null = null;
  let checked: string | null = null;

  async function* products(): AsyncGenerator<CsvProduct> {
    if (report === null) throw new Error('check() the file before reading its products');
    if (!report.whole) throw rejectFile(report.issues, report.issueCount);
    await refuseChanged(handle, checked);
    yield* readProductCsv(bytesOf(handle));
    await refuseChanged(handle, checked);
  }

  return {
    bytes: (await handle.stat()).size,
    async check() {
      checked = await versionOf(handle);
      report = await checkProductCsv(bytesOf(handle));
      return report;
    },
    products,
    close: () => handle.close(),
  };
}

const bytesOf = (handle: FileHandle): AsyncIterable<Uint8Array> => handle.createReadStream({ start: 0, autoClose: false });

async function versionOf(handle: FileHandle): Promise<string> {
  const { size, mtimeNs } = await handle.stat({ bigint: true });
  return `${size}:${mtimeNs}`;
}

async function refuseChanged(handle: FileHandle, checked: string | null): Promise<void> {
  if ((await versionOf(handle)) === checked) return;
  throw new AppError('conflict', 'The file was changed while it was being imported. Nothing was imported: upload it again.');
}
