import { sql } from 'drizzle-orm';
import { foreignKey, index, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { amount, moment, organizationId, tenantPolicy } from '#db/columns.ts';
import type { DriftCause, DriftField, DriftState } from '#listings/drifts.ts';
import { listings } from '#listings/listings-tables.ts';

/** What a store that does not own the figure was found to show in place of ours. */
export const drifts = pgTable(
  'drifts',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    storeId: uuid('store_id').notNull(),
    listingId: uuid('listing_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    field: text('field').$type<DriftField>().notNull(),
    /** Of a quantity: of which of the listing's levels, as there; '' of a price. */
    remoteLocationId: text('remote_location_id').notNull().default(''),
    /** Of a quantity: our location whose count learns from it when it is taken over; null: the default one. */
    locationId: uuid('location_id'),
    /** Of a price; '' of a quantity. */
    currency: text('currency').notNull(),
    expected: amount('expected').notNull(),
    found: amount('found').notNull(),
    cause: text('cause').$type<DriftCause>().notNull(),
    state: text('state').$type<DriftState>().notNull(),
    seenAt: moment('seen_at').notNull(),
    /** Orders are read first: the store may have sold or taken back what is missing or too many. */
    settleAfter: moment('settle_after'),
    settledAt: moment('settled_at'),
    /** Null when the store's policy has settled it. */
    settledBy: text('settled_by'),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    foreignKey({ columns: [t.organizationId, t.listingId], foreignColumns: [listings.organizationId, listings.id] }).onDelete(
      'cascade',
    ),
    uniqueIndex('drifts_open')
      .on(t.organizationId, t.listingId, t.field, t.remoteLocationId)
      .where(sql`state in ('seen', 'waiting')`),
    index('drifts_recent').on(t.organizationId, t.seenAt, t.id),
    index('drifts_seen').on(t.organizationId, t.storeId, t.settleAfter).where(sql`state = 'seen'`),
    index('drifts_store').on(t.organizationId, t.storeId, t.seenAt),
    tenantPolicy(),
  ],
);
