import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, moment, organizationId, tenantPolicy } from '#db/columns.ts';

/** One visible run of background work. */
export const syncJobs = pgTable(
  'sync_jobs',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    storeId: uuid('store_id'),
    jobType: text('job_type').$type<'pull' | 'push' | 'reconcile' | 'import' | 'export' | 'link' | 'recompute'>().notNull(),
    status: text('status').$type<'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'>().notNull(),
    /** What started it: webhook, schedule, person, api, link. */
    cause: text('cause').notNull(),
    itemsTotal: integer('items_total').notNull().default(0),
    itemsProcessed: integer('items_processed').notNull().default(0),
    itemsFailed: integer('items_failed').notNull().default(0),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    retryCount: integer('retry_count').notNull().default(0),
    cancelRequestedAt: moment('cancel_requested_at'),
    metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull().default({}),
    startedBy: text('started_by'),
    startedAt: moment('started_at'),
    completedAt: moment('completed_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    index('sync_jobs_recent').on(t.organizationId, t.createdAt),
    index('sync_jobs_store').on(t.organizationId, t.storeId, t.createdAt),
    index('sync_jobs_open').on(t.organizationId, t.storeId).where(sql`status in ('queued','running')`),
    tenantPolicy(),
  ],
);

/** Lines of the activity stream. Append-only, partitioned by month in the migrations. */
export const syncLogs = pgTable(
  'sync_logs',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    syncJobId: uuid('sync_job_id'),
    storeId: uuid('store_id'),
    listingId: uuid('listing_id'),
    level: text('level').$type<'info' | 'warning' | 'error'>().notNull(),
    /** A code of messages with its parameters in `details.parameters`. */
    event: text('event').notNull(),
    message: text('message').notNull(),
    details: jsonb('details').$type<Record<string, unknown>>(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id, t.createdAt] }),
    index('sync_logs_recent').on(t.organizationId, t.createdAt),
    index('sync_logs_job').on(t.organizationId, t.syncJobId, t.createdAt),
    index('sync_logs_listing').on(t.organizationId, t.listingId, t.createdAt),
    tenantPolicy(),
  ],
);

/** A bulk change that the brake stopped: does not touch desired until approved. */
export const changeSets = pgTable(
  'change_sets',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    storeId: uuid('store_id'),
    cause: text('cause').notNull(),
    status: text('status').$type<'pending' | 'approved' | 'discarded' | 'superseded'>().notNull(),
    summary: jsonb('summary').$type<Record<string, unknown>>().notNull(),
    change: jsonb('change').$type<Record<string, unknown>>().notNull(),
    createdBy: text('created_by'),
    decidedBy: text('decided_by'),
    decidedAt: moment('decided_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    index('change_sets_pending').on(t.organizationId, t.status, t.createdAt),
    tenantPolicy(),
  ],
);
