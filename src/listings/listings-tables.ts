/**
 * Listings are wide and change seldom; what the engine touches on every turn stands in two narrow tables beside them.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
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
import { productVariants } from '#catalog/catalog-tables.ts';
import { amount, createdAt, moment, organizationId, tenantPolicy, updatedAt } from '#db/columns.ts';
import type { Knowledge } from '#listings/level-state.ts';
import type { ListingSettings, StoredRefusal } from '#listings/listings.ts';
import type { Origins, RuleName } from '#organizations/origin.ts';
import { stores } from '#stores/stores-tables.ts';

export const listings = pgTable(
  'listings',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    storeId: uuid('store_id').notNull(),
    status: text('status').$type<'linked' | 'unlinked' | 'ignored'>().notNull(),
    variantId: uuid('variant_id'),
    platformProductId: text('platform_product_id').notNull(),
    platformVariantId: text('platform_variant_id').notNull(),
    platformInventoryId: text('platform_inventory_id'),
    productTitle: text('product_title').notNull(),
    variantTitle: text('variant_title').notNull().default(''),
    sku: text('sku').notNull().default(''),
    skuKey: text('sku_key').notNull().default(''),
    barcode: text('barcode').notNull().default(''),
    barcodeKey: text('barcode_key').notNull().default(''),
    options: jsonb('options').$type<{ name: string; value: string }[]>().notNull().default([]),
    imageUrl: text('image_url'),
    url: text('url'),
    state: text('state').$type<'live' | 'inactive' | 'gone'>().notNull(),
    stockPolicy: text('stock_policy').$type<'tracked' | 'untracked' | 'oversellable' | 'gift_card'>().notNull(),
    syncPrice: boolean('sync_price').notNull().default(true),
    syncInventory: boolean('sync_inventory').notNull().default(true),
    /** Rules of this link alone, and its own schedule. */
    settings: jsonb('settings').$type<ListingSettings>().notNull().default({}),
    /** Since when those of the settings are what they are that a figure follows from. */
    rulesSet: jsonb('rules_set').$type<Origins<RuleName | 'priceOverride'>>(),
    /** A link with a schedule of its own is pushed only when this moment has come. Null: at once. */
    nextSyncAt: moment('next_sync_at'),
    linkedBy: text('linked_by').$type<'origin' | 'sku' | 'barcode' | 'suggestion' | 'hand' | 'csv' | null>(),
    linkedAt: moment('linked_at'),
    /** When a person took its link away: it stays unlinked, the source store's too, until somebody links it again. */
    unlinkedAt: moment('unlinked_at'),
    lastSyncedAt: moment('last_synced_at'),
    lastSeenAt: moment('last_seen_at').notNull(),
    /** Of the product, by the platform's clock: an older page does not overwrite what a newer one has shown. */
    platformUpdatedAt: moment('platform_updated_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('listings_remote').on(t.organizationId, t.storeId, t.platformProductId, t.platformVariantId),
    index('listings_variant').on(t.organizationId, t.variantId),
    index('listings_status').on(t.organizationId, t.storeId, t.status, t.id),
    index('listings_sku').on(t.organizationId, t.skuKey).where(sql`sku_key <> ''`),
    index('listings_platform_variant').on(t.organizationId, t.storeId, t.platformVariantId),
    index('listings_inventory').on(t.organizationId, t.storeId, t.platformInventoryId),
    foreignKey({ columns: [t.organizationId, t.storeId], foreignColumns: [stores.organizationId, stores.id] }).onDelete(
      'cascade',
    ),
    foreignKey({
      columns: [t.organizationId, t.variantId],
      foreignColumns: [productVariants.organizationId, productVariants.id],
    }),
    check('listings_linked_has_variant', sql`(${t.status} = 'linked') = (${t.variantId} is not null)`),
    tenantPolicy(),
  ],
);

const knowledge = () => text('knowledge').$type<Knowledge>().notNull().default('unknown');

