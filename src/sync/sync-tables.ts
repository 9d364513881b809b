import { sql } from 'drizzle-orm';
import { foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytes, createdAt, moment, organizationId, tenantPolicy } from '#db/columns.ts';

/** One visible run of background work. */
export const syncJobs = pgTable(
  'sync_jobs',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    storeId: uuid('store_id'),
    jobType: text('job_type').$type<'pull' | 'push' | 'reconcile' | 'import' | 'export' | 'link' | 'recompute'>().notNull(),
    status: text('status').$type<'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'held'>().notNull(),
    /** What started it: webhook, schedule, person, api, link, approval. */
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

/** A bulk change: one that the brake stopped waits, and does not touch desired until approved; one that was applied can be undone once. */
export const changeSets = pgTable(
  'change_sets',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    storeId: uuid('store_id'),
    cause: text('cause').notNull(),
    status: text('status').$type<'pending' | 'approved' | 'discarded' | 'superseded' | 'expired' | 'applied'>().notNull(),
    summary: jsonb('summary').$type<Record<string, unknown>>().notNull(),
    change: jsonb('change').$type<Record<string, unknown>>().notNull(),
    /** What it was before, of a change that was applied and can be undone; single things stand in change_set_items. */
    before: jsonb('before').$type<Record<string, unknown>>(),
    undoneBy: text('undone_by'),
    undoneAt: moment('undone_at'),
    createdBy: text('created_by'),
    decidedBy: text('decided_by'),
    decidedAt: moment('decided_at'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    index('change_sets_pending').on(t.organizationId, t.status, t.createdAt),
    index('change_sets_undoable').on(t.organizationId, t.decidedAt).where(sql`before is not null`),
    tenantPolicy(),
  ],
);

/** One thing that a bulk change has changed: what it was, and what it became. */
export const changeSetItems = pgTable(
  'change_set_items',
  {
    organizationId: organizationId(),
    changeSetId: uuid('change_set_id').notNull(),
    subjectKind: text('subject_kind').$type<'product' | 'variant' | 'stock' | 'listing'>().notNull(),
    subjectId: uuid('subject_id').notNull(),
    before: jsonb('before').$type<Record<string, unknown>>().notNull(),
    after: jsonb('after').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.changeSetId, t.subjectKind, t.subjectId] }),
    foreignKey({
      columns: [t.organizationId, t.changeSetId],
      foreignColumns: [changeSets.organizationId, changeSets.id],
    }).onDelete('cascade'),
    tenantPolicy(),
  ],
);

/** The file of an import that waits, in pieces. They go as soon as it waits no longer. */
export const changeSetFiles = pgTable(
  'change_set_files',
  {
    organizationId: organizationId(),
    changeSetId: uuid('change_set_id').notNull(),
    part: integer('part').notNull(),
    content: bytes('content').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.changeSetId, t.part] }),
    foreignKey({
      columns: [t.organizationId, t.changeSetId],
      foreignColumns: [changeSets.organizationId, changeSets.id],
    }).onDelete('cascade'),
    tenantPolicy(),
  ],
);
