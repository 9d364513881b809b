import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage } from '#http/paging.ts';
import { flag, idParams } from '#http/shapes.ts';
import { replayWebhook } from '#http/verbs/replay-webhook.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';
import { listWebhookEvents, readWebhookEvent } from '#webhooks/list-webhook-events.ts';

const event = z.object({
  id: z.uuid(),
  storeId: z.uuid(),
  topic: z.string(),
  deliveryId: z.string().nullable(),
  occurredAt: z.date().nullable(),
  processedAt: z.date().nullable(),
  errorMessage: z.string().nullable(),
  retryCount: z.number(),
  duplicates: z.number(),
  createdAt: z.date(),
});
const eventDetail = event.extend({
  payload: z.string().describe('As the platform sent it'),
  hints: z.array(z.unknown()).describe('What was read from it'),
});

const tags = ['Activity'];
const eventQuery = pageQuery.extend({
  storeId: z.uuid().optional(),
  topic: z.string().max(200).optional(),
  processed: flag.optional(),
});

export function webhookEventRoutes(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/webhook-events',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'What platforms said, newest first', querystring: eventQuery, response: { 200: pageOf(event) } },
    },
    async (request) => {
      const page = await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
        listWebhookEvents(tx, request.query, readPage(request.query, '-createdAt')),
      );
      return answerPage(page, '-createdAt');
    },
  );

  // A payload may name a platform's customer: only who runs the stores sees it.
  app.get(
    '/api/webhook-events/:id',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'A webhook event with its payload', params: idParams, response: { 200: eventDetail } },
    },
    async (request) => found(hub, actorOf(request), request.params.id),
  );

  app.post(
    '/api/webhook-events/:id/replay',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Work on it once more', params: idParams, response: { 202: eventDetail } },
    },
    async (request, reply) => {
      await replayWebhook(hub, actorOf(request), request.params.id);
      return reply.code(202).send(await found(hub, actorOf(request), request.params.id));
    },
  );
}

async function found(hub: Hub, actor: Actor, eventId: string) {
  const row = await hub.db.inOrganization(actor.organizationId, (tx) => readWebhookEvent(hub.sealer, tx, eventId));
  if (row === null) throw new AppError('not_found', 'There is no such webhook event. Old ones are removed after 30 days.');
  return row;
}
