import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage, searchText } from '#http/paging.ts';
import { listSyncLogs } from '#sync/list-sync-logs.ts';

const level = z.enum(['info', 'warning', 'error']);

const syncLog = z
  .object({
    id: z.uuid(),
    level,
    event: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).nullable(),
    storeId: z.uuid().nullable(),
    listingId: z.uuid().nullable(),
    productTitle: z.string().nullable().describe('Of the listing that it tells of'),
    variantTitle: z.string().nullable(),
    syncJobId: z.uuid().nullable(),
    createdAt: z.date(),
  })
  .meta({ id: 'SyncLog' });

const logQuery = pageQuery.extend({
  storeId: z.uuid().optional(),
  jobId: z.uuid().optional(),
  listingId: z.uuid().optional(),
  level: level.optional(),
  q: searchText.describe('Words of the message, or of the title of its listing'),
});

export function syncLogRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/sync-logs',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['Activity'],
        summary: 'What was pushed and pulled, newest first',
        querystring: logQuery,
        response: { 200: pageOf(syncLog) },
      },
    },
    async (request) => {
      const page = await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
        listSyncLogs(tx, request.query, readPage(request.query, '-createdAt')),
      );
      return answerPage(page, '-createdAt');
    },
  );
}
