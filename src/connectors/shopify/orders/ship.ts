/**
 * Reporting a shipment. The platform ships fulfillment orders: units of an order that go together from one location. So the
 * units of a shipment are looked for among those that can be fulfilled, all at one location.
 *
 * fulfillmentCreate takes no idempotency key ("only supported on mutations that explicitly document idempotency support"), so
 * the order is read first: a fulfillment with this number and these units is the one that a lost call has made. Without a
 * number it must also be younger than the shipment, whose id says when it was reported.
 */
import type { Session } from '#connectors/connector.ts';
import { MalformedResponse, type Refusal } from '#connectors/errors.ts';
import type { ShipmentResult, ShipmentWrite } from '#connectors/order.ts';
import { ask } from '#connectors/shopify/client.ts';
import { carrierName } from '#connectors/shopify/orders/carrier-name.ts';
import { type FulfillmentOrder, readFulfillmentOrders } from '#connectors/shopify/orders/fulfillment-orders.ts';
import { orderDocuments } from '#connectors/shopify/orders/order-documents.ts';
import { noReturns } from '#connectors/shopify/orders/order-returns.ts';
import { orderAnswers } from '#connectors/shopify/orders/order-schema.ts';
import { readNodes } from '#connectors/shopify/orders/pull-orders.ts';
import { stands } from '#connectors/shopify/orders/translate-order.ts';
import { readWhole, type WholeOrder } from '#connectors/shopify/orders/whole-order.ts';

/** FulfillmentOrderLineItemsInput: "Accepts a maximum of 512 line items." */
const linesAtMost = 512;
/** Clocks go a little wrong. */
const skewMs = 120_000;

export async function ship(session: Session, write: ShipmentWrite): Promise<ShipmentResult> {
  const order = await readOrder(session, write.orderId);
  if (order === null) return refuse('order_gone');
  const made = fulfillmentMade(order, write);
  if (made !== null) return { outcome: 'applied', shipmentId: made };
  if (order.cancelledAt) return refuse('order_cancelled');
  const all = await readFulfillmentOrders(session, write.orderId);
  if (all === null) return refuse('order_gone');
  const chosen = choose(order, all, write.items);
  return 'code' in chosen ? { outcome: 'refused', refusal: chosen } : await create(session, write, chosen.parts);
}

async function readOrder(session: Session, orderId: string): Promise<WholeOrder | null> {
  const [node] = await readNodes(session, [orderId]);
  return node === undefined ? null : await readWhole(session, node, noReturns);
}

async function create(session: Session, write: ShipmentWrite, lineItemsByFulfillmentOrder: Part[]): Promise<ShipmentResult> {
  const fulfillment = { lineItemsByFulfillmentOrder, notifyCustomer: write.notifyBuyer, ...trackingOf(write) };
  const { fulfillmentCreate } = await ask(session, orderDocuments.ship, { fulfillment }, orderAnswers.ship);
  const made = fulfillmentCreate?.fulfillment ?? null;
  if (made !== null) return { outcome: 'applied', shipmentId: made.id };
  const message = (fulfillmentCreate?.userErrors ?? []).map((error) => error.message).join('; ');
  if (message === '') throw new MalformedResponse('A shipment was neither made nor refused');
  // A refusal may be the echo of our own lost call, which was applied after the reading before this one.
  const now = await readOrder(session, write.orderId);
  const late = now === null ? null : fulfillmentMade(now, write);
  if (late !== null) return { outcome: 'applied', shipmentId: late };
  const detail = message.slice(0, 300);
  return { outcome: 'refused', refusal: { code: 'shipment_refused', parameters: { detail }, answer: { message } } };
}

function trackingOf({ tracking }: ShipmentWrite): { trackingInfo?: Record<string, string> } {
  if (tracking === null) return {};
  const company = carrierName(tracking.carrier);
  return {
    trackingInfo: {
      number: tracking.number.trim(),
      ...(company === '' ? {} : { company }),
      ...(tracking.url === null ? {} : { url: tracking.url }),
    },
  };
}

// ---- what was made before ----------------------------------------------------------------------------------------

