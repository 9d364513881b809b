import { sql } from 'drizzle-orm';
import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, moment, organizationId, tenantPolicy } from '#db/columns.ts';
import { stores } from '#stores/stores-tables.ts';

/** Where a platform calls us, as registered there. Compared daily and repaired. */
export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    storeId: uuid('store_id').notNull(),
    platformWebhookId: text('platform_webhook_id').notNull(),
    topic: text('topic').notNull(),
    url: text('url').notNull(),
    isActive: boolean('is_active').notNull().default(true),
    checkedAt: moment('checked_at').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('webhook_endpoints_topic').on(t.organizationId, t.storeId, t.topic),
    foreignKey({ columns: [t.organizationId, t.storeId], foreignColumns: [stores.organizationId, stores.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);

/** What a platform said, stored before it is answered. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    storeId: uuid('store_id').notNull(),
    topic: text('topic').notNull(),
    /** The platform's own id of the delivery, same on retries; null where it gives none: then every delivery is stored. */
    deliveryId: text('delivery_id'),
    /** As it came; a compact JWE where it tells of a customer (I10). */
    payload: text('payload').notNull(),
    sealed: boolean('sealed').notNull().default(false),
    hints: jsonb('hints').$type<unknown[]>().notNull(),
    occurredAt: moment('occurred_at'),
    processedAt: moment('processed_at'),
    errorMessage: text('error_message'),
    retryCount: integer('retry_count').notNull().default(0),
    duplicates: integer('duplicates').notNull().default(0),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('webhook_events_delivery').on(t.organizationId, t.storeId, t.deliveryId),
    index('webhook_events_waiting').on(t.organizationId, t.storeId, t.createdAt).where(sql`processed_at is null`),
    index('webhook_events_recent').on(t.organizationId, t.createdAt),
    foreignKey({ columns: [t.organizationId, t.storeId], foreignColumns: [stores.organizationId, stores.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);
