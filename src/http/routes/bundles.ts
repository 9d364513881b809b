import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { idParams } from '#http/shapes.ts';
import { changeComponents } from '#listings/change-bundle.ts';
import { bundlesShownAtMost, readBundlesOf, readComponents } from '#listings/read-bundle.ts';

const componentsAtMost = 50;
const components = z
  .array(z.strictObject({ variantId: z.uuid(), units: z.number().int().min(1).max(10_000).describe('In one of the bundle') }))
  .max(componentsAtMost);
const part = z.object({
  variantId: z.uuid(),
  units: z.number().int().describe('Of the component in one of the bundle'),
  productId: z.uuid(),
  title: z.string(),
  variantTitle: z.string(),
  sku: z.string(),
});
const bundle = z
  .object({
    available: z.number().int().nullable().describe('How many can be sold; null when the variant is no bundle'),
    components: z.array(part.extend({ available: z.number().int().nullable().describe('Null while it is not counted') })),
  })
  .meta({ id: 'Bundle' });
const bundlesOf = z.object({ items: z.array(part.extend({ available: z.number().int() }).meta({ id: 'PartOfBundle' })) });

/** What a variant is made of. Of a bundle there is as much as its scarcest component allows. */
export function bundleRoutes(app: Api, { hub }: RouteDeps): void {
  const tags = ['Products'];
  const read = async (organizationId: string, variantId: string) =>
    hub.db.inOrganization(organizationId, (tx) => readComponents(tx, variantId));
  app.get(
    '/api/variants/:id/components',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'What a bundle is made of', params: idParams, response: { 200: bundle } },
    },
    async (request) => await read(actorOf(request).organizationId, request.params.id),
  );
  app.get(
    '/api/variants/:id/bundles',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: `The bundles that a variant is part of: the first ${bundlesShownAtMost}`,
        params: idParams,
        response: { 200: bundlesOf },
      },
    },
    async (request) => ({
      items: await hub.db.inOrganization(actorOf(request).organizationId, (tx) => readBundlesOf(tx, request.params.id)),
    }),
  );
  app.put(
    '/api/variants/:id/components',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Make a variant of others; of none, and it counts its own stock again',
        params: idParams,
        body: z.strictObject({ components }),
        response: { 200: bundle },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await changeComponents(hub, actor, request.params.id, request.body.components);
      return await read(actor.organizationId, request.params.id);
    },
  );
}
