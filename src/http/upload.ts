/** Files that are sent as the whole body: written to disk as they come, so that their size is no matter of memory. */
import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { secondsAfter } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { Api } from '#http/app.ts';

export const csvBytesAtMost = 200 * 1024 * 1024;
const folderName = 'uploads';

/** Lets routes of this scope take text/csv bodies as streams, and nothing else. */
export function takeCsv(app: Api): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(['text/csv', 'application/csv', 'application/vnd.ms-excel'], (_request, payload, done) =>
    done(null, payload),
  );
  app.addContentTypeParser('*', (_request, _payload, done) => done(notCsv()));
}

const notCsv = () => new AppError('unsupported_media', 'Send the file itself as the body, with the content type text/csv.');

/** An upload is left behind where the server was killed. Nothing works on one for a day. */
const abandonedSeconds = 86_400;

/** Removes what earlier processes left behind. */
export async function sweepUploads(dataFolder: string, now: Date): Promise<void> {
  const folder = join(dataFolder, folderName);
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtime } = await stat(path);
    if (mtime < secondsAfter(now, -abandonedSeconds)) await rm(path, { force: true });
  }
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

export interface Upload {
  path: string;
  remove(): Promise<void>;
}

/** A place for a file; nothing stands there yet. */
export async function newUpload(dataFolder: string): Promise<Upload> {
  const folder = join(dataFolder, folderName);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomUUID()}.csv`);
  return { path, remove: () => rm(path, { force: true }) };
}

export async function saveUpload(dataFolder: string, body: unknown, bytesAtMost: number): Promise<Upload> {
  if (!isRequest(body)) throw notCsv();
  // Said beforehand, nothing of it need be read.
  if (Number(body.headers['content-length']) > bytesAtMost) throw tooLarge(bytesAtMost);
  const { path, remove } = await newUpload(dataFolder);
  try {
    // The body outlives a refusal: destroyed, it would take the connection with it, and the answer.
    const pieces: AsyncIterable<Buffer> = body.iterator({ destroyOnReturn: false });
    await pipeline(pieces, atMost(bytesAtMost), createWriteStream(path, { mode: 0o600 }));
  } catch (thrown) {
    await remove();
    if (body.errored === null || thrown instanceof AppError) throw thrown;
    throw new AppError('invalid_input', 'The upload broke off before its end. Nothing was imported: send the file again.', {
      cause: thrown,
    });
  }
  return { path, remove };
}

function atMost(bytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > bytes) done(tooLarge(bytes));
      else done(null, chunk);
    },
  });
}

const isRequest = (body: unknown): body is IncomingMessage => body instanceof Readable && 'headers' in body;

const tooLarge = (bytesAtMost: number) =>
  new AppError(
    'payload_too_large',
    `The file is larger than ${Math.floor(bytesAtMost / 1_048_576)} MB. Nothing was imported: split it into several files.`,
  );
