/** API keys belong to an organization. Only a person makes or revokes one: a key cannot make keys. */
import { and, desc, eq } from 'drizzle-orm';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { isUuid } from '#base/ids.ts';
import type { Database } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Auth } from '#organizations/auth.ts';
import { scopeOf } from '#organizations/authenticate.ts';
import { apiKeys } from '#organizations/identity-tables.ts';
import type { KeyScope } from '#organizations/roles.ts';

export interface ApiKeyRow {
  id: string;
  name: string;
  /** The first characters. */
  start: string;
  scope: KeyScope;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  createdAt: Date;
}

/** The organization's keys, newest first; never the secret. */
export async function listApiKeys(auth: Auth, organizationId: string): Promise<ApiKeyRow[]> {
  const rows = await auth.db
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.referenceId, organizationId))
    .orderBy(desc(apiKeys.createdAt))
    .limit(500);
  return rows.map((row) => ({
    id: row.id,
    name: row.name ?? '',
    start: row.start ?? '',
    scope: scopeOf(permissionsOf(row.permissions)),
    lastUsedAt: row.lastRequest,
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
  }));
}

/** A new key. `secret` is shown this once and kept nowhere. */
export async function createApiKey(
  hub: { db: Database; clock: Clock },
  auth: Auth,
  actor: Actor,
  input: { name: string; scope: KeyScope; expiresInDays: number | null },
): Promise<ApiKeyRow & { secret: string }> {
  const userId = personOf(actor);
  const made = await auth.better.api.createApiKey({
    body: {
      name: input.name,
      organizationId: actor.organizationId,
      userId,
      expiresIn: input.expiresInDays === null ? null : input.expiresInDays * 86_400,
      permissions: { storesync: grantsOf[input.scope] },
      metadata: { createdBy: userId },
    },
  });
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, (tx) =>
    audit(tx, actor, 'api_key.created', 'api_key', made.id, { name: input.name, scope: input.scope }, now),
  );
  return {
    id: made.id,
    name: input.name,
    start: made.start ?? '',
    scope: input.scope,
    lastUsedAt: null,
    expiresAt: made.expiresAt,
    createdAt: made.createdAt,
    secret: made.key,
  };
}

/** Ends a key at once. Throws 'not_found' when this organization has no such key. */
export async function revokeApiKey(hub: { db: Database; clock: Clock }, auth: Auth, actor: Actor, id: string): Promise<void> {
  personOf(actor);
  const removed = isUuid(id)
    ? await auth.db
        .delete(apiKeys)
        .where(and(eq(apiKeys.id, id), eq(apiKeys.referenceId, actor.organizationId)))
        .returning({ name: apiKeys.name })
    : [];
  const [key] = removed;
  if (key === undefined) throw new AppError('not_found', 'There is no such API key. It may have been revoked already.');
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, (tx) =>
    audit(tx, actor, 'api_key.revoked', 'api_key', id, { name: key.name }, now),
  );
}

const grantsOf: Readonly<Record<KeyScope, string[]>> = {
  read: ['read'],
  write: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
};

function personOf(actor: Actor): string {
  if (actor.kind !== 'user' || actor.userId === null) {
    throw new AppError('forbidden', 'API keys are made and revoked by a person. Sign in and open Settings.');
  }
  return actor.userId;
}

function permissionsOf(stored: string | null): { [resource: string]: string[] } | null {
  return stored === null ? null : (JSON.parse(stored) as { [resource: string]: string[] });
}
