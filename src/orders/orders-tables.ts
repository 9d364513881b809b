import { sql } from 'drizzle-orm';
import { boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { productVariants } from '#catalog/catalog-tables.ts';
import type { LocationShare, OrderStatus, RemoteOrder } from '#connectors/order.ts';
import { amount, createdAt, moment, organizationId, tenantPolicy, updatedAt } from '#db/columns.ts';
import { inventoryLocations } from '#inventory/inventory-tables.ts';
import type { BookedFrom, ParkedReason } from '#orders/orders.ts';
import { stores } from '#stores/stores-tables.ts';

export const orders = pgTable(
  'orders',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    storeId: uuid('store_id').notNull(),
    platformOrderId: text('platform_order_id').notNull(),
    number: text('number').notNull(),
    status: text('status').$type<OrderStatus>().notNull(),
    nativeStatus: text('native_status').notNull(),
    financialStatus: text('financial_status').$type<RemoteOrder['financialStatus']>().notNull(),
    placedAt: moment('placed_at').notNull(),
    /** By the platform's clock: of two snapshots the later one counts. */
    snapshotAt: moment('snapshot_at').notNull(),
    /** Tells two snapshots of the same moment apart. */
    snapshotHash: text('snapshot_hash').notNull(),
    cancelledAt: moment('cancelled_at'),
    cancelReason: text('cancel_reason'),
    currency: text('currency').notNull(),
    subtotal: amount('subtotal').notNull(),
    discount: amount('discount').notNull(),
    shipping: amount('shipping').notNull(),
    tax: amount('tax').notNull(),
    total: amount('total').notNull(),
    refunded: amount('refunded').notNull(),
    url: text('url'),
    itemCount: integer('item_count').notNull(),
    unitCount: integer('unit_count').notNull(),
    /** Items that book nothing until their listing is linked. */
    unlinkedCount: integer('unlinked_count').notNull().default(0),
    /** More was sold than there was; until it is cancelled or somebody says that it is settled. */
    oversold: boolean('oversold').notNull().default(false),
    platformTags: text('platform_tags').array().notNull().default(sql`'{}'::text[]`),
    /** The seller's own. */
    tags: text('tags').array().notNull().default(sql`'{}'::text[]`),
    note: text('note').notNull().default(''),
    /** What it reserves was given back because nobody paid; until a snapshot says that it is paid (or what else became of it). */
    reservationExpiredAt: moment('reservation_expired_at'),
    /** Somebody waits for a reading of this one order that begins now or later. */
    refreshWantedAt: moment('refresh_wanted_at'),
    /** Compact JWE of who bought, where it goes and the platform's own object. Null when it was erased. */
    sealedDetails: text('sealed_details'),
    /** Keyed hashes of the buyer's e-mail, phone and words of the name: found, not read. */
    buyerKeys: text('buyer_keys').array().notNull().default(sql`'{}'::text[]`),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('orders_platform').on(t.organizationId, t.storeId, t.platformOrderId),
    index('orders_placed').on(t.organizationId, t.placedAt, t.id),
    index('orders_status').on(t.organizationId, t.status, t.placedAt, t.id),
    index('orders_store').on(t.organizationId, t.storeId, t.placedAt, t.id),
    index('orders_financial').on(t.organizationId, t.financialStatus, t.placedAt, t.id),
    index('orders_amount').on(t.organizationId, t.currency, t.total.desc().nullsFirst(), t.id.desc().nullsFirst()),
    index('orders_tagged').on(t.organizationId, t.placedAt, t.id).where(sql`tags <> '{}'::text[]`),
    index('orders_unpaid')
      .on(t.organizationId, t.storeId, t.placedAt)
      .where(sql`status = 'unpaid' and reservation_expired_at is null`),
    index('orders_refresh').on(t.organizationId, t.storeId).where(sql`refresh_wanted_at is not null`),
    // Numbers and words of items are found through search_orders(): see the migration that makes it.
    index('orders_buyer').using('gin', t.buyerKeys),
    index('orders_attention').on(t.organizationId, t.placedAt).where(sql`oversold or unlinked_count > 0`),
    foreignKey({ columns: [t.organizationId, t.storeId], foreignColumns: [stores.organizationId, stores.id] }),
    tenantPolicy(),
  ],
);

