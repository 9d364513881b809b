/** From what a first look shows of an order to all of it: every line, shipment, refund and return, and where its lines ship from. */
import type { Session } from '#connectors/connector.ts';
import type { LocationShare } from '#connectors/order.ts';
import { allPages, ask, UnexpectedShape } from '#connectors/shopify/client.ts';
import { parts } from '#connectors/shopify/levels.ts';
import { readFulfillmentOrders } from '#connectors/shopify/orders/fulfillment-orders.ts';
import { orderDocuments, partsPerCall, partsPerLook } from '#connectors/shopify/orders/order-documents.ts';
import type { ReadReturns, WholeReturn } from '#connectors/shopify/orders/order-returns.ts';
import {
  type Fulfillment,
  type Line,
  type OrderNode,
  orderAnswers,
  type Refund,
} from '#connectors/shopify/orders/order-schema.ts';

export interface WholeOrder extends Omit<OrderNode, 'lineItems' | 'fulfillments' | 'refunds' | 'fulfillmentOrders'> {
  lines: readonly Line[];
  shipments: readonly WholeShipment[];
  refunds: readonly WholeRefund[];
  returns: readonly WholeReturn[];
  /** By line: the locations that ship it, as far as we are shown them; the one where units still wait first. */
  shares: ReadonlyMap<string, readonly LocationShare[]>;
}
export interface WholeShipment extends Omit<Fulfillment, 'fulfillmentLineItems'> {
  lines: Fulfillment['fulfillmentLineItems']['nodes'];
}
export interface WholeRefund extends Omit<Refund, 'refundLineItems'> {
  lines: Refund['refundLineItems']['nodes'];
}

/** Null when the order was deleted while it was read. */
export async function readWhole(session: Session, node: OrderNode, returnsOf: ReadReturns): Promise<WholeOrder | null> {
  const { lineItems, fulfillments, refunds, fulfillmentOrders, ...order } = node;
  const lines = await allPages(lineItems, async (after) => {
    const answer = await ask(session, orderDocuments.moreOrderLines, { id: node.id, after }, orderAnswers.moreOrderLines);
    return answer.order?.lineItems ?? null;
  });
  const moved = await allParts(session, node.id, fulfillments, refunds);
  const shares = lines === null ? null : await sharesOf(session, node.id, lines, fulfillmentOrders);
  const returns = await returnsOf(node);
  if (lines === null || moved === null || shares === null || returns === null) return null;
  return { ...order, lines, ...moved, returns, shares };
}

type Parts = Pick<WholeOrder, 'shipments' | 'refunds'>;

async function allParts(
  session: Session,
  orderId: string,
  fulfillments: readonly Fulfillment[],
  refunds: readonly Refund[],
): Promise<Parts | null> {
  const shown = { fulfillments: [...fulfillments], refunds: [...refunds] };
  if (fulfillments.length >= partsPerLook || refunds.length >= partsPerLook) {
    const { order } = await ask(session, orderDocuments.orderParts, { id: orderId }, orderAnswers.orderParts);
    if (order === null) return null;
    const known = new Set([...fulfillments, ...refunds].map(({ id }) => id));
    const ids = [...order.fulfillments, ...order.refunds].flatMap(({ id }) => (known.has(id) ? [] : [id]));
    for (const some of parts(ids, partsPerCall)) {
      const { nodes } = await ask(session, orderDocuments.partsByIds, { ids: some }, orderAnswers.partsByIds);
      if (nodes.length !== some.length)
        throw new UnexpectedShape(`${some.length} things were asked for, ${nodes.length} answered`);
      for (const node of nodes) {
        if (node === null) return null;
        if ('fulfillmentLineItems' in node) shown.fulfillments.push(node);
        else if ('refundLineItems' in node) shown.refunds.push(node);
      }
    }
  }
  const shipments: WholeShipment[] = [];
  for (const { fulfillmentLineItems, ...one } of shown.fulfillments) {
    const lines = await allPages(fulfillmentLineItems, async (after) => {
      const shape = orderAnswers.moreFulfillmentLines;
      return (await ask(session, orderDocuments.morePartLines, { id: one.id, after }, shape)).node?.fulfillmentLineItems ?? null;
    });
    if (lines === null) return null;
    shipments.push({ ...one, lines });
  }
  const whole: WholeRefund[] = [];
  for (const { refundLineItems, ...one } of shown.refunds) {
    const lines = await allPages(refundLineItems, async (after) => {
      const shape = orderAnswers.moreRefundLines;
      return (await ask(session, orderDocuments.morePartLines, { id: one.id, after }, shape)).node?.refundLineItems ?? null;
    });
    if (lines === null) return null;
    whole.push({ ...one, lines });
  }
  return { shipments, refunds: whole };
}

/**
 * Where all fulfillment orders stand at one location, that is every line's; only where they do not are their lines read.
 * What a fulfillment service ships is not shown to us, nor is its location.
 */
async function sharesOf(
  session: Session,
  orderId: string,
  lines: readonly Line[],
  shown: OrderNode['fulfillmentOrders'],
): Promise<Map<string, LocationShare[]> | null> {
  const standing = shown.nodes.filter(({ status }) => status !== 'CANCELLED');
  const places = new Set(standing.map(({ assignedLocation }) => assignedLocation.location?.id ?? ''));
  if (!shown.pageInfo.hasNextPage && places.size <= 1) {
    const [only = ''] = places;
    return new Map(only === '' ? [] : lines.map(({ id, quantity }) => [id, [{ locationId: only, units: quantity }]]));
  }
  const all = await readFulfillmentOrders(session, orderId);
  if (all === null) return null;
  const shares = new Map<string, LocationShare[]>();
  const inTurn = all
    .filter(({ status }) => status !== 'CANCELLED')
    .toSorted((a, b) => Number(isDone(a.status)) - Number(isDone(b.status)));
  for (const { locationId, lines: assigned } of inTurn) {
    for (const { lineItem, totalQuantity } of locationId === null ? [] : assigned) {
      const of = shares.get(lineItem.id) ?? [];
      const here = of.find((share) => share.locationId === locationId);
      if (here !== undefined) here.units += totalQuantity;
      else shares.set(lineItem.id, [...of, { locationId: locationId ?? '', units: totalQuantity }]);
    }
  }
  return shares;
}

const isDone = (status: string): boolean => status === 'CLOSED' || status === 'INCOMPLETE';
