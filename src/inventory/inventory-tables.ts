import { sql } from 'drizzle-orm';
import {
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
import { createdAt, moment, organizationId, tenantPolicy, updatedAt } from '#db/columns.ts';
import type { TransactionType } from '#inventory/inventory.ts';
import { stores } from '#stores/stores-tables.ts';

export const inventoryLocations = pgTable(
  'inventory_locations',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    address: jsonb('address').$type<Record<string, unknown>>(),
    isDefault: boolean('is_default').notNull().default(false),
    isActive: boolean('is_active').notNull().default(true),
    priority: integer('priority').notNull().default(0),
    /** The store that counts it: what changes there is adopted, and sales elsewhere are sent there. Null: we count it. */
    ownerStoreId: uuid('owner_store_id'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('inventory_locations_one_default').on(t.organizationId).where(sql`is_default`),
    foreignKey({ columns: [t.organizationId, t.ownerStoreId], foreignColumns: [stores.organizationId, stores.id] }),
    tenantPolicy(),
  ],
);

export const inventoryItems = pgTable(
  'inventory_items',
  {
    organizationId: organizationId(),
    variantId: uuid('variant_id').notNull(),
    locationId: uuid('location_id').notNull(),
    onHand: integer('on_hand').notNull().default(0),
    reserved: integer('reserved').notNull().default(0),
    /** The moment and kind of the first figure: effects of orders before it are in it already. */
    baselineAt: moment('baseline_at').notNull(),
    baselineKind: text('baseline_kind').$type<'on_hand' | 'available'>().notNull(),
    reorderPoint: integer('reorder_point').notNull().default(0),
    reorderQuantity: integer('reorder_quantity').notNull().default(0),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.variantId, t.locationId] }),
    foreignKey({
      columns: [t.organizationId, t.variantId],
      foreignColumns: [productVariants.organizationId, productVariants.id],
    }),
    foreignKey({
      columns: [t.organizationId, t.locationId],
      foreignColumns: [inventoryLocations.organizationId, inventoryLocations.id],
    }),
    check('inventory_items_reserved', sql`${t.reserved} >= 0`),
    tenantPolicy(),
  ],
);

/** The ledger: append-only, partitioned by month in the migrations. `on_hand` = the sum of `delta`, always (I1). */
export const inventoryTransactions = pgTable(
  'inventory_transactions',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    variantId: uuid('variant_id').notNull(),
    locationId: uuid('location_id').notNull(),
    type: text('type').$type<TransactionType>().notNull(),
    delta: integer('delta').notNull(),
    reservedDelta: integer('reserved_delta').notNull().default(0),
    documentKind: text('document_kind'),
    documentId: text('document_id'),
    note: text('note'),
    createdBy: text('created_by'),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id, t.createdAt] }),
    index('inventory_transactions_item').on(t.organizationId, t.variantId, t.locationId, t.createdAt),
    index('inventory_transactions_order').on(t.organizationId, t.documentId).where(sql`document_kind = 'order'`),
    index('inventory_transactions_reversal').on(t.organizationId, t.documentId).where(sql`document_kind = 'reversal'`),
    // Most lines are of sales; the others are found without walking through those. Its condition stands in list-ledger.ts.
    index('inventory_transactions_not_sold').on(t.organizationId, t.id).where(sql`type not in ('reservation', 'sale')`),
    tenantPolicy(),
  ],
);
