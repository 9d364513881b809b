import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { listPlatforms, type PlatformSummary } from '#stores/list-platforms.ts';
import { setPlatformApp } from '#stores/platform-app.ts';

const authField = z.object({
  name: z.string(),
  label: z.string(),
  secret: z.boolean(),
  placeholder: z.string(),
  pattern: z.string(),
  rule: z.string(),
});
const authScheme = z.object({
  kind: z.enum(['oauth2', 'client_credentials', 'access_token', 'api_key']),
  title: z.string(),
  help: z.string(),
  fields: z.array(authField),
});

const platform = z
  .object({
    id: z.string(),
    name: z.string(),
    badge: z.string(),
    docsUrl: z.string(),
    auth: z.array(authScheme),
    appFields: z.array(authField.omit({ secret: true })).describe('What the app has beside its id and secret'),
    capabilities: z.object({
      compareAndSet: z.boolean(),
      idempotentWrites: z.boolean(),
      locations: z.boolean(),
      enableTracking: z.boolean(),
      bulkPull: z.boolean(),
      webhooks: z.boolean(),
    }),
    app: z.object({
      configured: z.boolean(),
      source: z.enum(['environment', 'settings']).nullable(),
      clientId: z.string().nullable(),
      setAt: z.date().nullable().describe('When it was entered in Settings'),
      extra: z.record(z.string(), z.string()).describe('Values of appFields'),
    }),
    callbackUrl: z.string().describe('Where the platform sends the seller back to; to be entered in its app'),
    webhookUrl: z.string().nullable().describe('Where the platform calls; null without a public address'),
    practiceBaseUrl: z.string().nullable(),
    practiceFields: z
      .record(z.string(), z.string())
      .nullable()
      .describe('What a seller would type to connect the practice store by consent'),
  })
  .meta({ id: 'Platform' });

const appInput = z.object({
  clientId: z.string().trim().min(1).max(500),
  clientSecret: z.string().trim().min(1).max(5000).optional().describe('Left out: the one that is stored stays'),
  extra: z
    .record(z.string().max(100), z.string().trim().max(2000))
    .default({})
    .describe('Values of appFields; one that is left out stays, an empty one is removed'),
});

export function platformRoutes(app: Api, { hub, practiceStores }: RouteDeps): void {
  const { config } = hub;
  const practiceOf = (platformId: string) => practiceStores.find((store) => store.platform === platformId);
  const shown = ({ manifest, app: state }: PlatformSummary, origin: string) => ({
    id: manifest.id,
    name: manifest.name,
    badge: manifest.badge,
    docsUrl: manifest.docsUrl,
    auth: manifest.auth.map((scheme) => ({ ...scheme, fields: [...scheme.fields] })),
    appFields: [...(manifest.appFields ?? [])],
    capabilities: manifest.capabilities,
    app: state,
    callbackUrl: `${config.publicUrl ?? origin}/api/stores/oauth/callback/${manifest.id}`,
    webhookUrl: config.publicUrl === null ? null : `${config.publicUrl}/webhooks/${manifest.id}`,
    practiceBaseUrl: practiceOf(manifest.id)?.baseUrl ?? null,
    practiceFields: practiceOf(manifest.id)?.fields ?? null,
  });

  app.get(
    '/api/platforms',
    {
      config: { access: 'viewer' },
      schema: { tags: ['Stores'], summary: 'Platforms that can be connected', response: { 200: z.array(platform) } },
    },
    async (request) => {
      const platforms = await hub.db.inOrganization(actorOf(request).organizationId, (tx) => listPlatforms(hub, tx));
      return platforms.map((one) => shown(one, originOf(request)));
    },
  );

  app.put(
    '/api/platforms/:id/app',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['Stores'],
        summary: "Enter the operator's app at a platform",
        params: z.object({ id: z.string().max(50) }),
        body: appInput,
        response: { 200: platform },
      },
    },
    async (request) => {
      const { id } = request.params;
      if (!Object.hasOwn(hub.connectors, id)) throw new AppError('not_found', 'There is no such platform.');
      const actor = actorOf(request);
      await setPlatformApp(hub, actor, { platform: id, ...request.body });
      const platforms = await hub.db.inOrganization(actor.organizationId, (tx) => listPlatforms(hub, tx));
      const changed = platforms.find(({ manifest }) => manifest.id === id);
      if (changed === undefined) throw new AppError('not_found', 'There is no such platform.');
      return shown(changed, originOf(request));
    },
  );
}

/** The address under which the caller sees this server. */
export const originOf = (request: { protocol: string; host: string }): string => `${request.protocol}://${request.host}`;
