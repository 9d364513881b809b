/**
 * The orders of a shop and everything that can happen to them. Each act moves stock, notes the moment on the order and
 * announces what the platform announces; the caller lets the announcements go (`state.commit()`).
 */
import { assert } from '#base/assert.ts';
import { newBuyer } from '#connectors/shopify/sandbox/orders/buyer-address.ts';
import { type Bag, bagSum, lesserBag, noMoney, priceBag } from '#connectors/shopify/sandbox/orders/money-bag.ts';
import {
  currentQuantity,
  type Fulfillment,
  type FulfillmentOrder,
  type FulfillmentOrderLine,
  fulfillmentStatus,
  netPayment,
  type OrderEvent,
  type OrderLine,
  openUnits,
  orderName,
  outstandingOf,
  type Payment,
  type Refund,
  type RestockType,
  refundItemMoney,
  type ShopBuyer,
  type ShopOrder,
  type Tracking,
  totalOf,
  unfulfilledQuantity,
  wasPaid,
} from '#connectors/shopify/sandbox/orders/order.ts';
import {
  canSell,
  commitUnits,
  releaseUnits,
  returnUnits,
  shipUnits,
  unshipUnits,
} from '#connectors/shopify/sandbox/orders/order-stock.ts';
import {
  makeReturn,
  owedOf,
  payBack,
  type ReverseOrder,
  type ShopReturn,
  type Wish,
} from '#connectors/shopify/sandbox/orders/returns.ts';
import { type ShopState, type Variant, variantTitle, type Writer } from '#connectors/shopify/sandbox/shop-state.ts';
import { SortedView } from '#connectors/shopify/sandbox/sorted-view.ts';

export interface Picked {
  part: FulfillmentOrderLine;
  quantity: number;
}

export interface Placing {
  lines: readonly { variant: Variant; units: number }[];
  paid: boolean;
  buyer: string;
  note: string | null;
  currency: string;
  /** Milliseconds since 1970. */
  placedAt: number;
}

export class OrderBook {
  readonly orders = new Map<string, ShopOrder>();
  readonly fulfillments = new Map<string, Fulfillment>();
  readonly fulfillmentOrders = new Map<string, FulfillmentOrder>();
  readonly refunds = new Map<string, Refund>();
  readonly returns = new Map<string, ShopReturn>();
  readonly reverseOrders = new Map<string, ReverseOrder>();
  readonly view: SortedView<ShopOrder>;
  readonly #state: ShopState;
  readonly #buyers = new Map<string, ShopBuyer>();
  #nextNumber = 1001;

  constructor(state: ShopState) {
    this.#state = state;
    this.view = new SortedView(() => this.orders.values());
  }

  /** Null when a thing that is not sold beyond its stock is short; nothing has changed then. */
  place(placing: Placing): ShopOrder | null {
    const wishes = new Map<Variant, number>();
    for (const { variant, units } of placing.lines) wishes.set(variant, (wishes.get(variant) ?? 0) + units);
    if (!canSell(wishes)) return null;
    const order: ShopOrder = {
      id: this.#id(),
      number: this.#nextNumber++,
      createdAt: wholeSecond(placing.placedAt),
      updatedAt: this.#now(),
      cancelledAt: null,
      closedAt: null,
      currency: placing.currency,
      buyer: this.#buyer(placing.buyer),
      note: placing.note,
      tags: [],
      edited: false,
      original: noMoney,
      lines: [],
      fulfillmentOrders: [],
      fulfillments: [],
      refunds: [],
      returns: [],
      payments: [],
    };
    for (const { variant, units } of placing.lines) this.#addUnits(this.#addLine(order, variant), units, 'buyer');
    order.original = totalOf(order);
    this.orders.set(order.id, order);
    this.view.membershipChanged();
    this.#state.announce({ topic: 'ORDERS_CREATE', order });
    if (placing.paid) {
      this.#receive(order, order.original, order.createdAt);
      this.#state.announce({ topic: 'ORDERS_PAID', order });
    }
    return order;
  }

