import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#base/errors.ts';
import { cliActor, plainWords } from '#cli/cli-actor.ts';
import { type Command, progressBar } from '#cli/command.ts';
import { exportCatalog } from '#listings/catalog-file/export-catalog.ts';
import { importCatalog } from '#listings/catalog-file/import-catalog.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Import a product CSV into the catalog: all of it or nothing',
  usage: 'storesync import FILE.csv [--approve] [--organization SLUG]',
  async run(context) {
    const [path] = plainWords(context.args, ['--organization']);
    if (path === undefined) throw new AppError('invalid_input', 'Name the file: storesync import FILE.csv');
    const urls = await context.database();
    const opened = context.hub(urls, context.config);
    try {
      const actor = await cliActor(opened.identityPool, context.args);
      const outcome = await importCatalog(opened.hub, actor, path, {
        approved: context.args.includes('--approve'),
        onProgress: progressBar('Importing', !context.json),
      });
      context.say(
        `${outcome.products} products: ${outcome.created} new, ${outcome.updated} changed; ${outcome.repriced} prices and ${outcome.recounted} counts changed`,
      );
      context.result(outcome);
      return 0;
    } catch (thrown) {
      if (thrown instanceof AppError)
        for (const issue of thrown.issues.slice(0, 50)) context.say(`${issue.path}: ${issue.message}`);
      throw thrown;
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
  async run(context) {
    const [path] = plainWords(context.args, ['--organization']);
    if (path === undefined) throw new AppError('invalid_input', 'Name the file: storesync export FILE.csv');
    const urls = await context.database();
    const opened = context.hub(urls, context.config);
    try {
      const actor = await cliActor(opened.identityPool, context.args);
      await pipeline(Readable.from(exportCatalog(opened.hub, actor)), path === '-' ? process.stdout : createWriteStream(path), {
        end: path !== '-',
      });
      if (path !== '-') context.say(`Written to ${path}`);
      context.result({ path });
      return 0;
    } finally {
      await opened.close();
      await urls.stop();
    }
  },
};
