import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { readFreshness } from '#sync/read-freshness.ts';

const freshness = z.object({
  storeId: z.uuid(),
  behind: z.number().describe('Prices and quantities that are not on the store yet'),
  oldestWantedAt: z.date().nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});

export function freshnessRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/freshness',
    {
      config: { access: 'viewer' },
      schema: { tags: ['Activity'], summary: 'How true every store is', response: { 200: z.array(freshness) } },
    },
    async (request) => hub.db.inOrganization(actorOf(request).organizationId, (tx) => readFreshness(tx, hub.clock.now())),
  );
}
