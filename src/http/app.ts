/** The HTTP server, wired but not listening. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { Config } from '#config.ts';
import type { Pool } from '#db/pool.ts';
import { accessGate, countedTogether, requireAccess } from '#http/access.ts';
import { bodySecondsAtMost, guardBodies } from '#http/body-guard.ts';
import type { ChangeFeed } from '#http/change-feed.ts';
import { claimKey, keepAnswer } from '#http/idempotency.ts';
import { type Metrics, makeMetrics } from '#http/metrics.ts';
import { describeRoutes, serveDocs } from '#http/openapi.ts';
import { servePages } from '#http/pages.ts';
import { answerProblem } from '#http/problem.ts';
import { registerRoutes } from '#http/routes.ts';
import { type ImportRuns, makeImportRuns } from '#http/verbs/import-products.ts';
import { type Auth, openAuth } from '#organizations/auth.ts';
import { readAuthSecret } from '#organizations/auth-secret.ts';
import type { Hub } from '#stores/hub.ts';
import type { PracticeStoreAddress } from '#stores/list-platforms.ts';

export interface HttpDeps {
  hub: Hub;
  /** Connections that work as storesync_identity. */
  identityPool: Pool;
  /** The built web app, or null where there is none. */
  publicFolder: string | null;
  changes: ChangeFeed;
  /** Practice stores that this process serves. */
  practiceStores?: readonly PracticeStoreAddress[];
  /** Requests a minute that one address, and one key or session, may make; for measuring and for journeys in a browser. */
  requestsPerMinute?: number;
}

/** What the routes of every noun are given. */
export interface RouteDeps {
  hub: Hub;
  auth: Auth;
  identityPool: Pool;
  changes: ChangeFeed;
  practiceStores: readonly PracticeStoreAddress[];
  metrics: Metrics;
  imports: ImportRuns;
}

export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

const bodyBytesAtMost = 1_000_000;

/** `close()` ends open event streams, lets running requests finish and refuses new ones. */
export async function buildApp(deps: HttpDeps): Promise<Api> {
  const { hub } = deps;
  const { config } = hub;
  const app: Api = fastify({
    logger: false,
    bodyLimit: bodyBytesAtMost,
    requestTimeout: bodySecondsAtMost * 1000,
    genReqId: () => newId(),
    // Only a proxy on this machine or network may say for whom it asks, and only where one is expected.
    trustProxy: config.publicUrl === null ? false : ['loopback', 'linklocal', 'uniquelocal'],
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    // An address that cannot be read is answered before any hook.
    frameworkErrors: (thrown, request, reply) => void answerProblem(hub.log, thrown, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((thrown, request, reply) => answerProblem(hub.log, thrown, request, reply));

  const auth = openAuth({
    pool: deps.identityPool,
    secret: await readAuthSecret(config),
    baseUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
    log: (level, message, details) => hub.log[level](details, message),
  });
  const metrics = makeMetrics(hub);
  await protect(app, config, deps.requestsPerMinute ?? 1200);
  observe(app, hub, metrics);
  app.decorateRequest('caller', null);
  app.decorateRequest('claim', null);
  app.addHook('onRoute', requireAccess);
  app.addHook('onRequest', accessGate(auth, config.publicUrl));
  guardBodies(app);
  app.addHook('preHandler', (request, reply) => claimKey(hub, request, reply));
  app.addHook('onSend', async (request, reply, payload) => keepAnswer(hub, request, reply, payload));

  const imports = makeImportRuns();
  app.addHook('onClose', () => imports.settled());
  await describeRoutes(app);
  await serveDocs(app);
  await registerRoutes(app, {
    hub,
    auth,
    identityPool: deps.identityPool,
    changes: deps.changes,
    practiceStores: deps.practiceStores ?? [],
    metrics,
    imports,
  });
  await servePages(app, deps.publicFolder);
  return app;
}

async function protect(app: Api, config: Config, requestsPerMinute: number): Promise<void> {
  const secure = config.publicUrl?.startsWith('https:') ?? false;
  await app.register(helmet, {
    strictTransportSecurity: secure,
    crossOriginEmbedderPolicy: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // The table and charts place things by style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        // Pictures of goods stand on the platforms' own servers; a practice store's are on this machine.
        imgSrc: ["'self'", 'data:', 'blob:', 'https:', ...(config.allowPrivateHosts ? ['http:'] : [])],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
  });
  await app.register(rateLimit, {
    global: true,
    max: requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: countedTogether,
    allowList: (request) => !request.url.startsWith('/api/'),
    errorResponseBuilder: (_request, context) =>
      new AppError('rate_limited', `Too many requests. Wait ${Math.ceil(context.ttl / 1000)} seconds and try again.`),
  });
  // Making up credentials does not give a fresh allowance: an address has one too.
  const perAddress = app.createRateLimit({
    max: requestsPerMinute * 5,
    timeWindow: 60_000,
    keyGenerator: (request) => request.ip,
  });
  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/api/')) return;
    const counted = await perAddress(request);
    if (!counted.isAllowed && counted.isExceeded)
      throw new AppError('rate_limited', 'Too many requests from this address. Wait a minute and try again.');
  });
}

function observe(app: Api, hub: Hub, metrics: Metrics): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) };
    metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000);
    hub.log.debug({ requestId: request.id, ...labels, milliseconds: Math.round(reply.elapsedTime) }, 'Answered');
  });
}
