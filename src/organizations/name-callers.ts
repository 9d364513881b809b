import { and, eq, inArray } from 'drizzle-orm';
import { isUuid } from '#base/ids.ts';
import type { Auth } from '#organizations/auth.ts';
import { apiKeys, users } from '#organizations/identity-tables.ts';

/** Names of people and of the organization's keys by id, for who did what. Those that are gone have none. */
export async function nameCallers(auth: Auth, organizationId: string, ids: readonly string[]): Promise<Map<string, string>> {
  const known = [...new Set(ids)].filter(isUuid);
  if (known.length === 0) return new Map();
  const people = await auth.db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, known));
  const keys = await auth.db
    .select({ id: apiKeys.id, name: apiKeys.name })
    .from(apiKeys)
    .where(and(eq(apiKeys.referenceId, organizationId), inArray(apiKeys.id, known)));
  return new Map([
    ...people.map(({ id, name }) => [id, name] as const),
    ...keys.map(({ id, name }) => [id, name === null || name === '' ? 'API key' : `API key ${name}`] as const),
  ]);
}
