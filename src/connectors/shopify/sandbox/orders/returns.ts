/**
 * Buyers send shipped goods back, with or without their money. Approved, received and disposed of in one go, as staff do at the
 * counter: the return is closed at once, one reverse fulfillment order for each shipment, each line of it disposed of as a whole.
 * Source: https://shopify.dev/docs/apps/build/orders-fulfillment/returns-apps/manage-reverse-fulfillment-orders
 */
import { assert } from '#base/assert.ts';
import type { Fulfillment, OrderLine, Refund, ShopOrder } from '#connectors/shopify/sandbox/orders/order.ts';
import { returnUnits } from '#connectors/shopify/sandbox/orders/order-stock.ts';
import type { Location, ShopState } from '#connectors/shopify/sandbox/shop-state.ts';

type Shipped = Fulfillment['items'][number];

export interface ShopReturn {
  id: string;
  order: ShopOrder;
  name: string;
  items: ReturnItem[];
  reverseOrders: ReverseOrder[];
  refunds: Refund[];
  createdAt: number;
}

export interface ReturnItem {
  id: string;
  shipped: Shipped;
  quantity: number;
  refunded: number;
}

export interface ReverseOrder {
  id: string;
  order: ShopOrder;
  lines: ReverseLine[];
}

export interface ReverseLine {
  id: string;
  shipped: Shipped;
  quantity: number;
  disposition: { id: string; type: 'RESTOCKED' | 'NOT_RESTOCKED'; quantity: number; location: Location; createdAt: number };
}

export interface Wish {
  line: OrderLine;
  units: number;
  restock: boolean;
}

/** What is restocked rises where it was shipped from. No more comes back of a line than had left and is not back yet. */
export function makeReturn(state: ShopState, order: ShopOrder, wishes: readonly Wish[], now: number): ShopReturn {
  const id = (): string => state.ids.take();
  const made: ShopReturn = {
    id: id(),
    order,
    name: `#${order.number}-R${order.returns.length + 1}`,
    items: [],
    reverseOrders: [],
    refunds: [],
    createdAt: now,
  };
  const reverseOf = new Map<Fulfillment, ReverseOrder>();
  order.returns.push(made);
  for (const { line, units, restock } of wishes) {
    assert(units <= line.fulfilled - line.returned, 'no more comes back than had left');
    for (const [fulfillment, shipped, quantity] of shippedUnits(order, line, units)) {
      const reverse = reverseOf.get(fulfillment) ?? { id: id(), order, lines: [] };
      if (reverse.lines.length === 0) made.reverseOrders.push(reverse);
      reverseOf.set(fulfillment, reverse);
      const type = restock ? 'RESTOCKED' : 'NOT_RESTOCKED';
      const disposition = { id: id(), type, quantity, location: fulfillment.location, createdAt: now } as const;
      reverse.lines.push({ id: id(), shipped, quantity, disposition });
      made.items.push({ id: id(), shipped, quantity, refunded: 0 });
      if (restock) returnUnits(state, line.variant, fulfillment.location, quantity);
    }
    line.returned += units;
    if (restock) line.restocked += units;
  }
  return made;
}

/** Of which shipments so many units of a line are: those that are in no return yet. */
function shippedUnits(order: ShopOrder, line: OrderLine, units: number): [Fulfillment, Shipped, number][] {
  const taken = new Map<Shipped, number>();
  for (const { shipped, quantity } of order.returns.flatMap(({ items }) => items))
    taken.set(shipped, (taken.get(shipped) ?? 0) + quantity);
  const found: [Fulfillment, Shipped, number][] = [];
  let left = units;
  for (const fulfillment of order.fulfillments.filter(({ cancelled }) => !cancelled)) {
    for (const shipped of fulfillment.items.filter(({ part }) => part.line === line)) {
      const quantity = Math.min(left, shipped.quantity - (taken.get(shipped) ?? 0));
      if (quantity <= 0) continue;
      found.push([fulfillment, shipped, quantity]);
      left -= quantity;
    }
  }
  assert(left === 0, 'what comes back was in a shipment');
  return found;
}

const owedIn = ({ items }: ShopReturn, line: OrderLine): number =>
  items.reduce((sum, { shipped, quantity, refunded }) => sum + (shipped.part.line === line ? quantity - refunded : 0), 0);

/** Units of a line that came back, and whose money did not follow yet. */
export const owedOf = (line: OrderLine): number => line.order.returns.reduce((sum, one) => sum + owedIn(one, line), 0);

/** Which returns pay back so many units of a line, the oldest first. */
export function payBack(line: OrderLine, units: number): { of: ShopReturn; units: number }[] {
  const paid: { of: ShopReturn; units: number }[] = [];
  let left = units;
  for (const of of line.order.returns) {
    const here = Math.min(left, owedIn(of, line));
    if (here === 0) continue;
    left -= here;
    paid.push({ of, units: here });
    let open = here;
    for (const item of of.items.filter(({ shipped }) => shipped.part.line === line)) {
      const now = Math.min(open, item.quantity - item.refunded);
      item.refunded += now;
      open -= now;
    }
  }
  return paid;
}
