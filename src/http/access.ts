/**
 * Who may call a route. Every route under /api and /webhooks states its access in its config; one that does not keeps the
 * server from starting. Checked before the body is read.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { assert } from '#base/assert.ts';
import { AppError } from '#base/errors.ts';
import type { Actor, Role } from '#organizations/actor.ts';
import type { Auth } from '#organizations/auth.ts';
import { apiKeyOf, authenticate, type Caller } from '#organizations/authenticate.ts';
import { roleReaches } from '#organizations/roles.ts';

/** `public`: anybody; else the least role that may call. */
export type Access = 'public' | Role;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** False where the answer holds a secret that must not be kept, or is not JSON. */
    idempotent?: boolean;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Everything but the pages of the docs, which a plugin adds and anybody may read. */
const guarded = /^\/(api(?!\/docs(\/|$))|webhooks)(\/|$)/;

/** Fastify's `onRoute` hook. */
export function requireAccess(route: RouteOptions): void {
  assert(!guarded.test(route.url) || route.config?.access !== undefined, `the access of ${String(route.method)} ${route.url}`);
}

/** Fastify's `onRequest` hook: finds the caller and refuses strangers, too small roles and other sites' pages. */
export function accessGate(
  auth: Auth,
  publicUrl: string | null,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request) => {
    const access = request.routeOptions.config.access ?? 'public';
    if (access === 'public') return;
    const caller = await authenticate(auth, headersOf(request));
    if (caller === null) throw new AppError('unauthenticated', 'Sign in, or send an API key as "Authorization: Bearer …".');
    // A browser sends cookies along with a request that any page makes: only our own pages may write by them.
    if (caller.via === 'session' && changes(request.method)) requireOwnPage(request, publicUrl);
    if (!roleReaches(caller.actor.role, access)) {
      throw new AppError(
        'forbidden',
        `This needs the role ${access} or above; yours is ${caller.actor.role}. Ask an owner or admin.`,
      );
    }
    request.caller = caller;
  };
}

export const changes = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

/** The actor of a request that has passed the gate. */
export function actorOf(request: FastifyRequest): Actor {
  assert(request.caller !== null, 'the caller of a guarded route');
  return request.caller.actor;
}

/** Throws 'forbidden' unless the request comes from a page of this very server. */
export function requireOwnPage(request: FastifyRequest, publicUrl: string | null): void {
  const origin = request.headers.origin;
  const site = request.headers['sec-fetch-site'];
  const host = hostOf(origin);
  const ours = [request.headers.host, hostOf(publicUrl ?? undefined)];
  if (origin === undefined ? site === 'same-origin' : host !== null && ours.includes(host)) return;
  throw new AppError(
    'forbidden',
    'This request did not come from a StoreSync page. Programs use an API key instead of a session.',
  );
}

function hostOf(address: string | undefined): string | null {
  return address !== undefined && URL.canParse(address) ? new URL(address).host : null;
}

export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  }
  return headers;
}

/** Whose requests are counted together: a key's, a session's, or an address's. Secrets only as a hash. */
export function countedTogether(request: FastifyRequest): string {
  const credential = apiKeyOf(headersOf(request)) ?? request.headers.cookie;
  return credential === undefined
    ? `address:${request.ip}`
    : `credential:${createHash('sha256').update(credential).digest('base64url')}`;
}
