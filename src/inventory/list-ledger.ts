/** The ledger of all stock: what changed, of which thing, where, when, by whom, because of which document. */
import { type SQL, sql } from 'drizzle-orm';
import { beginOf, endOf } from '#db/days.ts';
import type { Page, PageRequest } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import type { DocumentKind, TransactionType } from '#inventory/inventory.ts';
import { findVariants } from '#inventory/variant-matches.ts';

export interface LedgerFilter {
  /** Words of a product, a whole SKU or barcode, or words of the note. */
  q?: string | undefined;
  /** Orders whose lines the search means too. */
  orderIds?: readonly string[] | undefined;
  type?: readonly TransactionType[] | undefined;
  documentKind?: DocumentKind | undefined;
  locationId?: string | undefined;
  /** What the lines `t` must also fit: who knows other tables narrows by them. */
  where?: SQL | undefined;
  by?: LedgerCause | undefined;
  /** First and last day, in the organization's time zone; or moments (ISO 8601). */
  from?: string | undefined;
  to?: string | undefined;
}

/** Person: somebody here, or a key of theirs; with whichever document. */
export const ledgerCauses = ['person', 'store', 'order'] as const;
export type LedgerCause = (typeof ledgerCauses)[number];

/** Lines get their ids when they are booked, and ids are ordered by time: no index by time is needed. */
export const ledgerSorts = ['-createdAt', 'createdAt'] as const;
export type LedgerSort = (typeof ledgerSorts)[number];

export interface LedgerRow {
  id: string;
  variantId: string;
  locationId: string;
  type: string;
  delta: number;
  reservedDelta: number;
  documentKind: string | null;
  documentId: string | null;
  note: string | null;
  createdBy: string | null;
  createdAt: Date;
  productTitle: string;
  variantTitle: string;
  sku: string;
}

/**
 * How many lines are looked through for a page, stretch after stretch: most filters find enough among the newest. One that
 * finds few never makes a page walk the whole ledger: it answers what was found so far, and where to go on.
 */
const stretches = [2_000, 20_000, 80_000] as const;
/** So few things are found by index where they have few lines, as the first stretches have shown. */
const indexedVariantsAtMost = 50;

interface Search {
  q: string;
  variantIds: readonly string[];
  orderIds: readonly string[];
}

interface Asked {
  tx: Transaction;
  filter: LedgerFilter;
  timezone: string;
  sort: LedgerSort;
  search: Search | null;
}

/** From after one line up to another, that one included. */
interface Stretch {
  after: string | null;
  until: string | null;
  /** Things and orders are found by their indexes; only notes are looked through. */
  indexed: boolean;
}

/** A page may be shorter than its limit and still have a next one: see `stretches`. */
export async function listLedger(
  tx: Transaction,
  filter: LedgerFilter,
  page: PageRequest,
  sort: LedgerSort,
  timezone: string,
): Promise<Page<LedgerRow>> {
  const { q, orderIds = [] } = filter;
  const search = q === undefined ? null : { q, orderIds, variantIds: await findVariants(tx, q, orderIds.length === 0) };
  const asked: Asked = { tx, filter, timezone, sort, search };
  const found: LedgerRow[] = [];
  let after = page.after?.[1] ?? null;
  for (const lines of isNarrowed(filter) ? stretches : []) {
    const indexed = search !== null && search.variantIds.length <= indexedVariantsAtMost && lines === stretches.at(-1);
    const until = await lineAfter(asked, after, lines, indexed);
    found.push(...(await readLines(asked, { after, until, indexed }, page.limit + 1 - found.length)));
    if (until === null || found.length > page.limit) return pageOf(found, page.limit, null);
    after = until;
  }
  if (isNarrowed(filter)) return pageOf(found, page.limit, after);
  const { rows } = await tx.execute<Row>(firstLines(asked, after, page.limit + 1));
  return pageOf(rows, page.limit, null);
}

type Row = LedgerRow & Record<string, unknown>;

const isNarrowed = ({ q, type = [], documentKind, locationId, where, by }: LedgerFilter): boolean =>
  type.length > 0 || [q, documentKind, locationId, where, by].some((value) => value !== undefined);

function pageOf(rows: readonly LedgerRow[], limit: number, until: string | null): Page<LedgerRow> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? (items.at(-1)?.id ?? null) : until;
  return { items, next: last === null ? null : ['', last] };
}

/** The id of the last line of a stretch; null when there are not so many left. */
async function lineAfter(asked: Asked, after: string | null, lines: number, indexed: boolean): Promise<string | null> {
  // What an index finds needs no looking through; words of a note do, and no sale has one.
  const conditions = [...among(asked, { after, until: null }), ...(indexed ? [notSold] : [])];
  const { rows } = await asked.tx.execute<{ id: string }>(sql`
    select t.id from inventory_transactions t where ${sql.join(conditions, sql` and `)}
    order by ${orderOf(asked.sort)} offset ${lines - 1} limit 1`);
  return rows[0]?.id ?? null;
}

