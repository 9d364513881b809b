/** The stock ledger as people read it: with the orders and documents that its lines belong to, and who booked them. */
import { type SQL, sql } from 'drizzle-orm';
import type { Page, PageRequest } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { type LedgerFilter, type LedgerRow, type LedgerSort, listLedger } from '#inventory/list-ledger.ts';
import { undoneDocuments } from '#inventory/undone-documents.ts';
import { nameOrders } from '#orders/read-stock-claims.ts';
import type { Auth } from '#organizations/auth.ts';
import { nameCallers } from '#organizations/name-callers.ts';
import { readOrganizationSettings } from '#organizations/read-organization-settings.ts';
import type { Hub } from '#stores/hub.ts';
import { nameStores } from '#stores/stores-store.ts';

interface BareLine {
  documentKind: string | null;
  documentId: string | null;
  createdBy: string | null;
}

export interface Described {
  orderNumber: string | null;
  /** The order's store, or the store from which the figure was taken. */
  storeName: string | null;
  /** Whether it belongs to a document that can be, or was, taken back. */
  document: 'posted' | 'undone' | null;
  who: string | null;
}

export type HistoryLine = LedgerRow & Described;
export type HistoryFilter = Omit<LedgerFilter, 'orderIds' | 'where'> & {
  /** Whose orders the lines are of, or whose figure they have taken over. */
  storeId?: string | undefined;
};

const undoable = new Set(['receipt', 'transfer', 'stocktake']);

/** Reads lines in a transaction, then names what they belong to, and those who booked them. */
export async function describeLines<Line extends BareLine>(
  hub: Hub,
  auth: Auth,
  organizationId: string,
  read: (tx: Transaction) => Promise<Page<Line>>,
): Promise<Page<Line & Described>> {
  const { page, orders, stores, undone } = await hub.db.inOrganization(organizationId, async (tx) => {
    const found = await read(tx);
    const idsOf = (isMeant: (kind: string) => boolean) =>
      found.items.flatMap(({ documentKind, documentId }) => (isMeant(documentKind ?? '') ? (documentId ?? []) : []));
    const ofOrders = idsOf((kind) => kind === 'order');
    const ofStores = idsOf((kind) => kind === 'store');
    const ofDocuments = idsOf((kind) => undoable.has(kind));
    return {
      page: found,
      orders: await nameOrders(tx, ofOrders),
      stores: await nameStores(tx, ofStores),
      undone: await undoneDocuments(tx, ofDocuments),
    };
  });
  const people = page.items.flatMap(({ createdBy }) => createdBy ?? []);
  const names = await nameCallers(auth, organizationId, people);
  const items = page.items.map((line) => {
    const kind = line.documentKind ?? '';
    const documentId = line.documentId ?? '';
    const order = kind === 'order' ? orders.get(documentId) : undefined;
    return {
      ...line,
      orderNumber: order?.number ?? null,
      storeName: (kind === 'store' ? stores.get(documentId) : order?.storeName) ?? null,
      document: !undoable.has(kind) ? null : undone.has(documentId) ? ('undone' as const) : ('posted' as const),
      who: line.createdBy === null ? null : (names.get(line.createdBy) ?? null),
    };
  });
  return { items, next: page.next };
}

/** A page of everything that changed the stock. */
export async function listStockHistory(
  hub: Hub,
  auth: Auth,
  organizationId: string,
  filter: HistoryFilter,
  page: PageRequest,
  sort: LedgerSort,
): Promise<Page<HistoryLine>> {
  return await describeLines(hub, auth, organizationId, async (tx) => {
    const { timezone } = await readOrganizationSettings(tx);
    const orderIds = filter.q === undefined ? [] : await ordersNumbered(tx, filter.q);
    const { storeId, ...others } = filter;
    const where = storeId === undefined ? undefined : ofStore(tx.organizationId, storeId);
    return await listLedger(tx, { ...others, orderIds, where }, page, sort, timezone);
  });
}

/**
 * In a case, for only an order's document is the id of an order. Its store is looked up line by line, for the lines of a page
 * are bounded; the orders of a store are not.
 */
const ofStore = (organizationId: string, storeId: string): SQL => sql`
  case t.document_kind when 'store' then t.document_id::uuid
    when 'order' then (select o.store_id from orders o where o.organization_id = ${organizationId} and o.id = t.document_id::uuid)
  end = ${storeId}::uuid`;

/** Orders with numbers that begin alike which are looked at, the newest: more digits find one sooner than more pages. */
const ordersAtMost = 500;

async function ordersNumbered(tx: Transaction, q: string): Promise<string[]> {
  // One word with a digit in it; other words are those of things and notes.
  if (!/^\S*\d\S*$/.test(q)) return [];
  const number = q.toLowerCase().replace(/^#+/, '');
  const { rows } = await tx.execute<{ id: string }>(sql`
    select o.id from search_orders(${tx.organizationId}::uuid, ${q}, ${ordersAtMost}, '{}'::text[]) s
    join orders o on o.organization_id = ${tx.organizationId} and o.id = s.order_id
    where starts_with(ltrim(lower(o.number), '#'), ${number})`);
  return rows.map(({ id }) => id);
}
