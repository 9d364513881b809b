import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { readFreshness } from '#sync/read-freshness.ts';

const freshness = z.object({
  storeId: z.uuid(),
  behind: z.number().describe('Prices and quantities that are not on the store yet'),
  oldestWantedAt: z.date().nullable(),
  p50Ms: z.number().nullable().describe('From a change here to the store, in the last hour: half of them are quicker'),
  p95Ms: z.number().nullable(),
  saleP50Ms: z
    .number()
    .nullable()
    .describe(
      'From a sale on another store to this one; platforms tell of a sale by the whole second: up to one more than it was',
    ),
  saleP95Ms: z.number().nullable(),
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
