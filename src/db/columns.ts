import { sql } from 'drizzle-orm';
import { customType, pgPolicy, timestamp, uuid } from 'drizzle-orm/pg-core';

/** First column of every tenant table and of its keys. */
export const organizationId = () => uuid('organization_id').notNull();

export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

export const createdAt = () => moment('created_at').notNull();
export const updatedAt = () => moment('updated_at').notNull();

/** Amounts: numeric(19,4), read and written as decimal strings. */
export const amount = customType<{ data: string; driverData: string }>({ dataType: () => 'numeric(19,4)' });

/** Bytes as they are. */
export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

const ours = sql`organization_id = nullif(current_setting('app.organization_id', true), '')::uuid`;

/** Row-level security: a row is visible and writable only inside its own organization (see db/transaction.ts). */
export const tenantPolicy = () =>
  pgPolicy('tenant', { as: 'permissive', for: 'all', to: 'public', using: ours, withCheck: ours });
