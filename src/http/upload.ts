/** Files that are sent as the whole body: written to disk as they come, so that their size is no matter of memory. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#base/errors.ts';
import type { Api } from '#http/app.ts';

export const csvBytesAtMost = 200 * 1024 * 1024;

/** Lets routes of this scope take text/csv bodies as streams, and nothing else. */
export function takeCsv(app: Api): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(['text/csv', 'application/csv', 'application/vnd.ms-excel'], (_request, payload, done) =>
    done(null, payload),
  );
}

/** Keeps a body as a file while `work` reads it. Throws 'payload_too_large' beyond `bytesAtMost`. */
export async function withUpload<T>(
  dataFolder: string,
  body: unknown,
  bytesAtMost: number,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const upload = await saveUpload(dataFolder, body, bytesAtMost);
  try {
    return await work(upload.path);
  } finally {
    await upload.remove();
  }
}

export async function saveUpload(
  dataFolder: string,
  body: unknown,
  bytesAtMost: number,
): Promise<{ path: string; remove(): Promise<void> }> {
  if (!isReadable(body))
    throw new AppError('unsupported_media', 'Send the file itself as the body, with the content type text/csv.');
  const folder = join(dataFolder, 'uploads');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomUUID()}.csv`);
  const remove = () => rm(path, { force: true });
  try {
    await pipeline(body, atMost(bytesAtMost), createWriteStream(path, { mode: 0o600 }));
  } catch (thrown) {
    await remove();
    throw thrown;
  }
  return { path, remove };
}

function atMost(bytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > bytes)
        done(
          new AppError(
            'payload_too_large',
            `The file is larger than ${Math.floor(bytes / 1_048_576)} MB. Split it into several.`,
          ),
        );
      else done(null, chunk);
    },
  });
}

const isReadable = (body: unknown): body is Readable => typeof body === 'object' && body !== null && 'pipe' in body;
