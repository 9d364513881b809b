/** Connecting on the platform's own consent page. The state is bound to the browser that began by a cookie. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError, errorCodes } from '#base/errors.ts';
import { actorOf, headersOf } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { appErrorOf } from '#http/problem.ts';
import { originOf } from '#http/routes/platforms.ts';
import { authenticate } from '#organizations/authenticate.ts';
import { roleReaches } from '#organizations/roles.ts';
import { beginOAuth, completeOAuth } from '#stores/connect-store.ts';
import { enterPracticeApp } from '#stores/platform-app.ts';

const stateCookie = 'storesync.oauth_state';
const callbackPath = '/api/stores/oauth/callback';
const stateSeconds = 1800;

const beginInput = z.object({
  platform: z.string().max(50),
  fields: z.record(z.string().max(100), z.string().max(5000)).default({}),
  baseUrl: z.url().max(500).nullish().describe('The address of a practice store'),
});

export function storeOAuthRoutes(app: Api, { hub, auth, practiceStores }: RouteDeps): void {
  const secure = hub.config.publicUrl?.startsWith('https:') ? '; Secure' : '';

  app.post(
    '/api/stores/oauth',
    {
      // The answer belongs to one browser and one use: it is never given again.
      config: { access: 'member', idempotent: false },
      schema: {
        tags: ['Stores'],
        summary: "Connect a store on the platform's consent page",
        body: beginInput,
        response: { 200: z.object({ authorizeUrl: z.string() }) },
      },
    },
    async (request, reply) => {
      const { platform, fields, baseUrl } = request.body;
      const actor = actorOf(request);
      const practice = practiceStores.find((store) => store.platform === platform && store.baseUrl === baseUrl);
      if (practice !== undefined) await enterPracticeApp(hub, actor, platform, practice.app);
      const { authorizeUrl, state } = await beginOAuth(hub, actor, {
        platform,
        fields,
        baseUrl: baseUrl ?? null,
        origin: originOf(request),
      });
      // Lax, not Strict: the seller comes back from another site.
      reply.header(
        'set-cookie',
        `${stateCookie}=${state}; Path=${callbackPath}; Max-Age=${stateSeconds}; HttpOnly; SameSite=Lax${secure}`,
      );
      return { authorizeUrl };
    },
  );

  app.get(
    `${callbackPath}/:platform`,
    {
      // The gate answers with JSON; a seller whose session has ended meanwhile is led to the sign-in page and back here.
      config: { access: 'public' },
      schema: {
        hide: true,
        params: z.object({ platform: z.string().max(50) }),
        querystring: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const caller = await authenticate(auth, headersOf(request));
      if (caller === null) return reply.redirect(`/sign-in?${new URLSearchParams({ next: request.url })}`, 303);
      reply.header('set-cookie', `${stateCookie}=; Path=${callbackPath}; Max-Age=0; HttpOnly; SameSite=Lax${secure}`);
      const query = Object.fromEntries(
        Object.entries(request.query).map(([name, value]) => [name, Array.isArray(value) ? (value[0] ?? '') : value]),
      );
      try {
        if (!roleReaches(caller.actor.role, 'member')) throw new AppError('forbidden', 'A viewer cannot connect stores.');
        const { storeId } = await completeOAuth(hub, caller.actor, {
          platform: request.params.platform,
          cookieState: cookieOf(request, stateCookie),
          query,
        });
        return reply.redirect(`/integrations?connected=${storeId}`, 303);
      } catch (thrown) {
        const problem = appErrorOf(thrown);
        const details = {
          requestId: request.id,
          code: problem.code,
          platform: request.params.platform,
          error: problem.internal ?? problem.message,
        };
        if (errorCodes[problem.code] >= 500) hub.log.error(details, 'A connection could not be completed');
        else hub.log.info(details, 'A connection was not completed');
        return reply.redirect(`/integrations?problem=${problem.code}`, 303);
      }
    },
  );
}

function cookieOf(request: FastifyRequest, name: string): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=');
    if (key === name) return value.join('=');
  }
  return null;
}
