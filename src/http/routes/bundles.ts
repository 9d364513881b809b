import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { idParams } from '#http/shapes.ts';
import { changeComponents, readComponents } from '#listings/change-bundle.ts';

const componentsAtMost = 50;
const components = z
  .array(z.strictObject({ variantId: z.uuid(), units: z.number().int().min(1).max(10_000).describe('In one of the bundle') }))
  .max(componentsAtMost);
const shown = z.object({
  components: z.array(
    z.object({
      variantId: z.uuid(),
      units: z.number().int(),
      productId: z.uuid(),
      title: z.string(),
      variantTitle: z.string(),
      sku: z.string(),
    }),
  ),
});

/** What a variant is made of. Of a bundle there is as much as its scarcest component allows. */
export function bundleRoutes(app: Api, { hub }: RouteDeps): void {
  const read = async (organizationId: string, variantId: string) => ({
    components: await hub.db.inOrganization(organizationId, (tx) => readComponents(tx, variantId)),
  });
  app.get(
    '/api/variants/:id/components',
    {
      config: { access: 'viewer' },
      schema: { tags: ['Products'], summary: 'What a bundle is made of', params: idParams, response: { 200: shown } },
    },
    async (request) => await read(actorOf(request).organizationId, request.params.id),
  );
  app.put(
    '/api/variants/:id/components',
    {
      config: { access: 'member' },
      schema: {
        tags: ['Products'],
        summary: 'Make a variant of others; of none, and it counts its own stock again',
        params: idParams,
        body: z.strictObject({ components }),
        response: { 200: shown },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await changeComponents(hub, actor, request.params.id, request.body.components);
      return await read(actor.organizationId, request.params.id);
    },
  );
}
