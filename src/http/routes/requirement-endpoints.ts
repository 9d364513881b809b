/**
 * The endpoints of the product-integration requirement, path for path and field for field, on top of the same verbs. A
 * product link there joins one product of the first platform to one of the second; here it is the linked listings of that
 * second product. This is the one route file that names platforms.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { answerPage, pageOf, pageQuery, readPage } from '#http/paging.ts';
import { showStore } from '#http/routes/stores.ts';
import { readShownJob, syncJobShape } from '#http/routes/sync-jobs.ts';
import { idParams } from '#http/shapes.ts';
import type { ShownStore } from '#http/store-shape.ts';
import { createProductLink } from '#http/verbs/create-product-link.ts';
import { listProductLinks, type ProductLink, readProductLink } from '#listings/list-product-links.ts';
import type { Actor } from '#organizations/actor.ts';
import { connectStore } from '#stores/connect-store.ts';
import type { Hub } from '#stores/hub.ts';
import { listStores, type StoreSummary } from '#stores/list-stores.ts';
import { requestListingSync, requestStoreSync } from '#sync/request-sync.ts';

/** The platform whose products are linked to the catalog's. */
const second = 'tiktok_shop';

const integration = z.object({
  id: z.uuid(),
  platform: z.string(),
  shop_url: z.string().nullable(),
  is_active: z.boolean(),
  last_sync_at: z.date().nullable(),
  created_at: z.date(),
  updated_at: z.date(),
});

const newIntegration = z.object({
  platform: z.string().max(50),
  shop_url: z.string().trim().min(1).max(500),
  access_token: z.string().trim().min(1).max(5000),
});

const link = z.object({
  id: z.uuid(),
  shopify_product_id: z.uuid(),
  tiktok_product_id: z.string(),
  tiktok_product_title: z.string(),
  sync_status: z.enum(['pending', 'synced', 'error', 'disabled']),
  sync_price: z.boolean(),
  sync_inventory: z.boolean(),
  last_synced_at: z.date().nullable(),
  error_message: z.string().nullable(),
  created_at: z.date(),
  updated_at: z.date(),
});

const newLink = z.object({
  shopify_product_id: z.uuid(),
  tiktok_product_id: z.string().trim().min(1).max(100),
  sync_price: z.boolean().default(true),
  sync_inventory: z.boolean().default(true),
});

const tags = ['Requirement'];

const shownIntegration = (store: StoreSummary | ShownStore): z.output<typeof integration> => ({
  id: store.id,
  platform: store.platform,
  shop_url: store.domain,
  is_active: store.status === 'active',
  last_sync_at: store.lastSyncAt,
  created_at: store.createdAt,
  updated_at: store.updatedAt,
});

const shownLink = (found: ProductLink): z.output<typeof link> => ({
  id: found.id,
  shopify_product_id: found.productId,
  tiktok_product_id: found.platformProductId,
  tiktok_product_title: found.title,
  sync_status: found.state,
  sync_price: found.syncPrice,
  sync_inventory: found.syncInventory,
  last_synced_at: found.lastSyncedAt,
  error_message: found.errorMessage,
  created_at: found.createdAt,
  updated_at: found.updatedAt,
});

export function requirementRoutes(app: Api, deps: RouteDeps): void {
  integrations(app, deps);
  productLinks(app, deps);
  timer(app, deps);
}

function integrations(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/integrations',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'Connected stores', querystring: pageQuery, response: { 200: pageOf(integration) } },
    },
    async (request) => {
      const page = await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
        listStores(tx, {}, readPage(request.query, 'id')),
      );
      return answerPage({ items: page.items.map(shownIntegration), next: page.next }, 'id');
    },
  );

  app.post(
    '/api/integrations',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Connect a store by an access token', body: newIntegration, response: { 201: integration } },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { storeId } = await connectStore(hub, actor, { ...accessTokenFields(hub, request.body), baseUrl: null });
      return reply.code(201).send(shownIntegration(await showStore(hub, actor, storeId)));
    },
  );

  app.post(
    '/api/integrations/:platform/products',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Pull the products of a store',
        params: z.object({ platform: z.string().max(50) }),
        body: z.object({ integration_id: z.uuid().optional() }).nullish(),
        response: { 202: z.object({ jobs: z.array(syncJobShape) }) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const jobs = await pullPlatform(hub, actor, request.params.platform, request.body?.integration_id);
      return reply.code(202).send({ jobs: await Promise.all(jobs.map((id) => readShownJob(hub, actor, id))) });
    },
  );
}

