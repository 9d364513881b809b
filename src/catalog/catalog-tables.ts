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
import type { CatalogImage } from '#catalog/catalog.ts';
import { amount, createdAt, moment, organizationId, tenantPolicy, updatedAt } from '#db/columns.ts';
import type { Origin } from '#organizations/origin.ts';

export const categories = pgTable(
  'categories',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    parentId: uuid('parent_id'),
    name: text('name').notNull(),
    /** Id on the platform that it came from, by platform: { kiotviet: '123' }. */
    externalIds: jsonb('external_ids').$type<Record<string, string>>().notNull().default({}),
    syncStatus: text('sync_status').$type<'pending' | 'syncing' | 'synced' | 'failed'>().notNull().default('pending'),
    lastSyncedAt: moment('last_synced_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    foreignKey({ columns: [t.organizationId, t.parentId], foreignColumns: [t.organizationId, t.id] }),
    tenantPolicy(),
  ],
);

export const products = pgTable(
  'products',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    title: text('title').notNull(),
    descriptionHtml: text('description_html').notNull().default(''),
    brand: text('brand').notNull().default(''),
    productType: text('product_type').notNull().default(''),
    categoryId: uuid('category_id'),
    handle: text('handle'),
    tags: text('tags').array().notNull().default(sql`'{}'::text[]`),
    status: text('status').$type<'active' | 'draft' | 'archived'>().notNull().default('active'),
    optionNames: text('option_names').array().notNull().default(sql`'{}'::text[]`),
    images: jsonb('images').$type<CatalogImage[]>().notNull().default([]),
    attributes: jsonb('attributes').$type<Record<string, unknown>>().notNull().default({}),
    /** The store and product from which it was first pulled; null when made here. */
    originStoreId: uuid('origin_store_id'),
    originProductId: text('origin_product_id'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    foreignKey({ columns: [t.organizationId, t.categoryId], foreignColumns: [categories.organizationId, categories.id] }),
    uniqueIndex('products_origin').on(t.organizationId, t.originStoreId, t.originProductId),
    index('products_title').on(t.organizationId, t.title, t.id),
    index('products_updated').on(t.organizationId, t.updatedAt, t.id),
    tenantPolicy(),
  ],
);

export const productVariants = pgTable(
  'product_variants',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    productId: uuid('product_id').notNull(),
    title: text('title').notNull().default(''),
    sku: text('sku').notNull().default(''),
    barcode: text('barcode').notNull().default(''),
    /** Normalised for comparison by `=`; empty when there is none. */
    skuKey: text('sku_key').notNull().default(''),
    barcodeKey: text('barcode_key').notNull().default(''),
    optionValues: text('option_values').array().notNull().default(sql`'{}'::text[]`),
    /** The master price. Null until known. */
    price: amount('price'),
    /** Since when the price is what it is, by whom and by what. Null: nobody has kept it. */
    priceSet: jsonb('price_set').$type<Origin>(),
    compareAtPrice: amount('compare_at_price'),
    currency: text('currency').notNull(),
    costPrice: amount('cost_price'),
    weight: jsonb('weight').$type<{ value: number; unit: string }>(),
    dimensions: jsonb('dimensions').$type<Record<string, unknown>>(),
    images: jsonb('images').$type<CatalogImage[]>().notNull().default([]),
    attributes: jsonb('attributes').$type<Record<string, unknown>>().notNull().default({}),
    /** False: nobody counts it (untracked, oversellable, gift card); it is never quantity-pushed. */
    tracked: boolean('tracked').notNull().default(true),
    /** It is made of others (bundle_components) and has no stock of its own. */
    isBundle: boolean('is_bundle').notNull().default(false),
    position: integer('position').notNull().default(0),
    archivedAt: moment('archived_at'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    foreignKey({ columns: [t.organizationId, t.productId], foreignColumns: [products.organizationId, products.id] }).onDelete(
      'cascade',
    ),
    index('product_variants_product').on(t.organizationId, t.productId, t.position),
    index('product_variants_sku').on(t.organizationId, t.skuKey).where(sql`sku_key <> ''`),
    index('product_variants_barcode').on(t.organizationId, t.barcodeKey).where(sql`barcode_key <> ''`),
    tenantPolicy(),
  ],
);

/** What a variant is made of. Never of another bundle. */
export const bundleComponents = pgTable(
  'bundle_components',
  {
    organizationId: organizationId(),
    bundleVariantId: uuid('bundle_variant_id').notNull(),
    componentVariantId: uuid('component_variant_id').notNull(),
    units: integer('units').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.bundleVariantId, t.componentVariantId] }),
    index('bundle_components_component').on(t.organizationId, t.componentVariantId),
    foreignKey({
      columns: [t.organizationId, t.bundleVariantId],
      foreignColumns: [productVariants.organizationId, productVariants.id],
    }).onDelete('cascade'),
    foreignKey({
      columns: [t.organizationId, t.componentVariantId],
      foreignColumns: [productVariants.organizationId, productVariants.id],
    }),
    check('bundle_components_units', sql`${t.units} > 0`),
    tenantPolicy(),
  ],
);
