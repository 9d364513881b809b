import type { Session } from '#connectors/connector.ts';
import { allPages, ask } from '#connectors/shopify/client.ts';
import { orderDocuments } from '#connectors/shopify/orders/order-documents.ts';
import { type AssignedLine, type FulfillmentOrderNode, orderAnswers } from '#connectors/shopify/orders/order-schema.ts';

/** What is to be shipped together, from one location. */
export interface FulfillmentOrder {
  id: string;
  status: string;
  actions: readonly string[];
  locationId: string | null;
  lines: readonly AssignedLine[];
}

/** Those of an order that the app's scopes show; null when the order, or one of them, was gone before they were read. */
export async function readFulfillmentOrders(session: Session, orderId: string): Promise<FulfillmentOrder[] | null> {
  const page = async (after: string | null) => {
    const variables = { id: orderId, after };
    const { order } = await ask(session, orderDocuments.fulfillmentOrders, variables, orderAnswers.fulfillmentOrders);
    return order?.fulfillmentOrders ?? null;
  };
  const first = await page(null);
  const nodes = first === null ? null : await allPages(first, page);
  if (nodes === null) return null;
  const whole: FulfillmentOrder[] = [];
  for (const node of nodes) {
    const lines = await allLines(session, node);
    if (lines === null) return null;
    const actions = node.supportedActions.map(({ action }) => action);
    whole.push({ id: node.id, status: node.status, actions, locationId: node.assignedLocation.location?.id ?? null, lines });
  }
  return whole;
}

const allLines = (session: Session, { id, lineItems }: FulfillmentOrderNode): Promise<AssignedLine[] | null> =>
  allPages(lineItems, async (after) => {
    const { fulfillmentOrder } = await ask(
      session,
      orderDocuments.moreAssignedLines,
      { id, after },
      orderAnswers.moreAssignedLines,
    );
    return fulfillmentOrder?.lineItems ?? null;
  });
