import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { type FreshnessWindow, freshnessWindows, linesAtMost, readFreshness, salesAtMost } from '#sync/read-freshness.ts';

const windows = Object.keys(freshnessWindows) as [FreshnessWindow, ...FreshnessWindow[]];

const milliseconds = (meaning: string) => z.number().nullable().describe(`Milliseconds ${meaning}; null: none in the window`);

const freshness = z.object({
  storeId: z.uuid(),
  behind: z.number().describe('Prices and quantities that are not on the store yet, now'),
  oldestWantedAt: z.date().nullable().describe('Since when the one that waits longest is wanted'),
  p50Ms: milliseconds('from any change here to the store: half of them are quicker'),
  p95Ms: milliseconds('from any change here to the store: 95 of 100 are quicker'),
  saleP50Ms: milliseconds('from a sale on another store to this one showing it: half of them are quicker'),
  saleP95Ms: milliseconds('from a sale on another store to this one showing it: 95 of 100 are quicker'),
  soldP50Ms: milliseconds('from a sale on this store to the last of the other stores showing it: half of them are quicker'),
  soldP95Ms: milliseconds('from a sale on this store to the last of the other stores showing it: 95 of 100 are quicker'),
  soldCount: z.number().describe('Sales on this store that every other store has followed: what the two figures above are of'),
});

export function freshnessRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/freshness',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Activity'],
        summary: 'How true every store is, and how fast sales and changes arrive',
        description: `Of the last hour, day or 7 days, at most of its newest ${salesAtMost} sold lines and ${linesAtMost} lines of activity. A sale begins when its platform says that it was placed, most by the whole second, and ends by this server's clock: it contains what the platform took to tell of it, and how far its clock is from ours. A sale that changed nothing on another store, or that one has still to follow, does not count.`,
        querystring: z.object({ window: z.enum(windows).default('hour').describe('How far back: an hour, a day, 7 days') }),
        response: { 200: z.array(freshness) },
      },
    },
    async (request) =>
      hub.db.inOrganization(actorOf(request).organizationId, (tx) => readFreshness(tx, hub.clock.now(), request.query.window)),
  );
}
