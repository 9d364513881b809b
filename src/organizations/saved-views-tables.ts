import { sql } from 'drizzle-orm';
import { boolean, check, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, organizationId, tenantPolicy, updatedAt } from '#db/columns.ts';
import type { ListName, SavedSearch } from '#organizations/saved-views.ts';

/** Filters of a list under a name. They outlive who saved them: what is shared stays when that person is gone. */
export const savedViews = pgTable(
  'saved_views',
  {
    organizationId: organizationId(),
    id: uuid('id').notNull(),
    /** Who saved it: of the tables of sign-in, which no tenant's table refers to. */
    userId: text('user_id').notNull(),
    list: text('list').$type<ListName>().notNull(),
    name: text('name').notNull(),
    /** The name as it is compared, made here: what a database holds for one letter in two cases depends on its locale. */
    nameKey: text('name_key').notNull(),
    search: jsonb('search').$type<SavedSearch>().notNull(),
    isShared: boolean('is_shared').notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.id] }),
    uniqueIndex('saved_views_name').on(t.organizationId, t.userId, t.list, t.nameKey),
    index('saved_views_shared').on(t.organizationId, t.list).where(sql`is_shared`),
    tenantPolicy(),
    check('saved_views_list_known', sql`${t.list} in ('orders','products','listings','inventory','stock_history')`),
    check('saved_views_name_length', sql`char_length(${t.name}) between 1 and 60`),
  ],
);
