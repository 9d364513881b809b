/**
 * Housekeeping, hourly, by whichever worker comes first: partitions ahead of time, and what has outlived its retention,
 * in bounded batches. Webhook events stay 30 days, and so do imports that wait, and what undoing needs; decided bulk changes
 * and ended jobs 90, as do sync logs, and these then until their month is that old as a whole.
 */
import { type SQL, sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';
import { undoableSeconds } from '#sync/change-sets.ts';
import { expireHeldImports } from '#sync/held-imports.ts';

const everyMs = 3_600_000;
const maintenanceLock = 7_205_759_405;
const monthsAhead = 12;
const batchAtMost = 5000;
/** A million rows of each kind in an hour: more than come in. */
const roundsAtMost = 200;
const daySeconds = 86_400;
/** Bulk changes, long after they can be undone, from their decision on (what waits has none); jobs, as long as their lines. */
const endedDays = 90;

/** Returns the function that ends it. The first run begins at once. */
export function startMaintenance(hub: Hub): () => void {
  const run = () => {
    maintain(hub).catch((error: unknown) =>
      hub.log.warn({ err: messageOf(error) }, 'housekeeping failed; it is tried again in an hour'),
    );
  };
  const timer = setInterval(run, everyMs);
  run();
  return () => clearInterval(timer);
}

/** One round. Does nothing when another process is at it. */
export async function maintain(hub: Hub): Promise<{ purged: number; droppedLogs: number }> {
  const organizations = await hub.db.withoutOrganization(async (tx) => {
    const locked = await tx.execute<{ mine: boolean }>(sql`select pg_try_advisory_xact_lock(${maintenanceLock}) as mine`);
    if (locked.rows[0]?.mine !== true) return [];
    await tx.execute(sql`select make_partitions(${monthsAhead})`);
    const found = await tx.execute<{ id: string }>(
      sql`select organization_id as id from store_directory union select every_organization()`,
    );
    return found.rows.map((row) => row.id);
  });
  let purged = 0;
  for (const organizationId of organizations) purged += await purge(hub, organizationId);
  // Last, for it may fail: it waits for nobody who is reading them.
  const dropped = await hub.db.withoutOrganization((tx) =>
    tx.execute<{ months: number }>(sql`select drop_old_sync_logs() as months`),
  );
  return { purged, droppedLogs: dropped.rows[0]?.months ?? 0 };
}

/** Each batch in a transaction of its own; what is left after so many waits for the next round. */
async function purge(hub: Hub, organizationId: string): Promise<number> {
  const now = hub.clock.now();
  let count = await hub.db.inOrganization(organizationId, (tx) => expireHeldImports(tx, now));
  for (const outlived of outlivedBatches) {
    for (let round = 0; round < roundsAtMost; round++) {
      const { rowCount } = await hub.db.inOrganization(organizationId, (tx) => tx.execute(outlived(tx, now)));
      count += rowCount ?? 0;
      if ((rowCount ?? 0) < batchAtMost) break;
    }
  }
  return count;
}

const daysAgo = (now: Date, days: number): Date => secondsAfter(now, -days * daySeconds);

/** A batch of what has outlived its retention, of each kind. */
const outlivedBatches: readonly ((tx: Transaction, now: Date) => SQL)[] = [
  ({ organizationId }, now) => sql`delete from webhook_events where organization_id = ${organizationId} and id in (
    select id from webhook_events where organization_id = ${organizationId} and created_at < ${daysAgo(now, 30)} limit ${batchAtMost})`,
  (
    { organizationId },
    now,
  ) => sql`delete from change_set_items where (organization_id, change_set_id, subject_kind, subject_id) in (
    select k.organization_id, k.change_set_id, k.subject_kind, k.subject_id from change_set_items k
    join change_sets c on c.organization_id = k.organization_id and c.id = k.change_set_id
    where k.organization_id = ${organizationId} and c.decided_at < ${secondsAfter(now, -undoableSeconds)} limit ${batchAtMost})`,
  // Those of which nothing is left but themselves, so that their things do not go all at once.
  ({ organizationId }, now) => sql`delete from change_sets where organization_id = ${organizationId} and id in (
    select c.id from change_sets c where c.organization_id = ${organizationId} and c.decided_at < ${daysAgo(now, endedDays)}
      and not exists (select from change_set_items k where k.organization_id = c.organization_id and k.change_set_id = c.id) limit ${batchAtMost})`,
  ({ organizationId }, now) => sql`delete from sync_jobs where organization_id = ${organizationId} and id in (
    select id from sync_jobs where organization_id = ${organizationId} and created_at < ${daysAgo(now, endedDays)} and completed_at is not null
    order by created_at limit ${batchAtMost})`,
  ({ organizationId }, now) => sql`delete from idempotency_keys where organization_id = ${organizationId} and key in (
    select key from idempotency_keys where organization_id = ${organizationId} and expires_at < ${now} limit ${batchAtMost})`,
  ({ organizationId }, now) => sql`delete from oauth_states where organization_id = ${organizationId} and expires_at < ${now}`,
];
