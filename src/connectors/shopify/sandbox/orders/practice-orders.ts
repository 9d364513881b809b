/** Buyers and staff of the shop, for tests, the demo and the practice page. */
import { canonicalAmount } from '#base/money.ts';
import type { PracticeOrder, PracticeOrders } from '#connectors/practice.ts';
import { gid, looseId } from '#connectors/shopify/sandbox/ids.ts';
import { deleteOrder } from '#connectors/shopify/sandbox/orders/delete-order.ts';
import {
  financialStatus,
  fulfillmentStatus,
  type OrderLine,
  orderName,
  type ShopOrder,
  totalOf,
  unfulfilledQuantity,
  wasPaid,
} from '#connectors/shopify/sandbox/orders/order.ts';
import type { OrderBook, Picked } from '#connectors/shopify/sandbox/orders/order-book.ts';
import { owedOf, type Wish } from '#connectors/shopify/sandbox/orders/returns.ts';
import type { ShopState, Variant } from '#connectors/shopify/sandbox/shop-state.ts';

export interface PracticeOrderParts {
  state: ShopState;
  book: OrderBook;
  variantOf(id: string): Variant;
  /** Whether the platform knows this currency. */
  knowsCurrency(currency: string): boolean;
}

export function practiceOrders({ state, book, variantOf, knowsCurrency }: PracticeOrderParts): PracticeOrders {
  const orderOf = (id: string): ShopOrder => {
    const order = book.orders.get(looseId('Order', id));
    if (order === undefined) throw new Error(`There is no order ${id}`);
    return order;
  };
  /** Announcements leave whether or not the act succeeded as a whole. */
  const act = <T>(work: () => T): T => {
    try {
      return work();
    } finally {
      state.commit();
    }
  };
  return {
    place: (lines, options = {}) => {
      const currency = options.currency ?? state.currency;
      if (!knowsCurrency(currency)) throw new Error(`This practice shop does not know the currency ${currency}`);
      if (lines.length === 0) throw new Error('An order has at least one line');
      const wishes = lines.map(({ variantId, units }) => ({ variant: variantOf(variantId), units: wholeUnits(units, 1) }));
      const order = act(() =>
        book.place({
          lines: wishes,
          paid: options.paid ?? true,
          buyer: options.buyer ?? 'Practice Buyer',
          note: options.note ?? null,
          currency,
          placedAt: options.placedAt === undefined ? state.clock.now() : momentOf(options.placedAt),
        }),
      );
      return order === null ? null : gid('Order', order.id);
    },
    pay: (orderId) => act(() => book.pay(orderOf(orderId))),
    cancel: (orderId, { restock = true } = {}) => act(() => book.cancel(orderOf(orderId), restock)),
    remove: (orderId) => act(() => deleteOrder(state, book, orderOf(orderId))),
    ship: (orderId, lines) => act(() => ship(book, orderOf(orderId), lines)),
    takeBack: (orderId, lines) => act(() => takeBack(book, orderOf(orderId), lines)),
    refund: (orderId, lines) => act(() => refund(book, orderOf(orderId), lines)),
    edit: (orderId, { variantId, units }) => act(() => book.edit(orderOf(orderId), variantOf(variantId), wholeUnits(units, 0))),
    list: () => [...book.orders.values()].map((order) => viewOf(order)),
  };
}

/** One fulfilment for each location that has something to ship; the first one's id is given. */
function ship(book: OrderBook, order: ShopOrder, wanted: readonly { variantId: string; units: number }[] | undefined): string {
  const left = wanted === undefined ? null : unitsByVariant(wanted);
  const byLocation = new Map<string, Picked[]>();
  for (const source of order.fulfillmentOrders) {
    for (const part of source.lines) {
      const variantId = part.line.variant.id;
      const quantity = Math.min(part.remaining, left === null ? part.remaining : (left.get(variantId) ?? 0));
      if (quantity === 0) continue;
      left?.set(variantId, (left.get(variantId) ?? 0) - quantity);
      const picked = byLocation.get(source.location.id) ?? [];
      byLocation.set(source.location.id, picked);
      picked.push({ part, quantity });
    }
  }
  if ([...(left?.values() ?? [])].some((units) => units > 0))
    throw new Error(`The order ${orderName(order)} has fewer units to ship than that`);
  const made = [...byLocation.values()].map((picked) => {
    const number = `PRACTICE${order.number}${order.fulfillments.length + 1}`;
    const url = `https://carrier.example/${number}`;
    return book.ship(order, picked, [{ company: 'Practice Post', number, url }], 'person');
  });
  const [first] = made;
  if (first === undefined) throw new Error(`There is nothing to ship of the order ${orderName(order)}`);
  return gid('Fulfillment', first.id);
}

