import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage, searchText } from '#http/paging.ts';
import { flag } from '#http/shapes.ts';
import { hasVariant, inventorySorts, listInventory, listLocations, listTransactions } from '#inventory/list-inventory.ts';
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
    updatedAt: z.date(),
  })
  .meta({ id: 'InventoryItem' });

const location = z
  .object({
    id: z.uuid(),
    name: z.string(),
    isDefault: z.boolean(),
    isActive: z.boolean(),
    priority: z.number(),
    createdAt: z.date(),
  })
  .meta({ id: 'Location' });

const transaction = z.object({
  id: z.uuid(),
  variantId: z.uuid(),
  locationId: z.uuid(),
  type: z.string(),
  delta: z.number(),
  reservedDelta: z.number(),
  documentKind: z.string().nullable(),
  documentId: z.string().nullable(),
  note: z.string().nullable(),
  createdBy: z.string().nullable(),
  createdAt: z.date(),
});

const figure = z.number().int().min(-1_000_000_000).max(1_000_000_000);
const place = { variantId: z.uuid(), locationId: z.uuid().optional(), note: z.string().trim().max(500).default('') };
const adjustment = z.union([z.strictObject({ ...place, delta: figure }), z.strictObject({ ...place, counted: figure.min(0) })], {
  error: 'Give the variantId with either "delta" (a difference) or "counted" (what was counted), as whole numbers',
});

const tags = ['Inventory'];
const inventoryQuery = pageQuery.extend({
  q: searchText,
  locationId: z.uuid().optional(),
  low: flag.optional(),
  sort: z.enum(inventorySorts).default('-variant'),
});

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
    '/api/inventory/:variantId/transactions',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The ledger of a variant, newest first',
        params: z.object({ variantId: z.uuid() }),
        querystring: pageQuery,
        response: { 200: pageOf(transaction) },
      },
    },
    async (request) => {
      const page = await hub.db.inOrganization(actorOf(request).organizationId, async (tx) => {
        if (!(await hasVariant(tx, request.params.variantId)))
          throw new AppError('not_found', 'There is no such variant. It may have been removed; reload the page.');
        return await listTransactions(tx, request.params.variantId, readPage(request.query, '-createdAt'));
      });
      return answerPage(page, '-createdAt');
    },
  );

  app.get(
    '/api/locations',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Places that hold stock',
        response: { 200: z.object({ items: z.array(location), nextCursor: z.null() }) },
      },
    },
    async (request) => {
      const items = await hub.db.inOrganization(actorOf(request).organizationId, (tx) => listLocations(tx));
      return { items, nextCursor: null };
    },
  );
}