function productLinks(app: Api, { hub }: RouteDeps): void {
  app.get(
    '/api/product-links',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Links between products of two platforms',
        querystring: pageQuery,
        response: { 200: pageOf(link) },
      },
    },
    async (request) => {
      const page = await hub.db.inOrganization(actorOf(request).organizationId, (tx) =>
        listProductLinks(hub, tx, second, readPage(request.query, '-id')),
      );
      return answerPage({ items: page.items.map(shownLink), next: page.next }, '-id');
    },
  );

  app.post(
    '/api/product-links',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Link a product to one of the other platform', body: newLink, response: { 201: link } },
    },
    async (request, reply) => {
      const { shopify_product_id, tiktok_product_id, sync_price, sync_inventory } = request.body;
      const made = await createProductLink(hub, actorOf(request), {
        platform: second,
        productId: shopify_product_id,
        platformProductId: tiktok_product_id,
        syncPrice: sync_price,
        syncInventory: sync_inventory,
      });
      return reply.code(201).send(shownLink(made));
    },
  );

  app.post(
    '/api/product-links/:id/sync',
    { config: { access: 'member' }, schema: { tags, summary: 'Sync a link now', params: idParams, response: { 202: link } } },
    async (request, reply) => {
      const actor = actorOf(request);
      const read = () => hub.db.inOrganization(actor.organizationId, (tx) => readProductLink(hub, tx, second, request.params.id));
      const found = await read();
      if (found === null)
        throw new AppError('not_found', 'There is no such product link. It may have been removed; reload the page.');
      for (const listingId of found.listingIds) await requestListingSync(hub, actor, listingId);
      return reply.code(202).send(shownLink((await read()) ?? found));
    },
  );
}

function timer(app: Api, { hub, identityPool }: RouteDeps): void {
  app.get(
    '/api/cron/sync-products',
    {
      config: { access: 'public', rateLimit: { max: 10, timeWindow: 60_000 } },
      schema: {
        tags,
        summary: 'Sync every active store; needs "Authorization: Bearer CRON_SECRET"',
        security: [{ apiKey: [] }],
        response: { 200: z.object({ success: z.literal(true), queued: z.number() }) },
      },
    },
    async (request) => {
      if (!isCron(request.headers.authorization, hub.config.cronSecret))
        throw new AppError('unauthenticated', 'This address needs "Authorization: Bearer" with the CRON_SECRET of this server.');
      const { rows } = await identityPool.query<{ id: string }>('select id from organizations order by id');
      let queued = 0;
      for (const { id } of rows)
        queued += await pullEverything(hub, { organizationId: id, userId: null, kind: 'system', role: 'owner' });
      return { success: true as const, queued };
    },
  );
}

/** The form fields of the platform's access-token scheme, filled by what the requirement knows: an address and a token. */
function accessTokenFields(
  hub: Hub,
  input: z.output<typeof newIntegration>,
): { platform: string; scheme: 'access_token'; fields: Record<string, string> } {
  const connector = Object.hasOwn(hub.connectors, input.platform) ? hub.connectors[input.platform] : undefined;
  if (connector === undefined)
    throw new AppError('invalid_input', `There is no connector for "${input.platform}".`, {
      issues: [{ path: 'platform', message: 'Unknown platform.' }],
    });
  const scheme = connector.manifest.auth.find(({ kind }) => kind === 'access_token');
  if (scheme === undefined)
    throw new AppError(
      'invalid_input',
      `${connector.manifest.name} is not connected by an access token. Open Integrations and choose another way.`,
    );
  const address = input.shop_url.replace(/^https?:\/\//i, '').replace(/\/.*$/, '');
  const fields = Object.fromEntries(scheme.fields.map((field) => [field.name, field.secret ? input.access_token : address]));
  return { platform: input.platform, scheme: 'access_token', fields };
}

async function pullPlatform(hub: Hub, actor: Actor, platform: string, storeId: string | undefined): Promise<string[]> {
  const { items } = await hub.db.inOrganization(actor.organizationId, (tx) =>
    listStores(tx, { platform }, { limit: 200, after: null }),
  );
  const chosen = items.filter((store) => (storeId === undefined ? store.status === 'active' : store.id === storeId));
  if (chosen.length === 0)
    throw new AppError('not_found', 'No store of this platform is connected and active. Connect one under Integrations.');
  const jobs: string[] = [];
  for (const store of chosen) jobs.push(await requestStoreSync(hub, actor, store.id, 'api', { full: true }));
  return jobs;
}

async function pullEverything(hub: Hub, actor: Actor): Promise<number> {
  const { items } = await hub.db.inOrganization(actor.organizationId, (tx) =>
    listStores(tx, { status: 'active' }, { limit: 200, after: null }),
  );
  for (const store of items) await requestStoreSync(hub, actor, store.id, 'schedule');
  return items.length;
}

function isCron(header: string | undefined, secret: string | null): boolean {
  if (secret === null) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${secret}`));
}
