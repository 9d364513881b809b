import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm';
import { barcodeKey, comparisonKey, textLengthAtMost } from '#catalog/catalog.ts';
import { products, productVariants } from '#catalog/catalog-tables.ts';
import { swappedNeighbours } from '#catalog/typing-errors.ts';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { listings } from '#listings/listings-tables.ts';
import { type ListingFigures, readFigures } from '#listings/read-figures.ts';
import type { Hub } from '#stores/hub.ts';

export interface ListingFilter {
  storeId?: string | undefined;
  status?: 'linked' | 'unlinked' | 'ignored' | undefined;
  state?: StateFilter | undefined;
  q?: string | undefined;
}

export const stateFilters = ['in_sync', 'behind', 'refused', 'held', 'not_tracked', 'not_linked'] as const;
export type StateFilter = (typeof stateFilters)[number];

export interface ShownListing extends ListingFigures {
  variant: { id: string; productId: string; productTitle: string; title: string; sku: string } | null;
}

/** Matches of one search that are looked at: beyond that, more words find it sooner than more pages. */
export const matchesAtMost = 500;

export const listingSorts = ['-id', 'title', '-lastSyncedAt'] as const;
export type ListingSort = (typeof listingSorts)[number];

/** A page of listings: the best matches of `q` first, else in the order that is asked for ('-id': the newest first). */
export async function listListings(
  hub: Hub,
  tx: Transaction,
  filter: ListingFilter,
  page: PageRequest,
  sort: ListingSort = '-id',
): Promise<Page<ShownListing>> {
  const chosen =
    filter.q === undefined ? await idsInOrder(tx, filter, sort, page) : await idsBySearch(tx, filter, filter.q, page);
  const shown = await withVariants(tx, await readFigures(hub, tx, idIn(chosen.items)));
  const byId = new Map(shown.map((row) => [row.listing.id, row]));
  return { items: chosen.items.flatMap((id) => byId.get(id) ?? []), next: chosen.next };
}

/** One listing with its figures, or null. */
export async function readListing(hub: Hub, tx: Transaction, listingId: string): Promise<ShownListing | null> {
  return (await withVariants(tx, await readFigures(hub, tx, idIn([listingId]))))[0] ?? null;
}

const idIn = (ids: readonly string[]): SQL => sql`${listings.id} = any(${sql.param([...ids])}::uuid[])`;

/** As much of a title as a cursor can carry; the platform's own may be of any length. */
const shortTitle = sql`left(${listings.productTitle}, ${sql.raw(String(textLengthAtMost))})`;

/** What was never synced comes last. */
const syncedAt = sql`coalesce(${listings.lastSyncedAt}, '-infinity'::timestamptz)`;

const orders: Readonly<Record<ListingSort, { key: SQL<string>; by: SQL[]; after(key: string, id: string): SQL }>> = {
  '-id': {
    key: sql<string>`${listings.id}::text`,
    by: [desc(listings.id)],
    after: (_key, id) => sql`${listings.id} < ${id}::uuid`,
  },
  title: {
    key: sql<string>`${shortTitle}`,
    by: [asc(shortTitle), asc(listings.id)],
    after: (key, id) => sql`(${shortTitle}, ${listings.id}) > (${key}, ${id}::uuid)`,
  },
  '-lastSyncedAt': {
    key: sql<string>`${syncedAt}::text`,
    by: [desc(syncedAt), desc(listings.id)],
    after: (key, id) => sql`(${syncedAt}, ${listings.id}) < (${key}::timestamptz, ${id}::uuid)`,
  },
};

async function idsInOrder(tx: Transaction, filter: ListingFilter, sort: ListingSort, page: PageRequest): Promise<Page<string>> {
  const order = orders[sort];
  const rows = await tx
    .select({ id: listings.id, key: order.key })
    .from(listings)
    .where(
      and(
        eq(listings.organizationId, tx.organizationId),
        ...conditions(tx.organizationId, filter),
        page.after === null ? undefined : order.after(...page.after),
      ),
    )
    .orderBy(...order.by)
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    ({ key, id }) => [key, id],
    ({ id }) => id,
  );
}

async function idsBySearch(tx: Transaction, filter: ListingFilter, q: string, page: PageRequest): Promise<Page<string>> {
  const found = await idsByMatch(tx, filter, q, [q], page);
  if (found.items.length > 0) return found;
  const others = swappedNeighbours(q);
  return others.length === 0 ? found : await idsByMatch(tx, filter, q, others, page);
}

