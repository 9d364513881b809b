import { eq } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';

/** Currency, time zone and source store of the organization of this transaction. */
export async function readOrganizationSettings(
  tx: Transaction,
): Promise<{ currency: string; timezone: string; sourceStoreId: string | null }> {
  const [found] = await tx
    .select({
      currency: organizationSettings.currency,
      timezone: organizationSettings.timezone,
      sourceStoreId: organizationSettings.sourceStoreId,
    })
    .from(organizationSettings)
    .where(eq(organizationSettings.organizationId, tx.organizationId));
  if (found === undefined) throw new AppError('not_found', 'This organization has no settings yet.');
  return found;
}
