import { hashPassword } from 'better-auth/crypto';
import { sql } from 'drizzle-orm';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#db/transaction.ts';
import { audit } from '#organizations/audit.ts';
import type { Auth, IdentityDatabase } from '#organizations/auth.ts';
import { accounts, members, organizations, users } from '#organizations/identity-tables.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';

export interface FirstRun {
  name: string;
  email: string;
  password: string;
  organizationName: string;
  /** ISO 4217, in capitals. */
  currency: string;
  /** IANA name. */
  timezone: string;
}

/** Held by the transaction of a first run: advisory lock of the database. */
export const firstRunLock = 7_205_759_404;

/** Whether nobody has an account yet. */
export async function needsFirstRun(db: IdentityDatabase): Promise<boolean> {
  const [anybody] = await db.select({ id: users.id }).from(users).limit(1);
  return anybody === undefined;
}

/**
 * Makes the first user, its organization with it as the owner, the organization's settings and its default location.
 * All of it or nothing; of two first runs at once one wins. Throws 'conflict' when there is a user already.
 */
export async function makeOwner(
  hub: { db: Database; clock: Clock },
  auth: Auth,
  input: FirstRun,
): Promise<{ userId: string; organizationId: string }> {
  const now = hub.clock.now();
  const password = await hashPassword(input.password);
  const userId = newId();
  const organizationId = newId();
  const email = input.email.trim().toLowerCase();
  await auth.db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${firstRunLock})`);
    if (!(await needsFirstRun(tx as unknown as IdentityDatabase))) {
      throw new AppError('conflict', 'This StoreSync is set up already. Sign in, or ask an owner or admin for an invitation.');
    }
    const times = { createdAt: now, updatedAt: now };
    await tx.insert(users).values({ id: userId, name: input.name, email, emailVerified: false, ...times });
    await tx.insert(accounts).values({ id: newId(), accountId: userId, providerId: 'credential', userId, password, ...times });
    await tx.insert(organizations).values({
      id: organizationId,
      name: input.organizationName,
      slug: slugOf(input.organizationName, organizationId),
      ...times,
    });
    await tx.insert(members).values({ id: newId(), organizationId, userId, role: 'owner', createdAt: now });
    // Last, and on its own connection: should this one commit and ours fail, what is left belongs to an id that nobody has.
    await furnishOrganization(hub.db, { organizationId, userId, currency: input.currency, timezone: input.timezone }, now);
  });
  return { userId, organizationId };
}

/** What every organization has from its first moment: settings and one location that counts. */
async function furnishOrganization(
  db: Database,
  input: { organizationId: string; userId: string; currency: string; timezone: string },
  now: Date,
): Promise<void> {
  const { organizationId, currency, timezone } = input;
  await db.inOrganization(organizationId, async (tx) => {
    await tx.insert(organizationSettings).values({ organizationId, currency, timezone, createdAt: now, updatedAt: now });
    // In SQL, because the inventory's tables stand above this folder.
    await tx.execute(sql`
      insert into inventory_locations (organization_id, id, name, is_default, created_at)
      values (${organizationId}, ${newId()}, 'Main location', true, ${now})`);
    const owner = { organizationId, userId: input.userId, kind: 'user', role: 'owner' } as const;
    await audit(tx, owner, 'organization.created', 'organization', organizationId, { currency, timezone }, now);
  });
}

/** A readable part and a unique one: "blue-shirts-9f2c41". */
function slugOf(name: string, organizationId: string): string {
  const readable = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${readable === '' ? 'organization' : readable}-${organizationId.slice(-6)}`;
}