function fulfillmentMade(order: WholeOrder, write: ShipmentWrite): string | null {
  const number = numberOf(write);
  const wanted = contentsOf(write.items);
  const same = order.shipments.find((shipment) => {
    if (!stands(shipment) || (shipment.trackingInfo[0]?.number ?? '').trim() !== number) return false;
    if (number === '' && !madeSince(shipment.createdAt, write.writeId)) return false;
    return (
      contentsOf(shipment.lines.map(({ lineItem, quantity }) => ({ itemId: lineItem.id, quantity: quantity ?? 0 }))) === wanted
    );
  });
  return same?.id ?? null;
}

const numberOf = ({ tracking }: ShipmentWrite): string => tracking?.number.trim() ?? '';

/** A UUID of version 7 begins with its milliseconds. One of another version says nothing: then nothing is taken for ours. */
function madeSince(createdAt: string, writeId: string): boolean {
  if (writeId[14] !== '7') return false;
  const writtenAt = Number.parseInt(writeId.replaceAll('-', '').slice(0, 12), 16);
  return Date.parse(createdAt) >= writtenAt - skewMs;
}

function contentsOf(items: ShipmentWrite['items']): string {
  const units = new Map<string, number>();
  for (const { itemId, quantity } of items) units.set(itemId, (units.get(itemId) ?? 0) + quantity);
  return [...units]
    .filter(([, quantity]) => quantity > 0)
    .map(([itemId, quantity]) => `${itemId}\t${quantity}`)
    .toSorted()
    .join('\n');
}

// ---- what can be shipped -----------------------------------------------------------------------------------------

interface Part {
  fulfillmentOrderId: string;
  fulfillmentOrderLineItems: { id: string; quantity: number }[];
}

/** "The fulfillment orders are associated with the same order and are assigned to the same location." */
function choose(order: WholeOrder, all: readonly FulfillmentOrder[], items: ShipmentWrite['items']): { parts: Part[] } | Refusal {
  const ready = all.filter(({ actions }) => actions.includes('CREATE_FULFILLMENT'));
  const places = [...Map.groupBy(ready, ({ locationId }) => locationId).values()];
  for (const place of places) {
    const { parts, short } = take(place, items);
    if (short !== null) continue;
    const tooMany = parts.some(({ fulfillmentOrderLineItems: lines }) => lines.length > linesAtMost);
    return tooMany ? refusal('shipment_too_large', { lines: linesAtMost }) : { parts };
  }
  const { short } = take(ready, items);
  if (short === null) return refusal('shipment_at_several_locations');
  const held = all.filter(({ status }) => status === 'ON_HOLD' || status === 'SCHEDULED');
  if (take([...ready, ...held], items).short === null) return refusal('shipment_on_hold');
  const line = order.lines.find(({ id }) => id === short.itemId);
  return refusal('units_not_open', { sku: line?.sku || line?.title || short.itemId, units: short.quantity });
}

/** The units out of these fulfillment orders, and the first item of which they have too few. */
function take(from: readonly FulfillmentOrder[], items: ShipmentWrite['items']) {
  const taken = new Map<string, number>();
  const parts = new Map<string, Part>();
  for (const item of items) {
    let missing = item.quantity;
    for (const { id: fulfillmentOrderId, lines } of from) {
      for (const line of lines.filter(({ lineItem }) => lineItem.id === item.itemId)) {
        const before = taken.get(line.id) ?? 0;
        const quantity = Math.min(missing, line.remainingQuantity - before);
        if (quantity <= 0) continue;
        missing -= quantity;
        taken.set(line.id, before + quantity);
        const part = parts.get(fulfillmentOrderId) ?? { fulfillmentOrderId, fulfillmentOrderLineItems: [] };
        part.fulfillmentOrderLineItems = [
          ...part.fulfillmentOrderLineItems.filter(({ id }) => id !== line.id),
          { id: line.id, quantity: before + quantity },
        ];
        parts.set(fulfillmentOrderId, part);
      }
    }
    if (missing > 0) return { parts: [], short: item };
  }
  return { parts: [...parts.values()], short: null };
}

type OrderRefusal =
  | 'order_gone'
  | 'order_cancelled'
  | 'units_not_open'
  | 'shipment_on_hold'
  | 'shipment_at_several_locations'
  | 'shipment_too_large';

const refusal = (code: OrderRefusal, parameters: Refusal['parameters'] = {}): Refusal => ({ code, parameters });

const refuse = (code: OrderRefusal): ShipmentResult => ({ outcome: 'refused', refusal: refusal(code) });
