/**
 * What belongs to one organization beside its identity (which better-auth keeps, see identity-tables.ts): the business's
 * own settings, the audit trail, and the answers kept for repeated writes.
 */
import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, moment, organizationId, tenantPolicy, updatedAt } from '#db/columns.ts';
import type { Origins, RuleName } from '#organizations/origin.ts';

export const organizationSettings = pgTable(
  'organization_settings',
  {
    organizationId: organizationId(),
    currency: text('currency').notNull(),
    timezone: text('timezone').notNull(),
    /** The store whose price and count are adopted; null: StoreSync owns them. */
    sourceStoreId: uuid('source_store_id'),
    settings: jsonb('settings').$type<Record<string, unknown>>().notNull().default({}),
    /** Since when its rules are what they are. */
    rulesSet: jsonb('rules_set').$type<Origins<RuleName>>(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [primaryKey({ columns: [t.organizationId] }), tenantPolicy(), check('currency_code', sql`${t.currency} ~ '^[A-Z]{3}$'`)],
);

/** Append-only. Names people by id only. Partitioned by month in the migrations. */
export const auditLog = pgTable(
  'audit_log',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    actorId: text('actor_id'),
    actorKind: text('actor_kind').$type<'user' | 'api_key' | 'system'>().notNull(),
    action: text('action').notNull(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: text('subject_id'),
    details: jsonb('details').$type<Record<string, unknown>>().notNull().default({}),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id, t.createdAt] }),
    index('audit_log_recent').on(t.organizationId, t.createdAt),
    tenantPolicy(),
  ],
);

/** The first answer to a write that carried an Idempotency-Key, kept a day. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    organizationId: organizationId(),
    key: text('key').notNull(),
    fingerprint: text('fingerprint').notNull(),
    /** Null while the first request is still running. */
    status: integer('status'),
    body: jsonb('body').$type<unknown>(),
    createdAt: createdAt(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.key] }), tenantPolicy()],
);
