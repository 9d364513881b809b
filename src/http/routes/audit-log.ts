import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage } from '#http/paging.ts';
import { listAuditLog } from '#organizations/list-audit-log.ts';

const entry = z.object({
  id: z.uuid(),
  actorId: z.string().nullable(),
  actorKind: z.enum(['user', 'api_key', 'system']),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  createdAt: z.date(),
});

const auditQuery = pageQuery.extend({
  action: z.string().max(100).optional(),
  subjectKind: z.string().max(100).optional(),
  subjectId: z.string().max(100).optional(),
});

export function auditLogRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/audit-log',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['Account'],
        summary: 'Who did what, newest first',
        querystring: auditQuery,
        response: { 200: pageOf(entry) },
      },
    },
    async (request) => {
      const page = await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
        listAuditLog(tx, request.query, readPage(request.query, '-createdAt')),
      );
      return answerPage(page, '-createdAt');
    },
  );
}
