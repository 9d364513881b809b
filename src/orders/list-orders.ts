/** Orders of every store, as lists show them. */

import type { SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import type { OrderStatus, RemoteOrder } from '#connectors/order.ts';
import { beginOf, endOf } from '#db/days.ts';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { openDetailsOrNull, searchKeys } from '#orders/customer-details.ts';
import { toShip } from '#orders/orders.ts';
import type { Hub } from '#stores/hub.ts';

export interface OrderFilter {
  /** A number's beginning, words of an item, or who bought: see migrations, search_orders(). */
  q?: string | undefined;
  status?: readonly OrderStatus[] | undefined;
  storeId?: string | undefined;
  /** These alone, as far as the rest of the filter lets them through. */
  ids?: readonly string[] | undefined;
  financialStatus?: RemoteOrder['financialStatus'] | undefined;
  attention?: Attention | undefined;
  tag?: string | undefined;
  /** First and last day on which it was placed, in the organization's time zone; or moments (ISO 8601). */
  from?: string | undefined;
  to?: string | undefined;
}

export const attentions = ['oversold', 'unlinked', 'refused', 'any'] as const;
export type Attention = (typeof attentions)[number];

export const orderSorts = ['-placedAt', 'placedAt', '-total'] as const;
export type OrderSort = (typeof orderSorts)[number];

/** Customers are shown to, and found by, whoever works with orders: not by who only looks on. */
export interface OrderView {
  timezone: string;
  customers: boolean;
}

export interface ListedOrder {
  id: string;
  storeId: string;
  storeName: string;
  platform: string;
  number: string;
  status: OrderStatus;
  nativeStatus: string;
  financialStatus: RemoteOrder['financialStatus'];
  placedAt: Date;
  updatedAt: Date;
  currency: string;
  total: string;
  itemCount: number;
  unitCount: number;
  unlinkedCount: number;
  oversold: boolean;
  /** The platform refused the shipment that was reported last, and something is still to be shipped. */
  shipmentRefused: boolean;
  tags: string[];
  note: string;
  buyerName: string | null;
  url: string | null;
  /** At most three. */
  firstItems: { title: string; variantTitle: string; quantity: number }[];
}

/** Matches of one search that are looked at, the newest: beyond that, more words find it sooner than more pages. */
const matchesAtMost = 2000;

interface OrderBy {
  /** What of an order it is sorted by, and the same in one word, for the cursor. */
  columns: SQL;
  key: SQL;
  by: SQL;
  /** What comes after an order, in parts that an index finds each. */
  after(key: string, id: string): readonly SQL[];
}

const orderBy: Readonly<Record<OrderSort, OrderBy>> = {
  '-placedAt': {
    columns: sql`o.placed_at`,
    key: sql`o.placed_at`,
    by: sql`o.placed_at desc, o.id desc`,
    after: (key, id) => [sql`(o.placed_at, o.id) < (${key}::timestamptz, ${id}::uuid)`],
  },
  placedAt: {
    columns: sql`o.placed_at`,
    key: sql`o.placed_at`,
    by: sql`o.placed_at, o.id`,
    after: (key, id) => [sql`(o.placed_at, o.id) > (${key}::timestamptz, ${id}::uuid)`],
  },
  '-total': {
    // Amounts of two currencies are not compared: 150 000 VND are less than 900 USD, and nobody has to state a rate for a list.
    columns: sql`o.currency, o.total`,
    key: sql`o.currency || ' ' || o.total`,
    by: sql`o.currency, o.total desc, o.id desc`,
    after(key, id) {
      const [currency = '', total = ''] = key.split(' ');
      return [
        sql`o.currency = ${currency} and (o.total, o.id) < (${total}::numeric, ${id}::uuid)`,
        sql`o.currency > ${currency}`,
      ];
    },
  },
};

/** A page of orders; the newest first unless asked for otherwise. By total: currency after currency, in each the largest first. */
export async function listOrders(
  hub: Hub,
  tx: Transaction,
  filter: OrderFilter,
  page: PageRequest,
  sort: OrderSort,
  view: OrderView,
): Promise<Page<ListedOrder>> {
  const { rows } = await tx.execute<{ id: string; key: string }>(pageStatement(hub, tx, filter, page, sort, view));
  const chosen = pageOfRows(
    rows,
    page.limit,
    ({ key, id }) => [key, id],
    ({ id }) => id,
  );
  return { items: await readListed(hub, tx, chosen.items, view), next: chosen.next };
}

/**
 * Finds the ids of a page and one more, with the key that they are sorted by. Of several statuses each is read in order from
 * the index: what waits to be shipped is a few among many, and the oldest of them may be the hundred-thousandth order.
 */
export function pageStatement(
  hub: Hub,
  tx: Transaction,
  filter: OrderFilter,
  page: PageRequest,
  sort: OrderSort,
  view: OrderView,
): SQL {
  const order = orderBy[sort];
  const begins = page.after === null ? [sql``] : order.after(...page.after).map((after) => sql`and ${after}`);
  const sorted = sql`order by ${order.by} limit ${page.limit + 1}`;
  const statuses = [...new Set(filter.status)];
  const parts = statuses.length === 0 ? [filter] : statuses.map((one) => ({ ...filter, status: [one] }));
  const found = parts.flatMap((part) =>
    begins.map(
      (after) => sql`(select o.id, ${order.columns} from orders o where ${conditions(hub, tx, part, view)} ${after} ${sorted})`,
    ),
  );
  return sql`select o.id, ${order.key}::text as key from (${sql.join(found, sql` union all `)}) o ${sorted}`;
}

/** How many orders a filter selects; of a search, at most as many as are looked at. */
export async function countListed(hub: Hub, tx: Transaction, filter: OrderFilter, view: OrderView): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(
    sql`select count(*)::integer as n from orders o where ${conditions(hub, tx, filter, view)}`,
  );
  return rows[0]?.n ?? 0;
}

