/** Linking many listings at once: proposals, bulk links, tracking. */
import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { enableTrackingOf } from '#http/verbs/enable-tracking-of.ts';
import { suggestLinks } from '#listings/suggest-links.ts';
import { linkMany } from '#sync/link-many.ts';

const suggestion = z.object({
  listingId: z.uuid(),
  storeId: z.uuid(),
  variantId: z.uuid(),
  score: z.number(),
  reason: z.enum(['sku', 'barcode', 'title']),
  ambiguous: z.boolean(),
  alternatives: z.number(),
  listing: z.object({ productTitle: z.string(), variantTitle: z.string(), sku: z.string(), imageUrl: z.string().nullable() }),
  variant: z.object({ productId: z.uuid(), productTitle: z.string(), title: z.string(), sku: z.string() }),
});

const counts = z.object({ certain: z.number(), probable: z.number(), ambiguous: z.number(), none: z.number() });

const trackingInput = z
  .strictObject({
    listingIds: z.array(z.uuid()).max(5000).optional(),
    storeId: z.uuid().optional(),
    all: z.literal(true).optional(),
  })
  .refine(
    (input) => input.listingIds !== undefined || input.storeId !== undefined || input.all === true,
    'Name the listings, a store, or "all": true',
  );

const tags = ['Product links'];

export function linkManyRoutes(app: Api, { hub }: RouteDeps): void {
  app.post(
    '/api/listings/suggestions',
    {
      // Reads only; a POST because it is a computation with a body.
      config: { access: 'viewer', idempotent: false },
      schema: {
        tags,
        summary: 'Propose links; nothing is changed',
        body: z.strictObject({ storeId: z.uuid().optional(), minScore: z.number().min(0).max(1).optional() }).default({}),
        response: { 200: z.object({ items: z.array(suggestion), counts }) },
      },
    },
    async (request) => suggestLinks(hub, actorOf(request), request.body),
  );

  app.post(
    '/api/listings/bulk-link',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Link many',
        body: z.strictObject({
          links: z
            .array(z.strictObject({ listingId: z.uuid(), variantId: z.uuid() }))
            .min(1)
            .max(5000),
        }),
        response: {
          200: z.object({ linked: z.number(), failed: z.array(z.object({ listingId: z.uuid(), problem: z.string() })) }),
        },
      },
    },
    async (request) => linkMany(hub, actorOf(request), request.body.links),
  );

  app.post(
    '/api/listings/enable-tracking',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Have platforms count untracked goods',
        body: trackingInput,
        response: {
          202: z.object({ requested: z.number(), refused: z.array(z.object({ listingId: z.uuid(), sentence: z.string() })) }),
        },
      },
    },
    async (request, reply) => reply.code(202).send(await enableTrackingOf(hub, actorOf(request), request.body)),
  );
}
