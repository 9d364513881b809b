import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage, searchText } from '#http/paging.ts';
import { sendCsv } from '#http/send-csv.ts';
import { flag } from '#http/shapes.ts';
import { exportInventory } from '#inventory/export-inventory.ts';
import { inventorySorts, inventoryStates, listInventory } from '#inventory/list-inventory.ts';
import { setReorder } from '#inventory/set-reorder.ts';
import { adjustStock } from '#listings/adjust-stock.ts';

const item = z
  .object({
    variantId: z.uuid(),
    productId: z.uuid(),
    productTitle: z.string(),
    variantTitle: z.string(),
    sku: z.string(),
    locationId: z.uuid(),
    onHand: z.number(),
    reserved: z.number(),
    available: z.number(),
    reorderPoint: z.number(),
    reorderQuantity: z.number(),
    tracked: z.boolean().describe('Whether it is counted; if not, no store is told a quantity, and it is never low'),
    updatedAt: z.date(),
  })
  .meta({ id: 'InventoryItem' });

const figure = z.number().int().min(-1_000_000_000).max(1_000_000_000);
const place = { variantId: z.uuid(), locationId: z.uuid().optional(), note: z.string().trim().max(500).default('') };
const belowZero = z.boolean().default(false).describe('Say that less than nothing is meant to be left');
const byDifference = z.strictObject({ ...place, delta: figure, belowZero });
const adjustment = z.union([byDifference, z.strictObject({ ...place, counted: figure.min(0) })], {
  error: 'Give the variantId with either "delta" (a difference) or "counted" (what was counted), as whole numbers',
});

const tags = ['Inventory'];
const inventoryFilter = z.object({
  q: searchText,
  locationId: z.uuid().optional(),
  variantId: z.uuid().optional(),
  low: flag.optional(),
  state: z.enum(inventoryStates).optional(),
});
const inventorySort = z.enum(inventorySorts).default('-variant');
const inventoryQuery = pageQuery.extend({ ...inventoryFilter.shape, sort: inventorySort });

export function inventoryRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/inventory',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'Stock by variant and location', querystring: inventoryQuery, response: { 200: pageOf(item) } },
    },
    async (request) => {
      const page = await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
        listInventory(tx, request.query, readPage(request.query, request.query.sort), request.query.sort),
      );
      return answerPage(page, request.query.sort);
    },
  );

  app.post(
    '/api/inventory/adjust',
    { config: { access: 'member' }, schema: { tags, summary: 'Correct a count', body: adjustment, response: { 200: item } } },
    async (request) => {
      const actor = actorOf(request);
      const { variantId } = request.body;
      const { locationId } = await adjustStock(hub, actor, request.body);
      const page = await hub.db.inOrganization(actor.organizationId, (tx) =>
        listInventory(tx, { variantId, locationId }, { limit: 1, after: null }),
      );
      const [changed] = page.items;
      if (changed === undefined) throw new AppError('not_found', 'There is no such variant any more.');
      return changed;
    },
  );

  app.get(
    '/api/inventory/export.csv',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Stock as a CSV, or a sheet to count by',
        description: 'A sheet has an empty column "counted"; filled in, it is what POST /api/inventory/stocktakes.csv takes.',
        querystring: inventoryFilter.extend({ sort: inventorySort, sheet: flag.default(false) }),
        response: { 200: { description: 'A CSV file', content: { 'text/csv': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const { sort, sheet, ...filter } = request.query;
      const file = exportInventory(hub, actorOf(request).organizationId, filter, sort, sheet);
      return sendCsv(hub, reply, sheet ? 'count-sheet.csv' : 'inventory.csv', file);
    },
  );
}

/** When there is little of it. */
export function reorderRoute(app: Api, { hub }: RouteDeps): void {
  app.patch(
    '/api/inventory/:variantId/reorder',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'When a variant counts as low, and how many to order then',
        params: z.object({ variantId: z.uuid() }),
        body: z.strictObject({ locationId: z.uuid().optional(), reorderPoint: figure.min(0), reorderQuantity: figure.min(0) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await setReorder(hub, actorOf(request), { variantId: request.params.variantId, ...request.body });
      return reply.code(204).send(null);
    },
  );
}
