/** When a store is due again: the earliest moment at which something is due by itself. */
import { sql } from 'drizzle-orm';
import { earliestOf, secondsAfter } from '#base/clock.ts';
import type { Transaction } from '#db/transaction.ts';
import { isUnpaid } from '#orders/expire-reservations.ts';
import type { Hub } from '#stores/hub.ts';
import { type Lease, releaseLease } from '#stores/lease.ts';
import { connectorOf } from '#stores/session.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { hintWaits } from '#sync/process-hints.ts';
import { shipmentWaits } from '#sync/push-shipments.ts';
import { isOpenPull } from '#sync/sync-jobs.ts';
import { isLockHold } from '#sync/tend-locks.ts';
import { olderRules } from '#sync/what-is-due.ts';

/** What is overdue at the end of a turn could not be read; it is tried again after this. */
const unpaidAgainSeconds = 300;

/**
 * Ends the turn: notes when the store is due again, not before `notBefore`, gives the lease back, and returns the moment.
 * Whoever makes work makes the store due in the same transaction, which either has ended before this lock, and is seen, or
 * waits for it, and is not overwritten.
 */
export async function endTurn(hub: Hub, lease: Lease, notBefore: Date | null): Promise<Date> {
  return await hub.db.inOrganization(lease.organizationId, async (tx) => {
    const row = sql`organization_id = ${lease.organizationId} and store_id = ${lease.storeId}`;
    // The lease before the directory, as whoever works under it locks them.
    await releaseLease(tx, lease);
    await tx.execute(sql`select pg_advisory_xact_lock(due_lock(${lease.storeId}))`);
    const dueAt = notBefore ?? (await nextDue(hub, tx, lease.storeId));
    await tx.execute(sql`update store_directory set next_run_at = ${dueAt} where ${row}`);
    return dueAt;
  });
}

interface Moments extends Record<string, unknown> {
  platform: string;
  status: string;
  settings: StoreSettings;
  blocked_until: Date | null;
  last_pulled_at: Date | null;
  orders_read_at: Date | null;
  orders_wanted_at: Date | null;
  /** The first level, difference or hold. '-infinity' reads as a number, not a Date: due at once. */
  work_at: Date | number | null;
  waiting: boolean;
  shipments_at: Date | null;
  order_wanted_at: Date | null;
  oldest_unpaid_at: Date | null;
}

async function nextDue(hub: Hub, tx: Transaction, storeId: string): Promise<Date> {
  const now = hub.clock.now();
  const of = sql`organization_id = ${tx.organizationId} and store_id = ${storeId}`;
  const { rows } = await tx.execute<Moments>(
    sql`
    select s.platform, s.status, s.settings, s.blocked_until, s.last_pulled_at, s.orders_read_at, s.orders_wanted_at,
      (select min(at) from (
        (select attempt_after as at from listing_levels where ${of} and eligible order by attempt_after limit 1)
        union all
        (select attempt_after from listing_prices where ${of} and eligible order by attempt_after limit 1)
        union all
        (select next_change_at from listing_levels where ${of} and next_change_at is not null order by next_change_at limit 1)
        union all
        (select next_change_at from listing_prices where ${of} and next_change_at is not null order by next_change_at limit 1)
        union all
        (select min(settle_after) from drifts where ${of} and state = 'seen')
        union all
        (select min(least(until, settle_after)) from listing_holds where ${of} and reason = 'unexplained_drop')
        union all
        (select min(until) from listing_holds where ${of} and ${isLockHold})
      ) due) as work_at,
      exists (select from webhook_events where ${of} and ${hintWaits})
        or exists (select from sync_jobs where ${of} and ${isOpenPull})
        or ${olderRules(of, sql`s.rules_version`)} as waiting,
      (select min(coalesce(attempt_after, ${now}::timestamptz)) from order_shipments
        where ${of} and ${shipmentWaits}) as shipments_at,
      (select min(refresh_wanted_at) from orders where ${of} and refresh_wanted_at is not null) as order_wanted_at,
      (select min(placed_at) from orders where ${of} and ${isUnpaid}) as oldest_unpaid_at
    from stores s where s.organization_id = ${tx.organizationId} and s.id = ${storeId}`,
    'kept',
  );
  const [store] = rows;
  if (store === undefined || store.status !== 'active') return secondsAfter(now, 86_400);
  if (store.blocked_until !== null && store.blocked_until > now) return store.blocked_until;
  return firstOf(hub, store, now);
}

function firstOf(hub: Hub, store: Moments, now: Date): Date {
  const { syncIntervalSeconds, unpaidReservationHours } = store.settings;
  const pullAt = secondsAfter(store.last_pulled_at ?? now, syncIntervalSeconds);
  const { manifest, orders } = connectorOf(hub, store.platform);
  const moments = [store.orders_wanted_at];
  if (store.orders_read_at !== null) moments.push(secondsAfter(store.orders_read_at, syncIntervalSeconds));
  if (store.waiting) moments.push(now);
  else if (store.work_at !== null) moments.push(store.work_at instanceof Date ? store.work_at : now);
  if (manifest.orders !== null) {
    moments.push(store.order_wanted_at);
    if (manifest.orders.fulfils && orders?.ship !== undefined) moments.push(store.shipments_at);
    if (store.oldest_unpaid_at !== null && typeof unpaidReservationHours === 'number') {
      const expiresAt = secondsAfter(store.oldest_unpaid_at, unpaidReservationHours * 3600);
      moments.push(expiresAt <= now ? secondsAfter(now, unpaidAgainSeconds) : expiresAt);
    }
  }
  return earliestOf(pullAt, ...moments.filter((at) => at !== null));
}