export const listingLevels = pgTable(
  'listing_levels',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    listingId: uuid('listing_id').notNull(),
    storeId: uuid('store_id').notNull(),
    /** '' on a platform without locations. */
    remoteLocationId: text('remote_location_id').notNull(),
    /** In the platform's canonical form. Null: nothing may be said (held, untracked, unlinked). */
    desired: integer('desired'),
    remote: integer('remote'),
    knowledge: knowledge(),
    /** The write under way, or the last one without an answer. */
    writeId: uuid('write_id'),
    writeValue: integer('write_value'),
    writeFence: bigint('write_fence', { mode: 'number' }),
    writeStartedAt: moment('write_started_at'),
    /** A sale was booked while the write was under way: its acknowledgement does not make the level known. */
    writeVoided: boolean('write_voided').notNull().default(false),
    /** Counts what makes a reading under way worthless: writes begun, writes ended, sales booked. */
    readFence: bigint('read_fence', { mode: 'number' }).notNull().default(0),
    /** Neither read nor written before: back-off, a lost write that may still apply, a schedule. */
    attemptAfter: moment('attempt_after').notNull().default(sql`'-infinity'`),
    /** Not before then only because it would raise: a lower figure, or a reading, is due at once. */
    raiseWaits: boolean('raise_waits').notNull().default(false),
    failures: integer('failures').notNull().default(0),
    /** Accepted writes in a row that a reading did not confirm. */
    unconfirmed: integer('unconfirmed').notNull().default(0),
    lastAppliedAt: moment('last_applied_at'),
    lastAppliedValue: integer('last_applied_value'),
    /** What stood there before that write, until it is seen that the write took effect. */
    replacedValue: integer('replaced_value'),
    lostValue: integer('lost_value'),
    lastReadAt: moment('last_read_at'),
    heldReason: text('held_reason'),
    /** The desired value that was refused: no retry for this very value. */
    refusedFor: text('refused_for'),
    refusal: jsonb('refusal').$type<StoredRefusal>(),
    /** Units sold there and booked since the figure was last known: they explain a lower reading. */
    soldSince: integer('sold_since').notNull().default(0),
    /** Where a call can be repeated under its key: the one that the write under way is part of, with its size; and a lost one. */
    writeCall: text('write_call'),
    lostCall: text('lost_call'),
    lostWriteId: uuid('lost_write_id'),
    /** When desired changes by the passing of time alone. */
    nextChangeAt: moment('next_change_at'),
    rulesVersion: integer('rules_version').notNull().default(0),
    /** When the change that is not on the platform yet was wanted. Null when true. For freshness. */
    wantedAt: moment('wanted_at'),
    /** Maintained by the writers: linked, pushed, not paused, not held, not refused for this, and (unknown or different). */
    eligible: boolean('eligible').notNull().default(false),
    /** Orders the work: 0 zeros, 1 decreases and unknowns, 2 increases. */
    urgency: integer('urgency').notNull().default(1),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('listing_levels_place').on(t.organizationId, t.listingId, t.remoteLocationId),
    index('listing_levels_work').on(t.organizationId, t.storeId, t.urgency, t.attemptAfter, t.listingId).where(sql`eligible`),
    index('listing_levels_in_flight').on(t.organizationId, t.storeId).where(sql`knowledge = 'in_flight'`),
    index('listing_levels_rules').on(t.organizationId, t.storeId, t.rulesVersion),
    index('listing_levels_lost').on(t.organizationId, t.storeId, t.lostCall).where(sql`lost_call is not null`),
    index('listing_levels_refused').on(t.organizationId, t.storeId).where(sql`refused_for is not null`),
    index('listing_levels_held').on(t.organizationId, t.storeId).where(sql`held_reason is not null`),
    index('listing_levels_next_change').on(t.organizationId, t.storeId, t.nextChangeAt).where(sql`next_change_at is not null`),
    foreignKey({ columns: [t.organizationId, t.listingId], foreignColumns: [listings.organizationId, listings.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);

export const listingPrices = pgTable(
  'listing_prices',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    listingId: uuid('listing_id').notNull(),
    storeId: uuid('store_id').notNull(),
    currency: text('currency').notNull(),
    desired: amount('desired'),
    remote: amount('remote'),
    remoteCompareAt: amount('remote_compare_at'),
    /** What is sent to stand crossed out beside the price; 0: nothing is to. Null: it is left alone. */
    desiredCompareAt: amount('desired_compare_at'),
    knowledge: knowledge(),
    writeId: uuid('write_id'),
    writeValue: amount('write_value'),
    writeFence: bigint('write_fence', { mode: 'number' }),
    writeStartedAt: moment('write_started_at'),
    writeVoided: boolean('write_voided').notNull().default(false),
    readFence: bigint('read_fence', { mode: 'number' }).notNull().default(0),
    attemptAfter: moment('attempt_after').notNull().default(sql`'-infinity'`),
    failures: integer('failures').notNull().default(0),
    unconfirmed: integer('unconfirmed').notNull().default(0),
    lastAppliedAt: moment('last_applied_at'),
    lastAppliedValue: amount('last_applied_value'),
    replacedValue: amount('replaced_value'),
    lostValue: amount('lost_value'),
    lastReadAt: moment('last_read_at'),
    heldReason: text('held_reason'),
    refusedFor: text('refused_for'),
    refusal: jsonb('refusal').$type<StoredRefusal>(),
    nextChangeAt: moment('next_change_at'),
    rulesVersion: integer('rules_version').notNull().default(0),
    wantedAt: moment('wanted_at'),
    eligible: boolean('eligible').notNull().default(false),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('listing_prices_listing').on(t.organizationId, t.listingId),
    index('listing_prices_work').on(t.organizationId, t.storeId, t.attemptAfter, t.listingId).where(sql`eligible`),
    index('listing_prices_in_flight').on(t.organizationId, t.storeId).where(sql`knowledge = 'in_flight'`),
    index('listing_prices_rules').on(t.organizationId, t.storeId, t.rulesVersion),
    index('listing_prices_refused').on(t.organizationId, t.storeId).where(sql`refused_for is not null`),
    index('listing_prices_held').on(t.organizationId, t.storeId).where(sql`held_reason is not null`),
    index('listing_prices_approval').on(t.organizationId, t.storeId, t.listingId).where(sql`held_reason = 'needs_approval'`),
    index('listing_prices_next_change').on(t.organizationId, t.storeId, t.nextChangeAt).where(sql`next_change_at is not null`),
    foreignKey({ columns: [t.organizationId, t.listingId], foreignColumns: [listings.organizationId, listings.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);

/**
 * Units that a store seems to have sold, for it shows fewer than it should and no order says why: kept from every store
 * until an order explains them or the time is over.
 */
export const listingHolds = pgTable(
  'listing_holds',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    listingId: uuid('listing_id').notNull(),
    storeId: uuid('store_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    /** Of which of the listing's levels, as there. */
    remoteLocationId: text('remote_location_id').notNull().default(''),
    /** Our locations of which these units are; null: any. */
    locationIds: uuid('location_ids').array(),
    units: integer('units').notNull(),
    reason: text('reason').$type<'unexplained_drop' | 'locked_by_platform'>().notNull(),
    until: moment('until').notNull(),
    /** It ends sooner when orders were read that would explain it if it was kept back until this moment. */
    settleAfter: moment('settle_after'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    index('listing_holds_variant').on(t.organizationId, t.variantId, t.until),
    index('listing_holds_listing').on(t.organizationId, t.listingId),
    index('listing_holds_store').on(t.organizationId, t.storeId, t.until),
    foreignKey({ columns: [t.organizationId, t.listingId], foreignColumns: [listings.organizationId, listings.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);

/**
 * Stores of which listings have been linked or unlinked, one row for each time: until what follows has been done (new-links.ts).
 * Only ever added to beside other work, so that nobody waits for it.
 */
export const newLinks = pgTable(
  'new_links',
  {
    organizationId: organizationId(),
    storeId: uuid('store_id').notNull(),
    id: uuid('id').notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.storeId, t.id] }),
    foreignKey({ columns: [t.organizationId, t.storeId], foreignColumns: [stores.organizationId, stores.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);
