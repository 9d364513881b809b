/**
 * Orders that changed. The search has whole orders, so none is read by itself; but neither a cancellation of some lines, nor a
 * return, nor one more parcel need move an order's own time ("time of order status changes"), so these are looked for as well,
 * and their orders read. They are looked for first: what has changed by then the search of orders shows in any case.
 */
import type { Session } from '#connectors/connector.ts';
import type { OrderPullRequest, RemoteOrder } from '#connectors/order.ts';
import { call } from '#connectors/tiktok_shop/client.ts';
import { manifest } from '#connectors/tiktok_shop/manifest.ts';
import { operations } from '#connectors/tiktok_shop/operations.ts';
import { type Order, orderPage } from '#connectors/tiktok_shop/orders/order-schema.ts';
import { complete, readable, readOrders } from '#connectors/tiktok_shop/orders/read-orders.ts';
import { ordersTouchedSince } from '#connectors/tiktok_shop/orders/reversals.ts';
import { walkUpdates } from '#connectors/tiktok_shop/orders/walk-updates.ts';

/** Get Order List: 1 to 100 a page. */
const pageSize = 100;

export async function* pullOrders(session: Session, request: OrderPullRequest): AsyncIterable<readonly RemoteOrder[]> {
  const since = Math.floor(Date.parse(request.since) / 1000);
  const touched = await ordersTouchedSince(session, since);
  const pages = walkUpdates(since, (from, pageToken) => searchPage(session, request, from, pageToken));
  for await (const page of pages) {
    noteStrangeStatuses(page, request);
    for (const { id } of page) touched.delete(id);
    yield await complete(session, page, request);
  }
  const rest = [...touched];
  for (let at = 0; at < rest.length; at += manifest.orders.ordersPerRead)
    yield await readOrders(session, rest.slice(at, at + manifest.orders.ordersPerRead), request);
}

async function searchPage(
  session: Session,
  request: OrderPullRequest,
  from: number,
  pageToken: string,
): Promise<{ found: Order[]; next: string }> {
  const { data } = await call(session, {
    operation: operations.searchOrders,
    query: {
      page_size: String(pageSize),
      sort_field: 'update_time',
      sort_order: 'ASC',
      ...(pageToken === '' ? {} : { page_token: pageToken }),
    },
    body: { update_time_ge: from },
    answer: orderPage,
  });
  return { found: readable(data.orders, request), next: data.next_page_token };
}

function noteStrangeStatuses(orders: readonly Order[], request: OrderPullRequest): void {
  const strange = orders.filter(({ status }) => !Object.hasOwn(manifest.orders.statuses, status));
  if (strange.length === 0) return;
  request.log('Orders have a status that is not known here; they are shown as open', {
    orders: strange.map(({ id, status }) => ({ id, status })),
  });
}
