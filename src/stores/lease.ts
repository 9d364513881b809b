/**
 * One worker works on a store at a time. A lease has a holder, an expiry by the database's clock, and a fencing number
 * that grows with every taking: whoever writes what a platform answered names the number it worked under, and a number
 * that is no longer the newest changes nothing.
 */
import { sql } from 'drizzle-orm';
import { type Clock, secondsAfter } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Database, Transaction } from '#db/transaction.ts';

export interface Lease {
  organizationId: string;
  storeId: string;
  holder: string;
  fence: number;
}

export const leaseSeconds = 10;
/** It is renewed when this part of it has passed, and is surely held while twice as much has not. */
export const renewAfterShare = 1 / 3;
const freshShare = 2 * renewAfterShare;

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

/** A lease as its holder knows it. */
export interface HeldLease extends Lease {
  /** Throws LeaseLost when another has taken it. */
  renew(): Promise<void>;
  /**
   * The same, if the last answer is no longer fresh: renewals are on time but for a process that stood still, and then the
   * first thing it does must not be a call that it was about to make when the store was still its own.
   */
  confirm(): Promise<void>;
}

/** `askedAt`: when it was asked for, which is before it was given. */
export function heldLease(db: Database, clock: Clock, lease: Lease, askedAt: Date): HeldLease {
  let knownAt = askedAt;
  let renewing: Promise<void> | null = null;
  const renew = async (): Promise<void> => {
    const now = clock.now();
    await renewLease(db, lease);
    knownAt = now;
  };
  return {
    ...lease,
    renew,
    async confirm() {
      if (clock.now() <= secondsAfter(knownAt, leaseSeconds * freshShare)) return;
      renewing ??= renew().finally(() => {
        renewing = null;
      });
      await renewing;
    },
  };
}

/** Nothing happens when another has it by now. */
export async function releaseLease(tx: Transaction, lease: Lease): Promise<void> {
  await tx.execute(sql`update store_leases set holder = null, expires_at = clock_timestamp()
    where organization_id = ${lease.organizationId} and store_id = ${lease.storeId} and holder = ${lease.holder} and fence = ${lease.fence}`);
}

/**
 * First statement of every transaction that writes under a lease: keeps it from being taken until the commit. It is renewed
 * meanwhile: a change of what is no part of a key waits for no lock on the key, and the fence alone is a part of one.
 */
export async function holdFence(tx: Transaction, lease: Lease): Promise<void> {
  const held = await tx.execute(
    sql`select 1 from store_leases
    where organization_id = ${lease.organizationId} and store_id = ${lease.storeId} and fence = ${lease.fence} and holder = ${lease.holder}
    for key share`,
    'kept',
  );
  if (held.rowCount === 0) throw new LeaseLost(`lease ${lease.fence} of store ${lease.storeId}`);
}
