import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { flag, idParams } from '#http/shapes.ts';
import { csvBytesAtMost, takeCsv, withUpload } from '#http/upload.ts';
import { takeStockFromFile } from '#http/verbs/take-stock-from-file.ts';
import { receiveStock, type Stocktake, takeStock, transferStock } from '#listings/post-stock.ts';
import { undoDocument } from '#listings/undo-stock.ts';

const tags = ['Inventory'];
const note = z.string().trim().max(500).default('');
const figure = z.number().int().max(1_000_000_000);
const units = figure.min(1);
const moved = z
  .array(z.strictObject({ variantId: z.uuid(), units }))
  .min(1)
  .max(1000);
const documentId = z.uuid().nullable().describe('By which it can be taken back; null when nothing was posted');
const posted = z
  .object({
    documentId,
    items: z.array(z.object({ variantId: z.uuid(), locationId: z.uuid(), onHand: z.number() })),
  })
  .meta({ id: 'PostedStock' });
const since = z.coerce
  .date()
  .optional()
  .describe('When the count began: what came and went after it stays booked. Without it, the count is of this moment');
const differencesAtMost = 1000;
const differences = z
  .object({
    applied: z.boolean(),
    documentId,
    counted: z.number(),
    differing: z.number(),
    items: z.array(
      z.object({
        variantId: z.uuid(),
        sku: z.string(),
        title: z.string(),
        booked: z.number(),
        movedSince: z.number(),
        counted: z.number(),
        difference: z.number(),
      }),
    ),
  })
  .meta({ id: 'StockDifferences' });
/** Of what agrees only the number is told, and of very many differences the first. */
function shown({ documentId, differences: found }: Stocktake, applied: boolean) {
  const differing = found.filter(({ difference }) => difference !== 0);
  return {
    ...{ applied, documentId, counted: found.length, differing: differing.length },
    items: differing.slice(0, differencesAtMost),
  };
}

export function stockRoutes(app: Api, { hub }: RouteDeps): void {
  const write = { config: { access: 'member' as const } };

  app.post(
    '/api/inventory/receipts',
    {
      ...write,
      schema: {
        tags,
        summary: 'Goods that came in',
        body: z.strictObject({ locationId: z.uuid().optional(), note, lines: moved }),
        response: { 200: posted },
      },
    },
    async (request) => receiveStock(hub, actorOf(request), request.body),
  );

  app.post(
    '/api/inventory/transfers',
    {
      ...write,
      schema: {
        tags,
        summary: 'Units moved from one location to another',
        body: z.strictObject({
          fromLocationId: z.uuid(),
          toLocationId: z.uuid(),
          belowZero: z.boolean().default(false),
          note,
          lines: moved,
        }),
        response: { 200: posted },
      },
    },
    async (request) => transferStock(hub, actorOf(request), request.body),
  );

  app.post(
    '/api/inventory/stocktakes',
    {
      ...write,
      schema: {
        tags,
        summary: 'What was counted: shows what differs, and posts it with "apply"',
        body: z.strictObject({
          locationId: z.uuid().optional(),
          note,
          apply: z.boolean().default(false),
          since,
          lines: z
            .array(z.strictObject({ variantId: z.uuid(), counted: figure.min(0) }))
            .min(1)
            .max(10_000),
        }),
        response: { 200: differences },
      },
    },
    async (request) => shown(await takeStock(hub, actorOf(request), request.body), request.body.apply),
  );

  app.post(
    '/api/inventory/documents/:id/undo',
    {
      ...write,
      schema: {
        tags,
        summary: 'Take a receipt, a transfer or a stocktake back',
        description: 'The reverse of each of its lines is posted: all of them or none.',
        params: idParams,
        response: { 200: posted },
      },
    },
    async (request) => undoDocument(hub, actorOf(request), request.params.id),
  );
}

/** Bodies are files here. */
export function stocktakeFileRoute(app: Api, { hub }: RouteDeps): void {
  takeCsv(app);
  app.post(
    '/api/inventory/stocktakes.csv',
    {
      bodyLimit: csvBytesAtMost,
      config: { access: 'member', idempotent: false },
      schema: {
        tags,
        summary: 'A counted list as CSV (sku, counted): shows what differs, and posts it with apply=true',
        querystring: z.object({ locationId: z.uuid().optional(), note, apply: flag.default(false), since }),
        response: { 200: differences },
      },
    },
    async (request) =>
      withUpload(hub.config.dataFolder, request.body, csvBytesAtMost, async (path) =>
        shown(await takeStockFromFile(hub, actorOf(request), path, request.query), request.query.apply),
      ),
  );
}
