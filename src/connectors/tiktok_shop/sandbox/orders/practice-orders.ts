import { present } from '#base/assert.ts';
import { canonicalAmount } from '#base/money.ts';
import type { PracticeOrder, PracticeOrders } from '#connectors/practice.ts';
import type { ShopFloor } from '#connectors/tiktok_shop/sandbox/api-call.ts';
import type { ShopSku } from '#connectors/tiktok_shop/sandbox/goods.ts';
import { isOpen, isShipped, type OrderLine, type ShopOrder, statusOf } from '#connectors/tiktok_shop/sandbox/orders/order.ts';
import { sumOf } from '#connectors/tiktok_shop/sandbox/orders/order-view.ts';

/** Buyers and staff of the shop, for tests, the demo and the practice page. */
export function practiceOrders(floor: ShopFloor, skuOf: (variantId: string) => ShopSku): PracticeOrders {
  const book = floor.orders;
  const orderOf = (id: string): ShopOrder => present(book.order(id), `The order ${id} of this practice shop`);
  return {
    place: (lines, options = {}) => {
      const currency = floor.catalog.currency;
      if (options.currency !== undefined && options.currency !== currency)
        throw new Error(`This shop sells in ${currency} only, not in ${options.currency}`);
      const wishes = lines.map(({ variantId, units }) => ({ sku: skuOf(variantId), units: wholeUnits(units) }));
      if (wishes.length === 0) throw new RangeError('An order has at least one line');
      const order = book.place(wishes, {
        buyer: options.buyer ?? 'Practice Buyer',
        note: options.note ?? '',
        paid: options.paid ?? true,
        seconds: options.placedAt === undefined ? floor.clock.seconds() : secondsOf(options.placedAt),
      });
      return order?.id ?? null;
    },
    pay: (orderId) => {
      const order = orderOf(orderId);
      if (statusOf(order) !== 'UNPAID') throw new Error(`The order ${orderId} is ${statusOf(order)}: there is nothing to pay`);
      book.pay(order);
    },
    cancel: (orderId, { restock = true } = {}) => cancelRest(floor, orderOf(orderId), restock),
    ship: (orderId, lines) => shipByStaff(floor, orderOf(orderId), lines),
    refund: (orderId, lines) => refund(floor, orderOf(orderId), lines),
    edit: () => {
      throw new Error('TikTok Shop knows no edits of an order: cancel it, and place another');
    },
    list: () => book.orders.map((order) => viewOf(order, floor)),
  };
}

/** What is not shipped yet; where everything is, what the carrier has not collected yet. */
function cancelRest({ orders }: ShopFloor, order: ShopOrder, restock: boolean): void {
  const open = order.lines.filter(isOpen);
  const waiting = order.lines.filter((line) => isShipped(line) && line.parcel?.progress === 'PROCESSING');
  const lines = open.length > 0 ? open : waiting;
  if (lines.length === 0) throw new Error(`Nothing of the order ${order.id} can be cancelled any more`);
  orders.cancel(order, lines, restock ? 'BUYER' : 'SELLER', restock);
}

function shipByStaff(
  { orders }: ShopFloor,
  order: ShopOrder,
  wanted: readonly { variantId: string; units: number }[] | undefined,
): string {
  const status = statusOf(order);
  if (status !== 'AWAITING_SHIPMENT' && status !== 'PARTIALLY_SHIPPING')
    throw new Error(`The order ${order.id} is ${status}: there is nothing to ship`);
  const open = order.lines.filter(isOpen);
  const lines = wanted === undefined ? open : [];
  for (const { variantId, units } of wanted ?? []) {
    const rest = open.filter((line) => !lines.includes(line));
    lines.push(...pick(rest, variantId, units, 'to ship'));
  }
  const carrier = present(orders.carriers[0], 'A carrier');
  return orders.ship(order, lines, { carrier, trackingNumber: `PRACTICE${order.id}-${order.parcels.length}`, by: 'person' }).id;
}

/** Shipped units are returned (or kept by the buyer, without `restock`), then open ones are cancelled. */
function refund(
  { orders }: ShopFloor,
  order: ShopOrder,
  wanted: readonly { variantId: string; units: number; restock: boolean }[],
): void {
  if (order.paidSeconds === null) throw new Error(`The order ${order.id} is not paid: there is nothing to refund`);
  for (const restock of [true, false]) {
    const returned: OrderLine[] = [];
    const cancelled: OrderLine[] = [];
    for (const { variantId, units, restock: own } of wanted) {
      if (own !== restock) continue;
      const shipped = order.lines.filter((line) => isShipped(line) && line.return === null && !returned.includes(line));
      const open = order.lines.filter((line) => isOpen(line) && !cancelled.includes(line));
      const lines = pick([...shipped, ...open], variantId, units, 'to refund');
      for (const line of lines) (isShipped(line) ? returned : cancelled).push(line);
    }
    if (returned.length > 0) orders.giveBack(order, returned, restock ? 'RETURN_AND_REFUND' : 'REFUND');
    if (cancelled.length > 0) orders.cancel(order, cancelled, 'SELLER', restock);
  }
}

function pick(lines: readonly OrderLine[], variantId: string, units: number, what: string): OrderLine[] {
  const found = lines.filter(({ sku }) => sku.id === variantId).slice(0, wholeUnits(units));
  if (found.length < units) throw new Error(`The order has only ${found.length} units of ${variantId} ${what}, not ${units}`);
  return found;
}

function viewOf(order: ShopOrder, floor: ShopFloor): PracticeOrder {
  const bySku = [...Map.groupBy(order.lines, ({ sku }) => sku.id)];
  return {
    id: order.id,
    number: order.id,
    status: statusOf(order),
    placedAt: new Date(order.createSeconds * 1000).toISOString(),
    updatedAt: new Date(order.updateSeconds * 1000).toISOString(),
    currency: floor.catalog.currency,
    total: canonicalAmount(sumOf(order.lines), floor.catalog.currency),
    lines: bySku.map(([variantId, lines]) => ({
      variantId,
      ordered: lines.length,
      cancelled: lines.filter((line) => line.cancellation !== null).length,
      shipped: lines.filter(isShipped).length,
      returned: lines.filter((line) => line.return?.type === 'RETURN_AND_REFUND').length,
    })),
    shipments: order.parcels.flatMap(({ id, carrier, trackingNumber, by }) =>
      carrier === null ? [] : [{ id, carrier: carrier.name, trackingNumber, by }],
    ),
  };
}

function wholeUnits(units: number): number {
  if (!Number.isInteger(units) || units < 1) throw new RangeError(`A buyer takes whole units, not ${units}`);
  return units;
}

function secondsOf(moment: string): number {
  const milliseconds = Date.parse(moment);
  if (Number.isNaN(milliseconds)) throw new RangeError(`"${moment}" is no moment; write it as 2026-11-20T10:00:00Z`);
  return Math.floor(milliseconds / 1000);
}
