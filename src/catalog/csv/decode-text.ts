import { TextDecoder } from 'node:util';
import { CsvFault, csvIssue } from '#catalog/csv/csv-issues.ts';

export type CsvEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const sampleBytes = 1024;

/**
 * The text of a file, piece by piece. UTF-8 (with or without byte order mark) and UTF-16 (by its mark, or by its pattern
 * of zero bytes: some exports leave the mark out) are read; anything else throws CsvFault with the line and what to do.
 * `found` is told the encoding before the first piece.
 */
export async function* decodeText(
  source: AsyncIterable<Uint8Array>,
  found: (encoding: CsvEncoding) => void,
): AsyncGenerator<string> {
  let head: Buffer | null = Buffer.alloc(0);
  let decoder: { decode(bytes: Buffer, end: boolean): string } | null = null;
  for await (const chunk of source) {
    const bytes: Buffer = head === null ? asBuffer(chunk) : Buffer.concat([head, chunk]);
    if (decoder === null) {
      head = bytes;
      if (bytes.length < sampleBytes) continue;
      decoder = decoderOf(bytes, found);
      head = null;
    }
    yield decoder.decode(bytes, false);
  }
  if (decoder === null) {
    const rest = head ?? Buffer.alloc(0);
    if (rest.length === 0) throw new CsvFault(csvIssue(1, null, 'file_empty'));
    yield decoderOf(rest, found).decode(rest, true);
  } else {
    yield decoder.decode(Buffer.alloc(0), true);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function decoderOf(head: Buffer, found: (encoding: CsvEncoding) => void): Utf8Pieces | Utf16Pieces {
  const encoding = detectEncoding(head);
  found(encoding);
  return encoding === 'utf-8' ? new Utf8Pieces() : new Utf16Pieces(encoding);
}

function detectEncoding(head: Buffer): CsvEncoding {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0xd0, 0xcf, 0x11, 0xe0)) throw new CsvFault(csvIssue(1, null, 'file_is_workbook'));
  if (starts(0x1f, 0x8b)) throw new CsvFault(csvIssue(1, null, 'file_is_compressed'));
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff)) throw new CsvFault(csvIssue(1, null, 'file_is_utf32'));
  if (starts(0xff, 0xfe)) return 'utf-16le';
  if (starts(0xfe, 0xff)) return 'utf-16be';
  return encodingByZeros(head.subarray(0, sampleBytes));
}

/** Latin letters in UTF-16 have a zero as their high byte: every second byte of a header line, always on the same side. */
function encodingByZeros(sample: Buffer): CsvEncoding {
  const zeros: [number, number] = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2 === 0 ? 0 : 1] += 1;
  const half = sample.length / 2;
  if (zeros[1] > half * 0.4 && zeros[0] < half * 0.1) return 'utf-16le';
  if (zeros[0] > half * 0.4 && zeros[1] < half * 0.1) return 'utf-16be';
  return 'utf-8';
}

/** Decodes whole characters only and carries the rest, so that a bad byte can be found within the piece at hand. */
class Utf8Pieces {
  #carried: Buffer = Buffer.alloc(0);
  #line = 1;
  #first = true;
  #endedWithReturn = false;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  decode(bytes: Buffer, end: boolean): string {
    const all = this.#carried.length === 0 ? bytes : Buffer.concat([this.#carried, bytes]);
    const whole = all.length - unfinishedBytes(all);
    const piece = all.subarray(0, whole);
    this.#carried = Buffer.from(all.subarray(whole));
    const text = this.#decodeOrExplain(piece);
    this.#line += this.#countLines(piece);
    if (end && whole < all.length) throw new CsvFault(csvIssue(this.#line, null, 'encoding_cut_off'));
    if (!this.#first || text === '') return text;
    this.#first = false;
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  }

  #decodeOrExplain(piece: Buffer): string {
    try {
      return this.#decoder.decode(piece);
    } catch (cause) {
      throw new CsvFault(this.#explain(piece), { cause });
    }
  }

  #explain(piece: Buffer): ReturnType<typeof csvIssue> {
    const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
    let start = 0;
    while (start < piece.length) {
      let end = start;
      while (end < piece.length && piece[end] !== 0x0a && piece[end] !== 0x0d) end += 1;
      end = Math.min(end + 1, piece.length);
      const text = lenient.decode(piece.subarray(start, end));
      // A genuine U+FFFD of the file re-encodes to the same bytes; a bad byte does not.
      if (!Buffer.from(text).equals(piece.subarray(start, end))) {
        const at = text.indexOf('\uFFFD');
        const line = this.#line + this.#countLines(piece.subarray(0, start));
        return csvIssue(line, null, 'encoding_not_utf8', { near: text.slice(Math.max(0, at - 20), at + 20).trim() });
      }
      start = end;
    }
    return csvIssue(this.#line, null, 'encoding_not_utf8', { near: '' });
  }

  #countLines(piece: Buffer): number {
    let lines = 0;
    let afterReturn = this.#endedWithReturn;
    for (const byte of piece) {
      if (byte === 0x0d || (byte === 0x0a && !afterReturn)) lines += 1;
      afterReturn = byte === 0x0d;
    }
    if (piece.length > 0) this.#endedWithReturn = afterReturn;
    return lines;
  }
}

/** How many bytes at the end begin a character that the next piece finishes. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}

class Utf16Pieces {
  #line = 1;
  readonly #decoder: TextDecoder;

  constructor(encoding: CsvEncoding) {
    this.#decoder = new TextDecoder(encoding, { fatal: true });
  }

  decode(bytes: Buffer, end: boolean): string {
    try {
      const text = this.#decoder.decode(bytes, { stream: !end });
      this.#line += text.match(/\r\n?|\n/g)?.length ?? 0;
      return text;
    } catch (cause) {
      throw new CsvFault(csvIssue(this.#line, null, 'encoding_broken_utf16'), { cause });
    }
  }
}
