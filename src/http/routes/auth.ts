/**
 * better-auth's own addresses under /api/auth, only those that the product uses. Whoever is not an owner or admin never
 * sees an invitation's id, because whoever knows it and the address may sign up with it.
 */
import { isAPIError } from 'better-auth/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode } from '#base/errors.ts';
import { headersOf, requireOwnPage } from '#http/access.ts';
import type { Api, RouteDeps } from '#http/app.ts';
import { type Auth, clientAddressHeader } from '#organizations/auth.ts';
import { authenticate } from '#organizations/authenticate.ts';
import { roleReaches } from '#organizations/roles.ts';

const forAnybody = ['POST /sign-in/email', 'POST /sign-up/email', 'POST /sign-out', 'GET /get-session'];
/** better-auth itself asks for a session, and for the membership and role that each needs. */
const forMembers = [
  'POST /change-password',
  'POST /update-user',
  'GET /list-sessions',
  'POST /revoke-session',
  'POST /revoke-other-sessions',
  'GET /organization/list',
  'POST /organization/set-active',
  'POST /organization/leave',
  'GET /organization/list-members',
  'GET /organization/get-invitation',
  'POST /organization/accept-invitation',
  'POST /organization/reject-invitation',
  'GET /organization/list-teams',
  'GET /organization/list-team-members',
];
const forAdmins = [
  'POST /organization/update',
  'POST /organization/invite-member',
  'GET /organization/list-invitations',
  'POST /organization/cancel-invitation',
  'POST /organization/update-member-role',
  'POST /organization/remove-member',
  'POST /organization/create-team',
  'POST /organization/update-team',
  'POST /organization/remove-team',
  'POST /organization/add-team-member',
  'POST /organization/remove-team-member',
];
const open = new Set([...forAnybody, ...forMembers, ...forAdmins]);
const adminsOnly = new Set(forAdmins);

export function authRoutes(app: Api, { hub, auth }: RouteDeps): void {
  const attempts = { max: 60, timeWindow: 60_000, keyGenerator: (request: FastifyRequest) => `auth:${request.ip}` };
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    config: { access: 'public', rateLimit: attempts },
    schema: { hide: true },
    handler: async (request, reply) => {
      const path = request.url.slice('/api/auth'.length).split('?')[0] ?? '';
      const operation = `${request.method} ${path}`;
      if (!open.has(operation)) throw new AppError('not_found', 'There is no such address.');
      if (request.method === 'POST') requireOwnPage(request, hub.config.publicUrl);
      if (adminsOnly.has(operation)) await requireAdmin(auth, request);
      return await answerBy(auth, request, reply);
    },
  });
}

async function requireAdmin(auth: Auth, request: FastifyRequest): Promise<void> {
  const caller = await authenticate(auth, headersOf(request));
  if (caller === null) throw new AppError('unauthenticated', 'Sign in first.');
  if (!roleReaches(caller.actor.role, 'admin'))
    throw new AppError('forbidden', 'Only an owner or admin manages members. Ask one of them.');
}

async function answerBy(auth: Auth, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const headers = headersOf(request);
  for (const name of ['content-length', 'transfer-encoding', 'connection']) headers.delete(name);
  headers.set(clientAddressHeader, request.ip);
  const asked = new Request(new URL(request.url, `${request.protocol}://${request.host}`), {
    method: request.method,
    headers,
    ...(request.method === 'POST' ? { body: JSON.stringify(request.body ?? {}) } : {}),
  });
  if (request.method === 'POST') asked.headers.set('content-type', 'application/json');
  const answer = await auth.better.handler(asked).catch((thrown: unknown) => {
    throw problemOfAuth(thrown);
  });
  if (answer.status >= 400) throw authProblem(answer.status, await messageIn(answer));
  for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
  reply.header('cache-control', 'no-store');
  const text = await answer.text();
  return reply
    .code(answer.status)
    .type('application/json')
    .serializer((body: string) => body)
    .send(text === '' ? 'null' : text);
}

async function messageIn(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const body = JSON.parse(text) as { message?: unknown } | null;
    return typeof body?.message === 'string' ? body.message : '';
  } catch {
    return text.slice(0, 300);
  }
}

/** better-auth's errors in our list's codes; anything else goes on as it is. */
export function problemOfAuth(thrown: unknown): unknown {
  return isAPIError(thrown) ? authProblem(thrown.statusCode, thrown.body?.message ?? thrown.message) : thrown;
}

function authProblem(status: number, message: string): AppError {
  const codes: Readonly<Record<number, ErrorCode>> = {
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    409: 'conflict',
    429: 'rate_limited',
  };
  const code = codes[status] ?? (status >= 500 ? 'internal' : 'invalid_input');
  return new AppError(code, sentences[message] ?? (message === '' ? 'This did not work.' : message), { internal: message });
}

const sentences: Readonly<Record<string, string>> = {
  'Invalid email or password': 'E-mail address or password is wrong. Check both and try again.',
  'Too many requests. Please try again later.': 'Too many attempts. Wait a minute and try again.',
  'Password too short': 'A password has at least 10 characters.',
};
