import { eq } from 'drizzle-orm';
import type { Clock } from '#base/clock.ts';
import type { Database } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Auth } from '#organizations/auth.ts';
import { organizations } from '#organizations/identity-tables.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';

export interface OrganizationPatch {
  name?: string | undefined;
  /** IANA name. */
  timezone?: string | undefined;
}

/** Changes name and time zone. The currency is that of every stored price, so it stays what it was made with. */
export async function changeOrganization(
  hub: { db: Database; clock: Clock },
  auth: Auth,
  actor: Actor,
  patch: OrganizationPatch,
): Promise<void> {
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    if (patch.timezone !== undefined) {
      await tx
        .update(organizationSettings)
        .set({ timezone: patch.timezone, updatedAt: now })
        .where(eq(organizationSettings.organizationId, tx.organizationId));
    }
    await audit(tx, actor, 'organization.changed', 'organization', actor.organizationId, { ...patch }, now);
    // The name stands among the identities, on another connection: last, so that it changes only with the rest.
    if (patch.name !== undefined) {
      await auth.db
        .update(organizations)
        .set({ name: patch.name, updatedAt: now })
        .where(eq(organizations.id, actor.organizationId));
    }
  });
}
