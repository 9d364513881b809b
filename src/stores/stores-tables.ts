import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, moment, organizationId, tenantPolicy, updatedAt } from '#db/columns.ts';
import type { Origins, RuleName } from '#organizations/origin.ts';
import type { StoredSlowness } from '#stores/slowness.ts';
import type { StoreSettings } from '#stores/stores.ts';

export const stores = pgTable(
  'stores',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    platform: text('platform').notNull(),
    name: text('name').notNull(),
    /** The account's own id on the platform. */
    platformStoreId: text('platform_store_id').notNull(),
    storeName: text('store_name'),
    domain: text('domain'),
    currency: text('currency').notNull(),
    timezone: text('timezone').notNull(),
    status: text('status').$type<'active' | 'paused' | 'needs_reconnect' | 'disconnected'>().notNull(),
    /** Why it is paused or needs a person, as a code of messages. */
    statusReason: text('status_reason'),
    isPrimary: boolean('is_primary').notNull().default(false),
    /** Compact JWE; null after disconnecting. */
    sealedCredentials: text('sealed_credentials'),
    /** Raised with every new sealing, so that a refresh under way never overwrites a newer one. */
    credentialsVersion: integer('credentials_version').notNull().default(1),
    credentialsExpireAt: moment('credentials_expire_at'),
    refreshExpiresAt: moment('refresh_expires_at'),
    scopes: text('scopes').array().notNull().default(sql`'{}'::text[]`),
    /** Replaces every host of the platform: a practice store. */
    baseUrl: text('base_url'),
    settings: jsonb('settings').$type<StoreSettings>().notNull(),
    /** Since when its rules are what they are. */
    rulesSet: jsonb('rules_set').$type<Origins<RuleName>>(),
    metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull().default({}),
    /** Bumped by whatever changes desired for the whole store: a rule, a rate. */
    rulesVersion: integer('rules_version').notNull().default(1),
    /** Highest `updatedAt` seen, by the platform's clock; the next incremental pull starts a little before. */
    catalogCursor: text('catalog_cursor'),
    lastPulledAt: moment('last_pulled_at'),
    /** Highest `updatedAt` of an order seen, by the platform's clock; the next reading starts a little before. */
    ordersCursor: text('orders_cursor'),
    /** When the newest whole reading of orders began. */
    ordersReadAt: moment('orders_read_at'),
    /** Something waits for a reading that begins at this moment or later. */
    ordersWantedAt: moment('orders_wanted_at'),
    lastReconciledAt: moment('last_reconciled_at'),
    lastSyncAt: moment('last_sync_at'),
    lastErrorCode: text('last_error_code'),
    lastErrorMessage: text('last_error_message'),
    lastErrorAt: moment('last_error_at'),
    consecutiveFailures: integer('consecutive_failures').notNull().default(0),
    /** The breaker: no traffic before this moment, then one probe. */
    blockedUntil: moment('blocked_until'),
    /** Why it takes changes late, since when, and until when that is believed. See slowness.ts. */
    slow: jsonb('slow').$type<StoredSlowness | null>(),
    teamId: text('team_id'),
    createdBy: text('created_by'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('stores_account').on(t.organizationId, t.platform, t.platformStoreId),
    uniqueIndex('stores_one_primary').on(t.organizationId).where(sql`is_primary`),
    index('stores_status').on(t.organizationId, t.status),
    check('stores_status_known', sql`${t.status} in ('active','paused','needs_reconnect','disconnected')`),
    tenantPolicy(),
  ],
);

/**
 * Which organization has connected which account: needed to route webhooks and to schedule before the tenant is known, and
 * to keep two organizations from connecting one shop. No secrets; the one domain table without row-level security.
 */
export const storeDirectory = pgTable(
  'store_directory',
  {
    platform: text('platform').notNull(),
    platformStoreId: text('platform_store_id').notNull(),
    organizationId: uuid('organization_id').notNull(),
    storeId: uuid('store_id').notNull(),
    active: boolean('active').notNull().default(true),
    /** When the store's next turn is due at the latest; maintained by whoever makes work. */
    nextRunAt: moment('next_run_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.platform, t.platformStoreId] }),
    uniqueIndex('store_directory_store').on(t.organizationId, t.storeId),
    index('store_directory_due').on(t.nextRunAt).where(sql`active`),
  ],
);

/** Who works on a store. The fence grows with every new holder; acknowledgements name it. */
export const storeLeases = pgTable(
  'store_leases',
  {
    organizationId: organizationId(),
    storeId: uuid('store_id').notNull(),
    holder: uuid('holder'),
    fence: bigint('fence', { mode: 'number' }).notNull().default(0),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.storeId] }),
    // Makes the fence a part of a key: see holdFence.
    uniqueIndex('store_leases_fence').on(t.organizationId, t.storeId, t.fence),
    foreignKey({ columns: [t.organizationId, t.storeId], foreignColumns: [stores.organizationId, stores.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);

/** A store's limits, shared by all processes, by the database's clock: a bucket's tokens, or the calls of a window. */
export const pacingBuckets = pgTable(
  'pacing_buckets',
  {
    organizationId: organizationId(),
    storeId: uuid('store_id').notNull(),
    bucket: text('bucket').notNull(),
    tokens: doublePrecision('tokens').notNull(),
    capacity: doublePrecision('capacity').notNull(),
    refillPerSecond: doublePrecision('refill_per_second').notNull(),
    refilledAt: moment('refilled_at').notNull(),
    /** Of a window: when its last calls are sent, in seconds of the epoch, oldest first. */
    slots: doublePrecision('slots').array().notNull().default([]),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.storeId, t.bucket] }),
    foreignKey({ columns: [t.organizationId, t.storeId], foreignColumns: [stores.organizationId, stores.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);

/** The operator's app at a platform, entered in Settings. The environment's values come first. */
export const platformApps = pgTable(
  'platform_apps',
  {
    organizationId: organizationId(),
    platform: text('platform').notNull(),
    clientId: text('client_id').notNull(),
    sealedSecret: text('sealed_secret').notNull(),
    extra: jsonb('extra').$type<Record<string, string>>().notNull().default({}),
    /** The practice store that this app belongs to, if it is one. */
    baseUrl: text('base_url'),
    updatedAt: updatedAt(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.platform] }), tenantPolicy()],
);

/** A connection under way: the state is a one-use nonce, kept hashed and bound to the browser by a cookie. */
export const oauthStates = pgTable(
  'oauth_states',
  {
    organizationId: organizationId(),
    stateHash: text('state_hash').notNull(),
    platform: text('platform').notNull(),
    userId: text('user_id').notNull(),
    fields: jsonb('fields').$type<Record<string, string>>().notNull(),
    baseUrl: text('base_url'),
    redirectUrl: text('redirect_url').notNull(),
    createdAt: createdAt(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.stateHash] }), tenantPolicy()],
);

/** Stated exchange rates: 1 unit of `base` is `rate` units of `quote`. The newest one counts. */
export const exchangeRates = pgTable(
  'exchange_rates',
  {
    organizationId: organizationId(),
    base: text('base').notNull(),
    quote: text('quote').notNull(),
    rate: text('rate').notNull(),
    statedAt: moment('stated_at').notNull(),
    statedBy: text('stated_by'),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.base, t.quote] }), tenantPolicy()],
);
