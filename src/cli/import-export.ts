import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#base/errors.ts';
import { plainWords } from '#cli/call.ts';
import { cliActor, organizationOption } from '#cli/cli-actor.ts';
import { type Command, progressBar } from '#cli/command.ts';
import { exportCatalog } from '#listings/catalog-file/export-catalog.ts';
import { importFile } from '#sync/import-file.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Import a product CSV into the catalog: all of it or nothing',
  usage: 'storesync import FILE.csv [--approve] [--organization SLUG]',
  options: { ...organizationOption, '--approve': null },
  words: { atLeast: 1, atMost: 1, named: 'one file' },
  async run(context) {
    const [path = ''] = plainWords(importCommand, context.args);
    await asFile(path, async () => {
      if ((await stat(path)).isDirectory())
        throw new AppError('invalid_input', `"${path}" is a folder. Name the CSV file in it.`);
    });
    const urls = await context.database();
    const opened = context.hub(urls, context.config);
    try {
      const actor = await cliActor(opened.identityPool, context.args);
      const options = {
        file: basename(path),
        approved: context.args.includes('--approve'),
        onProgress: progressBar('Importing', !context.json),
      };
      const outcome = await asFile(path, () => importFile(opened.hub, actor, path, options));
      context.say(
        `${outcome.products} products: ${outcome.created} new, ${outcome.updated} changed; ${outcome.repriced} prices and ${outcome.recounted} counts changed`,
      );
      for (const note of outcome.notes) context.say(note);
      context.result(outcome);
      return 0;
    } finally {
      await opened.close();
      await urls.stop();
    }
  },
};

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write the catalog as a product CSV',
  usage: 'storesync export FILE.csv [--organization SLUG]   (- for standard output)',
  options: organizationOption,
  words: { atLeast: 1, atMost: 1, named: 'the file to write, or - for standard output' },
  async run(context) {
    const [path = ''] = plainWords(exportCommand, context.args);
    const urls = await context.database();
    const opened = context.hub(urls, context.config);
    try {
      const actor = await cliActor(opened.identityPool, context.args);
      const lines = Readable.from(exportCatalog(opened.hub, actor));
      if (path === '-') {
        await pipeline(lines, process.stdout, { end: false }).catch((thrown: unknown) => {
          // Whoever reads it has had enough, as in "… | head".
          if (codeOf(thrown) !== 'EPIPE') throw thrown;
        });
        return 0;
      }
      await asFile(path, () => writeWhole(path, lines));
      context.say(`Written to ${path}`);
      context.result({ path });
      return 0;
    } finally {
      await opened.close();
      await urls.stop();
    }
  },
};

/** A file that is there already is replaced once the new one is whole; what breaks off leaves it as it was. */
async function writeWhole(path: string, lines: Readable): Promise<void> {
  const former = await stat(path).catch(() => null);
  if (former?.isDirectory()) throw new AppError('invalid_input', `"${path}" is a folder. Name a file in it.`);
  // A pipe or a device is written to: it cannot be replaced.
  if (former !== null && !former.isFile()) return await pipeline(lines, createWriteStream(path));
  const unfinished = `${path}.part`;
  try {
    await pipeline(lines, createWriteStream(unfinished));
    await rename(unfinished, path);
  } catch (thrown) {
    await rm(unfinished, { force: true });
    throw thrown;
  }
}

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file or folder',
  ENOTDIR: 'There is no such folder',
  EACCES: 'The file may not be opened: check its permissions',
  EPERM: 'The file may not be opened: check its permissions',
  EROFS: 'The disk is read-only',
  ENOSPC: 'The disk is full',
  ENAMETOOLONG: 'The name is too long',
};

/** Says in words what the system says of a file in letters. */
async function asFile<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const code = codeOf(thrown);
    const ofFile = thrown instanceof Error && 'path' in thrown && Object.hasOwn(sentences, code);
    if (!ofFile) throw thrown;
    throw new AppError('invalid_input', `${sentences[code]}: ${path}`, { cause: thrown });
  }
}

const codeOf = (thrown: unknown): string => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '');
