import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage } from '#http/paging.ts';
import { idParams } from '#http/shapes.ts';
import { cancelJob, canRetry, retryJob } from '#http/verbs/change-job.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { isAbandoned } from '#sync/import-jobs.ts';
import { listSyncJobs, readSyncJob, type SyncJobSummary } from '#sync/list-sync-jobs.ts';

const jobType = z.enum(['pull', 'push', 'reconcile', 'import', 'export', 'link', 'recompute']);
const jobStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'held']);

export const syncJobShape = z
  .object({
    id: z.uuid(),
    storeId: z.uuid().nullable(),
    storeName: z.string().nullable(),
    jobType,
    status: jobStatus.describe('`held`: the brake has stopped it, and it waits as a change-set'),
    cause: z.string(),
    itemsTotal: z.number(),
    itemsProcessed: z.number(),
    itemsFailed: z.number(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    cancelRequested: z.boolean(),
    changeSetId: z.uuid().nullable().describe('Of an import: the change-set as which it was held, or that it applies'),
    canRetry: z.boolean().describe('Whether it has ended, and the same work can be started again'),
    startedAt: z.date().nullable(),
    completedAt: z.date().nullable(),
    createdAt: z.date(),
  })
  .meta({ id: 'SyncJob' });

type ShownJob = z.output<typeof syncJobShape>;

function shown(job: SyncJobSummary, now: Date): ShownJob {
  const { id, storeId, storeName, jobType, status, cause, itemsTotal, itemsProcessed, itemsFailed, errorCode, errorMessage } =
    job;
  const { startedAt, completedAt, createdAt, cancelRequestedAt, metadata } = job;
  const changeSetId = typeof metadata.changeSetId === 'string' ? metadata.changeSetId : null;
  const answer = {
    id,
    storeId,
    storeName,
    jobType,
    status,
    cause,
    itemsTotal,
    itemsProcessed,
    itemsFailed,
    errorCode,
    errorMessage,
    changeSetId,
  };
  const moments = { cancelRequested: cancelRequestedAt !== null, startedAt, completedAt, createdAt };
  const ended = isAbandoned(job, now) ? { status: 'failed' as const, errorCode: 'internal', errorMessage: abandoned } : {};
  return withNext({ ...answer, ...moments, ...ended, canRetry: canRetry(job, now) });
}

const abandoned = 'The server was restarted before the import had ended. Nothing was imported.';

/** What to do about an import that has failed. */
function withNext(job: ShownJob): ShownJob {
  if (job.jobType !== 'import' || job.status !== 'failed') return job;
  // What it was to apply has been decided upon otherwise.
  if (job.changeSetId !== null && !job.canRetry) return job;
  const next = job.canRetry ? 'It waits as before, and can be approved again.' : 'The file is not kept: upload it again.';
  return { ...job, errorMessage: `${job.errorMessage} ${next}` };
}

/** Throws 'not_found' when the organization has no such job. */
export async function readShownJob(hub: Hub, actor: Actor, jobId: string): Promise<ShownJob> {
  const job = await hub.db.inOrganization(actor.organizationId, (tx) => readSyncJob(tx, jobId));
  if (job === null) throw new AppError('not_found', 'There is no such job. Old ones are removed after 90 days.');
  return shown(job, hub.clock.now());
}

const tags = ['Activity'];
const jobQuery = pageQuery.extend({ storeId: z.uuid().optional(), status: jobStatus.optional(), jobType: jobType.optional() });

export function syncJobRoutes(app: Api, { hub, imports }: RouteDeps): void {
  app.get(
    '/api/sync-jobs',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Runs of background work, newest first',
        querystring: jobQuery,
        response: { 200: pageOf(syncJobShape) },
      },
    },
    async (request) => {
      const page = await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
        listSyncJobs(tx, request.query, readPage(request.query, '-createdAt')),
      );
      return answerPage({ items: page.items.map((job) => shown(job, hub.clock.now())), next: page.next }, '-createdAt');
    },
  );

  app.get(
    '/api/sync-jobs/:id',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'A run of background work', params: idParams, response: { 200: syncJobShape } },
    },
    async (request) => readShownJob(hub, actorOf(request), request.params.id),
  );

  app.post(
    '/api/sync-jobs/:id/cancel',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Stop after the present step',
        description: 'An import changes nothing then. One that has ended, or is held by the brake, stays as it is.',
        params: idParams,
        response: { 200: syncJobShape },
      },
    },
    async (request) => {
      await cancelJob(hub, actorOf(request), request.params.id);
      return await readShownJob(hub, actorOf(request), request.params.id);
    },
  );

  app.post(
    '/api/sync-jobs/:id/retry',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Start the same work again',
        description:
          'What can be has `canRetry`. The file of an import is kept only while it waits for approval: one that was approved and has failed is approved again. Of any other import upload the file again.',
        params: idParams,
        response: { 202: syncJobShape },
      },
    },
    async (request, reply) => {
      const jobId = await retryJob(hub, imports, actorOf(request), request.params.id);
      return reply.code(202).send(await readShownJob(hub, actorOf(request), jobId));
    },
  );
}
