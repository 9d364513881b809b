import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';

/** One line of the activity stream. `event` is a code of messages; `message` is its English sentence. */
export interface SyncLogLine {
  jobId: string | null;
  storeId: string | null;
  listingId: string | null;
  level: 'info' | 'warning' | 'error';
  event: string;
  message: string;
  details?: Record<string, unknown>;
}

export async function writeSyncLogs(tx: Transaction, lines: readonly SyncLogLine[], now: Date): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map((line) => ({
    id: newId(),
    sync_job_id: line.jobId,
    store_id: line.storeId,
    listing_id: line.listingId,
    level: line.level,
    event: line.event,
    message: line.message,
    details: line.details ?? null,
  }));
  await tx.execute(sql`
    insert into sync_logs (organization_id, id, sync_job_id, store_id, listing_id, level, event, message, details, created_at)
    select ${tx.organizationId}::uuid, x.id, x.sync_job_id, x.store_id, x.listing_id, x.level, x.event, x.message, x.details, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, sync_job_id uuid, store_id uuid, listing_id uuid, level text, event text, message text, details jsonb)`);
}
