/** Places that hold stock. */
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { rulePreview, shownPreview } from '#http/rule-preview-shape.ts';
import { idParams } from '#http/shapes.ts';
import { listLocations, readLocationFigures } from '#inventory/list-inventory.ts';
import { openLocation } from '#listings/change-location.ts';
import { changeLocationUnderBrake, previewLocation } from '#sync/location-brake.ts';

const tags = ['Inventory'];

const location = z
  .object({
    id: z.uuid(),
    name: z.string(),
    address: z.record(z.string(), z.string()),
    isDefault: z.boolean(),
    isActive: z.boolean(),
    priority: z.number().describe('The lower, the earlier it is taken from'),
    ownerStoreId: z.uuid().nullable().describe('The store that counts it; null: StoreSync does'),
    createdAt: z.date(),
  })
  .meta({ id: 'Location' });

const figures = z
  .object({
    variants: z.number().describe('Variants that it has units of'),
    onHand: z.number(),
    reserved: z.number(),
  })
  .meta({ id: 'LocationFigures' });

/** Texts only: what a caller of long ago left there otherwise is not shown. */
const addressOf = (stored: Record<string, unknown> | null): Record<string, string> =>
  Object.fromEntries(Object.entries(stored ?? {}).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));

const locationChange = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  address: z.record(z.string().max(40), z.string().max(300)).optional(),
  priority: z.number().int().min(-1000).max(1000).optional(),
  isActive: z.boolean().optional(),
  isDefault: z.literal(true).optional().describe('It takes the place of the one that was'),
  ownerStoreId: z
    .uuid()
    .nullable()
    .optional()
    .describe(
      'The store that counts it: what changes there is adopted, and sales elsewhere are sent there. Null: StoreSync counts it',
    ),
});

export function locationRoutes(app: Api, deps: RouteDeps): void {
  reading(app, deps);
  changing(app, deps);
}

function reading(app: Api, { hub }: RouteDeps): void {
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
      return { items: items.map((row) => ({ ...row, address: addressOf(row.address) })), nextCursor: null };
    },
  );

  app.get(
    '/api/locations/:id/figures',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'What stands at a location', params: idParams, response: { 200: figures } },
    },
    async (request) => hub.db.inOrganization(actorOf(request).organizationId, (tx) => readLocationFigures(tx, request.params.id)),
  );

  app.post(
    '/api/locations/:id/preview',
    {
      // Nothing is changed by a preview, so there is nothing to do only once.
      config: { access: 'member', idempotent: false },
      schema: {
        tags,
        summary: "What closing, opening or making it the default would do to the stores' quantities",
        description: 'Nothing is changed.',
        params: idParams,
        body: locationChange.pick({ isActive: true, isDefault: true, ownerStoreId: true }),
        response: { 200: rulePreview },
      },
    },
    async (request) =>
      shownPreview(
        await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
          previewLocation(hub, tx, request.params.id, request.body),
        ),
      ),
  );
}

function changing(app: Api, { hub }: RouteDeps): void {
  const write = { config: { access: 'member' as const } };

  app.post(
    '/api/locations',
    {
      ...write,
      schema: {
        tags,
        summary: 'Open a location',
        body: locationChange.omit({ isDefault: true, ownerStoreId: true }).extend({ name: z.string().trim().min(1).max(100) }),
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
        description:
          'Where that changes more quantities of a store than its brake allows, it waits as a change-set (brake_pending).',
        params: idParams,
        body: locationChange,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      if (Object.keys(request.body).length === 0) throw new AppError('invalid_input', 'Say what is to be changed.');
      await changeLocationUnderBrake(hub, actorOf(request), request.params.id, request.body);
      return reply.code(204).send(null);
    },
  );
}
