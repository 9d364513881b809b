/** Cancellations, returns and packages: things of their own, which need not move the time of their order. */
import type { Session } from '#connectors/connector.ts';
import { MalformedResponse } from '#connectors/errors.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { stageOf } from '#connectors/tiktok_shop/orders/line-effect.ts';
import {
  type Cancellation,
  cancellationPage,
  isUnderstood,
  type Order,
  packagePage,
  type Return,
  returnPage,
  type Strange,
} from '#connectors/tiktok_shop/orders/order-schema.ts';
import type { Reversals } from '#connectors/tiktok_shop/orders/translate-order.ts';
import { walkUpdates } from '#connectors/tiktok_shop/orders/walk-updates.ts';

/** All three searches: at most 50 a page. How many order ids one may name is not documented; a page's worth is asked for. */
const pageSize = 50;

interface Query {
  pageToken: string;
  sort: 'create_time' | 'update_time';
  body: Readonly<Record<string, unknown>>;
}

const queryOf = ({ pageToken, sort }: Query): Record<string, string> => ({
  page_size: String(pageSize),
  sort_field: sort,
  sort_order: 'ASC',
  ...(pageToken === '' ? {} : { page_token: pageToken }),
});

async function cancellationsOf(
  session: Session,
  query: Query,
): Promise<{ found: readonly (Cancellation | Strange)[]; next: string }> {
  const { body } = query;
  const { data } = await call(session, {
    operation: operations.searchCancellations,
    query: queryOf(query),
    body,
    answer: cancellationPage,
  });
  return { found: data.cancellations, next: data.next_page_token };
}

async function returnsOf(session: Session, query: Query): Promise<{ found: readonly (Return | Strange)[]; next: string }> {
  const { body } = query;
  const { data } = await call(session, { operation: operations.searchReturns, query: queryOf(query), body, answer: returnPage });
  return { found: data.return_orders, next: data.next_page_token };
}

/** What changed, and the orders that it belongs to. */
interface Change {
  update_time: number;
  orderIds: readonly string[];
}

const changesIn = <T extends { order_id: string; update_time: number }>(found: readonly T[]): Change[] =>
  found.map(({ order_id: orderId, update_time }) => ({ update_time, orderIds: [orderId] }));

/** A package may hold several orders, if they were combined. */
async function packagesOf(session: Session, query: Query): Promise<{ found: Change[]; next: string }> {
  const { data } = await call(session, {
    operation: operations.searchPackages,
    query: queryOf(query),
    body: query.body,
    answer: packagePage,
  });
  const found = data.packages.map(({ update_time, orders }) => ({ update_time, orderIds: orders.map(({ id }) => id) }));
  return { found, next: data.next_page_token };
}

/**
 * Ids of orders of which something was called off, sent back or packed since then, in unix seconds: a second parcel of an order
 * that is PARTIALLY_SHIPPING changes no status.
 */
export async function ordersTouchedSince(session: Session, since: number): Promise<Set<string>> {
  const searches = [
    async (query: Query) => {
      const { found, next } = await cancellationsOf(session, query);
      return { found: changesIn(found), next };
    },
    async (query: Query) => {
      const { found, next } = await returnsOf(session, query);
      return { found: changesIn(found), next };
    },
    (query: Query) => packagesOf(session, query),
  ];
  const orderIds = new Set<string>();
  const walk = async (search: (query: Query) => Promise<{ found: readonly Change[]; next: string }>): Promise<void> => {
    const pages = walkUpdates<Change>(since, (from, pageToken) =>
      search({ pageToken, sort: 'update_time', body: { update_time_ge: from } }),
    );
    for await (const page of pages) for (const orderId of page.flatMap((one) => one.orderIds)) orderIds.add(orderId);
  };
  // Side by side: figures wait for a reading of orders. Each search has a limit of its own.
  await Promise.all(searches.map(walk));
  return orderIds;
}

/**
 * By order id: what was called off or sent back of these orders; null where some of that is not understood. Only those are
 * asked about of which something can have been.
 */
export async function readReversals(session: Session, orders: readonly Order[]): Promise<Map<string, Reversals | null>> {
  const cancelled = orders.filter((order) => order.line_items.some((line) => stageOf(line, order) === 'cancelled'));
  const shipped = orders.filter((order) =>
    order.line_items.some((line) => stageOf(line, order) === 'sent' || (line.rts_time && order.collection_time)),
  );
  const cancellations = await ofOrders(session, cancelled, cancellationsOf);
  const returns = await ofOrders(session, shipped, returnsOf);
  const byOrder = new Map<string, Reversals | null>();
  for (const { id } of orders) {
    const all = { cancellations: cancellations.get(id) ?? [], returns: returns.get(id) ?? [] };
    const known = { cancellations: all.cancellations.filter(isUnderstood), returns: all.returns.filter(isUnderstood) };
    const whole = known.cancellations.length === all.cancellations.length && known.returns.length === all.returns.length;
    byOrder.set(id, whole ? known : null);
  }
  return byOrder;
}

async function ofOrders<T extends { order_id: string }>(
  session: Session,
  orders: readonly Order[],
  search: (session: Session, query: Query) => Promise<{ found: readonly T[]; next: string }>,
): Promise<Map<string, T[]>> {
  const all: T[] = [];
  for (let at = 0; at < orders.length; at += pageSize) {
    const ids = orders.slice(at, at + pageSize).map(({ id }) => id);
    const tokens = new Set<string>();
    for (let pageToken = ''; ; ) {
      const { found, next } = await search(session, { pageToken, sort: 'create_time', body: { order_ids: ids } });
      all.push(...found);
      if (next === '') break;
      if (tokens.has(next)) throw new MalformedResponse('The pages of a search run in a circle');
      tokens.add(next);
      pageToken = next;
    }
  }
  return Map.groupBy(all, (one) => one.order_id);
}
