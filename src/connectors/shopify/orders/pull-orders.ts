import type { Session } from '#connectors/connector.ts';
import { MalformedResponse } from '#connectors/errors.ts';
import type { OrderPullRequest, OrderRemarks, RemoteOrder } from '#connectors/order.ts';
import { UnexpectedShape } from '#connectors/shopify/client.ts';
import { parts } from '#connectors/shopify/levels.ts';
import { orderStatuses } from '#connectors/shopify/orders/native-status.ts';
import { orderDocuments, ordersPerPage } from '#connectors/shopify/orders/order-documents.ts';
import { orderReader } from '#connectors/shopify/orders/order-reader.ts';
import { type ReadReturns, returnsReader } from '#connectors/shopify/orders/order-returns.ts';
import { type OrderNode, orderAnswers, type ToldOrder } from '#connectors/shopify/orders/order-schema.ts';
import { shopOfSession, toOrder } from '#connectors/shopify/orders/translate-order.ts';
import { readWhole } from '#connectors/shopify/orders/whole-order.ts';
import { tellUnreadable } from '#connectors/unreadable-order.ts';

/** A connection ends after 25,000 things; well before that the walk begins anew, where it has come to by time. */
export const ordersPerWalk = 1000;

/**
 * Orders that changed, the oldest change first. Cursors hold the place by what stands there, so an order that changes
 * meanwhile moves to the end without hiding another. Orders that are older than 60 days are shown with read_all_orders only.
 */
export async function* pullOrders(session: Session, request: OrderPullRequest): AsyncGenerator<readonly RemoteOrder[]> {
  const askForOrders = orderReader(session, request.log);
  const returnsOf = returnsReader(session, request.log);
  const page = async (since: string, after: string | null) => {
    const variables = { first: ordersPerPage, after, query: `updated_at:>='${since}'` };
    return (await askForOrders(orderDocuments.ordersPage, variables, orderAnswers.ordersPage)).orders;
  };
  let since = request.since;
  let walked = 0;
  for (let after: string | null = null; ; ) {
    const { nodes: told, pageInfo } = await page(since, after);
    const nodes = readable(told, request);
    const orders = await wholeOrders(session, nodes, returnsOf, request);
    noteStrangeStatuses(orders, request);
    if (orders.length > 0) yield orders;
    if (!pageInfo.hasNextPage) return;
    if (pageInfo.endCursor === null || pageInfo.endCursor === after)
      throw new MalformedResponse('A next page is promised, but leads nowhere');
    after = pageInfo.endCursor;
    walked += told.length;
    const reached = nodes.at(-1)?.updatedAt ?? since;
    if (walked < ordersPerWalk || Date.parse(reached) <= Date.parse(since)) continue;
    since = reached;
    after = null;
    walked = 0;
  }
}

/** Orders as they stand now, by id. Those that are gone, or out of our sight, are left out. */
export async function readOrders(
  session: Session,
  orderIds: readonly string[],
  remarks: OrderRemarks = {},
): Promise<RemoteOrder[]> {
  const nodes = await readNodes(session, orderIds, remarks);
  const returnsOf = returnsReader(session, () => undefined);
  return await wholeOrders(session, nodes, returnsOf, remarks);
}

/** With the first of their lines, shipments and refunds. */
export async function readNodes(session: Session, orderIds: readonly string[], remarks: OrderRemarks = {}): Promise<OrderNode[]> {
  const askForOrders = orderReader(session, () => undefined);
  const found: OrderNode[] = [];
  for (const ids of parts([...new Set(orderIds)], ordersPerPage)) {
    const { nodes } = await askForOrders(orderDocuments.ordersByIds, { ids }, orderAnswers.ordersByIds);
    if (nodes.length !== ids.length) throw new MalformedResponse(`${ids.length} orders were asked for, ${nodes.length} answered`);
    found.push(...readable(nodes.filter(isTold), remarks));
    for (const [at, id] of ids.entries()) if (nodes[at] === null) remarks.gone?.(id);
  }
  return found;
}

/** Neither nothing, nor a thing of another kind. */
const isTold = (node: ToldOrder | { id: string } | null): node is ToldOrder => node !== null && !('id' in node);

function readable(told: readonly ToldOrder[], remarks: OrderRemarks): OrderNode[] {
  return told.flatMap((one) => {
    if ('node' in one) return [one.node];
    tellUnreadable(one.unreadable, remarks);
    return [];
  });
}

async function wholeOrders(
  session: Session,
  nodes: readonly OrderNode[],
  returnsOf: ReadReturns,
  remarks: OrderRemarks,
): Promise<RemoteOrder[]> {
  const orders: RemoteOrder[] = [];
  for (const node of nodes) {
    try {
      const whole = await readWhole(session, node, returnsOf);
      if (whole !== null) orders.push(toOrder(whole, shopOfSession(session)));
    } catch (thrown) {
      // Of this order's own parts. An answer that is none at all says nothing of the order.
      if (!(thrown instanceof UnexpectedShape)) throw thrown;
      tellUnreadable({ id: node.id, updatedAt: node.updatedAt, why: thrown.message, raw: node }, remarks);
    }
  }
  return orders;
}

function noteStrangeStatuses(orders: readonly RemoteOrder[], request: OrderPullRequest): void {
  const strange = orders.filter(({ nativeStatus }) => !Object.hasOwn(orderStatuses, nativeStatus));
  if (strange.length === 0) return;
  request.log('Orders have a status that is not known here; they are shown as open', {
    orders: strange.map(({ id, nativeStatus }) => ({ id, status: nativeStatus })),
  });
}
