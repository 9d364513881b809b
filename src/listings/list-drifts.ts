/** What stores were found to show in place of ours, the latest first. */
import { type SQL, sql } from 'drizzle-orm';
import { swappedNeighbours } from '#catalog/typing-errors.ts';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import type { DriftCause, DriftField, DriftState } from '#listings/drifts.ts';
import { matches } from '#listings/list-listings.ts';

export interface DriftFilter {
  /** Words of a title, a SKU or a barcode. */
  q?: string | undefined;
  state?: 'waiting' | 'settled' | undefined;
  storeId?: string | undefined;
  field?: DriftField | undefined;
  cause?: DriftCause | undefined;
}

export interface ListedDrift extends Record<string, unknown> {
  id: string;
  storeId: string;
  listingId: string;
  variantId: string;
  title: string;
  variantTitle: string;
  sku: string;
  field: DriftField;
  currency: string;
  expected: string;
  found: string;
  cause: DriftCause;
  state: DriftState;
  seenAt: Date;
  settledAt: Date | null;
  settledBy: string | null;
  imageUrl: string | null;
  /** Whether a person may decide it (otherwise): the latest of its listing, which still is linked to the same thing. */
  canDecide: boolean;
}

export async function listDrifts(tx: Transaction, filter: DriftFilter, page: PageRequest): Promise<Page<ListedDrift>> {
  const found = await pageOfDrifts(tx, filter, filter.q === undefined ? null : [filter.q], page);
  if (filter.q === undefined || found.items.length > 0) return found;
  const others = swappedNeighbours(filter.q);
  return others.length === 0 ? found : await pageOfDrifts(tx, filter, others, page);
}

/** `words`: of which one is to be found; null for all. */
async function pageOfDrifts(
  tx: Transaction,
  filter: DriftFilter,
  words: readonly string[] | null,
  page: PageRequest,
): Promise<Page<ListedDrift>> {
  const { rows } = await tx.execute<ListedDrift & { key: string }>(sql`
    select d.id, d.store_id as "storeId", d.listing_id as "listingId", d.variant_id as "variantId", i.product_title as title, i.variant_title as "variantTitle",
      i.sku, d.field, d.currency, d.expected::text, d.found::text, d.cause, d.state, d.seen_at as "seenAt", d.settled_at as "settledAt", d.settled_by as "settledBy",
      i.image_url as "imageUrl", d.state <> 'explained' and i.variant_id is not distinct from d.variant_id and not exists (
        select from drifts n where n.organization_id = d.organization_id and n.store_id = d.store_id and n.seen_at >= d.seen_at
          and n.listing_id = d.listing_id and n.field = d.field and n.id > d.id) as "canDecide", d.seen_at::text as key
    from drifts d join listings i on i.organization_id = d.organization_id and i.id = d.listing_id
    where ${sql.join(
      [
        ...conditions(tx.organizationId, filter, page),
        ...(words === null ? [] : [sql`d.listing_id in (select listing_id from ${matches(tx, filter.q ?? '', words)})`]),
      ],
      sql` and `,
    )}
    order by d.seen_at desc, d.id desc limit ${page.limit + 1}`);
  return pageOfRows(
    rows,
    page.limit,
    ({ key, id }) => [key, id],
    ({ key: _key, ...drift }) => drift,
  );
}

function conditions(organizationId: string, filter: DriftFilter, page: PageRequest): SQL[] {
  const { state, storeId, field, cause } = filter;
  return [
    sql`d.organization_id = ${organizationId}`,
    ...(state === undefined
      ? []
      : [state === 'waiting' ? sql`d.state in ('seen', 'waiting')` : sql`d.state not in ('seen', 'waiting')`]),
    ...(storeId === undefined ? [] : [sql`d.store_id = ${storeId}`]),
    ...(field === undefined ? [] : [sql`d.field = ${field}`]),
    ...(cause === undefined ? [] : [sql`d.cause = ${cause}`]),
    ...(page.after === null ? [] : [sql`(d.seen_at, d.id) < (${page.after[0]}::timestamptz, ${page.after[1]}::uuid)`]),
  ];
}

/** How many wait for a person. */
export async function countWaitingDrifts(tx: Transaction): Promise<number> {
  const result = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from drifts where organization_id = ${tx.organizationId} and state = 'waiting'`,
  );
  return result.rows[0]?.n ?? 0;
}
