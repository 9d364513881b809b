import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';

export interface FirstSteps {
  storeConnected: boolean;
  linkConfirmed: boolean;
  priceChanged: boolean;
}

/**
 * How far the first ten minutes have come. The goods of the first store are taken over with their links, which nobody has
 * to confirm: they do not count as one.
 */
export async function readFirstSteps(tx: Transaction): Promise<FirstSteps> {
  const { rows } = await tx.execute<{ connected: boolean; confirmed: boolean; changed: boolean }>(sql`
    select exists (select from stores where organization_id = ${tx.organizationId} and status <> 'disconnected') as connected,
      exists (select from listings where organization_id = ${tx.organizationId} and status = 'linked' and linked_by <> 'origin') as confirmed,
      exists (select from audit_log where organization_id = ${tx.organizationId} and action = 'variant.changed' and details ? 'price') as changed`);
  const [row] = rows;
  return {
    storeConnected: row?.connected ?? false,
    linkConfirmed: row?.confirmed ?? false,
    priceChanged: row?.changed ?? false,
  };
}