const firstLines = (asked: Asked, after: string | null, limit: number): SQL =>
  named(
    asked.sort,
    sql`select t.* from inventory_transactions t where ${sql.join(among(asked, { after, until: null }), sql` and `)}
      order by ${orderOf(asked.sort)} limit ${limit}`,
  );

async function readLines(asked: Asked, stretch: Stretch, limit: number): Promise<LedgerRow[]> {
  const { search, sort, filter } = asked;
  const lines = sql`select t.* from inventory_transactions t where ${sql.join(among(asked, stretch), sql` and `)}`;
  const ordered = sql`order by ${orderOf(sort)} limit ${limit}`;
  const filters = filtersOf(filter);
  const matches = search === null ? [] : matchesOf(search);
  // `offset 0`: the planner guesses badly how many lines fit, and whether to walk the ledger or a thing's index is said here.
  const found = stretch.indexed
    ? matches.map((match) => sql`(select * from (${lines} and ${match} offset 0) t where ${all(filters)} ${ordered})`)
    : [sql`(select * from (${lines} offset 0) t where ${all(filters)} and ${any(matches)} ${ordered})`];
  const { rows } = await asked.tx.execute<Row>(named(sort, sql`select * from (${sql.join(found, sql` union `)}) t ${ordered}`));
  return rows;
}

const all = (conditions: readonly SQL[]): SQL => sql`(${sql.join([sql`true`, ...conditions], sql` and `)})`;
const any = (conditions: readonly SQL[]): SQL =>
  conditions.length === 0 ? sql`true` : sql`(${sql.join([...conditions], sql` or `)})`;

/** Lines as they are answered, with the things that they are of. */
const named = (sort: LedgerSort, lines: SQL): SQL => sql`
  select t.id, t.variant_id as "variantId", t.location_id as "locationId", t.type, t.delta, t.reserved_delta as "reservedDelta",
    t.document_kind as "documentKind", t.document_id as "documentId", t.note, t.created_by as "createdBy", t.created_at as "createdAt",
    coalesce(p.title, '') as "productTitle", coalesce(v.title, '') as "variantTitle", coalesce(v.sku, '') as sku
  from (${lines}) t
  left join product_variants v on v.organization_id = t.organization_id and v.id = t.variant_id
  left join products p on p.organization_id = v.organization_id and p.id = v.product_id
  order by ${orderOf(sort)}`;

const orderOf = (sort: LedgerSort): SQL => (sort === 'createdAt' ? sql`t.id` : sql`t.id desc`);

/** What is looked through: a stretch of the ledger, without the many lines of sales where none of them can be meant. */
function among({ tx, filter, timezone, sort }: Asked, { after, until }: Omit<Stretch, 'indexed'>): SQL[] {
  const { from, to } = filter;
  const [beyond, within] = sort === 'createdAt' ? [sql`>`, sql`<=`] : [sql`<`, sql`>=`];
  return [
    sql`t.organization_id = ${tx.organizationId}`,
    ...(after === null ? [] : [sql`t.id ${beyond} ${after}::uuid`]),
    ...(until === null ? [] : [sql`t.id ${within} ${until}::uuid`]),
    ...(from === undefined ? [] : [sql`t.created_at >= ${beginOf(from, timezone)}`]),
    ...(to === undefined ? [] : [sql`t.created_at < ${endOf(to, timezone)}`]),
    ...(meansNoSale(filter) ? [notSold] : []),
  ];
}

/** As the index is of. */
const notSold = sql`t.type not in ('reservation', 'sale')`;

/** Sales and reservations are always of an order, and never by a person. */
const meansNoSale = ({ type = [], documentKind, by }: LedgerFilter): boolean =>
  (type.length > 0 && !type.includes('sale') && !type.includes('reservation')) ||
  (documentKind !== undefined && documentKind !== 'order') ||
  by === 'person' ||
  by === 'store';

function filtersOf({ type = [], documentKind, locationId, where, by }: LedgerFilter): SQL[] {
  return [
    ...(type.length === 0 ? [] : [sql`t.type = any(${sql.param([...type])}::text[])`]),
    ...(documentKind === undefined ? [] : [sql`t.document_kind = ${documentKind}`]),
    ...(locationId === undefined ? [] : [sql`t.location_id = ${locationId}::uuid`]),
    ...(where === undefined ? [] : [where]),
    ...(by === undefined ? [] : [causes[by]]),
  ];
}

const causes: Readonly<Record<LedgerCause, SQL>> = {
  person: sql`t.created_by is not null`,
  store: sql`t.document_kind = 'store'`,
  order: sql`t.document_kind = 'order'`,
};

/** In parts that an index finds each. Of a note every word must be there. */
function matchesOf({ q, variantIds, orderIds }: Search): SQL[] {
  const patterns = q.split(/\s+/).map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
  return [
    sql`(${notSold} and t.note ilike all(${sql.param(patterns)}::text[]))`,
    ...(variantIds.length === 0 ? [] : [sql`t.variant_id = any(${sql.param([...variantIds])}::uuid[])`]),
    ...(orderIds.length === 0
      ? []
      : [sql`(t.document_kind = 'order' and t.document_id = any(${sql.param([...orderIds])}::text[]))`]),
  ];
}
