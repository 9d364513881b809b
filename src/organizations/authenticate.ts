/** Who makes a request: the bearer of an API key, or of a session's cookie. */
import { and, asc, eq, sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Auth } from '#organizations/auth.ts';
import { members, organizations } from '#organizations/identity-tables.ts';
import { isRole, type KeyScope, keyScopes } from '#organizations/roles.ts';

export interface Caller {
  actor: Actor;
  /** Cookies are sent by a browser on any page's behalf; a key is not. */
  via: 'session' | 'api_key';
  /** Null for an API key. */
  user: { id: string; name: string; email: string } | null;
}

/** The key of `Authorization: Bearer …` or `x-api-key`, if the request carries one. */
export function apiKeyOf(headers: Headers): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer ?? headers.get('x-api-key');
}

/**
 * The caller, or null when nothing was presented or the session is over. A role is read anew each time, so that a change
 * counts from the next request on. Throws 'unauthenticated' for a key that does not work, 'rate_limited' for one that is
 * used too often, 'forbidden' for a person without any organization.
 */
export async function authenticate(auth: Auth, headers: Headers): Promise<Caller | null> {
  const key = apiKeyOf(headers);
  return key === null ? await bySession(auth, headers) : await byKey(auth, key);
}

async function bySession(auth: Auth, headers: Headers): Promise<Caller | null> {
  if (!headers.has('cookie')) return null;
  const found = await auth.better.api.getSession({ headers });
  if (found === null) return null;
  const { user, session } = found;
  // The organization that was chosen comes first; one that the person has left is not found, and the oldest other counts.
  const [membership] = await auth.db
    .select({ organizationId: members.organizationId, role: members.role })
    .from(members)
    .where(eq(members.userId, user.id))
    .orderBy(
      sql`${members.organizationId} is distinct from ${session.activeOrganizationId ?? null}`,
      asc(members.createdAt),
      asc(members.id),
    )
    .limit(1);
  if (membership === undefined) {
    throw new AppError('forbidden', 'You do not belong to an organization any more. Ask an owner or admin for an invitation.');
  }
  if (!isRole(membership.role))
    throw new AppError('forbidden', 'Your role in this organization is unknown. Ask an owner to set it again.');
  return {
    actor: { organizationId: membership.organizationId, userId: user.id, kind: 'user', role: membership.role },
    via: 'session',
    user: { id: user.id, name: user.name, email: user.email },
  };
}

async function byKey(auth: Auth, key: string): Promise<Caller> {
  const { valid, key: found, error } = await auth.better.api.verifyApiKey({ body: { key } });
  if (!valid || found === null) {
    if (error?.code === 'RATE_LIMITED')
      throw new AppError('rate_limited', 'This API key is used too often. Wait a minute and try again.');
    throw new AppError('unauthenticated', 'This API key is unknown, revoked or expired. Make a new one under Settings.');
  }
  return {
    actor: { organizationId: found.referenceId, userId: found.id, kind: 'api_key', role: keyScopes[scopeOf(found.permissions)] },
    via: 'api_key',
    user: null,
  };
}

/** The widest scope that a key was given; one without any may read. */
export function scopeOf(permissions: { [resource: string]: string[] } | null | undefined): KeyScope {
  const granted = permissions?.storesync ?? [];
  if (granted.includes('admin')) return 'admin';
  return granted.includes('write') ? 'write' : 'read';
}

export interface MembershipRow {
  id: string;
  name: string;
  slug: string;
  role: string;
}

/** Every organization that a person belongs to, by name. */
export async function listMemberships(auth: Auth, userId: string): Promise<MembershipRow[]> {
  return await auth.db
    .select({ id: organizations.id, name: organizations.name, slug: organizations.slug, role: members.role })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(and(eq(members.userId, userId)))
    .orderBy(asc(organizations.name), asc(organizations.id));
}

/** The name and slug of an organization. */
export async function readOrganization(
  auth: Auth,
  organizationId: string,
): Promise<{ id: string; name: string; slug: string } | null> {
  const [found] = await auth.db
    .select({ id: organizations.id, name: organizations.name, slug: organizations.slug })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  return found ?? null;
}
