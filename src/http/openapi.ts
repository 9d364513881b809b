import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import { errorCodes } from '#base/errors.ts';
import { changes } from '#http/access.ts';

const zodToJsonConfig: Parameters<typeof createJsonSchemaTransform>[0]['zodToJsonConfig'] = {
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema }) => {
    // A Date is written as ISO 8601 when an answer is turned into text.
    if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    // Our code may not change it; a client may send it, which OpenAPI's word would deny.
    if (zodSchema._zod.def.type === 'readonly') delete jsonSchema.readOnly;
  },
};

const transform = createJsonSchemaTransform({ zodToJsonConfig });
const withNamedSchemas = createJsonSchemaTransformObject({ zodToJsonConfig });

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What happened and what to do' },
    code: { type: 'string', enum: Object.keys(errorCodes) },
    requestId: { type: 'string' },
    issues: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: {
          path: { type: 'string' },
          message: { type: 'string' },
          confirmBy: { type: 'string', description: 'The field of the request that, set to true, says that it is meant' },
        },
      },
    },
  },
} as const;

const problemAnswer = {
  description: 'A problem (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const idempotencyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 200 },
  description: 'Makes a repeated request answer as the first one did',
} as const;

/** The OpenAPI 3.1 document at /api/openapi.json and its page at /api/docs. Must be registered before the routes. */
export async function describeRoutes(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'StoreSync',
        version: '1',
        description:
          'Keeps many stores true to one catalog. Lists are paged by an opaque cursor. Errors are `application/problem+json`. Writes take an `Idempotency-Key`.',
      },
      servers: [{ url: '/' }],
      components: {
        schemas: { Problem: problem as never },
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key made under Settings' },
          session: { type: 'apiKey', in: 'cookie', name: 'storesync.session_token' },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    transform,
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const described = withNamedSchemas(document) as Partial<OpenAPIV3_1.Document>;
      for (const path of Object.values(described.paths ?? {})) {
        for (const [method, operation] of Object.entries(path ?? {})) {
          if (typeof operation !== 'object' || operation === null || !('responses' in operation)) continue;
          operation.responses = { ...operation.responses, default: problemAnswer };
          if (changes(method.toUpperCase())) operation.parameters = [...(operation.parameters ?? []), idempotencyHeader];
        }
      }
      // Shapes that are only ever answered have a second, unused form as input.
      const schemas = described.components?.schemas ?? {};
      const used = JSON.stringify([described.paths, schemas]);
      for (const name of Object.keys(schemas)) if (!used.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
      return described;
    },
  });
}

/** The page that shows the document. Its own scripts are inline, so it alone has a looser content security policy. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  app.get('/api/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => app.swagger());
  let page: Promise<FastifyInstance> | null = null;
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    page ??= openDocsPage();
    const shown = await (await page).inject({ method: 'GET', url: request.url });
    return reply
      .code(shown.statusCode)
      .headers({ ...shown.headers, 'content-security-policy': docsPolicy })
      .send(shown.rawPayload);
  };
  for (const path of ['/api/docs', '/api/docs/*'])
    app.get(path, { config: { access: 'public' }, schema: { hide: true } }, answer);
}

const docsPolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/** The page's program has four megabytes, and takes forty of memory: it is loaded when somebody asks for it. */
async function openDocsPage(): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const page = fastify();
  await page.register(scalar, {
    routePrefix: '/api/docs',
    configuration: { url: '/api/openapi.json', withDefaultFonts: false, telemetry: false, agent: { disabled: true } },
  });
  await page.ready();
  return page;
}
