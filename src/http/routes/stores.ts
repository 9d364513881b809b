import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage } from '#http/paging.ts';
import { readShownJob, syncJobShape } from '#http/routes/sync-jobs.ts';
import { idParams } from '#http/shapes.ts';
import { type ShownStore, showStores, storeSettings, storeShape } from '#http/store-shape.ts';
import { testStore } from '#http/verbs/test-store.ts';
import type { Actor } from '#organizations/actor.ts';
import { pauseStore, resumeStore } from '#stores/change-store.ts';
import { connectStore } from '#stores/connect-store.ts';
import type { Hub } from '#stores/hub.ts';
import { listStores, readStore } from '#stores/list-stores.ts';
import { changeStoreUnderBrake } from '#sync/brake.ts';
import { requestStoreSync } from '#sync/request-sync.ts';

const connectInput = z.object({
  platform: z.string().max(50),
  scheme: z.enum(['client_credentials', 'access_token', 'api_key']),
  fields: z.record(z.string().max(100), z.string().max(5000)),
  baseUrl: z.url().max(500).nullish().describe('The address of a practice store'),
});

const patchInput = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  // A store is closed by an act of its own: see leave-store.ts.
  settings: storeSettings.omit({ closing: true }).partial().optional(),
  isPrimary: z.boolean().optional(),
  isSource: z.boolean().optional(),
});

const storeQuery = pageQuery.extend({ status: storeShape.shape.status.optional(), platform: z.string().max(50).optional() });

const tags = ['Stores'];

export function storeRoutes(app: Api, deps: RouteDeps): void {
  readingAndConnecting(app, deps);
  verbsOfOneStore(app, deps);
}

function readingAndConnecting(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/stores',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'Connected stores', querystring: storeQuery, response: { 200: pageOf(storeShape) } },
    },
    async (request) =>
      hub.db.inOrganization(actorOf(request).organizationId, async (tx) => {
        const page = await listStores(tx, request.query, readPage(request.query, 'id'));
        return answerPage({ items: await showStores(hub, tx, page.items), next: page.next }, 'id');
      }),
  );

  app.get(
    '/api/stores/:id',
    { config: { access: 'viewer' }, schema: { tags, summary: 'A store', params: idParams, response: { 200: storeShape } } },
    async (request) => showStore(hub, actorOf(request), request.params.id),
  );

  app.post(
    '/api/stores',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Connect a store with keys',
        description: 'The keys are tried with a real call before anything is saved.',
        body: connectInput,
        response: { 201: storeShape },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { storeId } = await connectStore(hub, actor, { ...request.body, baseUrl: request.body.baseUrl ?? null });
      return reply.code(201).send(await showStore(hub, actor, storeId));
    },
  );

  app.patch(
    '/api/stores/:id',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: "Change a store's name, settings or part",
        params: idParams,
        body: patchInput,
        response: { 200: storeShape },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await changeStoreUnderBrake(hub, actor, request.params.id, request.body);
      return await showStore(hub, actor, request.params.id);
    },
  );
}

function verbsOfOneStore(app: Api, { hub }: RouteDeps): void {
  const verbs = [
    { name: 'pause', access: 'member', summary: 'Stop reading and writing', verb: pauseStore },
    { name: 'resume', access: 'member', summary: 'Read everything again, then write', verb: resumeStore },
    { name: 'test', access: 'member', summary: 'Ask the platform who we are', verb: testStore },
  ] as const;
  for (const { name, access, summary, verb } of verbs) {
    app.post(
      `/api/stores/:id/${name}`,
      { config: { access }, schema: { tags, summary, params: idParams, response: { 200: storeShape } } },
      async (request) => {
        const actor = actorOf(request);
        await verb(hub, actor, request.params.id);
        return await showStore(hub, actor, request.params.id);
      },
    );
  }

  app.post(
    '/api/stores/:id/sync',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Pull the whole catalog and push what differs',
        params: idParams,
        response: { 202: syncJobShape },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const jobId = await requestStoreSync(hub, actor, request.params.id, actor.kind === 'user' ? 'person' : 'api', {
        full: true,
      });
      return reply.code(202).send(await readShownJob(hub, actor, jobId));
    },
  );
}

/** Throws 'not_found' when the organization has no such store. */
export async function showStore(hub: Hub, actor: Actor, storeId: string): Promise<ShownStore> {
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const row = await readStore(tx, storeId);
    const [store] = row === null ? [] : await showStores(hub, tx, [row]);
    if (store === undefined)
      throw new AppError('not_found', 'There is no such store. It may have been removed; reload the page.');
    return store;
  });
}
