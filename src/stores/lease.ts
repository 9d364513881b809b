/**
 * One worker works on a store at a time. A lease has a holder, an expiry by the database's clock, and a fencing number
 * that grows with every taking: whoever writes what a platform answered names the number it worked under, and a number
 * that is no longer the newest changes nothing.
 */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Database, Transaction } from '#db/transaction.ts';

export interface Lease {
  organizationId: string;
  storeId: string;
  holder: string;
  fence: number;
}

export const leaseSeconds = 10;

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Takes the store when it is free or its holder's time has passed; null when another holds it. It counts from the commit on. */
export async function takeLease(tx: Transaction, storeId: string): Promise<Lease | null> {
  const { organizationId } = tx;
  const holder = newId();
  const taken = await tx.execute<{ fence: number }>(sql`
    insert into store_leases as held (organization_id, store_id, holder, fence, expires_at)
    values (${organizationId}, ${storeId}, ${holder}, 1, clock_timestamp() + make_interval(secs => ${leaseSeconds}))
    on conflict (organization_id, store_id) do update
      set holder = excluded.holder, fence = held.fence + 1, expires_at = excluded.expires_at
      where held.holder is null or held.expires_at <= clock_timestamp()
    returning fence`);
  const [row] = taken.rows;
  return row === undefined ? null : { organizationId, storeId, holder, fence: row.fence };
}

/** Throws LeaseLost when another has taken it. */
export async function renewLease(db: Database, lease: Lease): Promise<void> {
  const renewed = await db.inOrganization(lease.organizationId, (tx) =>
    tx.execute(sql`update store_leases set expires_at = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      where organization_id = ${lease.organizationId} and store_id = ${lease.storeId} and holder = ${lease.holder} and fence = ${lease.fence}`),
  );
  if (renewed.rowCount === 0) throw new LeaseLost(`lease ${lease.fence} of store ${lease.storeId}`);
}

/** Nothing happens when another has it by now. */
export async function releaseLease(tx: Transaction, lease: Lease): Promise<void> {
  await tx.execute(sql`update store_leases set holder = null, expires_at = clock_timestamp()
    where organization_id = ${lease.organizationId} and store_id = ${lease.storeId} and holder = ${lease.holder} and fence = ${lease.fence}`);
}

/** First statement of every transaction that writes under a lease: keeps it from being taken until the commit. */
export async function holdFence(tx: Transaction, lease: Lease): Promise<void> {
  const held = await tx.execute(
    sql`select 1 from store_leases
    where organization_id = ${lease.organizationId} and store_id = ${lease.storeId} and fence = ${lease.fence} and holder = ${lease.holder}
    for share`,
    'kept',
  );
  if (held.rowCount === 0) throw new LeaseLost(`lease ${lease.fence} of store ${lease.storeId}`);
}