export const orderItems = pgTable(
  'order_items',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    orderId: uuid('order_id').notNull(),
    storeId: uuid('store_id').notNull(),
    platformItemId: text('platform_item_id').notNull(),
    platformProductId: text('platform_product_id'),
    platformVariantId: text('platform_variant_id'),
    platformLocationId: text('platform_location_id'),
    /** How many units each of the platform's locations ships, where they are several. */
    shares: jsonb('shares').$type<readonly LocationShare[]>(),
    sku: text('sku').notNull(),
    title: text('title').notNull(),
    variantTitle: text('variant_title').notNull(),
    quantity: integer('quantity').notNull(),
    unitPrice: amount('unit_price').notNull(),
    discount: amount('discount').notNull(),
    fulfilledBy: text('fulfilled_by').$type<'seller' | 'platform'>().notNull(),
    /** The effect that the newest snapshot wants. */
    reserved: integer('reserved').notNull(),
    shipped: integer('shipped').notNull(),
    restocked: integer('restocked').notNull(),
    /** The newest snapshot no longer has it: it wants nothing. */
    vanished: boolean('vanished').notNull().default(false),
    parked: text('parked').$type<ParkedReason>(),
    bookedFrom: jsonb('booked_from').$type<BookedFrom[]>(),
    oversoldUnits: integer('oversold_units').notNull().default(0),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('order_items_platform').on(t.organizationId, t.orderId, t.platformItemId),
    index('order_items_listing').on(t.organizationId, t.storeId, t.platformVariantId),
    index('order_items_parked').on(t.organizationId, t.storeId, t.platformVariantId).where(sql`parked = 'unlinked'`),
    foreignKey({ columns: [t.organizationId, t.orderId], foreignColumns: [orders.organizationId, orders.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);

/** What an item has booked of a variant at a location: the sum over its items is what the ledger has of orders (I2). */
export const orderBookings = pgTable(
  'order_bookings',
  {
    organizationId: organizationId(),
    itemId: uuid('item_id').notNull(),
    variantId: uuid('variant_id').notNull(),
    locationId: uuid('location_id').notNull(),
    reserved: integer('reserved').notNull(),
    shipped: integer('shipped').notNull(),
    restocked: integer('restocked').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.itemId, t.variantId, t.locationId] }),
    index('order_bookings_variant').on(t.organizationId, t.variantId),
    foreignKey({ columns: [t.organizationId, t.itemId], foreignColumns: [orderItems.organizationId, orderItems.id] }),
    foreignKey({
      columns: [t.organizationId, t.variantId],
      foreignColumns: [productVariants.organizationId, productVariants.id],
    }),
    foreignKey({
      columns: [t.organizationId, t.locationId],
      foreignColumns: [inventoryLocations.organizationId, inventoryLocations.id],
    }),
    tenantPolicy(),
  ],
);

/** A shipment of an order: one that the platform told of, or one of ours on its way there. */
export const orderShipments = pgTable(
  'order_shipments',
  {
    organizationId: organizationId(),
    /** Of ours: the write id that the connector sends with it. */
    id: uuid('id').notNull(),
    orderId: uuid('order_id').notNull(),
    storeId: uuid('store_id').notNull(),
    platformShipmentId: text('platform_shipment_id'),
    carrier: text('carrier').notNull(),
    trackingNumber: text('tracking_number').notNull(),
    trackingUrl: text('tracking_url'),
    items: jsonb('items').$type<{ itemId: string; quantity: number }[]>().notNull(),
    notifyBuyer: boolean('notify_buyer').notNull().default(false),
    /** `unknown`: sent, and no answer: the order is read before it is sent again. */
    state: text('state').$type<'unsent' | 'sent' | 'unknown' | 'done' | 'refused' | 'cancelled'>().notNull(),
    refusal: jsonb('refusal').$type<{ code: string; parameters: Record<string, unknown> }>(),
    /** Nothing is done before. Of a `done` one: the order is to be read then, for its newest snapshot may be older than the answer. */
    attemptAfter: moment('attempt_after'),
    /** Who reported it: a person or a key. Null where the platform told of it. */
    createdBy: text('created_by'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('order_shipments_platform')
      .on(t.organizationId, t.orderId, t.platformShipmentId)
      .where(sql`platform_shipment_id is not null`),
    index('order_shipments_order').on(t.organizationId, t.orderId),
    index('order_shipments_waiting')
      .on(t.organizationId, t.storeId)
      .where(sql`state in ('unsent', 'sent', 'unknown') or attempt_after is not null`),
    foreignKey({ columns: [t.organizationId, t.orderId], foreignColumns: [orders.organizationId, orders.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);

/** Everything that happened to an order, as codes with parameters; who, by id only. */
export const orderEvents = pgTable(
  'order_events',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    orderId: uuid('order_id').notNull(),
    at: moment('at').notNull(),
    code: text('code').notNull(),
    parameters: jsonb('parameters').$type<Record<string, unknown>>().notNull(),
    userId: text('user_id'),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    index('order_events_order').on(t.organizationId, t.orderId, t.id),
    foreignKey({ columns: [t.organizationId, t.orderId], foreignColumns: [orders.organizationId, orders.id] }).onDelete(
      'cascade',
    ),
    tenantPolicy(),
  ],
);
