/** Orders for a spreadsheet: a line for every item, orders in the list's order. */

import { stringify } from 'csv-stringify/sync';
import { sql } from 'drizzle-orm';
import { canonicalAmount } from '#base/money.ts';
import { neutraliseCell } from '#catalog/csv/formula-cells.ts';
import type { PageRequest } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { type CustomerDetails, openDetailsOrNull } from '#orders/customer-details.ts';
import { type ListedOrder, listOrders, type OrderFilter, type OrderSort, type OrderView } from '#orders/list-orders.ts';
import type { Hub } from '#stores/hub.ts';

const ordersPerBatch = 200;
const itemsPerBatch = 5000;

const orderColumns = ['order', 'store', 'platform', 'placed_at', 'status', 'payment', 'currency', 'order_total'] as const;
const itemColumns = [
  'sku',
  'title',
  'variant',
  'quantity',
  'unit_price',
  'discount',
  'reserved',
  'shipped',
  'restocked',
] as const;
const ownColumns = ['tags', 'note'] as const;
const buyerColumns = [
  ...['buyer_name', 'buyer_email', 'buyer_phone', 'ship_to_name', 'ship_to_company', 'ship_to_line1', 'ship_to_line2'],
  ...['ship_to_city', 'ship_to_region', 'ship_to_postal_code', 'ship_to_country', 'ship_to_phone'],
] as const;

/**
 * The file as it is read, a batch of orders in a transaction of its own: an order that changes meanwhile is in it once, as it
 * was when its batch was read. Columns of who bought are there only where `view` shows customers.
 */
export async function* exportOrders(
  hub: Hub,
  organizationId: string,
  filter: OrderFilter,
  sort: OrderSort,
  view: OrderView,
): AsyncGenerator<string> {
  yield `\uFEFF${line([...orderColumns, ...itemColumns, ...ownColumns, ...(view.customers ? buyerColumns : [])])}`;
  let after: PageRequest['after'] = null;
  do {
    const batch: { orders: ListedOrder[]; next: PageRequest['after']; customers: Map<string, CustomerDetails> } =
      await hub.db.inOrganization(organizationId, async (tx) => {
        const page = await listOrders(hub, tx, filter, { limit: ordersPerBatch, after }, sort, view);
        return {
          orders: page.items,
          next: page.next,
          customers: view.customers ? await readCustomers(hub, tx, page.items) : new Map(),
        };
      });
    yield* linesOf(hub, organizationId, batch.orders, batch.customers, view);
    after = batch.next;
  } while (after !== null);
}

async function* linesOf(
  hub: Hub,
  organizationId: string,
  orders: readonly ListedOrder[],
  customers: ReadonlyMap<string, CustomerDetails>,
  view: OrderView,
): AsyncGenerator<string> {
  const byId = new Map(orders.map((order) => [order.id, order]));
  const rank = orders.map(({ id }) => id);
  let after: { rank: number; id: string } | null = null;
  for (;;) {
    const items: ItemRow[] = await hub.db.inOrganization(organizationId, (tx) => readItems(tx, rank, after));
    let text = '';
    for (const item of items) {
      const order = byId.get(item.order_id);
      if (order === undefined) continue;
      const who = view.customers ? buyerCells(customers.get(order.id)) : [];
      text += line([...orderCells(hub, order), ...itemCells(item, order.currency), ...ownCells(order), ...who]);
    }
    if (text !== '') yield text;
    const last = items.at(-1);
    if (last === undefined || items.length < itemsPerBatch) return;
    after = { rank: last.rank, id: last.id };
  }
}

interface ItemRow extends Record<string, unknown> {
  rank: number;
  id: string;
  order_id: string;
  sku: string;
  title: string;
  variant_title: string;
  quantity: number;
  unit_price: string;
  discount: string;
  reserved: number;
  shipped: number;
  restocked: number;
}

async function readItems(
  tx: Transaction,
  orderIds: readonly string[],
  after: { rank: number; id: string } | null,
): Promise<ItemRow[]> {
  const from = after === null ? sql`` : sql`and (w.rank, i.id) > (${after.rank}::bigint, ${after.id}::uuid)`;
  const { rows } = await tx.execute<ItemRow>(sql`
    select w.rank, i.id, i.order_id, i.sku, i.title, i.variant_title, i.quantity, i.unit_price::text, i.discount::text, i.reserved, i.shipped, i.restocked
    from unnest(${sql.param([...orderIds])}::uuid[]) with ordinality w(id, rank)
    join order_items i on i.organization_id = ${tx.organizationId} and i.order_id = w.id and not i.vanished
    where true ${from} order by w.rank, i.id limit ${itemsPerBatch}`);
  return rows;
}

async function readCustomers(hub: Hub, tx: Transaction, orders: readonly ListedOrder[]): Promise<Map<string, CustomerDetails>> {
  const { rows } = await tx.execute<{ id: string; sealed: string | null }>(sql`
    select id, sealed_details as sealed from orders
    where organization_id = ${tx.organizationId} and id = any(${sql.param(orders.map(({ id }) => id))}::uuid[])`);
  const opened = await Promise.all(rows.map(async ({ id, sealed }) => [id, await openDetailsOrNull(hub, id, sealed)] as const));
  return new Map(opened.flatMap(([id, details]) => (details === null ? [] : [[id, details] as const])));
}

const orderCells = (hub: Hub, order: ListedOrder): string[] => [
  neutraliseCell(order.number),
  neutraliseCell(order.storeName),
  neutraliseCell(hub.connectors[order.platform]?.manifest.name ?? order.platform),
  order.placedAt.toISOString(),
  order.status,
  order.financialStatus,
  order.currency,
  canonicalAmount(order.total, order.currency),
];

const itemCells = (item: ItemRow, currency: string): string[] => [
  neutraliseCell(item.sku),
  neutraliseCell(item.title),
  neutraliseCell(item.variant_title),
  String(item.quantity),
  canonicalAmount(item.unit_price, currency),
  canonicalAmount(item.discount, currency),
  ...[item.reserved, item.shipped, item.restocked].map(String),
];

const ownCells = (order: ListedOrder): string[] => [neutraliseCell(order.tags.join(', ')), neutraliseCell(order.note)];

function buyerCells(details: CustomerDetails | undefined): string[] {
  const { name = '', email = '', phone = '' } = details?.buyer ?? {};
  const to = details?.shippingAddress;
  const address = [to?.name, to?.company, to?.line1, to?.line2, to?.city, to?.region, to?.postalCode, to?.countryCode, to?.phone];
  return [name, email, phone, ...address.map((cell) => cell ?? '')].map(neutraliseCell);
}

const line = (cells: readonly string[]): string =>
  stringify([[...cells]], { record_delimiter: '\n', quoted_match: /[\r\n\t;|]|^\s|\s$/ });
