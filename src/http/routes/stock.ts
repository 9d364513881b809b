import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { flag } from '#http/shapes.ts';
import { csvBytesAtMost, takeCsv, withUpload } from '#http/upload.ts';
import { takeStockFromFile } from '#http/verbs/take-stock-from-file.ts';
import { setReorder } from '#inventory/set-reorder.ts';
import { changeLocation, openLocation } from '#listings/change-location.ts';
import { type Difference, receiveStock, takeStock, transferStock } from '#listings/post-stock.ts';

const tags = ['Inventory'];
const note = z.string().trim().max(500).default('');
const units = z.number().int().min(1).max(1_000_000_000);
const moved = z
  .array(z.strictObject({ variantId: z.uuid(), units }))
  .min(1)
  .max(1000);
const counts = z.object({ items: z.array(z.object({ variantId: z.uuid(), locationId: z.uuid(), onHand: z.number() })) });
const differences = z.object({
  applied: z.boolean(),
  counted: z.number(),
  differing: z.number(),
  items: z.array(
    z.object({
      variantId: z.uuid(),
      sku: z.string(),
      title: z.string(),
      booked: z.number(),
      counted: z.number(),
      difference: z.number(),
    }),
  ),
});
const locationChange = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  address: z.record(z.string().max(40), z.string().max(300)).optional(),
  priority: z.number().int().min(-1000).max(1000).optional(),
  isActive: z.boolean().optional(),
});

/** What differs comes first, and of what agrees only the number is told. */
function shown(found: readonly Difference[], applied: boolean) {
  const differing = found.filter(({ difference }) => difference !== 0);
  return { applied, counted: found.length, differing: differing.length, items: differing };
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
        response: { 200: counts },
      },
    },
    async (request) => ({ items: await receiveStock(hub, actorOf(request), request.body) }),
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
        response: { 200: counts },
      },
    },
    async (request) => ({ items: await transferStock(hub, actorOf(request), request.body) }),
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
          lines: z
            .array(z.strictObject({ variantId: z.uuid(), counted: units.min(0) }))
            .min(1)
            .max(10_000),
        }),
        response: { 200: differences },
      },
    },
    async (request) => shown(await takeStock(hub, actorOf(request), request.body), request.body.apply),
  );
}

/** Where stock is held, and when there is little of it. */
export function locationRoutes(app: Api, { hub }: RouteDeps): void {
  const write = { config: { access: 'member' as const } };

  app.patch(
    '/api/inventory/:variantId/reorder',
    {
      ...write,
      schema: {
        tags,
        summary: 'When a variant counts as low, and how many to order then',
        params: z.object({ variantId: z.uuid() }),
        body: z.strictObject({ locationId: z.uuid().optional(), reorderPoint: units.min(0), reorderQuantity: units.min(0) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await setReorder(hub, actorOf(request), { variantId: request.params.variantId, ...request.body });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/locations',
    {
      ...write,
      schema: {
        tags,
        summary: 'Open a location',
        body: locationChange.extend({ name: z.string().trim().min(1).max(100) }),
        response: { 201: z.object({ id: z.uuid() }) },
      },
    },
    async (request, reply) => reply.code(201).send({ id: await openLocation(hub, actorOf(request), request.body) }),
  );

  app.patch(
    '/api/locations/:id',
    {
      ...write,
      schema: {
        tags,
        summary: 'Change or close a location',
        params: z.object({ id: z.uuid() }),
        body: locationChange,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      if (Object.keys(request.body).length === 0) throw new AppError('invalid_input', 'Say what is to be changed.');
      await changeLocation(hub, actorOf(request), request.params.id, request.body);
      return reply.code(204).send(null);
    },
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
        querystring: z.object({ locationId: z.uuid().optional(), note, apply: flag.default(false) }),
        response: { 200: differences },
      },
    },
    async (request) =>
      withUpload(hub.config.dataFolder, request.body, csvBytesAtMost, async (path) =>
        shown(await takeStockFromFile(hub, actorOf(request), path, request.query), request.query.apply),
      ),
  );
}
