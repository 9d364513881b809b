/** What the tests of this folder share: sources of bytes, and files written as a person reads them. */

/** A file's bytes in pieces of `size`: boundaries fall everywhere, as they do in a stream. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

export const csvBytes = (text: string, size = 7): AsyncGenerator<Uint8Array> => inPieces(Buffer.from(text), size);

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A table of the columns named, one line for each object: `table(['Handle', 'Title'], [{ Handle: 'a', Title: 'A' }])`. */
export function table(
  columns: readonly string[],
  rows: readonly Record<string, string>[],
  delimiter = ',',
  newline = '\n',
): string {
  const cell = (value: string): string => (/[",;\t\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const line = (cells: readonly string[]): string => cells.map(cell).join(delimiter) + newline;
  return (
    line(columns) +
    rows.map((row) => line(columns.map((column) => (Object.hasOwn(row, column) ? row[column] : undefined) ?? ''))).join('')
  );
}
