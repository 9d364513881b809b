/**
 * Returns: what a buyer sends back is put on sale again (or is not) by dispositions of a reverse fulfillment order, with a
 * refund, after one or without any (an exchange). An order says whether it has returns at all, so that only the few that do
 * are asked about; and they need a scope of their own, which a store that was connected earlier may lack.
 * https://shopify.dev/docs/apps/build/orders-fulfillment/returns-apps/manage-reverse-fulfillment-orders
 */
import type { Session } from '#connectors/connector.ts';
import { Refused } from '#connectors/errors.ts';
import { allPages, ask } from '#connectors/shopify/client.ts';
import { orderDocuments } from '#connectors/shopify/orders/order-documents.ts';
import {
  type OrderNode,
  orderAnswers,
  type ReturnNode,
  type ReverseLine,
  type ReverseOrder,
} from '#connectors/shopify/orders/order-schema.ts';

export interface WholeReturn {
  id: string;
  status: string;
  /** Of the refunds that came of it. */
  refundIds: readonly string[];
  reverseOrders: readonly { status: string; lines: readonly ReverseLine[] }[];
}

/** The returns of an order; null when it, or one of them, was gone before they were read. */
export type ReadReturns = (order: Pick<OrderNode, 'id' | 'returnStatus'>) => Promise<WholeReturn[] | null>;

/** For readings that do not ask what came back. */
export const noReturns: ReadReturns = async () => [];

/** One reader remembers what it was refused. `note` is called once, when it reads on without returns. */
export function returnsReader(session: Session, note: (message: string) => void): ReadReturns {
  let shown = true;
  return async (order) => {
    if (!shown || order.returnStatus === 'NO_RETURN') return [];
    try {
      return await readReturns(session, order.id);
    } catch (thrown) {
      if (!(thrown instanceof Refused) || thrown.refusal.code !== 'scope_missing') throw thrown;
      shown = false;
      note('Shopify does not show returns, so goods that came back without a refund are not counted: connect the store again');
      return [];
    }
  };
}

async function readReturns(session: Session, orderId: string): Promise<WholeReturn[] | null> {
  const page = async (after: string | null) => {
    const { order } = await ask(session, orderDocuments.orderReturns, { id: orderId, after }, orderAnswers.orderReturns);
    return order?.returns ?? null;
  };
  const first = await page(null);
  const nodes = first === null ? null : await allPages(first, page);
  if (nodes === null) return null;
  const whole: WholeReturn[] = [];
  for (const node of nodes) {
    const one = await wholeReturn(session, node);
    if (one === null) return null;
    whole.push(one);
  }
  return whole;
}

async function wholeReturn(session: Session, { id, status, refunds, ...rest }: ReturnNode): Promise<WholeReturn | null> {
  const allRefunds = await allPages(refunds, async (after) => {
    const { node } = await ask(session, orderDocuments.moreReturnRefunds, { id, after }, orderAnswers.moreReturnRefunds);
    return node?.refunds ?? null;
  });
  const orders = await allPages(rest.reverseFulfillmentOrders, async (after) => {
    const { node } = await ask(session, orderDocuments.moreReverseOrders, { id, after }, orderAnswers.moreReverseOrders);
    return node?.reverseFulfillmentOrders ?? null;
  });
  if (allRefunds === null || orders === null) return null;
  const reverseOrders: WholeReturn['reverseOrders'][number][] = [];
  for (const order of orders) {
    const lines = await allReverseLines(session, order);
    if (lines === null) return null;
    reverseOrders.push({ status: order.status, lines });
  }
  return { id, status, refundIds: allRefunds.map((refund) => refund.id), reverseOrders };
}

const allReverseLines = (session: Session, { id, lineItems }: ReverseOrder): Promise<ReverseLine[] | null> =>
  allPages(lineItems, async (after) => {
    const { node } = await ask(session, orderDocuments.moreReverseLines, { id, after }, orderAnswers.moreReverseLines);
    return node?.lineItems ?? null;
  });