async function idsByMatch(
  tx: Transaction,
  filter: ListingFilter,
  q: string,
  words: readonly string[],
  page: PageRequest,
): Promise<Page<string>> {
  const score = sql<string>`m.score::text`;
  const rows = await tx
    .select({ id: listings.id, score })
    .from(listings)
    .innerJoin(matches(tx, q, words), sql`m.listing_id = ${listings.id}`)
    .where(
      and(
        eq(listings.organizationId, tx.organizationId),
        ...conditions(tx.organizationId, filter),
        page.after === null
          ? undefined
          : sql`(m.score < ${page.after[0]}::real or (m.score = ${page.after[0]}::real and ${listings.id} > ${page.after[1]}))`,
      ),
    )
    .orderBy(sql`m.score desc`, listings.id)
    .limit(page.limit + 1);
  return pageOfRows(
    rows,
    page.limit,
    (row) => [row.score, row.id],
    ({ id }) => id,
  );
}

/** Rows of listing_id and score, named m. A whole SKU or barcode comes before any likeness of titles. */
export const matches = (tx: Transaction, q: string, words: readonly string[]): SQL => sql`(
  select listing_id, max(score)::real as score from (
    select s.listing_id, s.score from unnest(${sql.param([...words])}::text[]) w(word) cross join lateral search_listings(${tx.organizationId}::uuid, w.word, ${matchesAtMost}) s
    union all
    (select id, 2 from listings where organization_id = ${tx.organizationId} and sku_key = ${comparisonKey(q)} and sku_key <> '' limit ${matchesAtMost})
    union all
    (select l.id, 2 from product_variants v join listings l on l.organization_id = v.organization_id and l.variant_id = v.id
      where v.organization_id = ${tx.organizationId} and v.barcode_key = ${barcodeKey(q)} and v.barcode_key <> '' limit ${matchesAtMost})
  ) found group by listing_id) m`;

function conditions(organizationId: string, filter: ListingFilter): (SQL | undefined)[] {
  return [
    filter.storeId === undefined ? undefined : eq(listings.storeId, filter.storeId),
    filter.status === undefined ? undefined : eq(listings.status, filter.status),
    filter.state === undefined ? undefined : inState(organizationId, filter.state),
  ];
}

/** Through the partial indexes on what is eligible, refused or held: each of them is small. */
function inState(organizationId: string, state: StateFilter): SQL {
  switch (state) {
    case 'not_linked':
      return sql`${listings.status} = 'unlinked'`;
    case 'in_sync':
      return sql`${listings.status} = 'linked' and not ${inState(organizationId, 'behind')} and not ${inState(organizationId, 'refused')} and not ${inState(organizationId, 'held')} and not ${inState(organizationId, 'not_tracked')}`;
    case 'behind':
      return figureIs(organizationId, sql`f.eligible`);
    case 'refused':
      return figureIs(organizationId, sql`f.refused_for is not null`);
    case 'held':
      return figureIs(
        organizationId,
        sql`f.held_reason is not null and f.held_reason not in ('sync_off', 'other_location', 'not_counted_here', 'not_tracked')`,
      );
    case 'not_tracked':
      return figureIs(organizationId, sql`f.held_reason = 'not_tracked'`);
  }
}

const figureIs = (organizationId: string, condition: SQL): SQL => sql`(${listings.status} = 'linked' and ${listings.id} in (
  select f.listing_id from listing_levels f where f.organization_id = ${organizationId} and ${condition}
  union select f.listing_id from listing_prices f where f.organization_id = ${organizationId} and ${condition}))`;

async function withVariants(tx: Transaction, figures: readonly ListingFigures[]): Promise<ShownListing[]> {
  const ids = figures.flatMap(({ listing }) => listing.variantId ?? []);
  const rows = await tx
    .select({
      id: productVariants.id,
      productId: products.id,
      productTitle: products.title,
      title: productVariants.title,
      sku: productVariants.sku,
    })
    .from(productVariants)
    .innerJoin(
      products,
      and(eq(products.organizationId, productVariants.organizationId), eq(products.id, productVariants.productId)),
    )
    .where(
      and(eq(productVariants.organizationId, tx.organizationId), sql`${productVariants.id} = any(${sql.param(ids)}::uuid[])`),
    );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return figures.map((row) => ({
    ...row,
    variant: row.listing.variantId === null ? null : (byId.get(row.listing.variantId) ?? null),
  }));
}

/** Ids of every listing that a filter selects, in batches, for exports and bulk actions. */
export async function* everyListing(hub: Hub, organizationId: string, filter: ListingFilter): AsyncGenerator<ShownListing> {
  let after: PageRequest['after'] = null;
  do {
    const page: Page<ShownListing> = await hub.db.inOrganization(organizationId, (tx) =>
      listListings(hub, tx, filter, { limit: 500, after }),
    );
    yield* page.items;
    after = page.next;
  } while (after !== null);
}
