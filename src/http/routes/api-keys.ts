import { z } from 'zod';
import { actorOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { idParams } from '#http/shapes.ts';
import { createApiKey, listApiKeys, revokeApiKey } from '#organizations/api-keys.ts';

const scope = z.enum(['read', 'write', 'admin']).describe('read: as a viewer; write: as a member; admin: as an admin');

const apiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  start: z.string().describe('The first characters, to tell keys apart'),
  scope,
  lastUsedAt: z.date().nullable(),
  expiresAt: z.date().nullable(),
  createdAt: z.date(),
});

const newKey = z.strictObject({
  name: z.string().trim().min(1).max(80),
  scope: scope.default('read'),
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(null),
});

const tags = ['Account'];

export function apiKeyRoutes(app: Api, { hub, auth }: RouteDeps): void {
  app.get(
    '/api/api-keys',
    { config: { access: 'admin' }, schema: { tags, summary: 'API keys', response: { 200: z.array(apiKey) } } },
    async (request) => listApiKeys(auth, actorOf(request).organizationId),
  );

  app.post(
    '/api/api-keys',
    {
      // The answer holds the secret, which is kept nowhere.
      config: { access: 'admin', idempotent: false },
      schema: {
        tags,
        summary: 'Make an API key',
        body: newKey,
        response: { 201: apiKey.extend({ secret: z.string().describe('Shown this once') }) },
      },
    },
    async (request, reply) =>
      reply
        .header('cache-control', 'no-store')
        .code(201)
        .send(await createApiKey(hub, auth, actorOf(request), request.body)),
  );

  app.delete(
    '/api/api-keys/:id',
    {
      config: { access: 'admin' },
      schema: { tags, summary: 'Revoke an API key', params: idParams, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await revokeApiKey(hub, auth, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