  pay(order: ShopOrder): void {
    const due = outstandingOf(order);
    if (order.cancelledAt !== null || (wasPaid(order) && !due.shop.gt(0)))
      throw new Error(`There is nothing to pay of the order ${orderName(order)}`);
    this.#receive(order, due, this.#now());
    this.#changed(order, { topic: 'ORDERS_PAID', order });
  }

  /** What has not left is called off and, where it was paid, refunded; what has left stays with the buyer. */
  cancel(order: ShopOrder, restock: boolean): void {
    if (order.cancelledAt !== null) throw new Error(`The order ${orderName(order)} is cancelled already`);
    const items: Refund['items'] = [];
    for (const line of order.lines)
      items.push(...this.#callOff(line, unfulfilledQuantity(line), restock ? 'CANCEL' : 'NO_RESTOCK'));
    if (items.length === 0) throw new Error(`Nothing of the order ${orderName(order)} can be cancelled any more`);
    order.cancelledAt = this.#now();
    this.#refund(order, items, null);
    this.#changed(order, { topic: 'ORDERS_CANCELLED', order });
  }

  /** All of one order and one location. */
  ship(order: ShopOrder, picked: readonly Picked[], tracking: Tracking[], by: Fulfillment['by']): Fulfillment {
    const location = picked[0]?.part.source.location;
    assert(location !== undefined, 'a fulfilment ships something from somewhere');
    const now = this.#now();
    const fulfillment: Fulfillment = {
      id: this.#id(),
      order,
      name: `${orderName(order)}-F${order.fulfillments.length + 1}`,
      location,
      items: picked.map(({ part, quantity }) => ({ id: this.#id(), part, quantity })),
      tracking,
      cancelled: false,
      by,
      createdAt: now,
      updatedAt: now,
    };
    for (const { part, quantity } of picked) {
      assert(quantity > 0 && quantity <= part.remaining, 'no more is shipped than remains');
      part.remaining -= quantity;
      part.fulfilled += quantity;
      part.line.fulfilled += quantity;
      part.source.updatedAt = now;
      shipUnits(this.#state, part, quantity);
    }
    order.fulfillments.push(fulfillment);
    this.fulfillments.set(fulfillment.id, fulfillment);
    const done = fulfillmentStatus(order) === 'FULFILLED';
    this.#state.announce({ topic: 'FULFILLMENTS_CREATE', fulfillment });
    this.#changed(order, { topic: done ? 'ORDERS_FULFILLED' : 'ORDERS_PARTIALLY_FULFILLED', order });
    return fulfillment;
  }

  /** "If a fulfillment order was entirely fulfilled", its units go to a new one; else it has them to fulfil again. */
  unship(fulfillment: Fulfillment): void {
    const { order, location } = fulfillment;
    let replacement: FulfillmentOrder | undefined;
    for (const { part, quantity } of fulfillment.items) {
      part.line.fulfilled -= quantity;
      unshipUnits(this.#state, part, quantity);
      if (part.source.lines.some(({ remaining }) => remaining > 0)) {
        part.fulfilled -= quantity;
        part.remaining += quantity;
      } else {
        replacement ??= this.#addFulfillmentOrder(order, location);
        this.#addPart(replacement, part.line, quantity, part.counted);
      }
    }
    fulfillment.cancelled = true;
    fulfillment.updatedAt = this.#now();
    this.#changed(order, { topic: 'FULFILLMENTS_UPDATE', fulfillment });
  }

  track(fulfillment: Fulfillment, tracking: Tracking[]): void {
    fulfillment.tracking = tracking;
    fulfillment.updatedAt = this.#now();
    this.#changed(fulfillment.order, { topic: 'FULFILLMENTS_UPDATE', fulfillment });
  }

  /** Shipped goods are sent back, and on sale again or not; no money moves. */
  takeBack(order: ShopOrder, wishes: readonly Wish[]): ShopReturn {
    const made = makeReturn(this.#state, order, wishes, this.#now());
    this.returns.set(made.id, made);
    for (const reverse of made.reverseOrders) this.reverseOrders.set(reverse.id, reverse);
    this.#changed(order);
    return made;
  }

  /**
   * Money back for units of returns first, a refund for each; then for units that have left, then for open ones, which are
   * called off by it. Whether the refund of a return says RETURN once more is not documented: it says here what it is asked
   * to, and moves no stock, which the return's own dispositions have done.
   */
  refund(order: ShopOrder, wanted: readonly Wish[]): void {
    const items: Refund['items'] = [];
    const byReturn = new Map<ShopReturn, Refund['items']>();
    for (const { line, units, restock } of wanted) {
      const owed = Math.min(units, owedOf(line));
      for (const paid of payBack(line, owed)) {
        const known = byReturn.get(paid.of) ?? [];
        byReturn.set(paid.of, known);
        known.push(this.#refundItem(line, paid.units, restock));
      }
      const back = Math.min(units - owed, line.fulfilled - line.returned);
      if (back > 0) items.push(this.#returnByRefund(line, back, restock));
      items.push(...this.#callOff(line, units - owed - back, restock ? 'CANCEL' : 'NO_RESTOCK'));
    }
    for (const [of, its] of byReturn) this.#refund(order, its, of);
    if (items.length > 0 || byReturn.size === 0) this.#refund(order, items, null);
    this.#changed(order);
  }

  /**
   * Staff set how many of a variant the order has. They may promise more than there is: the platform warns them only.
   * Units that are taken off go back to stock; no refund comes of it before staff send one.
   */
  edit(order: ShopOrder, variant: Variant, units: number): void {
    if (order.cancelledAt !== null) throw new Error(`The order ${orderName(order)} is cancelled and cannot be edited`);
    const known = order.lines.find((one) => one.variant === variant);
    const delta = units - (known === undefined ? 0 : currentQuantity(known));
    if (delta === 0) return;
    const line = known ?? this.#addLine(order, variant);
    if (delta < 0 && -delta > unfulfilledQuantity(line))
      throw new Error(`Only ${unfulfilledQuantity(line)} units of the line can be taken off the order ${orderName(order)}`);
    if (delta > 0) {
      order.closedAt = null;
      this.#addUnits(line, delta, 'person');
    } else {
      this.#dropOpen(line, -delta, true);
      line.removed -= delta;
    }
    order.edited = true;
    this.#changed(order, { topic: 'ORDERS_EDITED', edit: { id: this.#id(), order, line, delta, committedAt: this.#now() } });
  }

  note(order: ShopOrder, change: { note?: string | null; tags?: string[] }): void {
    Object.assign(order, change);
    this.#changed(order);
  }

  #id(): string {
    return this.#state.ids.take();
  }

  #now(): number {
    return this.#state.clock.nowToTheSecond();
  }

  /** Closed when nothing is left to ship or to pay, as shops do unless their owner says otherwise. */
  #changed(order: ShopOrder, event?: OrderEvent): void {
    order.updatedAt = this.#now();
    const settled = wasPaid(order) && !outstandingOf(order).shop.gt(0) && openUnits(order) === 0;
    if (!settled) order.closedAt = null;
    else if (order.cancelledAt === null) order.closedAt ??= order.updatedAt;
    this.view.orderChanged();
    if (event !== undefined) this.#state.announce(event);
    this.#state.announce({ topic: 'ORDERS_UPDATED', order });
  }

  #buyer(name: string): ShopBuyer {
    const known = this.#buyers.get(name);
    if (known !== undefined) return known;
    const buyer = newBuyer(name, this.#id(), this.#id(), this.#now());
    this.#buyers.set(name, buyer);
    return buyer;
  }

  #addLine(order: ShopOrder, variant: Variant): OrderLine {
    const line: OrderLine = {
      id: this.#id(),
      order,
      variant,
      title: variant.product.title,
      variantTitle: variant.product.options[0]?.name === 'Title' ? null : variantTitle(variant),
      sku: variant.item.sku,
      vendor: variant.product.vendor,
      unitPrice: priceBag(variant.price, this.#state.currency, order.currency),
      quantity: 0,
      removed: 0,
      cancelled: 0,
      fulfilled: 0,
      returned: 0,
      restocked: 0,
      parts: [],
    };
    order.lines.push(line);
    return line;
  }

  #addUnits(line: OrderLine, units: number, by: Writer): void {
    line.quantity += units;
    for (const share of commitUnits(this.#state, line.variant, units, by)) {
      const open = line.order.fulfillmentOrders.find(
        (one) => one.location === share.location && one.lines.some(({ remaining }) => remaining > 0),
      );
      const target = open ?? this.#addFulfillmentOrder(line.order, share.location);
      const known = line.parts.find((part) => part.source === target && part.counted === share.counted);
      if (known !== undefined) known.remaining += share.units;
      else this.#addPart(target, line, share.units, share.counted);
      target.updatedAt = this.#now();
    }
  }

  #addFulfillmentOrder(order: ShopOrder, location: FulfillmentOrder['location']): FulfillmentOrder {
    const now = this.#now();
    const added: FulfillmentOrder = { id: this.#id(), order, location, lines: [], createdAt: now, updatedAt: now };
    order.fulfillmentOrders.push(added);
    this.fulfillmentOrders.set(added.id, added);
    return added;
  }

  #addPart(source: FulfillmentOrder, line: OrderLine, units: number, counted: boolean): void {
    const part: FulfillmentOrderLine = { id: this.#id(), source, line, remaining: units, fulfilled: 0, counted };
    source.lines.push(part);
    line.parts.push(part);
  }

  #receive(order: ShopOrder, amount: Bag, at: number): void {
    order.payments.push({ id: this.#id(), order, kind: 'SALE', amount, createdAt: at });
  }

  /** Units that were to be shipped are not; gives how many at which location. */
  #dropOpen(line: OrderLine, units: number, restock: boolean): { location: FulfillmentOrder['location']; units: number }[] {
    const dropped: { location: FulfillmentOrder['location']; units: number }[] = [];
    let left = units;
    for (const part of line.parts) {
      const taken = Math.min(left, part.remaining);
      if (taken === 0) continue;
      part.remaining -= taken;
      left -= taken;
      part.source.updatedAt = this.#now();
      releaseUnits(this.#state, part, taken, restock);
      dropped.push({ location: part.source.location, units: taken });
    }
    assert(left === 0, 'no more is called off than is open');
    return dropped;
  }

  #callOff(line: OrderLine, units: number, restockType: RestockType): Refund['items'] {
    if (units === 0) return [];
    line.cancelled += units;
    return this.#dropOpen(line, units, restockType === 'CANCEL').map((one) => ({
      id: this.#id(),
      line,
      quantity: one.units,
      restockType,
      location: restockType === 'CANCEL' ? one.location : null,
    }));
  }

  #returnByRefund(line: OrderLine, units: number, restock: boolean): Refund['items'][number] {
    const item = this.#refundItem(line, units, restock);
    line.returned += units;
    if (item.location !== null) {
      line.restocked += units;
      returnUnits(this.#state, line.variant, item.location, units);
    }
    return item;
  }

  #refundItem(line: OrderLine, quantity: number, restock: boolean): Refund['items'][number] {
    const location = line.parts.find((part) => part.fulfilled > 0)?.source.location ?? this.#state.primaryLocation;
    const restockType = restock ? 'RETURN' : 'NO_RESTOCK';
    return { id: this.#id(), line, quantity, restockType, location: restock ? location : null };
  }

  /** Never more than what was paid and not given back yet; an order that was never paid gets a refund of no money. */
  #refund(order: ShopOrder, items: Refund['items'], of: ShopReturn | null): void {
    const now = this.#now();
    const amount = lesserBag(bagSum(items.map(refundItemMoney)), netPayment(order));
    const payment: Payment | null = amount.shop.gt(0) ? { id: this.#id(), order, kind: 'REFUND', amount, createdAt: now } : null;
    const refund: Refund = { id: this.#id(), order, return: of, items, payment, createdAt: now };
    order.refunds.push(refund);
    of?.refunds.push(refund);
    if (payment !== null) order.payments.push(payment);
    this.refunds.set(refund.id, refund);
    this.#state.announce({ topic: 'REFUNDS_CREATE', refund });
  }
}

const wholeSecond = (milliseconds: number): number => Math.floor(milliseconds / 1000) * 1000;
