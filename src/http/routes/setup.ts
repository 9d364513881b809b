import { z } from 'zod';
import { requireOwnPage } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { problemOfAuth } from '#http/routes/auth.ts';
import { currencyCode, timezoneName } from '#http/shapes.ts';
import { clientAddressHeader, passwordLength } from '#organizations/auth.ts';
import { makeOwner, needsFirstRun } from '#organizations/make-owner.ts';

const firstRun = z.object({
  name: z.string().trim().min(1).max(200),
  email: z.email().max(254),
  password: z
    .string()
    .min(passwordLength.minimum, `A password has at least ${passwordLength.minimum} characters`)
    .max(passwordLength.maximum, `A password has at most ${passwordLength.maximum} characters`),
  organizationName: z.string().trim().min(1).max(200),
  currency: currencyCode,
  timezone: timezoneName,
});

const setupState = z.object({
  needsFirstRun: z.boolean(),
  practiceStores: z.array(z.object({ platform: z.string(), name: z.string(), baseUrl: z.string() })),
});

/** The first run: open to anybody, but only while nobody has an account. */
export function setupRoutes(app: Api, { hub, auth, practiceStores }: RouteDeps): void {
  app.get(
    '/api/setup',
    {
      config: { access: 'public' },
      schema: { tags: ['Setup'], summary: 'Is this a first run?', security: [], response: { 200: setupState } },
    },
    async () => ({
      needsFirstRun: await needsFirstRun(auth.db),
      practiceStores: practiceStores.map(({ platform, name, baseUrl }) => ({ platform, name, baseUrl })),
    }),
  );

  app.post(
    '/api/setup',
    {
      config: { access: 'public', rateLimit: { max: 10, timeWindow: 60_000 } },
      schema: {
        tags: ['Setup'],
        summary: 'Make the owner and the organization',
        security: [],
        body: firstRun,
        response: { 201: z.object({ organizationId: z.uuid(), userId: z.uuid() }) },
      },
    },
    async (request, reply) => {
      requireOwnPage(request, hub.config.publicUrl);
      const made = await makeOwner(hub, auth, request.body);
      const { email, password } = request.body;
      const headers = new Headers({ [clientAddressHeader]: request.ip, 'user-agent': request.headers['user-agent'] ?? '' });
      const signedIn = await auth.better.api
        .signInEmail({ body: { email, password }, headers, returnHeaders: true })
        .catch((thrown: unknown) => {
          throw problemOfAuth(thrown);
        });
      for (const cookie of signedIn.headers.getSetCookie()) reply.header('set-cookie', cookie);
      return reply.code(201).send(made);
    },
  );
}