/** Orders by id, in the order of the ids; those that the organization does not have are left out. */
export async function readListed(hub: Hub, tx: Transaction, ids: readonly string[], view: OrderView): Promise<ListedOrder[]> {
  const { rows } = await tx.execute<ListedOrder & { sealed: string | null } & Record<string, unknown>>(sql`
    select o.id, o.store_id as "storeId", s.name as "storeName", s.platform, o.number, o.status, o.native_status as "nativeStatus",
      o.financial_status as "financialStatus", o.placed_at as "placedAt", o.updated_at as "updatedAt", o.currency, o.total::text as total,
      o.item_count as "itemCount", o.unit_count as "unitCount", o.unlinked_count as "unlinkedCount", o.oversold, ${shipmentRefused} as "shipmentRefused", o.tags, o.note, o.url,
      case when ${view.customers} then o.sealed_details end as sealed, coalesce(first.items, '[]'::json) as "firstItems"
    from unnest(${sql.param([...ids])}::uuid[]) with ordinality as wanted(id, rank)
    join orders o on o.organization_id = ${tx.organizationId} and o.id = wanted.id
    join stores s on s.organization_id = o.organization_id and s.id = o.store_id
    left join lateral (
      select json_agg(json_build_object('title', i.title, 'variantTitle', i.variant_title, 'quantity', i.quantity) order by i.id) as items from (
        select id, title, variant_title, quantity from order_items i
        where i.organization_id = o.organization_id and i.order_id = o.id and not i.vanished order by i.id limit 3) i) first on true
    order by wanted.rank`);
  return await Promise.all(
    rows.map(async ({ sealed, ...row }) => ({
      ...row,
      buyerName: nameOf((await openDetailsOrNull(hub, row.id, sealed))?.buyer.name ?? ''),
    })),
  );
}

const nameOf = (name: string): string | null => (name.trim() === '' ? null : name);

function conditions(hub: Hub, tx: Transaction, filter: OrderFilter, { timezone, customers }: OrderView): SQL {
  const all = [sql`o.organization_id = ${tx.organizationId}`];
  const { q, status = [], storeId, ids, financialStatus, attention, tag, from, to } = filter;
  if (status.length === 1) all.push(sql`o.status = ${status[0]}`);
  if (status.length > 1) all.push(sql`o.status = any(${sql.param([...status])}::text[])`);
  if (storeId !== undefined) all.push(sql`o.store_id = ${storeId}::uuid`);
  if (ids !== undefined) all.push(sql`o.id = any(${sql.param([...ids])}::uuid[])`);
  if (financialStatus !== undefined) all.push(sql`o.financial_status = ${financialStatus}`);
  if (attention !== undefined) all.push(needing[attention]);
  // The first half is what the partial index is of.
  if (tag !== undefined) all.push(sql`o.tags <> '{}'::text[] and ${tag} = any(o.tags)`);
  if (from !== undefined) all.push(sql`o.placed_at >= ${beginOf(from, timezone)}`);
  if (to !== undefined) all.push(sql`o.placed_at < ${endOf(to, timezone)}`);
  if (q !== undefined) {
    const keys = customers ? searchKeys(hub.sealer.searchKey, q) : [];
    all.push(
      sql`o.id in (select order_id from search_orders(${tx.organizationId}::uuid, ${q}, ${matchesAtMost}, ${sql.param(keys)}::text[]))`,
    );
  }
  return sql.join(all, sql` and `);
}

/** Of an order `o`. Only those to be shipped are looked at: an index has them, and the others have settled it. */
const shipmentRefused = sql`(o.status = any(${sql.param([...toShip])}::text[]) and (
  select s.state from order_shipments s where s.organization_id = o.organization_id and s.order_id = o.id and s.created_by is not null
  order by s.created_at desc, s.id desc limit 1) is not distinct from 'refused')`;

const needing: Readonly<Record<Attention, SQL>> = {
  oversold: sql`o.oversold`,
  unlinked: sql`o.unlinked_count > 0`,
  refused: shipmentRefused,
  any: sql`(o.oversold or o.unlinked_count > 0 or ${shipmentRefused})`,
};

/** Somebody must look at an order `o`: for which reason, or for any. */
export const needsPerson = (attention: Attention): SQL => needing[attention];