function refund(
  book: OrderBook,
  order: ShopOrder,
  wanted: readonly { variantId: string; units: number; restock: boolean }[],
): void {
  if (!wasPaid(order)) throw new Error(`The order ${orderName(order)} is not paid: there is nothing to refund`);
  const refundable = (line: OrderLine) => owedOf(line) + line.fulfilled - line.returned + unfulfilledQuantity(line);
  book.refund(order, wishesOf(order, wanted, refundable, 'to refund'));
}

function takeBack(
  book: OrderBook,
  order: ShopOrder,
  wanted: readonly { variantId: string; units: number; restock: boolean }[],
): void {
  const returnable = (line: OrderLine) => line.fulfilled - line.returned;
  book.takeBack(order, wishesOf(order, wanted, returnable, 'to send back'));
}

/** The lines that so many units of each variant are taken of. Throws when there are fewer. */
function wishesOf(
  order: ShopOrder,
  wanted: readonly { variantId: string; units: number; restock: boolean }[],
  most: (line: OrderLine) => number,
  what: string,
): Wish[] {
  if (wanted.length === 0) throw new Error('At least one line is named');
  const taken = new Map<OrderLine, number>();
  const wishes: Wish[] = [];
  for (const { variantId, units, restock } of wanted) {
    let left = wholeUnits(units, 1);
    for (const line of order.lines) {
      if (line.variant.id !== looseId('ProductVariant', variantId)) continue;
      const now = Math.min(left, most(line) - (taken.get(line) ?? 0));
      if (now === 0) continue;
      taken.set(line, (taken.get(line) ?? 0) + now);
      wishes.push({ line, units: now, restock });
      left -= now;
    }
    if (left > 0) throw new Error(`The order ${orderName(order)} has fewer units of ${variantId} ${what} than that`);
  }
  return wishes;
}

function unitsByVariant(wanted: readonly { variantId: string; units: number }[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const one of wanted) {
    const id = looseId('ProductVariant', one.variantId);
    units.set(id, (units.get(id) ?? 0) + wholeUnits(one.units, 1));
  }
  return units;
}

/** A line for each variant: those that are in the order twice are put together. */
function viewOf(order: ShopOrder): PracticeOrder {
  const byVariant = Map.groupBy(order.lines, ({ variant }) => variant.id);
  return {
    id: gid('Order', order.id),
    number: orderName(order),
    status: order.cancelledAt === null ? `${financialStatus(order)} ${fulfillmentStatus(order)}` : 'CANCELLED',
    placedAt: new Date(order.createdAt).toISOString(),
    updatedAt: new Date(order.updatedAt).toISOString(),
    currency: order.currency,
    total: canonicalAmount(totalOf(order).presentment, order.currency),
    lines: [...byVariant].map(([id, lines]) => {
      const sum = (of: (line: OrderLine) => number): number => lines.reduce((total, line) => total + of(line), 0);
      return {
        variantId: gid('ProductVariant', id),
        ordered: sum((line) => line.quantity),
        cancelled: sum((line) => line.removed + line.cancelled),
        shipped: sum((line) => line.fulfilled),
        returned: sum((line) => line.restocked),
      };
    }),
    shipments: order.fulfillments
      .filter(({ cancelled }) => !cancelled)
      .map(({ id, tracking, by }) => ({
        id: gid('Fulfillment', id),
        carrier: tracking[0]?.company ?? '',
        trackingNumber: tracking[0]?.number ?? '',
        by,
      })),
  };
}

function wholeUnits(units: number, least: number): number {
  if (!Number.isInteger(units) || units < least) throw new RangeError(`A buyer takes whole units, not ${units}`);
  return units;
}

function momentOf(text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new RangeError(`"${text}" is no moment; write it as 2026-11-20T10:00:00Z`);
  return milliseconds;
}
