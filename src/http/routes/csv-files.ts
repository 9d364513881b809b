/** Products and links, out to a spreadsheet and back in. */
import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { bodySecondsAtMost } from '#http/body-guard.ts';
import { listingFilter } from '#http/routes/listings.ts';
import { readShownJob, syncJobShape } from '#http/routes/sync-jobs.ts';
import { sendCsv } from '#http/send-csv.ts';
import { flag } from '#http/shapes.ts';
import { csvBytesAtMost, saveUpload, sweepUploads, takeCsv, withUpload } from '#http/upload.ts';
import { importLinks } from '#http/verbs/import-links.ts';
import { exportCatalog } from '#listings/catalog-file/export-catalog.ts';
import type { CsvLink } from '#listings/csv/csv-link.ts';
import { writeLinkCsv } from '#listings/csv/write-link-csv.ts';
import { everyListing, type ListingFilter } from '#listings/list-listings.ts';
import type { Hub } from '#stores/hub.ts';
import { heldFilesAtMost, heldPiecesAtMost } from '#sync/held-imports.ts';

const csv = { 200: { description: 'A CSV file', content: { 'text/csv': { schema: z.string() } } } };
/** As a person's computer has it, without line breaks and the like. */
const fileName = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u, 'A file name has no control characters');
const linksBytesAtMost = 50 * 1024 * 1024;

export function csvFileRoutes(app: Api, { hub, imports }: RouteDeps): void {
  app.addHook('onReady', () => sweepUploads(hub.config.dataFolder, hub.clock.now()));
  takeCsv(app);

  app.get(
    '/api/products/export.csv',
    { config: { access: 'viewer' }, schema: { tags: ['Products'], summary: 'The catalog as a CSV', response: csv } },
    async (request, reply) => sendCsv(hub, reply, 'products.csv', exportCatalog(hub, actorOf(request))),
  );

  app.get(
    '/api/listings/export.csv',
    {
      config: { access: 'viewer' },
      schema: { tags: ['Product links'], summary: 'Links as a CSV', querystring: listingFilter, response: csv },
    },
    async (request, reply) =>
      sendCsv(
        hub,
        reply,
        'product-links.csv',
        writeLinkCsv(links(hub, actorOf(request).organizationId, request.query), { byteOrderMark: true }),
      ),
  );

  app.post(
    '/api/products/import.csv',
    {
      bodyLimit: csvBytesAtMost,
      // The body is a stream that is read once; the same file brought in again changes nothing.
      config: { access: 'member', idempotent: false, bodySeconds: bodySecondsAtMost },
      schema: {
        tags: ['Products'],
        summary: 'Bring in a product CSV: all of it or nothing',
        description: `The body is the file, as text/csv; the answer is the job that applies it. What changes more of a store than its brake allows waits with its file as a change-set: the job is \`held\` then. At most ${heldFilesAtMost} files wait, together ${heldPiecesAtMost} MB: beyond that the job fails with \`conflict\`. \`approve=true\` says beforehand that it may pass.`,
        querystring: z.object({
          approve: flag.optional(),
          file: fileName.default('products.csv').describe('Its name: of one name one waits, the newest'),
        }),
        response: { 202: syncJobShape },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const upload = await saveUpload(hub.config.dataFolder, request.body, csvBytesAtMost);
      const { file, approve: approved = false } = request.query;
      const jobId = await imports.start(hub, actor, upload, { file, approved }).catch(async (thrown: unknown) => {
        await upload.remove();
        throw thrown;
      });
      return reply.code(202).send(await readShownJob(hub, actor, jobId));
    },
  );

  app.post(
    '/api/listings/import.csv',
    {
      bodyLimit: linksBytesAtMost,
      config: { access: 'member', idempotent: false, bodySeconds: bodySecondsAtMost },
      schema: {
        tags: ['Product links'],
        summary: 'Bring in links from a CSV: all of them or nothing',
        response: { 200: z.object({ linked: z.number(), unlinked: z.number(), ignored: z.number(), unchanged: z.number() }) },
      },
    },
    async (request) =>
      withUpload(hub.config.dataFolder, request.body, linksBytesAtMost, (path) => importLinks(hub, actorOf(request), path)),
  );
}

async function* links(hub: Hub, organizationId: string, filter: ListingFilter): AsyncGenerator<CsvLink> {
  let line = 1;
  for await (const { listing, store, variant } of everyListing(hub, organizationId, filter)) {
    yield {
      line: ++line,
      store: store.name,
      platformProductId: listing.platformProductId,
      platformVariantId: listing.platformVariantId,
      platformSku: listing.sku,
      title: listing.variantTitle === '' ? listing.productTitle : `${listing.productTitle} / ${listing.variantTitle}`,
      variantId: variant?.id ?? null,
      variantSku: variant?.sku ?? '',
      status: listing.status,
      syncPrice: listing.syncPrice,
      syncInventory: listing.syncInventory,
    };
  }
}
