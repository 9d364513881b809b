import { and, desc, eq, getTableColumns, isNotNull, isNull, sql } from 'drizzle-orm';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Sealer } from '#stores/sealing.ts';
import { webhookEndpoints, webhookEvents } from '#webhooks/webhooks-tables.ts';

type EventRow = typeof webhookEvents.$inferSelect;
export type WebhookEventSummary = Omit<EventRow, 'payload' | 'hints'>;

export interface WebhookEventFilter {
  storeId?: string | undefined;
  topic?: string | undefined;
  processed?: boolean | undefined;
}

const { payload: _payload, hints: _hints, ...withoutPayload } = getTableColumns(webhookEvents);

/** A page of what platforms said, newest first, without the payloads. */
export async function listWebhookEvents(
  tx: Transaction,
  filter: WebhookEventFilter,
  page: PageRequest,
): Promise<Page<WebhookEventSummary>> {
  const after = page.after;
  const rows = await tx
    .select(withoutPayload)
    .from(webhookEvents)
    .where(
      and(
        eq(webhookEvents.organizationId, tx.organizationId),
        filter.storeId === undefined ? undefined : eq(webhookEvents.storeId, filter.storeId),
        filter.topic === undefined ? undefined : eq(webhookEvents.topic, filter.topic),
        filter.processed === undefined
          ? undefined
          : filter.processed
            ? isNotNull(webhookEvents.processedAt)
            : isNull(webhookEvents.processedAt),
        after === null
          ? undefined
          : sql`(${webhookEvents.createdAt}, ${webhookEvents.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`,
      ),
    )
    .orderBy(desc(webhookEvents.createdAt), desc(webhookEvents.id))
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => row,
  );
}

/** One event with its payload opened, or null. Throws 'needs_reconnect' when the key that sealed it is lost. */
export async function readWebhookEvent(sealer: Sealer, tx: Transaction, eventId: string): Promise<EventRow | null> {
  const [row] = await tx
    .select()
    .from(webhookEvents)
    .where(and(eq(webhookEvents.organizationId, tx.organizationId), eq(webhookEvents.id, eventId)));
  if (row === undefined) return null;
  return row.sealed ? { ...row, payload: String(await sealer.open(row.id, row.payload)) } : row;
}

/** Stores that have a live registration at their platform. */
export async function storesWithEndpoints(tx: Transaction): Promise<Set<string>> {
  const rows = await tx
    .selectDistinct({ storeId: webhookEndpoints.storeId })
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.organizationId, tx.organizationId), eq(webhookEndpoints.isActive, true)));
  return new Set(rows.map(({ storeId }) => storeId));
}
