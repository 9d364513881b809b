/** What comes faster than it can be worked through lies in a nameless file meanwhile, not in memory. */
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#base/ids.ts';

const pieceBytes = 256 * 1024;

/**
 * Takes all of `source`, as fast as it comes, and then gives it back once. The file is gone with the process at the latest,
 * for it loses its name at once. Rejects with the source's error, or with the disk's.
 */
export async function spooled(source: AsyncIterable<Uint8Array>): Promise<AsyncGenerator<Uint8Array>> {
  const path = join(tmpdir(), `storesync-${newId()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    for await (const chunk of source) await file.writeFile(chunk);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
  return piecesOf(file);
}

async function* piecesOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    for (let position = 0; ; ) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
